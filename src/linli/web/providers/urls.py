"""Addresses of providers and of the public directory."""

from __future__ import annotations

from django.urls import path

from linli.web.providers import views

__all__ = ["app_name", "urlpatterns"]

app_name = "providers"

urlpatterns = [
    path("", views.list_all, name="list"),
    path("export/<str:kind>/", views.list_export, name="list_export"),
    path("new/", views.new, name="new"),
    path("publish/", views.publish, name="publish"),
    path("directory/", views.directory, name="directory"),
    path("directory/<int:number>/", views.version, name="version"),
    path("directory/<int:before>/<int:after>/", views.compare, name="compare"),
    path("files/<int:pk>/", views.file, name="file"),
    path("<str:number>/", views.provider, name="provider"),
    path("<str:number>/edit/", views.update, name="update"),
    path("<str:number>/evidence/", views.attach, name="attach"),
    path("<str:number>/apply/", views.apply, name="apply"),
    path("<str:number>/review/", views.decide, name="decide"),
    path("<str:number>/record/", views.record, name="record"),
    path("<str:number>/evaluate/", views.evaluate, name="evaluate"),
    path("<str:number>/remove/", views.remove, name="remove"),
]
