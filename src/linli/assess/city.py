"""The survey as this floor computes with it: everything sorted, coded by community, in metres.

What belongs here: turning the layers of a `Survey` into arrays once, so that no measure has to look at a table again.

*Need* is who lives where: a matrix with a row per building and a column per age band (``all`` first, then
`linli.units.AGE_BANDS`), NaN where nobody knows. Its unit is residents, or m² of residential floor area where the
survey says that floor area stands for people. *Code* is the position of a community in the sorted list of
communities; −1 means outside every community. Sorting by id makes every sum independent of the order of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from linli.survey import Survey
from linli.units import AGE_BANDS, residents_column

__all__ = ["NEEDS", "City", "build_city", "known_numbers", "sum_by_community"]

NEEDS: tuple[str, ...] = ("all", *AGE_BANDS)
"""Columns of every need matrix, in order."""

SURVEY_FILES = (".xlsx", ".xlsm", ".csv")
"""Files that a survey of facilities fills in: what is not in them was looked for. A map may just not show it."""

AREAL = 2
"""Dimension of a geometry that has an area."""

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class City:
    """One survey, ready to be measured.

    Parameters
    ----------
    unit
        ``residents``, or ``m2`` where floor area stands for people.
    communities
        Index ``community_id``, sorted; attributes as surveyed, `households_from` says whether households were given
        or dwellings stand for them, `area_m2` is the polygon's area.
    residents
        Need by community, shape (communities, bands), NaN = unknown.
    building_ids
        Sorted by community code, then id.
    building_code
        Community code of each building, −1 outside.
    building_point
        Where each building stands, metric CRS, same order.
    building_lonlat
        The same in degrees (EPSG:4326), shape (buildings, 2).
    need
        Need by building, shape (buildings, bands), NaN = unknown.
    facilities
        Facilities in use, index ``facility_id``, sorted; `code`, `type`, areas (m²), `outline_m2` (area of an outline),
        `capacity`, `row` (1-based row of the layer), `geometry` in the metric CRS. The outline of an open space is its
        site where no site area was surveyed.
    sites
        Which share of each facility's site lies in which community: `row` (position in `facilities`), `code`, `share`
        (0–1); an outline is shared by area, anything else lies where it stands.
    estates, rooms, plots, answers, wishes
        The other layers with `code`, sorted by id.
    streets
        Walkable street lines in the metric CRS, sorted by id.
    types_surveyed
        Facility types with at least one row of any status.
    map_only
        True if the facilities come from maps alone, in which an absent type says nothing.
    """

    unit: str
    communities: pd.DataFrame
    residents: Floats
    building_ids: npt.NDArray[np.object_]
    building_code: Codes
    building_point: gpd.GeoSeries
    building_lonlat: Floats
    need: Floats
    facilities: gpd.GeoDataFrame
    sites: pd.DataFrame
    estates: pd.DataFrame
    rooms: pd.DataFrame
    plots: pd.DataFrame
    answers: pd.DataFrame
    wishes: pd.DataFrame
    streets: gpd.GeoDataFrame
    types_surveyed: frozenset[str]
    map_only: bool

    @property
    def n_communities(self) -> int:
        """How many communities there are."""
        return len(self.communities)


def known_numbers(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column as floats, NaN where it is unknown or absent.

    Parameters
    ----------
    frame
        Any layer.
    column
        Name of a numeric column, in that column's unit.

    Returns
    -------
    ndarray, shape (rows,)
        The values in the column's unit, NaN = unknown.
    """
    if column not in frame.columns:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)


def sum_by_community(code: Codes, values: npt.NDArray[Any], n: int) -> Floats:
    """Add up values by community; rows outside every community are left out.

    Parameters
    ----------
    code
        Community code of each row, −1 = outside.
    values
        Shape (rows,) or (rows, k), any unit, without NaN.
    n
        Number of communities, ≥ 0.

    Returns
    -------
    ndarray, shape (n,) or (n, k)
        Sums in the unit of `values`; 0 where a community has no row.
    """
    inside = code >= 0
    matrix = values[:, None] if values.ndim == 1 else values
    # bincount adds in row order: rows sorted by id give the same bits whatever order the survey had
    if inside.all():
        columns = [np.bincount(code, weights=column, minlength=n) for column in matrix.T]
    else:
        columns = [np.bincount(code[inside], weights=column[inside], minlength=n) for column in matrix.T]
    sums: Floats = (np.stack(columns, axis=1) if columns else np.zeros((n, 0))).astype("float64")
    return sums[:, 0] if values.ndim == 1 else sums


def _need(frame: pd.DataFrame) -> Floats:
    need = np.column_stack([known_numbers(frame, residents_column(band)) for band in NEEDS])
    by_band = need[:, 1:].sum(axis=1)
    need[:, 0] = np.where(np.isnan(need[:, 0]), by_band, need[:, 0])
    return need


def _points(geometry: gpd.GeoSeries) -> npt.NDArray[np.object_]:
    shapes: npt.NDArray[np.object_] = geometry.to_numpy()
    is_point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    if is_point.all():
        return shapes
    points = shapes.copy()
    points[~is_point] = shapely.point_on_surface(shapes[~is_point])
    return points


def _codes(frame: pd.DataFrame, communities: pd.DataFrame, polygons: npt.NDArray[np.object_] | None) -> Codes:
    """Community of each row: as given, else the first (by id) whose polygon holds it."""
    given = frame["community_id"] if "community_id" in frame.columns else pd.Series(pd.NA, index=frame.index)
    code = communities.index.get_indexer(pd.Index(given.astype("object"))).astype("int32")
    lost = np.flatnonzero(code < 0)
    if polygons is None or not lost.size:
        return code
    points = _points(frame.geometry.iloc[lost])
    row, polygon = shapely.STRtree(polygons).query(points, predicate="intersects")
    order = np.lexsort((polygon, row))
    row, first = np.unique(row[order], return_index=True)
    code[lost[row]] = polygon[order][first]
    return code


def _sorted(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    numbered = frame.assign(row=np.arange(1, len(frame) + 1))
    return numbered.sort_values(key, kind="stable").reset_index(drop=True)


def _communities(survey: Survey, estates: pd.DataFrame, buildings: pd.DataFrame) -> pd.DataFrame:
    layer = _sorted(survey.metric("communities"), "community_id").set_index("community_id")
    layer.index = pd.Index(layer.index.astype("object"), name="community_id")
    layer["kind"] = layer["kind"].astype("object").where(layer["kind"].notna(), "existing")
    layer["area_m2"] = layer.geometry.area
    households = known_numbers(layer, "households")
    dwellings = known_numbers(layer, "dwellings")
    for rows in (estates, buildings):
        dwellings = np.where(np.isnan(dwellings), _total_if_known(rows, "dwellings", layer), dwellings)
    layer["households"] = np.where(np.isnan(households), dwellings, households)
    source = np.where(np.isnan(households), "dwellings", "households")
    layer["households_from"] = np.where(np.isnan(layer["households"]), "unknown", source)
    layer["dwellings"] = dwellings
    return layer


def _total_if_known(rows: pd.DataFrame, column: str, communities: pd.DataFrame) -> Floats:
    """Sum by community where every row of the community is known and there is one; else NaN."""
    code = communities.index.get_indexer(pd.Index(rows["community_id"].astype("object"))).astype("int32")
    values = known_numbers(rows, column)
    n = len(communities)
    total = sum_by_community(code, np.nan_to_num(values), n)
    lacking = sum_by_community(code, np.isnan(values).astype("float64"), n)
    rows_there = sum_by_community(code, np.ones(len(rows)), n)
    return np.where((rows_there > 0) & (lacking == 0), total, np.nan)


def _residents(communities: pd.DataFrame, code: Codes, need: Floats) -> Floats:
    """Community totals: as surveyed, else the sum of its buildings where every one of them is known."""
    n = len(communities)
    total = sum_by_community(code, np.nan_to_num(need), n)
    lacking = sum_by_community(code, np.isnan(need).astype("float64"), n)
    there = sum_by_community(code, np.ones(len(code)), n)[:, None]
    from_buildings = np.where((there > 0) & (lacking == 0), total, np.nan)
    given = _need(communities)
    return np.where(np.isnan(given), from_buildings, given)


def _facilities(survey: Survey, communities: pd.DataFrame, open_space: frozenset[str]) -> gpd.GeoDataFrame:
    layer = _sorted(survey.metric("facilities"), "facility_id")
    status = layer["status"].astype("object").where(layer["status"].notna(), "in_use")
    layer["code"] = _codes(layer, communities, communities.geometry.to_numpy())
    for column in ("floor_area_m2", "site_area_m2", "capacity"):
        layer[column] = known_numbers(layer, column)
    is_outline = shapely.get_dimensions(layer.geometry.to_numpy()) == AREAL
    layer["outline_m2"] = np.where(is_outline, layer.geometry.area, np.nan)
    open_air = layer["type"].isin(list(open_space)).to_numpy(dtype=bool)
    no_site = open_air & layer["site_area_m2"].isna().to_numpy()
    layer["site_area_m2"] = np.where(no_site, layer["outline_m2"], layer["site_area_m2"])
    in_use = layer[status == "in_use"].set_index("facility_id")
    in_use.index = pd.Index(in_use.index.astype("object"), name="facility_id")
    in_use["type"] = in_use["type"].astype("object")
    return in_use


def _sites(facilities: gpd.GeoDataFrame, polygons: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Share the sites that have an outline among the communities that they overlap."""
    outlined = np.flatnonzero(facilities["outline_m2"].to_numpy() > 0)
    shapes = shapely.make_valid(facilities.geometry.to_numpy()[outlined])
    which, code = shapely.STRtree(polygons).query(shapes, predicate="intersects")
    overlap = shapely.area(shapely.intersection(shapes[which], polygons[code]))
    shared = pd.DataFrame({"row": outlined[which], "code": code, "share": overlap / shapely.area(shapes[which])})
    shared = shared[shared["share"] > 0].drop_duplicates(["row", "code"])
    points = np.setdiff1d(np.arange(len(facilities)), outlined)
    standing = pd.DataFrame({"row": points, "code": facilities["code"].to_numpy()[points], "share": 1.0})
    both = pd.concat([shared, standing[standing["code"] >= 0]], ignore_index=True)
    return both.sort_values(["code", "row"], ignore_index=True).astype({"row": "int64", "code": "int64"})


def _from_maps(survey: Survey) -> bool:
    sources = [_field(source, "layer", "layers", "file") for source in survey.manifest.sources]
    files = [file for layers, file in sources if "facilities" in layers]
    return bool(files) and not any(PurePath(file).suffix.lower() in SURVEY_FILES for file in files)


def _field(source: Any, one: str, many: str, file: str) -> tuple[tuple[str, ...], str]:
    fields = source if isinstance(source, dict) else source.model_dump()
    layers = fields.get(one) or fields.get(many) or ()
    return ((layers,) if isinstance(layers, str) else tuple(layers)), str(fields.get(file, ""))


def build_city(survey: Survey, open_space: frozenset[str] = frozenset()) -> City:
    """Turn a survey into sorted arrays.

    Parameters
    ----------
    survey
        A frozen survey; not changed.
    open_space
        Facility types that are open spaces: their outline is their site.

    Returns
    -------
    City
        The same facts, coded by community, geometry in the survey's metric CRS (metres).

    Raises
    ------
    CrsError
        If the survey has no metric CRS.
    """
    layers = survey.layers
    communities = _communities(survey, layers["estates"], layers["buildings"])
    polygons = communities.geometry.to_numpy()
    buildings = survey.metric("buildings")
    code = _codes(buildings, communities, None)
    order = np.lexsort((buildings["building_id"].rank(method="first").to_numpy(), code))
    buildings = buildings.iloc[order]
    ids = buildings["building_id"].to_numpy(dtype="object")
    points = gpd.GeoSeries(shapely.centroid(buildings.geometry.to_numpy()), index=ids, crs=buildings.crs)
    lonlat = shapely.get_coordinates(shapely.centroid(layers["buildings"].geometry.to_numpy()[order]))
    need = _need(buildings)
    code = code[order]

    def coded(name: str, key: str, *, located: bool) -> pd.DataFrame:
        layer = _sorted(survey.metric(name) if located else layers[name], key)
        layer["code"] = _codes(layer, communities, polygons if located else None)
        return layer

    facilities = _facilities(survey, communities, open_space)
    return City(
        unit=survey.manifest.residents.unit,
        communities=communities,
        residents=_residents(communities, code, need),
        building_ids=ids,
        building_code=code,
        building_point=points,
        building_lonlat=lonlat,
        need=need,
        facilities=facilities,
        sites=_sites(facilities, polygons),
        estates=coded("estates", "estate_id", located=True),
        rooms=coded("rooms", "room_id", located=True),
        plots=coded("plots", "plot_id", located=True),
        answers=coded("answers", "community_id", located=False),
        wishes=coded("wishes", "community_id", located=False),
        streets=_sorted(survey.metric("streets"), "street_id"),
        types_surveyed=frozenset(layers["facilities"]["type"].dropna().astype(str)),
        map_only=_from_maps(survey),
    )
