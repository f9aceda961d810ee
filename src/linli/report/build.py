"""From the tables of an assessment to the records that the report shows.

Sums over communities are added here and nowhere else. The *figure of a city* is the mean of its communities' scores,
each weighted by its residents where they are known everywhere, else by one.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from linli.assess.record import Assessment
from linli.report.model import (
    Book,
    Community,
    FacilityType,
    Figures,
    ItemInfo,
    Mean,
    Priority,
    Region,
    RequirementResult,
    Result,
    StandardInfo,
)
from linli.rules import Catalogue, Rule
from linli.survey import Survey
from linli.units import AGE_BANDS, OLD_AND_YOUNG, residents_column

__all__ = ["build_book", "shown_coverage", "slugs"]

NAN = float("nan")
_RESERVED = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))})
STATUS_ORDER = ("met", "partly", "not_met", "not_applicable", "unknown")
Row = dict[str, Any]
_SIZES = frozenset({"min_floor_area", "min_site_area"})


def slugs(names: Iterable[str]) -> dict[str, str]:
    """Give each name a file name that is safe everywhere, readable and unique.

    Parameters
    ----------
    names
        Ids or names, whatever people wrote.

    Returns
    -------
    dict
        Name → letters, digits, ``-`` and ``_``; where that loses something, a piece of its hash is added.

    Examples
    --------
    >>> slugs(["330105007012", "拱墅区"])["330105007012"]
    '330105007012'
    """
    out: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        clean = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60]
        if not clean or clean != name or clean.lower() in taken or clean.upper() in _RESERVED:
            digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
            clean = f"{clean}-{digest}" if clean else f"x{digest}"
        taken.add(clean.lower())
        out[name] = clean
    return out


def _float(value: Any) -> float:
    if value is None or value is pd.NA:
        return NAN
    try:
        return float(value)
    except (TypeError, ValueError):
        return NAN


def _text(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value)


def _rows(table: pd.DataFrame) -> list[Row]:
    plain = table.drop(columns=["geometry"]) if "geometry" in table.columns else pd.DataFrame(table)
    return [{str(k): v for k, v in row.items()} for row in plain.to_dict("records")]


def _by_community(table: pd.DataFrame) -> dict[str, list[Row]]:
    out: dict[str, list[Row]] = defaultdict(list)
    if "community_id" in table.columns:
        for row in _rows(table):
            out[_text(row["community_id"])].append(row)
    return out


def _reference(rule: Rule) -> Mapping[str, Any]:
    """Return the rule's own reference, else that of its first figure."""
    found = rule.body.get("reference")
    values = dict(rule.values)
    return found or next((values[name][-1].reference for name in values), {})


def _item(rule: Rule) -> ItemInfo:
    texts = rule.body.get("text") or rule.body.get("text_existing") or {}
    if not texts:
        texts = next((r["text"] for r in rule.requirements if r.get("text")), {})
    reference = _reference(rule)
    clause, source = str(reference.get("clause", "")), str(reference.get("title", ""))
    return ItemInfo(rule.id, rule.family, rule.group or rule.family, rule.title, texts, rule.certainty, clause, source)


def _standards(assessment: Assessment, catalogue: Catalogue) -> tuple[StandardInfo, ...]:
    found = []
    for name in assessment.meta.options.standards:
        family = catalogue.families[name]
        items = tuple(_item(rule) for rule in catalogue.items(name))
        weights = str(assessment.meta.weights.get(name, ""))
        groups = {item.group: family.groups.get(item.group, {}) for item in items}
        ordered = {code: family.groups[code] for code in family.groups if code in groups}
        found.append(
            StandardInfo(
                name, family.title, family.description, {**ordered, **groups}, items, family.documents, weights
            )
        )
    return tuple(found)


def _types(catalogue: Catalogue, standards: Sequence[StandardInfo]) -> dict[str, FacilityType]:
    asked: dict[str, list[str]] = defaultdict(list)
    sized: set[str] = set()
    for standard in standards:
        for item in standard.items:
            for requirement in catalogue.rule(item.id).requirements:
                codes = requirement.get("facility_types", ())
                if str(requirement["kind"]).startswith("area_per") or _SIZES & set(requirement):
                    sized.update(codes)
                for code in codes:
                    if item.id not in asked[code]:
                        asked[code].append(item.id)
    return {
        code: FacilityType(code, rule.title, rule.group or "", tuple(asked.get(code, ())), code in sized)
        for code, rule in catalogue.facility_types.items()
    }


def _requirement_texts(catalogue: Catalogue, standards: Sequence[StandardInfo]) -> dict[tuple[str, str], Any]:
    return {
        (item.id, requirement["id"]): requirement.get("text") or requirement.get("question") or item.text
        for standard in standards
        for item in standard.items
        for requirement in catalogue.rule(item.id).requirements
    }


def _evidence(row: Row) -> Row:
    try:
        found = json.loads(_text(row.get("evidence")) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _requirement_results(
    assessment: Assessment, texts: Mapping[tuple[str, str], Any]
) -> dict[tuple[str, str], list[Any]]:
    out: dict[tuple[str, str], list[RequirementResult]] = defaultdict(list)
    for row in _rows(assessment.requirements):
        item, name = _text(row["item"]), _text(row["requirement"])
        result = RequirementResult(name, item, row, _evidence(row), texts.get((item, name), {}))
        out[_text(row["community_id"]), item].append(result)
    return out


def _results(assessment: Assessment, items: Mapping[str, ItemInfo], texts: Mapping[tuple[str, str], Any]) -> Any:
    """By community, then standard: the results in the order of the items."""
    behind = _requirement_results(assessment, texts)
    place = {item: position for position, item in enumerate(items)}
    out: dict[str, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(assessment.items):
        item = items.get(_text(row["item"]))
        if item is None:
            continue
        key = _text(row["community_id"])
        out[key][item.standard].append(
            Result(
                item,
                _text(row["status"]),
                _float(row.get("degree")),
                _float(row.get("degree_low")),
                _float(row.get("degree_high")),
                _float(row.get("shortfall")),
                _text(row.get("shortfall_unit")),
                row,
                tuple(behind.get((key, item.id), ())),
            )
        )
    return {
        key: {name: tuple(sorted(found, key=lambda r: place[r.item.id])) for name, found in by.items()}
        for key, by in out.items()
    }


def _mean(row: Row, key: str, title: Any) -> Mean:
    rank = _float(row.get("rank"))
    return Mean(
        key,
        _text(row.get("standard")),
        _float(row.get("score")),
        _float(row.get("score_low")),
        _float(row.get("score_high")),
        _float(row.get("known_share")),
        _text(row.get("grade")),
        None if math.isnan(rank) else int(rank),
        {status: int(row[status]) for status in STATUS_ORDER if status in row},
        title or {},
    )


def _group_title(catalogue: Catalogue, standard: str, group: str) -> Mapping[str, str]:
    family = catalogue.families.get(standard)
    return (family.groups.get(group) if family else None) or {"zh": group, "en": group}


def _scene_title(catalogue: Catalogue, scene: str) -> Mapping[str, str]:
    for name in ("future_community", "crosswalk"):
        if name in catalogue.families and scene in catalogue.families[name].groups:
            return catalogue.families[name].groups[scene]
        if f"{name}/{scene}" in catalogue.rules:
            return catalogue.rules[f"{name}/{scene}"].title
    return {"zh": scene, "en": scene}


def _priority(row: Row | None) -> Priority | None:
    if row is None:
        return None
    parts = {key.removeprefix("part_"): _float(value) for key, value in row.items() if key.startswith("part_")}
    raw = {key: _float(row.get(key)) for key in parts}
    reason = {"zh": _text(row.get("reason_zh")), "en": _text(row.get("reason_en"))}
    return Priority(int(row["rank"]), _float(row.get("score")), parts, raw, reason)


def _facts(rows: Iterable[Row]) -> dict[str, Row]:
    return {_text(row["fact"]): {**row, "value": _float(row.get("value"))} for row in rows}


def _region_column(communities: pd.DataFrame) -> str | None:
    """Group by district; by subdistrict where there is one district only; not at all where neither is known."""
    for column in ("district", "subdistrict"):
        if column in communities.columns and len(set(communities[column].dropna())) > 1:
            return column
    return next((c for c in ("district", "subdistrict") if c in communities and communities[c].notna().any()), None)


def _sums(communities: Sequence[Community], standard: str) -> Figures:
    residents = np.array([c.residents for c in communities])
    scores = [c.scores.get(standard) for c in communities]
    table = np.array([[s.score, s.low, s.high] if s else [NAN] * 3 for s in scores]).reshape(-1, 3)
    weight = residents if np.isfinite(residents).all() and residents.sum() > 0 else np.ones(len(residents))
    means = []
    for column in table.T:
        ok = np.isfinite(column)
        means.append(float(np.average(column[ok], weights=weight[ok])) if ok.any() and weight[ok].sum() > 0 else NAN)
    counts: dict[str, int] = dict.fromkeys(STATUS_ORDER, 0)
    for community in communities:
        for result in community.results.get(standard, ()):
            counts[result.status] = counts.get(result.status, 0) + 1
    old_young = [sum(c.bands.get(band, NAN) for band in OLD_AND_YOUNG) for c in communities]
    return Figures(
        len(communities),
        float(residents.sum()),
        float(sum(c.households for c in communities)),
        float(sum(old_young)),
        means[0],
        means[1],
        means[2],
        counts,
    )


def _regions(communities: Sequence[Community], standards: Sequence[StandardInfo]) -> tuple[Region, ...]:
    names = list(dict.fromkeys(c.region for c in communities if c.region))
    files = slugs(names)
    out = []
    for name in names:
        inside = tuple(c for c in communities if c.region == name)
        out.append(Region(name, files[name], inside, {s.id: _sums(inside, s.id) for s in standards}))
    return tuple(out)


def _distances(assessment: Assessment, catalogue: Catalogue) -> dict[str, float]:
    """Return the distance that the first standard asking for a type measures it by, m."""
    reach = assessment.requirements
    reach = reach[reach["distance_m"].notna()].drop_duplicates(["item", "requirement"])
    out: dict[str, float] = {}
    for row in _rows(reach):
        for requirement in catalogue.rule(_text(row["item"])).requirements:
            if requirement["id"] == row["requirement"]:
                for code in requirement.get("facility_types", ()):
                    out.setdefault(code, _float(row["distance_m"]))
    return out


def _unsurveyed(assessment: Assessment, survey: Survey, types: Iterable[str]) -> frozenset[str]:
    """Return the types that nobody can say anything about: an open map is the source, and it shows none."""
    notes = assessment.requirements["notes"].fillna("").astype(str)
    if not notes.str.contains("type_not_surveyed", regex=False).any():
        return frozenset()
    return frozenset(types) - set(survey.layers["facilities"]["type"].dropna().astype(str))


def _coverage(assessment: Assessment, catalogue: Catalogue, unsurveyed: frozenset[str]) -> dict[str, Row]:
    table = assessment.coverage
    if table.empty:
        return {}
    table = table[table["band"] == "all"]
    wanted = _distances(assessment, catalogue)
    sums = table.groupby(["type", "distance_m"], sort=False)[["residents", "residents_within"]].sum(min_count=1)
    out: dict[str, Row] = {}
    for code, rows in sums.groupby(level="type", sort=False):
        distances = rows.index.get_level_values("distance_m").to_numpy("float64")
        target = wanted.get(str(code), float(distances.min()))
        nearest = int(np.abs(distances - target).argmin())
        residents, within = (float(value) for value in rows.iloc[nearest])
        within = NAN if str(code) in unsurveyed else within
        out[str(code)] = {
            "distance_m": float(distances[nearest]),
            "residents": residents,
            "within": within,
            "share": within / residents if residents > 0 else NAN,
        }
    return out


def _layer_rows(survey: Survey, layer: str, only: Collection[str] | None) -> dict[str, list[Row]]:
    """Rows of a layer by community: the one that is given, else the one they lie in."""
    frame = survey.layers[layer]
    lost = frame["community_id"].isna().to_numpy()
    if "geometry" not in frame.columns or not lost.any():
        return _by_community(_part(frame, only))
    areas = survey.layers["communities"]
    tree = shapely.STRtree(np.asarray(areas["geometry"], dtype=object))
    shapes = np.asarray(frame["geometry"], dtype=object)
    points = shapely.point_on_surface(shapes[lost])
    point, area = tree.query(points, predicate="within")
    ids = frame["community_id"].astype("object").to_numpy(dtype=object).copy()
    # the first community wins where two overlap
    ids[np.flatnonzero(lost)[point[::-1]]] = areas["community_id"].to_numpy(dtype=object)[area[::-1]]
    return _by_community(_part(frame.assign(community_id=ids), only))


def _part(table: pd.DataFrame, only: Collection[str] | None) -> pd.DataFrame:
    if only is None or "community_id" not in table.columns:
        return table
    return table[table["community_id"].isin(list(only))]


def build_book(
    assessment: Assessment, survey: Survey, catalogue: Catalogue, *, only: Collection[str] | None = None
) -> Book:
    """Bring everything the report shows into one record.

    Parameters
    ----------
    assessment
        What was found.
    survey
        What it was found from.
    catalogue
        The rules it was judged by.
    only
        Ids of the communities that the book is to hold, or None for all: its sums are then theirs alone, while ranks
        and shares keep their sense among all (`Book.total`).

    Returns
    -------
    Book
        City, regions, communities, standards and facility types.

    Raises
    ------
    KeyError
        If the catalogue lacks a standard that the assessment used: it is another catalogue.
    """
    total = len(assessment.communities)
    assessment = Assessment(assessment.meta, **{name: _part(table, only) for name, table in assessment.tables.items()})
    standards = _standards(assessment, catalogue)
    types = _types(catalogue, standards)
    communities = _communities(assessment, survey, catalogue, standards, only)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(STATUS_ORDER, 0))
    pairs = assessment.items.groupby(["item", "status"], sort=False).size()
    for key, count in pairs.items():
        item, status = _pair(key)
        counts[item][status] = int(count)
    unsurveyed = _unsurveyed(assessment, survey, types)
    in_use = survey.layers["facilities"]
    in_use = in_use[in_use["status"].fillna("in_use") == "in_use"]
    return Book(
        name=assessment.meta.name,
        surveyed_on=assessment.meta.surveyed_on,
        on=assessment.meta.on,
        unit=assessment.meta.unit,
        communities=communities,
        regions=_regions(communities, standards),
        standards=standards,
        types=types,
        figures={standard.id: _sums(communities, standard.id) for standard in standards},
        status_counts=dict(counts),
        city_facilities={str(k): int(v) for k, v in in_use["type"].value_counts().items()},
        coverage=_coverage(assessment, catalogue, unsurveyed),
        meta=assessment.meta.model_dump(mode="json"),
        manifest=survey.manifest.model_dump(mode="json"),
        catalogue_version=assessment.meta.catalogue_version,
        total=total,
        unsurveyed=unsurveyed,
    )


def shown_coverage(book: Book, assessment: Assessment) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Pick the rows of the table of coverage at the distance that the report shows for each type.

    Parameters
    ----------
    book
        The report's records.
    assessment
        What they were made from.

    Returns
    -------
    dict
        By community id and facility type: the row, `distance_m` in metres, `share` 0–1 with its range.
    """
    table = _part(assessment.coverage, {community.id for community in book.communities})
    if table.empty:
        return {}
    wanted = table["type"].astype(str).map({code: row["distance_m"] for code, row in book.coverage.items()})
    shown = table[(table["band"] == "all") & (table["distance_m"] == wanted)]
    rows = shown.drop_duplicates(["community_id", "type"]).to_dict("records")
    return {(str(row["community_id"]), str(row["type"])): {str(k): v for k, v in row.items()} for row in rows}


def _pair(key: Hashable) -> tuple[str, str]:
    first, second = key if isinstance(key, tuple) else (key, "")
    return str(first), str(second)


def _communities(
    assessment: Assessment,
    survey: Survey,
    catalogue: Catalogue,
    standards: Sequence[StandardInfo],
    only: Collection[str] | None,
) -> tuple[Community, ...]:
    items = {item.id: item for standard in standards for item in standard.items}
    results = _results(assessment, items, _requirement_texts(catalogue, standards))
    tables = {name: _by_community(getattr(assessment, name)) for name in _SMALL_TABLES}
    layers = {name: _layer_rows(survey, name, only) for name in _LAYERS}
    rows = _rows(assessment.communities)
    files = slugs(_text(row["community_id"]) for row in rows)
    column = _region_column(assessment.communities)
    out = []
    for position, row in enumerate(rows):
        key = _text(row["community_id"])
        mine = {name: table.get(key, []) for name, table in tables.items()}
        here = {name: tuple(table.get(key, ())) for name, table in layers.items()}
        scores = {_text(r["standard"]): _mean(r, _text(r["standard"]), None) for r in mine["scores"]}
        haves = tuple(
            _mean(r, _text(r["group"]), _group_title(catalogue, _text(r["standard"]), _text(r["group"])))
            for r in mine["haves"]
        )
        scenes = tuple(_mean(r, _text(r["scene"]), _scene_title(catalogue, _text(r["scene"]))) for r in mine["scenes"])
        peers = sorted(mine["peers"], key=lambda r: _float(r.get("peer_rank")))
        out.append(
            Community(
                row=position,
                id=key,
                slug=files[key],
                name=_text(row.get("name")) or key,
                region=_text(row.get(column)) if column else "",
                district=_text(row.get("district")),
                subdistrict=_text(row.get("subdistrict")),
                kind=_text(row.get("kind")) or "existing",
                project_type=_text(row.get("project_type")),
                residents=_float(row.get("residents")),
                households=_float(row.get("households")),
                bands={band: _float(row.get(residents_column(band))) for band in AGE_BANDS},
                facts=_facts(mine["profile"]),
                results=results.get(key, {}),
                scores=scores,
                haves=haves,
                scenes=scenes,
                index=next(iter(mine["indices"]), {}),
                priority=_priority(next(iter(mine["priority"]), None)),
                facilities=here["facilities"],
                rooms=here["rooms"],
                plots=here["plots"],
                wishes=here["wishes"],
                estates=here["estates"],
                supply=tuple(mine["supply"]),
                peers=tuple(_text(r["peer_id"]) for r in peers),
            )
        )
    return tuple(out)


_SMALL_TABLES = ("scores", "haves", "scenes", "indices", "priority", "profile", "supply", "peers")
_LAYERS = ("facilities", "rooms", "plots", "wishes", "estates")
