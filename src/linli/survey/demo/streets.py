"""Streets: every border and lane of the land as lines that meet at shared ends, with steps, crossings and lights.

Segments that meet nobody else are joined into one line, so that a line's ends are junctions, changes of kind or dead
ends.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.survey.demo.cells import Fabric
from linli.survey.demo.districts import NO_STREET, Land
from linli.survey.demo.layout import segment_lines

__all__ = ["STREET_KINDS", "draw_streets"]

Array = NDArray[np.float64]

STREET_KINDS: Mapping[str, str] = {
    "arterial": "主干路",
    "collector": "次干路",
    "local": "支路",
    "bank": "滨河步道",
    "bridge": "桥",
    "alley": "巷弄",
    "lane": "小区道路",
    "gate": "小区出入口",
    "arterial_gate": "小区出入口",
    "crossing": "人行横道",
    "path": "园路",
}
"""What each kind of street is called in the survey."""

_CROSSING_M = 9.0
_LONGEST_STAIR_M = 70.0


def _segments(land: Land, fabric: Fabric) -> tuple[Array, NDArray[np.str_]]:
    mesh = land.mesh
    x, y = np.array(mesh.x), np.array(mesh.y)
    edges = sorted((edge, kind) for edge, kind in mesh.kind.items() if kind != NO_STREET)
    ends = np.array([edge for edge, _ in edges])
    borders = np.column_stack([x[ends[:, 0]], y[ends[:, 0]], x[ends[:, 1]], y[ends[:, 1]]])
    kinds = np.array([kind for _, kind in edges])
    return np.vstack([borders, fabric.lanes]), np.concatenate([kinds, fabric.lane_kind])


def _add_crossings(seg: Array, kind: NDArray[np.str_], rng: np.random.Generator) -> tuple[Array, NDArray[np.str_]]:
    """Split the last metres off the links that reach an arterial: there one crosses the carriageway."""
    length = np.hypot(seg[:, 2] - seg[:, 0], seg[:, 3] - seg[:, 1])
    chosen = (kind == "arterial_gate") & (length > 2 * _CROSSING_M) & (rng.random(len(seg)) < 0.6)  # noqa: PLR2004
    t = (1.0 - _CROSSING_M / length[chosen])[:, None]
    inner, outer = seg[chosen, :2], seg[chosen, 2:]
    at = np.round(inner + t * (outer - inner), 2)
    seg = seg.copy()
    seg[chosen, 2:] = at
    stubs = np.column_stack([at, outer])
    return np.vstack([seg, stubs]), np.concatenate([kind, np.full(len(stubs), "crossing")])


def _flags(kind: NDArray[np.str_], length: Array, rng: np.random.Generator) -> dict[str, NDArray[np.bool_]]:
    """Return whether each street has steps, crosses, is lit and is barrier-free."""
    n = len(kind)
    stepped = {"alley": 0.07, "path": 0.1, "bridge": 0.3, "bank": 0.03, "gate": 0.01}
    dark = {"alley": 0.28, "bank": 0.35, "path": 0.4, "lane": 0.08, "gate": 0.04}
    poor = {"alley": 0.55, "lane": 0.18, "path": 0.12, "bank": 0.1, "local": 0.05, "gate": 0.1}
    draw = rng.random((3, n))
    odds = [np.array([table.get(k, 0.0) for k in kind]) for table in (stepped, dark, poor)]
    steps = (draw[0] < odds[0]) & (length < _LONGEST_STAIR_M)
    return {
        "steps": steps,
        "crossing": kind == "crossing",
        "lit": draw[1] >= odds[1],
        "barrier_free": ~steps & (draw[2] >= odds[2]),
    }


def _join(seg: Array, group_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each segment its chain: segments of one group that meet at a node where nobody else comes."""
    points = np.round(np.vstack([seg[:, :2], seg[:, 2:]]) * 100).astype(np.int64)
    _, node = np.unique(points[:, 0] * (1 << 31) + points[:, 1], return_inverse=True)
    n = len(seg)
    order = np.argsort(node, kind="stable")
    degree = np.bincount(node)
    first = np.cumsum(degree) - degree
    two = np.flatnonzero(degree == 2)  # noqa: PLR2004 (a node with two ends is no junction)
    a, b = order[first[two]] % n, order[first[two] + 1] % n
    same = (group_of[a] == group_of[b]) & (a != b)
    links = coo_array((np.ones(int(same.sum())), (a[same], b[same])), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def draw_streets(land: Land, fabric: Fabric, rng: np.random.Generator) -> pd.DataFrame:
    """Return the streets, noded.

    Parameters
    ----------
    land, fabric
        The land and what is drawn on it, metres.
    rng
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        street_id, kind, steps, crossing, lit, barrier_free and geometry (LineString, metres around the centre).
    """
    seg, kind = _segments(land, fabric)
    seg = np.round(seg, 2)
    seg, kind = _add_crossings(seg, kind, rng)
    real = np.hypot(seg[:, 2] - seg[:, 0], seg[:, 3] - seg[:, 1]) > 0.05  # noqa: PLR2004 (closed by rounding)
    seg, kind = seg[real], kind[real]
    chain = _join(seg, np.unique(kind, return_inverse=True)[1])
    order = np.argsort(chain, kind="stable")
    lines = segment_lines(seg[order])
    count = np.bincount(chain)
    merged = np.empty(len(count), dtype=object)
    starts = np.cumsum(count) - count
    single = count == 1
    merged[single] = lines[starts[single]]
    many = np.flatnonzero(~single)
    grouped = np.asarray(shapely.multilinestrings(lines, indices=chain[order]), dtype=object)
    merged[many] = shapely.line_merge(grouped[many])
    kind = kind[order[starts]]
    frame = pd.DataFrame({"kind": kind, **_flags(kind, shapely.length(merged), rng)})
    frame["kind"] = frame["kind"].map(STREET_KINDS)
    frame["geometry"] = merged
    frame = frame.iloc[_by_place(merged)].reset_index(drop=True)
    frame.insert(0, "street_id", [f"S{i + 1:06d}" for i in range(len(frame))])
    return frame


def _by_place(lines: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return an order of lines from north to south in bands, west to east within, as a surveyor would number them."""
    middle = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    band = np.floor(-middle[:, 1] / 200.0)
    return np.lexsort((middle[:, 1], middle[:, 0], band)).astype(np.int64)
