"""Which option would serve which demand: a sparse matrix with the ids that belong to it.

An *option* is something that can be chosen (a facility type in a room, say); *demand* is a row of people and what they
need (the elders of a building, say). An option *covers* a demand row when the people live within the distance limit,
limit included. The matrix is sparse from the start: a city has 10⁸ pairs of which one in a hundred covers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.tables import positions, require_columns, require_unique

__all__ = ["Coverage", "coverage_by_type", "coverage_from_matrix", "coverage_from_pairs"]


@dataclass(frozen=True, eq=False)
class Coverage:
    """Which options cover which demand rows.

    Parameters
    ----------
    options
        Ids of the options, unique.
    demand
        Ids of the demand rows, unique.
    matrix
        CSR array, shape (n_demand, n_options), a stored entry = covers; indices sorted, no duplicates.
    distance_m
        Metres ≥ 0 of each stored entry, in the order of ``matrix.data``; ``None`` where distances are not known.
    """

    options: pd.Index[Any]
    demand: pd.Index[Any]
    matrix: sparse.csr_array
    distance_m: NDArray[np.float64] | None = None


def _assemble(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    distance: NDArray[np.float64] | None,
    options: pd.Index[Any],
    demand: pd.Index[Any],
) -> Coverage:
    """Sort the pairs by demand, then option; of a pair given twice the nearest stays."""
    keys = (columns, rows) if distance is None else (distance, columns, rows)
    order = np.lexsort(keys)
    rows, columns = rows[order], columns[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    pointer = np.zeros(len(demand) + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows[first], minlength=len(demand)), out=pointer[1:])
    matrix = sparse.csr_array(
        (np.ones(int(pointer[-1]), dtype=np.int8), columns[first].astype(np.int32), pointer.astype(np.int32)),
        shape=(len(demand), len(options)),
    )
    return Coverage(options, demand, matrix, None if distance is None else distance[order][first])


def coverage_from_pairs(
    pairs: pd.DataFrame,
    options: pd.Index[Any],
    demand: pd.Index[Any],
    *,
    option: str = "option",
    demand_column: str = "demand",
    distance: str | None = "distance_m",
    limit_m: float = np.inf,
) -> Coverage:
    """Read coverage from a tidy table of pairs, such as the one of `linli.circle.od_table`.

    Parameters
    ----------
    pairs
        One row a pair; columns `option`, `demand_column` and, unless `distance` is ``None``, `distance` (metres ≥ 0).
        A pair given twice counts once, at its nearest. Missing distances (NaN) do not cover.
    options, demand
        All ids, covered or not; unique.
    option, demand_column, distance
        Column names; ``distance=None``: every pair of the table covers.
    limit_m
        Metres; a pair covers when its distance is **at most** this. Default: every pair of the table covers.

    Returns
    -------
    Coverage
        In the order of `options` and `demand`.

    Raises
    ------
    InputError
        A column is missing, an id is unknown or given twice.

    Examples
    --------
    >>> pairs = pd.DataFrame({"option": ["a", "b"], "demand": [1, 1], "distance_m": [300.0, 301.0]})
    >>> coverage_from_pairs(pairs, pd.Index(["a", "b"]), pd.Index([1, 2]), limit_m=300).matrix.toarray().tolist()
    [[1, 0], [0, 0]]
    """
    require_columns(pairs, [option, demand_column, *([distance] if distance else [])], "pairs")
    require_unique(options, "options")
    require_unique(demand, "demand")
    metres = None if distance is None else pairs[distance].to_numpy(dtype=np.float64)
    near = np.ones(len(pairs), dtype=bool) if metres is None else metres <= limit_m
    rows = positions(pairs[demand_column].to_numpy()[near], demand, "pairs", demand_column)
    columns = positions(pairs[option].to_numpy()[near], options, "pairs", option)
    return _assemble(rows, columns, None if metres is None else metres[near], options, demand)


def coverage_from_matrix(matrix: Any, options: pd.Index[Any], demand: pd.Index[Any]) -> Coverage:
    """Read coverage from a matrix that exists already.

    Parameters
    ----------
    matrix
        Dense or scipy sparse, shape (n_options, n_demand); non-zero = covers.
    options, demand
        Ids of its rows and columns; unique.

    Returns
    -------
    Coverage
        Without distances.

    Raises
    ------
    InputError
        An id is given twice.
    ValueError
        The shape does not fit the ids.
    """
    require_unique(options, "options")
    require_unique(demand, "demand")
    table = sparse.csr_array(matrix)
    if table.shape != (len(options), len(demand)):
        msg = f"`matrix` must have shape {(len(options), len(demand))} (options × demand). Got {table.shape} instead."
        raise ValueError(msg)
    by_demand = sparse.csr_array(table.T.tocsr())
    by_demand.sum_duplicates()
    by_demand.eliminate_zeros()
    ones = np.ones(by_demand.nnz, dtype=np.int8)
    covers = sparse.csr_array((ones, by_demand.indices, by_demand.indptr), shape=by_demand.shape)
    return Coverage(options, demand, covers)


def coverage_by_type(
    distances: pd.DataFrame,
    options: pd.DataFrame,
    demand: pd.DataFrame,
    limits_m: Mapping[Any, float],
    *,
    site: str = "site",
    point: str = "point",
    kind: str = "type",
    distance: str | None = "distance_m",
) -> Coverage:
    """Spread site-to-point distances over facility types, each with a distance limit of its own.

    An option is a type in a site, a demand row is the need of a type at a point; the option covers the row if both are
    of the same type and the point lies within that type's limit of the site.

    Parameters
    ----------
    distances
        One row a (site, point) pair: columns `site`, `point`, `distance` (metres ≥ 0), up to the largest limit.
    options
        Index = option id; columns `site` and `kind`.
    demand
        Index = demand id; columns `point` and `kind`.
    limits_m
        Metres by type; a pair covers when its distance is **at most** the limit.
    site, point, kind, distance
        Column names.

    Returns
    -------
    Coverage
        In the order of `options` and `demand`, with distances.

    Raises
    ------
    InputError
        A column is missing, an id is given twice.
    KeyError
        A type has no limit.
    """
    require_columns(distances, [site, point, str(distance)], "distances")
    require_columns(options, [site, kind], "options")
    require_columns(demand, [point, kind], "demand")
    sites, points = pd.Index(options[site].unique()), pd.Index(demand[point].unique())
    known = distances[distances[site].isin(sites) & distances[point].isin(points)]
    metres = known[str(distance)].to_numpy(dtype=np.float64)
    # One is added so that a site at no distance stays a stored entry.
    table = sparse.csr_array(
        (metres + 1.0, (points.get_indexer(known[point]), sites.get_indexer(known[site]))),
        shape=(len(points), len(sites)),
    )
    parts = []
    for value in demand[kind].unique():
        of_demand = np.flatnonzero((demand[kind] == value).to_numpy())
        of_options = np.flatnonzero((options[kind] == value).to_numpy())
        block = table[points.get_indexer(demand[point].iloc[of_demand])][
            :, sites.get_indexer(options[site].iloc[of_options])
        ].tocoo()
        near = block.data <= limits_m[value] + 1.0
        parts.append((of_demand[block.row[near]], of_options[block.col[near]], block.data[near] - 1.0))
    rows, columns, far = (np.concatenate(part) for part in zip(*parts, strict=True))
    require_unique(options.index, "options")
    require_unique(demand.index, "demand")
    return _assemble(rows, columns, far, options.index, demand.index)
