"""The app; when it is ready, profiles are prepared with every run, and what waits for whom is known."""

from __future__ import annotations

import importlib

from django.apps import AppConfig

__all__ = ["CommunitiesConfig"]


class CommunitiesConfig(AppConfig):
    """Communities."""

    name = "linli.web.communities"

    def ready(self) -> None:
        """Join those who are called, which needs the models."""
        runs = importlib.import_module("linli.web.assessments.work").AFTER_RUN
        sources = importlib.import_module("linli.web.pages.todo").SOURCES
        own = importlib.import_module("linli.web.communities.todo")
        outlines = importlib.import_module("linli.web.communities.areas").outlines_write
        portraits = importlib.import_module("linli.web.communities.portrait").portraits_write
        runs.extend(one for one in (outlines, portraits) if one not in runs)
        sources.extend(one for one in own.OWN if one not in sources)
