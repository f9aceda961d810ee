"""Addresses of communities, districts and the city."""

from __future__ import annotations

from django.urls import path

from linli.web.communities import profile_views, views

__all__ = ["app_name", "urlpatterns"]

app_name = "communities"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("areas.geojson", views.area_data, name="areas"),
    path("tree/", views.tree, name="tree"),
    path("list/", views.list_all, name="list"),
    path("list/export/<str:kind>/", views.list_export, name="list_export"),
    path("parts/export/<str:kind>/", views.parts_export, name="parts_export"),
    path("cities/<str:code>/", views.overview, name="overview"),
    path("districts/<str:code>/", views.district, name="district"),
    path("districts/<str:code>/sheet/", views.sheet, name="sheet"),
    path("districts/<str:code>/profiles/", profile_views.bundle, name="bundle"),
    path("bundles/<uuid:pk>/", profile_views.bundle_export, name="bundle_export"),
    path("streets/<str:code>/", views.street, name="street"),
    path("<str:code>/", profile_views.community, name="profile"),
    path("<str:code>/map/<slug:layer>.geojson", profile_views.profile_map, name="profile_map"),
    path("<str:code>/profile-<slug:lang>.pdf", profile_views.profile_export, name="profile_export"),
]
