"""What a form asks to be made of a record, compared with what the person looked at.

Only what the person changed is asked for, so that two people who changed different things clash less; and where they
do clash, what both began with, what each wants and what is there now stand side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from linli.errors import Problem
from linli.web.accounts.models import User
from linli.web.places.checking import check_rows, errors_of
from linli.web.places.differences import SHAPE, Clash, clashes
from linli.web.places.doubts import doubts_of
from linli.web.places.forms import RecordForm
from linli.web.places.models import Record
from linli.web.places.selectors import versions_of
from linli.web.places.twins.finding import twins_of

__all__ = ["Asked", "asked_by", "clashes_with", "left_out", "wavering"]

State = tuple[Mapping[str, Any], BaseGeometry | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Parameters
    ----------
    base
        Values and position that the person looked at.
    changed
        What shall be different, by column, as it was typed; ``None`` = unknown.
    shape
        Where it shall be; ``None`` = where it was.
    whole
        Values and position as they would be.
    unreadable
        Whether something of it is wrong: the service will say what.
    """

    base: State
    changed: dict[str, Any]
    shape: BaseGeometry | None
    whole: State
    unreadable: bool


def _base_of(form: RecordForm) -> State:
    """Return what the person looked at, by the version that the form names."""
    if form.record is None:
        return {}, None
    number = form.cleaned_data.get("version")
    seen = versions_of(form.user, form.record).filter(number=number or 0).first()
    return (seen.values, seen.shape) if seen else (form.record.values, form.record.shape)


def asked_by(form: RecordForm) -> Asked:
    """Return what a form asks for.

    Parameters
    ----------
    form
        Valid.

    Returns
    -------
    Asked
        Compared with the version it was made from.
    """
    base, layer = _base_of(form), form.schema.name
    typed = form.asked_values
    shape = form.asked_shape
    if shape is not None and base[1] is not None and shapely.equals_exact(shape, base[1]):
        shape = None
    key = {form.schema.key: typed.get(form.schema.key) or "…"} if form.schema.key and form.record is None else {}
    checked = check_rows(layer, [{**base[0], **typed, **key}], [shape or base[1]])
    whole = checked.values[0]
    changed = {
        name: value
        for name, value in typed.items()
        if whole.get(name) != base[0].get(name) or (value is not None and name not in whole)
    }
    return Asked(base, changed, shape, (whole, shape or base[1]), bool(errors_of(checked.problems)))


def wavering(user: User, layer: str, asked: Asked, *, new: bool) -> tuple[list[Problem], list[Record]]:
    """Return what should be looked at twice before it is saved: odd values, and records it may be a duplicate of.

    Parameters
    ----------
    user
        Who asks.
    layer
        Name of the layer.
    asked
        What is asked for.
    new
        Whether it is a new record.

    Returns
    -------
    tuple
        Warnings about what is changed, and likely duplicates of a new record.
    """
    if asked.unreadable:
        return [], []
    values, shape = asked.whole
    touched = {*asked.changed, *([None, "community_id"] if asked.shape is not None else [])}
    doubts = [one for one in doubts_of(layer, values, shape) if one.column in touched]
    return doubts, twins_of(user, layer, values, shape) if new else []


def clashes_with(layer: str, asked: Asked, current: Record) -> list[Clash]:
    """Return where what is asked for and what is there now differ.

    Parameters
    ----------
    layer
        Name of the layer.
    asked
        What is asked for.
    current
        The record as it is now.

    Returns
    -------
    list of Clash
        In the order of the schema.
    """
    return clashes(layer, asked.base, asked.whole, (current.values, current.shape))


def left_out(asked: Asked, picks: Mapping[str, str]) -> Asked | None:
    """Leave out what a person decided to leave as somebody else made it.

    Parameters
    ----------
    asked
        What is asked for, compared with what is there now.
    picks
        By column: ``mine`` or ``theirs``.

    Returns
    -------
    Asked or None
        ``None`` if one of the columns is undecided.
    """
    names = [*asked.changed, *([SHAPE] if asked.shape is not None else [])]
    if any(picks.get(name) not in {"mine", "theirs"} for name in names):
        return None
    changed = {name: value for name, value in asked.changed.items() if picks[name] == "mine"}
    shape = asked.shape if picks.get(SHAPE) == "mine" else None
    return Asked(asked.base, changed, shape, asked.whole, asked.unreadable)
