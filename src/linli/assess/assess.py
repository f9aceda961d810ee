"""Assessing a survey: the one function that strings the measures of this floor together.

An assessment is a pure function of survey, catalogue and options: it reads no clock, no file and no network, and
changes nothing that it is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import linli
from linli.assess.city import NEEDS, City, build_city
from linli.assess.components import indices_of, priority_components
from linli.assess.coverage import coverage_table, need_by_community, needed
from linli.assess.evaluate import Ground, evaluate, facility_sets
from linli.assess.measure import note_text
from linli.assess.options import AssessOptions
from linli.assess.pace import LEVELS, Paces, paces_of
from linli.assess.priority import priority
from linli.assess.profile import peers, profile
from linli.assess.record import Assessment, Meta
from linli.assess.scenes import scenes
from linli.assess.score import haves, scores
from linli.assess.standards import Standard, limit_of, read_standard
from linli.assess.supply import supply_table
from linli.assess.walks import Walks, Zones, build_walks, nearest_field, prepare_fields
from linli.rules import Catalogue
from linli.survey import Survey
from linli.units import OLD_AND_YOUNG, residents_column

__all__ = ["assess"]

Progress = Callable[[str, float | None], None]
EVERYBODY = "all"
ZONES = ("zone_1", "zone_2", "zone_3")
OPEN_SPACE = "sport"
"""Group of the vocabulary that holds grounds, gardens and parks."""


def _no_progress(_text: str, _done: float | None) -> None:
    return None


def _open_space(catalogue: Catalogue) -> frozenset[str]:
    """Types whose outline is their site: sport and open space."""
    return frozenset(kind for kind, rule in catalogue.facility_types.items() if rule.group == OPEN_SPACE)


def _types(standards: Sequence[Standard], catalogue: Catalogue, city: City) -> dict[str, tuple[str, ...]]:
    """Facility types that are asked for or there, in the order of the vocabulary, with the ages each serves."""
    requirements = [requirement for standard in standards for requirement in standard.requirements]
    others = [other for requirement in requirements for other in requirement.alternatives]
    asked = {kind for one in requirements for kind in one.types} | {kind for one in others for kind in one.types}
    there = set(city.facilities["type"].dropna().astype(str))
    found = {}
    for kind, rule in catalogue.facility_types.items():
        if kind in asked | there:
            bands = tuple(rule.body["age_bands"])
            found[kind] = () if EVERYBODY in bands else bands
    return found


def _distances(standards: Sequence[Standard]) -> dict[str, list[float]]:
    """Distances that the standards ask of each facility type, m."""
    found: dict[str, list[float]] = {}
    for standard in standards:
        for requirement in standard.requirements:
            distance = requirement.value("distance")
            for kind in requirement.types if distance is not None else ():
                found.setdefault(kind, []).append(float(distance or 0))
    return found


def _levels(catalogue: Catalogue, on: dt.date) -> list[float]:
    limits = [limit_of(catalogue, "walking/distance", level, on) for level in LEVELS]
    return [limit.value for limit in limits if limit.value is not None]


def _zones(catalogue: Catalogue, options: AssessOptions, on: dt.date) -> Zones | None:
    """Say how the offer of a facility falls with distance: zones at the levels, or a curve to the last of them."""
    radii = [limit_of(catalogue, "walking/distance", level, on).value for level in LEVELS]
    weights = [limit_of(catalogue, "scoring/catchment", name, on).value for name in ZONES]
    if None in radii or (None in weights and options.catchment == "zones"):
        return None
    metres = tuple(float(radius or 0) for radius in radii)
    if options.catchment == "gaussian":
        return Zones(metres[-1:], None)
    return Zones(metres, tuple(float(weight or 0) for weight in weights))


def _extra_m(city: City, catalogue: Catalogue, person: str, on: dt.date) -> npt.NDArray[np.float64] | None:
    """Metres of level walk that steps and crossings cost this person; nothing while nobody published the seconds."""
    speed = limit_of(catalogue, "walking/speed", person, on).value
    total = np.zeros(len(city.streets))
    for column, name in (("steps", "steps"), ("crossing", "crossing")):
        seconds = limit_of(catalogue, "walking/extra_time", name, on).value
        if seconds and speed and column in city.streets.columns:
            there = pd.array(city.streets[column], dtype="boolean").to_numpy(dtype="bool", na_value=False)
            total += there * seconds * speed
    return total if total.any() else None


def _buildings(city: City, walks: Walks, types: Mapping[str, Any]) -> pd.DataFrame:
    """Table a row a building: where it is, who lives there, what is nearest."""
    old_young = city.need[:, [NEEDS.index(band) for band in OLD_AND_YOUNG]].sum(axis=1)
    columns: dict[str, Any] = {
        "building_id": city.building_ids,
        "community_id": pd.Categorical.from_codes(city.building_code, categories=pd.Index(city.communities.index)),
        "x": city.building_lonlat[:, 0],
        "y": city.building_lonlat[:, 1],
        "residents": city.need[:, 0],
        "old_young": old_young,
        "placed": walks.placed,
    }
    names = pd.Index(city.facilities.index)
    of_type = city.facilities["type"].to_numpy(dtype="object")
    for kind in types:
        found = nearest_field(walks, of_type == kind)
        columns[f"d_{kind}"] = found.distance_m
        columns[f"n_{kind}"] = pd.Categorical.from_codes(found.target, categories=names)
    return pd.DataFrame(columns)


def _communities(city: City) -> pd.DataFrame:
    names = ["name", "district", "subdistrict", "kind", "project_type", "households", "households_from", "area_m2"]
    table = city.communities[names].reset_index()
    for i, band in enumerate(NEEDS):
        table[residents_column(band)] = city.residents[:, i]
    return table


def _weights(standards: Sequence[Standard], options: AssessOptions) -> tuple[dict[str, float], dict[str, str]]:
    """Weight by item, and by standard where the weights come from."""
    weights: dict[str, float] = {}
    source: dict[str, str] = {}
    for standard in standards:
        set_ones = {item.id: item.weight for item in standard.items if item.weight is not None}
        if isinstance(options.weights, Mapping):
            weights |= {item.id: float(options.weights.get(item.id, 1.0)) for item in standard.items}
            source[standard.id] = "options"
        elif options.weights == "catalogue" and set_ones:
            weights |= {item.id: float(set_ones.get(item.id, 1.0)) for item in standard.items}
            source[standard.id] = "catalogue"
        else:
            weights |= {item.id: 1.0 for item in standard.items}
            source[standard.id] = "equal"
    return weights, source


def _notes(city: City, walks: Walks, requirements: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """Say what could not be known, with counts."""
    outside = int((city.building_code < 0).sum())
    facts = [
        (
            "unplaced_buildings",
            int((~walks.placed).sum()),
            "幢住宅离道路过远，无法定位",
            "buildings too far from any street",
        ),
        (
            "unplaced_facilities",
            int((~walks.targets.placed).sum()),
            "处设施离道路过远",
            "facilities too far from any street",
        ),
        ("buildings_outside", outside, "幢住宅不在任何社区内", "buildings outside every community"),
        (
            "buildings_uncounted",
            int(np.isnan(city.need[:, 0]).sum()),
            "幢住宅人口未知",
            "buildings whose residents are unknown",
        ),
    ]
    found = [
        {"code": code, "count": count, "zh": f"{count}{zh}", "en": f"{count} {en}"}
        for code, count, zh, en in facts
        if count
    ]
    noted = requirements.loc[requirements["notes"] != "", "notes"].str.split(";").explode().value_counts()
    for note, count in sorted(noted.items()):
        words = {lang: note_text(str(note), lang) for lang in ("zh", "en")}
        found.append({"code": str(note), "count": int(count), **words})
    return tuple(found)


def _meta(
    survey: Survey,
    catalogue: Catalogue,
    options: AssessOptions,
    on: dt.date,
    weights: Mapping[str, str],
    notes: tuple[dict[str, Any], ...],
) -> Meta:
    manifest = survey.manifest
    return Meta(
        name=dict(manifest.name),
        surveyed_on=manifest.surveyed_on,
        on=on,
        unit=manifest.residents.unit,
        options=options,
        catalogue_version=catalogue.version,
        survey_digest=manifest.digest or "",
        code_version=linli.__version__,
        weights=weights,
        notes=notes,
    )


def _ground(city: City, walks: Walks, paces: Paces, options: AssessOptions) -> Ground:
    return Ground(city, walks, need_by_community(city, walks.placed), needed(city), paces, options)


def assess(
    survey: Survey, catalogue: Catalogue, options: AssessOptions, progress: Progress | None = None
) -> Assessment:
    """Assess every community of a survey against the chosen standards.

    Parameters
    ----------
    survey
        A survey; not changed.
    catalogue
        The standards, with the city's packs over them.
    options
        The city's choices.
    progress
        Told the stage under way and the fraction done (0–1).

    Returns
    -------
    Assessment
        Tables, and what they were made from.

    Raises
    ------
    UnknownRuleError
        If the options name a standard that the catalogue does not hold, or a walking distance is not in force.
    UnsetValueError
        If a walking speed was never published.
    CrsError
        If the survey has no metric CRS.
    """
    tell = progress or _no_progress
    on = options.on or survey.manifest.surveyed_on
    tell("standards", 0.0)
    standards = [read_standard(catalogue, name, options, on) for name in options.standards]
    paces = paces_of(catalogue, options.person, on)
    city = build_city(survey, _open_space(catalogue))
    types, asked, levels = _types(standards, catalogue, city), _distances(standards), _levels(catalogue, on)
    tell("streets", 0.1)
    limit_m = max([*levels, *(metres for several in asked.values() for metres in several)], default=1.0)
    walks = build_walks(city, limit_m, options.max_offset_m, _extra_m(city, catalogue, options.person, on))
    tell("distances", 0.2)
    of_type = city.facilities["type"].to_numpy(dtype="object")
    prepare_fields(walks, [of_type == kind for kind in types])
    prepare_fields(walks, [mask for standard in standards for mask in facility_sets(city, standard)])
    ground = _ground(city, walks, paces, options)
    found = []
    for i, standard in enumerate(standards):
        tell(f"items: {standard.id}", 0.5 + 0.2 * i / len(standards))
        found.append(evaluate(ground, standard))
    items, requirements, bands = (pd.concat(tables, ignore_index=True) for tables in zip(*found, strict=True))
    tell("coverage", 0.7)
    distances = {kind: nearest_field(walks, of_type == kind).distance_m for kind in types}
    radii = {kind: sorted({*levels, *asked.get(kind, ())}) for kind in types}
    coverage = coverage_table(city, ground.need, distances, radii)
    tell("supply", 0.8)
    supply = supply_table(city, ground.need, ground.weight, walks, types, _zones(catalogue, options, on))
    tell("scores", 0.9)
    weights, source = _weights(standards, options)
    every = [requirement for standard in standards for requirement in standard.requirements]
    indices = indices_of(city, every, requirements)
    components = priority_components(city, every, items, requirements, indices)
    assessment = Assessment(
        meta=_meta(survey, catalogue, options, on, source, _notes(city, walks, requirements)),
        communities=_communities(city),
        items=items,
        requirements=requirements,
        bands=bands,
        coverage=coverage,
        supply=supply,
        buildings=_buildings(city, walks, types),
        scores=scores(items, weights, options.grades),
        haves=haves(items, weights),
        scenes=scenes(items, city.communities["project_type"], catalogue, weights, on),
        indices=indices,
        priority=priority(components, options.priority, city.unit),
        profile=profile(city),
        peers=peers(city, options.peers),
    )
    tell("done", 1.0)
    return assessment
