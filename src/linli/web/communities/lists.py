"""The lists of districts (or streets) and of communities: columns, filters and order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.urls import reverse

from linli.assess.score import OPTIONAL
from linli.report.formats import points_range
from linli.rules.records import Rule
from linli.web.communities.figures import Look, item_rows
from linli.web.communities.overview import Part, reason_of
from linli.web.communities.sums import STATUSES, Sum
from linli.web.communities.writing import format_of, standard_title, sum_text
from linli.web.pages.place import place_address
from linli.web.pages.table import Column, Filter, Table
from linli.web.pages.templatetags.linli import in_language
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import pick, say

__all__ = ["STANDINGS", "community_table", "part_table"]

STANDINGS = ("met", "not_met", "unknown")
"""Whether a community meets every item that counts, falls short of one, or nobody can tell yet."""

_POINTS = 100
_ANY = "000000000000"
"""Stands for a code in an address that is worked out once for all rows."""


def _points(value: float | None) -> float | None:
    """Return a score, 0–1, as points of 100."""
    return None if value is None else round(value * _POINTS, 1)


def _range(low: float | None, high: float | None, score: float | None) -> str | None:
    ends = points_range(low, high, score)
    return "–".join(ends) if ends else None


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _of(found: Sum, look: Look) -> int | str | None:
    return sum_text(found, format_of(look.run)) if found.unknown and found.value else _whole(found.value)


def _figure(
    key: str, value: Callable[[Any], Any], *order: str, kind: Literal["number", "text"] = "number", hidden: bool = False
) -> Column:
    """Return a column whose unknown is a word and comes last."""
    return Column(key, value, kind=kind, order=order, hidden=hidden, unknown="pages.status.unknown")


def _share(part: float | None, whole: float | None) -> str:
    return format_of().pct(part / whole if whole and part is not None else None)


def _part_standing(status: str) -> Callable[[Part], Any]:
    return lambda part: part.sums.standing.get(status, 0)


def _part_items(status: str) -> Callable[[Part], Any]:
    return lambda part: part.sums.items.get(status, 0)


def part_table(look: Look) -> Table:
    """Return the list of districts, or of streets where all is in one district.

    Parameters
    ----------
    look
        What somebody looks at.

    Returns
    -------
    Table
        Its rows are `linli.web.communities.overview.Part`.
    """
    return Table(
        name="communities.parts",
        order="rank",
        size=200,
        columns=(
            _figure("rank", lambda p: p.rank, "rank"),
            Column(
                "name",
                lambda p: in_language(p.place) if p.place else p.path,
                order=("path",),
                link=lambda p: place_address(p.place) if p.place else "",
            ),
            _figure("communities", lambda p: p.communities, "communities"),
            _figure("residents", lambda p: _of(p.sums.residents, look), "residents"),
            _figure("old_young", lambda p: _share(p.sums.old_young.value, p.residents)),
            _figure("households", lambda p: _of(p.sums.households, look), hidden=True),
            _figure("score", lambda p: _points(p.score), "score"),
            _figure("range", lambda p: _range(p.sums.low, p.sums.high, p.sums.score)),
            *(
                Column(f"communities_{status}", _part_standing(status), kind="number", order=("met",))
                for status in STANDINGS
            ),
            *(Column(f"items_{status}", _part_items(status), kind="number", hidden=True) for status in STATUSES),
        ),
    )


def _search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    found = Q(community__name__icontains=asked) | Q(community__name_en__icontains=asked)
    return rows.filter(found | Q(community__code__startswith=asked))


def _standing(look: Look) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    def apply(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
        counting = item_rows(look).exclude(verb=OPTIONAL)
        short = Q(place__in=counting.filter(status__in=("not_met", "partly")).values("place"))
        open_ = Q(place__in=counting.filter(status="unknown").values("place"))
        wanted = {"met": ~short & ~open_, "not_met": short, "unknown": ~short & open_}
        return rows.filter(wanted[asked]) if asked in wanted else rows

    return apply


def _lacking(look: Look) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    def apply(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
        lacking = item_rows(look).filter(item=asked, status__in=("not_met", "partly"))
        return rows.filter(place__in=lacking.values("place"))

    return apply


def _items(look: Look) -> Callable[[], Iterable[tuple[str, str]]]:
    def choices() -> Iterable[tuple[str, str]]:
        rules: tuple[Rule, ...] = site_catalogue().items(look.standard)
        return [(rule.id, pick(rule.title)) for rule in rules]

    return choices


def _grades(look: Look) -> Callable[[], Iterable[tuple[str, str]]]:
    def choices() -> Iterable[tuple[str, str]]:
        floors = list(look.options.grades)
        below = [chr(ord(floors[-1]) + 1)] if floors and len(floors[-1]) == 1 else []
        return [(grade, grade) for grade in (*floors, *below)]

    return choices


def community_table(look: Look, names: Mapping[str, str], rounds: Sequence[tuple[str, str]], *, size: int) -> Table:
    """Return the list of communities.

    Parameters
    ----------
    look
        What somebody looks at.
    names
        What the places above the communities are called, by path.
    rounds
        Code and name of the rounds that can be chosen.
    size
        Rows on a page.

    Returns
    -------
    Table
        Its rows are `linli.web.assessments.models.ScoreRow`.
    """
    address = reverse("communities:profile", args=[_ANY])

    def above(row: Any) -> str:
        path = row.place.rstrip("/").rsplit("/", 1)[0] + "/"
        return names.get(path, path)

    return Table(
        name="communities.list",
        order="rank",
        size=size,
        columns=(
            _figure("rank", lambda r: r.rank, "rank"),
            Column(
                "name",
                lambda r: in_language(r.community),
                order=("place",),
                link=lambda r: address.replace(_ANY, r.community.code),
            ),
            Column("code", lambda r: r.community.code, order=("community__code",), hidden=True),
            Column("above", above, order=("place",)),
            Column("kind", lambda r: r.kind, kind="words", words="communities.kind", order=("kind",), hidden=True),
            _figure("residents", lambda r: _whole(r.residents), "residents"),
            _figure("old_young", lambda r: _share(r.old_young, r.residents)),
            _figure("households", lambda r: _whole(r.households), "households", hidden=True),
            _figure("score", lambda r: _points(r.score), "score"),
            _figure("range", lambda r: _range(r.score_low, r.score_high, r.score)),
            _figure("grade", lambda r: r.grade, "grade", kind="text"),
            *(Column(f"items_{s}", attrgetter(s), kind="number", order=(s,)) for s in STATUSES),
            _figure("index", lambda r: _points(r.index_old_young), "index_old_young"),
            _figure("priority", lambda r: r.priority_rank, "priority_rank"),
            Column("reason", reason_of, hidden=True),
        ),
        filters=(
            Filter("q", _search),
            Filter("place", lambda rows, a: rows.filter(place__startswith=a), kind="choice", choices=_named(names)),
            Filter("standing", _standing(look), kind="choice", choices=_standings),
            Filter("lacking", _lacking(look), kind="choice", choices=_items(look)),
            Filter("grade", lambda rows, a: rows.filter(grade=a), kind="choice", choices=_grades(look)),
            # Which rows there are was decided by these two before.
            Filter("standard", lambda rows, _: rows, kind="choice", choices=_standards(look)),
            Filter("round", lambda rows, _: rows, kind="choice", choices=lambda: rounds),
        ),
    )


def _named(names: Mapping[str, str]) -> Callable[[], Iterable[tuple[str, str]]]:
    return lambda: sorted(names.items())


def _standards(look: Look) -> Callable[[], Iterable[tuple[str, str]]]:
    return lambda: [(standard, standard_title(standard)) for standard in look.options.standards]


def _standings() -> Iterable[tuple[str, str]]:
    return [(code, say(f"communities.standing.{code}")) for code in STANDINGS]
