r"""Coverage: the share of a community's residents who live within a distance of something.

Residents are counted, not areas. Three things may be unknown about them: where a building stands (too far from every
street), how many live in it, and whether the facility next to it qualifies. Each widens the range instead of being
read as zero:

.. math::

    \text{share} = \frac{W_+}{K - U}, \qquad
    \text{low} = \frac{W_-}{K + L}, \qquad
    \text{high} = \frac{W_+ + U + L}{K + L}

with :math:`K` the residents counted in the community's buildings, :math:`U` those among them in buildings that could
not be placed, :math:`L` those who were not counted (the community's total less :math:`K`; where there is no total,
each uncounted building stands for as many as the community's average building), and :math:`W_-`, :math:`W_+` those
within the distance when doubtful facilities do not qualify and when they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import NEEDS, City, sum_by_community
from linli.assess.walks import is_within

__all__ = ["Need", "Shares", "coverage_table", "need_by_community", "need_columns", "needed", "shares", "within"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Need:
    """Who has to be covered, by community and band; all arrays of shape (communities, bands), unit of the survey.

    Parameters
    ----------
    counted
        Residents counted in buildings, placed or not.
    unplaced
        Those among them whose building could not be placed.
    lost
        Residents known or presumed to live there who were counted in no building.
    certain
        True where at least one building was counted for this band.
    """

    counted: Floats
    unplaced: Floats
    lost: Floats
    certain: Bools

    def of(self, columns: Sequence[int]) -> Need:
        """Return the same for several bands together, shape (communities,); certain only if every band is."""
        picked = list(columns)
        return Need(
            counted=self.counted[:, picked].sum(axis=1),
            unplaced=self.unplaced[:, picked].sum(axis=1),
            lost=self.lost[:, picked].sum(axis=1),
            certain=np.asarray(self.certain[:, picked].all(axis=1)),
        )


@dataclass(frozen=True, eq=False)
class Shares:
    """Coverage with its range, any shape, 0–1, NaN = unknown."""

    share: Floats
    low: Floats
    high: Floats


def need_columns(bands: Sequence[str]) -> tuple[int, ...]:
    """Return the columns of a need matrix that hold these age bands; everybody if there is none.

    Parameters
    ----------
    bands
        Names from `NEEDS`.

    Returns
    -------
    tuple of int
        Column numbers.

    Raises
    ------
    ValueError
        If a band is not one of them.

    Examples
    --------
    >>> need_columns(["0_2", "3_5"])
    (1, 2)
    >>> need_columns([])
    (0,)
    """
    unknown = [band for band in bands if band not in NEEDS]
    if unknown:
        msg = f"`bands` must be among {', '.join(NEEDS)}. Got {', '.join(unknown)} instead."
        raise ValueError(msg)
    return tuple(NEEDS.index(band) for band in bands) or (0,)


def needed(city: City) -> Floats:
    """Return the need matrix with 0 for what is unknown, made once for many sums.

    Parameters
    ----------
    city
        Any city.

    Returns
    -------
    ndarray, shape (buildings, bands)
        Residents (or m²) per building, ≥ 0.
    """
    return np.nan_to_num(city.need)


def need_by_community(city: City, placed: Bools) -> Need:
    """Count who has to be covered in each community.

    Parameters
    ----------
    city
        Any city.
    placed
        Whether each building stands on a street, shape (buildings,).

    Returns
    -------
    Need
        Shape (communities, bands), in residents or m².
    """
    n = city.n_communities
    weight = needed(city)
    unknown = np.isnan(city.need)
    counted = sum_by_community(city.building_code, weight, n)
    uncounted = sum_by_community(city.building_code, unknown.astype("float64"), n)
    buildings = sum_by_community(city.building_code, (~unknown).astype("float64"), n)
    rest = np.maximum(np.nan_to_num(city.residents) - counted, 0)
    mean = np.divide(counted, buildings, out=np.zeros_like(counted), where=buildings > 0)
    lost = np.where(np.isnan(city.residents), mean * uncounted, np.where(uncounted > 0, rest, 0))
    return Need(
        counted=counted,
        unplaced=sum_by_community(city.building_code, weight * ~placed[:, None], n),
        lost=lost,
        certain=buildings > 0,
    )


def within(city: City, weight: Floats, mask: Bools) -> Floats:
    """Count the residents of the buildings picked by a mask, by community.

    Parameters
    ----------
    city
        Any city.
    weight
        Residents (or m²) per building, shape (buildings,) or (buildings, bands), no NaN.
    mask
        Which buildings, shape (buildings,).

    Returns
    -------
    ndarray, shape (communities,) or (communities, bands)
        Residents (or m²).
    """
    rows = np.flatnonzero(mask)
    return sum_by_community(city.building_code[rows], weight[rows], city.n_communities)


def shares(need: Need, best: Floats, worst: Floats) -> Shares:
    """Turn counts of residents within a distance into shares with their range.

    Parameters
    ----------
    need
        Who has to be covered, residents or m².
    best, worst
        Residents (or m²) within the distance when doubtful facilities qualify, and when they do not; shape of `need`.

    Returns
    -------
    Shares
        0–1; where nobody was counted the share is NaN and the range 0–1.
    """
    known = need.counted - need.unplaced
    total = need.counted + need.lost
    ok = need.certain & (known > 0)
    share = np.divide(best, known, out=np.full(known.shape, np.nan), where=ok)
    low = np.divide(worst, total, out=np.zeros(total.shape), where=need.certain & (total > 0))
    top = best + need.unplaced + need.lost
    high = np.divide(top, total, out=np.ones(total.shape), where=need.certain & (total > 0))
    share = np.clip(share, 0, 1)
    # the three are divided by different sums: keep low ≤ share ≤ high to the last bit
    low = np.fmin(np.clip(low, 0, 1), share)
    return Shares(share=share, low=low, high=np.fmax(np.clip(high, 0, 1), share))


def coverage_table(
    city: City,
    need: Need,
    distances: Mapping[str, npt.NDArray[np.floating[Any]]],
    radii_m: Mapping[str, Sequence[float]],
) -> pd.DataFrame:
    """Tabulate coverage by facility type and distance, for all residents.

    Parameters
    ----------
    city
        Any city.
    need
        Who has to be covered, shape (communities, bands).
    distances
        By facility type: walking distance from each building to the nearest, m, shape (buildings,), inf = none within
        reach, NaN = the building could not be placed.
    radii_m
        By facility type: distances to tabulate, m, ≥ 0.

    Returns
    -------
    DataFrame
        `community_id`, `type`, `distance_m`, `band` (``all``), `residents`, `residents_within`, `share`, `share_low`,
        `share_high`.
    """
    everybody = need.of((0,))
    weight = needed(city)[:, 0]
    tables = []
    for kind, distance in distances.items():
        for radius_m in sorted(set(radii_m.get(kind, ()))):
            inside = within(city, weight, is_within(distance, radius_m))
            result = shares(everybody, inside, inside)
            tables.append(
                pd.DataFrame(
                    {
                        "community_id": city.communities.index,
                        "type": kind,
                        "distance_m": radius_m,
                        "band": "all",
                        "residents": np.where(everybody.certain, everybody.counted, np.nan),
                        "residents_within": np.where(everybody.certain, inside, np.nan),
                        "share": result.share,
                        "share_low": result.low,
                        "share_high": result.high,
                    }
                )
            )
    if not tables:
        columns = ["community_id", "type", "distance_m", "band", "residents", "residents_within", "share"]
        return pd.DataFrame(columns=[*columns, "share_low", "share_high"])
    return pd.concat(tables, ignore_index=True)
