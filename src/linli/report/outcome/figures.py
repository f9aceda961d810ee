"""Every map and chart of a comparison, drawn once per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyproj

from linli.feedback.values import rows_of
from linli.report.charts import Bar, bar_chart
from linli.report.formats import Context, known
from linli.report.ground import Ground
from linli.report.maps import choropleth
from linli.report.outcome.charts import Balance, Step, balance_chart, step_chart
from linli.report.outcome.maps import happened_map, verdict_map
from linli.report.outcome.model import VERDICTS, CommunityChange, ItemLine, OutcomeBook
from linli.report.palette import ACCENT
from linli.report.words import sentence_case

__all__ = ["KINDS", "OutcomeFigures", "points"]

KINDS: tuple[str, ...] = ("opened", "reopened", "moved", "room", "plot", "closed", "suspended")
"""What may have happened at a place, in the order of the legend."""

_HALF = 640
_MOST = 40
_SIGN = 0.005


def points(change: float) -> str:
    """Write a change of a share as percentage points with its sign, empty where it is too small to see.

    Parameters
    ----------
    change
        Difference of two shares, −1 to 1.

    Returns
    -------
    str
        ``+3``, ``−12``.

    Examples
    --------
    >>> points(0.032), points(-0.12), points(0.004)
    ('+3', '−12', '')
    """
    if not known(change) or abs(change) < _SIGN:
        return ""
    return f"{'+' if change > 0 else '−'}{abs(change) * 100:.0f}"


def _share(value: float) -> float | None:
    return float(value) if known(value) else None


@dataclass(frozen=True, eq=False)
class OutcomeFigures:
    """The figures of one language.

    Parameters
    ----------
    outcome
        The records.
    ground
        The ground of the second round's maps.
    context
        Words, numbers, date and notes.
    crs
        The metric CRS of the ground.
    """

    outcome: OutcomeBook
    ground: Ground
    context: Context
    crs: str

    def standard(self, standard: str) -> str:
        """Return what a standard is called."""
        return self.context.words.pick(self.outcome.outcome.meta.titles["standards"].get(standard), standard)

    def type(self, code: str) -> str:
        """Return what facility types are called, several joined by «;»."""
        titles = self.outcome.outcome.meta.titles["types"]
        names = [sentence_case(self.context.words.pick(titles.get(one), one)) for one in str(code).split(";") if one]
        return self.context.words("number.dot").join(names)

    @cached_property
    def verdict_words(self) -> dict[str, str]:
        """Word for each verdict."""
        return {verdict: self.context.words(f"outcome.verdict.{verdict}") for verdict in VERDICTS}

    def counts(self, community: CommunityChange, standard: str) -> str:
        """Write how many items got better and worse."""
        better, worse = community.count("better", standard), community.count("worse", standard)
        return " ".join(text for text in (f"+{better}" if better else "", f"−{worse}" if worse else "") if text)

    def verdicts(self, standard: str, links: str | None = None) -> str:
        """Draw what became of the communities; `links` = the folder of their pages, or None."""
        words, found = self.context.words, self.outcome.communities
        verdicts = {one.id: one.verdict(standard) for one in found}
        tally = {v: sum(1 for one in verdicts.values() if one == v) for v in VERDICTS}
        told = words("outcome.map.described", standard=self.standard(standard), **tally)
        return verdict_map(
            self.ground,
            verdicts,
            {one.id: self.counts(one, standard) for one in found},
            self.context,
            name=f"verdicts-{standard}",
            title=words("outcome.map.title", standard=self.standard(standard)),
            words=self.verdict_words,
            described=told,
            links=None if links is None else {one.id: f"{links}{one.slug}.html" for one in found},
        )

    def scores(self, standard: str, links: str | None = None) -> tuple[str, str]:
        """Draw the score of every community in both rounds, in the same classes."""
        words, found = self.context.words, self.outcome.communities
        sides = [{c.id: c.scores[standard][i] for c in found if standard in c.scores} for i in (0, 1)]
        dates = [self.outcome.outcome.meta.before.surveyed_on, self.outcome.outcome.meta.after.surveyed_on]
        maps = []
        for i, side in enumerate(("before", "after")):
            dated = words("map.dated", date=self.context.fmt.date(dates[i]))
            context = Context(words, self.context.fmt, self.context.place, dated, self.context.notes)
            maps.append(
                choropleth(
                    self.ground,
                    sides[i],
                    context,
                    name=f"score-{side}-{standard}",
                    title=words(f"outcome.map.{side}", standard=self.standard(standard)),
                    measure=words("outcome.map.measure"),
                    links=None if links is None else {c.id: f"{links}{c.slug}.html" for c in found},
                    alike=sides[1 - i].values(),
                )
            )
        return maps[0], maps[1]

    @property
    def step_keys(self) -> list[str]:
        """Words for the marks of a step chart."""
        return [self.context.words(f"outcome.steps.{key}") for key in ("before", "up", "down", "same", "hoped")]

    def steps(self, standard: str, *, changed_only: bool = False) -> str:
        """Draw the degree of each item before and after."""
        words = self.context.words
        lines = [line for line in self.outcome.lines[standard] if known(line.degree[0]) and known(line.degree[1])]
        if changed_only:
            lines = [line for line in lines if line.changes.get("better") or line.changes.get("worse")]
        return step_chart(
            [self._step(line) for line in lines],
            self.context,
            name=f"steps-{standard}",
            title=words("outcome.steps.title", standard=self.standard(standard)),
            axis=words("outcome.steps.axis"),
            keys=self.step_keys,
            width=_HALF,
        )

    def _step(self, line: ItemLine) -> Step:
        fmt, words = self.context.fmt, self.context.words
        before, after = line.degree
        text = fmt.pct(after)
        if points(after - before):
            text = words("outcome.steps.label", before=fmt.pct(before), after=fmt.pct(after))
            text += f" ({points(after - before)})"
        return Step(words.pick(line.title, line.item), _share(before), _share(after), text)

    def reach(self) -> str:
        """Draw who came within reach of what and who no longer is; empty text where nobody."""
        words, fmt = self.context.words, self.context.fmt
        table = self.outcome.outcome.coverage
        radius = self.outcome.outcome.meta.circle_m
        near = table[np.isclose(table["distance_m"].astype("float64"), radius)]
        sums = near.groupby("type")[["gained", "lost"]].sum()
        sums = sums[(sums["gained"] > 0) | (sums["lost"] > 0)].sort_values("gained", ascending=False)
        rows = []
        for row in rows_of(sums.head(_MOST)):
            sides = (f"+{fmt.n(row.gained)}" if row.gained > 0 else "", f"−{fmt.n(row.lost)}" if row.lost > 0 else "")
            text = "  ".join(side for side in sides if side)
            rows.append(Balance(self.type(row.Index), float(row.gained), float(row.lost), text))
        if not rows:
            return ""
        return balance_chart(
            rows,
            self.context,
            name="reach",
            title=words("outcome.people.reach_chart", distance=fmt.metres(radius)),
            axis=fmt.folk_unit(),
            sides=(words("outcome.people.lost"), words("outcome.people.gained")),
            width=_HALF,
        )

    def opened(self) -> str:
        """Draw the area of facilities that opened, by type; empty text where none did."""
        words, fmt = self.context.words, self.context.fmt
        sums: dict[str, list[float]] = {}
        for place in self.outcome.places:
            if place.kind == "opened":
                sums.setdefault(place.type, []).append(place.area_m2)
        bars = []
        for code, sizes in sums.items():
            area = float(np.nansum(sizes)) if any(known(one) for one in sizes) else None
            text = fmt.area(area) if area is not None else fmt.unknown
            bars.append(Bar(f"{self.type(code)} × {len(sizes)}", area, text, colour=ACCENT))
        if not bars:
            return ""
        bars.sort(key=lambda bar: -(bar.value or 0.0))
        return bar_chart(
            bars[:_MOST],
            self.context,
            name="opened",
            title=words("outcome.space.by_type"),
            axis=words("outcome.space.area_axis"),
            width=_HALF,
        )

    def happened(self) -> str:
        """Draw what happened where."""
        words = self.context.words
        to_metres = pyproj.Transformer.from_crs(4326, self.crs, always_xy=True)
        marks = []
        for place in self.outcome.places:
            if not (known(place.x) and known(place.y)):
                continue
            x, y = to_metres.transform(place.x, place.y)
            origin = None if place.origin is None else to_metres.transform(*place.origin)
            text = " · ".join(one for one in (self.type(place.type), place.name) if one)
            marks.append((place.number, place.kind, float(x), float(y), origin, text))
        marks.sort(key=lambda mark: KINDS.index(mark[1]))
        return happened_map(
            self.ground,
            marks,
            self.context,
            name="happened",
            title=words("outcome.map.happened"),
            words={kind: words(f"outcome.space.{kind}") for kind in KINDS},
        )

    def forecast(self) -> str:
        """Draw before, forecast and now for each item of the plan; empty text where there is no forecast."""
        words, fmt = self.context.words, self.context.fmt
        table = self.outcome.outcome.forecast
        table = table[table["progress"].notna() & table["share_now"].notna() & table["share_before"].notna()]
        rows = []
        for item, some in table.groupby("item"):
            weight = some["residents"].fillna(0.0).to_numpy("float64")
            if not weight.sum():
                continue
            before, hoped, now = (
                float(np.average(some[f"share_{name}"].to_numpy("float64"), weights=weight))
                for name in ("before", "forecast", "now")
            )
            text = words("outcome.plan.label", before=fmt.pct(before), after=fmt.pct(now), hoped=fmt.pct(hoped))
            title = self.outcome.outcome.meta.titles["items"].get(str(item))
            rows.append((hoped - before, Step(words.pick(title, str(item)), before, now, text, hoped)))
        if not rows:
            return ""
        rows.sort(key=lambda row: -row[0])
        return step_chart(
            [row for _, row in rows],
            self.context,
            name="forecast",
            title=words("outcome.plan.steps"),
            axis=words("outcome.plan.steps_axis"),
            keys=self.step_keys,
            width=_HALF,
        )

    def explained(self) -> str:
        """Draw how much of what was added and brought back comes from projects of the plan."""
        words, fmt = self.context.words, self.context.fmt
        pairs: Mapping[str, tuple[str, str]] = {
            "outcome.figure.added": ("added_service_floor", "explained_floor"),
            "outcome.figure.back": ("brought_back_floor", "explained_reuse"),
        }
        bars = []
        for key, (whole, part) in pairs.items():
            total, mine = float(self.outcome.total(whole)["value"]), float(self.outcome.total(part)["value"])
            bars.append(Bar(words(key), _share(total), fmt.area(total)))
            label = words("outcome.plan.by_plan")
            bars.append(Bar(f"└ {label}", _share(mine), fmt.area(mine), colour="#a4490c"))
        return bar_chart(
            bars, self.context, name="explained", title=words("outcome.plan.explained"), axis="m²", width=_HALF
        )
