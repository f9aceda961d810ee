"""Who still needs what: for each requirement of the standard, the buildings whose residents have nothing within reach.

A *demand* is one reach requirement of the chosen standard; a building is *without* under it if its residents are
concerned and no facility in use that qualifies lies within the distance. A *way* is one kind of new facility that would
change that: the requirement's own types, or an alternative of the standard (two convenience shops instead of a
supermarket helps the buildings that lack just one more). The walk, the distance, the ages and the sizes are those of
the assessment, so that a plan's «before» is the assessment's figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linli.assess.city import NEEDS
from linli.assess.coverage import need_columns
from linli.assess.evaluate import cannot_know
from linli.assess.ground import Ground
from linli.assess.items import binds
from linli.assess.qualify import SIZES, qualified
from linli.assess.standards import Alternative, Limit, Requirement
from linli.assess.walks import is_within, nearest_field, within_of_kth
from linli.improve.choices import ImproveOptions
from linli.units import OLD_AND_YOUNG

__all__ = [
    "Demand",
    "Way",
    "ages_known",
    "band_weights",
    "concerned",
    "find_demands",
    "item_weights",
    "old_young",
    "people",
    "weights",
]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Way:
    """One kind of new facility that serves buildings without.

    Parameters
    ----------
    types
        Facility types, any of which will do.
    sizes
        Least floor area and site area in m², least capacity in places, by the keys of `linli.assess.qualify.SIZES`.
    distance_m
        Walking distance, m.
    helps
        Shape (buildings,): where somebody is concerned and one more such facility is enough.
    """

    types: tuple[str, ...]
    sizes: Mapping[str, float]
    distance_m: float
    helps: Bools


@dataclass(frozen=True, eq=False)
class Demand:
    """One requirement and who is without; arrays of shape (buildings,) unless said otherwise.

    Parameters
    ----------
    requirement
        Of kind ``reach``.
    bound
        Buildings that stand on a street, in a community that the requirement binds.
    served
        Those within the distance of a facility that exists.
    columns
        Columns of the need matrix that are concerned.
    by_band
        Shape (communities,): whether they are counted by age band; else everybody stands for them.
    ways
        New facilities that would serve those without.
    """

    requirement: Requirement
    bound: Bools
    served: Bools
    columns: tuple[int, ...]
    by_band: Bools
    ways: tuple[Way, ...]

    @property
    def key(self) -> str:
        """``item.requirement``, e.g. ``complete_community/nursery.reach``."""
        return f"{self.requirement.item}.{self.requirement.id}"

    @property
    def without(self) -> Bools:
        """Buildings bound and not served."""
        return self.bound & ~self.served


def _in_communities(ground: Ground, chosen: Bools) -> Bools:
    code = ground.city.building_code
    inside = np.zeros(len(code), dtype=bool)
    here = code >= 0
    inside[here] = chosen[code[here]]
    return inside


def _meant_for(ground: Ground, other: Alternative) -> Bools:
    """Tell which buildings an alternative is meant for, by the kind of their community."""
    kind = ground.city.communities["kind"].to_numpy(dtype="object")
    return _in_communities(ground, np.isin(kind, other.kinds))


def _sizes(limits: Mapping[str, Limit]) -> dict[str, float]:
    return {key: float(limits[key].value or 0) for key in SIZES if key in limits}


def _ways(ground: Ground, requirement: Requirement, bound: Bools) -> tuple[Bools, list[Way]]:
    """Return who is served by what exists, and the ways to serve the others."""
    city, walks = ground.city, ground.walks
    distance_m = ground.paces.person(requirement.value("distance") or 0.0)
    kinds = qualified(city.facilities, requirement.types, requirement.limits)
    served = is_within(nearest_field(walks, kinds.best).distance_m, distance_m)
    everywhere = np.ones(len(bound), dtype=bool)
    ways = [Way(requirement.types, _sizes(requirement.limits), distance_m, everywhere)]
    for other in requirement.alternatives:
        distance = other.limits.get("distance", requirement.limits["distance"]).value
        if distance is None or any(limit.missing for limit in other.limits.values()):
            continue
        far = ground.paces.person(distance)
        there = qualified(city.facilities, other.types, other.limits).best
        count = int(other.limits["min_count"].value or 1) if "min_count" in other.limits else 1
        meant = _meant_for(ground, other)
        served = served | (meant & within_of_kth(walks, there, count, far))
        one_short = meant if count <= 1 else meant & within_of_kth(walks, there, count - 1, far)
        ways.append(Way(other.types, _sizes(other.limits), far, one_short))
    without = bound & ~served
    return bound & served, [Way(way.types, way.sizes, way.distance_m, way.helps & without) for way in ways]


def _demand(ground: Ground, requirement: Requirement) -> Demand:
    bound = _in_communities(ground, binds(ground.city, requirement)) & ground.walks.placed
    columns = need_columns(requirement.bands)
    by_band = np.ones(ground.city.n_communities, dtype=bool)
    if requirement.bands:
        by_band = ground.need.of(columns).certain | (ground.options.ages_unknown == "unknown")
    served, ways = _ways(ground, requirement, bound)
    demand = Demand(requirement, bound, served, columns, by_band, ())
    somebody = concerned(ground, demand) > 0
    helping = [Way(way.types, way.sizes, way.distance_m, way.helps & somebody) for way in ways]
    return Demand(requirement, bound, served, columns, by_band, tuple(helping))


def _unplanned(ground: Ground, requirement: Requirement, choices: ImproveOptions) -> str:
    """Say why a requirement cannot be planned for; empty if it can."""
    types = {*requirement.types, *(name for other in requirement.alternatives for name in other.types)}
    if requirement.kind == "reach" and choices.types is not None and not types & set(choices.types):
        return "type_not_chosen"
    if requirement.kind != "reach":
        return "not_reach"
    return next(iter(cannot_know(ground, requirement)), "")


def find_demands(
    ground: Ground, standard: str, choices: ImproveOptions
) -> tuple[tuple[Demand, ...], tuple[tuple[str, str], ...]]:
    """Find who is without, requirement by requirement.

    Parameters
    ----------
    ground
        The survey on its streets, with the standard read.
    standard
        Id of the standard planned for; among those of the ground.
    choices
        For the verbs.

    Returns
    -------
    demands : tuple of Demand
        In the order of the standard.
    left_out : tuple of (str, str)
        Requirements of these verbs that are not planned for, and why: ``not_reach`` (measured otherwise than by
        walking distance), ``type_not_chosen``, ``type_not_surveyed``, ``unset:…`` or ``not_in_force:…`` with the
        figure that is missing.
    """
    read = next(one for one in ground.standards if one.id == standard)
    demands, left_out = [], []
    for requirement in read.requirements:
        if requirement.verb not in choices.verbs:
            continue
        reason = _unplanned(ground, requirement, choices)
        if reason:
            left_out.append((f"{requirement.item}.{requirement.id}", reason))
        else:
            demands.append(_demand(ground, requirement))
    return tuple(demands), tuple(left_out)


def people(ground: Ground, demand: Demand) -> Floats:
    """Return who is concerned by a demand, by column of the need matrix.

    Parameters
    ----------
    ground
        The ground of the demand.
    demand
        One demand.

    Returns
    -------
    ndarray, shape (buildings, bands)
        Residents (or m²): in the columns of its bands, or, where ages are not known, in the first (everybody); 0
        elsewhere and in buildings that are not bound.
    """
    counted = np.zeros_like(ground.weight)
    columns = list(demand.columns)
    by_band = demand.bound & _in_communities(ground, demand.by_band)
    counted[:, columns] = np.where(by_band[:, None], ground.weight[:, columns], 0.0)
    otherwise = demand.bound & ~by_band
    counted[otherwise, 0] = ground.weight[otherwise, 0]
    return counted


def concerned(ground: Ground, demand: Demand) -> Floats:
    """Return how many are concerned in each building.

    Parameters
    ----------
    ground
        The ground of the demand.
    demand
        One demand.

    Returns
    -------
    ndarray, shape (buildings,)
        Residents (or m²).
    """
    by_band = _in_communities(ground, demand.by_band)
    own = ground.weight[:, list(demand.columns)].sum(axis=1)
    total: Floats = np.where(demand.bound, np.where(by_band, own, ground.weight[:, 0]), 0.0)
    return total


def ages_known(ground: Ground) -> bool:
    """Tell whether the age of anybody is known.

    Parameters
    ----------
    ground
        The ground of an assessment.

    Returns
    -------
    bool
        False if no building says how many of which age live there.
    """
    return bool(np.nansum(ground.weight[:, 1:]) > 0)


def old_young(ground: Ground, demand: Demand) -> Floats:
    """Return how many of those concerned are old or young (一老一小), as far as ages are known.

    Parameters
    ----------
    ground
        The ground of the demand.
    demand
        One demand.

    Returns
    -------
    ndarray, shape (buildings,)
        Residents (or m²); NaN if nobody's age is known anywhere.
    """
    if not ages_known(ground):
        return np.full(len(ground.weight), np.nan)
    columns = [NEEDS.index(band) for band in OLD_AND_YOUNG]
    counted = demand.bound
    if demand.requirement.bands:
        counted = counted & _in_communities(ground, demand.by_band)
        columns = [column for column in columns if column in demand.columns]
    total: Floats = np.where(counted, ground.weight[:, columns].sum(axis=1), 0.0)
    return total


def band_weights(choices: ImproveOptions) -> Floats:
    """Return what a resident of each band weighs.

    Parameters
    ----------
    choices
        The city's.

    Returns
    -------
    ndarray, shape (bands,)
        In the order of `linli.assess.city.NEEDS`; ``all`` stands for residents whose age is not asked for.
    """
    own: Mapping[Any, float] = choices.band_weights
    return np.array(
        [own.get(band, choices.old_young_weight if band in OLD_AND_YOUNG else 1.0) for band in NEEDS], dtype="float64"
    )


def item_weights(ground: Ground, demands: tuple[Demand, ...], choices: ImproveOptions) -> Floats:
    """Return what a resident newly served weighs under each demand.

    Parameters
    ----------
    ground
        The ground of the demands.
    demands
        All of them.
    choices
        The city's.

    Returns
    -------
    ndarray, shape (demands,)
        1 for ``residents``; for ``equal`` all residents over those concerned by the item, so that an item served
        everywhere weighs as much as any other.
    """
    own = choices.item_weights
    if isinstance(own, Mapping):
        return np.array([own.get(demand.requirement.item, 1.0) for demand in demands], dtype="float64")
    if own == "residents":
        return np.ones(len(demands))
    totals: dict[str, float] = {}
    for demand in demands:
        item = demand.requirement.item
        totals[item] = totals.get(item, 0.0) + float(concerned(ground, demand).sum())
    everybody = float(ground.weight[:, 0].sum())
    return np.array(
        [everybody / total if (total := totals[demand.requirement.item]) > 0 else 0.0 for demand in demands]
    )


def weights(ground: Ground, demand: Demand, bands: Floats) -> Floats:
    """Return the weight of each building's need under a demand, before item and community weights.

    Parameters
    ----------
    ground
        The ground of the demand.
    demand
        One demand.
    bands
        From `band_weights`.

    Returns
    -------
    ndarray, shape (buildings,)
        Σ over bands of residents times weight. Where everybody is concerned and ages are known, the old and young
        weigh as such; the rest, and everybody of unknown age, weigh what ``all`` does.
    """
    if demand.requirement.bands:
        weighed: Floats = people(ground, demand) @ bands
        return weighed
    everybody = np.where(demand.bound, ground.weight[:, 0], 0.0)
    more = np.where(demand.bound[:, None], ground.weight[:, 1:], 0.0) @ (bands[1:] - bands[0])
    result: Floats = np.maximum(everybody * bands[0] + more, 0.0)
    return result
