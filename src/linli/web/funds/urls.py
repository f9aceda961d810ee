"""Addresses of money."""

from __future__ import annotations

from django.urls import path

from linli.web.funds import views

__all__ = ["app_name", "urlpatterns"]

app_name = "funds"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("budget/", views.budget, name="budget"),
    path("applications/", views.applications, name="applications"),
    path("applications/export/<str:kind>/", views.applications_export, name="applications_export"),
    path("applications/<str:number>/", views.application, name="application"),
    path("applications/<str:number>/decide/", views.decide, name="decide"),
    path("applications/<str:number>/withdraw/", views.withdraw, name="withdraw"),
    path("applications/<str:number>/pay/", views.pay, name="pay"),
    path("applications/<str:number>/return/", views.give_back, name="give_back"),
    path("projects/<str:number>/apply/", views.apply, name="apply"),
    path("projects/<str:number>/commit/", views.commit, name="commit"),
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/export/<str:kind>/", views.ledger_export, name="ledger_export"),
    path("ledger/<int:number>/reverse/", views.reverse_entry, name="reverse"),
    path("statements/", views.statements, name="statements"),
    path("statements/new/", views.statement_new, name="statement_new"),
    path("statements/<int:pk>/", views.statement, name="statement"),
]
