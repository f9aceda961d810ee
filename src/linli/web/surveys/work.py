"""Long work of surveys, and what follows a round that was frozen."""

from __future__ import annotations

from collections.abc import Callable

from linli.web.audit.actor import Actor
from linli.web.surveys.models import Snapshot

__all__ = ["AFTER_FREEZE"]

AFTER_FREEZE: list[Callable[[Actor, Snapshot], None]] = []
"""What is called, in the transaction that froze a round, with who froze it and what it left."""
