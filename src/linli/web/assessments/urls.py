"""Addresses of assessments."""

from __future__ import annotations

from django.urls import path

from linli.web.assessments import run_views, views

__all__ = ["app_name", "urlpatterns"]

app_name = "assessments"

urlpatterns = [
    path("", views.matrix, name="matrix"),
    path("export/<str:kind>/", views.matrix_export, name="matrix_export"),
    path("map/", views.map_page, name="map"),
    path("map/communities.json", views.map_data, name="map_data"),
    path("items/", views.items, name="items"),
    path("items/export/<str:kind>/", views.items_export, name="items_export"),
    path("priority/", views.priority, name="priority"),
    path("priority/export/<str:kind>/", views.priority_export, name="priority_export"),
    path("runs/", run_views.runs, name="runs"),
    path("runs/export/<str:kind>/", run_views.runs_export, name="runs_export"),
    path("runs/<int:pk>/", run_views.run, name="run"),
    path("runs/<int:pk>/again/", run_views.new, name="new"),
    path("runs/<int:pk>/current/", run_views.make_current, name="make_current"),
    path("runs/<int:pk>/files/<str:name>/", run_views.download, name="file_export"),
    path("runs/<int:pk>/files/<str:name>/prepare/", run_views.prepare, name="prepare"),
    path("communities/<str:code>/", views.community, name="community"),
    path("communities/<str:code>/<slug:standard>/<slug:name>/", views.item, name="item"),
    path("communities/<str:code>/<slug:standard>/<slug:name>/explanation/", views.explanation, name="explanation"),
    path("communities/<str:code>/<slug:standard>/<slug:name>/<slug:part>.json", views.item_part, name="item_part"),
]
