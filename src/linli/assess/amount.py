"""Amounts: requirements on how many facilities, or how much of their area, a community has.

``count``: at least so many qualifying facilities in the community, or within a distance of its buildings; where the
standard asks for one per so many residents, one for each started portion. ``area_per_households`` and
``area_per_residents``: floor or site area of the qualifying facilities in the community against its households or
residents; a site with an outline that lies in several communities is shared by area. A facility of unknown size counts
at the best and not at the worst; of unknown area it adds nothing to the point estimate, nothing at the worst, and
enough at the best.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linli.assess.city import City, known_numbers
from linli.assess.measure import Evidence, Measure, capped
from linli.assess.qualify import qualified
from linli.assess.standards import Requirement

__all__ = ["area", "count", "evidence_in_community"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Pairs = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]

PER_HOUSEHOLDS = 100.0
PER_RESIDENTS = 1000.0


def evidence_in_community(city: City, mask: Bools, amount: Floats) -> Evidence:
    """List the facilities picked by a mask that stand in a community.

    Parameters
    ----------
    city
        Any city.
    mask
        Which facilities, shape (facilities,).
    amount
        What each contributes, any unit, shape (facilities,).

    Returns
    -------
    Evidence
        By community, then by facility id.
    """
    code = city.facilities["code"].to_numpy("int64")
    rows = np.flatnonzero(mask & (code >= 0))
    rows = rows[np.argsort(code[rows], kind="stable")]
    return Evidence(code[rows], rows.astype("int64"), amount[rows].astype("float64"))


def _pairs_in_community(city: City, mask: Bools) -> Pairs:
    found = evidence_in_community(city, mask, np.ones(len(mask)))
    return found.code, found.row


def _joined(one: Pairs, other: Pairs, n_facilities: int) -> Pairs:
    key = np.union1d(one[0] * n_facilities + one[1], other[0] * n_facilities + other[1])
    return key // max(n_facilities, 1), key % max(n_facilities, 1)


def count(city: City, requirement: Requirement, within: Pairs | None) -> Measure:
    """Count qualifying facilities against the number asked.

    Parameters
    ----------
    city
        Any city.
    requirement
        Of kind ``count``.
    within
        Community code and facility row of every pair where the facility is within the requirement's distance of a
        building of the community; ``None`` if it has no distance.

    Returns
    -------
    Measure
        `value` and `required` in facilities.
    """
    n = city.n_communities
    kinds = qualified(city.facilities, requirement.types, requirement.limits)
    code, row = _pairs_in_community(city, kinds.best)
    if within is not None:
        of_kind = kinds.best[within[1]]
        code, row = _joined((code, row), (within[0][of_kind], within[1][of_kind]), len(city.facilities))
    best = np.bincount(code, minlength=n).astype("float64")
    worst = np.bincount(code, weights=kinds.sure[row], minlength=n).astype("float64")
    least = requirement.value("min_count")
    required = np.full(n, 1.0 if least is None else least)
    notes: dict[str, Bools] = {"area_unknown": best > worst}
    portion = requirement.value("residents_per_place")
    low, high = capped(worst, required), capped(best, required)
    degree = high.copy()
    if portion:
        residents = city.residents[:, 0]
        required = np.fmax(required, np.ceil(residents / portion))
        unknown = np.isnan(residents)
        required = np.where(unknown, np.nan, required)
        degree = np.where(unknown & (best > 0), np.nan, np.nan_to_num(capped(best, required), nan=0.0))
        low = np.where(unknown, 0.0, capped(worst, np.nan_to_num(required, nan=1.0)))
        high = np.where(unknown, high, degree)
        notes["total_unknown"] = unknown
    return Measure(
        degree=degree,
        low=low,
        high=high,
        value=best,
        required=required,
        unit="facilities",
        shortfall=np.maximum(required - best, 0),
        shortfall_unit="facilities",
        notes=notes,
        evidence={
            "counted": Evidence(code, row, np.ones(len(row))),
            "doubtful": _only(Evidence(code, row, np.ones(len(row))), kinds.doubtful),
            "too_small": evidence_in_community(city, kinds.too_small, np.ones(len(kinds.too_small))),
        },
    )


def _only(evidence: Evidence, mask: Bools) -> Evidence:
    keep = mask[evidence.row]
    return Evidence(evidence.code[keep], evidence.row[keep], evidence.amount[keep])


def _people(city: City, requirement: Requirement) -> tuple[Floats, float, float, dict[str, Bools]]:
    """Who the area is shared among, the figure, how many people the figure is for, and what to note."""
    if requirement.kind == "area_per_households":
        households = known_numbers(city.communities, "households")
        stand_in = (city.communities["households_from"] == "dwellings").to_numpy(dtype=bool)
        notes = {"households_unknown": np.isnan(households), "dwellings_for_households": stand_in}
        return households, requirement.value("per_100_households") or 0.0, PER_HOUSEHOLDS, notes
    residents = city.residents[:, 0]
    notes = {"total_unknown": np.isnan(residents)}
    if "per_person" in requirement.limits:
        return residents, requirement.value("per_person") or 0.0, 1.0, notes
    return residents, requirement.value("per_1000_residents") or 0.0, PER_RESIDENTS, notes


def _parts(city: City, kind: str, mask: Bools) -> Evidence:
    """List the areas of some facilities by community, NaN where unknown; a site may lie in several communities."""
    if kind == "site":
        sites = city.sites[mask[city.sites["row"].to_numpy()]]
        row = sites["row"].to_numpy("int64")
        amount = known_numbers(city.facilities, "site_area_m2")[row] * sites["share"].to_numpy()
        return Evidence(sites["code"].to_numpy("int64"), row, amount)
    return evidence_in_community(city, mask, known_numbers(city.facilities, "floor_area_m2"))


def _where(evidence: Evidence, keep: Bools) -> Evidence:
    return Evidence(evidence.code[keep], evidence.row[keep], np.nan_to_num(evidence.amount[keep]))


def area(city: City, requirement: Requirement) -> Measure:
    """Compare the area that a community has, per household or resident, with the area asked.

    Parameters
    ----------
    city
        Any city; households and residents of a survey whose unit is m² cannot be compared and are unknown.
    requirement
        Of kind ``area_per_households`` or ``area_per_residents``.

    Returns
    -------
    Measure
        `value` and `required` in m², `shortfall` in m².
    """
    n = city.n_communities
    kinds = qualified(city.facilities, requirement.types, requirement.limits)
    parts = _parts(city, requirement.area, kinds.best | kinds.too_small)
    unknown_size = np.isnan(parts.amount)
    size = np.nan_to_num(parts.amount)
    best, sure_ones = kinds.best[parts.row], kinds.sure[parts.row]
    sure = np.bincount(parts.code, weights=np.where(sure_ones, size, 0.0), minlength=n).astype("float64")
    point = np.bincount(parts.code, weights=np.where(best, size, 0.0), minlength=n).astype("float64")
    lacking = np.bincount(parts.code, weights=best & unknown_size, minlength=n) > 0
    people, figure, per, notes = _people(city, requirement)
    if requirement.kind == "area_per_residents" and city.unit != "residents":
        people = np.full(n, np.nan)
        notes = {"total_unknown": np.ones(n, dtype=bool)}
    required = people / per * figure
    unknown = np.isnan(required)
    # nothing at all is nothing whatever is asked; otherwise an unknown demand leaves the degree unknown
    nothing = (point == 0) & ~lacking
    no_point = (unknown & ~nothing) | (lacking & (point == 0))
    degree = np.where(no_point, np.nan, np.where(unknown, 0.0, capped(point, np.nan_to_num(required))))
    low = np.where(unknown, 0.0, capped(sure, np.nan_to_num(required)))
    high = np.where(nothing & unknown, 0.0, np.where(unknown | lacking, 1.0, np.nan_to_num(degree)))
    return Measure(
        degree=degree,
        low=np.fmin(low, degree),
        high=high,
        value=np.where(lacking & (point == 0), np.nan, point),
        required=required,
        unit="m2",
        shortfall=np.maximum(required - point, 0),
        shortfall_unit="m2",
        notes={**notes, "area_unknown": lacking},
        evidence={
            "counted": _where(parts, best & ~unknown_size),
            "doubtful": _where(parts, best & (unknown_size | ~sure_ones)),
            "too_small": _where(parts, kinds.too_small[parts.row]),
        },
    )
