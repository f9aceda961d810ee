"""Made ready: what waits for a person among what phones sent in is told on their desk."""

from __future__ import annotations

import importlib

from django.apps import AppConfig

__all__ = ["FieldConfig"]


class FieldConfig(AppConfig):
    """The app."""

    name = "linli.web.field"

    def ready(self) -> None:
        """Say what waits, which needs the models."""
        todo = importlib.import_module("linli.web.pages.todo")
        found = importlib.import_module("linli.web.field.waiting")
        if found.waiting not in todo.SOURCES:
            todo.SOURCES.append(found.waiting)
