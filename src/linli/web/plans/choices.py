"""The choices behind a study: `improve`, `programme` and `proposal` as in a declaration, read and written as text.

No Django here: the process that solves a study reads them too. *Narrowed* choices are those of a study of one district:
nothing is put outside it, and residents outside it weigh nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict

from linli.errors import InputError, Problem
from linli.improve.choices import ImproveOptions, ProgrammeOptions, ProposalOptions
from linli.survey.config import read_yaml_model

__all__ = ["StudyChoices", "check_districts", "from_json", "narrowed", "read_text", "to_json", "to_yaml"]


class StudyChoices(BaseModel):
    """Every choice behind a study, frozen; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    improve: ImproveOptions = ImproveOptions()
    programme: ProgrammeOptions | None = None
    proposal: ProposalOptions = ProposalOptions()


def read_text(text: str) -> StudyChoices:
    """Read choices from YAML, or from JSON, which is YAML too.

    Parameters
    ----------
    text
        With the keys ``improve``, ``programme``, ``proposal``; what is left out has its default.

    Returns
    -------
    StudyChoices
        Frozen.

    Raises
    ------
    ConfigError
        If anything in it is wrong; every problem with its line.
    """
    with tempfile.TemporaryDirectory(prefix="linli-choices-") as folder:
        path = Path(folder) / "choices.yaml"
        path.write_text(text, encoding="utf-8")
        return read_yaml_model(path, StudyChoices)


def to_json(choices: StudyChoices) -> dict[str, Any]:
    """Return choices JSON-ready, every field written out, as a study keeps them."""
    return choices.model_dump(mode="json")


def from_json(content: Mapping[str, Any]) -> StudyChoices:
    """Return choices from what a study keeps.

    Raises
    ------
    ValidationError
        If they are none.
    """
    return StudyChoices.model_validate(dict(content))


def to_yaml(choices: StudyChoices) -> str:
    """Return choices as YAML, every field written out; `read_text` reads the same choices from it."""
    return str(
        yaml.safe_dump(to_json(choices), allow_unicode=True, sort_keys=False, default_flow_style=None, width=100)
    )


def _districts(communities: pd.DataFrame, inside: Collection[str] | None) -> tuple[set[str], set[str]]:
    """Return the names of the districts inside a place, and of all others."""
    names = communities.assign(district=communities["district"].fillna("").astype(str))
    here = names["community_id"].astype(str).isin(list(inside)) if inside is not None else names["district"].notna()
    return set(names.loc[here, "district"]), set(names.loc[~here, "district"])


def _problem(code: str, zh: str, en: str, fix_zh: str, fix_en: str, column: str, value: str, allowed: str) -> Problem:
    fix = {"zh": fix_zh, "en": fix_en}
    return Problem(f"plans.{code}", "error", {"zh": zh, "en": en}, fix, column=column, value=value, allowed=allowed)


def check_districts(choices: StudyChoices, communities: pd.DataFrame) -> None:
    """Refuse districts that the survey does not know: money of a misspelt one could be spent anywhere.

    Parameters
    ----------
    choices
        The study's.
    communities
        The survey's layer.

    Raises
    ------
    InputError
        Naming every district that is none.
    """
    known = {name for name in _districts(communities, None)[0] if name}
    programme = choices.programme.budget if choices.programme else ()
    asked = {line.district for line in (*choices.improve.budget, *programme) if line.district}
    asked |= set(choices.improve.max_projects_by_district)
    asked |= {name for one in choices.proposal.co_funding for name in one.districts or ()}
    allowed = " | ".join(sorted(known))
    problems = [
        _problem(
            "unknown_district", "调查中没有这个区", "the survey has no such district",
            "请改为调查中的区名。", "Write a district of the survey.", "district", name, allowed,
        )
        for name in sorted(asked - known)
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def narrowed(choices: StudyChoices, communities: pd.DataFrame, inside: Collection[str]) -> StudyChoices:
    """Return the choices of a study of one part of the survey.

    Parameters
    ----------
    choices
        The study's.
    communities
        The survey's layer: `community_id`, `district`.
    inside
        Ids of the communities of the place.

    Returns
    -------
    StudyChoices
        The same, with no project outside the place and no weight, or floor, for communities outside it.

    Raises
    ------
    InputError
        If the place shares a district's name with communities outside it, so that they cannot be told apart.
    """
    ids = [str(one) for one in communities["community_id"]]
    outside = [one for one in ids if one not in inside]
    if not outside:
        return choices
    here, others = _districts(communities, inside)
    if here & others or not here:
        raise InputError(
            [
                _problem(
                    "mixed_district",
                    "该范围与其他区同名或没有区名，无法单独规划", "the place cannot be told from others",
                    "请在调查中补上各社区的区名。", "Fill in the district of every community of the survey.",
                    "district", " ".join(sorted(here & others)), "",
                )
            ]
        )  # fmt: skip
    old = choices.improve
    changes: dict[str, Any] = {
        "max_projects_by_district": {**old.max_projects_by_district, **dict.fromkeys(sorted(others), 0)},
        "community_weights": {**old.community_weights, **dict.fromkeys(outside, 0.0)},
    }
    if old.floor_share is not None:
        floors = dict(old.floor_share) if isinstance(old.floor_share, Mapping) else dict.fromkeys(ids, old.floor_share)
        changes["floor_share"] = {name: share for name, share in floors.items() if name in inside}
    return choices.model_copy(update={"improve": old.model_copy(update=changes)})
