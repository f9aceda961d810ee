"""Addresses of projects."""

from __future__ import annotations

from django.urls import path

from linli.web.projects import views

__all__ = ["app_name", "urlpatterns"]

app_name = "projects"

urlpatterns = [
    path("", views.list_all, name="list"),
    path("export/<str:kind>/", views.list_export, name="list_export"),
    path("new/", views.new, name="new"),
    path("workflow/", views.workflow, name="workflow"),
    path("files/<int:pk>/", views.file, name="file"),
    path("files/<int:pk>/withdraw/", views.file_withdraw, name="file_withdraw"),
    path("files/<int:pk>/judge/", views.file_judge, name="file_judge"),
    path("<str:number>/", views.project, name="project"),
    path("<str:number>/edit/", views.update, name="update"),
    path("<str:number>/step/<slug:transition>/", views.move, name="move"),
    path("<str:number>/documents/<slug:code>/", views.attach_document, name="attach_document"),
    path("<str:number>/items/<slug:slug>/", views.statement, name="statement"),
    path("<str:number>/items/<slug:slug>/evidence/", views.attach_evidence, name="attach_evidence"),
    path("<str:number>/milestones/new/", views.milestone, name="milestone_new"),
    path("<str:number>/milestones/<int:pk>/", views.milestone, name="milestone"),
    path("<str:number>/experts/", views.expert, name="expert"),
    path("<str:number>/visits/", views.visit, name="visit"),
    path("<str:number>/scores/", views.scores, name="scores"),
    path("<str:number>/sheet/", views.sheet, name="sheet"),
]
