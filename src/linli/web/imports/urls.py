"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from linli.web.imports import views

__all__ = ["app_name", "urlpatterns"]

app_name = "imports"

urlpatterns = [
    path("", views.start, name="start"),
    path("template/<str:code>/", views.template_export, name="template_export"),
    path("batches/", views.list_all, name="list"),
    path("batches/export/<str:kind>/", views.list_export, name="list_export"),
    path("batches/<str:number>/", views.batch, name="batch"),
    path("batches/<str:number>/progress/", views.progress, name="progress"),
    path("batches/<str:number>/findings/", views.findings, name="findings"),
    path("batches/<str:number>/findings/<str:kind>/", views.findings_export, name="findings_export"),
    path("batches/<str:number>/rows/", views.rows, name="rows"),
    path("batches/<str:number>/rows/<str:kind>/", views.rows_export, name="rows_export"),
    path("batches/<str:number>/file/", views.file_export, name="file_export"),
    path("batches/<str:number>/marked/", views.marked_export, name="marked_export"),
    path("batches/<str:number>/check/", views.check_again, name="check_again"),
    path("batches/<str:number>/decide/", views.decide, name="decide"),
    path("batches/<str:number>/apply/", views.apply, name="apply"),
    path("batches/<str:number>/undo/", views.undo, name="undo"),
    path("batches/<str:number>/discard/", views.discard, name="discard"),
]
