"""The app; when it is ready it watches what allauth does."""

from __future__ import annotations

import importlib

from django.apps import AppConfig

__all__ = ["AccountsConfig"]


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "linli.web.accounts"

    def ready(self) -> None:
        """Connect the watchers, which need the models."""
        importlib.import_module("linli.web.accounts.watch")
