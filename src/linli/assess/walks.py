"""Walks: the buildings and facilities of a city on its streets, and how far it is from one to the other.

What belongs here: the seam to `linli.circle`. A *field* is, for every building, the walking distance to the nearest of
some facilities and which one that is. Fields are worked out together, many sets of facilities in one pass, and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import City
from linli.assess.options import AssessOptions
from linli.circle import (
    Places,
    Reach,
    Streets,
    build_streets,
    count_within,
    nearest,
    od_table,
    place_points,
    two_step_catchment,
)

__all__ = [
    "Field",
    "Walks",
    "Zones",
    "accesses",
    "build_walks",
    "is_within",
    "nearest_field",
    "pairs_within",
    "prepare_fields",
    "within_of_kth",
]

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Pairs = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]

TOGETHER = 8
"""How many sets of facilities go into one pass: bounds the memory of its tables."""

SLACK_M = 0.0005
"""Streets are measured in whole millimetres: half of one is forgiven at the edge of a distance, m."""


@dataclass(frozen=True, eq=False)
class Field:
    """From each building to the nearest of some facilities; shape (buildings,).

    Parameters
    ----------
    distance_m
        Walking distance, m, ≥ 0; inf = none within the limit, NaN = the building could not be placed.
    target
        Row of the nearest in `City.facilities`, −1 = none.
    """

    distance_m: Floats
    target: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Zones:
    """How the offer of a facility falls with distance.

    Parameters
    ----------
    radii_m
        Outer distance of each zone, m, ascending; one radius for a curve.
    weights
        Weight of each zone, 0–1; ``None`` for a Gaussian curve that reaches zero at the radius.
    """

    radii_m: tuple[float, ...]
    weights: tuple[float, ...] | None


@dataclass(frozen=True, eq=False)
class Walks:
    """A city on its streets.

    Parameters
    ----------
    streets
        The network.
    origins
        Buildings, in the order of `City.building_ids`.
    targets
        Facilities in use, in the order of `City.facilities`.
    limit_m
        How far fields reach, m.
    placed
        Which buildings stand on a street, shape (buildings,).
    fields
        What was worked out so far, by set of facilities.
    """

    streets: Streets
    origins: Places
    targets: Places
    limit_m: float
    placed: Bools
    fields: dict[bytes, Field] = field(default_factory=dict, repr=False)


def build_walks(city: City, limit_m: float, options: AssessOptions, extra_m: npt.NDArray[np.float64] | None) -> Walks:
    """Put a city's buildings and facilities on its streets.

    Parameters
    ----------
    city
        Any city, geometry in metres.
    limit_m
        How far fields reach, m, > 0.
    options
        How far from a street a place may stand, and how long a street must be to stand on.
    extra_m
        Metres of level walk added per street, in the order of `City.streets`; ``None`` for none.

    Returns
    -------
    Walks
        Ready to measure.
    """
    streets = build_streets(city.streets.geometry, street_id=city.streets["street_id"], extra_m=extra_m)
    origins = place_points(streets, city.building_point, options.max_offset_m, island_m=options.island_m)
    targets = place_points(streets, city.facilities.geometry, options.max_offset_m, island_m=options.island_m)
    return Walks(streets, origins, targets, limit_m, origins.placed)


def _expanded(targets: Places, rows: npt.NDArray[np.intp]) -> Places:
    """Return the places of these rows, which may repeat, named by their position in `rows`."""
    start = np.searchsorted(targets.owner, rows, side="left")
    count = np.searchsorted(targets.owner, rows, side="right") - start
    owner = np.repeat(np.arange(len(rows)), count)
    access = np.repeat(start - np.cumsum(count) + count, count) + np.arange(count.sum())
    return Places(
        pd.RangeIndex(len(rows)),
        owner.astype(np.int32),
        targets.edge[access],
        targets.position[access],
        targets.offset[access],
        targets.xy[access],
        pd.DataFrame({"id": np.flatnonzero(count == 0), "distance_m": np.inf}),
        targets.streets_key,
    )


def _joined(walks: Walks, masks: Sequence[Bools]) -> tuple[Places, pd.Series, npt.NDArray[np.intp]]:
    """Put several sets of facilities side by side: places, set of each, row of each in the city's facilities."""
    rows = [np.flatnonzero(mask) for mask in masks]
    every = np.concatenate(rows)
    sets = np.repeat(np.arange(len(masks)), [len(part) for part in rows])
    targets = _expanded(walks.targets, every)
    # a categorical keeps sets without any facility, which are beyond reach everywhere
    types = pd.Series(pd.Categorical.from_codes(sets, categories=pd.RangeIndex(len(masks))), index=targets.index)
    return targets, types, every


def prepare_fields(walks: Walks, masks: Iterable[Bools]) -> None:
    """Work out the fields of many sets of facilities, several in one pass.

    Parameters
    ----------
    walks
        A city on its streets; keeps what is worked out.
    masks
        Sets of facilities, each of shape (facilities,). Sets already known are skipped.
    """
    new = {mask.tobytes(): mask for mask in masks}
    todo = [mask for key, mask in new.items() if key not in walks.fields]
    for start in range(0, len(todo), TOGETHER):
        batch = todo[start : start + TOGETHER]
        targets, types, rows = _joined(walks, batch)
        found = nearest(walks.streets, walks.origins, targets, types, walks.limit_m, which=True)
        for i, mask in enumerate(batch):
            walks.fields[mask.tobytes()] = _field(found, i, rows)


def _field(found: Reach, column: int, rows: npt.NDArray[np.intp]) -> Field:
    if found.target is None:
        return Field(np.empty(0, np.float32), np.empty(0, np.int32))
    named = found.target[column].array
    position = named.codes
    # names sort as they stand, so a code is a position among the joined rows
    target = np.where(position >= 0, rows[position], -1) if len(rows) else np.full(len(position), -1)
    return Field(found.distance[column].to_numpy().astype(np.float32), target.astype(np.int32))


def nearest_field(walks: Walks, mask: Bools) -> Field:
    """Return the distance from each building to the nearest of some facilities.

    Parameters
    ----------
    walks
        A city on its streets.
    mask
        Which facilities, shape (facilities,).

    Returns
    -------
    Field
        Distances up to `Walks.limit_m`, m.
    """
    prepare_fields(walks, [mask])
    return walks.fields[mask.tobytes()]


def is_within(distance_m: npt.NDArray[np.floating[Any]], radius_m: float) -> Bools:
    """Tell which distances are at most a radius.

    Parameters
    ----------
    distance_m
        Distances, m; NaN (unknown) is not within.
    radius_m
        Radius, m, ≥ 0.

    Returns
    -------
    ndarray of bool
        Same shape.
    """
    inside: Bools = distance_m <= radius_m + SLACK_M
    return inside


def within_of_kth(walks: Walks, mask: Bools, k: int, radius_m: float) -> Bools:
    """Tell which buildings have at least k of some facilities within a distance.

    Parameters
    ----------
    walks
        A city on its streets.
    mask
        Which facilities, shape (facilities,).
    k
        How many, ≥ 1.
    radius_m
        Walking distance, m, at most `Walks.limit_m`.

    Returns
    -------
    ndarray of bool, shape (buildings,)
        False where the building could not be placed.
    """
    if k <= 1:
        return is_within(nearest_field(walks, mask).distance_m, radius_m)
    targets, types, _ = _joined(walks, [mask])
    counts = count_within(walks.streets, walks.origins, targets, types, [radius_m])
    enough: Bools = counts.iloc[:, 0].fillna(0).to_numpy() >= k
    return enough


def pairs_within(city: City, walks: Walks, mask: Bools, radius_m: float) -> Pairs:
    """List which communities have a building within a distance of which facilities.

    Parameters
    ----------
    city
        The city of the walks.
    walks
        A city on its streets.
    mask
        Which facilities, shape (facilities,).
    radius_m
        Walking distance, m.

    Returns
    -------
    tuple of ndarray
        Community codes and rows of `City.facilities`, each pair once, ascending.
    """
    rows = np.flatnonzero(mask)
    inside = np.flatnonzero(city.building_code >= 0)
    origins = replace(walks.origins, index=pd.RangeIndex(len(walks.origins.index)))
    table = od_table(walks.streets, origins, _expanded(walks.targets, rows), radius_m)
    code = city.building_code[table["origin"].to_numpy("int64")].astype("int64")
    row = rows[table["target"].to_numpy("int64")] if len(table) else np.empty(0, "int64")
    n = max(len(city.facilities), 1)
    key = np.unique(code[code >= 0] * n + row[code >= 0]) if len(inside) else np.empty(0, "int64")
    return key // n, key % n


def accesses(
    walks: Walks,
    rows: npt.NDArray[np.intp],
    capacity: npt.NDArray[np.float64],
    demand: npt.NDArray[np.float64],
    zones: Zones,
) -> npt.NDArray[np.float64]:
    """Share the capacity of some facilities among the buildings that reach them (two-step floating catchment).

    Parameters
    ----------
    walks
        A city on its streets.
    rows
        Rows of the facilities in `City.facilities`, each once.
    capacity
        Places of each, ≥ 0, same order.
    demand
        Residents (or m²) per building who share, ≥ 0.
    zones
        How the offer falls with distance, radii in m.

    Returns
    -------
    ndarray, shape (buildings,)
        Places per resident offered to each building: 0 where none is within reach, NaN where it could not be placed.
    """
    targets = _expanded(walks.targets, rows)
    people = pd.Series(demand, index=walks.origins.index)
    places = pd.Series(capacity, index=targets.index)
    found = two_step_catchment(
        walks.streets, walks.origins, people, targets, places, list(zones.radii_m), zones.weights
    )
    return np.where(walks.placed, np.nan_to_num(found.access.to_numpy()), np.nan)
