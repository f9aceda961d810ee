"""Who is who: allauth's way to sign in, without Django's own groups and permissions, which Linli does not use."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

__all__ = ["Backend"]


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Signs people in; grants nothing: rights are in `linli.web.accounts.rights`."""

    def has_perm(self, *_: Any, **__: Any) -> bool:
        """Return False: nothing here goes by Django's permissions."""
        return False

    def get_all_permissions(self, *_: Any, **__: Any) -> set[str]:
        """Return none."""
        return set()
