"""Addresses of places."""

from __future__ import annotations

from django.urls import URLPattern

__all__ = ["app_name", "urlpatterns"]

app_name = "places"

urlpatterns: list[URLPattern] = []
