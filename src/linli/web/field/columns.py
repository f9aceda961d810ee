"""The fields of the phone's forms, straight from the survey's schema: what is asked, in what words, with which choices.

The register's values and the form's texts are turned into one another here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from linli.survey import layer_schema
from linli.survey.coerce import cell_text
from linli.survey.schema import Column
from linli.web.field.wire import GEOMETRY
from linli.web.places.differences import shape_text
from linli.web.places.vocabulary import heading, kind_groups, shown
from linli.web.words import current_language, say

__all__ = ["Question", "field_title", "geometry_text", "names_of", "questions_of", "shown_value", "texts_of"]

_LEFT_OUT = frozenset({"facility_id", "room_id", "community_id", "item"})
"""The key is the register's business; the community and the item are those of the page."""

_DIGITS = 1e-7
_FEW = 5
"""Up to so many choices are buttons; more are a list."""

_KINDS = {"number": "number", "integer": "integer", "boolean": "choice", "date": "date", "list": "ticks"}


@dataclass(frozen=True, slots=True)
class Question:
    """A field of a form.

    Parameters
    ----------
    name, title, help
        The column and its words.
    kind
        ``text``, ``number``, ``integer``, ``date``, ``choice`` (buttons), ``select`` or ``ticks``.
    text
        What it holds at first.
    required
        Whether it must be filled in.
    groups
        Choices: title of the group, and value, text and whether it is chosen.
    """

    name: str
    title: str
    help: str
    kind: str
    text: str
    required: bool
    groups: Sequence[tuple[str, Sequence[tuple[str, str, bool]]]] = ()


def names_of(layer: str) -> tuple[str, ...]:
    """Return the fields of a layer's form, the position last where the layer has one."""
    schema = layer_schema(layer)
    names = tuple(name for name in schema.column_names if name not in _LEFT_OUT)
    return (*names, GEOMETRY) if schema.geometry else names


def _choices(column: Column, text: str) -> Sequence[tuple[str, Sequence[tuple[str, str, bool]]]]:
    chosen = {part for part in text.split(";") if part}
    if column.type == "boolean":
        pairs = [("true", say("pages.word.yes")), ("false", say("pages.word.no")), ("", say("field.word.unknown"))]
        return [("", [(value, words, value == text) for value, words in pairs])]
    if column.choices_from:
        return [(title, [(v, words, v in chosen) for v, words in types]) for title, types in kind_groups("facilities")]
    lang = current_language()
    pairs = [(code, choice[lang]) for code, choice in column.choices.items()]
    if column.or_number and text and text not in column.choices:
        pairs.append((text, text))
    if not column.required:
        pairs.append(("", say("field.word.unknown")))
    return [("", [(value, words, value == text) for value, words in pairs])]


def _kind(column: Column) -> str:
    if column.type == "choice":
        return "select" if column.choices_from or len(column.choices) > _FEW else "choice"
    return _KINDS.get(column.type, "text")


def questions_of(layer: str, values: Mapping[str, Any]) -> list[Question]:
    """Return the fields of a layer's form, without the position.

    Parameters
    ----------
    layer
        Name of the layer.
    values
        As the register keeps them; empty for a new record.

    Returns
    -------
    list of Question
        In the order of the schema.
    """
    lang = current_language()
    out = []
    for name in names_of(layer):
        if name == GEOMETRY:
            continue
        column = layer_schema(layer).column(name)
        text = cell_text(values.get(name))
        chosen = column.type in {"boolean", "choice", "list"}
        groups = _choices(column, text) if chosen else ()
        out.append(Question(name, heading(column), column.help[lang], _kind(column), text, column.required, groups))
    return out


def geometry_text(shape: BaseGeometry | None) -> str:
    """Return a position as the form holds it: GeoJSON with seven digits; empty if it is not known."""
    if shape is None:
        return ""
    return str(shapely.to_geojson(shapely.set_precision(shape, _DIGITS, mode="pointwise")))


def texts_of(layer: str, values: Mapping[str, Any], shape: BaseGeometry | None) -> dict[str, str]:
    """Return a record as a form holds it: a text for each field.

    Parameters
    ----------
    layer
        Name of the layer.
    values
        As the register keeps them.
    shape
        Where it is.

    Returns
    -------
    dict
        Text by field; empty = not known.
    """
    return {name: geometry_text(shape) if name == GEOMETRY else cell_text(values.get(name)) for name in names_of(layer)}


def field_title(layer: str, name: str) -> str:
    """Return what a field is called, with its unit."""
    return say("field.word.position") if name == GEOMETRY else heading(layer_schema(layer).column(name))


def shown_value(layer: str, name: str, value: Any) -> str:
    """Return a field's value as people read it; empty if it is not known."""
    return shape_text(value) if name == GEOMETRY else shown(layer, name, value)
