"""The app; when it is ready it puts its parts on the pages of the apps below."""

from __future__ import annotations

import importlib

from django.apps import AppConfig

__all__ = ["PlansConfig"]


class PlansConfig(AppConfig):
    """Plans."""

    name = "linli.web.plans"

    def ready(self) -> None:
        """Register the parts of pages, which need the models."""
        importlib.import_module("linli.web.plans.parts")
