"""Where in the jurisdiction tree a row of the register belongs.

By the community it names; else by the outline that holds its inner point; else at a place above that is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.survey.crosscheck import community_at
from linli.survey.schema import GEOGRAPHIC_CRS
from linli.web.accounts.models import Place
from linli.web.places.selectors import community_outlines

__all__ = ["community_paths", "paths_at", "place_rows"]

_CHUNK = 5000


def community_paths(codes: Iterable[str]) -> dict[str, str]:
    """Return the paths of communities by their code; a code that the tree does not know is left out.

    Parameters
    ----------
    codes
        Community codes.

    Returns
    -------
    dict
        Path by code.
    """
    wanted = sorted(set(codes))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = Place.objects.filter(level="community", code__in=wanted[start : start + _CHUNK])
        found.update(rows.values_list("code", "path"))
    return found


def paths_at(shapes: Sequence[BaseGeometry | None]) -> list[str | None]:
    """Return the path of the community whose outline holds each shape's inner point.

    Parameters
    ----------
    shapes
        EPSG:4326; ``None`` = not known.

    Returns
    -------
    list of str or None
        ``None`` where there is no shape, or no outline of the register holds it.
    """
    given = np.array([*shapes, None], dtype=object)[:-1]
    known = np.flatnonzero(~shapely.is_missing(given))
    out: list[str | None] = [None] * len(given)
    if not len(known):
        return out
    west, south, east, north = (float(side) for side in shapely.total_bounds(given[known]))
    outlines = community_outlines((west, south, east, north))
    if not outlines:
        return out
    paths, drawn = zip(*outlines, strict=True)
    frame = gpd.GeoDataFrame({"community_id": paths}, geometry=list(drawn), crs=GEOGRAPHIC_CRS)
    for at, path in zip(known, community_at(given[known], frame), strict=True):
        out[int(at)] = path
    return out


def place_rows(
    rows: Sequence[Mapping[str, Any]], shapes: Sequence[BaseGeometry | None], fallback: Sequence[str]
) -> list[str | None]:
    """Return the jurisdiction path of each row.

    Parameters
    ----------
    rows
        Values by column, in the schema's types.
    shapes
        Of the rows.
    fallback
        A place above for each, where neither community nor position tells; empty = none.

    Returns
    -------
    list of str or None
        ``None`` where the row names a community that the tree does not know; empty where nothing tells.
    """
    known = community_paths(str(row["community_id"]) for row in rows if "community_id" in row)
    unnamed = [at for at, row in enumerate(rows) if "community_id" not in row]
    found: list[str | None] = [known.get(str(row.get("community_id"))) for row in rows]
    for at, path in zip(unnamed, paths_at([shapes[at] for at in unnamed]), strict=True):
        found[at] = path or fallback[at]
    return found
