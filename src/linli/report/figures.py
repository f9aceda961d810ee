"""Every map and chart of a report, drawn once per language and used on pages and in the PDF alike.

What belongs here: which figures there are and what goes into them. How they are drawn is the business of `maps` and
`charts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from linli.assess.record import Assessment
from linli.report.charts import Bar, Curve, Stack, bar_chart, curve_chart, stacked_chart
from linli.report.circle_map import Outline, Scene, circle_map, set_scene
from linli.report.formats import Context, known
from linli.report.ground import Ground, dot_scale
from linli.report.maps import choropleth, coverage_map
from linli.report.model import Book, Community, StandardInfo
from linli.report.palette import LACKING
from linli.report.phrases import gaps
from linli.report.words import sentence_case
from linli.survey import Survey
from linli.units import BAND_TITLES

__all__ = ["Figures", "Material", "gather"]

Floats = npt.NDArray[np.float64]

CURVES = 6
"""How many lines a chart of curves has at most: more cannot be told apart."""

CURVE_POINTS = 80
BARS = 8
HALF = 560
"""Width of a chart that shares its row with another, pixels."""


@dataclass(frozen=True, eq=False)
class Material:
    """What the figures are drawn from, without language.

    Parameters
    ----------
    book
        The report's records.
    ground
        The shared ground of all maps.
    distances
        By facility type: metres from each building to the nearest, inf = beyond, NaN = unknown; rows as the ground's.
    outlines
        By community id: distance in metres, level and polygon of each life-circle outline, nearest first.
    per_px2
        People per px² of dot.
    """

    book: Book
    ground: Ground
    distances: Mapping[str, Floats]
    outlines: Mapping[str, Sequence[tuple[float, str, shapely.Geometry]]]
    per_px2: float
    scenes: dict[str, Scene] = field(default_factory=dict, repr=False)

    def scene(self, community: Community) -> Scene:
        """Return the life-circle map of a community without words, drawn once for every language."""
        if community.id not in self.scenes:
            areas = [area for _, _, area in self.outlines.get(community.id, ())]
            self.scenes[community.id] = set_scene(self.ground, community.row, areas, self.per_px2)
        return self.scenes[community.id]

    @cached_property
    def mapped(self) -> tuple[str, ...]:
        """Facility types that have a coverage map: asked for by a standard and measured."""
        return tuple(
            code
            for code, row in self.book.coverage.items()
            if code in self.distances and self.book.types[code].asked_by and known(row["share"])
        )


def _metric_points(frame: pd.DataFrame) -> Floats:
    shapes = np.asarray(frame["geometry"], dtype=object)
    points = shapely.centroid(shapes)
    areas = np.isin(shapely.get_type_id(shapes), (3, 6))
    points[areas] = shapely.point_on_surface(shapes[areas])
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)]).reshape(-1, 2)


def gather(
    book: Book,
    assessment: Assessment,
    survey: Survey,
    outlines: Mapping[str, Sequence[tuple[float, str, shapely.Geometry]]] | None = None,
) -> Material:
    """Bring buildings, streets, facilities and outlines to one projected system, once.

    Parameters
    ----------
    book
        The report's records.
    assessment, survey
        Where they come from.
    outlines
        Life-circle outlines by community id: metres, level, polygon in the survey's metric CRS; nearest first.

    Returns
    -------
    Material
        Ready for every language.
    """
    areas = survey.metric("communities").drop_duplicates("community_id").set_index("community_id")
    ids = [community.id for community in book.communities]
    communities = pd.DataFrame(
        {
            "community_id": ids,
            "name": [community.name for community in book.communities],
            "geometry": [areas.geometry.get(key) for key in ids],
        }
    )
    streets = survey.metric("streets")
    table = assessment.buildings
    to_metres = pyproj.Transformer.from_crs(4326, survey.manifest.metric_crs, always_xy=True)
    x, y = to_metres.transform(table["x"].to_numpy("float64"), table["y"].to_numpy("float64"))
    place = {key: row for row, key in enumerate(ids)}
    owner = table["community_id"].astype("object").map(place).fillna(-1).to_numpy().astype(np.int64)
    residents: Floats = table["residents"].to_numpy("float64", na_value=np.nan)
    xy: Floats = np.column_stack([x, y]).astype(np.float64).reshape(-1, 2)
    facilities = survey.metric("facilities")
    facilities = facilities[facilities["status"].fillna("in_use").to_numpy() == "in_use"]
    codes = facilities["type"].astype("object").to_numpy(dtype=object)
    groups = np.array([book.types[c].group if c in book.types else "" for c in codes], dtype=object)
    ground = Ground.prepare(
        communities,
        np.asarray(streets.geometry, dtype=object),
        streets["kind"].astype("object").fillna("").to_numpy(dtype=object),
        (xy, residents, owner),
        (_metric_points(facilities), codes, groups, facilities["name"].astype("object").to_numpy(dtype=object)),
    )
    distances = {
        str(column)[2:]: table[column].to_numpy("float64", na_value=np.nan)
        for column in table.columns
        if str(column).startswith("d_")
    }
    return Material(book, ground, distances, outlines or {}, dot_scale(ground))


def _cumulated(distance: Floats, residents: Floats, limit_m: float) -> tuple[Floats, Floats]:
    """Share of residents within each distance; those whose building could not be placed are left out."""
    ok = np.isfinite(residents) & (residents > 0) & ~np.isnan(distance)
    total = residents[ok].sum()
    steps = np.linspace(0.0, limit_m, CURVE_POINTS + 1)
    if total <= 0:
        return steps, np.zeros_like(steps)
    order = np.argsort(distance[ok])
    sums = np.cumsum(residents[ok][order])
    found = np.searchsorted(distance[ok][order], steps, side="right")
    return steps, np.where(found > 0, sums[np.maximum(found - 1, 0)], 0.0) / total


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of one language.

    Parameters
    ----------
    material
        What they are drawn from.
    context
        Words, numbers, date and notes.
    """

    material: Material
    context: Context
    _kept: dict[str, str] = field(default_factory=dict, init=False, repr=False)

    def _once(self, name: str, draw: Callable[[], str]) -> str:
        if name not in self._kept:
            self._kept[name] = draw()
        return self._kept[name]

    @cached_property
    def type_titles(self) -> dict[str, str]:
        """Word for each facility type."""
        return {code: sentence_case(self.context.words.pick(t.title)) for code, t in self.material.book.types.items()}

    def score_map(self, standard: StandardInfo, links: bool = False) -> str:
        """Draw the score of every community."""
        words, book = self.context.words, self.material.book
        values = {c.id: c.scores[standard.id].score for c in book.communities if standard.id in c.scores}
        up = "../" if links and standard is not book.standards[0] else ""
        ranks = {c.id: str(c.scores[standard.id].rank or "") for c in book.communities if standard.id in c.scores}
        pages = {c.id: f"{up}communities/{c.slug}.html" for c in book.communities} if links else None
        return self._once(
            f"score-{standard.id}",
            lambda: choropleth(
                self.material.ground,
                values,
                self.context,
                name=f"score-{standard.id}",
                title=words("map.score_title", standard=words.pick(standard.title)),
                measure=words("map.score_measure"),
                numbers=ranks,
                links=pages,
            ),
        )

    def city_haves(self, standard: StandardInfo) -> str:
        """Draw the mean degree by group of a standard over the whole city."""
        rows: dict[str, list[tuple[float, float, float, float]]] = {group: [] for group in standard.groups}
        for community in self.material.book.communities:
            weight = community.residents if known(community.residents) else 1.0
            for mean in community.haves:
                if mean.standard == standard.id and mean.key in rows and known(mean.score):
                    rows[mean.key].append((mean.score, mean.low, mean.high, weight))
        bars = []
        for group, found in rows.items():
            label = self.context.words.pick(standard.groups[group], group)
            array = np.array(found).reshape(-1, 4)
            if not len(array) or array[:, 3].sum() <= 0:
                bars.append(Bar(label, None, self.context.fmt.unknown))
                continue
            score, low, high = (float(np.average(array[:, k], weights=array[:, 3])) for k in range(3))
            bars.append(Bar(label, score, self.context.fmt.degree(score, low, high), low, high))
        return self._means(f"haves-{standard.id}", bars, standard)

    def _means(self, name: str, bars: Sequence[Bar], standard: StandardInfo | None) -> str:
        words = self.context.words
        title = words("chart.haves", standard=words.pick(standard.title)) if standard else words("chart.scenes")
        axis = words("chart.degree_axis")
        return self._once(
            name,
            lambda: bar_chart(
                bars, self.context, name=name, title=title, axis=axis, width=HALF, limit=1.0, write="share"
            ),
        )

    def items(self, standard: StandardInfo) -> str:
        """Draw how many communities have which status, item by item."""
        words, counts = self.context.words, self.material.book.status_counts
        rows = [Stack(words.pick(item.title), dict(counts.get(item.id, {}))) for item in standard.items]
        title = words("chart.items", standard=words.pick(standard.title))
        name = f"items-{standard.id}"
        axis = words("chart.communities_axis")
        return self._once(name, lambda: stacked_chart(rows, self.context, name=name, title=title, axis=axis, width=640))

    def coverage_bars(self, most: int | None = None) -> str:
        """Draw the share of residents within the distance, by facility type, lowest first; at most so many."""
        words, fmt = self.context.words, self.context.fmt
        rows = sorted(
            ((self.material.book.coverage[c], c) for c in self.material.mapped), key=lambda r: (_low(r[0]), r[1])
        )
        bars = []
        for row, code in rows[:most]:
            text = words("chart.coverage_label", type=self.type_titles[code], metres=f"{row['distance_m']:,.0f}")
            value = float(row["share"]) if known(row["share"]) else None
            bars.append(Bar(text, value, fmt.pct(row["share"])))
        return self._once(
            f"coverage-{most}" if most else "coverage",
            lambda: bar_chart(
                bars,
                self.context,
                name="coverage",
                title=words("chart.coverage"),
                axis=words("chart.share_axis"),
                width=HALF,
                limit=1.0,
                write="share",
            ),
        )

    def curves(self) -> str:
        """Draw the walking distances to the facility types that reach the fewest (but exist)."""
        words = self.context.words
        cover = self.material.book.coverage
        there = [c for c in self.material.mapped if self.material.book.city_facilities.get(c)]
        chosen = sorted(there, key=lambda c: (_low(cover[c]), c))[:CURVES]
        return self._once("curves", lambda: self._curve("curves", chosen, words("chart.curves"), None))

    def _curve(self, name: str, codes: Sequence[str], title: str, mark_m: float | None) -> str:
        words = self.context.words
        limit = max([1000.0, *(2.0 * self.material.book.coverage[c]["distance_m"] for c in codes)])
        farthest = max([0.0, *(_farthest(self.material.distances[c]) for c in codes)])
        limit = min(limit, max(np.ceil(farthest / 250.0) * 250.0, 500.0))
        curves = [
            Curve(self.type_titles[c], *_cumulated(self.material.distances[c], self.material.ground.residents, limit))
            for c in codes
        ]
        return curve_chart(
            curves,
            self.context,
            name=name,
            title=title,
            axis_x=words("chart.distance_axis"),
            axis_y=words("chart.cumulated_axis"),
            mark_m=mark_m,
            mark=words("chart.mark", metres=f"{mark_m:,.0f}") if mark_m else "",
            width=HALF,
        )

    def curve(self, code: str) -> str:
        """Draw the walking distances to one facility type."""
        distance = float(self.material.book.coverage[code]["distance_m"])
        name = f"curve-{code}"
        return self._once(name, lambda: self._curve(name, [code], self.context.words("chart.curves"), distance))

    def finding(self, code: str) -> str:
        """Say in one sentence who has a facility of this type within the distance."""
        words, fmt, row = self.context.words, self.context.fmt, self.material.book.coverage[code]
        places = self.material.book.city_facilities.get(code, 0)
        if code in self.material.book.unsurveyed:
            return words("coverage.finding_unknown", type=self.type_titles[code])
        if not places:
            return words("coverage.finding_none", type=self.type_titles[code])
        return words(
            "coverage.finding",
            places=fmt.n(places),
            type=words.pick(self.material.book.types[code].title),
            distance=fmt.metres(row["distance_m"]),
            share=fmt.pct(row["share"]),
            without=fmt.folk(row["residents"] - row["within"]),
        )

    def coverage_map(self, code: str) -> str:
        """Draw who has no facility of a type within the distance."""
        ground, words, fmt = self.material.ground, self.context.words, self.context.fmt
        distance = float(self.material.book.coverage[code]["distance_m"])
        beyond = self.material.distances[code] > distance
        without = np.where(beyond, ground.residents, 0.0)
        kind = "map.coverage_title_m2" if self.material.book.unit == "m2" else "map.coverage_title"
        title = words(kind, distance=fmt.metres(distance), type=words.pick(self.material.book.types[code].title))
        name = f"coverage-{code}"
        return self._once(
            name,
            lambda: coverage_map(
                ground,
                without,
                code,
                self.material.per_px2,
                self.context,
                name=name,
                title=title,
                described=self.finding(code),
            ),
        )

    def circle(self, community: Community) -> str:
        """Draw the life circle of a community."""
        words, fmt = self.context.words, self.context.fmt
        circles = self.material.outlines.get(community.id, ())
        outlines = [
            Outline(words("map.outline", metres=fmt.metres(metres), level=words(f"level.{level}")))
            for metres, level, _ in circles
        ]
        name = f"circle-{community.slug}"
        return self._once(
            name,
            lambda: circle_map(
                self.material.ground,
                community.row,
                self.material.scene(community),
                outlines,
                self.context,
                name=name,
                titles=self.type_titles,
            ),
        )

    def ages(self, community: Community) -> str:
        """Draw the residents by age band; empty text where ages are not known."""
        words, fmt = self.context.words, self.context.fmt
        if not any(known(value) for value in community.bands.values()):
            return ""
        bars = []
        for band, value in community.bands.items():
            share = value / community.residents if known(value) and community.residents > 0 else float("nan")
            text = f"{fmt.n(value)} · {fmt.pct(share)}" if known(share) else fmt.n(value)
            bars.append(Bar(BAND_TITLES[band][words.lang], float(value) if known(value) else None, text))
        name = f"ages-{community.slug}"
        title, axis = words("chart.ages"), words("chart.residents_axis")
        return self._once(name, lambda: bar_chart(bars, self.context, name=name, title=title, axis=axis, width=480))

    def haves(self, community: Community, standard: StandardInfo) -> str:
        """Draw the mean degree by group of a standard in one community."""
        groups = {group: position for position, group in enumerate(standard.groups)}
        bars = [
            self._mean_bar(
                self.context.words.pick(standard.groups[mean.key], mean.key), mean.score, mean.low, mean.high
            )
            for mean in sorted(community.haves, key=lambda mean: groups.get(mean.key, 0))
            if mean.standard == standard.id and mean.key in standard.groups
        ]
        return self._means(f"haves-{standard.id}-{community.slug}", bars, standard) if bars else ""

    def scenes(self, community: Community) -> str:
        """Draw the nine scenes of one community; empty text where there are none."""
        pick = self.context.words.pick
        bars = [
            self._mean_bar(pick(m.title, m.key), m.score, m.low, m.high)
            for m in community.scenes
            if m.standard == self.material.book.standards[0].id
        ]
        return self._means(f"scenes-{community.slug}", bars, None) if bars else ""

    def _mean_bar(self, label: str, score: float, low: float, high: float) -> Bar:
        fmt = self.context.fmt
        if not known(score):
            return Bar(label, None, fmt.unknown)
        return Bar(label, score, fmt.degree(score, low, high), low, high)

    def shortfalls(self, community: Community) -> list[str]:
        """Draw what is missing, one chart per unit: residents without, m², places."""
        by_unit: dict[str, list[tuple[str, float]]] = {}
        for result in gaps(community, self.material.book.standards[0].id):
            label = self.context.words.pick(result.item.title)
            for unit, amount in _missing(result.row):
                by_unit.setdefault(unit, []).append((label, amount))
        charts = []
        several = {unit: rows for unit, rows in by_unit.items() if len(rows) > 1}
        for position, (unit, rows) in enumerate(several.items()):
            charts.append(self._shortfall(f"shortfall-{position + 1}-{community.slug}", unit, rows))
        return charts

    def _shortfall(self, name: str, unit: str, rows: Sequence[tuple[str, float]]) -> str:
        words, fmt = self.context.words, self.context.fmt
        people = unit == "residents"
        written = fmt.people if people else unit
        merged: dict[str, float] = {}
        for label, amount in rows:
            merged[label] = max(merged.get(label, 0.0), amount)
        longest = sorted(merged.items(), key=lambda r: -r[1])[:BARS]
        bars = [Bar(label, amount, fmt.n(amount), colour=LACKING) for label, amount in longest]
        title = (
            words(f"chart.without.{fmt.people}") if people else words("chart.shortfall", unit=fmt.unit_name(written))
        )
        axis = words("chart.residents_axis") if written == "residents" else fmt.unit_name(written)
        return self._once(name, lambda: bar_chart(bars, self.context, name=name, title=title, axis=axis, width=HALF))

    def wishes(self, community: Community) -> str:
        """Draw what households asked for; empty text where nobody asked them."""
        words, fmt = self.context.words, self.context.fmt
        rows = sorted(community.wishes, key=lambda r: -_amount(r.get("count")))[:BARS]
        bars = []
        for row in rows:
            count, asked = _amount(row.get("count")), _amount(row.get("households_asked"))
            text = fmt.n(count) + (f" · {fmt.pct(count / asked)}" if asked > 0 else "")
            bars.append(Bar(self.type_titles.get(str(row["type"]), str(row["type"])), count, text))
        name = f"wishes-{community.slug}"
        title, axis = words("chart.wishes"), words("chart.wishes_axis")
        return (
            self._once(name, lambda: bar_chart(bars, self.context, name=name, title=title, axis=axis, width=HALF))
            if bars
            else ""
        )


def _low(row: Mapping[str, float]) -> float:
    return float(row["share"]) if known(row["share"]) else -1.0


def _amount(value: object) -> float:
    return float(value) if isinstance(value, int | float) and known(value) else 0.0


def _farthest(distance: Floats) -> float:
    finite = distance[np.isfinite(distance)]
    return float(finite.max()) if finite.size else 0.0


def _missing(row: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    """Yield what is missing of an item by unit."""
    without = _amount(row.get("residents_without"))
    if without > 0:
        yield "residents", without
    for column, unit in (("floor_area_short_m2", "m2"), ("site_area_short_m2", "m2"), ("places_short", "places")):
        amount = _amount(row.get(column))
        if amount > 0:
            yield unit, amount
    unit = str(row.get("shortfall_unit") or "")
    if unit not in ("", "residents", "people", "m2", "places") and _amount(row.get("shortfall")) > 0:
        yield unit, _amount(row.get("shortfall"))
