"""The sheets of a study: everything that its pages show, as JSON beside the records, so that a page opens at once.

No Django here: the process that solves a study writes them. ``book.json`` holds what concerns the whole (requirements,
solver, other budgets, operation), ``part-<code>.json`` a place: the study's own, and each district of a city's study.
``options-<code>.json`` lists every option there, ``areas-<code>.json`` the outlines of its communities and
``without-<code>.json`` who lacks what, as GeoJSON. What is not known is null.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from linli.improve.record import Plan
from linli.report.plan.model import Part, PlanBook
from linli.survey import Survey

__all__ = ["FOLDER", "NEED", "part_of", "plain", "read_sheet", "write_sheets"]

FOLDER = "sheets"
"""Where they are, in a study's folder."""

NEED = "need"
"""Band of those whose need a requirement is."""

_DIGITS = 6
_SIMPLER = 5e-5
"""Degrees, some 5 m: how far an outline may be from the surveyed one on a page's map."""

_MOST_POINTS = 20_000
"""More homes than this are put together in squares, so that a browser can draw them."""

_SQUARE = 1e-3
"""Degrees, some 100 m."""

_DISTRICT = 6
"""Digits of a community's code that name its district."""

_LEFT_OUT = frozenset({"city", "districts", "buildings", "building_needs", "served", "assessment", "operating_lines"})


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: records as objects, what is not known or not finite as null.

    Parameters
    ----------
    value
        Records, mappings, sequences, numbers, dates, texts.

    Returns
    -------
    object
        Keys that are tuples are joined by ``|``.
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {"|".join(map(str, k)) if isinstance(k, tuple) else str(k): plain(one) for k, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if isinstance(value, dt.date) else value


def _change(change: Any) -> dict[str, Any]:
    own = {name: plain(getattr(change, name)) for name in ("requirement", "band", "residents", "before", "after")}
    more = ("newly", "without", "share_before", "share_after")
    return {**own, **{name: plain(getattr(change, name)) for name in more}}


def part_of(part: Part, place: Mapping[str, str], book: PlanBook) -> dict[str, Any]:
    """Return a part of a plan as its pages show it.

    Parameters
    ----------
    part
        The whole, or a district.
    place
        ``code`` and ``name`` of the place it is.
    book
        The plan.

    Returns
    -------
    dict
        JSON-ready; communities only with the changes of those whose need it is.
    """
    inside = {project.option_id for project in part.projects}
    own = {field.name: getattr(part, field.name) for field in dataclasses.fields(part)}
    del own["communities"], own["changes"]
    sums = {**plain(part.sums), "needs": _change(part.sums.needs)}
    communities = []
    for one in part.communities:
        row = plain(dataclasses.replace(one, changes={}))
        row["changes"] = {key: _change(c) for (key, band), c in one.changes.items() if band == NEED}
        communities.append(row)
    return {
        **plain(own),
        "place": dict(place),
        "sums": sums,
        "changes": [_change(one) for one in part.changes.values()],
        "communities": communities,
        "facility_accounts": [plain(one) for one in book.facility_accounts if one.id in inside],
    }


def _book_sheet(book: PlanBook, parts: list[dict[str, str]]) -> dict[str, Any]:
    own = {f.name: getattr(book, f.name) for f in dataclasses.fields(book) if f.name not in _LEFT_OUT}
    types = {code: {"title": dict(one.title), "group": one.group} for code, one in book.assessment.types.items()}
    return {**plain(own), "types": types, "parts": parts}


def _inside(table: pd.DataFrame, ids: Collection[str]) -> pd.DataFrame:
    return table[table["community_id"].astype(str).isin(list(ids))].reset_index(drop=True)


def _options(plan: Plan, ids: Collection[str]) -> list[dict[str, Any]]:
    names = ("option_id", "place_kind", "place_id", "place_name", "community_id", "lever", "type", "floor_area_m2",
             "site_area_m2", "cost_yuan", "newly", "newly_old_young", "chosen")  # fmt: skip
    return [{name: plain(row[name]) for name in names} for row in _inside(plan.options, ids).to_dict("records")]


def _point(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(float(x), _DIGITS), round(float(y), _DIGITS)]}


def _squares(table: pd.DataFrame) -> pd.DataFrame:
    """Put homes that are too many to draw together in squares; each stands where its people's middle is."""
    if len(table) <= _MOST_POINTS:
        return table
    keys = [(table["x"] // _SQUARE), (table["y"] // _SQUARE)]
    counts = [name for name in table.columns if name not in {"x", "y"}]
    mean = table.groupby(keys, sort=True)[["x", "y"]].mean()
    return mean.join(table.groupby(keys, sort=True)[counts].sum()).reset_index(drop=True)


def _without(book: PlanBook, ids: Collection[str]) -> dict[str, Any]:
    """Return homes where somebody lacks something: people before and after, and those still without by requirement."""
    homes = _inside(book.buildings, ids).set_index("building_id")
    needs = _inside(book.building_needs, ids)
    still = needs[~needs["newly"].to_numpy(dtype=bool)]
    by_need = still.pivot_table(index="building_id", columns="requirement", values="residents", aggfunc="sum")
    table = homes[["x", "y", "lacking_before", "lacking_after"]].join(by_need).fillna(0.0)
    table = table[(table["lacking_before"] > 0) & table["x"].notna()].reset_index(drop=True)
    features = []
    for row in _squares(table).to_dict("records"):
        values = {str(k): round(float(v), 1) for k, v in row.items() if k not in {"x", "y"} and v > 0}
        features.append({"type": "Feature", "geometry": _point(row["x"], row["y"]), "properties": values})
    return {"type": "FeatureCollection", "features": features}


def _areas(survey: Survey, ids: Collection[str]) -> dict[str, Any]:
    table = _inside(survey.layers["communities"].drop_duplicates("community_id"), ids)
    features = []
    for row in table.to_dict("records"):
        shape = row.get("geometry")
        if shape is None or shape.is_empty:
            continue
        simple = shapely.set_precision(shape.simplify(_SIMPLER), 10**-_DIGITS)
        known = {"id": str(row["community_id"]), "name": plain(row["name"])}
        features.append({"type": "Feature", "geometry": json.loads(shapely.to_geojson(simple)), "properties": known})
    return {"type": "FeatureCollection", "features": features}


def _parts(book: PlanBook, place: Mapping[str, str], ids: Collection[str] | None) -> list[tuple[dict[str, str], Part]]:
    """Return the parts with their place: of a district's study itself alone, else the whole and every district."""
    if ids is not None and len(ids) < len(book.communities):
        own = next(one for one in book.districts if {c.id for c in one.communities} == set(ids))
        return [(dict(place), own)]
    found = [(dict(place), book.city)]
    for one in book.districts:
        codes = {community.id[:_DISTRICT] for community in one.communities}
        if one.key and len(codes) == 1 and place["code"] not in codes:
            found.append(({"code": codes.pop(), "name": one.key}, one))
    return found


def _write(folder: Path, name: str, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def write_sheets(
    book: PlanBook, plan: Plan, survey: Survey, folder: Path, place: Mapping[str, str], ids: Collection[str] | None
) -> None:
    """Write the sheets of a study.

    Parameters
    ----------
    book, plan, survey
        What was worked out, and from what.
    folder
        Where to; made if it is not there.
    place
        ``code`` and ``name`` of the study's place.
    ids
        Its communities; ``None`` = all of the survey.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = _parts(book, place, ids)
    _write(folder, "book", _book_sheet(book, [known for known, _ in parts]))
    for known, part in parts:
        inside = {community.id for community in part.communities}
        code = known["code"]
        _write(folder, f"part-{code}", part_of(part, known, book))
        _write(folder, f"options-{code}", _options(plan, inside))
        _write(folder, f"without-{code}", _without(book, inside))
        _write(folder, f"areas-{code}", _areas(survey, inside))


def read_sheet(folder: Path, name: str) -> Any:
    """Read one sheet of a study.

    Parameters
    ----------
    folder
        The study's.
    name
        ``book``, ``part-<code>``, …

    Returns
    -------
    object
        As written.

    Raises
    ------
    FileNotFoundError
        If there is none of that name.
    """
    return json.loads((folder / FOLDER / f"{name}.json").read_text(encoding="utf-8"))
