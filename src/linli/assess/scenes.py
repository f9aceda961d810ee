"""The nine scenes of a future community, seen through the items of the other standards.

The crosswalk of the catalogue links each scene with items of the complete community and of the life circle, each link
with its reason. A scene's degree is the weighted mean of the degrees of the items linked with it, one standard at a
time: standards are never mixed. It shows where a scene stands on facilities that can be measured; it is no acceptance
of the scene. What a scene means to a type of project (standard, required, optional …) is written beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from linli.assess.score import mean_degree
from linli.errors import UnknownRuleError, UnsetValueError
from linli.rules import Catalogue

__all__ = ["linked_items", "scenes"]

CROSSWALK, SCENES, PROGRAMME = "crosswalk", "scenes", "future_community"


def linked_items(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return the items linked with each scene, the scene's own item first.

    Parameters
    ----------
    catalogue
        The rules, with their family ``crosswalk``.

    Returns
    -------
    dict
        Item ids by scene, in the order of the catalogue; empty if the catalogue has no crosswalk.
    """
    try:
        rules = catalogue.family(CROSSWALK)
    except UnknownRuleError:
        return {}
    found = {}
    for rule in rules:
        if rule.group == SCENES:
            ends = [end for link in rule.body["links"] for end in (link["from"], link["to"])]
            found[rule.name] = tuple(dict.fromkeys(ends))
    return found


def _meaning(catalogue: Catalogue, project: str, scene: str, on: dt.date) -> str:
    """Return what a scene means to a type of project, in the catalogue's word; empty if it does not say."""
    try:
        return str(catalogue.value(f"{PROGRAMME}/type_{project}", scene, on=on).value)
    except (UnknownRuleError, UnsetValueError):
        return ""


def scenes(
    items: pd.DataFrame,
    projects: pd.Series,
    catalogue: Catalogue,
    weights: Mapping[str, float],
    on: dt.date,
) -> pd.DataFrame:
    """View the items through the nine scenes.

    Parameters
    ----------
    items
        The table `items` of an assessment; degrees 0–1.
    projects
        Type of project by community id, missing where there is none.
    catalogue
        The rules.
    weights
        Weight by item id, ≥ 0.
    on
        The date.

    Returns
    -------
    DataFrame
        `community_id`, `standard`, `scene`, the columns of `linli.assess.score.mean_degree`, and `required`: what the
        scene means to the community's type of project, empty where it has none.
    """
    links = linked_items(catalogue)
    pairs = pd.DataFrame([(scene, item) for scene, ids in links.items() for item in ids], columns=["scene", "item"])
    linked = pairs.merge(items, on="item", how="inner")
    order = {scene: i for i, scene in enumerate(links)}
    linked = linked.sort_values(
        ["community_id", "standard", "scene"],
        key=lambda column: column.map(order) if column.name == "scene" else column,
        kind="stable",
        ignore_index=True,
    )
    weight = linked["item"].map(dict(weights)).fillna(1.0)
    table = mean_degree(linked, ["community_id", "standard", "scene"], weight)
    project = table["community_id"].map(projects).astype("object")
    known = project.notna().to_numpy(dtype=bool)
    said = {
        (name, scene): _meaning(catalogue, str(name), scene, on) for name in project[known].unique() for scene in links
    }
    table["required"] = [said.get((name, scene), "") for name, scene in zip(project, table["scene"], strict=True)]
    return table
