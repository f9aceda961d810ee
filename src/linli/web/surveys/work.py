"""Long work of surveys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from linli.web.audit.actor import Actor
from linli.web.jobs.registry import Context, job
from linli.web.surveys.models import Snapshot

__all__ = ["AFTER_FREEZE", "check", "freeze", "remind"]

AFTER_FREEZE: list[Callable[[Actor, Snapshot], None]] = []
"""What other apps do in the transaction in which a round is frozen; each adds its own when it is ready."""


@job("surveys.check")
def check(context: Context, **arguments: Any) -> dict[str, Any]:
    """Check a round's data as freezing does."""
    raise NotImplementedError


@job("surveys.freeze")
def freeze(context: Context, **arguments: Any) -> dict[str, Any]:
    """Freeze a round."""
    raise NotImplementedError


@job("surveys.remind")
def remind(context: Context, **arguments: Any) -> dict[str, Any]:
    """Send reminders."""
    raise NotImplementedError
