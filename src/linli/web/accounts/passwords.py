"""What a password must be, beyond Django's own rules (length, not common, not like the name)."""

from __future__ import annotations

import secrets
import string
from typing import Any

from django.core.exceptions import ValidationError

from linli.web.words import say

__all__ = ["VarietyValidator", "new_password"]

_KINDS = 3
_LENGTH = 14
_READABLE = "".join(set(string.ascii_letters + string.digits) - set("O0oIl1"))


def _kinds(password: str) -> int:
    return sum(
        (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() or ord(c) > 127 for c in password),  # noqa: PLR2004 - the end of ASCII
        )
    )


class VarietyValidator:
    """At least three of: small letters, capital letters, digits, signs."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's protocol
        """Refuse a password of too few kinds of characters.

        Raises
        ------
        ValidationError
            If it has fewer than three kinds.
        """
        if _kinds(password) < _KINDS:
            raise ValidationError(say("accounts.password.variety"), code="password_variety")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return say("accounts.password.variety")


def new_password() -> str:
    """Return a random first password that the rules allow, without letters that look alike."""
    while True:
        password = "".join(secrets.choice(_READABLE) for _ in range(_LENGTH))
        if _kinds(password) >= _KINDS:
            return password
