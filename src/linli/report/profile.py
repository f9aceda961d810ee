"""The rows of a profile (一社一画像) that pages and PDF share: facts about a community, and what there is in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.report.formats import Format, known
from linli.report.model import Book, Community
from linli.report.words import sentence_case

__all__ = ["FACTS", "fact_rows", "supply_rows"]

FACTS: tuple[str, ...] = (
    "density_per_km2",
    "share_old",
    "share_young",
    "area_m2",
    "dwellings",
    "buildings",
    "estates",
    "built_year",
    "old_estate_share",
    "facilities",
    "rooms_floor_area_m2",
    "households_asked",
)
"""Facts shown, in order."""

_LAYER = {"estates": "estates", "facilities": "facilities", "rooms_floor_area_m2": "rooms", "buildings": "buildings"}
_COMPARED = frozenset({"density_per_km2", "share_old", "share_young"})
_HECTARE_M2 = 10_000.0


def _written(value: float, unit: str, name: str, fmt: Format) -> str:
    if unit == "share":
        return fmt.pct(value)
    if unit == "year":
        return f"{value:.0f}"
    if name == "area_m2":
        return fmt.unit(value / _HECTARE_M2, "ha", 1)
    if unit == "people/km2" and fmt.people == "m2":
        unit = "m2/km2"
    return fmt.unit(value, None if unit == "count" else unit)


def _unasked(book: Book, name: str) -> bool:
    """Whether a fact counts rows of a layer that was not surveyed: then nought is not known to be nought."""
    layer = _LAYER.get(name)
    return layer is not None and not book.manifest.get("rows", {}).get(layer, 1)


def _place(below: float, fmt: Format) -> str:
    if below <= 0:
        return fmt.words("profile.least")
    return fmt.words("profile.most") if below >= 1 else fmt.words("profile.more_than", share=fmt.pct(below))


def fact_rows(book: Book, community: Community, fmt: Format) -> list[dict[str, str]]:
    """Write the known facts of a community.

    Parameters
    ----------
    book
        The whole.
    community
        One of it.
    fmt
        Words and numbers of the language.

    Returns
    -------
    list of dict
        ``name``, ``value`` with unit, ``place`` among all communities (may be empty).
    """
    out = []
    for name in FACTS:
        fact = community.facts.get(name)
        if fact is None or not known(fact["value"]) or _unasked(book, name):
            continue
        below = fact.get("share_below")
        compared = name in _COMPARED and known(below) and book.total > 1
        place = _place(float(below), fmt) if compared and below is not None else ""
        key = f"fact.{name}_m2" if name == "density_per_km2" and book.unit == "m2" else f"fact.{name}"
        out.append(
            {"name": fmt.words(key), "value": _written(fact["value"], str(fact["unit"]), name, fmt), "place": place}
        )
    return out


def _area(row: Mapping[str, Any], sized: bool, fmt: Format) -> str:
    """Floor area, else site area; unknown is said only where some standard asks for a size."""
    for column in ("floor_area_m2", "site_area_m2"):
        if known(row.get(column)) and row[column] > 0:
            return fmt.n(row[column])
    return fmt.unknown if sized else ""


def supply_rows(
    book: Book, community: Community, coverage: Mapping[tuple[str, str], Mapping[str, Any]], fmt: Format
) -> list[dict[str, Any]]:
    """Write what there is of each facility type that is there or asked for.

    Parameters
    ----------
    book
        The whole.
    community
        One of it.
    coverage
        By community id and facility type: residents within the distance.
    fmt
        Words and numbers of the language.

    Returns
    -------
    list of dict
        ``code``, ``name``, ``count`` (None = unknown), ``area`` (m²), ``within`` (share of residents), ``distance``.
    """
    rows = []
    for row in community.supply:
        code = str(row["type"])
        kind = book.types.get(code)
        count = int(row["count"]) if known(row.get("count")) else 0
        if kind is None or not (count or kind.asked_by):
            continue
        cover = coverage.get((community.id, code))
        rows.append(
            {
                "code": code,
                "name": sentence_case(fmt.words.pick(kind.title)),
                "count": None if code in book.unsurveyed and not count else count,
                "area": _area(row, kind.sized, fmt) if count else "",
                "within": fmt.unknown
                if code in book.unsurveyed
                else fmt.degree(cover["share"], cover["share_low"], cover["share_high"])
                if cover
                else "",
                "distance": fmt.metres(cover["distance_m"]) if cover else "",
            }
        )
    return rows
