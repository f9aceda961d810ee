"""Every map and chart of a plan, drawn once per language and used on pages and in documents alike.

What belongs here: which figures there are and what goes into them. How they are drawn is the business of `charts`,
`gantt` and `maps`. A figure that has nothing to show is empty text. `district` None is the whole city.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyproj

from linli.report.charts import Bar, bar_chart
from linli.report.figures import Figures, Material
from linli.report.formats import Context, known
from linli.report.ground import Ground
from linli.report.palette import GREYS, series_colour
from linli.report.plan.charts import (
    Parts,
    Point,
    Shift,
    Span,
    Tone,
    column_chart,
    dumbbell_chart,
    frontier_chart,
    parts_chart,
    span_chart,
)
from linli.report.plan.gantt import Work, gantt_chart, split_works
from linli.report.plan.maps import Mark, change_map, ground_of, places_map
from linli.report.plan.model import CommunityChange, Part, PlanBook, Project
from linli.report.plan.money import Money
from linli.report.words import sentence_case
from linli.units import AGE_BANDS, BAND_TITLES

__all__ = ["LEVER_COLOURS", "REASON_COLOURS", "PlanFigures"]

LEVER_COLOURS: dict[str, str] = {"reallocate": "#3d8d91", "convert": "#a4490c", "build": "#3b4a9c"}
"""Colour of each lever in bars; white letters on them are legible."""

SOURCE_COLOURS: dict[str, str] = {
    "city": "#0b5f66",
    "district": "#3d8d91",
    "subsidy": "#a4490c",
    "owners_fund": "#8e2d6b",
    "operator": "#7a5c00",
}
"""Colour of each source of money."""

REASON_COLOURS: dict[str, tuple[str, str]] = {
    "no_option": ("#61707d", "#fff"),
    "no_budget": ("#b3261e", "#fff"),
    "place_taken": ("#f0cf85", "#1f2933"),
    "ruled_out": ("#3b4a9c", "#fff"),
    "not_worth_it": ("#b5d9d6", "#1f2933"),
}
"""Colour of each reason for being without, and of figures on it."""

HALF = 560
WORKS = 42
"""Rows of one Gantt chart: what a printed page holds."""

COMMUNITIES = 40
"""Communities in one chart; the table holds them all."""


@dataclass(frozen=True, eq=False)
class PlanFigures:
    """The figures of one language.

    Parameters
    ----------
    book
        The plan's records.
    context
        Words (`linli.report.plan.words.plan_words`), numbers, place, date and notes.
    material
        Ground of the maps, from `linli.report.figures.gather` with ``book.assessment``.
    grounds
        Grounds of districts made so far; the same dictionary may serve every language.
    """

    book: PlanBook
    context: Context
    material: Material
    grounds: dict[str, Ground] = field(default_factory=dict, repr=False)
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def _once(self, name: str, draw: Callable[[], Any]) -> Any:
        if name not in self._kept:
            self._kept[name] = draw()
        return self._kept[name]

    @cached_property
    def money(self) -> Money:
        """How money is written."""
        return Money(self.context.words)

    @cached_property
    def assessment(self) -> Figures:
        """The figures of the assessment, in the same language."""
        return Figures(self.material, self.context)

    @cached_property
    def type_titles(self) -> dict[str, str]:
        """Word for each facility type."""
        types = self.book.assessment.types
        return {code: sentence_case(self.context.words.pick(one.title)) for code, one in types.items()}

    @property
    def needs_unit(self) -> str:
        """The unit in which needs are counted."""
        return self.context.words(f"needs.{self.book.unit}")

    def title_of(self, key: str) -> str:
        """Return the name of a requirement."""
        return sentence_case(self.context.words.pick(self.book.requirement(key).title))

    def _part(self, district: str | None) -> tuple[Part, str, Context]:
        """Return the part, the end of its figures' names, and the context with its place."""
        part = self.book.part(district)
        if district is None:
            return part, "", self.context
        return part, f"-{part.slug}", replace(self.context, place=district or self.context.place)

    # ------------------------------------------------------------------ maps

    def _ground(self, district: str | None) -> Ground:
        if district is None:
            return self.material.ground
        part = self.book.part(district)
        if part.slug not in self.grounds:
            self.grounds[part.slug] = ground_of(self.material.ground, [c.id for c in part.communities])
        return self.grounds[part.slug]

    @cached_property
    def _to_metres(self) -> pyproj.Transformer:
        crs = self.book.assessment.manifest["metric_crs"]
        return pyproj.Transformer.from_crs(4326, crs, always_xy=True)

    def _marks(self, projects: Sequence[Project], href: str = "") -> list[Mark]:
        words, types = self.context.words, self.book.assessment.types
        marks = []
        for one in projects:
            if not (known(one.x) and known(one.y)):
                continue
            x, y = self._to_metres.transform(one.x, one.y)
            group = types[one.type].group
            tip = f"{one.number} {one.place_name}: {self.type_titles[one.type]} ({words(f'lever.{one.lever}')})"
            link = f"{href}#p{one.number}" if href else ""
            letter = words(f"glyph.{group}") if words.has(f"glyph.{group}") else ""
            marks.append(
                Mark(f"{one.place_kind}:{one.place_id}", x, y, one.number, one.lever, group, letter, tip, link)
            )
        return marks

    def places_map(self, district: str | None = None, href: str = "") -> str:
        """Draw the chosen places; `href` is the page that holds the table of projects."""
        part, end, context = self._part(district)
        described = context.words("map.places_described", count=part.sums.projects, places=part.sums.places)
        name = f"places{end}"
        return str(
            self._once(
                f"{name}-{href}",
                lambda: places_map(
                    self._ground(district),
                    self._marks(part.projects, href),
                    context,
                    name=name,
                    title=context.words("map.places_title"),
                    described=described,
                ),
            )
        )

    @cached_property
    def _all_needs(self) -> float:
        return float(self.book.building_needs["residents"].sum())

    def change_map(self, requirement: str = "", district: str | None = None) -> str:
        """Draw who is newly served and who is still without, under one requirement or (in needs) under all."""
        part, end, _ = self._part(district)
        position = [one.key for one in self.book.requirements].index(requirement) + 1 if requirement else 0
        name = f"change-{position}{end}"
        return str(self._once(name, lambda: self._change_map(requirement, district, name, part)))

    def _change_map(self, requirement: str, district: str | None, name: str, part: Part) -> str:
        _, _, context = self._part(district)
        words, fmt = context.words, context.fmt
        table = self.book.building_needs
        table = table[table["community_id"].isin({c.id for c in part.communities})] if district is not None else table
        if requirement:
            table = table[table["requirement"] == requirement]
        x, y = self._to_metres.transform(table["x"].to_numpy("float64"), table["y"].to_numpy("float64"))
        people, new = table["residents"].to_numpy("float64"), table["newly"].to_numpy(dtype=bool)
        newly, without = np.where(new, people, 0.0), np.where(new, 0.0, people)
        projects = [p for p in part.projects if not requirement or requirement in p.requirements]
        types = self.book.requirement(requirement).types if requirement else ()
        # needs are more than people: their dots are scaled so that the map is as full as one of people
        everybody = float(np.nansum(self.material.ground.residents)) or 1.0
        scale = self.material.per_px2 * (1.0 if requirement else max(self._all_needs / everybody, 1.0))
        kind = "map.change_legend" if requirement else "map.needs_legend"
        if not requirement:
            # here dots are needs, not people: the unit says so
            context = replace(context, fmt=replace(fmt, people=self.needs_unit))
        title = (
            words("map.change_title", requirement=self.title_of(requirement))
            if requirement
            else words("map.change_all")
        )
        described = words(
            "map.change_described", newly=context.fmt.folk(newly.sum()), without=context.fmt.folk(without.sum())
        )
        return change_map(
            self._ground(district),
            (np.column_stack([x, y]).reshape(-1, 2), newly, without),
            self._marks(projects),
            types,
            scale,
            context,
            name=name,
            title=title,
            legend_title=words(f"{kind}.{self.book.unit}"),
            described=described,
        )

    def without_map(self, district: str | None = None, requirement: str = "") -> str:
        """Draw who is still without after the plan: dots whose area is people."""
        return self.change_map(requirement, district)

    # -------------------------------------------------------------- coverage

    def _shift(self, label: str, residents: float, before: float, after: float, href: str | None = None) -> Shift:
        fmt, words = self.context.fmt, self.context.words
        if not residents > 0:
            return Shift(label, math.nan, math.nan, fmt.unknown, href)
        a, b = min(before / residents, 1.0), min(after / residents, 1.0)
        text = fmt.pct(a) if after - before <= 0 else words("chart.shift", before=fmt.pct(a), after=fmt.pct(b))
        return Shift(label, a, b, text, href)

    def _dumbbell(self, name: str, title: str, rows: Sequence[Shift], context: Context, width: int) -> str:
        words = context.words
        if not rows:
            return ""
        return dumbbell_chart(
            rows,
            context,
            name=name,
            title=words(title),
            axis=words("chart.coverage_axis"),
            before=words("chart.before"),
            after=words("chart.after"),
            width=width,
        )

    def coverage_before_after(self, district: str | None = None) -> str:
        """Draw the share within reach before and after, requirement by requirement."""
        part, end, context = self._part(district)
        rows = []
        for one in self.book.requirements:
            change = part.changes.get((one.key, "need"))
            if change and change.residents > 0:
                rows.append(self._shift(self.title_of(one.key), change.residents, change.before, change.after))
        name = f"coverage{end}"
        return str(self._once(name, lambda: self._dumbbell(name, "chart.coverage_plan", rows, context, 640)))

    def bands_before_after(self, district: str | None = None) -> str:
        """Draw the share of needs within reach before and after by age band; empty where ages are not known."""
        part, end, context = self._part(district)
        rows = []
        for band in AGE_BANDS:
            change = part.changes["", band]
            if change.residents > 0:
                label = BAND_TITLES[band][context.words.lang]
                rows.append(self._shift(label, change.residents, change.before, change.after))
        name = f"bands{end}"
        return str(self._once(name, lambda: self._dumbbell(name, "chart.bands_plan", rows, context, HALF)))

    def communities_before_after(self, district: str | None = None, links: bool = False) -> str:
        """Draw the share of needs within reach before and after by community, those that gain most first."""
        part, end, context = self._part(district)
        found = sorted((c for c in part.communities if c.needs.residents > 0), key=lambda c: (-c.needs.newly, c.id))[
            :COMMUNITIES
        ]
        rows = [
            self._shift(
                c.name,
                c.needs.residents,
                c.needs.before,
                c.needs.after,
                f"communities/{c.slug}.html" if links else None,
            )
            for c in found
        ]
        name = f"communities{end}"
        key = f"{name}-{links}"
        return str(self._once(key, lambda: self._dumbbell(name, "chart.communities_plan", rows, context, HALF)))

    def community(self, community: CommunityChange) -> str:
        """Draw the share within reach before and after in one community, requirement by requirement."""
        rows = []
        for one in self.book.requirements:
            change = community.changes.get((one.key, "need"))
            if change and change.residents > 0:
                rows.append(self._shift(self.title_of(one.key), change.residents, change.before, change.after))
        context = replace(self.context, place=community.name)
        return self._dumbbell(f"coverage-{community.slug}", "chart.coverage_plan", rows, context, 640)

    def without_reasons(self, district: str | None = None) -> str:
        """Draw who is still without by requirement and reason."""
        part, end, context = self._part(district)
        words, fmt = context.words, context.fmt
        sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for one in part.without:
            sums[one.requirement][one.reason] += one.residents
        rows = [
            Parts(self.title_of(one.key), dict(sums[one.key]), fmt.n(sum(sums[one.key].values())))
            for one in self.book.requirements
            if sum(sums[one.key].values()) > 0
        ]
        tones = [Tone(key, words(f"reason.{key}"), *look) for key, look in REASON_COLOURS.items()]
        name = f"without{end}"
        axis = words("chart.without_axis", unit=fmt.folk_unit())
        return str(
            self._once(
                name,
                lambda: (
                    parts_chart(
                        rows, tones, context, name=name, title=words("chart.without_plan"), axis=axis, width=640
                    )
                    if rows
                    else ""
                ),
            )
        )

    # -------------------------------------------------------------- projects

    def _lever_tones(self) -> list[Tone]:
        words = self.context.words
        return [Tone(key, words(f"lever.{key}"), colour) for key, colour in LEVER_COLOURS.items()]

    def projects_by_type(self, district: str | None = None) -> str:
        """Draw how many projects there are of each facility type, by lever."""
        part, end, context = self._part(district)
        counts: dict[str, dict[str, float]] = {code: defaultdict(float) for code in part.sums.by_type}
        for project in part.projects:
            counts[project.type][project.lever] += 1
        rows = [Parts(self.type_titles[code], dict(by), f"{sum(by.values()):.0f}") for code, by in counts.items()]
        name, words = f"types{end}", context.words
        return str(
            self._once(
                name,
                lambda: (
                    parts_chart(
                        rows,
                        self._lever_tones(),
                        context,
                        name=name,
                        title=words("chart.types_plan"),
                        axis=words("chart.projects_axis"),
                        width=HALF,
                        whole=True,
                    )
                    if rows
                    else ""
                ),
            )
        )

    def _works(self, part: Part, whole: bool) -> list[Work]:
        words = self.context.words
        several = whole and len(self.book.districts) > 1
        place = {c.id: i for i, c in enumerate(part.communities)}
        dated = [p for p in part.projects if p.start_year is not None and p.open_year is not None]
        dated.sort(key=lambda p: (p.district, place.get(p.community_id, len(place)), p.start_year or 0, p.number))
        return [
            Work(
                f"{p.district} · {p.community}" if several and p.district else p.community,
                f"{p.number} {self.type_titles[p.type]} · {p.place_name}",
                p.start_year or 0,
                p.open_year or 0,
                p.lever,
                words(f"lever_letter.{p.lever}"),
            )
            for p in dated
        ]

    def gantts(self, district: str | None = None, most: int = WORKS) -> tuple[str, ...]:
        """Draw when each project is worked on and opens, as many charts as are needed for legible rows."""
        part, end, context = self._part(district)
        words = context.words
        pages = split_works(self._works(part, district is None), most)
        years = self._gantt_years(part)

        def draw() -> tuple[str, ...]:
            return tuple(
                gantt_chart(
                    works,
                    years,
                    self._lever_tones(),
                    context,
                    name=f"gantt-{number}{end}",
                    title=words("chart.gantt")
                    if len(pages) == 1
                    else words("chart.gantt_page", page=number, pages=len(pages)),
                    opens=words("chart.opens"),
                )
                for number, works in enumerate(pages, start=1)
            )

        found: tuple[str, ...] = self._once(f"gantt{end}-{most}", draw)
        return found

    def _gantt_years(self, part: Part) -> list[int]:
        last = (
            max([self.book.programme_years[-1], *(p.open_year or 0 for p in part.projects)], default=0)
            if (self.book.programme_years)
            else 0
        )
        return list(range(self.book.programme_years[0], last + 1)) if last else []

    def gantt(self, district: str | None = None) -> str:
        """Draw when each project is worked on and opens, in one chart."""
        return "".join(self.gantts(district, most=10_000)[:1])

    def served_by_year(self, district: str | None = None) -> str:
        """Draw the needs newly served by the end of each year; empty without a programme."""
        part, end, context = self._part(district)
        words, fmt = context.words, context.fmt
        if not any(step.residents for step in part.years):
            return ""
        elders, others = Tone("old_young", words("chart.old_young"), series_colour(1)), series_colour(0)
        told = all(known(step.old_young) for step in part.years)  # else ages are unknown: everybody in one part
        tones = [elders, Tone("others", words("chart.others"), others)] if told else [Tone("all", "", others)]
        columns = [
            Parts(
                str(step.year),
                {"old_young": step.old_young, "others": step.residents - step.old_young}
                if told
                else {"all": step.residents},
                fmt.n(step.residents),
            )
            for step in part.years
        ]
        name = f"served{end}"
        axis = words("chart.served_axis", unit=self.needs_unit)
        return str(
            self._once(
                name,
                lambda: column_chart(columns, tones, context, name=name, title=words("chart.served"), axis=axis),
            )
        )

    # ----------------------------------------------------------------- money

    def source_title(self, source: str) -> str:
        """Return what a source of money is called; as it was declared where it has no word."""
        words = self.context.words
        return words(f"source.{source}") if words.has(f"source.{source}") else source

    def _source_tones(self, part: Part) -> list[Tone]:
        there = list(dict.fromkeys([*SOURCE_COLOURS, *sorted({one.source for one in self.book.city.cash})]))
        used = {one.source for one in part.cash}
        return [
            Tone(key, self.source_title(key), SOURCE_COLOURS.get(key, series_colour(position)))
            for position, key in enumerate(there)
            if key in used
        ]

    def cash_flow(self, district: str | None = None) -> str:
        """Draw the money of each year by source; empty where there is no programme or no cost."""
        part, end, context = self._part(district)
        words = context.words
        sums: dict[int, dict[str, float]] = {step.year: defaultdict(float) for step in part.years}
        for one in part.cash:
            sums.setdefault(one.year, defaultdict(float))[one.source] += one.yuan
        total = max((sum(by.values()) for by in sums.values()), default=0.0)
        if not part.cash:
            return ""
        scale, unit = self.money.axis(total)
        columns = [
            Parts(
                str(year),
                {key: yuan / scale for key, yuan in by.items()},
                _figure(sum(by.values()) / scale, total / scale),
            )
            for year, by in sorted(sums.items())
            if any(abs(yuan) > 0 for yuan in by.values()) or year in self.book.programme_years
        ]
        back = any(one.yuan < 0 for one in part.cash)
        axis = words("chart.cash_axis" if back else "chart.cash_axis_plain", unit=unit)
        name = f"cash{end}"
        return str(
            self._once(
                name,
                lambda: column_chart(
                    columns, self._source_tones(part), context, name=name, title=words("chart.cash"), axis=axis
                ),
            )
        )

    def funds(self, district: str | None = None) -> str:
        """Draw who pays how much in all; empty where there is no programme or no cost."""
        part, end, context = self._part(district)
        words = context.words
        sums: dict[str, float] = defaultdict(float)
        for one in part.cash:
            sums[one.source] += one.yuan
        if not sums:
            return ""
        scale, unit = self.money.axis(max(sums.values()))
        whole = sum(sums.values())
        bars = [
            Bar(
                tone.text,
                max(sums[tone.key], 0.0) / scale,
                self.money.amount(sums[tone.key])
                + (f" · {context.fmt.pct(sums[tone.key] / whole)}" if sums[tone.key] > 0 else ""),
                colour=tone.colour,
            )
            for tone in self._source_tones(part)
        ]
        name = f"funds{end}"
        axis = words("chart.cash_axis_plain", unit=unit)
        return str(
            self._once(
                name,
                lambda: bar_chart(bars, context, name=name, title=words("chart.funds"), axis=axis, width=HALF),
            )
        )

    def frontier(self) -> str:
        """Draw what each budget buys, with what nothing can beat."""
        words, book = self.context.words, self.book
        points = [p for p in book.frontier if known(p.objective)]
        if len(points) < 2:  # noqa: PLR2004 - a line has two ends
            return ""
        scale, unit = self.money.axis(points[-1].budget_yuan)
        drawn = [
            Point(p.budget_yuan / scale, p.objective, p.bound, words("chart.point", count=p.projects)) for p in points
        ]
        cost, objective = book.city.sums.cost_yuan, book.plan["objective"]
        mark = (
            Point(cost / scale, objective, objective, words("chart.this_plan"))
            if known(cost) and known(objective) and book.plan["sense"] == "maximise"
            else None
        )
        return str(
            self._once(
                "frontier",
                lambda: frontier_chart(
                    drawn,
                    self.context,
                    name="frontier",
                    title=words("chart.frontier"),
                    axis_x=words("chart.frontier_x", unit=unit),
                    axis_y=words("chart.frontier_y", unit=self.needs_unit),
                    found=words("chart.found"),
                    cannot=words("chart.cannot"),
                    mark=mark,
                ),
            )
        )

    def shadow(self) -> str:
        """Draw what each further step of money buys."""
        words, fmt = self.context.words, self.context.fmt
        rows = [row for row in self.book.shadow if known(row["per_step_yuan"])]
        if not rows:
            return ""
        scale, unit = self.money.axis(max(float(row["to_yuan"]) for row in rows))
        digits = 0 if max(float(row["to_yuan"]) for row in rows) / scale >= 10 else 1  # noqa: PLR2004
        bars = []
        for row in rows:
            ends = [f"{float(row[name]) / scale:,.{digits}f}" for name in ("from_yuan", "to_yuan")]
            text = words("chart.shadow_label", low=ends[0], high=ends[1], unit=unit)
            bars.append(Bar(text, float(row["per_step_yuan"]), fmt.n(row["per_step_yuan"])))
        step = self.money.amount(self.book.proposal["step_yuan"])
        return str(
            self._once(
                "shadow",
                lambda: bar_chart(
                    bars,
                    self.context,
                    name="shadow",
                    title=words("chart.shadow", step=step),
                    axis=words("chart.shadow_axis", unit=self.needs_unit),
                    width=HALF,
                ),
            )
        )

    def alternatives(self) -> str:
        """Draw the alternatives side by side."""
        words, fmt, pick = self.context.words, self.context.fmt, self.context.words.pick
        bars = []
        for one in self.book.alternatives:
            if not known(one.objective):
                bars.append(Bar(pick(one.title, one.name), None, words(f"status_plan.{one.status or 'infeasible'}")))
                continue
            text = fmt.n(one.objective)
            bars.append(Bar(pick(one.title, one.name), one.objective, text, one.objective, one.bound))
        axis = words("chart.alternatives_axis", unit=self.needs_unit)
        return str(
            self._once(
                "alternatives",
                lambda: (
                    bar_chart(
                        bars, self.context, name="alternatives", title=words("chart.alternatives"), axis=axis, width=640
                    )
                    if bars
                    else ""
                ),
            )
        )

    # ------------------------------------------------------------- operation

    def operating(self, district: str | None = None) -> str:
        """Draw running income and cost by facility type, yuan a month; empty where operation was not worked out."""
        part, end, context = self._part(district)
        words = context.words
        inside = {c.id for c in part.communities}
        sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for row in self.book.operating_lines:
            if row["community_id"] in inside and row["side"] in ("earned", "subsidy", "cost"):
                sums[str(row["type"])][str(row["side"])] += float(row["yuan"])
        if not sums:
            return ""
        largest = max(max(by["earned"] + by["subsidy"], by["cost"]) for by in sums.values())
        scale, unit = self.money.axis(largest)
        tones = [
            Tone("earned", words("side.earned"), "#0b5f66"),
            Tone("subsidy", words("side.subsidy"), "#7bb8b6", GREYS["ink"]),
            Tone("cost", words("side.cost"), "#c97b3b", GREYS["ink"]),
        ]
        rows = [
            Parts(
                self.type_titles.get(code, code),
                {"earned": by["earned"] / scale, "subsidy": by["subsidy"] / scale, "cost": -by["cost"] / scale},
                words("chart.operating_text", balance=self.money.amount(by["earned"] + by["subsidy"] - by["cost"])),
            )
            for code, by in sorted(sums.items(), key=lambda pair: -pair[1]["cost"])
        ]
        name = f"operating{end}"
        axis = words("chart.operating_axis", unit=unit)
        return str(
            self._once(
                name,
                lambda: parts_chart(rows, tones, context, name=name, title=words("chart.operating"), axis=axis),
            )
        )

    def tornado(self) -> str:
        """Draw which assumptions move the monthly balance most; empty where swings are not set."""
        words = self.context.words
        rows = [row for row in self.book.tornado if row.get("measure", "balance") == "balance" and row["width"]]
        if not rows:
            return ""
        rows = sorted(rows, key=lambda row: -float(row["width"]))
        scale, unit = self.money.axis(max(abs(float(row[n])) for row in rows for n in ("at_low", "at_high", "base")))
        spans = []
        for row in rows:
            lever = str(row["lever"])
            title = words(f"operate_lever.{lever}") if words.has(f"operate_lever.{lever}") else lever
            low, high = float(row["at_low"]), float(row["at_high"])
            text = words("chart.tornado_label", lever=title, swing=self.context.fmt.pct(row["swing"]))
            spans.append(Span(text, low / scale, high / scale, self.money.amount(low), self.money.amount(high)))
        base = float(rows[0]["base"])
        return str(
            self._once(
                "tornado",
                lambda: span_chart(
                    spans,
                    base / scale,
                    words("chart.tornado_base", base=self.money.amount(base)),
                    self.context,
                    name="tornado",
                    title=words("chart.tornado"),
                    axis=words("chart.tornado_axis", unit=unit),
                    width=HALF,
                ),
            )
        )

    def flows(self) -> str:
        """Draw the cash of each year of the contract; empty where its terms are not set."""
        words = self.context.words
        rows = self.book.flows
        if not rows:
            return ""
        scale, unit = self.money.axis(max(abs(float(row["yuan"])) for row in rows))
        largest = max(abs(float(row["yuan"])) for row in rows) / scale
        columns = [
            Parts(str(row["year"]), {"flow": float(row["yuan"]) / scale}, _figure(float(row["yuan"]) / scale, largest))
            for row in rows
        ]
        tones = [Tone("flow", words("chart.flow"), "#3d8d91")]
        axis = words("chart.flows_axis", unit=unit)
        return str(
            self._once(
                "flows",
                lambda: column_chart(columns, tones, self.context, name="flows", title=words("chart.flows"), axis=axis),
            )
        )

    def modes(self) -> str:
        """Draw the monthly balance under each mode of operation; empty where any assumption is unset."""
        words = self.context.words
        rows = self.book.modes
        if not rows:
            return ""
        scale, unit = self.money.axis(max(abs(float(row["balance_yuan"])) for row in rows))
        tones = [Tone("balance", words("modes.balance"), "#3d8d91")]
        parts = [
            Parts(
                str(row[f"title_{words.lang}"] or row["mode"]),
                {"balance": float(row["balance_yuan"]) / scale},
                self.money.amount(row["balance_yuan"]),
            )
            for row in rows
        ]
        axis = words("chart.modes_axis", unit=unit)
        return str(
            self._once(
                "modes",
                lambda: parts_chart(
                    parts, tones, self.context, name="modes", title=words("chart.modes"), axis=axis, width=HALF
                ),
            )
        )


def _figure(value: float, largest: float) -> str:
    """Write the figure over a column as exactly as the axis needs."""
    return f"{value:,.0f}" if largest >= 100 else f"{value:,.1f}"  # noqa: PLR2004
