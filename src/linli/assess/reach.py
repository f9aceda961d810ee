"""Reach: residents living within a walking distance of at least one qualifying facility.

A building is *within* if the walk along the streets to the nearest qualifying facility in use is at most the distance;
an alternative of the standard (say, two convenience stores instead of a supermarket) does as well, in the communities
it is meant for. Residents of the requirement's age bands are counted; where their ages are not known the options say
whether all residents are counted instead. The same is counted at the elder's pace and at the pace of a carer with a
child, who walk less far in the same minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linli.assess.amount import evidence_in_community
from linli.assess.city import City, known_numbers
from linli.assess.coverage import Need, need_columns, shares, within
from linli.assess.measure import Evidence, Measure
from linli.assess.old_young import is_old_or_young
from linli.assess.pace import Paces
from linli.assess.qualify import SIZES, Qualified, qualified
from linli.assess.standards import Limit, Requirement
from linli.assess.walks import Field, Walks, is_within, nearest_field, within_of_kth

__all__ = ["reach"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
OLD = ("60_79", "80_plus")
SHORT = {
    "min_floor_area": "floor_area_short_m2",
    "min_site_area": "site_area_short_m2",
    "min_capacity": "places_short",
}
PAIR_CELLS = 20_000_000
"""Up to this many pairs of community and facility are counted in a dense table, which is faster than sorting."""


@dataclass(frozen=True, eq=False)
class _Within:
    """Buildings within, by how surely: at best, for sure, and at two slower paces (best)."""

    best: Bools
    sure: Bools
    elder: Bools
    carer: Bools

    def __or__(self, other: _Within) -> _Within:
        return _Within(
            self.best | other.best, self.sure | other.sure, self.elder | other.elder, self.carer | other.carer
        )

    def __and__(self, mask: Bools) -> _Within:
        return _Within(self.best & mask, self.sure & mask, self.elder & mask, self.carer & mask)


def _within_kth(walks: Walks, kinds: Qualified, k: int, distance_m: float, paces: Paces) -> _Within:
    def inside(mask: Bools, radius_m: float) -> Bools:
        return within_of_kth(walks, mask, k, radius_m)

    far = paces.person(distance_m)
    return _Within(
        best=inside(kinds.best, far),
        sure=inside(kinds.sure, far),
        elder=inside(kinds.best, paces.elder(distance_m)),
        carer=inside(kinds.best, paces.carer(distance_m)),
    )


def _binds(city: City, kinds: tuple[str, ...]) -> Bools:
    """Tell which buildings stand in a community of these kinds."""
    inside = city.building_code >= 0
    binds = np.zeros(len(inside), dtype=bool)
    kind = city.communities["kind"].to_numpy(dtype="object")
    binds[inside] = np.isin(kind, kinds)[city.building_code[inside]]
    return binds


def _alternatives(
    city: City, walks: Walks, requirement: Requirement, paces: Paces, main: _Within
) -> tuple[_Within, Bools, list[Limit]]:
    """Add the buildings served by an alternative; also its facilities, and the figures missing to judge one."""
    found = main
    facilities = np.zeros(len(city.facilities), dtype=bool)
    missing: list[Limit] = []
    for other in requirement.alternatives:
        lacking = [limit for limit in other.limits.values() if limit.missing]
        missing += lacking
        distance = other.limits.get("distance", requirement.limits["distance"]).value
        if lacking or distance is None:
            continue
        kinds = qualified(city.facilities, other.types, other.limits)
        count = other.limits["min_count"].value if "min_count" in other.limits else 1.0
        served = _within_kth(walks, kinds, int(count or 1), distance, paces) & _binds(city, other.kinds)
        found = found | served
        facilities |= kinds.best
    return found, facilities, missing


def _serving(city: City, target: npt.NDArray[np.int32], mask: Bools, weight: Floats) -> Evidence:
    """Facilities that are the nearest of some building within, with the residents that each serves."""
    rows = np.flatnonzero(mask & (target >= 0) & (city.building_code >= 0))
    code, row = city.building_code[rows].astype("int64"), target[rows].astype("int64")
    facility, local = np.unique(row, return_inverse=True)
    cells = city.n_communities * len(facility)
    key = code * max(len(facility), 1) + local
    if cells <= PAIR_CELLS:
        served = np.bincount(key, minlength=cells)
        amount = np.bincount(key, weights=weight[rows], minlength=cells)
        found = np.flatnonzero(served)
        amount = amount[found]
    else:
        found, position = np.unique(key, return_inverse=True)
        amount = np.bincount(position, weights=weight[rows], minlength=len(found))
    per = max(len(facility), 1)
    return Evidence(found // per, facility[found % per], amount.astype("float64"))


def _nearest(city: City, distance: npt.NDArray[np.float32], weight: Floats) -> Floats:
    """Least, mean (by residents) and greatest distance of the buildings that have one, by community, m."""
    n = city.n_communities
    rows = np.flatnonzero(np.isfinite(distance) & (city.building_code >= 0))
    code, metres = city.building_code[rows], distance[rows].astype("float64")
    least, greatest = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(least, code, metres)
    np.maximum.at(greatest, code, metres)
    people = np.bincount(code, weights=weight[rows], minlength=n)
    mean = np.bincount(code, weights=weight[rows] * metres, minlength=n)
    table = np.stack([least, np.divide(mean, people, out=np.full(n, np.nan), where=people > 0), greatest], axis=1)
    return np.where(np.isfinite(table), table, np.nan)


def _concerned(need: Need, requirement: Requirement, ages_unknown: str) -> tuple[Need, npt.NDArray[np.bool_], Bools]:
    """Who is concerned in each community: those of the bands, or everybody where ages are not known.

    Returns the need, which communities were counted by band, and in which nobody is concerned at all.
    """
    columns = need_columns(requirement.bands)
    own, everybody = need.of(columns), need.of((0,))
    by_band = own.certain | (ages_unknown == "unknown")
    if not requirement.bands:
        by_band = np.ones_like(by_band)
    picked = Need(
        counted=np.where(by_band, own.counted, everybody.counted),
        unplaced=np.where(by_band, own.unplaced, everybody.unplaced),
        lost=np.where(by_band, own.lost, everybody.lost),
        certain=np.where(by_band, own.certain, everybody.certain),
    )
    nobody = picked.certain & (picked.counted + picked.lost == 0)
    return picked, by_band, nobody


def _pick(bands: Floats, requirement: Requirement, by_band: Bools) -> Floats:
    columns = list(need_columns(requirement.bands))
    return np.where(by_band, bands[:, columns].sum(axis=1), bands[:, 0])


def _notes(need: Need, concerned: Need, requirement: Requirement, by_band: Bools) -> dict[str, Bools]:
    notes = {
        "no_buildings": ~need.of((0,)).certain,
        "buildings_unplaced": concerned.unplaced > 0,
        "residents_unknown": concerned.lost > 0,
    }
    if requirement.bands:
        own = need.of(need_columns(requirement.bands))
        counted = need.of((0,)).certain
        notes["ages_unknown"] = ~by_band & counted
        notes["ages_unknown_unmeasured"] = by_band & ~own.certain & counted
    return notes


def _short(city: City, kinds: Qualified, requirement: Requirement, without: Floats) -> dict[str, Floats]:
    """Size missing where residents are without: what is asked, less the largest that is there but too small."""
    short = {}
    code = city.facilities["code"].to_numpy("int64")
    for key, column in SIZES.items():
        least = requirement.value(key)
        if least is None:
            continue
        size = known_numbers(city.facilities, column)
        rows = np.flatnonzero(kinds.too_small & (code >= 0) & ~np.isnan(size))
        largest = np.zeros(city.n_communities)
        np.maximum.at(largest, code[rows], size[rows])
        lacking = np.where(without > 0, np.maximum(least - largest, 0), 0.0)
        short[SHORT[key]] = np.where(np.isnan(without), np.nan, lacking)
    return short


def _main(walks: Walks, requirement: Requirement, kinds: Qualified, paces: Paces) -> tuple[Field, _Within]:
    """Find the buildings within the distance of the facilities that the requirement itself names."""
    distance_m = requirement.value("distance") or 0.0
    far = paces.person(distance_m)
    field = nearest_field(walks, kinds.best)
    sure = nearest_field(walks, kinds.sure) if kinds.doubtful.any() else field
    return field, _Within(
        best=is_within(field.distance_m, far),
        sure=is_within(sure.distance_m, far),
        elder=is_within(field.distance_m, paces.elder(distance_m)),
        carer=is_within(field.distance_m, paces.carer(distance_m)),
    )


def _evidence(
    city: City, walks: Walks, kinds: Qualified, field: Field, main: Bools, others: Bools, extra: Bools, weight: Floats
) -> dict[str, Evidence]:
    serving = _serving(city, field.target, main, weight)
    found = {
        "serving": serving,
        "doubtful": _only(serving, kinds.doubtful),
        "too_small": evidence_in_community(city, kinds.too_small, np.ones(len(kinds.too_small))),
    }
    if extra.any():
        found["alternative"] = _serving(city, nearest_field(walks, others).target, extra, weight)
    return found


def reach(
    city: City,
    walks: Walks,
    need: Need,
    weight: Floats,
    requirement: Requirement,
    paces: Paces,
    ages_unknown: str,
) -> Measure:
    """Measure who lives within the distance of a qualifying facility.

    Parameters
    ----------
    city
        Any city.
    walks
        Its buildings and facilities on the streets.
    need, weight
        From `need_by_community` and `needed`: residents (or m²).
    requirement
        Of kind ``reach``, with its distance known (m).
    paces
        How far people walk instead of the standard's distance, m.
    ages_unknown
        ``all_residents`` or ``unknown``.

    Returns
    -------
    Measure
        `value` is the share, `required` 1, `shortfall` the residents without.
    """
    kinds = qualified(city.facilities, requirement.types, requirement.limits)
    field, main = _main(walks, requirement, kinds, paces)
    inside, others, missing = _alternatives(city, walks, requirement, paces, main)
    best = within(city, weight, inside.best)
    worst = best if np.array_equal(inside.best, inside.sure) else within(city, weight, inside.sure)
    elder = within(city, weight, inside.elder)
    concerned, by_band, nobody = _concerned(need, requirement, ages_unknown)
    within_best, within_worst = _pick(best, requirement, by_band), _pick(worst, requirement, by_band)
    result = shares(concerned, within_best, within_worst)
    people = np.where(concerned.certain, concerned.counted - concerned.unplaced, np.nan)
    without = np.where(np.isnan(result.share), np.nan, np.maximum(people - within_best, 0))
    bands = {"residents_within": best, "elder_within": elder}
    if is_old_or_young(requirement.bands):
        bands["own_pace"] = _own_pace(city, weight, inside, elder, requirement, by_band, people)
    notes = _notes(need, concerned, requirement, by_band)
    notes |= {"area_unknown": within_worst < within_best, "nobody": nobody}
    notes |= {f"{limit.missing}:{limit.rule}": np.ones(city.n_communities, dtype=bool) for limit in missing}
    return Measure(
        degree=result.share,
        low=result.low,
        high=result.high,
        value=result.share,
        required=np.ones(city.n_communities),
        unit="share",
        shortfall=without,
        shortfall_unit=city.unit,
        residents=people,
        residents_without=without,
        short=_short(city, kinds, requirement, without),
        applies=~nobody,
        notes=notes,
        evidence=_evidence(city, walks, kinds, field, main.best, others, inside.best & ~main.best, weight[:, 0]),
        nearest_m=_nearest(city, field.distance_m, weight[:, 0]),
        distance_m=paces.person(requirement.value("distance") or 0.0),
        bands=bands,
    )


def _only(evidence: Evidence, mask: Bools) -> Evidence:
    keep = mask[evidence.row]
    return Evidence(evidence.code[keep], evidence.row[keep], evidence.amount[keep])


def _own_pace(
    city: City,
    weight: Floats,
    inside: _Within,
    elder: Floats,
    requirement: Requirement,
    by_band: Bools,
    people: Floats,
) -> Floats:
    """Share of the requirement's residents within at their own pace: the old an elder's, the young a carer's."""
    carer = within(city, weight, inside.carer)
    old = [column for column in need_columns(requirement.bands) if column in need_columns(OLD)]
    young = [column for column in need_columns(requirement.bands) if column not in need_columns(OLD)]
    own = elder[:, old].sum(axis=1) + carer[:, young].sum(axis=1)
    everybody = elder[:, 0] if old else carer[:, 0]
    counted = np.where(by_band, own, everybody)
    ok = ~np.isnan(people) & (people > 0)
    share: Floats = np.clip(np.divide(counted, people, out=np.full(len(people), np.nan), where=ok), 0, 1)
    return share
