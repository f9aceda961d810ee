"""Plausibility of datums: whether a layer sits where the others say it should.

What belongs here: finding the slip that Chinese data are known for, a layer in GCJ-02 or BD-09 that is called WGS 84
(or the other way round) and so lies some hundred metres off. Nobody sees it in a table, and it breaks every walking
distance. The test takes each known shift out of the layer and looks whether it then fits its neighbours much better.

*Misfit* is what should be small when two layers are in the same datum: the distance from facilities to the nearest
street, the share of building outlines that a street runs through, the share of buildings outside every outline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from linli.survey.datum import FROM_WGS84, TO_WGS84, in_china, shift_geometry
from linli.survey.messages import bilingual
from linli.survey.schema import GEOGRAPHIC_CRS, Words

__all__ = ["Slip", "find_slips"]

_SAMPLE = 3000
_FEWEST = 20
"""With fewer things than this nothing can be said."""
_SEED = 20200818
_SURE = 4.0
"""Standard deviations by which the better fit must exceed chance."""
_BETTER = 0.7
"""The better misfit must be at most this part of the other."""
_SMALL_SHARE = 0.02
"""A share of misplaced things up to this is no misfit."""
_FAR_M = 500.0
"""Distances are cut here, so that one stray point decides nothing."""
_POINT, _POLYGON = 0, (3, 6)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slip:
    """A layer that sits off another by the shift of a datum.

    Parameters
    ----------
    layer, reference
        Names of the layers.
    datum
        ``gcj02`` or ``bd09``: whose shift it is.
    east_m, north_m
        How far `layer` lies east and north of where it fits, metres.
    measure
        What was measured before and after, in words.
    """

    layer: str
    reference: str
    datum: str
    east_m: float
    north_m: float
    measure: Words


Misfit = Callable[[NDArray[Any]], Floats]
"""From shapes of the layer (metres) to a misfit for each, ≥ 0."""


def _distance_to(lines: NDArray[Any]) -> Misfit:
    tree = shapely.STRtree(lines)

    def misfit(shapes: NDArray[Any]) -> Floats:
        out = np.full(len(shapes), _FAR_M)
        (row, _), distance = tree.query_nearest(shapes, max_distance=_FAR_M, return_distance=True, all_matches=False)
        out[row] = distance
        return out

    return misfit


def _crossed_by(lines: NDArray[Any]) -> Misfit:
    tree = shapely.STRtree(lines)

    def misfit(shapes: NDArray[Any]) -> Floats:
        out = np.zeros(len(shapes))
        out[np.unique(tree.query(shapes, predicate="intersects")[0])] = 1.0
        return out

    return misfit


def _outside(outlines: NDArray[Any]) -> Misfit:
    tree = shapely.STRtree(outlines)

    def misfit(shapes: NDArray[Any]) -> Floats:
        out = np.ones(len(shapes))
        out[np.unique(tree.query(shapely.centroid(shapes), predicate="intersects")[0])] = 0.0
        return out

    return misfit


def _sample(geometry: NDArray[Any]) -> NDArray[Any]:
    if len(geometry) <= _SAMPLE:
        return geometry
    return np.asarray(geometry[np.random.default_rng(_SEED).choice(len(geometry), _SAMPLE, replace=False)])


def _to_metric(geometry: NDArray[Any], metric_crs: str) -> NDArray[Any]:
    return np.asarray(gpd.GeoSeries(geometry, crs=GEOGRAPHIC_CRS).to_crs(metric_crs).to_numpy())


def _is_better(now: Floats, then: Floats) -> bool:
    """Whether the second misfit is much smaller, and more surely so than chance allows (sign test on the pairs)."""
    wins, losses = int((then < now).sum()), int((then > now).sum())
    if wins + losses == 0:
        return False
    sure = (wins - losses) / np.sqrt(wins + losses) > _SURE
    is_share = bool(np.isin(now, (0.0, 1.0)).all())
    middle = np.mean if is_share else np.median
    before, after = float(middle(now)), float(middle(then))
    return bool(sure and after <= _BETTER * before and (not is_share or before > _SMALL_SHARE))


def _mean_offset(before: NDArray[Any], after: NDArray[Any]) -> tuple[float, float]:
    moved = shapely.get_coordinates(before) - shapely.get_coordinates(after)
    return float(moved[:, 0].mean()), float(moved[:, 1].mean())


def _words(now: Floats, then: Floats, kind: str) -> Words:
    if kind == "distance":
        before, after = f"{np.median(now):.0f}", f"{np.median(then):.0f}"
        return bilingual(
            f"到道路的中位距离 {before} m，扣除后为 {after} m",
            f"median distance to the streets {before} m, without the shift {after} m",
        )
    before, after = f"{now.mean():.0%}", f"{then.mean():.0%}"
    if kind == "crossed":
        return bilingual(
            f"{before} 的轮廓被道路穿过，扣除后为 {after}",
            f"streets run through {before} of the outlines, without the shift through {after}",
        )
    return bilingual(
        f"{before} 落在边界之外，扣除后为 {after}", f"{before} lie outside every outline, without the shift {after}"
    )


def _pairs(shapes: Mapping[str, NDArray[Any]], metric_crs: str) -> Iterator[tuple[str, str, str, Misfit]]:
    """Yield layer, reference, kind of misfit, misfit."""
    metric = {
        name: _to_metric(shapes[name], metric_crs) for name in ("streets", "estates", "communities") if name in shapes
    }
    if "streets" in metric:
        for layer in ("facilities", "rooms"):
            # only points: a site that is moved onto a street is nearer to it, not more in its place
            if layer in shapes and (shapely.get_type_id(shapes[layer]) == _POINT).sum() >= _FEWEST:
                yield layer, "streets", "distance", _distance_to(metric["streets"])
        if "buildings" in shapes and np.isin(shapely.get_type_id(shapes["buildings"]), _POLYGON).all():
            yield "buildings", "streets", "crossed", _crossed_by(metric["streets"])
    for outlines in ("estates", "communities"):
        for layer in ("buildings", "facilities"):
            if layer in shapes and outlines in metric:
                yield layer, outlines, "outside", _outside(metric[outlines])


def find_slips(layers: Mapping[str, gpd.GeoDataFrame], metric_crs: str) -> list[Slip]:
    """Find layers that fit the others much better once a known shift is taken out, or put in.

    Parameters
    ----------
    layers
        Layers with sound geometry, EPSG:4326; those that are missing are not compared.
    metric_crs
        Projected CRS, metres.

    Returns
    -------
    list of Slip
        At most one for each pair of layers: the shift that fits best.
    """
    shapes = {name: frame.geometry.to_numpy() for name, frame in layers.items() if len(frame) >= 1}
    slips = []
    for layer, reference, kind, misfit in _pairs(shapes, metric_crs):
        of = shapes[layer]
        sample = _sample(of[shapely.get_type_id(of) == _POINT] if kind == "distance" else of)
        centre = shapely.get_coordinates(shapely.centroid(sample))
        if len(sample) < _FEWEST or not in_china(centre[:, 0], centre[:, 1]).all():
            continue
        slip = _best(layer, reference, kind, misfit, sample, metric_crs)
        slips += [slip] if slip is not None else []
    return slips


def _best(layer: str, reference: str, kind: str, misfit: Misfit, sample: NDArray[Any], metric_crs: str) -> Slip | None:
    here = _to_metric(sample, metric_crs)
    now = misfit(here)
    found: tuple[float, Slip] | None = None
    for datum in TO_WGS84:
        for shift in (TO_WGS84[datum], FROM_WGS84[datum]):
            there = _to_metric(shift_geometry(sample, shift), metric_crs)
            then = misfit(there)
            if _is_better(now, then) and (found is None or then.mean() < found[0]):
                east, north = _mean_offset(here, there)
                found = (float(then.mean()), Slip(layer, reference, datum, east, north, _words(now, then, kind)))
    return found[1] if found else None
