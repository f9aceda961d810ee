"""Addresses of people, organisations, grants and deputies."""

from __future__ import annotations

from django.urls import path

from linli.web.accounts import views

__all__ = ["app_name", "urlpatterns"]

app_name = "accounts"

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/export/<str:kind>/", views.people_export, name="people_export"),
    path("people/new/", views.user_create, name="user_create"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/edit/", views.user_update, name="user_update"),
    path("people/<int:pk>/close/", views.user_deactivate, name="user_deactivate"),
    path("people/<int:pk>/open/", views.user_activate, name="user_activate"),
    path("people/<int:pk>/password/", views.user_password, name="user_password"),
    path("people/<int:pk>/grant/", views.grant_create, name="grant_create"),
    path("grants/", views.grants, name="grants"),
    path("grants/export/<str:kind>/", views.grants_export, name="grants_export"),
    path("grants/<int:pk>/end/", views.grant_end, name="grant_end"),
    path("grants/<int:pk>/revoke/", views.grant_revoke, name="grant_revoke"),
    path("deputies/", views.deputy_create, name="deputies"),
    path("deputies/<int:pk>/end/", views.deputy_end, name="deputy_end"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/export/<str:kind>/", views.organisations_export, name="organisations_export"),
    path("organisations/new/", views.organisation_create, name="organisation_create"),
    path("organisations/<int:pk>/", views.organisation, name="organisation"),
]
