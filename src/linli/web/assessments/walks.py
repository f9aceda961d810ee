"""An item in words with example walks, and what a map of it draws: walks, the facilities behind it, the community.

Explaining reads the whole survey, so that it is asked for by a click, and what came of it is kept for a while.
"""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import shapely

from linli.assess import Explanation, explain
from linli.web.assessments.models import Run
from linli.web.assessments.pieces import layer_of, outlines_of, rows_of
from linli.web.assessments.selectors import survey_of, tables_of
from linli.web.assessments.titles import type_title
from linli.web.geometry import feature, feature_collection
from linli.web.keep import Keep
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import current_language, say

__all__ = ["PARTS", "explained", "part_features"]

PARTS = ("area", "facilities", "walks")
"""What a map of an item is made of, from below."""

_EXPLAINED: Keep[Explanation] = Keep(64)


def explained(run: Run, code: str, item: str) -> Explanation:
    """Explain an item of a community in the request's language.

    Parameters
    ----------
    run
        Done.
    code
        The community's code.
    item
        Id of the item.

    Returns
    -------
    Explanation
        Text, and example walks.

    Raises
    ------
    LinliError
        If files are missing or were changed, or the rules in force do not hold the item any more.
    """
    lang, catalogue = current_language(), site_catalogue()
    key = "/".join((run.digest, catalogue.version, code, item, lang))
    return _EXPLAINED.get(key, lambda: explain(tables_of(run), survey_of(run), catalogue, code, item, lang))


def _walks(run: Run, code: str, item: str) -> list[dict[str, Any]]:
    features = []
    for route in explained(run, code, item).routes:
        name = say(f"assessments.item.walk_{route.which}", metres=f"{route.distance_m:,.0f}")
        about = {"name": name, "building": route.building_id, "facility": route.facility_id}
        features.append(feature(route.which, route.line, about))
    return features


def _roles(run: Run, code: str, item: str) -> dict[str, str]:
    """Return the facilities behind an item with the role of each: that of the first requirement which names it."""
    table = rows_of(run, "requirements", code)
    roles: dict[str, str] = {}
    for text in table.loc[(table["item"] == item) & (table["requirement_kind"] != "ratio"), "evidence"]:
        for role, triples in json.loads(text)["rows"].items():
            for key, *_ in triples:
                roles.setdefault(str(key), str(role))
    return roles


def _facilities(run: Run, code: str, item: str) -> list[dict[str, Any]]:
    roles, types = _roles(run, code, item), site_catalogue().facility_types
    frame = layer_of(run, "facilities")
    features = []
    for row in frame[frame["facility_id"].isin(list(roles))].itertuples():
        kind, key = str(row.type), str(row.facility_id)
        rule = types.get(kind)
        about = {
            "name": str(row.name) if pd.notna(row.name) else type_title(kind),
            "group": rule.group if rule else "",
            "role": say(f"assessments.role.{roles[key]}"),
            "type": type_title(kind),
        }
        features.append(feature(key, shapely.point_on_surface(row.geometry), about))
    return features


def part_features(run: Run, code: str, item: str, part: str) -> dict[str, Any]:
    """Return one part of the map of an item.

    Parameters
    ----------
    run
        Done.
    code
        The community's code.
    item
        Id of the item.
    part
        One of `PARTS`.

    Returns
    -------
    dict
        A GeoJSON feature collection.

    Raises
    ------
    LinliError
        As `explained`.
    """
    if part == "walks":
        return feature_collection(_walks(run, code, item))
    if part == "facilities":
        return feature_collection(_facilities(run, code, item))
    return feature_collection([feature(code, outlines_of(run).get(code), {})])
