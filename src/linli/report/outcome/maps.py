"""The maps of a comparison: communities by what became of their items, and what happened where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from linli.report.formats import Context
from linli.report.frame import Key, inner_view, map_figure
from linli.report.ground import Ground
from linli.report.maps import area_labels
from linli.report.outcome.model import VERDICTS
from linli.report.palette import ACCENT, GREYS, STATUSES
from linli.report.svg import element, escaped, hatch, label

__all__ = ["VERDICT_FILL", "Mark", "happened_map", "verdict_map"]

VERDICT_FILL: Mapping[str, str] = {
    "better": STATUSES["met"].fill,
    "mixed": STATUSES["partly"].fill,
    "worse": STATUSES["not_met"].fill,
    "same": "#f5f7f8",
}
"""Colour of each verdict; each area also carries its counts, and what is in one round only is hatched."""

Mark = tuple[int, str, float, float, tuple[float, float] | None, str]
"""Number, kind, position and former position (metres, projected), and what it is in words."""

_UP, _DOWN = STATUSES["met"].colour, STATUSES["not_met"].colour
_NUMBERED = 80
"""With more marks than this, numbers would cover the map."""


def verdict_map(
    ground: Ground,
    verdicts: Mapping[str, str],
    counts: Mapping[str, str],
    context: Context,
    *,
    name: str,
    title: str,
    words: Mapping[str, str],
    described: str,
    links: Mapping[str, str] | None = None,
) -> str:
    """Draw what became of each community's items: better, worse, both, unchanged.

    Parameters
    ----------
    ground
        The shared ground of the second round.
    verdicts
        By community id, one of `linli.report.outcome.model.VERDICTS`.
    counts
        By community id: how many items got better and worse, written in the area.
    context
        Language, date, notes.
    name, title
        Of the figure.
    words
        What each verdict is called.
    described
        The finding in one sentence.
    links
        Page of each community, or None.

    Returns
    -------
    str
        SVG document.
    """
    pattern = f"{name}-hatch"
    shapes = []
    for i, (key, path) in enumerate(zip(ground.community_ids, ground.areas, strict=True)):
        verdict = verdicts.get(key, "alone")
        text = f"{words[verdict]} {counts.get(key, '')}".strip()
        tip = element("title", escaped(context.words("map.tip", name=ground.community_names[i], value=text)))
        fill = VERDICT_FILL.get(verdict, f"url(#{pattern}-map)")
        shape = element("path", tip, d=path, fill=fill, fill_rule="evenodd")
        shapes.append(element("a", shape, href=links[key]) if links and key in links else shape)
    big = element("g", *shapes, stroke="#8a97a3", stroke_width=8, stroke_linejoin="round")
    named = zip(ground.community_ids, ground.community_names, strict=True)
    labelled = replace(ground, community_names=tuple(f"{text} {counts.get(key, '')}".strip() for key, text in named))
    keys = []
    for verdict in VERDICTS:
        found = sum(1 for key in ground.community_ids if verdicts.get(key, "alone") == verdict)
        if found or verdict != "alone":
            fill = VERDICT_FILL.get(verdict, f"url(#{pattern})")
            box = element("rect", x=-10, y=-7, width=20, height=14, fill=fill, stroke=GREYS["line"])
            keys.append(Key(box, context.words("outcome.key_count", what=words[verdict], count=found), 20))
    return map_figure(
        ground.view,
        [inner_view(ground.view, big), *area_labels(labelled, counts)],
        name=name,
        title=title,
        subtitle=context.words("map.subtitle", place=context.place, dated=context.dated),
        description=described,
        lang=context.words.lang,
        north=context.words("map.north"),
        legend=keys,
        legend_title=context.words("outcome.map_counts"),
        notes=context.notes,
        defs=[hatch(pattern), hatch(f"{pattern}-map", scale=10)],
    )


def _symbol(kind: str, size: float = 1.0) -> str:
    """Draw the sign of a kind around (0, 0); shapes differ as well as colours."""
    white = {"fill": "none", "stroke": "#fff", "stroke_width": 2}
    signs = {
        "opened": element("circle", r=7, fill=_UP) + element("path", d="M-4 0h8M0 -4v8", **white),
        "reopened": element("circle", r=6, fill="#fff", stroke=_UP, stroke_width=2.5)
        + element("path", d="M-3.5 0h7M0 -3.5v7", fill="none", stroke=_UP, stroke_width=2),
        "closed": element("circle", r=7, fill=_DOWN) + element("path", d="M-3.5 -3.5l7 7M3.5 -3.5l-7 7", **white),
        "suspended": element("circle", r=6, fill="#fff", stroke=_DOWN, stroke_width=2.5)
        + element("path", d="M-2 -3v6M2 -3v6", fill="none", stroke=_DOWN, stroke_width=2),
        "moved": element("path", d="M0 -7l7 7l-7 7l-7 -7z", fill="#3b4a9c", stroke="#fff"),
        "room": element("rect", x=-10, y=-10, width=20, height=20, fill="none", stroke=ACCENT, stroke_width=2.5),
        "plot": element("path", d="M0 -13l12 22h-24z", fill="none", stroke=ACCENT, stroke_width=2.5),
    }
    return signs[kind] if size == 1.0 else element("g", signs[kind], transform=f"scale({size:g})")


def happened_map(
    ground: Ground,
    marks: Sequence[Mark],
    context: Context,
    *,
    name: str,
    title: str,
    words: Mapping[str, str],
) -> str:
    """Draw what opened, closed and moved, and which rooms and plots came back into use.

    Parameters
    ----------
    ground
        The shared ground of the second round.
    marks
        What happened, positions in metres of the survey's projected system.
    context
        Language, date, notes.
    name, title
        Of the figure.
    words
        What each kind is called, in the order of the legend.

    Returns
    -------
    str
        SVG document; marks carry their numbers where there are no more than eighty.
    """
    outlines = element(
        "g", *(element("path", d=d) for d in ground.areas), fill="#fff", stroke="#8a97a3", stroke_width=8
    )
    signs, numbers = [], []
    for number, kind, x, y, origin, text in marks:
        px, py = ground.view.pixel(x, y)
        if origin is not None:
            ox, oy = ground.view.pixel(*origin)
            line = f"M{ox * 10:.0f} {oy * 10:.0f}L{px * 10:.0f} {py * 10:.0f}"
            dash = {"stroke": "#3b4a9c", "stroke_width": 15, "stroke_dasharray": "40 25", "fill": "none"}
            signs.append(element("path", d=line, **dash))
        tip = element("title", escaped(f"{number} {words[kind]} {text}"))
        signs.append(element("g", tip, _symbol(kind), transform=f"translate({px * 10:.0f} {py * 10:.0f}) scale(10)"))
        shift = -13 if kind in ("room", "plot") else 10  # a facility in a room has the same place
        anchor = "end" if shift < 0 else "start"
        numbers.append(
            label(px * 10 + shift * 10, py * 10 + 40, str(number), font_size=110, text_anchor=anchor, font_weight=600)
        )
    shown = numbers if len(marks) <= _NUMBERED else []
    halo = element("g", *shown, paint_order="stroke", stroke="#fff", stroke_width=30)
    keys = []
    for kind, text in words.items():
        found = sum(1 for mark in marks if mark[1] == kind)
        if found:
            keys.append(Key(_symbol(kind, 0.8), context.words("outcome.key_count", what=text, count=found), 20))
    return map_figure(
        ground.view,
        [
            inner_view(ground.view, outlines, ground.backdrop),
            *area_labels(ground, {}, 10),
            inner_view(ground.view, *signs, halo),
        ],
        name=name,
        title=title,
        subtitle=context.words("map.subtitle", place=context.place, dated=context.dated),
        description="; ".join(f"{number} {words[kind]} {text}" for number, kind, _, _, _, text in marks),
        lang=context.words.lang,
        north=context.words("map.north"),
        legend=keys,
        legend_title=context.words("outcome.map_numbers") if shown else "",
        notes=context.notes,
    )
