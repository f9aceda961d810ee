"""The charts of a comparison: where a degree was and is (and where a plan hoped it would be), and who gained and lost.

Direction is told by the shape of the mark and by the figures, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.report.charts import axis_marks, label_room, nice_limit, side_label
from linli.report.formats import Context
from linli.report.palette import GREYS, STATUSES
from linli.report.svg import element, escaped, figure, label, shorten, text_width, wrap

__all__ = ["Balance", "Step", "balance_chart", "step_chart"]

_HEAD = 30
_ROW = 24
_UP, _DOWN = STATUSES["met"].colour, STATUSES["not_met"].colour
_HOPE = "#a4490c"
_SAME = 0.005
"""Half a point: what rounds to nothing is drawn as unchanged."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row: a share before and after, 0–1, and what was hoped for; None = not known."""

    label: str
    before: float | None
    after: float | None
    text: str
    hoped: float | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """One row: people who gained and people who lost, both ≥ 0, and the figure as people read it."""

    label: str
    gained: float
    lost: float
    text: str


def _mark(x: float, y: float, colour: str, direction: int) -> str:
    """Draw where a share is now: an arrow head right for more, left for less, a dot for the same."""
    if not direction:
        return element("circle", cx=x, cy=y, r=4.0, fill=colour)
    return element("path", d=f"M{x + 1 * direction:.1f} {y:.1f}l{-9 * direction} -5.5v11z", fill=colour)


def _step(row: Step, left: float, y: float, wide: float) -> str:
    parts = [element("title", escaped(f"{row.label}: {row.text}"))]
    end = left
    if row.hoped is not None:
        x = left + row.hoped * wide
        parts.append(element("path", d=f"M{x:.1f} {y - 9:.1f}v18", stroke=_HOPE, stroke_width=2.5))
        end = x
    if row.before is not None and row.after is not None:
        a, b = left + row.before * wide, left + row.after * wide
        direction = 0 if abs(row.after - row.before) < _SAME else 1 if row.after > row.before else -1
        colour = {1: _UP, -1: _DOWN, 0: GREYS["soft"]}[direction]
        if direction:
            parts.append(element("path", d=f"M{a:.1f} {y:.1f}H{b:.1f}", stroke=colour, stroke_width=3))
            parts.append(element("circle", cx=a, cy=y, r=4.0, fill="#fff", stroke=GREYS["text"], stroke_width=1.5))
        parts.append(_mark(b, y, colour, direction))
        end = max(end, a, b)
    parts.append(label(end + 12, y + 4, row.text, halo=True))
    return element("g", *parts)


def _step_keys(words: Sequence[str], *, hoped: bool) -> list[str]:
    """Say what the marks mean: before, more now, less now, the same, hoped for."""
    y = _HEAD + 5.0
    marks = [
        element("circle", cx=5, cy=y, r=4.0, fill="#fff", stroke=GREYS["text"], stroke_width=1.5),
        _mark(9, y, _UP, 1),
        _mark(1, y, _DOWN, -1),
        _mark(5, y, GREYS["soft"], 0),
        element("path", d=f"M5 {y - 7:.1f}v14", stroke=_HOPE, stroke_width=2.5),
    ]
    out, x = [], 0.0
    for mark, text in list(zip(marks, words, strict=True))[: 5 if hoped else 4]:
        out.append(element("g", mark, transform=f"translate({x:.0f} 0)"))
        out.append(label(x + 15, y + 4, text, font_size=11))
        x += 15 + text_width(text, 11) + 16
    return out


def step_chart(
    rows: Sequence[Step],
    context: Context,
    *,
    name: str,
    title: str,
    axis: str,
    keys: Sequence[str],
    width: int = 720,
) -> str:
    """Draw where each share was and where it is.

    Parameters
    ----------
    rows
        From top to bottom; shares 0–1.
    context
        Language.
    name, title
        Of the figure.
    axis
        What is measured, with unit.
    keys
        Words for before, more now, less now, the same, hoped for.
    width
        Pixels.

    Returns
    -------
    str
        SVG document.
    """
    hoped = any(row.hoped is not None for row in rows)
    top = _HEAD + 24
    room = label_room([row.label for row in rows], width)
    texts = max((text_width(row.text, 12) for row in rows), default=40.0) + 22
    wide = max(width - room - texts, 120.0)
    bottom = top + _ROW * max(len(rows), 1) + 4
    body = [
        label(0, 16, shorten(title, 14, width), font_size=14, font_weight=600),
        *_step_keys(keys, hoped=hoped),
        *axis_marks(room, top, bottom, 1.0, 0.25, wide, "share"),
    ]
    for i, row in enumerate(rows):
        y = top + _ROW * (i + 0.5) + 2
        body += [side_label(row.label, room, y, row.href), _step(row, room, y, wide)]
    lines = wrap(axis, 11, width - room)
    body += [label(room, bottom + 29 + 14 * i, line, font_size=11, fill=GREYS["text"]) for i, line in enumerate(lines)]
    described = "; ".join(f"{row.label}: {row.text}" for row in rows)
    height = bottom + 22 + 14 * len(lines)
    return figure(width, height, body, name=name, title=title, description=described, lang=context.words.lang)


def _balance(row: Balance, middle: float, y: float, scale: float) -> str:
    parts = [element("title", escaped(f"{row.label}: {row.text}"))]
    lost, gained = row.lost * scale, row.gained * scale
    if lost:
        parts.append(element("rect", x=middle - lost, y=y - 7.0, width=lost, height=14, fill=STATUSES["not_met"].fill))
        parts.append(element("path", d=f"M{middle - lost:.1f} {y - 7:.1f}v14", stroke=_DOWN, stroke_width=2))
    if gained:
        parts.append(element("rect", x=middle, y=y - 7.0, width=gained, height=14, fill=STATUSES["met"].fill))
        parts.append(element("path", d=f"M{middle + gained:.1f} {y - 7:.1f}v14", stroke=_UP, stroke_width=2))
    parts.append(label(middle + gained + 7, y + 4, row.text))
    return element("g", *parts)


def balance_chart(
    rows: Sequence[Balance],
    context: Context,
    *,
    name: str,
    title: str,
    axis: str,
    sides: tuple[str, str],
    width: int = 720,
) -> str:
    """Draw who gained to the right of zero and who lost to the left.

    Parameters
    ----------
    rows
        From top to bottom; people (residents or m²), ≥ 0.
    context
        Language.
    name, title
        Of the figure.
    axis
        What is counted, with unit.
    sides
        Words for lost and gained.
    width
        Pixels.

    Returns
    -------
    str
        SVG document.
    """
    top = _HEAD + 20
    room = label_room([row.label for row in rows], width)
    texts = max((text_width(row.text, 12) for row in rows), default=40.0) + 14
    wide = max(width - room - texts, 120.0)
    lost, gained = (max((getattr(row, side) for row in rows), default=0.0) for side in ("lost", "gained"))
    scale = wide / max(lost + gained, 1e-9)
    middle = room + lost * scale
    bottom = top + _ROW * max(len(rows), 1) + 4
    body = [label(0, 16, shorten(title, 14, width), font_size=14, font_weight=600)]
    body += [
        label(middle + 6, _HEAD + 10, f"{sides[1]} ▶", font_size=11, fill=_UP),
        *(
            [label(middle - 6, _HEAD + 10, f"◀ {sides[0]}", font_size=11, fill=_DOWN, text_anchor="end")]
            if lost
            else []
        ),
    ]
    _, step = nice_limit(max(lost, gained), 1.0)
    marks = [i * step for i in range(-int(lost / step + 1e-9), int(gained / step + 1e-9) + 1)] if lost + gained else [0]
    for value in marks:
        x = middle + value * scale
        colour = GREYS["rule"] if value else GREYS["soft"]
        body.append(element("path", d=f"M{x:.1f} {top}V{bottom}", stroke=colour))
        text = f"{abs(value):,.0f}"
        body.append(label(x, bottom + 14, text, font_size=10.5, text_anchor="middle", fill=GREYS["soft"]))
    for i, row in enumerate(rows):
        y = top + _ROW * (i + 0.5) + 2
        body += [side_label(row.label, room, y), _balance(row, middle, y, scale)]
    body.append(label(room, bottom + 29, axis, font_size=11, fill=GREYS["text"]))
    described = "; ".join(f"{row.label}: {row.text}" for row in rows)
    lang = context.words.lang
    return figure(width, bottom + 36, body, name=name, title=title, description=described, lang=lang)
