"""Addresses of lifecircle."""

from __future__ import annotations

from django.urls import path

from linli.web.lifecircle import views

__all__ = ["app_name", "urlpatterns"]

app_name = "lifecircle"

urlpatterns = [
    path("", views.start, name="start"),
    path("<str:code>/", views.circle, name="circle"),
    path("<str:code>/communities/", views.table, name="table"),
    path("<str:code>/communities/export/<str:kind>/", views.table_export, name="table_export"),
    path("<str:code>/buildings.json", views.buildings, name="buildings"),
    path("<str:code>/facilities.json", views.facilities, name="facilities"),
    path("<str:code>/boundary.json", views.boundary, name="boundary"),
    path("<str:code>/rooms.json", views.rooms, name="rooms"),
    path("<str:code>/reach.json", views.reach, name="reach"),
    path("<str:code>/what-if.json", views.what_if, name="what_if"),
    path("<str:code>/summary.json", views.summary, name="summary"),
    path("<str:code>/way.json", views.way, name="way"),
    path("<str:code>/tiles/<int:z>/<int:x>/<int:y>", views.tile, name="tile"),
]
