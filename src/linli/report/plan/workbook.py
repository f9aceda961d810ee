"""The plan as a workbook: every row of it for people who work in Excel or WPS.

Headings are frozen, filtered, in both languages, and carry their units; money is in yuan to the fen; what is unknown is
a word in a hatched cell, never 0.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from linli.operate.lines import STREAMS
from linli.report.formats import Context, known
from linli.report.plan import phrases
from linli.report.plan.figures import PlanFigures
from linli.report.plan.model import Change, PlanBook
from linli.report.words import Words, sentence_case
from linli.report.workbook import CELL_LIMIT, FORMATS
from linli.units import BAND_TITLES

__all__ = ["write_plan_workbook"]

Row = Mapping[str, Any]

_FORMATS: dict[str, dict[str, Any]] = {
    **FORMATS,
    "count": {"num_format": "#,##0", "valign": "top"},
    "year": {"num_format": "0", "valign": "top"},
    "area": {"num_format": "#,##0.0", "valign": "top"},
    "yuan": {"num_format": "#,##0.00", "valign": "top"},
    "number": {"num_format": "#,##0.####", "valign": "top"},
    "percent": {"num_format": "0.0%", "valign": "top"},
}
_NUMERIC = frozenset({"count", "year", "area", "yuan", "number", "percent"})


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: key of its cells, key of its heading, how its cells are written, how wide it is, and its unit.

    `unit` is a key of ``unit.…``, ``needs`` or ``people``; `blank` tells that an empty cell is no gap in knowledge.
    """

    key: str
    head: str
    kind: str = "text"
    width: int = 12
    unit: str = ""
    blank: bool = False


@dataclass(frozen=True, eq=False)
class _Sheet:
    """A sheet: key of its name, columns, rows."""

    key: str
    columns: Sequence[_Column]
    rows: Sequence[Row]


class _Writer:
    """Puts sheets into one workbook with one set of formats."""

    def __init__(self, book: xlsxwriter.Workbook, plan: PlanBook, context: Context, other: Words | None) -> None:
        self.book, self.plan, self.context, self.other = book, plan, context, other
        self.formats = {name: book.add_format(spec) for name, spec in _FORMATS.items()}

    def _unit(self, unit: str, words: Words) -> str:
        if unit == "needs":
            return words(f"needs.{self.plan.unit}")
        return words(f"unit.{self.plan.unit if unit == 'people' else unit}")

    def heading(self, column: _Column) -> str:
        def one(words: Words) -> str:
            text = words(column.head)
            if not column.unit:
                return text
            unit = self._unit(column.unit, words)
            return f"{text}（{unit}）" if words.lang == "zh" else f"{text} ({unit})"

        first = one(self.context.words)
        return f"{first}\n{one(self.other)}" if self.other else first

    def cell(self, sheet: Any, row: int, position: int, value: Any, column: _Column) -> None:
        style = self.formats[column.kind]
        if not known(value) or value == "":
            if column.kind in _NUMERIC and not column.blank:
                sheet.write_string(row, position, self.context.fmt.unknown, self.formats["unknown"])
        elif column.kind in _NUMERIC:
            sheet.write_number(row, position, float(value), style)
        elif column.kind == "date" and isinstance(value, dt.date):
            sheet.write_datetime(row, position, dt.datetime(value.year, value.month, value.day), style)  # noqa: DTZ001
        else:
            sheet.write_string(row, position, str(value)[:CELL_LIMIT], style)

    def table(self, spec: _Sheet) -> None:
        sheet = self.book.add_worksheet(self.context.words(f"sheet.{spec.key}"))
        sheet.set_row(0, 46 if self.other else 32)
        for position, column in enumerate(spec.columns):
            sheet.set_column(position, position, column.width)
            sheet.write_string(0, position, self.heading(column), self.formats["head"])
        for number, row in enumerate(spec.rows, start=1):
            for position, column in enumerate(spec.columns):
                self.cell(sheet, number, position, row.get(column.key), column)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(spec.rows), 1), len(spec.columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)


C = _Column
_WHERE = (C("community_id", "column.community_id", width=16), C("community", "head.community", width=16))
_CHANGE = (
    C("residents", "head.whose", "count", unit="people"),
    C("before", "head.before", "count", unit="people"),
    C("after", "head.after", "count", unit="people"),
    C("newly", "head.newly", "count", unit="people"),
    C("without", "head.without", "count", unit="people"),
    C("share_before", "sheet.share_before", "percent", blank=True),
    C("share_after", "sheet.share_after", "percent", blank=True),
)
_PROJECTS = (
    C("number", "head.number", "count", 7),
    C("type", "head.facility", width=18),
    C("lever", "head.lever", width=9),
    C("place_name", "head.place", width=24),
    C("place_kind", "head.kind", width=8),
    C("place_id", "sheet.place_id", width=12),
    *_WHERE,
    C("district", "head.district"),
    C("floor_area_m2", "head.floor_area", "area", unit="m2"),
    C("site_area_m2", "head.site_area", "area", unit="m2"),
    C("capacity", "head.capacity", "count", blank=True),
    C("cost_yuan", "head.cost", "yuan", 15, "yuan"),
    C("subsidy_yuan", "head.subsidy", "yuan", 15, "yuan"),
    C("other_yuan", "head.other", "yuan", 15, "yuan"),
    C("own_yuan", "head.own", "yuan", 15, "yuan"),
    C("start_year", "head.start", "year", 8, blank=True),
    C("open_year", "head.open", "year", 8, blank=True),
    C("postponed", "sheet.postponed", width=20),
    C("served", "head.served", "count", unit="needs"),
    C("served_old_young", "head.old_young", "count", unit="needs"),
    C("newly", "head.alone", "count", unit="people"),
    C("newly_old_young", "sheet.alone_old_young", "count", unit="people"),
    C("yearly_cost_yuan", "sheet.yearly_cost", "yuan", 14, "yuan", blank=True),
    C("yearly_income_yuan", "sheet.yearly_income", "yuan", 14, "yuan", blank=True),
    C("available_from", "column.available_from", "date"),
    C("requirements", "head.requirements", "long", 40),
    C("order", "head.position", "count", 7, blank=True),
    C("notes", "head.notes", "long", 30),
    C("x", "sheet.longitude", "number"),
    C("y", "sheet.latitude", "number"),
    C("option_id", "sheet.option_id", width=28),
)
_SHEETS: dict[str, tuple[_Column, ...]] = {
    "projects": _PROJECTS,
    "coverage": (*_WHERE, C("requirement", "head.requirement", width=26), C("band", "sheet.band", width=14), *_CHANGE),
    "city": (
        C("district", "head.district", width=16),
        C("requirement", "head.requirement", width=26),
        C("band", "sheet.band", width=14),
        *_CHANGE,
    ),
    "communities": (
        *_WHERE,
        C("district", "head.district"),
        C("people", "head.residents", "count", unit="people"),
        C("projects", "head.projects", "count"),
        C("needs", "head.whose", "count", unit="needs"),
        C("needs_before", "head.before", "count", unit="needs"),
        C("needs_after", "head.after", "count", unit="needs"),
        C("needs_newly", "head.newly", "count", unit="needs"),
        C("needs_without", "head.without", "count", unit="needs"),
        C("share_before", "sheet.share_before", "percent", blank=True),
        C("share_after", "sheet.share_after", "percent", blank=True),
        C("gaining", "head.gaining", "count", unit="people"),
        C("lacking_before", "head.lacking_before", "count", unit="people"),
        C("lacking_after", "head.lacking_after", "count", unit="people"),
    ),
    "without": (
        *_WHERE,
        C("requirement", "head.requirement", width=26),
        C("reason", "head.reason", width=18),
        C("detail", "head.detail", width=34),
        C("residents", "head.without", "count", unit="people"),
        C("old_young", "head.old_young", "count", unit="people"),
        C("buildings", "head.buildings", "count"),
    ),
    "served": (
        C("building_id", "sheet.building_id", width=20),
        *_WHERE,
        C("requirement", "head.requirement", width=26),
        C("number", "head.number", "count", 8),
        C("facility", "head.facility", width=18),
        C("distance_m", "head.distance", "count", unit="m"),
        C("residents", "head.served", "count", unit="people"),
        C("old_young", "head.old_young", "count", unit="people"),
    ),
    "years": (
        C("district", "head.district", width=16),
        C("year", "head.year", "year"),
        C("started", "head.started", "count"),
        C("opened", "head.opened", "count"),
        C("yuan", "section.cash", "yuan", 15, "yuan"),
        C("residents", "head.cumulative", "count", unit="needs"),
        C("old_young", "head.old_young", "count", unit="needs"),
    ),
    "cash": (
        C("year", "head.year", "year"),
        C("district", "head.district"),
        C("source", "head.source", width=16),
        C("yuan", "section.cash", "yuan", 16, "yuan"),
    ),
    "funds": (
        C("source", "head.source", width=14),
        C("district", "head.district"),
        C("year", "head.year", "year"),
        C("budget_yuan", "head.budget", "yuan", 16, "yuan"),
        C("spent_yuan", "head.spent", "yuan", 16, "yuan"),
        C("left_yuan", "head.left", "yuan", 16, "yuan"),
    ),
    "subsidies": (
        *_WHERE,
        C("district", "head.district"),
        C("estates", "sheet.estates", width=18),
        C("area_m2", "head.area", "area", unit="m2"),
        C("input_cost_yuan", "sheet.input_cost", "yuan", 15, "yuan"),
        C("average_cost_yuan_m2", "sheet.average_cost", "yuan", unit="yuan_per_m2"),
        C("cap_yuan_m2", "sheet.cap", "yuan", unit="yuan_per_m2"),
        C("base_yuan_m2", "head.base", "yuan", unit="yuan_per_m2"),
        C("ratio", "head.ratio", "percent"),
        C("eligible", "head.eligible"),
        C("amount_yuan", "head.amount", "yuan", 16, "yuan"),
        C("ordinary_yuan", "head.ordinary", "yuan", 16, "yuan"),
        C("reason", "head.reason", "long", 36),
        C("certainty", "head.certainty"),
    ),
    "subsidy_steps": (
        *_WHERE,
        C("number", "head.step", "count", 6),
        C("text", "head.text", "long", 70),
        C("amount", "head.amount", "number", 16),
        C("unit", "head.unit"),
        C("clause", "head.clause", "long", 36),
        C("certainty", "head.certainty"),
    ),
    "payments": (
        *_WHERE,
        C("title", "head.stage", width=24),
        C("share", "head.share", "percent"),
        C("amount_yuan", "head.amount", "yuan", 16, "yuan"),
        C("year", "head.year", "year", blank=True),
    ),
    "frontier": (
        C("budget_yuan", "head.budget", "yuan", 16, "yuan"),
        C("cost_yuan", "head.cost", "yuan", 16, "yuan"),
        C("projects", "head.projects", "count"),
        C("objective", "head.objective", "count", unit="needs"),
        C("bound", "head.bound", "count", unit="needs"),
        C("gap", "head.gap", "percent"),
        C("residents", "head.people", "count", unit="people"),
        C("old_young", "head.old_young", "count", unit="people"),
        C("status", "head.status", width=18),
    ),
    "shadow": (
        C("from_yuan", "sheet.from", "yuan", 16, "yuan"),
        C("to_yuan", "sheet.to", "yuan", 16, "yuan"),
        C("gained", "head.gained", "count", unit="needs"),
        C("gained_low", "sheet.gained_low", "count", unit="needs"),
        C("gained_bound", "sheet.gained_bound", "count", unit="needs"),
        C("per_step_yuan", "sheet.per_step", "count", unit="needs"),
    ),
    "order": (
        C("position", "head.position", "count", 7),
        C("number", "head.number", "count", 7, blank=True),
        C("facility", "head.facility", width=18),
        C("option_id", "sheet.option_id", width=28),
        C("cost_yuan", "head.cost", "yuan", 16, "yuan"),
        C("budget_yuan", "head.stage_budget", "yuan", 16, "yuan"),
        C("gained", "head.gained", "count", unit="needs"),
        C("total", "head.total_gained", "count", unit="needs"),
        C("nesting_costs", "head.nesting", "count", unit="needs"),
    ),
    "alternatives": (
        C("title", "head.alternative", width=24),
        C("projects", "head.projects", "count"),
        C("cost_yuan", "head.cost", "yuan", 16, "yuan"),
        C("floor_area_m2", "head.floor_area", "area", unit="m2"),
        C("objective", "head.objective", "count", unit="needs"),
        C("bound", "head.bound", "count", unit="needs"),
        C("gap", "head.gap", "percent"),
        C("residents", "head.people", "count", unit="people"),
        C("old_young", "head.old_young", "count", unit="people"),
        C("share_before", "sheet.share_before", "percent"),
        C("share_after", "sheet.share_after", "percent"),
        C("status", "head.status", width=18),
    ),
    "accounts": (
        C("id", "sheet.id", width=24),
        C("name", "head.facility", width=28),
        C("level", "head.kind", width=10),
        C("earned_yuan", "head.earned", "yuan", 15, "yuan"),
        C("subsidy_yuan", "head.operating_subsidy", "yuan", 15, "yuan"),
        C("cost_yuan", "head.operating_cost", "yuan", 15, "yuan"),
        C("depreciation_yuan", "sheet.depreciation", "yuan", 15, "yuan"),
        C("balance_yuan", "head.balance", "yuan", 15, "yuan"),
        C("self_financing_ratio", "head.self_financing", "percent"),
        C("subsidy_dependence", "head.dependence", "percent"),
    ),
    "account_lines": (
        C("facility", "head.facility", width=28),
        *_WHERE,
        C("side", "head.kind", width=10),
        C("stream", "head.stream"),
        C("yuan", "head.month", "yuan", 15, "yuan"),
        C("text", "head.words", "long", 60),
        C("clause", "head.clause", "long", 36),
        C("certainty", "head.certainty"),
    ),
    "refused": (
        C("place_kind", "head.kind", width=8),
        C("reason", "head.reason", width=40),
        C("count", "head.count", "count"),
    ),
    "limits": (
        C("kind", "head.kind", width=18),
        C("label", "head.limit", width=28),
        C("lower", "head.lower", "number", blank=True),
        C("used", "head.used", "number"),
        C("upper", "head.upper", "number", blank=True),
        C("slack", "head.slack", "number", blank=True),
    ),
}
"""Columns of every sheet, in the order of the sheets."""


def _change_row(change: Change) -> dict[str, Any]:
    names = ("residents", "before", "after", "newly", "without", "share_before", "share_after")
    return {name: getattr(change, name) for name in names}


class _Rows:
    """Brings the records of a plan into rows in the words of one language."""

    def __init__(self, book: PlanBook, figures: PlanFigures) -> None:
        self.book, self.figures = book, figures
        self.words, self.fmt = figures.context.words, figures.context.fmt
        self.names = {c.id: c.name for c in book.communities}
        self.by_option = {p.option_id: p for p in book.projects}

    def word(self, prefix: str, code: Any) -> str:
        key = f"{prefix}.{code}"
        return self.words(key) if self.words.has(key) else str(code or "")

    def band(self, band: str) -> str:
        if band in BAND_TITLES:
            return BAND_TITLES[band][self.words.lang]
        return self.words("word.everybody" if band == "all" else "head.whose")

    def requirement(self, key: str) -> str:
        return self.figures.title_of(key) if key else self.words("sheet.all_requirements")

    def facility(self, option_id: str) -> str:
        project = self.by_option.get(option_id)
        return f"{project.number} {self.figures.type_titles[project.type]} · {project.place_name}" if project else ""

    def projects(self) -> Iterable[Row]:
        for p in self.book.projects:
            row = asdict(p)
            row["type"], row["lever"] = self.figures.type_titles[p.type], self.words(f"lever.{p.lever}")
            row["place_kind"] = self.words(f"place_kind.{p.place_kind}")
            unscheduled = self.book.programme is not None and p.start_year is None
            row["postponed"] = self.words(f"postponed.{p.postponed or 'none'}") if unscheduled else ""
            row["requirements"] = self.words("number.dot").join(map(self.requirement, p.requirements))
            row["notes"] = phrases.project_notes(p, self.fmt)
            yield row

    def coverage(self) -> Iterable[Row]:
        for c in self.book.communities:
            for (key, band), change in c.changes.items():
                if key and change.residents > 0:
                    yield {
                        "community_id": c.id,
                        "community": c.name,
                        "requirement": self.requirement(key),
                        "band": self.band(band),
                        **_change_row(change),
                    }

    def city(self) -> Iterable[Row]:
        parts = [(self.words("sheet.whole"), self.book.city)]
        if len(self.book.districts) > 1:
            parts += [(d.key or self.fmt.unknown, d) for d in self.book.districts]
        for title, part in parts:
            for (key, band), change in part.changes.items():
                if change.residents > 0 and not (not key and band == "all"):
                    yield {
                        "district": title,
                        "requirement": self.requirement(key),
                        "band": self.band(band),
                        **_change_row(change),
                    }

    def communities(self) -> Iterable[Row]:
        for c in self.book.communities:
            yield {
                "community_id": c.id,
                "community": c.name,
                "district": c.district,
                "people": c.residents,
                "projects": len(c.projects),
                "needs": c.needs.residents,
                "needs_before": c.needs.before,
                "needs_after": c.needs.after,
                "needs_newly": c.needs.newly,
                "needs_without": c.needs.without,
                "share_before": c.needs.share_before,
                "share_after": c.needs.share_after,
                "gaining": c.gaining,
                "lacking_before": c.lacking_before,
                "lacking_after": c.lacking_after,
            }

    def without(self) -> Iterable[Row]:
        for c in self.book.communities:
            for w in c.without:
                yield {
                    **asdict(w),
                    "community_id": c.id,
                    "community": c.name,
                    "requirement": self.requirement(w.requirement),
                    "reason": self.word("reason", w.reason),
                    "detail": phrases.why(w.detail, self.fmt),
                }

    def served(self) -> Iterable[Row]:
        for row in self.book.served.to_dict("records"):
            project = self.by_option.get(str(row["option_id"]))
            yield {
                **{str(key): value for key, value in row.items()},
                "community": self.names.get(str(row["community_id"]), ""),
                "requirement": self.requirement(f"{row['item']}.{row['requirement']}"),
                "number": project.number if project else None,
                "facility": self.figures.type_titles[project.type] if project else "",
            }

    def years(self) -> Iterable[Row]:
        for step in self.book.city.years:
            yield {"district": self.words("sheet.whole"), **asdict(step)}
        for part in self.book.districts if len(self.book.districts) > 1 else ():
            for step in part.years:
                yield {"district": part.key or self.fmt.unknown, **asdict(step)}

    def cash(self) -> Iterable[Row]:
        return [{**asdict(c), "source": self.figures.source_title(c.source)} for c in self.book.city.cash]

    def funds(self) -> Iterable[Row]:
        return [{**asdict(f), "source": self.figures.source_title(f.source)} for f in self.book.city.funds]

    def subsidies(self) -> Iterable[Row]:
        for s in self.book.city.subsidies:
            row = {key: getattr(s, key) for key in s.__slots__}
            row["estates"] = self.words("number.dot").join(s.estate_ids)
            row["eligible"] = (
                self.fmt.unknown if s.eligible is None else self.word("number", "yes" if s.eligible else "no")
            )
            row["reason"], row["certainty"] = self.words.pick(s.reason), self.word("certainty", s.certainty)
            yield row

    def subsidy_steps(self) -> Iterable[Row]:
        for s in self.book.city.subsidies:
            for step in s.steps:
                yield {
                    **asdict(step),
                    "community_id": s.community_id,
                    "community": s.community,
                    "text": self.words.pick(step.words),
                    "unit": self.fmt.unit_name(step.unit),
                    "certainty": self.word("certainty", step.certainty),
                }

    def payments(self) -> Iterable[Row]:
        for s in self.book.city.subsidies:
            for one in s.payments:
                title = self.words.pick(one.title)
                yield {**asdict(one), "community_id": s.community_id, "community": s.community, "title": title}

    def frontier(self) -> Iterable[Row]:
        return [{**asdict(p), "status": phrases.status_text(p.status, self.fmt)} for p in self.book.frontier]

    def shadow(self) -> Iterable[Row]:
        return self.book.shadow

    def order(self) -> Iterable[Row]:
        for row in self.book.order:
            project = self.by_option.get(str(row["option_id"]))
            facility = self.figures.type_titles.get(str(row["type"]), str(row["type"]))
            yield {**row, "number": project.number if project else None, "facility": facility}

    def alternatives(self) -> Iterable[Row]:
        for one in self.book.alternatives:
            row = {key: getattr(one, key) for key in one.__slots__}
            yield {
                **row,
                "title": self.words.pick(one.title, one.name),
                "status": phrases.status_text(one.status, self.fmt),
            }

    def accounts(self) -> Iterable[Row]:
        for one in (*self.book.facility_accounts, *self.book.city.operating):
            name = self.facility(one.id) or self.names.get(one.id, self.words("head.total"))
            yield {**asdict(one), "name": name, "level": self.word("sheet_level", one.level)}

    def account_lines(self) -> Iterable[Row]:
        for row in self.book.operating_lines:
            yield {
                **row,
                "facility": self.facility(str(row["facility_id"])) or row["facility_id"],
                "community": self.names.get(str(row["community_id"]), ""),
                "side": self.word("side", row["side"]),
                "stream": sentence_case(self.words.pick(STREAMS.get(str(row["stream"]), {}), str(row["stream"]))),
                "text": row[f"words_{self.words.lang}"],
                "certainty": self.word("certainty", row["certainty"]),
            }

    def refused(self) -> Iterable[Row]:
        for row in self.book.refused:
            kind = self.words(f"place_kind.{row['place_kind']}")
            yield {**row, "place_kind": kind, "reason": phrases.refusal(str(row["reason"]), self.fmt)}

    def limits(self) -> Iterable[Row]:
        for one in self.book.limits:
            numbers = {name: getattr(one, name) for name in ("lower", "used", "upper", "slack")}
            yield {
                "kind": phrases.limit_kind(one.kind, self.fmt),
                "label": phrases.limit_label(one.label, self.fmt),
                **{name: value if math.isfinite(value) else None for name, value in numbers.items()},
            }


def _overview(writer: _Writer, title: str) -> None:
    """Write key figures, what to read first, result and choices."""
    words, fmt, book = writer.context.words, writer.context.fmt, writer.plan
    sheet = writer.book.add_worksheet(words("sheet.overview"))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 2, 44)
    sheet.write_string(0, 0, title, writer.formats["title"])
    sheet.write_string(1, 0, writer.context.dated, writer.formats["text"])
    sheet.write_string(2, 0, phrases.part_lead(book, book.city, fmt), writer.formats["text"])
    cards = phrases.part_cards(book, book.city, fmt)
    lines: list[tuple[str, str, str]] = [(card["name"], card["exact"] or card["value"], card["sub"]) for card in cards]
    lines += [(words("section.notes"), text, "") for text in phrases.read_first(book, fmt)]
    lines += [(row["name"], row["value"], "") for row in phrases.result_rows(book, fmt)]
    lines += [(row["name"], row["value"], words("section.choices")) for row in phrases.choice_rows(book, fmt)]
    lines += [
        (words("section.unplanned"), words.pick(row["title"]), phrases.unplanned_reason(str(row["reason"]), fmt))
        for row in book.unplanned
    ]
    lines += [(words("section.assumed"), words.pick(row), str(row["id"] or "")) for row in book.assumed]
    lines += [(words("data.sources"), note, "") for note in writer.context.notes]
    lines.append((words("needs." + book.unit), words(f"needs.note.{book.unit}"), ""))
    for number, (name, value, more) in enumerate(lines, start=4):
        sheet.write_string(number, 0, name, writer.formats["head"])
        sheet.write_string(number, 1, value[:CELL_LIMIT], writer.formats["long"])
        sheet.write_string(number, 2, more[:CELL_LIMIT], writer.formats["long"])


def write_plan_workbook(
    book: PlanBook, figures: PlanFigures, path: Path, title: str, other: Words | None = None
) -> Path:
    """Write the plan's workbook.

    Parameters
    ----------
    book
        The plan's records.
    figures
        For the words and names of the first language.
    path
        The file.
    title
        Of the plan.
    other
        A second language for the headings, or None.

    Returns
    -------
    Path
        The file: an overview, and a sheet for every table; those that were not made are left out.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    rows = _Rows(book, figures)
    always = {"projects", "coverage", "city", "communities", "without", "served", "refused", "limits"}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"title": title})
        writer = _Writer(workbook, book, figures.context, other)
        _overview(writer, title)
        for key, columns in _SHEETS.items():
            found = list(getattr(rows, key)())
            if found or key in always:
                writer.table(_Sheet(key, columns, found))
    return path
