"""The matrix: communities down, items (or groups, or scenes) across, each cell a status with its degree.

The cells of a page are read at once; a file has every community and two columns for each item, words and figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from linli.assess.status import STATUSES
from linli.web.accounts.models import User
from linli.web.assessments.about import About
from linli.web.assessments.areas import Areas, area_filters
from linli.web.assessments.models import ScoreRow
from linli.web.assessments.selectors import having_status, list_items, list_scores, run_items, with_degree
from linli.web.assessments.titles import (
    figures_in,
    group_title,
    item_title,
    items_of_scene,
    scene_title,
    scenes_in_order,
)
from linli.web.pages.table import Column, Filter, Table
from linli.web.words import say

__all__ = ["Matrix", "item_address", "percent", "status_of_mean"]

_UNKNOWN = "assessments.status.unknown"
_STATUS = "assessments.status"
_WHOLE = 100.0

Cells = Mapping[tuple[int, str], Mapping[str, Any]]


def percent(value: float | None) -> float | None:
    """Return a share (0–1) in per cent with one digit, for files; ``None`` stays unknown."""
    return None if value is None else round(value * _WHOLE, 1)


def status_of_mean(score: float | None, met_share: float, *, applies: bool = True) -> str:
    """Return the status that a mean degree has: that of an item of this degree.

    Parameters
    ----------
    score
        Mean degree, 0–1; ``None`` = not known.
    met_share
        Degree from which something is met, 0–1.
    applies
        Whether anything of it applies.

    Returns
    -------
    str
        One of the five.
    """
    if not applies:
        return "not_applicable"
    if score is None:
        return "unknown"
    return "met" if score >= met_share else "partly" if score > 0 else "not_met"


@lru_cache(maxsize=4096)
def _community_address(code: str) -> str:
    return reverse("assessments:community", args=[code])


def item_address(code: str, item: str, run_query: str = "") -> str:
    """Return the address of an item of a community.

    Parameters
    ----------
    code
        The community's.
    item
        As ``complete_community/nursery``.
    run_query
        ``run=7``, if another run than the current one is meant.
    """
    # A page links thousands of items; they lie below their community, whose address is worked out once.
    address = f"{_community_address(code)}{item}/"
    return f"{address}?{run_query}" if run_query else address


class Matrix:
    """The matrix of what a page is about, for one person.

    Parameters
    ----------
    user
        Who looks.
    about
        Run, standard, and seen how.
    params
        The address: filters, order; ``group``, ``scene`` and ``item`` choose columns.
    """

    def __init__(self, user: User, about: About, params: QueryDict) -> None:
        self.user, self.about, self.params = user, about, params
        self.items = self._chosen_items()
        self._cells: Cells = {}
        self._areas = Areas()
        self._run_query = about.run_query
        self._figures = figures_in(about.run.unit)

    def _chosen_items(self) -> list[tuple[str, str]]:
        """Return the items shown, with their groups: those of a have, of a scene, or one alone if asked for."""
        group, scene, item = (self.params.get(name, "") for name in ("group", "scene", "item"))
        every = run_items(self.about.run, self.about.standard)
        linked = set(items_of_scene(scene)) if scene else None
        return [
            (name, of)
            for name, of in every
            if group in {"", of} and (linked is None or name in linked) and item in {"", name}
        ]

    def rows(self, action: str = "view") -> QuerySet[ScoreRow]:
        """Return the communities that the person may see (or may do `action` on)."""
        rows = list_scores(self.user, self.about.run, self.about.standard, action)
        key = self.params.get("sort", "").lstrip("-")
        item = next((name for name, _ in self.items if name == key), None)
        if item is None:
            return rows
        return with_degree(rows, item)

    def prepare(self, rows: Sequence[ScoreRow]) -> None:
        """Read what the cells of some communities need.

        Parameters
        ----------
        rows
            The communities.
        """
        self._areas.read(rows)
        if self.about.by == "item":
            self._cells = self._read([row.community_id for row in rows])

    def prepare_all(self) -> None:
        """Read what the cells of all communities need, for a file."""
        self._areas.read(self.rows("export"))
        if self.about.by == "item":
            self._cells = self._read(None)

    def _read(self, communities: list[int] | None) -> Cells:
        rows = list_items(self.user, self.about.run, self.about.standard).select_related(None)
        rows = rows.filter(item__in=[name for name, _ in self.items])
        if communities is not None:
            rows = rows.filter(community__in=communities)
        names = ("community_id", "item", "status", "degree", "degree_low", "degree_high")
        return {(row["community_id"], row["item"]): row for row in rows.order_by().values(*names)}

    # ------------------------------------------------------------------------------------------------- what is shown
    def table(self) -> Table:
        """Return the list for the screen."""
        return self._table((*self._base(), *self._marks()))

    def file(self) -> Table:
        """Return the list for a file: words and figures apart, ranges as two figures."""
        return self._table((*self._base(), *self._figures_of_scores(), *self._file_columns()))

    def _table(self, columns: Iterable[Column]) -> Table:
        return Table(name="assessments.matrix", columns=tuple(columns), order="community", filters=self._filters())

    def _base(self) -> Iterable[Column]:
        fmt, query = self._figures, self.about.query
        yield from self._areas.columns()
        yield Column("kind", lambda row: row.kind, kind="words", words="assessments.kind", order=("kind",), hidden=True)
        yield _count("residents", "residents", minor=True)
        yield _count("households", "households", hidden=True)
        yield Column(
            "score",
            lambda row: None if row.score is None else fmt.score(row.score, row.score_low, row.score_high),
            order=("score",),
            unknown=_UNKNOWN,
            link=lambda row: _with(reverse("assessments:community", args=[row.community.code]), query),
        )
        yield Column("grade", lambda row: row.grade or None, order=("grade",), unknown=_UNKNOWN, hidden=True)
        yield Column("known", lambda row: fmt.pct(row.known_share), order=("known_share",), hidden=True)
        for status in STATUSES:
            yield Column(status, attrgetter(status), kind="number", order=(status,), hidden=True)
        yield Column("priority", lambda row: row.priority_rank, kind="number", order=("priority_rank",),
                     unknown=_UNKNOWN, hidden=True)  # fmt: skip

    def _figures_of_scores(self) -> Iterable[Column]:
        for name in ("score", "score_low", "score_high"):
            get = attrgetter(name)

            def value(row: ScoreRow, get: Callable[[ScoreRow], float | None] = get) -> float | None:
                return percent(get(row))

            yield Column(f"{name}_figure", value, kind="number", order=(name,), unknown=_UNKNOWN)

    def _marks(self) -> Iterable[Column]:
        if self.about.by == "item":
            for item, group in self.items:
                yield self._item_column(item, group)
            return
        field = "groups" if self.about.by == "group" else "scenes"
        for code, title in self._means():
            yield self._mean_column(field, code, title)

    def _item_column(self, item: str, group: str) -> Column:
        def cell(row: ScoreRow) -> Mapping[str, Any]:
            return self._cells.get((row.community_id, item), {})

        def text(row: ScoreRow) -> str:
            found = cell(row)
            if found.get("degree") is None and not _in_range(found):
                return ""
            return self._figures.degree(found["degree"], found["degree_low"], found["degree_high"])

        return Column(
            item,
            lambda row: cell(row).get("status", "unknown"),
            kind="mark",
            words=_STATUS,
            order=("item_degree",),
            unknown=_UNKNOWN,
            title=lambda: item_title(item),
            group=group_title(self.about.standard, group),
            text=text,
            link=lambda row: item_address(row.community.code, item, self._run_query),
        )

    def _means(self) -> list[tuple[str, str]]:
        """Return the groups or scenes shown, with their titles."""
        standard, asked = self.about.standard, self.params.get(self.about.by, "")
        if self.about.by == "group":
            groups = dict.fromkeys(group for _, group in run_items(self.about.run, standard))
            return [(group, group_title(standard, group)) for group in groups if asked in {"", group}]
        return [(scene, scene_title(scene)) for scene in scenes_in_order() if asked in {"", scene}]

    def _mean_column(self, field: str, code: str, title: str) -> Column:
        def mean(row: ScoreRow) -> Mapping[str, Any]:
            found: Mapping[str, Any] = getattr(row, field).get(code) or {}
            return found

        def status(row: ScoreRow) -> str:
            found = mean(row)
            applies = any(found.get(name) for name in STATUSES if name != "not_applicable")
            return status_of_mean(found.get("score"), self.about.met_share, applies=applies)

        def text(row: ScoreRow) -> str:
            found = mean(row)
            ends = found.get("score"), found.get("score_low"), found.get("score_high")
            figure = "" if ends[0] is None else self._figures.degree(*ends)
            needed = say(f"assessments.scene.{found['required']}") if found.get("required") else ""
            return "\n".join(part for part in (figure, needed) if part)

        def link(row: ScoreRow) -> str:
            address = reverse("assessments:community", args=[row.community.code])
            query = urlencode({"standard": self.about.standard, "by": self.about.by})
            return _with(f"{address}?{query}", self._run_query) + f"#{code}"

        return Column(
            code, status, kind="mark", words=_STATUS, order=(f"{field}__{code}__score",), unknown=_UNKNOWN,
            title=lambda: title, text=text, link=link,
        )  # fmt: skip

    def _file_columns(self) -> Iterable[Column]:
        """Each mark of the screen as a word, and its degree with its range as figures."""
        for mark in self._marks():
            title = mark.title() if mark.title else mark.key
            yield Column(mark.key, mark.value, kind="words", words=_STATUS, order=mark.order, unknown=_UNKNOWN,
                         title=lambda title=title: title)  # type: ignore[misc] # fmt: skip
            for end in ("", "_low", "_high"):
                words = say(f"assessments.matrix.degree{end}", title=title)
                yield Column(f"{mark.key}{end}:figure", self._figure(mark.key, end), kind="number", unknown=_UNKNOWN,
                             title=lambda words=words: words)  # type: ignore[misc] # fmt: skip

    def _figure(self, key: str, end: str) -> Callable[[ScoreRow], float | None]:
        by = self.about.by

        def of(row: ScoreRow) -> float | None:
            if by == "item":
                return percent(self._cells.get((row.community_id, key), {}).get(f"degree{end}"))
            means = row.groups if by == "group" else row.scenes
            return percent((means.get(key) or {}).get(f"score{end}"))

        return of

    # ------------------------------------------------------------------------------------------------------- filters
    def _filters(self) -> tuple[Filter, ...]:
        standard = self.about.standard
        every = run_items(self.about.run, standard)
        groups = dict.fromkeys(group for _, group in every)
        scenes = [scene for scene in scenes_in_order() if any(item in items_of_scene(scene) for item, _ in every)]
        shared = area_filters(self.user, self.about.run)
        if self.about.by != "item":
            titles = self._every_mean(groups, scenes)
            return (*shared, Filter(self.about.by, _as_they_are, "choice", lambda: titles))
        return (
            *shared,
            Filter("group", _as_they_are, "choice", lambda: [(code, group_title(standard, code)) for code in groups]),
            Filter("scene", _as_they_are, "choice", lambda: [(code, scene_title(code)) for code in scenes]),
            Filter("item", _as_they_are, "choice", lambda: [(item, item_title(item)) for item, _ in every]),
            Filter("status", self._of_status, "choice", lambda: [(one, say(f"{_STATUS}.{one}")) for one in STATUSES]),
        )

    def _every_mean(self, groups: Iterable[str], scenes: Iterable[str]) -> list[tuple[str, str]]:
        if self.about.by == "group":
            return [(code, group_title(self.about.standard, code)) for code in groups]
        return [(code, scene_title(code)) for code in scenes]

    def _of_status(self, rows: QuerySet[Any], status: str) -> QuerySet[Any]:
        """Keep communities in which an item shown has a status."""
        return having_status(rows, status, [name for name, _ in self.items])


def _as_they_are(rows: QuerySet[Any], _asked: str) -> QuerySet[Any]:
    """Leave rows as they are: what was asked for chooses columns."""
    return rows


def _with(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def _in_range(cell: Mapping[str, Any]) -> bool:
    """Return whether something is known of a degree: its range is not all there could be."""
    low, high = cell.get("degree_low"), cell.get("degree_high")
    return low is not None and high is not None and (low > 0 or high < 1)


def _count(key: str, field: str, *, hidden: bool = False, minor: bool = False) -> Column:
    def value(row: ScoreRow) -> int | None:
        found = getattr(row, field)
        return None if found is None else round(found)

    return Column(key, value, kind="number", order=(field,), unknown=_UNKNOWN, hidden=hidden, minor=minor)
