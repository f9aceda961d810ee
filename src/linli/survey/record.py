"""The record of one survey: the layers of one moment, and the manifest that says where they come from.

What belongs here: `Survey`, `Manifest` and the small records inside the manifest. A *survey* is made once by `read`
(or by the demo) and never changed afterwards; a *snapshot* is a survey frozen into a folder (see `snapshot`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

import geopandas as gpd
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from linli.errors import CrsError, Problem
from linli.survey.schema import GEOGRAPHIC_CRS, LAYERS, SCHEMA_VERSION, Words, empty_frame, layer_schema

__all__ = ["Manifest", "ResidentsNote", "SourceNote", "Survey", "make_survey"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceNote(_Record):
    """What was read from one sheet or layer of one file."""

    file: str
    sha256: str
    layer: str
    source_layer: str | None = None
    datum: str | None = None
    rows: int = 0
    rows_kept: int | None = None
    encoding: str | None = None
    encoding_reason: Words | None = None
    preview: tuple[str, ...] = ()
    columns: dict[str, str] = Field(default_factory=dict)
    ignored_columns: tuple[str, ...] = ()


class ResidentsNote(_Record):
    """Where the numbers of residents come from, and how they were brought to the buildings.

    Parameters
    ----------
    method
        ``buildings``, ``estates``, ``communities``, ``grid``, ``total``, ``floor_area`` or ``none`` (not known).
    unit
        ``residents`` (people), or ``m2`` where residential floor area stands for people.
    total
        Sum over all buildings, in `unit`; ``None`` if not known.
    source
        Title of the source, if any was given.
    text
        The method in words, for every report that depends on it.
    """

    method: Literal["buildings", "estates", "communities", "grid", "total", "floor_area", "none"]
    unit: Literal["residents", "m2"] = "residents"
    total: float | None = None
    source: str | None = None
    text: Words


class Manifest(_Record):
    """Everything about a survey that is not in its layers.

    `digest` is the SHA-256 of the snapshot: of the manifest without `created_at` and `digest` themselves, and through
    `files` of every layer. It is empty until the survey is frozen.
    """

    schema_version: int = SCHEMA_VERSION
    name: Words
    surveyed_on: date
    round: str | None = None
    created_at: str
    metric_crs: str
    bounds: tuple[float, float, float, float] | None = None
    sources: tuple[SourceNote, ...] = ()
    residents: ResidentsNote
    warnings: tuple[dict[str, Any], ...] = ()
    rows: dict[str, int] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    code_version: str
    attribution: tuple[str, ...] = ()
    digest: str | None = None

    def problems(self) -> tuple[Problem, ...]:
        """Return the warnings as problems."""
        return tuple(Problem(**warning) for warning in self.warnings)


@dataclass(frozen=True, eq=False)
class Survey:
    """The layers of one moment and their manifest.

    Parameters
    ----------
    layers
        Every layer of the schema by name; a layer that was not surveyed has no rows. Geometry in EPSG:4326. The frames
        belong to the survey: copy before changing.
    manifest
        Where they come from.
    """

    layers: Mapping[str, pd.DataFrame | gpd.GeoDataFrame]
    manifest: Manifest
    _metric: dict[str, gpd.GeoDataFrame] = field(default_factory=dict, init=False, repr=False)

    def metric(self, layer: str) -> gpd.GeoDataFrame:
        """Return a layer with its geometry in metres, in the metric CRS of the manifest.

        Parameters
        ----------
        layer
            Name of a layer that has geometry.

        Raises
        ------
        CrsError
            If the layer has no geometry.
        """
        frame = self.layers[layer]
        if not isinstance(frame, gpd.GeoDataFrame):
            msg = f"layer `{layer}` has no geometry, so it cannot be brought to metres."
            raise CrsError(msg)
        if layer not in self._metric:
            self._metric[layer] = frame.to_crs(self.manifest.metric_crs)
        return self._metric[layer]


def make_survey(layers: Mapping[str, pd.DataFrame | gpd.GeoDataFrame], manifest: Manifest) -> Survey:
    """Put layers and manifest together: every layer present, columns in order, rows and bounds counted.

    Parameters
    ----------
    layers
        Some or all layers, with the columns of the schema (missing ones are added as unknown, others are left out);
        geometry in EPSG:4326.
    manifest
        Its `rows` and `bounds` are filled in here.

    Returns
    -------
    Survey

    Raises
    ------
    CrsError
        If a layer's geometry is not in EPSG:4326.
    KeyError
        If a layer is not one of the schema.
    """
    unknown = set(layers) - set(LAYERS)
    if unknown:
        raise KeyError(sorted(unknown)[0])
    complete = {name: _complete(name, layers.get(name)) for name in LAYERS}
    rows = {name: len(frame) for name, frame in complete.items()}
    known = manifest.model_copy(update={"rows": rows, "bounds": _bounds(complete)})
    return Survey(MappingProxyType(complete), known)


def _complete(name: str, frame: pd.DataFrame | gpd.GeoDataFrame | None) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return a layer with exactly the columns of the schema, in their order and types."""
    empty = empty_frame(name)
    if frame is None:
        return empty
    columns = {}
    for column in layer_schema(name).columns:
        values = frame[column.name] if column.name in frame else pd.Series(None, index=frame.index, dtype=object)
        columns[column.name] = values.astype(empty[column.name].dtype).reset_index(drop=True)
    table = pd.DataFrame(columns)
    if not isinstance(empty, gpd.GeoDataFrame):
        return table
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None or frame.crs != GEOGRAPHIC_CRS:
        found = getattr(frame, "crs", None)
        msg = f"layer `{name}` must be in {GEOGRAPHIC_CRS}. Got {found} instead."
        raise CrsError(msg)
    return gpd.GeoDataFrame(table, geometry=frame.geometry.reset_index(drop=True).rename("geometry"))


def _bounds(
    layers: Mapping[str, pd.DataFrame | gpd.GeoDataFrame],
) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of all layers in degrees; ``None`` if nothing has a place."""
    boxes = [frame.total_bounds for frame in layers.values() if isinstance(frame, gpd.GeoDataFrame) and len(frame)]
    if not boxes:
        return None
    west, south = (float(min(box[i] for box in boxes)) for i in (0, 1))
    east, north = (float(max(box[i] for box in boxes)) for i in (2, 3))
    return west, south, east, north
