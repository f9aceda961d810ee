"""Two to four studies side by side: figures, what they have in common and what only one has, community by community."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.web.plans.lists import status_words
from linli.web.plans.models import Study
from linli.web.plans.rows import subsidy_of
from linli.web.plans.seen import Seen
from linli.web.words import say

__all__ = ["MOST", "Comparison", "compare", "compare_rows"]

MOST = 4
"""How many studies are set side by side at most."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Studies side by side.

    Parameters
    ----------
    seen
        The studies, in the order asked for.
    warnings
        Why some figures cannot be compared, in words.
    figures
        ``title``, ``kind`` (how it is written) and a value for each study.
    measures
        One row an option: its project and, for each study, whether it has it.
    communities
        One row a community, with share and gain for each study.
    """

    seen: Sequence[Seen]
    warnings: Sequence[str]
    figures: Sequence[Mapping[str, Any]]
    measures: Sequence[Mapping[str, Any]]
    communities: Sequence[Mapping[str, Any]]

    @property
    def common(self) -> int:
        """How many options all have."""
        return sum(all(row["has"]) for row in self.measures)

    def only(self, position: int) -> list[Mapping[str, Any]]:
        """Return the projects that one study has and no other."""
        return [
            row["project"] for row in self.measures if row["has"][position] and sum(row["has"]) == 1
        ]  # fmt: skip

    @property
    def shared(self) -> list[Mapping[str, Any]]:
        """Return the projects that two or more have."""
        return [row["project"] for row in self.measures if sum(row["has"]) > 1]


_WEIGHTS = ("old_young_weight", "band_weights", "item_weights", "community_weights", "priority_weight")


def _differ(studies: Sequence[Study], part: str, names: Sequence[str]) -> bool:
    first = studies[0].choices.get(part) or {}
    return any((one.choices.get(part) or {}).get(name) != first.get(name) for one in studies[1:] for name in names)


def _warnings(seen: Sequence[Seen]) -> list[str]:
    studies = [one.study for one in seen]
    found = []
    if len({one.run_id for one in studies}) > 1:
        found.append("run")
    if len({one.place for one in studies}) > 1:
        found.append("place")
    if len({one.catalogue_version for one in studies}) > 1:
        found.append("rules")
    if _differ(studies, "improve", _WEIGHTS):
        found.append("weights")
    if _differ(studies, "improve", ("standard", "verbs", "types")):
        found.append("aim")
    if len({one.book["unit"] for one in seen}) > 1:
        found.append("unit")
    return [say(f"plans.compare.warn.{name}") for name in found]


def _figures(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    words, parts = seen[0].words, [one.part["sums"] for one in seen]
    plans = [one.book["plan"] for one in seen]
    unit = seen[0].fmt.folk_unit()

    def row(title: str, kind: str, values: Sequence[Any], unit: str = "") -> dict[str, Any]:
        return {"title": title, "kind": kind, "values": list(values), "unit": unit}

    return [
        row(words("result.status"), "text", [status_words(one["status"], one["gap"]) for one in plans]),
        row(words("result.objective"), "num", [one["objective"] for one in plans], seen[0].needs_unit),
        row(words("result.bound"), "num", [one["bound"] for one in plans], seen[0].needs_unit),
        row(words("result.gap"), "percent", [one["gap"] for one in plans]),
        row(words("card.gaining"), "num", [one["gaining"] for one in parts], unit),
        row(say("plans.word.old_young"), "num", [one["gaining_old_young"] for one in parts], unit),
        row(words("card.lacking"), "num", [one["lacking_after"] for one in parts], unit),
        row(words("card.share"), "percent", [one["needs"]["share_after"] for one in parts]),
        row(words("card.projects"), "num", [one["projects"] for one in parts]),
        *(row(words(f"lever.{lever}"), "num", [one["by_lever"].get(lever, 0) for one in parts])
          for lever in ("reallocate", "convert", "build")),
        row(words("card.area"), "num", [one["floor_area_m2"] for one in parts], "m²"),
        row(words("card.cost"), "money", [one["cost_yuan"] for one in parts]),
        row(words("card.subsidy"), "money", [subsidy_of(one.part) for one in seen]),
    ]  # fmt: skip


def _measures(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """Return every option that any study has; those all have last, for what differs is what matters."""
    found: dict[str, dict[str, Any]] = {}
    for position, one in enumerate(seen):
        for project in one.part["projects"]:
            row = found.setdefault(
                project["option_id"],
                {"project": project, "facility": one.facility(project["type"]), "has": [False] * len(seen)},
            )
            row["has"][position] = True
    rows = sorted(found.values(), key=lambda row: (all(row["has"]), row["project"]["community_id"], row["facility"]))
    for row in rows:
        row["common"] = all(row["has"])
    return rows


def _communities(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    names: dict[str, str] = {}
    values: list[dict[str, Mapping[str, Any]]] = []
    for one in seen:
        values.append({row["id"]: row for row in one.part["communities"]})
        names |= {row["id"]: row["name"] for row in one.part["communities"]}
    rows = []
    for code, name in names.items():
        found = [by.get(code) for by in values]
        rows.append(
            {
                "id": code,
                "name": name,
                "cells": [
                    {
                        "share": (one["changes"].get("") or {}).get("share_after") if one else None,
                        "gaining": one["gaining"] if one else None,
                        "projects": len(one["projects"]) if one else None,
                    }
                    for one in found
                ],
                "differs": len({one["gaining"] if one else None for one in found}) > 1,
            }
        )
    return sorted(rows, key=lambda row: (not row["differs"], row["id"]))


def compare(seen: Sequence[Seen]) -> Comparison:
    """Set studies side by side.

    Parameters
    ----------
    seen
        Two to `MOST`, each looked at for its own place.

    Returns
    -------
    Comparison
        With why some of it cannot be compared.
    """
    return Comparison(seen, _warnings(seen), _figures(seen), _measures(seen), _communities(seen))


def compare_rows(found: Comparison) -> list[list[Any]]:
    """Return a comparison as rows of a file: figures, then measures, then communities, each with its own heads.

    Parameters
    ----------
    found
        The comparison.

    Returns
    -------
    list of list
        Texts and numbers; what is not known is empty.
    """
    numbers = [one.study.number for one in found.seen]
    rows: list[list[Any]] = [[say("plans.compare.figures"), *numbers, say("plans.compare.unit")]]
    rows += [[one["title"], *one["values"], one["unit"] or _unit(one["kind"])] for one in found.figures]
    words = found.seen[0].words
    heads = ("head.place", "head.facility", "head.lever", "head.community")
    rows += [[], [*(words(head) for head in heads), say("plans.compare.option"), *numbers]]
    for one in found.measures:
        project = one["project"]
        known = [project["place_name"] or project["place_id"], one["facility"], words(f"lever.{project['lever']}")]
        rows.append([*known, project["community"], project["option_id"], *("●" if has else "" for has in one["has"])])
    rows += [[], [words("head.community"), *(f"{n} {words('head.gaining')}" for n in numbers),
                  *(f"{n} {words('sheet.share_after')}" for n in numbers)]]  # fmt: skip
    rows += [
        [one["name"], *(cell["gaining"] for cell in one["cells"]), *(cell["share"] for cell in one["cells"])]
        for one in found.communities
    ]
    return rows


def _unit(kind: str) -> str:
    return {"money": say("plans.compare.yuan"), "percent": "0–1"}.get(kind, "")
