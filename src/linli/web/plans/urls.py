"""Addresses of plans."""

from __future__ import annotations

from django.urls import path

from linli.web.plans import adopt_views, result_views, views

__all__ = ["app_name", "urlpatterns"]

app_name = "plans"

urlpatterns = [
    path("", views.list_all, name="list"),
    path("export/<str:kind>/", views.list_export, name="list_export"),
    path("new/", views.new, name="new"),
    path("in-force/", views.planned, name="planned"),
    path("in-force/export/<str:kind>/", views.planned_export, name="planned_export"),
    path("progress/", adopt_views.progress, name="progress"),
    path("compare/", adopt_views.compare_studies, name="compare"),
    path("compare/export/<str:kind>/", adopt_views.compare_export, name="compare_export"),
    path("compare/layers/<slug:name>/", adopt_views.compare_layer, name="compare_layer"),
    path("district/<str:code>/", result_views.district, name="district"),
    path("district/<str:code>/layers/<slug:name>/", result_views.district_layer, name="district_layer"),
    path("documents/<str:code>/write/", result_views.documents_write, name="documents_write"),
    path("documents/<int:pk>/<int:position>/export/", result_views.document_export, name="document_export"),
    path("communities/<str:code>/project/", adopt_views.begin_project, name="begin_project"),
    path("communities/<str:code>/link/", adopt_views.link_project, name="link_project"),
    path("communities/<str:code>/unlink/", adopt_views.unlink_project, name="unlink_project"),
    path("<str:number>/", result_views.study, name="study"),
    path("<str:number>/edit/", views.edit, name="edit"),
    path("<str:number>/expert/", views.expert, name="expert"),
    path("<str:number>/copy/", views.copy, name="copy"),
    path("<str:number>/solve/", views.solve, name="solve"),
    path("<str:number>/measures/", result_views.measures, name="measures"),
    path("<str:number>/measures/export/<str:kind>/", views.measures_export, name="measures_export"),
    path("<str:number>/layers/<slug:name>/", views.layer, name="layer"),
    path("<str:number>/ask/", result_views.ask, name="ask"),
    path("<str:number>/ask/<int:asked>/", result_views.answer, name="answer"),
    path("<str:number>/documents/", result_views.documents, name="documents"),
    path("<str:number>/adopt/", adopt_views.adopt, name="adopt"),
    path("<str:number>/revoke/", adopt_views.revoke, name="revoke"),
    path("<str:number>/see/<slug:section>/", result_views.section, name="section"),
]
