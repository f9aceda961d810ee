"""Addresses of communities, districts and the city."""

from __future__ import annotations

from django.urls import path

from linli.web.communities import views

__all__ = ["app_name", "urlpatterns"]

app_name = "communities"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("cities/<str:code>/", views.overview, name="overview"),
    path("districts/<str:code>/", views.district, name="district"),
    path("streets/<str:code>/", views.street, name="street"),
    path("<str:code>/", views.profile, name="profile"),
]
