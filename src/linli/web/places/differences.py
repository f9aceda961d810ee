"""Two or three states of a record side by side: what a version changed, and what two people made of the same one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from linli.survey import layer_schema
from linli.web.places.vocabulary import heading, shown
from linli.web.words import say

__all__ = ["SHAPE", "Clash", "Difference", "clashes", "differences", "shape_text"]

SHAPE = "shape"
"""Name of the position among the columns."""

_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """A column that two states differ in: its name and heading, and both values as they are read (empty = unknown)."""

    name: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A column in which what a person wants differs from what is there now.

    Parameters
    ----------
    name, title
        The column.
    base, mine, theirs
        What both began with, what the person wants, what somebody else made of it; empty = unknown.
    choice
        ``mine`` or ``theirs`` where only one of them changed it; empty where both did: the person decides.
    """

    name: str
    title: str
    base: str
    mine: str
    theirs: str
    choice: str


def shape_text(shape: BaseGeometry | None) -> str:
    """Return a position in words: a point's degrees, an outline's kind and number of corners."""
    if shape is None:
        return ""
    if shape.geom_type == "Point":
        return f"{shape.x:.{_DIGITS}f}, {shape.y:.{_DIGITS}f}"
    return say(f"places.shape.{shape.geom_type.lower()}", n=len(shapely.get_coordinates(shape)))


def _differ(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    if one is None or other is None:
        return one is not other
    return not shapely.equals_exact(one, other)


def differences(
    layer: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    old_shape: BaseGeometry | None = None,
    new_shape: BaseGeometry | None = None,
) -> list[Difference]:
    """Return what two states of a record differ in.

    Parameters
    ----------
    layer
        Name of the layer.
    old, new
        Values as the register keeps them.
    old_shape, new_shape
        Where it was and is.

    Returns
    -------
    list of Difference
        In the order of the schema, the position last.
    """
    found = [
        Difference(column.name, heading(column), shown(layer, column.name, old.get(column.name)),
                   shown(layer, column.name, new.get(column.name)))
        for column in layer_schema(layer).columns
        if old.get(column.name) != new.get(column.name)
    ]  # fmt: skip
    if _differ(old_shape, new_shape):
        found.append(Difference(SHAPE, say("places.word.position"), shape_text(old_shape), shape_text(new_shape)))
    return found


def _chosen(base: Any, mine: Any, theirs: Any) -> str:
    if mine == base:
        return "theirs"
    return "mine" if theirs == base else ""


def clashes(
    layer: str,
    base: tuple[Mapping[str, Any], BaseGeometry | None],
    mine: tuple[Mapping[str, Any], BaseGeometry | None],
    theirs: tuple[Mapping[str, Any], BaseGeometry | None],
) -> list[Clash]:
    """Return the columns about which somebody has to decide, or in which only one of two people changed something.

    Parameters
    ----------
    layer
        Name of the layer.
    base
        Values and position that both began with.
    mine
        What the person wants.
    theirs
        What it is now.

    Returns
    -------
    list of Clash
        Columns in which the two differ, the position last.
    """
    found = []
    for column in layer_schema(layer).columns:
        began, want, now = (state[0].get(column.name) for state in (base, mine, theirs))
        if want != now:
            base_text, mine_text, theirs_text = (shown(layer, column.name, value) for value in (began, want, now))
            choice = _chosen(began, want, now)
            found.append(Clash(column.name, heading(column), base_text, mine_text, theirs_text, choice))
    if _differ(mine[1], theirs[1]):
        choice = "theirs" if not _differ(mine[1], base[1]) else "" if _differ(theirs[1], base[1]) else "mine"
        base_text, mine_text, theirs_text = (shape_text(state[1]) for state in (base, mine, theirs))
        found.append(Clash(SHAPE, say("places.word.position"), base_text, mine_text, theirs_text, choice))
    return found
