"""Residents brought to buildings: as counted, or spread over residential floor area (dasymetric).

What belongs here: the ways of spreading a number known for an estate, a community, a grid cell or the whole city over
the residential buildings in it, and the words that say how it was done.

*Weight*: the residential floor area of a building, m²: its own ``floor_area_m2``; else footprint × ``storeys``; else
footprint × the median storeys of the buildings whose storeys are known (1 if none is). A point without floor area
weighs as much as the median building. These stand-ins serve to share people out and are not written into the layer;
how many buildings rest on them is said in the note.

*Grain*: people are shared out in whole 1/1024ths of a person, by largest remainder. Such fractions are exact in binary,
so the sum over buildings *equals* the number that was spread, in whatever order it is added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from linli.errors import InputError, Problem
from linli.survey.config import ResidentsConfig
from linli.survey.osm_elements import ellipsoid_area
from linli.survey.record import ResidentsNote
from linli.survey.schema import Words
from linli.units import AGE_BANDS, residents_column

__all__ = ["floor_area_weights", "share_out", "spread_residents"]

Layers = Mapping[str, pd.DataFrame]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Method = Literal["buildings", "estates", "communities", "grid", "total", "floor_area", "none"]

_GRAIN = 1024
"""Parts of a person that can be told apart; a power of two, so that sums are exact."""

_BANDS = tuple(residents_column(band) for band in AGE_BANDS)
_COLUMNS = (residents_column("all"), *_BANDS)


def share_out(total: Ints, weight: Floats, owner: Ints, order: Ints | None = None) -> Ints:
    """Share whole numbers out in proportion to weights, by largest remainder.

    Parameters
    ----------
    total : ndarray of int64, shape (n_areas,), ≥ 0
        What each area has to give.
    weight : ndarray of float64, shape (n,), ≥ 0
        Weight of each receiver; where all of an area's are 0 they count as equal.
    owner : ndarray of int64, shape (n,), −1 … n_areas − 1
        Area of each receiver; −1 gets nothing.
    order : ndarray of int64, shape (n,), optional
        Who goes first among equal remainders (lower first); by row if left out.

    Returns
    -------
    ndarray of int64, shape (n,), ≥ 0
        Their shares; those of an area's receivers add up to its total, if it has any.

    References
    ----------
    Largest-remainder (Hare) apportionment, as in T. Hamilton's method of 1792.

    Examples
    --------
    >>> import numpy as np
    >>> share_out(np.array([10, 3]), np.array([1.0, 1.0, 1.0, 5.0]), np.array([0, 0, 0, 1])).tolist()
    [4, 3, 3, 3]
    """
    out = np.zeros(len(owner), dtype=np.int64)
    rows = np.flatnonzero(owner >= 0)
    if not len(rows):
        return out
    of = owner[rows]
    heavy = np.bincount(of, weights=weight[rows], minlength=len(total))
    w = np.where(heavy[of] > 0, weight[rows], 1.0)
    share = total[of] * (w / np.bincount(of, weights=w, minlength=len(total))[of])
    base = np.floor(share * (1 - 1e-15)).astype(np.int64)  # never rounded up past its due
    left = total - np.bincount(of, weights=base, minlength=len(total)).astype(np.int64)
    tie = rows if order is None else order[rows]
    ranked = np.lexsort((tie, base - share, w == 0, of))
    count = np.bincount(of, minlength=len(total))
    first = np.cumsum(count) - count
    rank = np.empty(len(rows), dtype=np.int64)
    rank[ranked] = np.arange(len(rows)) - first[of[ranked]]
    out[rows] = base + left[of] // count[of] + (rank < left[of] % count[of])
    return out


@dataclass(frozen=True, slots=True, eq=False)
class _Weights:
    """Residential floor area of every building as used for sharing, and what it rests on."""

    weight: Floats
    by_storeys: int
    by_default: int
    without_area: int
    default_storeys: float
    storeys_known: bool


def _column(frame: pd.DataFrame, name: str) -> Floats:
    if name not in frame:
        return np.full(len(frame), np.nan)
    return np.asarray(pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan))


def _weights(buildings: gpd.GeoDataFrame) -> _Weights:
    known = _column(buildings, "floor_area_m2")
    storeys = _column(buildings, "storeys")
    footprint = ellipsoid_area(buildings.geometry.to_numpy())
    footprint = np.where(footprint > 0, footprint, np.nan)
    tagged = storeys[storeys > 0]
    default = float(np.median(tagged)) if len(tagged) else 1.0
    by_storeys = np.isnan(known) & (storeys > 0) & ~np.isnan(footprint)
    by_default = np.isnan(known) & ~by_storeys & ~np.isnan(footprint)
    weight = np.where(by_storeys, footprint * storeys, np.where(by_default, footprint * default, known))
    nothing = np.isnan(weight)
    weight[nothing] = np.median(weight[~nothing]) if (~nothing).any() else 1.0
    return _Weights(weight, int(by_storeys.sum()), int(by_default.sum()), int(nothing.sum()), default, len(tagged) > 0)


def floor_area_weights(buildings: gpd.GeoDataFrame) -> pd.Series:
    """Return the residential floor area by which people are shared out (see the module's *weight*).

    Parameters
    ----------
    buildings
        Layer `buildings`, EPSG:4326.

    Returns
    -------
    Series of float64, m², ≥ 0
        Under the index of `buildings`.
    """
    return pd.Series(_weights(buildings).weight, index=buildings.index, name="floor_area_m2")


def _inside(buildings: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> Ints:
    """Return for each building the first area that holds its inner point, or −1."""
    owner = np.full(len(buildings), -1, dtype=np.int64)
    points = shapely.point_on_surface(buildings.geometry.to_numpy())
    building, area = shapely.STRtree(areas.geometry.to_numpy()).query(points, predicate="intersects")
    order = np.argsort(-area, kind="stable")
    owner[building[order]] = area[order]
    return owner


def _owner(buildings: gpd.GeoDataFrame, areas: pd.DataFrame, key: str | None) -> Ints:
    """Return for each building the row of its area: by id where it names one, else by place; −1 if in none."""
    owner = np.full(len(buildings), -1, dtype=np.int64)
    if isinstance(areas, gpd.GeoDataFrame) and len(areas):
        owner = _inside(buildings, areas)
    if key and key in buildings and key in areas:
        named = buildings[key].notna().to_numpy()
        row = pd.Index(areas[key].astype(object)).get_indexer(buildings[key].astype(object))
        owner = np.where(named & (row >= 0), row, owner)
    return owner


def _grains(values: Floats) -> Ints:
    """Return numbers of people in whole grains; unknown as −1."""
    return np.where(np.isnan(values), -1, np.round(np.nan_to_num(values) * _GRAIN)).astype(np.int64)


def _by_age(total: Ints, bands: NDArray[np.int64], shares: Mapping[Any, float] | None) -> NDArray[np.int64]:
    """Fill the bands (n_areas, 6) of areas that have none, from the shares of the whole."""
    if not shares:
        return bands
    share = np.array([shares.get(band, 0.0) for band in AGE_BANDS])
    rows = np.flatnonzero((bands < 0).all(axis=1) & (total >= 0))
    owner = np.repeat(np.arange(len(rows)), len(share))
    filled = share_out(total[rows], np.tile(share, len(rows)), owner).reshape(-1, len(share))
    out = bands.copy()
    out[rows] = filled
    return out


def _known(areas: pd.DataFrame, shares: Mapping[Any, float] | None) -> NDArray[np.int64]:
    """Return grains of residents and bands of every area, shape (n_areas, 7); unknown as −1."""
    total = _grains(_column(areas, "residents"))
    bands = np.column_stack([_grains(_column(areas, name)) for name in _BANDS])
    whole = (bands >= 0).all(axis=1)
    total = np.where((total < 0) & whole, bands.sum(axis=1), total)
    return np.column_stack([total, _by_age(total, bands, shares)])


def _share_bands(known: NDArray[np.int64], weight: Floats, owner: Ints, order: Ints) -> NDArray[np.float64]:
    """Share every column of `known` out; where the bands make up the whole, so they do in every building."""
    out = np.full((len(owner), known.shape[1]), np.nan)
    for column in range(known.shape[1]):
        have = (owner >= 0) & (known[owner, column] >= 0)
        got = share_out(np.maximum(known[:, column], 0), weight, np.where(have, owner, -1), order)
        out[have, column] = got[have] / _GRAIN
    whole = (known[:, 1:] >= 0).all(axis=1) & (known[:, 1:].sum(axis=1) == known[:, 0])
    rows = (owner >= 0) & whole[owner]
    out[rows, 0] = out[rows, 1:].sum(axis=1)
    return out


@dataclass(frozen=True, slots=True, eq=False)
class _Spread:
    """Numbers for the buildings, and what could not be placed."""

    people: NDArray[np.float64]
    total: float
    unplaced: tuple[tuple[str, float], ...] = ()
    outside: float = 0.0
    cells_outside: int = 0


def _over_areas(
    buildings: gpd.GeoDataFrame, areas: pd.DataFrame, names: Sequence[str], key: str | None, config: ResidentsConfig
) -> _Spread:
    known = _known(areas, config.age_shares)
    owner = _owner(buildings, areas, key)
    values = _share_bands(known, _weights(buildings).weight, owner, _order(buildings))
    empty = (known[:, 0] > 0) & (np.bincount(owner[owner >= 0], minlength=len(areas)) == 0)
    unplaced = tuple((names[row], float(known[row, 0] / _GRAIN)) for row in np.flatnonzero(empty).tolist())
    return _Spread(values, float(np.maximum(known[:, 0], 0).sum() / _GRAIN), unplaced)


def _order(buildings: gpd.GeoDataFrame) -> Ints:
    """Return the place of every building by its id, so that row order decides nothing."""
    out = np.empty(len(buildings), dtype=np.int64)
    out[np.argsort(buildings["building_id"].astype(str).to_numpy(dtype=str), kind="stable")] = np.arange(len(buildings))
    return out


def _extent(layers: Layers, metric_crs: str, area: gpd.GeoDataFrame | gpd.GeoSeries | None) -> Any:
    """Return the ground that the layers cover, metric: the area asked for, else the box of buildings and facilities."""
    if area is not None:
        return area.geometry.to_crs(metric_crs).union_all()
    bounds = [
        frame.geometry.to_crs(metric_crs).total_bounds
        for name in ("buildings", "facilities")
        if isinstance(frame := layers.get(name), gpd.GeoDataFrame) and len(frame)
    ]
    low, high = np.nanmin(bounds, axis=0)[:2], np.nanmax(bounds, axis=0)[2:]
    return shapely.box(*low, *high)


def _over_grid(
    layers: Layers, buildings: gpd.GeoDataFrame, grid: gpd.GeoDataFrame, metric_crs: str, config: ResidentsConfig,
    area: gpd.GeoDataFrame | gpd.GeoSeries | None,
) -> _Spread:  # fmt: skip
    """Cut cells at the edge of the data, keeping people by share of area, then spread each."""
    cells = grid.geometry.to_crs(metric_crs).to_numpy()
    extent = _extent(layers, metric_crs, area)
    shapely.prepare(extent)
    share = np.where(shapely.contains_properly(extent, cells), 1.0, 0.0)
    cut = np.flatnonzero((share == 0) & shapely.intersects(extent, cells))
    share[cut] = shapely.area(shapely.intersection(cells[cut], extent)) / shapely.area(cells[cut])
    kept = grid.copy()
    for name in _COLUMNS:
        if name in kept:
            kept[name] = _column(kept, name) * share
    names = [f"{'row' if 'cell_id' not in grid else 'cell'} {name}" for name in _cell_names(grid)]
    inside = np.flatnonzero(share > 0)
    spread = _over_areas(buildings, kept.iloc[inside], [names[row] for row in inside.tolist()], None, config)
    whole = float(np.nansum(_known(grid, None)[:, 0].clip(min=0)) / _GRAIN)
    return _Spread(spread.people, spread.total, spread.unplaced, whole - spread.total, int((share == 0).sum()))


def _cell_names(grid: gpd.GeoDataFrame) -> list[str]:
    return [str(name) for name in (grid["cell_id"] if "cell_id" in grid else range(1, len(grid) + 1))]


def _counted(buildings: gpd.GeoDataFrame, config: ResidentsConfig) -> _Spread:
    """Keep what every building has, with bands from the shares where it has none."""
    known = _known(buildings, config.age_shares)
    values = np.where(known >= 0, known / _GRAIN, np.nan)
    return _Spread(values, float(np.nansum(values[:, 0])))


def _names(areas: pd.DataFrame, key: str) -> list[str]:
    name = areas["name"] if "name" in areas else areas[key]
    pairs = zip(areas[key], name, strict=True)
    return [str(i) if pd.isna(n) or i == n else f"{n} ({i})" for i, n in pairs]


def _need(frame: pd.DataFrame | None, layer: str, method: str) -> pd.DataFrame:
    if frame is not None and len(frame):
        return frame
    message = {
        "zh": f"人口方法为 {method}，但没有 {layer} 数据",
        "en": f"residents are to come from `{method}`, but there is no {layer} data",
    }
    fix = {"zh": "请提供该数据或改用其他方法。", "en": "Give it, or choose another method."}
    raise InputError([Problem("residents.no_source", "error", message, fix, layer=layer)])


def _guess(layers: Layers) -> Method:
    """Return the finest layer that holds numbers of residents."""
    finest_first: tuple[Method, ...] = ("buildings", "estates", "communities")
    for name in finest_first:
        frame = layers.get(name)
        if frame is not None and len(frame) and any(not np.isnan(_column(frame, c)).all() for c in _COLUMNS):
            return name
    return "none"


def _spread(
    method: Method, layers: Layers, buildings: gpd.GeoDataFrame, config: ResidentsConfig, metric_crs: str,
    grid: gpd.GeoDataFrame | None, area: gpd.GeoDataFrame | gpd.GeoSeries | None,
) -> _Spread:  # fmt: skip
    if method == "buildings":
        return _counted(buildings, config)
    if method in ("estates", "communities"):
        key = {"estates": "estate_id", "communities": "community_id"}[method]
        areas = _need(layers.get(method), method, method)
        return _over_areas(buildings, areas, _names(areas, key), key, config)
    if method == "grid":
        cells = gpd.GeoDataFrame(_need(grid, "grid", method))
        return _over_grid(layers, buildings, cells, metric_crs, config, area)
    weight = _weights(buildings).weight
    everyone = config.total if method == "total" and config.total is not None else float(weight.sum())
    known = _known(pd.DataFrame({"residents": [everyone]}), config.age_shares)
    if method == "floor_area":
        known = _known(pd.DataFrame({"residents": weight}), config.age_shares)
        return _Spread(np.where(known >= 0, known / _GRAIN, np.nan), float(known[:, 0].sum() / _GRAIN))
    owner = np.zeros(len(buildings), dtype=np.int64)
    return _Spread(_share_bands(known, weight, owner, _order(buildings)), float(known[0, 0] / _GRAIN))


_BY_AREA = ("按住宅建筑面积分摊到楼栋", "spread over buildings by residential floor area")
_HOW: dict[str, tuple[str, str]] = {
    "buildings": ("居民人数按楼栋填报", "Residents were counted building by building"),
    "estates": (f"小区居民人数{_BY_AREA[0]}", f"Residents of each estate, {_BY_AREA[1]}"),
    "communities": (f"社区居民人数{_BY_AREA[0]}", f"Residents of each community, {_BY_AREA[1]}"),
    "grid": (
        f"格网人口{_BY_AREA[0]}，位于数据边缘的格网按面积比例截取",
        f"Residents of each grid cell, {_BY_AREA[1]}; cells at the edge of the data are cut by share of area",
    ),
    "total": (f"居民总数{_BY_AREA[0]}", f"The total of residents, {_BY_AREA[1]}"),
    "floor_area": (
        "没有居民人数：以住宅建筑面积（m²）代替人口权重",
        "Nobody counted residents: residential floor area (m²) stands for people",
    ),
    "none": ("居民人数未知", "The number of residents is not known"),
}


def _floor_area_words(weights: _Weights) -> tuple[str, str]:
    n = len(weights.weight)
    own = n - weights.by_storeys - weights.by_default - weights.without_area
    zh, en = f"；{n} 栋住宅楼中，{own} 栋有建筑面积", f"; of {n} buildings, {own} have a floor area of their own"
    if weights.by_storeys:
        zh += f"，{weights.by_storeys} 栋按占地面积×层数计"
        en += f", {weights.by_storeys} count with footprint × storeys"
    if weights.by_default:
        zh += f"，{weights.by_default} 栋层数未知，按占地面积×{weights.default_storeys:g} 层计"
        en += f", {weights.by_default} of unknown storeys count with footprint × {weights.default_storeys:g}"
        why = ("已知层数的中位数", "the median of the known ones") if weights.storeys_known else ("假定", "assumed")
        zh += f"（{why[0]}；只用于分摊，不写入数据）"
        en += f" ({why[1]}; for spreading only, not stored)"
    if weights.without_area:
        zh += f"，{weights.without_area} 栋无面积信息，按中位数计"
        en += f", {weights.without_area} without any area count as the median building"
    return zh, en


def _note(method: Method, spread: _Spread, weights: _Weights, config: ResidentsConfig) -> ResidentsNote:
    zh, en = _HOW[method]
    if method not in ("buildings", "none"):
        more = _floor_area_words(weights)
        zh, en = zh + more[0], en + more[1]
    unknown = int(np.isnan(spread.people[:, 0]).sum())
    if unknown and method != "none":
        zh, en = zh + f"；{unknown} 栋人数未知", en + f"; {unknown} buildings have no known number"
    if spread.unplaced:
        left = sum(people for _, people in spread.unplaced)
        zh += f"；{len(spread.unplaced)} 个区域有人口（{left:,.0f} 人）而无住宅楼，未能分摊"
        en += f"; {len(spread.unplaced)} areas have people ({left:,.0f}) but no building, so these are not placed"
    if spread.outside or spread.cells_outside:
        zh += f"；数据范围之外的 {spread.outside:,.0f} 人（{spread.cells_outside} 个格网完全在外）不计"
        en += f"; {spread.outside:,.0f} people beyond the data ({spread.cells_outside} cells wholly) are not counted"
    if config.age_shares:
        zh, en = zh + "；年龄段按全市比例推算", en + "; age bands follow the shares given for the whole"
    total = float(np.nansum(spread.people[:, 0])) if method != "none" else None
    return ResidentsNote(
        method=method,
        unit="m2" if method == "floor_area" else "residents",
        total=total,
        source=config.reference.title if config.reference else None,
        text=Words(zh=zh + "。", en=en + "."),
    )


def _unplaced_problems(spread: _Spread, method: Method, file: str | None) -> list[Problem]:
    fix = {
        "zh": "请补充该处的住宅楼或核对边界；这些居民未计入楼栋。",
        "en": "Add the buildings there or check the outline; these residents are in no building.",
    }
    return [
        Problem(
            "residents.no_building",
            "warning",
            {"zh": f"{name} 有居民而没有住宅楼", "en": f"{name} has residents but no residential building"},
            fix,
            file=file,
            layer=method,
            value=f"{people:g}",
        )
        for name, people in spread.unplaced
    ]


def _no_buildings(layers: Layers, config: ResidentsConfig, method: Method) -> tuple[dict[str, Any], ResidentsNote, Any]:
    message = {"zh": "没有住宅楼，居民无法落到楼栋", "en": "there is no residential building to bring residents to"}
    fix = {"zh": "请提供 buildings 图层。", "en": "Give a buildings layer."}
    problem = Problem("residents.no_building", "warning", message, fix, layer="buildings")
    text = Words(zh="没有住宅楼，居民人数未知。", en="There are no residential buildings; residents are not known.")
    source = config.reference.title if config.reference else None
    note = ResidentsNote(method="none", total=None, source=source, text=text)
    return dict(layers), note, (problem,) if method != "none" else ()


def spread_residents(
    layers: Layers,
    residents: ResidentsConfig | None,
    metric_crs: str,
    *,
    grid: gpd.GeoDataFrame | None = None,
    area: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
) -> tuple[dict[str, pd.DataFrame], ResidentsNote, tuple[Problem, ...]]:
    """Bring residents, and their age bands where known, to the buildings.

    Parameters
    ----------
    layers
        The survey's layers by name, EPSG:4326. A building belongs to the estate or community that it names, else to
        the one that holds its inner point.
    residents
        Where the numbers come from; if ``None``, the finest layer that holds any.
    metric_crs
        Projected CRS, metres, in which grid cells are cut.
    grid
        For ``method: grid``: cells, EPSG:4326, with ``residents`` and where known ``residents_<band>`` and ``cell_id``.
    area
        What the layers cover, EPSG:4326; cells are cut there. The box of buildings and facilities if left out.

    Returns
    -------
    layers : dict
        As given, `buildings` replaced by a copy with ``residents`` and ``residents_<band>`` (people, or m² for
        ``floor_area``; ≥ 0; NaN = not known).
    note : ResidentsNote
        Method, unit, total over the buildings, source, and the method in words.
    problems : tuple of Problem
        Warnings that name the areas whose people found no building.

    Raises
    ------
    InputError
        If the layer or grid that the method needs is not there.

    References
    ----------
    Dasymetric mapping over floor area: Eicher & Brewer (2001), Cartography and Geographic Information Science 28(2).
    """
    method: Method = residents.method if residents else _guess(layers)
    config = residents or ResidentsConfig(method="buildings")
    buildings = layers.get("buildings")
    if not isinstance(buildings, gpd.GeoDataFrame) or buildings.empty:
        return _no_buildings(layers, config, method)
    if method == "none":
        spread = _Spread(np.full((len(buildings), len(_COLUMNS)), np.nan), 0.0)
    else:
        spread = _spread(method, layers, buildings, config, metric_crs, grid, area)
    out = buildings.copy()
    for i, name in enumerate(_COLUMNS):
        out[name] = spread.people[:, i]
    note = _note(method, spread, _weights(buildings), config)
    return {**layers, "buildings": out}, note, tuple(_unplaced_problems(spread, method, config.file))
