"""What a record's values may be, as a JSON Schema made from the survey's own."""

from __future__ import annotations

from typing import Any

from linli.survey import layer_schema
from linli.survey.schema import Column, Limits
from linli.web.places.checking import choices_of
from linli.web.words import current_language

__all__ = ["json_schema"]

_TYPES = {
    "text": "string",
    "choice": "string",
    "list": "string",
    "date": "string",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
}


def _property(column: Column) -> dict[str, Any]:
    lang = current_language()
    found: dict[str, Any] = {
        "type": [_TYPES[column.type], "null"],
        "title": column.title[lang],
        "description": column.help[lang],
    }
    if column.or_number:
        found["type"] = [_TYPES[column.type], "number", "null"]
    choices = choices_of(column)
    if choices and column.type == "choice" and not column.or_number:
        found["oneOf"] = [{"const": code, "title": choice[lang]} for code, choice in choices.items()]
        found["oneOf"].append({"type": "null"})
    elif choices:
        found["examples"] = list(choices)
    if column.type == "date":
        found["format"] = "date"
    if column.pattern:
        found["pattern"] = f"^{column.pattern}$"
    if column.unit:
        found["x-unit"] = column.unit[lang]
    hard, plausible = ({k: v for k, v in one.model_dump().items() if v is not None} for one in _limits(column))
    found |= {f"{name}imum": limit for name, limit in hard.items()}
    return found | ({"x-plausible": plausible} if plausible else {})


def _limits(column: Column) -> tuple[Limits, Limits]:
    return column.hard, column.plausible


def json_schema(layer: str) -> dict[str, Any]:
    """Return the JSON Schema of the values of a layer's records.

    Parameters
    ----------
    layer
        Name of the layer.

    Returns
    -------
    dict
        Titles and descriptions in the reader's language; ``x-unit`` is the unit, ``x-plausible`` are limits beyond
        which a value is kept with a warning, ``x-geometry`` are the kinds of shapes.
    """
    schema, lang = layer_schema(layer), current_language()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": schema.title[lang],
        "description": schema.help[lang],
        "type": "object",
        "properties": {column.name: _property(column) for column in schema.columns},
        "required": [column.name for column in schema.columns if column.required],
        "additionalProperties": False,
        "x-geometry": list(schema.geometry),
        "x-key": [schema.key] if schema.key else list(schema.unique),
    }
