"""Addresses of wishes: the offices' pages, and those of households."""

from __future__ import annotations

from django.urls import path

from linli.web.wishes import household, views

__all__ = ["app_name", "urlpatterns"]

app_name = "wishes"

urlpatterns = [
    path("", views.list_all, name="list"),
    path("export/<str:kind>/", views.list_export, name="list_export"),
    path("new/", views.new, name="new"),
    path("q/<str:code>/", household.open_, name="open"),
    path("q/<str:code>/thanks/", household.thanks, name="thanks"),
    path("h/<str:token>/", household.household, name="household"),
    path("comments/<uuid:pk>/", views.comment, name="comment"),
    path("<int:pk>/", views.questionnaire, name="questionnaire"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/close/", views.close, name="close"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("<int:pk>/qr.<str:kind>", views.qr, name="qr"),
    path("<int:pk>/poster.pdf", views.poster, name="poster"),
    path("<int:pk>/slips/", views.slips, name="slips"),
    path("<int:pk>/slips/export/<str:kind>/", views.slips_export, name="slips_export"),
    path("<int:pk>/slips/make/", views.slips_make, name="slips_make"),
    path("<int:pk>/slips/void/", views.void, name="void"),
    path("<int:pk>/slips/from/<int:first>.<str:kind>", views.slips_file, name="slips_file_export"),
    path("<int:pk>/enter/", views.enter, name="enter"),
    path("<int:pk>/results/", views.results, name="results"),
    path("<int:pk>/results/export/<str:kind>/", views.results_export, name="results_export"),
    path("<int:pk>/comments/", views.comments, name="comments"),
    path("<int:pk>/comments/export/<str:kind>/", views.comments_export, name="comments_export"),
    path("<int:pk>/take-over/", views.take_over, name="take_over"),
]
