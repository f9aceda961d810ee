"""What a person who decides sees: what was sent, what the record is now, and what both began with, field by field.

It is worked out anew whenever somebody looks: the record may have been changed again since the conflict arose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.web.field.columns import field_title, names_of, shown_value
from linli.web.field.merge import State, same_place
from linli.web.field.register import read_mine, read_shape
from linli.web.field.wire import GEOMETRY
from linli.web.refusal import Refused

__all__ = ["Choice", "compare", "read_state"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A field to decide.

    Parameters
    ----------
    name, title
        The field.
    base, mine, theirs
        What both began with, what was sent, what is there now, as people read it; empty = unknown.
    suggestion
        ``mine`` or ``theirs`` where only one side changed it; empty where both did.
    value
        What was sent, as the register keeps it.
    """

    name: str
    title: str
    base: str
    mine: str
    theirs: str
    suggestion: str
    value: Any


def read_state(layer: str, texts: Mapping[str, str], base: State, known: Mapping[str, Any]) -> State:
    """Read what was sent; a position that was left empty is that of the base.

    Parameters
    ----------
    layer
        Name of the layer.
    texts
        The form's fields.
    base
        What the phone knew.
    known
        What the record holds in columns that the form does not have.

    Returns
    -------
    State
        What can be read of it.
    """
    try:
        shape = read_shape(texts.get(GEOMETRY, ""))
    except Refused:
        shape = None
    return read_mine(layer, texts, shape if shape is not None else base.shape, known)[0]


def _same(name: str, one: Any, other: Any) -> bool:
    return same_place(one, other) if name == GEOMETRY else one == other


def compare(layer: str, base: State, mine: State, now: State) -> Sequence[Choice]:
    """Return every field in which what was sent differs from what is there.

    Parameters
    ----------
    layer
        Name of the layer.
    base, mine, now
        What both began with, what was sent, what is there.

    Returns
    -------
    sequence of Choice
        In the order of the form.
    """
    out = []
    for name in names_of(layer):
        began, want, there = base.get(name), mine.get(name), now.get(name)
        if _same(name, want, there):
            continue
        suggestion = "theirs" if _same(name, want, began) else "mine" if _same(name, there, began) else ""
        base_text, mine_text, theirs_text = (shown_value(layer, name, value) for value in (began, want, there))
        title = field_title(layer, name)
        out.append(Choice(name, title, base_text, mine_text, theirs_text, suggestion, want))
    return out
