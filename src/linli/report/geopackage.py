"""The results as layers for QGIS: communities with scores, buildings with distances, facilities, life circles.

Column names are codes, the same in every language; codes of facility types are those of the catalogue. Geometry in
EPSG:4326, so that every program can put it on any base map.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from linli.assess.record import Assessment
from linli.report.model import Book
from linli.report.outlines import Circles
from linli.survey import Survey

__all__ = ["write_geopackage"]

CRS = "EPSG:4326"


def _communities(book: Book, survey: Survey) -> gpd.GeoDataFrame:
    areas = survey.layers["communities"].drop_duplicates("community_id").set_index("community_id")
    rows = []
    for community in book.communities:
        row: dict[str, Any] = {
            "community_id": community.id,
            "name": community.name,
            "district": community.district or None,
            "subdistrict": community.subdistrict or None,
            "kind": community.kind,
            "residents": community.residents,
            "households": community.households,
            "index_old_young": community.index.get("index_old_young"),
            "priority_rank": community.priority.rank if community.priority else None,
            "priority_score": community.priority.score if community.priority else None,
        }
        for name, mean in community.scores.items():
            row |= {f"{name}_score": mean.score, f"{name}_low": mean.low, f"{name}_high": mean.high}
            row |= {f"{name}_grade": mean.grade or None, f"{name}_rank": mean.rank}
            row |= {f"{name}_{status}": count for status, count in mean.counts.items()}
        for results in community.results.values():
            row |= {f"status_{r.item.standard}_{r.item.name}": r.status for r in results}
        rows.append(row)
    shapes = [areas.geometry.get(community.id) for community in book.communities]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=CRS)


def _buildings(book: Book, assessment: Assessment) -> gpd.GeoDataFrame:
    table = assessment.buildings
    columns: dict[str, Any] = {
        "building_id": table["building_id"].astype("object"),
        "community_id": table["community_id"].astype("object"),
        "residents": table["residents"],
        "old_young": table["old_young"],
        "placed": table["placed"].astype(bool),
    }
    flags = []
    for code, row in book.coverage.items():
        if f"d_{code}" not in table or not book.types[code].asked_by or code in book.unsurveyed:
            continue
        distance = table[f"d_{code}"].to_numpy("float64", na_value=np.nan)
        # out of reach is written as a flag and an empty distance: files know no infinity
        columns[f"d_{code}"] = np.where(np.isfinite(distance), np.round(distance, 1), np.nan)
        beyond = np.where(np.isnan(distance), np.nan, (distance > row["distance_m"]).astype("float64"))
        columns[f"without_{code}"] = pd.array(beyond, dtype="Int8")
        flags.append(np.nan_to_num(beyond))
    columns["types_without"] = np.sum(flags, axis=0).astype("int32") if flags else 0
    points = shapely.points(table["x"].to_numpy("float64"), table["y"].to_numpy("float64"))
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=points, crs=CRS)


def _facilities(survey: Survey) -> gpd.GeoDataFrame:
    layer = survey.layers["facilities"]
    points = shapely.point_on_surface(np.asarray(layer.geometry, dtype=object))
    return gpd.GeoDataFrame(pd.DataFrame(layer.drop(columns="geometry")), geometry=points, crs=CRS)


def _circles(circles: Circles, crs: str) -> gpd.GeoDataFrame:
    rows = [
        {"community_id": key, "level": level, "distance_m": metres, "geometry": area}
        for key, several in circles.items()
        for metres, level, area in several
    ]
    frame = gpd.GeoDataFrame(
        rows, columns=["community_id", "level", "distance_m", "geometry"], geometry="geometry", crs=crs
    )
    return frame.to_crs(CRS)


def write_geopackage(book: Book, assessment: Assessment, survey: Survey, circles: Circles, path: Path) -> Path:
    """Write the results as a GeoPackage.

    Parameters
    ----------
    book
        The report's records.
    assessment, survey
        Buildings with distances (m); outlines of communities, facilities.
    circles
        Life-circle outlines, metric CRS.
    path
        The file; replaced if it is there.

    Returns
    -------
    Path
        The file, with layers ``communities``, ``buildings``, ``facilities``, ``life_circles``.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path.unlink(missing_ok=True)
    layers = {
        "communities": _communities(book, survey),
        "buildings": _buildings(book, assessment),
        "facilities": _facilities(survey),
        "life_circles": _circles(circles, survey.manifest.metric_crs),
    }
    for name, frame in layers.items():
        kinds = {"communities": "MultiPolygon", "life_circles": "MultiPolygon"}
        pyogrio.write_dataframe(
            frame,
            path,
            layer=name,
            driver="GPKG",
            promote_to_multi=name in kinds,
            geometry_type=kinds.get(name, "Point"),
        )
    return path
