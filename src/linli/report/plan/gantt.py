"""The Gantt chart of a programme: when each project is worked on, and when it opens.

Rows stand in groups (communities); a long programme is drawn as several figures with the same head, so that a row stays
legible on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from linli.report.formats import Context
from linli.report.palette import GREYS
from linli.report.plan.charts import Tone, legend
from linli.report.svg import element, escaped, figure, label, shorten, text_width

__all__ = ["Work", "gantt_chart", "split_works"]

_WIDTH = 720
_HEAD = 30
_ROW = 18
_GROUP = 22
_BAR = 11.0
_ROOM = 0.46
_OPEN = "#1f2933"


@dataclass(frozen=True, slots=True)
class Work:
    """One project in time.

    Parameters
    ----------
    group
        Heading under which it stands.
    label
        What it is.
    start, end
        Years: works begin, doors open; the same year if it opens at once.
    tone
        Key of its `Tone`.
    letter
        Written on the bar, so that it does not speak by colour alone.
    """

    group: str
    label: str
    start: int
    end: int
    tone: str
    letter: str


def split_works(works: Sequence[Work], most: int) -> list[list[Work]]:
    """Cut a long list into figures of at most so many rows, whole groups together where they fit.

    Parameters
    ----------
    works
        In order; rows of a group stand together.
    most
        Rows of one figure, ≥ 1.

    Returns
    -------
    list of list of Work
        At least one list if there are works.
    """
    pages: list[list[Work]] = []
    for _, found in groupby(works, key=lambda work: work.group):
        rows = list(found)
        if pages and len(pages[-1]) + len(rows) <= most:
            pages[-1] += rows
            continue
        # a group longer than a figure goes on in the next one
        pages += [rows[i : i + most] for i in range(0, len(rows), most)]
    return pages


def _columns(years: Sequence[int], left: float, wide: float, top: float, bottom: float) -> list[str]:
    out = []
    slot = wide / len(years)
    for i, year in enumerate(years):
        x = left + slot * i
        if i % 2 == 0:
            out.append(element("rect", x=x, y=top, width=slot, height=bottom - top, fill=GREYS["paper"]))
        out.append(element("path", d=f"M{x:.1f} {top - 20:.1f}V{bottom:.1f}", stroke=GREYS["rule"]))
        out.append(label(x + slot / 2, top - 6, year, text_anchor="middle", font_weight=600))
    return out


def _work(work: Work, years: Sequence[int], left: float, slot: float, y: float, colour: str) -> str:
    """Draw the bar of the works, and a diamond where it opens."""
    first = left + slot * (work.start - years[0])
    # what opens in the year it begins is open from the middle of that year on
    opens = left + slot * (work.end - years[0]) if work.end > work.start else first + slot * 0.5
    parts = [
        element("title", escaped(f"{work.label}: {work.start}–{work.end}")),
        element("rect", x=first + 2, y=y - _BAR / 2, width=max(opens - first - 2, 4.0), height=_BAR, fill=colour),
        element("path", d=f"M{opens:.1f} {y - 6:.1f}l5 6l-5 6l-5 -6z", fill=_OPEN, stroke="#fff"),
    ]
    if opens - first > text_width(work.letter, 10) + 14:
        middle = (first + opens) / 2 - 2
        parts.append(label(middle, y + 3.6, work.letter, font_size=10, text_anchor="middle", fill="#fff"))
    return element("g", *parts)


def gantt_chart(
    works: Sequence[Work],
    years: Sequence[int],
    tones: Sequence[Tone],
    context: Context,
    *,
    name: str,
    title: str,
    opens: str,
) -> str:
    """Draw projects over years, in groups.

    Parameters
    ----------
    works
        Rows of a group stand together.
    years
        Columns, consecutive.
    tones
        Ways of doing it.
    context
        Language.
    name, title
        Of the figure.
    opens
        What the diamond means.

    Returns
    -------
    str
        SVG document.
    """
    keys, end = legend(tones, _WIDTH - text_width(opens, 11.5) - 30, _HEAD)
    x = _WIDTH - text_width(opens, 11.5) - 6
    mark = element("path", d=f"M{x - 10:.1f} {_HEAD - 0.5}l5 6l-5 6l-5 -6z", fill=_OPEN)
    top, left = end + 26.0, _WIDTH * _ROOM
    slot = (_WIDTH - left) / len(years)
    colours = {tone.key: tone.colour for tone in tones}
    rows: list[str] = []
    y = top
    for group, found in groupby(works, key=lambda work: work.group):
        rows.append(element("path", d=f"M0 {y:.1f}H{_WIDTH}", stroke=GREYS["line"]))
        rows.append(label(0, y + 15, shorten(group, 12, left - 8), font_weight=600))
        y += _GROUP
        for work in found:
            rows.append(label(10, y + 4 + _ROW / 2 - 2, shorten(work.label, 11.5, left - 20), font_size=11.5))
            rows.append(_work(work, years, left, slot, y + _ROW / 2, colours[work.tone]))
            y += _ROW
    body = [
        label(0, 16, shorten(title, 14, _WIDTH), font_size=14, font_weight=600),
        *keys,
        mark,
        label(x, _HEAD + 9.5, opens, font_size=11.5),
        *_columns(years, left, _WIDTH - left, top, y),
        *rows,
    ]
    described = "; ".join(f"{work.label}: {work.start}–{work.end}" for work in works)
    return figure(_WIDTH, y + 6, body, name=name, title=title, description=described, lang=context.words.lang)
