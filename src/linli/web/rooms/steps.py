"""The steps that a vacant room may take, and who takes them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["STEPS", "Verb", "open_steps"]


@dataclass(frozen=True, slots=True)
class Verb:
    """One step.

    Parameters
    ----------
    name
        Its name, with words ``rooms.step.<name>``.
    start
        States in which it may be taken.
    end
        The state afterwards.
    action
        The right on the module `places` that it needs at the room.
    asks
        What it asks for besides the reason: ``facility_type``, ``until``, ``project``, ``opened_on``.
    """

    name: str
    start: frozenset[str]
    end: str
    action: str
    asks: tuple[str, ...] = ()


STEPS: dict[str, Verb] = {
    one.name: one
    for one in (
        Verb("check", frozenset({"offered"}), "checked", "review"),
        Verb("doubt", frozenset({"checked"}), "offered", "review"),
        Verb("reserve", frozenset({"checked"}), "reserved", "review", ("facility_type", "until", "project")),
        Verb("release", frozenset({"reserved"}), "checked", "review"),
        Verb("use", frozenset({"checked", "reserved"}), "in_use", "review", ("facility_type", "opened_on")),
        Verb("withdraw", frozenset({"offered", "checked", "reserved"}), "withdrawn", "edit"),
        Verb("offer_again", frozenset({"in_use", "withdrawn"}), "offered", "edit"),
    )
}
"""By name."""


def open_steps(state: str) -> tuple[Verb, ...]:
    """Return the steps that may be taken in a state."""
    return tuple(one for one in STEPS.values() if state in one.start)
