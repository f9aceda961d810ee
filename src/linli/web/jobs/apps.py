"""The app; when it is ready every kind of job is known, to who asks for work as to who does it."""

from __future__ import annotations

import importlib

from django.apps import AppConfig

__all__ = ["JobsConfig"]


class JobsConfig(AppConfig):
    """Jobs."""

    name = "linli.web.jobs"

    def ready(self) -> None:
        """Import `work.py` of every app, which needs the models."""
        importlib.import_module("linli.web.jobs.worker").load_work()
