"""Putting the parts of a layer together: more rows from more files, or one file's words for another one's shapes.

What belongs here: parts of one layer become one frame. A table that does not say where its rows are (an Excel sheet of
communities, say) takes the shapes, and whatever it does not say itself, from the rows with the same code in the other
parts of the layer.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from linli.errors import Problem
from linli.survey.build_layer import Part
from linli.survey.check import ROW, SOURCE
from linli.survey.messages import bilingual, problem
from linli.survey.raw import target_column
from linli.survey.schema import GEOGRAPHIC_CRS, LAYERS, PLACE_COLUMNS, layer_schema

__all__ = ["join_parts"]


def _missing(parts: Sequence[Part]) -> list[Problem]:
    """Report required columns that no part can supply."""
    problems = []
    some_placed, some_not = any(part.placed for part in parts), any(not part.placed for part in parts)
    for part in parts:
        layer = layer_schema(part.layer)
        if part.frame.empty:
            continue
        others = [one for one in parts if some_placed and some_not and one.placed != part.placed]
        for name in part.missing:
            supplied = any(name not in one.missing for one in others) and name != layer.key
            if not supplied:
                title = target_column(layer, name).title
                problems.append(problem("column.missing", file=part.origin.file, layer=part.origin.sheet, title=title))
        if not part.placed and not some_placed:
            places = PLACE_COLUMNS.values()
            title = bilingual(
                "、".join(column.title.zh for column in places), ", ".join(column.title.en for column in places)
            )
            problems.append(problem("column.missing", file=part.origin.file, layer=part.origin.sheet, title=title))
    return problems


def _concat(parts: Sequence[Part]) -> pd.DataFrame:
    frames = [part.frame for part in parts]
    joined = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    if layer_schema(parts[0].layer).geometry:
        joined = gpd.GeoDataFrame(joined, geometry="geometry", crs=GEOGRAPHIC_CRS)
    return joined


def _take_shapes(words: pd.DataFrame, shapes: pd.DataFrame, key: str) -> pd.DataFrame:
    """Give the rows of `words` the shapes of `shapes` by code; rows of `shapes` with other codes follow."""
    first = shapes.drop_duplicates(key)
    order = pd.Series(np.arange(len(first)), index=first[key])
    at = words[key].map(order)
    found = at.notna().to_numpy()
    rows = at[found].to_numpy(dtype=np.int64)
    out = words.copy()
    for name in words.columns.difference([key, SOURCE, ROW]):
        given = out[name].isna().to_numpy() & found
        filled = out[name].to_numpy(dtype=object, copy=True)
        filled[given] = first[name].to_numpy(dtype=object)[at[given].to_numpy(dtype=np.int64)]
        out[name] = (
            gpd.GeoSeries(filled, crs=GEOGRAPHIC_CRS)
            if name == "geometry"
            else (pd.Series(filled, index=out.index, dtype=object).astype(words[name].dtype))
        )
    rest = first.drop(first.index[rows])
    again = shapes[shapes.duplicated(key)]
    joined = pd.concat([frame for frame in (out, rest, again) if len(frame)], ignore_index=True)
    result: pd.DataFrame = gpd.GeoDataFrame(joined, geometry="geometry", crs=GEOGRAPHIC_CRS)
    return result


def join_parts(parts: Sequence[Part]) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Put the parts of every layer together.

    Parameters
    ----------
    parts
        In the order in which they were declared.

    Returns
    -------
    tuple of dict of frames, and list of Problem
        Layers that have rows, by name; required columns that are nowhere.
    """
    layers: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name in LAYERS:
        own = [part for part in parts if part.layer == name]
        problems += _missing(own)
        placed = [part for part in own if part.placed and len(part.frame)]
        words = [part for part in own if not part.placed and len(part.frame)]
        key = layer_schema(name).key
        if placed and words and key is not None:
            layers[name] = _take_shapes(_concat(words), _concat(placed), key)
        elif placed or words:
            layers[name] = _concat(placed or words)
    return layers, problems
