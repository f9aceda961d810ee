"""The charts of the report: bars, stacked bars and curves; zero-based, labelled directly, with their units.

A chart is drawn at the width it is shown at; its text alternative says what the bars say.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linli.report.formats import Context
from linli.report.palette import ACCENT, GREYS, STATUSES, series_colour
from linli.report.svg import element, escaped, figure, hatch, label, shorten, text_width, wrap

__all__ = [
    "Bar",
    "Curve",
    "Stack",
    "axis_marks",
    "bar_chart",
    "curve_chart",
    "label_room",
    "nice_limit",
    "side_label",
    "stacked_chart",
]

Floats = npt.NDArray[np.float64]

_HEAD = 30
_ROW = 24
_FOOT = 22
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Parameters
    ----------
    label
        What it is of.
    value
        How long it is, in the chart's unit; None = unknown, drawn hatched over its range or the whole width.
    text
        The figure as people read it.
    low, high
        Range where the figure is not certain.
    tick
        A second figure to compare with, drawn as a fine mark.
    colour
        Of the bar.
    href
        Page to open, or None.
    """

    label: str
    value: float | None
    text: str
    low: float | None = None
    high: float | None = None
    tick: float | None = None
    colour: str = ACCENT
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """One row of counts by status.

    Parameters
    ----------
    label
        What it is of.
    counts
        How many by status code, ≥ 0.
    href
        Page to open, or None.
    """

    label: str
    counts: dict[str, int]
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: the share of people (0–1) within each distance (m)."""

    label: str
    x: Floats
    y: Floats


def nice_limit(value: float, least: float = 0.0) -> tuple[float, float]:
    """Return a round upper limit of an axis and the step of its marks.

    Parameters
    ----------
    value
        The largest figure, any unit, ≥ 0.
    least
        Smallest step, same unit: 1 where only whole things are counted.

    Returns
    -------
    tuple of float
        Limit ≥ value, step.

    Examples
    --------
    >>> nice_limit(8.7)
    (10.0, 2.5)
    """
    rough = max(value, 1e-9) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = max(next(s * power for s in _STEPS if s * power >= rough * (1 - 1e-9)), least)
    return step * math.ceil(value / step - 1e-9) if value > 0 else step, step


def label_room(labels: Sequence[str], width: int) -> float:
    """Return how much of a chart its row labels take, pixels.

    Parameters
    ----------
    labels
        Of all rows.
    width
        Of the chart, pixels.

    Returns
    -------
    float
        At most two fifths of the width, pixels.
    """
    widest = max((text_width(text, 12) for text in labels), default=60.0)
    return min(widest * 1.05 + 12, width * 0.4)


def side_label(text: str, room: float, y: float, href: str | None = None) -> str:
    """Write the label of a row, right-aligned, in one or two lines.

    Parameters
    ----------
    text
        What the row is of.
    room, y
        Width for it, and the middle of the row, pixels.
    href
        Page to open, or None.

    Returns
    -------
    str
        SVG text.
    """
    lines = wrap(text, 12, room - 8)
    top = y + 4 - (len(lines) - 1) * 6.5
    size = 12 if len(lines) == 1 else 11
    out = "".join(
        label(room - 8, top + 13 * i, line, text_anchor="end", font_size=size) for i, line in enumerate(lines)
    )
    return element("a", out, href=href) if href else out


def axis_marks(left: float, top: float, bottom: float, limit: float, step: float, wide: float, write: str) -> list[str]:
    """Draw the lines and figures of a horizontal axis from zero.

    Parameters
    ----------
    left, top, bottom, wide
        Where it stands, pixels.
    limit, step
        Upper end and distance of the marks, in the chart's unit.
    write
        ``share`` where values are 0–1 and written in per cent, else ``plain``.

    Returns
    -------
    list of str
        SVG text.
    """
    out = []
    for i in range(round(limit / step) + 1):
        x = left + wide * i * step / limit
        value = i * step * (100 if write == "share" else 1)
        text = f"{value:,.0f}" if step * (100 if write == "share" else 1) >= 1 else f"{value:,.2g}"
        out.append(element("path", d=f"M{x:.1f} {top:.1f}V{bottom:.1f}", stroke=GREYS["rule"] if i else GREYS["soft"]))
        out.append(label(x, bottom + 14, text, font_size=10.5, text_anchor="middle", fill=GREYS["soft"]))
    return out


def _bar(bar: Bar, left: float, y: float, scale: float, room: float, pattern: str) -> str:
    parts: list[str] = [element("title", escaped(f"{bar.label}: {bar.text}"))]
    end = left
    if bar.value is None:
        parts.append(
            element("rect", x=left, y=y - 7.0, width=room, height=14, fill=f"url(#{pattern})", stroke=GREYS["line"])
        )
        parts.append(label(left + 8, y + 4, bar.text, halo=True, font_weight=600))
        return element("g", *parts)
    wide = max(bar.value * scale, 1.0 if bar.value > 0 else 0.0)
    parts.append(element("rect", x=left, y=y - 7.0, width=wide, height=14, fill=bar.colour))
    end += wide
    if bar.low is not None and bar.high is not None and bar.high > bar.low:
        a, b = left + bar.low * scale, left + bar.high * scale
        whisker = f"M{a:.1f} {y:.1f}H{b:.1f}M{a:.1f} {y - 4:.1f}v8M{b:.1f} {y - 4:.1f}v8"
        # a white rim keeps the mark of the range apart from the bar
        parts.append(element("path", d=whisker, stroke="#fff", stroke_width=4, fill="none"))
        parts.append(element("path", d=whisker, stroke=GREYS["ink"], stroke_width=1.4, fill="none"))
        end = max(end, b)
    if bar.tick is not None:
        t = left + bar.tick * scale
        parts.append(element("path", d=f"M{t:.1f} {y - 10:.1f}v20", stroke="#a4490c", stroke_width=2.5))
        end = max(end, t)
    parts.append(label(end + 6, y + 4, bar.text))
    return element("g", *parts)


def _whole(bars: Sequence[Bar]) -> float:
    return 1.0 if all(bar.value is None or float(bar.value).is_integer() for bar in bars) else 0.0


def bar_chart(
    bars: Sequence[Bar],
    context: Context,
    *,
    name: str,
    title: str,
    axis: str,
    width: int = 720,
    limit: float | None = None,
    write: str = "plain",
    tick: str = "",
) -> str:
    """Draw horizontal bars from zero, each with its figure.

    Parameters
    ----------
    bars
        From top to bottom.
    context
        Language, date.
    name, title
        Of the figure.
    axis
        What is measured, with unit.
    width
        Pixels.
    limit
        Upper end of the axis; found from the bars if None.
    write
        ``share`` where values are 0–1 and the axis is in per cent, else ``plain``.
    tick
        What the fine mark means, or empty.

    Returns
    -------
    str
        SVG document.
    """
    top = _HEAD + (18 if tick else 0)
    room = label_room([bar.label for bar in bars], width)
    texts = max((text_width(bar.text, 12) for bar in bars), default=40.0) + 14
    wide = max(width - room - texts, 80.0)
    largest = max((max(v for v in (b.value, b.high, b.tick, 0.0) if v is not None) for b in bars), default=0.0)
    top_value, step = (limit, limit / 4) if limit else nice_limit(largest, _whole(bars))
    bottom = top + _ROW * max(len(bars), 1) + 4
    body = [label(0, 16, shorten(title, 14, width), font_size=14, font_weight=600)]
    if tick:
        body.append(element("path", d=f"M6 {_HEAD - 2}v14", stroke="#a4490c", stroke_width=2.5))
        body.append(label(14, _HEAD + 9, tick, font_size=11, fill=GREYS["text"]))
    body += axis_marks(room, top, bottom, top_value, step, wide, write)
    for i, bar in enumerate(bars):
        y = top + _ROW * (i + 0.5) + 2
        body += [side_label(bar.label, room, y, bar.href), _bar(bar, room, y, wide / top_value, wide, f"{name}-hatch")]
    body.append(label(room, bottom + 29, axis, font_size=11, fill=GREYS["text"]))
    height = bottom + _FOOT + 14
    return figure(
        width,
        height,
        body,
        name=name,
        title=title,
        description="; ".join(f"{bar.label}: {bar.text}" for bar in bars),
        lang=context.words.lang,
        defs=[hatch(f"{name}-hatch")] if any(bar.value is None for bar in bars) else (),
    )


def _fill(status: str, pattern: str) -> str:
    return f"url(#{pattern})" if status == "unknown" else STATUSES[status].fill


def _segment(status: str, count: int, x: float, wide: float, y: float, pattern: str) -> str:
    box = element("rect", x=x, y=y - 8.0, width=wide, height=16, fill=_fill(status, pattern), stroke="#fff")
    text = f"{STATUSES[status].mark} {count}"
    long = text_width(text, 11) + 4
    if wide < long:
        text, long = str(count), text_width(str(count), 11)
    if wide < long + 2:
        return box
    middle = x + wide / 2
    plate = (
        element("rect", x=middle - long / 2 - 2, y=y - 6.5, width=long + 4, height=13, fill="#fff")
        if status == "unknown"
        else ""
    )
    return box + plate + label(middle, y + 4, text, font_size=11, text_anchor="middle")


def stacked_chart(
    rows: Sequence[Stack], context: Context, *, name: str, title: str, axis: str, width: int = 720
) -> str:
    """Draw counts by status as one bar per row, each part with its shape and number.

    Parameters
    ----------
    rows
        From top to bottom.
    context
        Language.
    name, title
        Of the figure.
    axis
        What is counted.
    width
        Pixels.

    Returns
    -------
    str
        SVG document.
    """
    total = max((sum(row.counts.values()) for row in rows), default=1) or 1
    room = label_room([row.label for row in rows], width)
    scale = (width - room - 2) / total
    top = _HEAD + 22
    body = [label(0, 16, shorten(title, 14, width), font_size=14, font_weight=600), *_status_keys(context, name)]
    for i, row in enumerate(rows):
        y, x = top + _ROW * (i + 0.5), room
        body.append(side_label(row.label, room, y, row.href))
        parts = [element("title", escaped(f"{row.label}: {_counts_text(row, context)}"))]
        for status in STATUSES:
            count = row.counts.get(status, 0)
            if count:
                parts.append(_segment(status, count, x, count * scale, y, f"{name}-hatch"))
                x += count * scale
        body.append(element("g", *parts))
    bottom = top + _ROW * len(rows)
    body.append(label(room, bottom + 14, axis, font_size=11, fill=GREYS["text"]))
    return figure(
        width,
        bottom + 20,
        body,
        name=name,
        title=title,
        description="; ".join(f"{row.label}: {_counts_text(row, context)}" for row in rows),
        lang=context.words.lang,
        defs=[hatch(f"{name}-hatch")],
    )


def _counts_text(row: Stack, context: Context) -> str:
    return ", ".join(f"{context.words(f'status.{s}')} {n}" for s, n in row.counts.items() if n)


def _status_keys(context: Context, name: str) -> list[str]:
    out: list[str] = []
    x = 0.0
    for status, look in STATUSES.items():
        fill = _fill(status, f"{name}-hatch")
        text = f"{look.mark} {context.words(f'status.{status}')}"
        out.append(element("rect", x=x, y=_HEAD, width=14, height=12, fill=fill, stroke=GREYS["line"]))
        out.append(label(x + 19, _HEAD + 10, text, font_size=11))
        x += 19 + text_width(text, 11) + 18
    return out


def _spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels apart so that none covers another; order is kept."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed: list[float] = [0.0] * len(wanted)
    last = low - gap
    for i in order:
        last = max(wanted[i], last + gap)
        placed[i] = last
    over = last - high
    if over > 0:
        limit = high
        for i in reversed(order):
            placed[i] = min(placed[i], limit)
            limit = placed[i] - gap
    return placed


def curve_chart(
    curves: Sequence[Curve],
    context: Context,
    *,
    name: str,
    title: str,
    axis_x: str,
    axis_y: str,
    mark_m: float | None = None,
    mark: str = "",
    width: int = 720,
) -> str:
    """Draw the share of people within each walking distance, one labelled line per facility type.

    Parameters
    ----------
    curves
        Distances in metres, shares 0–1, ascending.
    context
        Language.
    name, title
        Of the figure.
    axis_x, axis_y
        What the axes measure, with units.
    mark_m, mark
        A distance to mark (metres) and what it is, or None.
    width
        Pixels.

    Returns
    -------
    str
        SVG document.
    """
    left, top, bottom = 44.0, _HEAD + 22.0, _HEAD + 292.0
    texts = max((text_width(curve.label, 11.5) for curve in curves), default=0.0) + 60
    right = width - min(texts, width * 0.36)
    limit = max((float(curve.x[-1]) for curve in curves if len(curve.x)), default=1000.0)
    _, step = nice_limit(limit)
    body = [
        label(0, 16, shorten(title, 14, width), font_size=14, font_weight=600),
        label(0, _HEAD + 8, axis_y, font_size=11, fill=GREYS["text"]),
    ]
    for i in range(5):
        y = bottom - (bottom - top) * i / 4
        body.append(element("path", d=f"M{left} {y:.1f}H{right:.1f}", stroke=GREYS["rule"] if i else GREYS["soft"]))
        body.append(label(left - 6, y + 4, f"{25 * i}", font_size=10.5, text_anchor="end", fill=GREYS["soft"]))
    for i in range(math.floor(limit / step + 1e-9) + 1):
        x = left + (right - left) * i * step / limit
        body.append(label(x, bottom + 15, f"{i * step:,.0f}", font_size=10.5, text_anchor="middle", fill=GREYS["soft"]))
    if mark_m is not None and mark_m <= limit:
        x = left + (right - left) * mark_m / limit
        body.append(element("path", d=f"M{x:.1f} {top:.1f}V{bottom:.1f}", stroke=GREYS["text"], stroke_dasharray="4 3"))
        body.append(label(x + 4, bottom - 6, mark, font_size=11, fill=GREYS["text"], halo=True))
    ends = [bottom - (bottom - top) * (float(c.y[-1]) if len(c.y) else 0.0) for c in curves]
    for i, (curve, place) in enumerate(zip(curves, _spread(list(ends), 14.0, top, bottom), strict=True)):
        px = left + (right - left) * curve.x / limit
        py = bottom - (bottom - top) * curve.y
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(px.tolist(), py.tolist(), strict=True))
        colour = series_colour(i)
        body.append(element("polyline", points=points, fill="none", stroke=colour, stroke_width=2))
        text = f"{curve.label} {context.fmt.pct(float(curve.y[-1]))}" if len(curve.y) else curve.label
        body.append(
            element("path", d=f"M{right:.1f} {ends[i]:.1f}L{right + 8:.1f} {place:.1f}", stroke=colour, fill="none")
        )
        body.append(label(right + 11, place + 4, shorten(text, 11.5, width - right - 12), font_size=11.5, fill=colour))
    body.append(label(left, bottom + 32, axis_x, font_size=11, fill=GREYS["text"]))
    described = "; ".join(f"{c.label}: {context.fmt.pct(float(c.y[-1]) if len(c.y) else None)}" for c in curves)
    return figure(width, bottom + 40, body, name=name, title=title, description=described, lang=context.words.lang)
