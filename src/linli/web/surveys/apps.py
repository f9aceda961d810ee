"""The app; when it is ready it follows the tree of places, and says what of the survey waits for a person."""

from __future__ import annotations

import importlib

from django.apps import AppConfig

__all__ = ["SurveysConfig"]


class SurveysConfig(AppConfig):
    """Surveys."""

    name = "linli.web.surveys"

    def ready(self) -> None:
        """Follow the tree and tell what waits, which needs the models."""
        accounts = importlib.import_module("linli.web.accounts.services")
        services = importlib.import_module("linli.web.surveys.services")
        if services.returns_follow not in accounts.AFTER_PLACES:
            accounts.AFTER_PLACES.append(services.returns_follow)
        todo = importlib.import_module("linli.web.pages.todo")
        waiting = importlib.import_module("linli.web.surveys.waiting")
        if waiting.waiting_for not in todo.SOURCES:
            todo.SOURCES.append(waiting.waiting_for)
