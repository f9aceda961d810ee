"""How much a community's part of a round is known: facts known of facts asked, counted in the register.

*Fact*: one thing that is asked for and can be known: a column of a row, a row's place on the map, whether there is a
facility of a type, the answer to a question. A number here always says what it counts. What nobody entered a row for
cannot be counted: where a community is to have rows, one fact stands for «has any, or says that it has none».

*Part*: facts of one kind. Counting goes by a handful of queries for all communities at once; `facts_of` lists the facts
of one community by its rows, and both come to the same numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from linli.web.places.models import Record
from linli.web.surveys.asked import COLUMNS, LAYERS_TO_STATE, Asked

__all__ = ["PARTS", "Buildings", "Community", "Completeness", "Fact", "Part", "count_facts", "facts_of"]

PARTS = ("community", "estates", "facilities", "sizes", "rooms", "plots", "answers", "wishes")
"""In the order in which they are shown."""

_ASKED = "households_asked"
_FEW = 200
"""So many places are named one by one in a query."""


@dataclass(frozen=True, slots=True)
class Part:
    """Facts of one kind: how many are known of how many."""

    name: str
    known: int
    asked: int

    @property
    def missing(self) -> int:
        """How many are not known."""
        return self.asked - self.known


@dataclass(frozen=True, slots=True)
class Buildings:
    """Residential buildings of a community in the layer from the data department; not the community's own work."""

    count: int = 0
    residents_known: int = 0
    ages_known: int = 0


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is known of a community.

    Parameters
    ----------
    parts
        In the order of `PARTS`.
    buildings
        What came in bulk; not part of the sum.
    """

    parts: tuple[Part, ...]
    buildings: Buildings = Buildings()

    @property
    def known(self) -> int:
        """Facts known."""
        return sum(part.known for part in self.parts)

    @property
    def asked(self) -> int:
        """Facts asked."""
        return sum(part.asked for part in self.parts)

    @property
    def missing(self) -> int:
        """Facts not known."""
        return self.asked - self.known

    @property
    def share(self) -> float | None:
        """Known of asked, 0–1; ``None`` if nothing is asked."""
        return self.known / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class Community:
    """A community to be counted: its code, its path, and what it says that it has none of."""

    code: str
    path: str
    none_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing asked of one community.

    Parameters
    ----------
    part
        One of `PARTS`.
    layer, key
        The row of the register that it is about; no key where it is about no row in particular.
    what
        The column, ``geometry``, the facility type, or the item.
    known
        Whether it is known.
    name
        The row's name.
    """

    part: str
    layer: str
    key: str
    what: str
    known: bool
    name: str = ""


def _filled(rows: QuerySet[Record], columns: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return by place how many rows there are and how many of their columns and places are known."""
    counts: dict[str, Any] = {f"has_{name}": Count("pk", filter=Q(values__has_key=name)) for name in columns}
    found = rows.order_by().values("place").annotate(n=Count("pk"), located=Count("west"), **counts)
    return {row.pop("place"): (row.pop("n"), sum(row.values())) for row in found}


def _open(layer: str, paths: Collection[str], below: str) -> QuerySet[Record]:
    rows = Record._all.filter(layer=layer, closed_at=None, place__startswith=below)
    return rows.filter(place__in=paths) if len(paths) <= _FEW else rows


def _facilities(rows: QuerySet[Record], asked: Asked) -> tuple[dict[str, tuple[int, int]], dict[tuple[str, str], int]]:
    """Return by place: sizes and places asked and known; by kind and place: how many of the asked types there are."""
    counts: dict[str, Any] = {f"types_{kind}": Count("kind", distinct=True, filter=Q(kind__in=types))
                              for kind, types in asked.types.items()}  # fmt: skip
    for column, types in asked.sizes.items():
        of = Q(kind__in=sorted(types))
        counts[f"asked_{column}"] = Count("pk", filter=of)
        counts[f"known_{column}"] = Count("pk", filter=of & Q(values__has_key=column))
    sizes: dict[str, tuple[int, int]] = {}
    there: dict[tuple[str, str], int] = {}
    for row in rows.order_by().values("place").annotate(n=Count("pk"), located=Count("west"), **counts):
        asked_n = row["n"] + sum(row[f"asked_{column}"] for column in asked.sizes)
        known_n = row["located"] + sum(row[f"known_{column}"] for column in asked.sizes)
        sizes[row["place"]] = (asked_n, known_n)
        there |= {(kind, row["place"]): row[f"types_{kind}"] for kind in asked.types}
    return sizes, there


def _said_none(communities: Iterable[Community], rows: QuerySet[Record]) -> dict[str, frozenset[str]]:
    """Return by place the facility types that a community says it has none of and truly has no row of."""
    said = {one.path: {name.partition("/")[2] for name in one.none_of if name.startswith("facilities/")}
            for one in communities}  # fmt: skip
    said = {path: kinds for path, kinds in said.items() if kinds}
    if not said:
        return {}
    kinds = sorted(set().union(*said.values()))
    there = set(rows.order_by().filter(kind__in=kinds).values_list("place", "kind").distinct())
    return {path: frozenset(kind for kind in kinds if (path, kind) not in there) for path, kinds in said.items()}


def _stated(layer: str, columns: Sequence[str], found: tuple[int, int], none_of: Collection[str]) -> Part:
    n, filled = found
    stated = int(n > 0 or layer in none_of)
    return Part(layer, stated + filled, 1 + n * (len(columns) + 1))


def count_facts(
    communities: Sequence[Community], asked: Asked, below: str, buildings: Mapping[str, Sequence[int]] | None = None
) -> dict[str, Completeness]:
    """Count what is known of each community.

    Parameters
    ----------
    communities
        Which.
    asked
        What is asked of them.
    below
        Jurisdiction path at or below which all of them lie.
    buildings
        By community code: buildings, those with residents known, with every age band known.

    Returns
    -------
    dict of Completeness
        By community code.
    """
    paths = [one.path for one in communities]
    own = {row[0]: row[1:] for row in _open("communities", paths, below).values_list("place", "values", "west")}
    layers = {layer: _filled(_open(layer, paths, below), COLUMNS[layer]) for layer in LAYERS_TO_STATE}
    facilities = _open("facilities", paths, below)
    sizes, types = _facilities(facilities, asked)
    none = _said_none(communities, facilities)
    items: dict[str, set[str]] = {}
    for place, key in _open("answers", paths, below).values_list("place", "key"):
        items.setdefault(place, set()).add(key.partition("|")[2])
    wishes = set(
        _open("wishes", paths, below).filter(values__has_key=_ASKED).values_list("place", flat=True).distinct()
    )
    out = {}
    for one in communities:
        values, west = own.get(one.path, ({}, None))
        kind, project = values.get("kind", "existing"), values.get("project_type", "")
        put = [question.item for question in asked.questions_for(kind, project)]
        there = types.get((kind, one.path), 0) + len(none.get(one.path, frozenset()) & set(asked.types_for(kind)))
        facts = sizes.get(one.path, (0, 0))
        stated = {name: _stated(name, COLUMNS[name], layers[name].get(one.path, (0, 0)), one.none_of)
                  for name in LAYERS_TO_STATE}  # fmt: skip
        out[one.code] = Completeness(
            (
                Part("community", sum(name in values for name in COLUMNS["communities"]) + (west is not None),
                     len(COLUMNS["communities"]) + 1),
                stated["estates"],
                Part("facilities", there, len(asked.types_for(kind))),
                Part("sizes", facts[1], facts[0]),
                stated["rooms"],
                stated["plots"],
                Part("answers", len(items.get(one.path, set()) & set(put)), len(put)),
                Part("wishes", int(one.path in wishes), 1),
            ),
            Buildings(*(buildings or {}).get(one.code, ())),
        )  # fmt: skip
    return out


def _row_facts(part: str, row: Record, columns: Iterable[str]) -> Iterator[Fact]:
    for name in columns:
        yield Fact(part, row.layer, row.key, name, name in row.values, row.name)
    yield Fact(part, row.layer, row.key, "geometry", row.west is not None, row.name)


def _facility_facts(rows: Sequence[Record], asked: Asked, kind: str, none_of: Collection[str]) -> Iterator[Fact]:
    there = {row.kind for row in rows}
    for name in asked.types_for(kind):
        yield Fact("facilities", "facilities", "", name, name in there or f"facilities/{name}" in none_of)
    for row in rows:
        yield from _row_facts("sizes", row, [name for name, types in asked.sizes.items() if row.kind in types])


def facts_of(community: Community, asked: Asked) -> list[Fact]:
    """List everything asked of a community, known or not.

    Parameters
    ----------
    community
        Which.
    asked
        What is asked.

    Returns
    -------
    list of Fact
        In the order of `PARTS`; counted by part they are what `count_facts` says.
    """
    rows: dict[str, list[Record]] = {}
    for row in Record._all.filter(place=community.path, closed_at=None).order_by("layer", "key"):
        rows.setdefault(row.layer, []).append(row)
    own = (rows.get("communities") or [Record(layer="communities")])[0]
    kind, project = own.values.get("kind", "existing"), own.values.get("project_type", "")
    facts = list(_row_facts("community", own, COLUMNS["communities"]))
    for layer in LAYERS_TO_STATE:
        of = rows.get(layer, [])
        facts.append(Fact(layer, layer, "", "any", bool(of) or layer in community.none_of))
        facts += [fact for row in of for fact in _row_facts(layer, row, COLUMNS[layer])]
    facts += _facility_facts(rows.get("facilities", []), asked, kind, community.none_of)
    answered = {row.key.partition("|")[2] for row in rows.get("answers", [])}
    for question in asked.questions_for(kind, project):
        facts.append(Fact("answers", "answers", "", question.item, question.item in answered))
    wished = any(_ASKED in row.values for row in rows.get("wishes", []))
    facts.append(Fact("wishes", "wishes", "", _ASKED, wished))
    return sorted(facts, key=lambda fact: PARTS.index(fact.part))
