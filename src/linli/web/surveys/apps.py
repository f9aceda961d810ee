"""The app; when it is ready, communities that come into the tree are taken into the rounds under way."""

from __future__ import annotations

import importlib

from django.apps import AppConfig

__all__ = ["SurveysConfig"]


class SurveysConfig(AppConfig):
    """Surveys."""

    name = "linli.web.surveys"

    def ready(self) -> None:
        """Follow the tree, which needs the models."""
        accounts = importlib.import_module("linli.web.accounts.services")
        services = importlib.import_module("linli.web.surveys.services")
        if services.returns_follow not in accounts.AFTER_PLACES:
            accounts.AFTER_PLACES.append(services.returns_follow)
