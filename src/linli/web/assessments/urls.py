"""Addresses of assessments."""

from __future__ import annotations

from django.urls import path

from linli.web.assessments import run_views, views
from linli.web.assessments.compare import views as compare_views

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
    path("compare/", compare_views.comparisons, name="comparisons"),
    path("compare/export/<str:kind>/", compare_views.comparisons_export, name="comparisons_export"),
    path("compare/<int:pk>/", compare_views.comparison, name="comparison"),
    path("compare/<int:pk>/again/", compare_views.again, name="comparison_again"),
    path("compare/<int:pk>/losses/", compare_views.losses, name="losses"),
    path("compare/<int:pk>/losses/export/<str:kind>/", compare_views.losses_export, name="losses_export"),
    path("compare/<int:pk>/items/", compare_views.changed, name="changed"),
    path("compare/<int:pk>/items/export/<str:kind>/", compare_views.changed_export, name="changed_export"),
    path("compare/<int:pk>/communities/", compare_views.compared, name="compared"),
    path("compare/<int:pk>/communities/export/<str:kind>/", compare_views.compared_export, name="compared_export"),
    path("compare/<int:pk>/communities/<str:code>/", compare_views.community, name="comparison_community"),
    path("compare/<int:pk>/doubts/", compare_views.decide, name="decide"),
    path("compare/<int:pk>/files/<str:name>/", compare_views.download, name="comparison_file_export"),
    path("communities/<str:code>/", views.community, name="community"),
    path("communities/<str:code>/<slug:standard>/<slug:name>/", views.item, name="item"),
    path("communities/<str:code>/<slug:standard>/<slug:name>/explanation/", views.explanation, name="explanation"),
    path("communities/<str:code>/<slug:standard>/<slug:name>/<slug:part>.json", views.item_part, name="item_part"),
]
