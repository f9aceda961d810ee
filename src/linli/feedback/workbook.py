"""The comparison as a workbook: totals, what got worse, and every row of every table, for Excel and WPS.

Codes are put into words of the workbook's language; what is not known is left empty, never 0. The same outcome gives
the same bytes.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from linli.feedback.record import Outcome
from linli.feedback.totals import load_form
from linli.feedback.words import Language, say, say_value
from linli.units import BAND_TITLES

__all__ = ["write_workbook"]

_PERCENT = {
    "degree_before", "degree_after", "degree_change", "share_before", "share_after", "share_forecast", "share_now",
    "progress",
}  # fmt: skip
_LONG = {"text": 60, "line": 44, "note": 50, "reason": 50, "came": 18, "went": 18, "facilities": 18, "unit": 8}
_WIDTH = 14
_CELL_LIMIT = 32767
_HUNDRED = 100.0

SHEETS: Mapping[str, tuple[str, ...]] = {
    "totals": ("section", "line", "value", "high", "before", "after", "unit", "unknown", "note"),
    "worse": ("kind", "community_id", "community", "text", "residents", "lost", "cause"),
    "communities": (
        "community_id", "name", "district", "residents_before", "residents_after", "opened", "closed", "opened_m2",
        "brought_back_m2", "vacant_m2", "better", "worse",
    ),
    "items": (
        "community_id", "community", "standard", "item", "change", "status_before", "status_after", "degree_before",
        "degree_after", "degree_change", "concerned", "gained", "residents_without_before", "residents_without_after",
        "cause", "came", "went", "altered",
    ),
    "changes": (
        "layer", "change", "type", "name", "community_id", "community", "column", "before", "after", "difference",
        "id_before", "id_after", "evidence",
    ),
    "doubtful": (
        "layer", "id_before", "name_before", "id_after", "name_after", "type", "community_id", "community",
        "distance_m", "area_m2", "reason", "same",
    ),
    "places": (
        "layer", "place_id", "name", "community_id", "community", "owner_kind", "area_before_m2", "area_after_m2",
        "use", "used_m2", "facilities", "types", "assumed",
    ),
    "coverage": (
        "community_id", "community", "type", "distance_m", "residents", "gained", "lost", "gained_old_young",
        "lost_old_young", "unknown",
    ),
    "residents": ("community_id", "community", "band", "before", "after", "change"),
    "wishes": (
        "community_id", "community", "type", "asked_before", "wish_before", "share_before", "asked_after",
        "wish_after", "share_after", "outcome", "by", "gained",
    ),
    "projects": (
        "option_id", "place_id", "type", "lever", "community_id", "community", "year", "state", "facilities",
        "floor_area_m2", "site_area_m2", "done_m2", "capacity", "done_capacity", "newly", "served_newly", "cost_yuan",
    ),
    "forecast": (
        "community_id", "community", "item", "requirement", "residents", "share_before", "share_forecast", "share_now",
        "progress",
    ),
}  # fmt: skip
"""Columns of every sheet, by the table it shows."""


def _wording(outcome: Outcome, lang: Language) -> Mapping[tuple[str, str], Callable[[str], str]]:
    """Return how the codes of a column are put into words, by (sheet, column); sheet ``*`` = any."""
    titles = outcome.meta.titles

    def title(group: str) -> Callable[[str], str]:
        return lambda code: titles[group].get(code, {}).get(lang, code)

    def word(group: str) -> Callable[[str], str]:
        return lambda code: say(f"{group}.{code}", lang)

    def types(codes: str) -> str:
        return ";".join(title("types")(code) for code in codes.split(";") if code)

    sections = load_form()["sections"]
    return {
        ("*", "type"): lambda code: title("types")(title("items")(code)),
        ("*", "types"): types, ("*", "item"): title("items"), ("*", "layer"): word("layer"),
        ("*", "standard"): title("standards"),
        ("*", "status_before"): word("status"), ("*", "status_after"): word("status"), ("*", "cause"): word("cause"),
        ("*", "unit"): word("unit"), ("*", "use"): word("use"), ("*", "outcome"): word("wish"),
        ("*", "state"): word("state"), ("*", "evidence"): word("evidence"), ("*", "column"): word("column"),
        ("*", "band"): lambda code: BAND_TITLES[code][lang], ("items", "change"): word("item"),
        ("changes", "change"): word("change"), ("worse", "kind"): word("kind"),
        ("doubtful", "reason"): word("reason"), ("totals", "section"): lambda code: sections[code][lang],
    }  # fmt: skip


def _cells(table: pd.DataFrame, end: str, lang: Language) -> list[str]:
    """Put the cells of changes into words."""
    cells = zip(table["layer"], table["column"], table[end], strict=True)
    return [say_value(layer, column, str(value), lang) if value else "" for layer, column, value in cells]


def _shown(outcome: Outcome, name: str, lang: Language) -> pd.DataFrame:
    """Return a table as it is shown: words added, rows without a change left out."""
    table = outcome.tables[name]
    if name == "items":
        table = table[table["change"] != "same"]
    if name == "totals":
        table = table.assign(
            line=["　" * level + text for level, text in zip(table["level"], table[lang], strict=True)]
        )
        table = table.assign(note=table[f"note_{lang}"])
    if name == "changes":
        table = table.assign(**{end: _cells(table, end, lang) for end in ("before", "after")})
    if name == "places":
        owners = [say_value("rooms", "owner_kind", one, lang) if one else one for one in table["owner_kind"]]
        table = table.assign(owner_kind=owners)
    if name == "worse":
        table = table.assign(text=table[lang])
    names = dict(zip(outcome.communities["community_id"], outcome.communities["name"], strict=True))
    if "community" in SHEETS[name] and "community" not in table:
        table = table.assign(community=table["community_id"].map(names))
    return table


def _scores(outcome: Outcome) -> tuple[str, ...]:
    return tuple(column for column in outcome.communities.columns if column.startswith("score_"))


class _Writer:
    """Puts tables into one workbook with one set of formats."""

    def __init__(self, book: Any, lang: Language) -> None:
        self.book, self.lang = book, lang
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E6F2F1", "bottom": 1}
        )
        self.formats = {
            name: book.add_format({"num_format": code, "valign": "top"})
            for name, code in (("number", "#,##0.##"), ("percent", "0.0"), ("text", "@"))
        }
        self.formats["text"].set_text_wrap()

    def cell(self, sheet: Any, row: int, column: int, value: Any, *, percent: bool) -> None:
        """Write one cell; what is missing stays empty."""
        if pd.isna(value) or value == "":
            return
        if isinstance(value, bool):
            sheet.write_string(row, column, "✓" if value else "", self.formats["text"])
        elif isinstance(value, int | float):
            if math.isfinite(value):
                number = float(value) * (_HUNDRED if percent else 1.0)
                sheet.write_number(row, column, number, self.formats["percent" if percent else "number"])
        else:
            sheet.write_string(row, column, str(value)[:_CELL_LIMIT], self.formats["text"])

    def table(self, name: str, columns: tuple[str, ...], table: pd.DataFrame, said: Mapping[Any, Any]) -> None:
        """Write one sheet."""
        sheet = self.book.add_worksheet(say(f"sheet.{name}", self.lang))
        sheet.set_row(0, 32)
        for position, column in enumerate(columns):
            sheet.set_column(position, position, _LONG.get(column, _WIDTH))
            sheet.write_string(0, position, self.heading(column), self.head)
            wording = said.get((name, column), said.get(("*", column)))
            percent = column in _PERCENT or column.startswith("score_")
            for row, value in enumerate(table[column].tolist(), start=1):
                shown = wording(value) if wording and isinstance(value, str) and value else value
                self.cell(sheet, row, position, shown, percent=percent)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table), 1), len(columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def heading(self, column: str) -> str:
        """Return the words of a column; scores carry their standard."""
        name, dot, standard = column.partition(".")
        text = say(f"head.{name}", self.lang)
        return f"{text}\n{standard}" if dot else text

    def notes(self, outcome: Outcome) -> None:
        """Write what a reader has to know."""
        sheet = self.book.add_worksheet(say("sheet.notes", self.lang))
        sheet.set_column(0, 0, 110)
        rounds = {"before": outcome.meta.before, "after": outcome.meta.after}
        dates = {name: one.surveyed_on.isoformat() for name, one in rounds.items()}
        lines = [say("summary.title", self.lang, name=outcome.meta.name[self.lang], **dates)]
        lines += [problem.text(self.lang) for problem in outcome.meta.problems()]
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, line, self.formats["text"])


def write_workbook(outcome: Outcome, path: Path, lang: Language) -> Path:
    """Write a comparison as a workbook.

    Parameters
    ----------
    outcome
        What to write.
    path
        The file, replaced if it is there.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    Path
        The file. Shares in %, areas in m², residents in the outcome's unit.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    day = outcome.meta.after.surveyed_on
    said = _wording(outcome, lang)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        # the date of the survey, not of the clock: the same outcome gives the same bytes
        book.set_properties({"created": dt.datetime(day.year, day.month, day.day)})  # noqa: DTZ001
        writer = _Writer(book, lang)
        for name, columns in SHEETS.items():
            if name in ("projects", "forecast") and not outcome.meta.planned:
                continue
            more = _scores(outcome) if name == "communities" else ()
            writer.table(name, (*columns, *more), _shown(outcome, name, lang), said)
        writer.notes(outcome)
    return path
