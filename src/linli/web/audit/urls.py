"""Addresses of the audit trail."""

from __future__ import annotations

from django.urls import path

from linli.web.audit import views

__all__ = ["app_name", "urlpatterns"]

app_name = "audit"

urlpatterns = [
    path("", views.events, name="events"),
    path("export/<str:kind>/", views.events_export, name="events_export"),
    path("<int:number>/", views.event, name="event"),
]
