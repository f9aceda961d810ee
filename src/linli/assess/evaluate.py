"""Evaluating one standard: every requirement of every item, in every community.

What belongs here: choosing the measure by the kind of a requirement, and saying «unknown» with its reason before any
measuring is done: a figure that nobody published, a facility type that the survey cannot know about, no streets.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.amount import area, count
from linli.assess.answer import answer
from linli.assess.city import NEEDS
from linli.assess.evidence import requirement_rows
from linli.assess.ground import Ground
from linli.assess.items import binds, combine, item_rows
from linli.assess.measure import Measure, unknown_measure
from linli.assess.qualify import qualified
from linli.assess.ratio import ratio
from linli.assess.reach import reach
from linli.assess.standards import Item, Requirement, Standard
from linli.assess.walks import pairs_within

__all__ = ["cannot_know", "evaluate", "measure"]

Bools = npt.NDArray[np.bool_]


def cannot_know(ground: Ground, requirement: Requirement) -> list[str]:
    """Say why a requirement cannot be measured at all.

    Parameters
    ----------
    ground
        What the measure stands on.
    requirement
        Of any kind.

    Returns
    -------
    list of str
        Codes of notes; empty if it can be measured.
    """
    city = ground.city
    if requirement.missing:
        return [f"{limit.missing}:{limit.rule}" for limit in requirement.missing]
    types = {*requirement.types, *(name for other in requirement.alternatives for name in other.types)}
    absent = ground.options.absent_types
    blind = absent == "unknown" or (absent == "auto" and city.map_only)
    if types and blind and not types & city.types_surveyed:
        return ["type_not_surveyed"]
    if requirement.kind == "reach" and not ground.walks.streets.n_edges:
        return ["no_streets"]
    return []


def measure(ground: Ground, requirement: Requirement) -> Measure:
    """Measure one requirement in every community.

    Parameters
    ----------
    ground
        What the measure stands on.
    requirement
        Of any kind.

    Returns
    -------
    Measure
        Unknown, with its reason, where it cannot be measured.
    """
    city = ground.city
    reasons = cannot_know(ground, requirement)
    if reasons:
        return unknown_measure(city.n_communities, reasons)
    if requirement.kind == "reach":
        return reach(
            city, ground.walks, ground.need, ground.weight, requirement, ground.paces, ground.options.ages_unknown
        )
    if requirement.kind == "count":
        distance_m = requirement.value("distance")
        kinds = qualified(city.facilities, requirement.types, requirement.limits)
        if distance_m is None:
            return count(city, requirement, None)
        far = ground.paces.person(distance_m)
        return replace(count(city, requirement, pairs_within(city, ground.walks, kinds.best, far)), distance_m=far)
    if requirement.kind in {"area_per_households", "area_per_residents"}:
        return area(city, requirement)
    if requirement.kind == "ratio":
        return ratio(city, requirement)
    return answer(city, requirement)


def _band_rows(ground: Ground, requirement: Requirement, found: Measure, applies: Bools) -> pd.DataFrame | None:
    """Residents within by band, for all bands: whoever else needs it, everybody can see who is without."""
    if "residents_within" not in found.bands:
        return None
    need = ground.need
    residents = need.counted - need.unplaced
    n, k = residents.shape
    known = need.certain & (residents > 0)
    nan = np.full((n, k), np.nan)
    table = {
        "residents": np.where(need.certain, residents, np.nan),
        "residents_within": np.where(need.certain, found.bands["residents_within"], np.nan),
        "share": np.divide(found.bands["residents_within"], residents, out=nan.copy(), where=known).clip(0, 1),
        "elder_share": np.divide(found.bands["elder_within"], residents, out=nan.copy(), where=known).clip(0, 1),
    }
    rows = pd.DataFrame(
        {
            "community_id": np.repeat(ground.city.communities.index.to_numpy(dtype="object"), k),
            "standard": requirement.standard,
            "item": requirement.item,
            "requirement": requirement.id,
            "band": np.tile(np.array(NEEDS, dtype="object"), n),
            **{name: values.ravel() for name, values in table.items()},
        }
    )
    return rows[np.repeat(applies, k)]


def _evaluate_item(ground: Ground, item: Item) -> tuple[pd.DataFrame, list[pd.DataFrame], list[pd.DataFrame]]:
    city, met_share = ground.city, ground.options.met_share
    measures = [measure(ground, requirement) for requirement in item.requirements]
    applies = np.stack([binds(city, requirement) for requirement in item.requirements])
    for row, found in enumerate(measures):
        if found.applies is not None:
            applies[row] &= found.applies
    combined = combine(item.requirements, measures, applies, met_share)
    requirements, bands = [], []
    for row, (requirement, found) in enumerate(zip(item.requirements, measures, strict=True)):
        requirements.append(requirement_rows(city, requirement, found, applies[row], combined.binding[row], met_share))
        by_band = _band_rows(ground, requirement, found, applies[row])
        if by_band is not None:
            bands.append(by_band)
    return item_rows(city, item, measures, applies, combined, met_share), requirements, bands


def evaluate(ground: Ground, standard: Standard) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Evaluate a standard.

    Parameters
    ----------
    ground
        What the measures stand on.
    standard
        The standard.

    Returns
    -------
    tuple of DataFrame
        Tables `items`, `requirements` and `bands` of an assessment; degrees and shares 0–1.
    """
    items, requirements, bands = [], [], []
    for item in standard.items:
        row, asked, by_band = _evaluate_item(ground, item)
        items.append(row)
        requirements += asked
        bands += by_band
    none = ["community_id", "standard", "item", "requirement", "band", "residents", "residents_within", "share"]
    return (
        pd.concat(items, ignore_index=True),
        pd.concat(requirements, ignore_index=True),
        pd.concat(bands, ignore_index=True) if bands else pd.DataFrame(columns=[*none, "elder_share"]),
    )
