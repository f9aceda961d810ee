"""Made ready: comments that nobody has read yet are told on the desk of who reads them."""

from __future__ import annotations

import importlib

from django.apps import AppConfig

__all__ = ["WishesConfig"]


class WishesConfig(AppConfig):
    """The app."""

    name = "linli.web.wishes"

    def ready(self) -> None:
        """Say what waits, which needs the models."""
        todo = importlib.import_module("linli.web.pages.todo")
        found = importlib.import_module("linli.web.wishes.waiting")
        if found.waiting not in todo.SOURCES:
            todo.SOURCES.append(found.waiting)
