"""Items: what the requirements of one line of a standard come to together.

An item is as accessible as its most distant part, so its degree is the least of its ``must`` requirements that bind the
community. Only where it has none do the others (``qualitative``, ``should``, ``where_possible``, in this order) make
its status; otherwise they are advice. Where a binding requirement is unknown, the item is at most as good as the
others: if those already fall short it has their degree (and a range down to 0), if not it is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import City
from linli.assess.measure import Measure
from linli.assess.standards import Item, Requirement
from linli.assess.status import TOLERANCE, status_of

__all__ = ["VERB_ORDER", "Combined", "binds", "combine", "item_rows"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

VERB_ORDER: tuple[str, ...] = ("must", "qualitative", "should", "where_possible")
"""Which verbs make the status: the first of these that a binding requirement has."""


@dataclass(frozen=True, eq=False)
class Combined:
    """Requirements of an item taken together, by community.

    Parameters
    ----------
    degree, low, high
        Point estimate and range, 0–1, NaN = unknown.
    weakest
        Position of the binding requirement with the least degree (of an unknown one, if that decides); −1 = none binds.
    binding
        Which requirements make the status, shape (requirements, communities).
    """

    degree: Floats
    low: Floats
    high: Floats
    weakest: npt.NDArray[np.int64]
    binding: Bools


def binds(city: City, requirement: Requirement) -> Bools:
    """Tell which communities a requirement speaks to, by their kind and type of project.

    Parameters
    ----------
    city
        Any city.
    requirement
        Any requirement.

    Returns
    -------
    ndarray of bool, shape (communities,)
        True where it binds. A community without a project type is spoken to by requirements for every type only.
    """
    kind: Bools = np.isin(city.communities["kind"].to_numpy(dtype="object"), requirement.kinds)
    if not requirement.project_types:
        return kind
    project: npt.NDArray[np.object_] = city.communities["project_type"].astype("object").to_numpy()
    spoken_to: Bools = kind & np.isin(project, requirement.project_types)
    return spoken_to


def _binding(requirements: Sequence[Requirement], applies: Bools) -> Bools:
    """Keep, in each community, the requirements of the strongest verb that applies."""
    strength = np.array([VERB_ORDER.index(requirement.verb) for requirement in requirements])[:, None]
    strongest = np.where(applies, strength, len(VERB_ORDER)).min(axis=0)
    binding: Bools = applies & (strength == strongest)
    return binding


def combine(
    requirements: Sequence[Requirement], measures: Sequence[Measure], applies: Bools, met_share: float
) -> Combined:
    """Take the requirements of an item together.

    Parameters
    ----------
    requirements, measures
        In the same order, at least one.
    applies
        Where each speaks to the community and is not void, shape (requirements, communities).
    met_share
        Degree from which it counts as met, 0–1.

    Returns
    -------
    Combined
        By community.
    """
    binding = _binding(requirements, applies)
    degree = np.stack([measure.degree for measure in measures])
    low = np.where(binding, np.stack([measure.low for measure in measures]), np.inf).min(axis=0)
    high = np.where(binding, np.stack([measure.high for measure in measures]), np.inf).min(axis=0)
    unknown = binding & np.isnan(degree)
    known = np.where(binding & ~np.isnan(degree), degree, np.inf)
    least = known.min(axis=0)
    # an unknown requirement may be the weakest: then only a shortfall of the others is certain
    decided = ~unknown.any(axis=0) | (least < met_share - TOLERANCE)
    any_binds = binding.any(axis=0)
    point = np.where(decided & np.isfinite(least), least, np.nan)
    by_known = known.argmin(axis=0)
    weakest = np.where(decided & np.isfinite(least), by_known, unknown.argmax(axis=0))
    low = np.where(any_binds, low, np.nan)
    high = np.where(any_binds, high, np.nan)
    point = np.where(any_binds & ~np.isnan(point), np.minimum(point, high), np.nan)
    return Combined(
        degree=point,
        low=np.fmin(low, point),
        high=high,
        weakest=np.where(any_binds, weakest, -1),
        binding=binding,
    )


def _pick(measures: Sequence[Measure], weakest: npt.NDArray[np.int64], name: str) -> Floats:
    n = len(weakest)
    nothing = np.full(n, np.nan)
    columns = [getattr(measure, name) for measure in measures]
    table = np.stack([nothing if column is None else column for column in columns])
    return np.where(weakest >= 0, table[np.maximum(weakest, 0), np.arange(n)], np.nan)


def _words(words: Sequence[str], weakest: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    table = np.array([*words, ""], dtype="object")
    return table[weakest]


def _most(measures: Sequence[Measure], binding: Bools, column: str) -> Floats:
    """Largest of a size shortfall over the binding requirements; NaN where none has it."""
    n = binding.shape[1]
    table = np.stack([measure.short.get(column, np.full(n, np.nan)) for measure in measures])
    most: Floats = np.fmax.reduce(np.where(binding, table, np.nan), axis=0)
    return most


def _area_short(measures: Sequence[Measure], requirements: Sequence[Requirement], binding: Bools, kind: str) -> Floats:
    """m² of floor or site that are missing: of one facility too small or absent, or of the whole amount."""
    short = _most(measures, binding, f"{kind}_area_short_m2")
    for row, (requirement, measure) in enumerate(zip(requirements, measures, strict=True)):
        if requirement.kind.startswith("area_per") and requirement.area == kind:
            short = np.fmax(short, np.where(binding[row], measure.shortfall, np.nan))
    return short


def _verbs(requirements: Sequence[Requirement], binding: Bools) -> npt.NDArray[np.object_]:
    """Name the verb that makes the status of each community; empty where nothing binds."""
    verbs = np.array([*(requirement.verb for requirement in requirements), ""], dtype="object")
    named: npt.NDArray[np.object_] = verbs[np.where(binding.any(axis=0), binding.argmax(axis=0), -1)]
    return named


def _advice(requirements: Sequence[Requirement], measures: Sequence[Measure], advisory: Bools) -> list[str]:
    """Name the requirements that do not make the status and are not met, joined by «;»."""
    short = np.stack([np.nan_to_num(measure.degree, nan=1.0) for measure in measures]) < 1 - TOLERANCE
    named = advisory & short
    ids = [requirement.id for requirement in requirements]
    if not named.any():
        return [""] * named.shape[1]
    return [";".join(name for name, yes in zip(ids, column, strict=True) if yes) for column in named.T]


def item_rows(
    city: City,
    item: Item,
    measures: Sequence[Measure],
    applies: Bools,
    combined: Combined,
    met_share: float,
) -> pd.DataFrame:
    """Tabulate one item, a row a community.

    Parameters
    ----------
    city
        Any city.
    item
        The item.
    measures
        Of its requirements, in order.
    applies
        Where each requirement speaks to the community, shape (requirements, communities).
    combined
        From `combine`.
    met_share
        Degree from which it counts as met, 0–1.

    Returns
    -------
    DataFrame
        Columns of the table `items` of an assessment: degrees 0–1, shortfalls in `shortfall_unit`, sizes in m².
    """
    weakest, binding = combined.weakest, combined.binding
    requirements = item.requirements
    return pd.DataFrame(
        {
            "community_id": city.communities.index.to_numpy(dtype="object"),
            "standard": item.standard,
            "item": item.id,
            "group": item.group,
            "kind": city.communities["kind"].to_numpy(dtype="object"),
            "verb": _verbs(requirements, binding),
            "status": status_of(combined.degree, np.asarray(binding.any(axis=0)), met_share),
            "degree": combined.degree,
            "degree_low": combined.low,
            "degree_high": combined.high,
            "shortfall": _pick(measures, weakest, "shortfall"),
            "shortfall_unit": _words([measure.shortfall_unit for measure in measures], weakest),
            "residents": _pick(measures, weakest, "residents"),
            "residents_without": _pick(measures, weakest, "residents_without"),
            "floor_area_short_m2": _area_short(measures, requirements, binding, "floor"),
            "site_area_short_m2": _area_short(measures, requirements, binding, "site"),
            "places_short": _most(measures, binding, "places_short"),
            "weakest_requirement": _words([requirement.id for requirement in requirements], weakest),
            "certainty": _words([requirement.certainty for requirement in requirements], weakest),
            "advice": _advice(requirements, measures, applies & ~binding),
        }
    )
