"""A layer as a file that other programs read: GeoPackage, or CSV with places as WKT."""

from __future__ import annotations

import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from linli.survey.schema import GEOGRAPHIC_CRS

__all__ = ["KINDS", "layer_file"]

KINDS = {"gpkg": "application/geopackage+sqlite3", "csv": "text/csv; charset=utf-8"}
"""What a layer can be had as."""

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_DIGITS = 7


def _harmless(cell: object) -> object:
    """Mark a text that a spreadsheet program would take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell


def _as_csv(frame: pd.DataFrame) -> bytes:
    table = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).astype(object)
    table = table.where(table.notna(), None).map(_harmless)
    if isinstance(frame, gpd.GeoDataFrame):
        table["wkt"] = shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=_DIGITS)
    text: str = table.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig")


def _as_gpkg(frame: pd.DataFrame, layer: str) -> bytes:
    nowhere = gpd.GeoSeries([None] * len(frame), index=frame.index, crs=GEOGRAPHIC_CRS)
    shaped = frame if isinstance(frame, gpd.GeoDataFrame) else gpd.GeoDataFrame(frame, geometry=nowhere)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{layer}.gpkg"
        shaped.to_file(path, layer=layer, driver="GPKG", index=False, promote_to_multi=False)
        return path.read_bytes()


def layer_file(frame: pd.DataFrame, layer: str, kind: str) -> bytes:
    """Write a layer as a file.

    Parameters
    ----------
    frame
        The layer, EPSG:4326 where it has places.
    layer
        Its name.
    kind
        A key of `KINDS`.

    Returns
    -------
    bytes
        The file; columns are called as in the schema.

    Raises
    ------
    KeyError
        If there is no such kind.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    return _as_csv(frame) if kind == "csv" else _as_gpkg(frame, layer)
