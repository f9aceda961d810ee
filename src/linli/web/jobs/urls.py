"""Addresses of jobs."""

from __future__ import annotations

from django.urls import path

from linli.web.jobs import views

__all__ = ["app_name", "urlpatterns"]

app_name = "jobs"

urlpatterns = [
    path("", views.jobs, name="list"),
    path("<uuid:pk>/", views.job, name="job"),
    path("<uuid:pk>/progress/", views.progress, name="progress"),
    path("<uuid:pk>/cancel/", views.job_cancel, name="cancel"),
]
