"""What changed in the other layers: communities, estates, buildings, rooms, plots, answers, wishes — cell by cell.

Residents are left to `linli.feedback.people`, which counts them by band. A shape that somebody drew anew is a change
only where it differs by more than the distance of «the same place».
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from linli.feedback.choices import CompareOptions
from linli.feedback.values import CHANGES, as_text, changed, difference
from linli.survey import Survey, layer_schema

__all__ = ["KEYS", "layer_changes"]

KEYS: dict[str, tuple[str, ...]] = {
    "communities": ("community_id",),
    "estates": ("estate_id",),
    "buildings": ("building_id",),
    "rooms": ("room_id",),
    "plots": ("plot_id",),
    "answers": ("community_id", "item"),
    "wishes": ("community_id", "type"),
}
"""What tells the rows of each layer apart."""


def _keyed(survey: Survey, layer: str, crs: str, renumbered: Mapping[str, str], aside: frozenset[str]) -> pd.DataFrame:
    """Return a layer by its key in the first round; `id` is its own key."""
    frame = survey.layers[layer]
    frame = frame.to_crs(crs) if isinstance(frame, gpd.GeoDataFrame) else frame
    parts = [frame[name].astype(str).to_numpy(dtype=object) for name in KEYS[layer]]
    own = ["/".join(one) for one in zip(*parts, strict=True)]
    table = pd.DataFrame(frame).assign(id=own, _key=[renumbered.get(one, one) for one in own])
    table = table[np.array([one not in aside for one in own], dtype=bool)]
    return table.drop_duplicates("_key").set_index("_key")


def _rows(layer: str, frame: pd.DataFrame, change: str, column: str) -> pd.DataFrame:
    """Return changes of one column of these rows, not yet with values."""
    kind = frame["type"] if layer == "wishes" else frame["item"] if layer == "answers" else None
    return pd.DataFrame(
        {
            "layer": layer,
            "change": change,
            "id_before": frame.index.to_numpy(dtype=object),
            "id_after": frame["id"].to_numpy(dtype=object),
            "type": None if kind is None else kind.to_numpy(dtype=object),
            "name": frame["name"].to_numpy(dtype=object) if "name" in frame else None,
            "community_id": frame["community_id"].to_numpy(dtype=object) if "community_id" in frame else None,
            "column": column,
            "before": "",
            "after": "",
            "difference": np.nan,
            "evidence": "",
        }
    )


def _redrawn(before: pd.DataFrame, after: pd.DataFrame, limit_m: float) -> npt.NDArray[np.float64]:
    """How far two shapes differ, m; 0 where it is no more than the limit."""
    one, other = before["geometry"].to_numpy(), after["geometry"].to_numpy()
    far = np.zeros(len(one))
    differ = ~shapely.equals_identical(one, other)
    far[differ] = shapely.hausdorff_distance(one[differ], other[differ])
    return np.where(far > limit_m, far, 0.0)


def _cells(layer: str, before: pd.DataFrame, after: pd.DataFrame, options: CompareOptions) -> list[pd.DataFrame]:
    """List changes of the rows that are in both rounds, which are in the same order."""
    parts = []
    columns = [column.name for column in layer_schema(layer).columns]
    for name in columns:
        if name in KEYS[layer] or name.startswith("residents"):
            continue
        differ = changed(before[name], after[name])
        if not differ.any():
            continue
        rows = _rows(layer, after[differ], "updated", name)
        rows["before"] = [as_text(value) for value in before.loc[differ, name]]
        rows["after"] = [as_text(value) for value in after.loc[differ, name]]
        if pd.api.types.is_numeric_dtype(after[name]) and not pd.api.types.is_bool_dtype(after[name]):
            rows["difference"] = difference(before.loc[differ, name], after.loc[differ, name])
        parts.append(rows)
    if "geometry" in after:
        far = _redrawn(before, after, options.same_place_m)
        parts.append(_rows(layer, after[far > 0], "redrawn", "geometry").assign(difference=far[far > 0]))
    return parts


def layer_changes(
    before: Survey,
    after: Survey,
    layer: str,
    crs: str,
    options: CompareOptions,
    renumbered: Mapping[str, str] | None = None,
    aside: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """List every change of one layer, found by its key.

    Parameters
    ----------
    before, after
        The two surveys.
    layer
        One of `KEYS`.
    crs
        A metric CRS, the same for both rounds.
    options
        From how many metres a shape counts as redrawn.
    renumbered
        Id in the second round → id in the first, where an entry was found again under another.
    aside
        Ids whose match is doubtful: left out of both rounds.

    Returns
    -------
    DataFrame
        One row a change (``appeared``, ``gone``, ``updated``, ``redrawn``), columns `linli.feedback.values.CHANGES`.
        `difference` is in the column's unit, m for a shape.
    """
    one = _keyed(before, layer, crs, {}, aside)
    other = _keyed(after, layer, crs, renumbered or {}, aside)
    both = one.index.intersection(other.index).sort_values()
    gone = one.loc[one.index.difference(other.index)]
    new = other.loc[other.index.difference(one.index)]
    parts = [
        _rows(layer, gone, "gone", "").assign(id_after=None, evidence="listing"),
        _rows(layer, new, "appeared", "").assign(id_before=None, evidence="listing"),
        _rows(layer, other.loc[both][other.loc[both, "id"].to_numpy() != both.to_numpy()], "updated", "id"),
        *_cells(layer, one.loc[both], other.loc[both], options),
    ]
    full = [part for part in parts if len(part)]
    return pd.concat(full, ignore_index=True)[list(CHANGES)] if full else pd.DataFrame(columns=list(CHANGES))
