"""Addresses of vacant rooms."""

from __future__ import annotations

from django.urls import path

from linli.web.rooms import views

__all__ = ["app_name", "urlpatterns"]

app_name = "rooms"

urlpatterns = [
    path("", views.list_all, name="list"),
    path("export/<str:kind>/", views.list_export, name="list_export"),
    path("<str:key>/", views.room, name="room"),
    path("<str:key>/step/<slug:name>/", views.step, name="step"),
]
