"""What the solver's process is asked for, as a record that crosses from one process to the other as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

__all__ = ["Order", "read_order", "write_order"]


@dataclass(frozen=True, slots=True)
class Order:
    """One task.

    Parameters
    ----------
    task
        ``solve`` a study, ``ask`` what would be if, or write its ``documents``.
    snapshot, assessment
        Folders of the survey and of its assessment.
    packs
        Folders of the city's rules.
    catalogue_version
        Of the rules that the assessment was made with.
    choices
        The study's (`linli.web.plans.choices.StudyChoices`), JSON.
    place
        ``code`` and ``name`` of the study's place.
    communities
        Ids of its communities; ``None`` = all of the survey.
    out
        Folder for the results. Of ``solve`` it is made under another name and renamed when it is whole.
    question
        For ``ask``: ``force_in``, ``forbid``, ``budget_yuan``.
    report
        For ``documents``: `linli.report.options.ReportOptions`, JSON.
    """

    task: Literal["solve", "ask", "documents"]
    snapshot: str
    assessment: str
    packs: tuple[str, ...]
    catalogue_version: str
    choices: Mapping[str, Any]
    place: Mapping[str, str]
    communities: tuple[str, ...] | None
    out: str
    question: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)


def write_order(order: Order) -> str:
    """Return an order as one line of JSON."""
    return json.dumps(asdict(order), ensure_ascii=False, sort_keys=True)


def read_order(text: str) -> Order:
    """Return an order from its JSON."""
    known = json.loads(text)
    known["packs"] = tuple(known["packs"])
    known["communities"] = None if known["communities"] is None else tuple(known["communities"])
    return Order(**known)
