"""What is allowed but hard to believe of a record before it is saved: a person confirms it or mends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapely.geometry.base import BaseGeometry

from linli.errors import Problem
from linli.survey.messages import problem
from linli.web.places.checking import check_rows
from linli.web.places.placing import community_paths, paths_at

__all__ = ["doubts_of"]


def doubts_of(layer: str, values: Mapping[str, Any], shape: BaseGeometry | None) -> list[Problem]:
    """Return what is odd about a row, though it may be saved.

    Parameters
    ----------
    layer
        Name of the layer.
    values
        All its values, as the register would keep them.
    shape
        Where it is.

    Returns
    -------
    list of Problem
        Warnings: figures that are hard to believe, a position in another community than the one it names.
    """
    found = [one for one in check_rows(layer, [values], [shape]).problems if one.severity == "warning"]
    code = values.get("community_id")
    if layer == "communities" or code is None or shape is None:
        return found
    held, stated = paths_at([shape])[0], community_paths([str(code)]).get(str(code))
    if held and stated and held != stated:
        there = held.rstrip("/").rpartition("/")[2]
        about = {"stated": code, "found": there, "column": "community_id"}
        found.append(problem("place.other_community", value=code, allowed=there, **about))
    return found
