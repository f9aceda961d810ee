"""Addresses of the standards."""

from __future__ import annotations

from django.urls import path

from linli.web.standards import views

__all__ = ["app_name", "urlpatterns"]

app_name = "standards"

urlpatterns = [
    path("", views.rules, name="rules"),
    path("export/<str:kind>/", views.values_export, name="values_export"),
    path("changes/", views.changes, name="changes"),
    path("changes/export/<str:kind>/", views.changes_export, name="changes_export"),
    path("changes/<int:pk>/", views.change, name="change"),
    path("changes/<int:pk>/edit/", views.change_edit, name="change_edit"),
    path("changes/<int:pk>/submit/", views.change_submit, name="change_submit"),
    path("changes/<int:pk>/decide/", views.change_decide, name="change_decide"),
    path("changes/<int:pk>/withdraw/", views.change_withdraw, name="change_withdraw"),
    path("waivers/", views.waivers, name="waivers"),
    path("waivers/export/<str:kind>/", views.waivers_export, name="waivers_export"),
    path("waivers/new/", views.waiver_new, name="waiver_new"),
    path("waivers/<int:pk>/", views.waiver, name="waiver"),
    path("waivers/<int:pk>/decide/", views.waiver_decide, name="waiver_decide"),
    path("waivers/<int:pk>/revoke/", views.waiver_revoke, name="waiver_revoke"),
    path("rules/<slug:family>/<slug:name>/", views.rule, name="rule"),
    path("rules/<slug:family>/<slug:name>/<slug:value_name>/propose/", views.change_new, name="change_new"),
]
