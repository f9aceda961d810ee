"""Assessing a survey: the one function that strings the measures of this floor together.

An assessment is a pure function of survey, catalogue and options: it reads no clock, no file and no network, and
changes nothing that it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

import linli
from linli.assess.components import indices_of, priority_components
from linli.assess.coverage import coverage_table
from linli.assess.evaluate import evaluate
from linli.assess.ground import Ground, prepare
from linli.assess.measure import note_text
from linli.assess.options import AssessOptions
from linli.assess.priority import priority
from linli.assess.profile import peers, profile
from linli.assess.record import Assessment, Meta
from linli.assess.scenes import scenes
from linli.assess.score import haves, scores
from linli.assess.standards import Standard
from linli.assess.supply import supply_table
from linli.assess.tables import building_table, community_table
from linli.assess.walks import nearest_field
from linli.rules import Catalogue
from linli.survey import Survey

__all__ = ["assess"]

Progress = Callable[[str, float | None], None]
ITEMS_FROM, ITEMS_TO = 0.5, 0.7
"""Fraction done before and after the items: what a whole city takes."""


def _no_progress(_text: str, _done: float | None) -> None:
    return None


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


def _notes(ground: Ground, requirements: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """Say what could not be known, with counts."""
    city, walks = ground.city, ground.walks
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
    ground: Ground,
    weights: Mapping[str, str],
    notes: tuple[dict[str, Any], ...],
) -> Meta:
    manifest = survey.manifest
    return Meta(
        name=dict(manifest.name),
        surveyed_on=manifest.surveyed_on,
        on=ground.on,
        unit=manifest.residents.unit,
        options=ground.options,
        catalogue_version=catalogue.version,
        survey_digest=manifest.digest or "",
        code_version=linli.__version__,
        weights=weights,
        notes=notes,
    )


def _evaluated(ground: Ground, tell: Progress) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Evaluate every standard, one after another."""
    found = []
    for i, standard in enumerate(ground.standards):
        tell(f"items: {standard.id}", ITEMS_FROM + (ITEMS_TO - ITEMS_FROM) * i / len(ground.standards))
        found.append(evaluate(ground, standard))
    items, requirements, bands = (pd.concat(tables, ignore_index=True) for tables in zip(*found, strict=True))
    return items, requirements, bands


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
    ground = prepare(survey, catalogue, options, tell)
    city = ground.city
    items, requirements, bands = _evaluated(ground, tell)
    tell("coverage", 0.7)
    distances = {kind: nearest_field(ground.walks, ground.of_type(kind)).distance_m for kind in ground.types}
    coverage = coverage_table(city, ground.need, distances, ground.radii_m)
    tell("supply", 0.8)
    supply = supply_table(city, ground.need, ground.weight, ground.walks, ground.types, ground.zones)
    tell("scores", 0.9)
    weights, source = _weights(ground.standards, options)
    indices = indices_of(city, ground.requirements, requirements)
    components = priority_components(city, ground.requirements, items, requirements, indices)
    assessment = Assessment(
        meta=_meta(survey, catalogue, ground, source, _notes(ground, requirements)),
        communities=community_table(city),
        items=items,
        requirements=requirements,
        bands=bands,
        coverage=coverage,
        supply=supply,
        buildings=building_table(ground),
        scores=scores(items, weights, options.grades),
        haves=haves(items, weights),
        scenes=scenes(items, city.communities["project_type"], catalogue, weights, ground.on),
        indices=indices,
        priority=priority(components, options.priority, city.unit),
        profile=profile(city),
        peers=peers(city, options.peers),
    )
    tell("done", 1.0)
    return assessment
