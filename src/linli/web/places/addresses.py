"""Addresses of the register: layers by name, records by key.

A key may have any letter; ``/`` and ``~`` are written ``~1`` and ``~0``, as in JSON pointers.
"""

from __future__ import annotations

from linli.web.places.models import LAYERS

__all__ = ["KeyConverter", "LayerConverter"]


class LayerConverter:
    """The name of a layer of the register."""

    regex = "|".join(LAYERS)

    def to_python(self, value: str) -> str:
        """Return the layer."""
        return value

    def to_url(self, value: str) -> str:
        """Return how it is written."""
        return value


class KeyConverter:
    """The key of a record."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Return the key."""
        return value.replace("~1", "/").replace("~0", "~")

    def to_url(self, value: str) -> str:
        """Return how it is written."""
        return value.replace("~", "~0").replace("/", "~1")
