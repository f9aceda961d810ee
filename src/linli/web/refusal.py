"""A service says no: with a key of words, and the field of the form it concerns."""

from __future__ import annotations

from typing import Any

from linli.errors import LinliError
from linli.web.words import say

__all__ = ["Refused"]


class Refused(LinliError, ValueError):  # noqa: N818 - an answer, not a fault
    """What was asked for is not allowed now, and why.

    Parameters
    ----------
    key
        Key of the words.
    field
        The form's field it concerns; empty = the form as a whole.
    values
        What the words' fields stand for.
    """

    def __init__(self, key: str, field: str = "", **values: Any) -> None:
        self.key = key
        self.field = field
        self.values = values
        super().__init__(key)

    def __str__(self) -> str:
        """Return the words in the request's language."""
        return say(self.key, **self.values)
