"""Projects from a table, and subsidies to tables."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from linli.errors import InputError, Problem
from linli.improve.subsidy.record import Project, Subsidy
from linli.operate.money import to_decimal

__all__ = ["payments_table", "read_projects", "steps_table", "subsidy_table"]

_NUMBERS = ("area_m2", "input_cost_yuan", "average_cost_yuan_m2", "ordinary_subsidy_yuan")
_ANSWERS = ("old_estate", "on_creation_list")
_TEXTS = ("district", "tier", "project_type")


def _is_missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _problem(row: int, column: str, value: Any, allowed: str) -> Problem:
    return Problem(
        code="subsidy.cell",
        severity="error",
        message={"zh": "填法不合用", "en": "this will not do"},
        fix={"zh": "请改正或留空。", "en": "Correct it or leave it empty."},
        layer="projects",
        row=row,
        column=column,
        value=str(value),
        allowed=allowed,
    )


def _number(row: int, column: str, value: Any, found: list[Problem]) -> Decimal | None:
    if _is_missing(value):
        return None
    try:
        return to_decimal(value, column)
    except ValueError:
        found.append(_problem(row, column, value, "≥ 0"))
        return None


def _answer(row: int, column: str, value: Any, found: list[Problem]) -> bool | None:
    if _is_missing(value):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    found.append(_problem(row, column, value, "true | false"))
    return None


def read_projects(table: pd.DataFrame) -> tuple[Project, ...]:
    """Read projects from a table.

    Parameters
    ----------
    table
        ``project_id`` and the other fields of `Project` as columns, where known; NaN = not known. Money in yuan and
        areas in m², taken exactly as written; answers are true or false.

    Returns
    -------
    tuple of Project
        In the order of the table.

    Raises
    ------
    InputError
        If a ``project_id`` is missing, a figure is not a finite number ≥ 0, or an answer is not true or false; all of
        them at once, rows counted from 2.
    """
    found: list[Problem] = []
    projects = []
    for row, record in enumerate(table.to_dict("records"), start=2):
        if _is_missing(record.get("project_id")):
            found.append(_problem(row, "project_id", None, "text"))
        numbers = {name: _number(row, name, record.get(name), found) for name in _NUMBERS}
        answers = {name: _answer(row, name, record.get(name), found) for name in _ANSWERS}
        texts = {name: None if _is_missing(record.get(name)) else str(record[name]) for name in _TEXTS}
        projects.append(
            Project(
                project_id=str(record.get("project_id")),
                old_estate=answers["old_estate"],
                on_creation_list=answers["on_creation_list"],
                area_m2=numbers["area_m2"],
                input_cost_yuan=numbers["input_cost_yuan"],
                average_cost_yuan_m2=numbers["average_cost_yuan_m2"],
                ordinary_subsidy_yuan=numbers["ordinary_subsidy_yuan"],
                district=texts["district"],
                tier=texts["tier"],
                project_type=texts["project_type"],
            )
        )
    if found:
        raise InputError(found)
    return tuple(projects)


def subsidy_table(subsidies: Iterable[Subsidy]) -> pd.DataFrame:
    """Write subsidies as a table, one row each.

    Parameters
    ----------
    subsidies
        The subsidies.

    Returns
    -------
    DataFrame
        ``project_id, eligible, subsidy_yuan, ordinary_yuan`` (NaN = not known)``, total_yuan, certainty, notes``
        (codes joined by ``;``); yuan float64, exact to the fen when shown with two decimals.
    """
    columns = ["project_id", "eligible", "subsidy_yuan", "ordinary_yuan", "total_yuan", "certainty", "notes"]
    rows = [
        (
            *(one.project_id, one.eligible, float(one.amount), None if one.ordinary is None else float(one.ordinary)),
            *(float(one.total), one.certainty, ";".join(note.code for note in one.notes)),
        )
        for one in subsidies
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"subsidy_yuan": "float64", "ordinary_yuan": "float64", "total_yuan": "float64"})


def steps_table(subsidies: Iterable[Subsidy]) -> pd.DataFrame:
    """Write the trace of subsidies as a table, one row a step.

    Parameters
    ----------
    subsidies
        The subsidies.

    Returns
    -------
    DataFrame
        ``project_id, step, code, amount, unit, words_zh, words_en, clause, certainty``; `amount` float64.
    """
    columns = ["project_id", "step", "code", "amount", "unit", "words_zh", "words_en", "clause", "certainty"]
    rows = [
        (
            *(one.project_id, i, step.code, None if step.amount is None else float(step.amount), step.unit),
            *(step.words["zh"], step.words["en"], step.clause, step.certainty),
        )
        for one in subsidies
        for i, step in enumerate(one.steps, start=1)
    ]
    return pd.DataFrame(rows, columns=columns).astype({"amount": "float64"})


def payments_table(subsidies: Iterable[Subsidy]) -> pd.DataFrame:
    """Write the payments of subsidies as a table, one row a stage.

    Parameters
    ----------
    subsidies
        The subsidies.

    Returns
    -------
    DataFrame
        ``project_id, stage, event, title_zh, title_en, share, yuan, clause, certainty``; `share` and `yuan` float64.
    """
    columns = ["project_id", "stage", "event", "title_zh", "title_en", "share", "yuan", "clause", "certainty"]
    rows = [
        (
            *(one.project_id, i, payment.event, payment.title["zh"], payment.title["en"]),
            *(float(payment.share), float(payment.amount), payment.clause, payment.certainty),
        )
        for one in subsidies
        for i, payment in enumerate(one.payments, start=1)
    ]
    return pd.DataFrame(rows, columns=columns).astype({"share": "float64", "yuan": "float64"})
