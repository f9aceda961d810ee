"""The charts that only a plan needs: before and after, bars in parts, columns by year, ranges, a frontier.

Every chart is zero-based, labelled directly, with its units, and says in its text alternative what it shows. Labels are
placed by measured width and moved apart, so that none covers another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.report.charts import axis_marks, label_room, nice_limit, side_label
from linli.report.formats import Context
from linli.report.palette import ACCENT, GREYS
from linli.report.svg import element, escaped, figure, label, shorten, text_width

__all__ = [
    "Parts",
    "Point",
    "Shift",
    "Span",
    "Tone",
    "column_chart",
    "dumbbell_chart",
    "frontier_chart",
    "parts_chart",
    "span_chart",
]

_HEAD = 30
_ROW = 24
_TALL = 30
"""Height of rows whose labels take two lines."""

_WIDTH = 720
_LINE = 17
_GAP = 14.0


@dataclass(frozen=True, slots=True)
class Tone:
    """A part of a bar: key, what it is called, its colour, and the colour of figures on it."""

    key: str
    text: str
    colour: str
    ink: str = "#fff"


@dataclass(frozen=True, slots=True)
class Shift:
    """A share (0–1) before and after; `text` is written beside it, NaN = unknown."""

    label: str
    before: float
    after: float
    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """A bar in parts by key of a `Tone`, in the chart's unit; parts below 0 lie left of (or under) the axis."""

    label: str
    values: Mapping[str, float]
    text: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A range from low to high around a base, in the chart's unit, with both ends written."""

    label: str
    low: float
    high: float
    low_text: str
    high_text: str


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a frontier: where it stands, the least and the most it can be, and its words."""

    x: float
    y: float
    bound: float
    text: str


def legend(tones: Sequence[Tone], width: float, top: float) -> tuple[list[str], float]:
    """Let the keys of a chart flow in rows.

    Parameters
    ----------
    tones
        In the order of the parts.
    width, top
        Room and where it begins, pixels.

    Returns
    -------
    list of str
        SVG text.
    float
        Where it ends, pixels.
    """
    x, y, out = 0.0, top, []
    for tone in tones:
        wide = 19 + text_width(tone.text, 11.5) + 16
        if x and x + wide > width:
            x, y = 0.0, y + _LINE
        out.append(element("rect", x=x, y=y, width=13, height=11, fill=tone.colour, stroke=GREYS["line"]))
        out.append(label(x + 18, y + 9.5, shorten(tone.text, 11.5, width - 20), font_size=11.5))
        x += wide
    return out, y + _LINE


def _row(labels: Sequence[str], room: float) -> int:
    """Return the height of the rows: more where a label takes two lines."""
    return _TALL if any(text_width(text, 12) > room - 8 for text in labels) else _ROW


def _title(text: str, width: float) -> str:
    return label(0, 16, shorten(text, 14, width), font_size=14, font_weight=600)


def dumbbell_chart(
    rows: Sequence[Shift],
    context: Context,
    *,
    name: str,
    title: str,
    axis: str,
    before: str,
    after: str,
    width: int = _WIDTH,
) -> str:
    """Draw shares before and after as two marks on one line per row.

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
    before, after
        What the two marks mean.
    width
        Pixels.

    Returns
    -------
    str
        SVG document.
    """
    room = label_room([row.label for row in rows], width)
    texts = max((text_width(row.text, 12) for row in rows), default=40.0) + 14
    wide, top, tall = max(width - room - texts, 80.0), _HEAD + 24.0, _row([row.label for row in rows], room)
    bottom = top + tall * max(len(rows), 1) + 4
    body = [_title(title, width), *_two_keys(before, after)]
    body += axis_marks(room, top, bottom, 1.0, 0.25, wide, "share")
    for i, row in enumerate(rows):
        y = top + tall * (i + 0.5) + 2
        body.append(side_label(row.label, room, y, row.href))
        body.append(_shift(row, room, wide, y))
        body.append(label(width - texts + 14, y + 4, row.text))
    body.append(label(room, bottom + 29, axis, font_size=11, fill=GREYS["text"]))
    described = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return figure(width, bottom + 36, body, name=name, title=title, description=described, lang=context.words.lang)


def _two_keys(before: str, after: str) -> list[str]:
    x = 24 + text_width(before, 11.5) + 18
    return [
        _hollow(6.0, _HEAD + 7.0),
        label(18, _HEAD + 11, before, font_size=11.5),
        element("circle", cx=x, cy=_HEAD + 7.0, r=5.5, fill=ACCENT),
        label(x + 12, _HEAD + 11, after, font_size=11.5),
    ]


def _hollow(x: float, y: float) -> str:
    return element("circle", cx=x, cy=y, r=4.6, fill="#fff", stroke=GREYS["soft"], stroke_width=1.8)


def _shift(row: Shift, left: float, wide: float, y: float) -> str:
    if math.isnan(row.before) or math.isnan(row.after):
        return ""
    a, b = left + wide * row.before, left + wide * row.after
    parts = [element("title", escaped(f"{row.label}: {row.text}"))]
    if abs(b - a) > 1:
        parts.append(element("path", d=f"M{a:.1f} {y:.1f}H{b:.1f}", stroke=ACCENT, stroke_width=4, stroke_opacity=0.35))
    parts.append(element("circle", cx=b, cy=y, r=5.5, fill=ACCENT))
    parts.append(_hollow(a, y))
    return element("g", *parts)


def _extent(rows: Sequence[Parts], tones: Sequence[Tone]) -> tuple[float, float]:
    """Return how far the bars reach below and above zero."""
    low = high = 0.0
    for row in rows:
        values = [row.values.get(tone.key, 0.0) for tone in tones]
        low = min(low, sum(v for v in values if v < 0))
        high = max(high, sum(v for v in values if v > 0))
    return low, high


def parts_chart(
    rows: Sequence[Parts],
    tones: Sequence[Tone],
    context: Context,
    *,
    name: str,
    title: str,
    axis: str,
    width: int = _WIDTH,
    whole: bool = False,
) -> str:
    """Draw horizontal bars in parts; parts below zero lie to the left.

    Parameters
    ----------
    rows
        From top to bottom, values in the unit of the axis.
    tones
        The parts, in order.
    context
        Language.
    name, title
        Of the figure.
    axis
        What is measured, with unit.
    width
        Pixels.
    whole
        Whether only whole things are counted.

    Returns
    -------
    str
        SVG document.
    """
    shown = [tone for tone in tones if any(row.values.get(tone.key, 0.0) for row in rows)]
    keys, top = legend(shown, width, _HEAD)
    room = label_room([row.label for row in rows], width)
    texts = max((text_width(row.text, 12) for row in rows), default=0.0) + 12
    wide = max(width - room - texts, 80.0)
    low, high = _extent(rows, shown)
    limit, step = nice_limit(max(high, -low), 1.0 if whole else 0.0)
    below = step * math.ceil(-low / step - 1e-9) if low < 0 else 0.0
    above = step * math.ceil(high / step - 1e-9) if high > 0 else (0.0 if below else limit)
    scale = wide / (below + above)
    zero, top = room + below * scale, top + 6
    tall = _row([row.label for row in rows], room)
    bottom = top + tall * max(len(rows), 1) + 2
    body = [_title(title, width), *keys, *axis_marks(zero, top, bottom, above, step, above * scale, "plain")]
    body += _below_marks(zero, top, bottom, below, step, scale)
    for i, row in enumerate(rows):
        y = top + tall * (i + 0.5)
        body += [side_label(row.label, room, y, row.href), _bar(row, shown, zero, y, scale)]
        body.append(label(width - texts + 10, y + 4, row.text))
    # the axis once more, over the rims of the bars
    body.append(element("path", d=f"M{zero:.1f} {top:.1f}V{bottom:.1f}", stroke=GREYS["soft"]))
    body.append(label(room, bottom + 29, axis, font_size=11, fill=GREYS["text"]))
    described = "; ".join(f"{row.label}: {row.text or _values(row, shown)}" for row in rows)
    return figure(width, bottom + 36, body, name=name, title=title, description=described, lang=context.words.lang)


def _values(row: Parts, tones: Sequence[Tone]) -> str:
    return ", ".join(f"{tone.text} {row.values[tone.key]:,.0f}" for tone in tones if row.values.get(tone.key))


def _below_marks(zero: float, top: float, bottom: float, below: float, step: float, scale: float) -> list[str]:
    out = []
    for i in range(1, round(below / step) + 1 if below else 0):
        x = zero - i * step * scale
        text = f"-{i * step:,.0f}" if step >= 1 else f"-{i * step:,.2g}"
        out.append(element("path", d=f"M{x:.1f} {top:.1f}V{bottom:.1f}", stroke=GREYS["rule"]))
        out.append(label(x, bottom + 14, text, font_size=10.5, text_anchor="middle", fill=GREYS["soft"]))
    return out


def _bar(row: Parts, tones: Sequence[Tone], zero: float, y: float, scale: float) -> str:
    parts = [element("title", escaped(f"{row.label}: {_values(row, tones)}"))]
    right = left = zero
    for tone in tones:
        value = row.values.get(tone.key, 0.0)
        wide = abs(value) * scale
        if not value:
            continue
        x = right if value > 0 else left - wide
        parts.append(element("rect", x=x, y=y - 8.0, width=max(wide, 0.8), height=16, fill=tone.colour, stroke="#fff"))
        text = f"{abs(value):,.0f}"
        if wide > text_width(text, 10.5) + 6 and abs(value) >= 1:
            parts.append(label(x + wide / 2, y + 4, text, font_size=10.5, text_anchor="middle", fill=tone.ink))
        right, left = (right + wide, left) if value > 0 else (right, left - wide)
    return element("g", *parts)


def column_chart(
    columns: Sequence[Parts],
    tones: Sequence[Tone],
    context: Context,
    *,
    name: str,
    title: str,
    axis: str,
    width: int = 560,
) -> str:
    """Draw upright columns in parts, one a year; what is paid back lies below zero.

    Parameters
    ----------
    columns
        From left to right, values in the unit of the axis; `text` stands over the column.
    tones
        The parts, from the axis outward.
    context
        Language.
    name, title
        Of the figure.
    axis
        What is measured, with unit.
    width
        Pixels.

    Returns
    -------
    str
        SVG document.
    """
    shown = [tone for tone in tones if any(column.values.get(tone.key, 0.0) for column in columns)]
    keys, end = legend(shown, width, _HEAD)
    low, high = _extent(columns, shown)
    _, step = nice_limit(max(high, -low))
    above = max(step * math.ceil(high / step - 1e-9), step)
    below = step * math.ceil(-low / step - 1e-9) if low < 0 else 0.0
    marks = [f"{i * step:,.0f}" if step >= 1 else f"{i * step:,.2g}" for i in range(round(above / step) + 1)]
    left, top = max(text_width(mark, 10.5) for mark in marks) + 12, end + 34.0
    tall = 190.0
    scale = tall / (above + below)
    zero = top + above * scale
    body = [_title(title, width), *keys, label(0, end + 12, axis, font_size=11, fill=GREYS["text"])]
    for i in range(-round(below / step), round(above / step) + 1):
        y = zero - i * step * scale
        text = f"{i * step:,.0f}" if step >= 1 else f"{i * step:,.2g}"
        body.append(element("path", d=f"M{left:.1f} {y:.1f}H{width}", stroke=GREYS["rule"] if i else GREYS["soft"]))
        body.append(label(left - 6, y + 4, text, font_size=10.5, text_anchor="end", fill=GREYS["soft"]))
    slot = (width - left) / max(len(columns), 1)
    for i, column in enumerate(columns):
        body.append(_column(column, shown, left + slot * (i + 0.5), min(slot * 0.56, 72.0), zero, scale))
        body.append(label(left + slot * (i + 0.5), top + tall + 16, column.label, text_anchor="middle"))
    # the axis once more, over the rims of the columns
    body.append(element("path", d=f"M{left:.1f} {zero:.1f}H{width}", stroke=GREYS["soft"]))
    described = "; ".join(f"{column.label}: {_values(column, shown)}" for column in columns)
    height = top + tall + 26
    return figure(width, height, body, name=name, title=title, description=described, lang=context.words.lang)


def _column(column: Parts, tones: Sequence[Tone], middle: float, wide: float, zero: float, scale: float) -> str:
    parts = [element("title", escaped(f"{column.label}: {_values(column, tones)}"))]
    up = down = zero
    for tone in tones:
        value = column.values.get(tone.key, 0.0)
        if not value:
            continue
        tall = abs(value) * scale
        y = up - tall if value > 0 else down
        parts.append(
            element(
                "rect", x=middle - wide / 2, y=y, width=wide, height=max(tall, 0.8), fill=tone.colour, stroke="#fff"
            )
        )
        # a column of one part says its figure once, above
        text = f"{value:,.0f}" if len(tones) > 1 else ""
        if text and tall >= _GAP and text_width(text, 10.5) + 4 <= wide:
            parts.append(label(middle, y + tall / 2 + 4, text, font_size=10.5, text_anchor="middle", fill=tone.ink))
        up, down = (up - tall, down) if value > 0 else (up, down + tall)
    parts.append(label(middle, up - 5, column.text, font_size=11.5, font_weight=600, text_anchor="middle"))
    return element("g", *parts)


def span_chart(
    rows: Sequence[Span],
    base: float,
    base_text: str,
    context: Context,
    *,
    name: str,
    title: str,
    axis: str,
    width: int = _WIDTH,
) -> str:
    """Draw ranges around a base, the widest first (a tornado).

    Parameters
    ----------
    rows
        From top to bottom, in the unit of the axis.
    base, base_text
        Where the middle line stands, and its words.
    context
        Language.
    name, title
        Of the figure.
    axis
        What is measured, with unit.
    width
        Pixels.

    Returns
    -------
    str
        SVG document.
    """
    room = label_room([row.label for row in rows], width)
    left_text = max((text_width(_left(row)[1], 11) for row in rows), default=0.0) + 10
    right_text = max((text_width(_right(row)[1], 11) for row in rows), default=0.0) + 10
    values = [base, *(v for row in rows for v in (row.low, row.high))]
    low, high = min(values), max(values)
    start, wide = room + left_text, max(width - room - left_text - right_text, 60.0)
    scale = wide / ((high - low) or 1.0)
    top = _HEAD + 24.0
    tall = _row([row.label for row in rows], room)
    bottom = top + tall * max(len(rows), 1) + 4
    zero = start + (base - low) * scale
    body = [_title(title, width)]
    for i, row in enumerate(rows):
        y = top + tall * (i + 0.5)
        (least, least_text), (most, most_text) = _left(row), _right(row)
        a, b = start + (least - low) * scale, start + (most - low) * scale
        body.append(side_label(row.label, room, y))
        body.append(element("rect", x=a, y=y - 8, width=max(zero - a, 0.0), height=16, fill="#c97b3b"))
        body.append(element("rect", x=zero, y=y - 8, width=max(b - zero, 0.0), height=16, fill="#3d8d91"))
        body.append(label(a - 5, y + 4, least_text, font_size=11, text_anchor="end"))
        body.append(label(b + 5, y + 4, most_text, font_size=11))
    body.append(element("path", d=f"M{zero:.1f} {top - 4:.1f}V{bottom:.1f}", stroke=GREYS["ink"], stroke_width=1.2))
    half = text_width(base_text, 11.5) / 2
    body.append(label(min(max(zero, half), width - half), top - 9, base_text, font_size=11.5, text_anchor="middle"))
    body.append(label(room, bottom + 15, axis, font_size=11, fill=GREYS["text"]))
    described = "; ".join(f"{row.label}: {row.low_text} – {row.high_text}" for row in rows)
    return figure(width, bottom + 22, body, name=name, title=title, description=described, lang=context.words.lang)


def _left(row: Span) -> tuple[float, str]:
    return (row.low, row.low_text) if row.low <= row.high else (row.high, row.high_text)


def _right(row: Span) -> tuple[float, str]:
    return (row.high, row.high_text) if row.low <= row.high else (row.low, row.low_text)


def frontier_chart(
    points: Sequence[Point],
    context: Context,
    *,
    name: str,
    title: str,
    axis_x: str,
    axis_y: str,
    found: str,
    cannot: str,
    mark: Point | None = None,
    width: int = 640,
) -> str:
    """Draw what each budget buys: what was found, and what nothing can beat.

    Parameters
    ----------
    points
        Ascending by `x`; `y` found, `bound` above it, in the units of the axes; `text` stands beside a point.
    context
        Language.
    name, title
        Of the figure.
    axis_x, axis_y
        What the axes measure, with units.
    found, cannot
        What line and rim mean.
    mark
        The plan itself, or None.
    width
        Pixels.

    Returns
    -------
    str
        SVG document.
    """
    every = [*points, *([mark] if mark else [])]
    right_limit, step_x = nice_limit(max((p.x for p in every), default=1.0))
    up_limit, step_y = nice_limit(max((max(p.y, p.bound) for p in every), default=1.0))
    ends = f"{up_limit:,.0f}" if step_y >= 1 else f"{up_limit:,.2g}"
    left, top, bottom, right = text_width(ends, 10.5) + 12, _HEAD + 44.0, _HEAD + 290.0, width - 24.0
    tones = [Tone("found", found, ACCENT), Tone("bound", cannot, "#b5d9d6"), *_mark_tone(mark)]
    keys, _ = legend(tones, width, _HEAD)

    def at(x: float, y: float) -> tuple[float, float]:
        return left + (right - left) * x / right_limit, bottom - (bottom - top) * y / up_limit

    body = [_title(title, width), *keys, label(0, _HEAD + 34, axis_y, font_size=11, fill=GREYS["text"])]
    body += _grid((left, top, right, bottom), (right_limit, step_x), (up_limit, step_y))
    upper, lower = [at(p.x, max(p.bound, p.y)) for p in points], [at(p.x, p.y) for p in points]
    rim = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*upper, *reversed(lower)])
    body.append(element("polygon", points=rim, fill="#b5d9d6", stroke="#7bb8b6", stroke_dasharray="3 3"))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in lower)
    body.append(element("polyline", points=line, fill="none", stroke=ACCENT, stroke_width=2))
    body += [element("circle", cx=x, cy=y, r=3.5, fill=ACCENT) for x, y in lower]
    taken: list[tuple[float, float, float, float]] = []
    if mark:
        x, y = at(mark.x, mark.y)
        body.append(
            element("path", d=f"M{x:.1f} {y - 7:.1f}l6 7l-6 7l-6 -7z", fill="#a4490c", stroke="#fff", stroke_width=1.5)
        )
        taken.append((x - 8, y - 9, x + 8, y + 9))
    for point, (x, y) in zip(points, lower, strict=True):
        if point.x <= 0:
            continue
        body += _beside(point.text, x, y, right, taken)
    body.append(label(left, bottom + 34, axis_x, font_size=11, fill=GREYS["text"]))
    described = "; ".join(point.text for point in every)
    return figure(width, bottom + 42, body, name=name, title=title, description=described, lang=context.words.lang)


def _mark_tone(mark: Point | None) -> list[Tone]:
    return [Tone("mark", mark.text, "#a4490c")] if mark else []


def _grid(box: tuple[float, float, float, float], across: tuple[float, float], up: tuple[float, float]) -> list[str]:
    left, top, right, bottom = box
    out = []
    for i in range(round(up[0] / up[1]) + 1):
        y = bottom - (bottom - top) * i * up[1] / up[0]
        text = f"{i * up[1]:,.0f}" if up[1] >= 1 else f"{i * up[1]:,.2g}"
        out.append(element("path", d=f"M{left:.1f} {y:.1f}H{right:.1f}", stroke=GREYS["rule"] if i else GREYS["soft"]))
        out.append(label(left - 6, y + 4, text, font_size=10.5, text_anchor="end", fill=GREYS["soft"]))
    for i in range(round(across[0] / across[1]) + 1):
        x = left + (right - left) * i * across[1] / across[0]
        text = f"{i * across[1]:,.0f}" if across[1] >= 1 else f"{i * across[1]:,.2g}"
        out.append(label(x, bottom + 15, text, font_size=10.5, text_anchor="middle", fill=GREYS["soft"]))
    return out


def _beside(text: str, x: float, y: float, right: float, taken: list[tuple[float, float, float, float]]) -> list[str]:
    """Write beside a point, under it to the right, where no other label stands; leave it out where there is no room."""
    wide = text_width(text, 10.5)
    for dx, dy in ((7.0, 15.0), (-wide - 7.0, -8.0), (7.0, 28.0)):
        box = (x + dx - 2, y + dy - 10, x + dx + wide + 2, y + dy + 3)
        inside = box[0] > 0 and box[2] < right + 20
        if inside and not any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken):
            taken.append(box)
            return [label(x + dx, y + dy, text, font_size=10.5, fill=GREYS["text"], halo=True)]
    return []
