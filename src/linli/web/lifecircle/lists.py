"""The life circle as a table: community by community, age by age, before and after what is imagined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from linli.units import AGE_BANDS
from linli.web.lifecircle.choices import Choices
from linli.web.lifecircle.figures import Band, Row
from linli.web.pages.table import Column, Filter, Table
from linli.web.words import pick, say

__all__ = ["Line", "circle_table", "lines_of", "share_text", "sum_known", "written"]


@dataclass(frozen=True, slots=True)
class Line:
    """A community as the table shows it; people or m², ``None`` = unknown.

    Parameters
    ----------
    code, name
        The community's.
    whom
        Those whose need counts, as things are, or would be.
    bands
        The same by age.
    gain
        How many more of them have it within reach; less than 0 if fewer.
    gains
        The same by age.
    """

    code: str
    name: str
    whom: Band
    bands: Mapping[str, Band]
    gain: float | None
    gains: Mapping[str, float | None]

    @property
    def within(self) -> float | None:
        """People within."""
        return self.whom.within

    @property
    def without(self) -> float | None:
        """People without."""
        return self.whom.without

    @property
    def unknown(self) -> float | None:
        """People of whom it is not known."""
        return self.whom.unknown

    @property
    def share(self) -> float | None:
        """Share within, 0–1."""
        return self.whom.share

    @property
    def words(self) -> dict[str, str]:
        """The figures as they are written."""
        numbers = {"within": self.within, "without": self.without, "unknown": self.unknown, "gain": self.gain}
        return {**{key: written(value) for key, value in numbers.items()}, "share": share_text(self.whom)}


def _gain(before: Band, after: Band) -> float | None:
    return None if before.within is None or after.within is None else after.within - before.within


def lines_of(before: Sequence[Row], after: Sequence[Row]) -> list[Line]:
    """Put two countings of the same communities side by side.

    Parameters
    ----------
    before
        As things are.
    after
        As they would be; `before` itself if nothing is imagined.

    Returns
    -------
    list of Line
        In the order given.
    """
    return [
        Line(
            new.code,
            new.name,
            new.whom,
            new.bands,
            _gain(old.whom, new.whom),
            {band: _gain(old.bands[band], new.bands[band]) for band in AGE_BANDS},
        )
        for old, new in zip(before, after, strict=True)
    ]


def _number(value: float | None) -> int | str:
    return say("lifecircle.word.unknown") if value is None else round(value)


def sum_known(values: Sequence[float | None]) -> float | None:
    """Return the sum of what is known, ``None`` if nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def written(value: float | None) -> str:
    """Return a number of people with its digits grouped, or that it is unknown."""
    return say("lifecircle.word.unknown") if value is None else f"{round(value):,}"


def share_text(band: Band) -> str:
    """Return a share in per cent with its range where that is more than a rounding, or that it is unknown."""
    if band.share is None or band.low is None or band.high is None:
        return say("lifecircle.word.unknown")
    low, share, high = (f"{value * 100:.0f}" for value in (band.low, band.share, band.high))
    return f"{share} %" if low == high else f"{share} %{say('lifecircle.word.range', low=low, high=high)}"


def _band_column(key: str, value: Callable[[Line], float | None], *, hidden: bool) -> Column:
    return Column(key, lambda line: _number(value(line)), kind="number", hidden=hidden)


def _bands(*, gains: bool) -> list[Column]:
    columns = []
    for band in AGE_BANDS:
        columns.append(
            _band_column(f"without_{band}", lambda line, band=band: line.bands[band].without, hidden=gains)  # type: ignore[misc]
        )
        if gains:
            columns.append(
                _band_column(f"gain_{band}", lambda line, band=band: line.gains[band], hidden=False)  # type: ignore[misc]
            )
    return columns


def _profile(line: Line) -> str:
    return reverse("communities:profile", args=[line.code])


def _search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    kept: Any = rows
    found: QuerySet[Any] = kept.keep(lambda line: asked in line.name or asked in line.code)
    return found


def _same(rows: QuerySet[Any], _asked: str) -> QuerySet[Any]:
    return rows


def circle_table(choices: Choices, *, imagined: bool) -> Table:
    """Return the table of communities.

    Parameters
    ----------
    choices
        What can be chosen: the choices are its filters.
    imagined
        Whether something is imagined: then it tells what is gained.

    Returns
    -------
    Table
        Its rows are `Line`s.
    """
    columns = [
        Column("name", lambda line: line.name, order=("name",), link=_profile),
        Column("code", lambda line: line.code, order=("code",), hidden=True),
        Column("within", lambda line: _number(line.within), kind="number", order=("within",)),
        Column("without", lambda line: _number(line.without), kind="number", order=("without",)),
        Column("unknown", lambda line: _number(line.unknown), kind="number", order=("unknown",)),
        Column("share", lambda line: share_text(line.whom), order=("share",)),
    ]
    if imagined:
        columns.insert(2, Column("gain", lambda line: _number(line.gain), kind="number", order=("gain",)))
    kinds = [(kind.code, pick(kind.title)) for kind in choices.kinds.values()]
    walkers = [(code, say(f"lifecircle.person.{code}")) for code in choices.walkers]
    minutes = [(str(one.number), say("lifecircle.word.minutes", n=one.number)) for one in choices.minutes]
    return Table(
        "lifecircle.table",
        (*columns, *_bands(gains=imagined)),
        "-gain" if imagined else "-without",
        (
            Filter("type", _same, "choice", lambda: kinds),
            Filter("person", _same, "choice", lambda: walkers),
            Filter("minute", _same, "choice", lambda: minutes),
            Filter("q", _search),
        ),
    )
