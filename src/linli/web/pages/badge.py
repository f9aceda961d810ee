"""States as people see them: always a word and a shape, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LOOKS", "Badge", "badge_of"]

LOOKS: dict[str, tuple[str, str]] = {
    "good": ("met", "●"),
    "going": ("partly", "◐"),
    "bad": ("not_met", "○"),
    "off": ("not_applicable", "–"),
    "unknown": ("unknown", "?"),
}
"""CSS class and shape of each look: those of the five statuses."""

_STATES: dict[str, str] = {
    "in_force": "good",
    "coming": "going",
    "expired": "off",
    "revoked": "bad",
    "active": "good",
    "inactive": "off",
    "queued": "unknown",
    "running": "going",
    "done": "good",
    "draft": "off",
    "solved": "good",
    "infeasible": "bad",
    "adopted": "good",
    "superseded": "off",
    "optimal": "good",
    "feasible": "going",
    "time_limit": "going",
    "failed": "bad",
    "cancelled": "off",
    "published": "good",
    "recalled": "going",
    "unset": "unknown",
    "submitted": "going",
    "proposed": "going",
    "returned": "bad",
    "first_approved": "going",
    "approved": "good",
    "listed": "good",
    "removed": "bad",
    "granted": "good",
    "declined": "bad",
    "withdrawn": "off",
    "offered": "going",
    "checked": "good",
    "reserved": "going",
    "in_use": "good",
    "round_open": "going",
    "review": "going",
    "frozen": "good",
    "filling": "off",
    "accepted": "good",
    "kept": "good",
    "refused": "bad",
    "met": "good",
    "partly": "going",
    "not_met": "bad",
    "not_applicable": "off",
    "unknown": "unknown",
    "checking": "going",
    "stopped": "bad",
    "errors": "bad",
    "ready": "going",
    "applied": "good",
    "undone": "off",
    "discarded": "off",
    "error": "bad",
    "warning": "going",
    "passed": "good",
    "warned": "going",
    "open": "off",
    "better": "good",
    "worse": "bad",
    "now_known": "going",
    "now_unknown": "unknown",
    "now_applies": "going",
    "no_longer": "off",
    "other_demand": "off",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A state's CSS class, shape and words."""

    style: str
    mark: str
    text: str


def badge_of(code: str, text: str, look: str = "") -> Badge:
    """Return how a state looks.

    Parameters
    ----------
    code
        The state.
    text
        Its words.
    look
        One of `LOOKS`, for states that are not known here.

    Returns
    -------
    Badge
        An unknown state looks unknown.
    """
    style, mark = LOOKS[look or _STATES.get(code, "unknown")]
    return Badge(style, mark, text)
