"""Who has it within reach and who has not, community by community and age by age, with what is not known beside it.

The counting is the assessment's (`linli.assess.coverage`). Of the residents of a community

- *within* live in buildings from which the walk is at most the distance,
- *without* in buildings from which it is farther,
- *unknown* in buildings that stand on no street, or in none that was counted: they may be either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linli.assess.city import NEEDS
from linli.assess.coverage import need_columns, shares, within
from linli.assess.walks import is_within
from linli.web.lifecircle.stage import Stage

__all__ = ["Band", "Row", "Totals", "farthest_without", "rows_of", "totals_of", "whole"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Band:
    """People (or m²) of some ages; ``None`` where nobody was counted.

    Parameters
    ----------
    within, without, unknown
        See the module.
    share, low, high
        Share within and its range, 0–1.
    """

    within: float | None
    without: float | None
    unknown: float | None
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A community.

    Parameters
    ----------
    code, name, path
        The community's.
    whom
        Those whose need counts.
    bands
        By band of `linli.assess.city.NEEDS`, ``all`` first.
    """

    code: str
    name: str
    path: str
    whom: Band
    bands: dict[str, Band]


@dataclass(frozen=True, slots=True)
class Totals:
    """Buildings and people (or m²) of a place as its map shows them.

    Parameters
    ----------
    buildings
        How many.
    within, without, unknown
        Those whose need counts, by the distance of their building; unknown = it stands on no street.
    uncounted
        Buildings of which nobody knows how many of them live there.
    lost
        Residents known or presumed to live in buildings that were not counted.
    """

    buildings: int
    within: float
    without: float
    unknown: float
    uncounted: int
    lost: float


def whole(value: float | None) -> float | int | None:
    """Return a number for JSON: to a thousandth, without a needless fraction, unknown or infinite as null."""
    if value is None or not np.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 3)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _bands(stage: Stage, inside: Bools, served: Floats, columns: Sequence[int]) -> list[Band]:
    """Count some ages in each of the communities picked."""
    need = stage.need.of(columns)
    have = served[:, list(columns)].sum(axis=1)
    share = shares(need, have, have)
    sure = need.certain
    within_ = np.where(sure, have, np.nan)
    without = np.where(sure, np.maximum(need.counted - need.unplaced - have, 0), np.nan)
    unknown = np.where(sure, need.unplaced + need.lost, np.nan)
    low, high = np.where(sure, share.low, np.nan), np.where(sure, share.high, np.nan)
    table = np.stack([within_, without, unknown, share.share, low, high], axis=1)
    return [Band(*(_known(value) for value in row)) for row in table[inside]]


def rows_of(stage: Stage, path: str, field: Floats, limit_m: float, bands: tuple[str, ...]) -> list[Row]:
    """Count each community at or below a place.

    Parameters
    ----------
    stage
        The stage.
    path
        Jurisdiction path.
    field
        Metres from each row.
    limit_m
        How far counts as within, m.
    bands
        Ages whose need counts; none = everybody.

    Returns
    -------
    list of Row
        In the order of their codes.
    """
    inside = stage.communities_in(path)
    served = within(stage.city, stage.weight, is_within(field, limit_m))
    whom = _bands(stage, inside, served, need_columns(bands))
    by_band = [_bands(stage, inside, served, (i,)) for i in range(len(NEEDS))]
    layer = stage.city.communities
    found = []
    for i, (code, name, where) in enumerate(
        zip(layer.index[inside], layer["name"].astype(str)[inside], stage.paths[inside], strict=True)
    ):
        every = {band: by_band[k][i] for k, band in enumerate(NEEDS)}
        found.append(Row(str(code), name, str(where), whom[i], every))
    return found


def totals_of(stage: Stage, path: str, field: Floats, limit_m: float, bands: tuple[str, ...]) -> Totals:
    """Add up a place as its map shows it: building by building.

    Parameters
    ----------
    stage, path, field, limit_m, bands
        As in `rows_of`.

    Returns
    -------
    Totals
        Of all buildings at or below the place.
    """
    mine = stage.inside(path)
    who, metres = stage.who(bands)[mine], field[mine]
    uncounted = np.isnan(who)
    people = np.nan_to_num(who)
    near, nowhere = is_within(metres, limit_m), np.isnan(metres)
    lost = stage.need.of(need_columns(bands)).lost[stage.communities_in(path)]
    return Totals(
        buildings=int(mine.sum()),
        within=float(people[near].sum()),
        without=float(people[~near & ~nowhere].sum()),
        unknown=float(people[nowhere].sum()),
        uncounted=int(uncounted.sum()),
        lost=float(lost.sum()),
    )


def farthest_without(
    stage: Stage, path: str, field: Floats, limit_m: float, bands: tuple[str, ...], most: int
) -> npt.NDArray[np.intp]:
    """Return the buildings without in which most people live.

    Parameters
    ----------
    stage, path, field, limit_m, bands
        As in `rows_of`.
    most
        How many at most.

    Returns
    -------
    ndarray
        Rows, most people first; those of unknown number or distance are not among them.
    """
    people = np.nan_to_num(stage.who(bands))
    without = stage.inside(path) & ~is_within(field, limit_m) & ~np.isnan(field) & (people > 0)
    rows = np.flatnonzero(without)
    if len(rows) > most > 0:  # only those that may be among the first are put in order
        least = np.partition(people[rows], -most)[-most]
        rows = rows[people[rows] >= least]
    order = np.lexsort((rows, -people[rows]))
    return rows[order[:most]]
