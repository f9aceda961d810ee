"""The app; when it is ready, the audit trail knows what the states of its workflows are called."""

from __future__ import annotations

import importlib

from django.apps import AppConfig

from linli.web.words import CODES

__all__ = ["ProjectsConfig"]


class ProjectsConfig(AppConfig):
    """Projects."""

    name = "linli.web.projects"

    def ready(self) -> None:
        """Join those who are asked."""
        CODES["projects.state"] = importlib.import_module("linli.web.projects.standards").state_title
