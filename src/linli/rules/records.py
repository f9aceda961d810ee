"""The records of the rules floor: what a rule, a dated value, a family and a pack are.

*Value* is a figure of a rule from one date on, with its unit, citation, certainty and the date somebody last checked
it. *Series* is the values of one name in order of date. *Rule* is one entry of the catalogue (``family/name``).
*Certainty* says how well a figure is known: ``published`` (read in a public text), ``recalled`` (written from memory,
the text itself was not at hand), ``unset`` (known to exist, never published: a city fills it in a pack).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

__all__ = ["CERTAINTIES", "NATIONAL", "Certainty", "Family", "Frozen", "Pack", "Rule", "Value", "freeze", "weakest"]

Certainty = Literal["published", "recalled", "unset"]

CERTAINTIES: tuple[Certainty, ...] = ("published", "recalled", "unset")
"""Certainties, the surest first."""

NATIONAL = "national"
"""The source of a value that comes from the catalogue shipped with Linli, not from a pack."""


class Frozen(dict[str, Any]):
    """A dictionary that cannot be changed; it can be compared, written as JSON and pickled like any other."""

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        msg = "Rules are immutable: lay a pack over the catalogue instead."
        raise TypeError(msg)

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return (Frozen, (dict(self),))

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted((key, repr(value)) for key, value in self.items())))


def freeze(data: Any) -> Any:
    """Return data with every dictionary made `Frozen` and every list a tuple.

    Parameters
    ----------
    data
        What a YAML file may hold.

    Returns
    -------
    Any
        The same, unchangeable at every depth.

    Examples
    --------
    >>> freeze({"levels": ["block"]})
    {'levels': ('block',)}
    """
    if isinstance(data, Mapping):
        return Frozen({str(key): freeze(value) for key, value in data.items()})
    if isinstance(data, list | tuple):
        return tuple(freeze(value) for value in data)
    return data


def weakest(certainties: Iterable[Certainty]) -> Certainty:
    """Return the least sure of some certainties.

    Parameters
    ----------
    certainties
        At least one of `CERTAINTIES`.

    Returns
    -------
    str
        ``unset`` if any is, else ``recalled`` if any is, else ``published``.

    Raises
    ------
    ValueError
        If there is none, or one is not a certainty.

    Examples
    --------
    >>> weakest(["published", "recalled"])
    'recalled'
    """
    return CERTAINTIES[max(CERTAINTIES.index(certainty) for certainty in certainties)]


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of a rule, in force from one date on.

    Parameters
    ----------
    rule, name
        Whose it is: ``complete_community/nursery`` and ``floor_area_min``.
    title
        What the figure is, ``{"zh": …, "en": …}``.
    value
        Number, text or boolean; ``None`` if the rule ends on `valid_from` or the certainty is ``unset``.
    unit
        A code of the catalogue's units: ``m2``, ``m``, ``share`` …
    valid_from
        First day on which it holds.
    reference
        ``title`` and, where known, ``clause`` and ``href``.
    certainty
        ``published``, ``recalled`` or ``unset``.
    last_checked_on
        The day somebody last compared it with its source.
    source
        ``national`` or the name of the pack it comes from.
    unsure
        Whether the memory behind a recalled figure is weak.
    note
        Remark, ``{"zh": …, "en": …}``, or ``None``.
    """

    rule: str
    name: str
    title: Mapping[str, str]
    value: float | str | bool | None
    unit: str
    valid_from: dt.date
    reference: Mapping[str, str]
    certainty: Certainty
    last_checked_on: dt.date
    source: str = NATIONAL
    unsure: bool = False
    note: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        """``family/rule.name``."""
        return f"{self.rule}.{self.name}"

    @property
    def clause(self) -> str:
        """Title and clause of the reference in one line."""
        return ", ".join(self.reference[key] for key in ("title", "clause") if key in self.reference)

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary with every field; dates as ISO text."""
        return {
            "name": self.name,
            "title": dict(self.title),
            "value": self.value,
            "unit": self.unit,
            "valid_from": self.valid_from.isoformat(),
            "reference": dict(self.reference),
            "certainty": self.certainty,
            "unsure": self.unsure,
            "last_checked_on": self.last_checked_on.isoformat(),
            "source": self.source,
            "note": dict(self.note) if self.note else None,
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the catalogue.

    Parameters
    ----------
    id, family
        ``family/name`` and its first part.
    title
        ``{"zh": …, "en": …}``.
    order
        Place in its family, lowest first.
    group
        The group of its family it belongs to (a have, a level, a scene, a service group), or ``None``.
    body
        Everything else the file says: `requirements`, `text`, `reference`, `osm`, `links` …
    values
        Series of values by name, each in order of date.
    certainty
        The weakest among its values and its own text.
    source
        ``national`` or the pack that added the rule.
    packs
        The packs that changed it, in order.
    """

    id: str
    family: str
    title: Mapping[str, str]
    order: int
    group: str | None
    body: Mapping[str, Any]
    values: Mapping[str, tuple[Value, ...]]
    certainty: Certainty
    source: str = NATIONAL
    packs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The part of the id after the family."""
        return self.id.partition("/")[2]

    @property
    def requirements(self) -> tuple[Mapping[str, Any], ...]:
        """The machine-readable requirements; empty for a rule that is not an assessable item."""
        return tuple(self.body.get("requirements", ()))

    @property
    def is_item(self) -> bool:
        """Whether a community can be assessed against it."""
        return bool(self.requirements)

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary: identity, body, and every dated value."""
        body = {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in self.body.items()}
        return {
            **body,
            "id": self.id,
            "family": self.family,
            "title": dict(self.title),
            "order": self.order,
            "group": self.group,
            "certainty": self.certainty,  # of the whole rule: the body's own is that of its text
            "source": self.source,
            "packs": list(self.packs),
            "values": {name: [value.as_dict() for value in series] for name, series in self.values.items()},
        }


@dataclass(frozen=True, slots=True)
class Family:
    """A folder of the catalogue.

    Parameters
    ----------
    id
        Folder name.
    title, description
        ``{"zh": …, "en": …}``.
    order
        Place among the families.
    kind
        ``standard`` (has items), ``facts``, ``vocabulary`` or ``crosswalk``.
    groups
        Titles of its groups by code, in order.
    documents
        The documents it comes from: ``title``, and where known ``number``, ``issued_on``, ``in_force_from``, ``note``.
    roles
        The roles its rules may have, if it tells any apart.
    """

    id: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    order: int
    kind: str
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=Frozen)
    documents: tuple[Mapping[str, Any], ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """A city's own values, laid over the catalogue.

    Parameters
    ----------
    name
        Folder name; the `source` of the values it brings.
    title
        ``{"zh": …, "en": …}``.
    author
        Who answers for it.
    order
        Its place when several are laid over each other: 10 province, 20 city, 30 district is a custom.
    """

    name: str
    title: Mapping[str, str]
    author: str
    order: int
