"""Life circles to draw: how far one gets on foot from the heart of a community in 5, 10 and 15 minutes.

The *heart* is the residential building nearest to the mean position of the community's residents: a place where people
live, not the middle of an area that may be a lake.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from linli.assess.record import Assessment
from linli.circle import build_streets, outline, place_points
from linli.errors import RuleError
from linli.report.model import Book
from linli.rules import Catalogue
from linli.survey import Survey

__all__ = ["LEVELS", "Circles", "circle_distances", "life_circles"]

LEVELS: tuple[str, ...] = ("five_minute", "ten_minute", "fifteen_minute")
"""Levels whose walking distance is drawn, nearest first."""

DISTANCES = "walking/distance"
"""The rule that holds them."""

Circles = Mapping[str, list[tuple[float, str, shapely.Geometry]]]
"""By community id: metres, level and polygon (metric CRS) of each outline, nearest first."""


def circle_distances(catalogue: Catalogue, on: dt.date) -> list[tuple[float, str]]:
    """Return the walking distances of the levels that are known.

    Parameters
    ----------
    catalogue
        Holds them.
    on
        The date whose rules are in force.

    Returns
    -------
    list of tuple
        Metres and level, nearest first.
    """
    found = []
    for level in LEVELS:
        try:
            value = catalogue.value(DISTANCES, level, on=on).value
        except RuleError:
            continue
        if isinstance(value, int | float):
            found.append((float(value), level))
    return sorted(found)


def _hearts(book: Book, assessment: Assessment, crs: str, only: Collection[str] | None) -> gpd.GeoSeries:
    """Position of each community's heart, by community id; those without a counted building are left out."""
    table = assessment.buildings
    to_metres = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    x, y = to_metres.transform(table["x"].to_numpy("float64"), table["y"].to_numpy("float64"))
    frame = pd.DataFrame({"id": table["community_id"].astype("object"), "x": x, "y": y})
    frame["weight"] = table["residents"].fillna(0.0).to_numpy("float64")
    frame = frame[table["placed"].to_numpy(dtype=bool) & frame["id"].notna()]
    hearts = {}
    for key, rows in frame.groupby("id", sort=False):
        weight = rows["weight"].to_numpy()
        weight = weight if weight.sum() > 0 else np.ones(len(rows))
        middle = [float(np.average(rows[axis], weights=weight)) for axis in ("x", "y")]
        away = np.hypot(rows["x"].to_numpy() - middle[0], rows["y"].to_numpy() - middle[1])
        nearest = int(away.argmin())
        hearts[str(key)] = shapely.Point(rows["x"].iloc[nearest], rows["y"].iloc[nearest])
    order = [c.id for c in book.communities if c.id in hearts and (only is None or c.id in only)]
    return gpd.GeoSeries([hearts[key] for key in order], index=pd.Index(order, dtype="object"), crs=crs)


def life_circles(
    book: Book, assessment: Assessment, survey: Survey, catalogue: Catalogue, *, only: Collection[str] | None = None
) -> Circles:
    """Outline the life circle of every community.

    Parameters
    ----------
    book
        The report's records.
    assessment, survey
        Where people live and where they can walk.
    catalogue
        Holds the walking distances of the levels, m.
    only
        Ids of the communities that are wanted, or None for all of the book.

    Returns
    -------
    Circles
        Empty where there are no streets, no distances or no buildings on a street.
    """
    distances = circle_distances(catalogue, book.on)
    lines = survey.metric("streets")
    hearts = _hearts(book, assessment, survey.manifest.metric_crs, only)
    if not distances or lines.empty or hearts.empty:
        return {}
    streets = build_streets(lines.geometry, street_id=lines["street_id"])
    chosen = assessment.meta.options
    circles: dict[str, list[tuple[float, str, shapely.Geometry]]] = {}
    for position, key in enumerate(hearts.index):
        heart = hearts.iloc[position : position + 1]
        place = place_points(streets, heart, chosen.max_offset_m, island_m=chosen.island_m)
        for metres, level in distances:
            area = outline(streets, place, metres)
            if not area.is_empty:
                circles.setdefault(str(key), []).append((metres, level, area))
    return circles
