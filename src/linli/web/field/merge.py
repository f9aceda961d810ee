"""Two people changed the same record: what can be put together, and what a person has to decide.

A *state* is what a record held at one moment: its values and its position. A field counts as changed by *others* if
somebody else changed it after the version that the phone knew; what the same person sent before from the phone is their
own, and a later word of theirs stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from linli.web.field.wire import GEOMETRY

__all__ = ["Clash", "Merged", "State", "changed_by_others", "merge", "same_place"]

_DEGREES = 2e-7
"""Positions that differ by less are the same: a form holds seven digits of them."""


@dataclass(frozen=True, slots=True)
class State:
    """What a record held at one moment."""

    values: Mapping[str, Any]
    shape: BaseGeometry | None = None

    def get(self, name: str) -> Any:
        """Return a field's value, the position among them."""
        return self.shape if name == GEOMETRY else self.values.get(name)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field in which what a person wrote differs from what is there now.

    Parameters
    ----------
    name
        The field.
    base, mine, theirs
        What the phone knew, what the person wrote, what is there; ``None`` = unknown.
    """

    name: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of a person's changes.

    Parameters
    ----------
    changes
        What the person changed, by field.
    clashes
        Every field that differs from what is there and that somebody else changed; empty if nothing has to be decided.
    kept
        Fields that others changed and that stay as they made them.
    """

    changes: Mapping[str, Any]
    clashes: tuple[Clash, ...]
    kept: tuple[str, ...]


def same_place(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    """Return whether two positions are the same as far as a form can hold them."""
    if one is None or other is None:
        return one is other
    return bool(shapely.equals_exact(one, other, tolerance=_DEGREES))


def _same(name: str, one: Any, other: Any) -> bool:
    return same_place(one, other) if name == GEOMETRY else one == other


def changed_by_others(states: Sequence[State], own: Sequence[bool], names: Iterable[str]) -> frozenset[str]:
    """Return the fields that somebody else changed.

    Parameters
    ----------
    states
        What the record held, from the version that the phone knew to now.
    own
        For each state after the first: whether the same person sent it.
    names
        Fields to look at.

    Returns
    -------
    frozenset of str
        Their names.
    """
    steps = zip(states, states[1:], own, strict=False)
    foreign = [(before, after) for before, after, mine in steps if not mine]
    return frozenset(name for name in names if any(not _same(name, a.get(name), b.get(name)) for a, b in foreign))


def merge(base: State, mine: State, now: State, others: frozenset[str], names: Sequence[str]) -> Merged:
    """Put a person's changes on top of what is there, or say what has to be decided.

    Parameters
    ----------
    base
        What the phone knew.
    mine
        What the person wrote, whole.
    now
        What is there.
    others
        Fields that somebody else changed meanwhile.
    names
        The form's fields.

    Returns
    -------
    Merged
        With clashes if, and only if, the person and somebody else changed the same field to different values. All
        fields that others changed and that differ are then named, so that whoever decides sees the whole.
    """
    changes = {name: mine.get(name) for name in names if not _same(name, mine.get(name), base.get(name))}
    differ = [name for name in names if not _same(name, mine.get(name), now.get(name))]
    hard = [name for name in differ if name in changes and name in others]
    if hard:
        shown = [name for name in differ if name in others or not _same(name, now.get(name), base.get(name))]
        clashes = tuple(Clash(name, base.get(name), mine.get(name), now.get(name)) for name in shown)
        return Merged(changes, clashes, ())
    kept = tuple(name for name in differ if name in others and name not in changes)
    return Merged(changes, (), kept)
