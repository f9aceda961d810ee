"""Between what a phone sends and the register: values read, what is wrong with them, conflicts as a phone has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from linli.errors import Problem
from linli.survey import layer_schema
from linli.survey.coerce import cell_text
from linli.web.field.columns import field_title, geometry_text, names_of, shown_value
from linli.web.field.merge import Clash, State
from linli.web.field.wire import GEOMETRY
from linli.web.geometry import read_geojson
from linli.web.places.checking import check_rows, errors_of
from linli.web.refusal import Refused
from linli.web.words import current_language, say

__all__ = [
    "as_json",
    "clash_fields",
    "from_json",
    "messages_of",
    "read_mine",
    "read_shape",
    "told_fields",
]


def read_shape(text: str) -> BaseGeometry | None:
    """Return the position that a form's field holds.

    Parameters
    ----------
    text
        GeoJSON; empty = none.

    Returns
    -------
    geometry or None
        In EPSG:4326.

    Raises
    ------
    Refused
        If it is none, with the field's name.
    """
    try:
        return read_geojson(text)
    except ValueError as error:
        raise Refused("field.refuse.geometry", GEOMETRY) from error


def messages_of(problems: Iterable[Problem], names: Sequence[str]) -> dict[str, list[str]]:
    """Return what is wrong, by the form's fields, as the phone shows it.

    Parameters
    ----------
    problems
        Errors of the register's checks.
    names
        The form's fields; what concerns none of them stands with the first.

    Returns
    -------
    dict
        Messages by field, each with what was found, what is allowed and the fix.
    """
    lang = current_language()
    joint = "；" if lang == "zh" else "; "
    found: dict[str, list[str]] = {}
    for one in problems:
        name = one.column if one.column in names else GEOMETRY if one.code.startswith("geometry") else names[0]
        parts = [one.message[lang]]
        if one.value is not None:
            parts.append(say("field.word.found", value=one.value))
        if one.allowed is not None:
            parts.append(say("field.word.allowed", allowed=one.allowed))
        parts.append(one.fix[lang])
        found.setdefault(str(name), []).append(joint.join(part.rstrip("。.") for part in parts))
    return found


def read_mine(
    layer: str, texts: Mapping[str, str], shape: BaseGeometry | None, known: Mapping[str, Any]
) -> tuple[State, dict[str, list[str]]]:
    """Read what a person wrote as the schema says.

    Parameters
    ----------
    layer
        Name of the layer.
    texts
        The form's fields.
    shape
        The position.
    known
        What the record holds in columns that the form does not have.

    Returns
    -------
    tuple
        The state, and what is wrong with it by field.
    """
    names = names_of(layer)
    written = {name: texts[name] for name in names if name in texts and name != GEOMETRY}
    checked = check_rows(layer, [{**known, **written}], [shape])
    problems = errors_of(checked.problems)
    values = {name: checked.values[0].get(name) for name in names if name != GEOMETRY}
    return State(values, shape), messages_of(problems, names)


def as_json(name: str, value: Any) -> Any:
    """Return a field's value as JSON keeps it: positions as WKT."""
    return shapely.to_wkt(value, rounding_precision=9) if name == GEOMETRY and value is not None else value


def from_json(name: str, value: Any) -> Any:
    """Read what `as_json` gave."""
    return shapely.from_wkt(value) if name == GEOMETRY and value is not None else value


def clash_fields(clashes: Iterable[Clash]) -> list[dict[str, Any]]:
    """Return clashes as a conflict keeps them."""
    return [
        {"name": one.name, **{side: as_json(one.name, getattr(one, side)) for side in ("base", "mine", "theirs")}}
        for one in clashes
    ]


def told_fields(layer: str, fields: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a conflict's fields as the phone reads them: values as its form holds them, and words to show.

    Parameters
    ----------
    layer
        Name of the layer.
    fields
        As `clash_fields` gave them.

    Returns
    -------
    list of dict
        ``name``, ``label``, ``base``, ``mine``, ``theirs``, ``shown``, ``other``.
    """
    out = []
    for field in fields:
        name = str(field["name"])
        sides = {side: from_json(name, field[side]) for side in ("base", "mine", "theirs")}
        is_place = name == GEOMETRY
        told: dict[str, Any] = {
            side: None if value is None else geometry_text(value) if is_place else cell_text(value)
            for side, value in sides.items()
        }
        free = not is_place and layer_schema(layer).column(name).type in {"text", "number", "integer", "date"}
        shown = {side: shown_value(layer, name, value) or None for side, value in sides.items()}
        out.append({"name": name, "label": field_title(layer, name), **told, "shown": shown, "other": free})
    return out
