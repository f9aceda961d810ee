"""Small, fast SVG: escaped elements, measured text, and paths from arrays.

What belongs here: turning numbers and words into SVG text, without knowing what a map or a chart is. Every figure
carries a title and a description for people who do not see it.

*Tenths*: coordinates of paths are whole tenths of a pixel, drawn inside a view that is scaled by ten; this keeps
files small and strings exact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
import numpy.typing as npt

__all__ = [
    "FONTS",
    "dots",
    "element",
    "escaped",
    "figure",
    "hatch",
    "label",
    "line_path",
    "shorten",
    "text_width",
    "wrap",
]

FONTS = (
    "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', 'Noto Sans SC', "
    "'WenQuanYi Micro Hei', SimHei, sans-serif"
)
"""The system's Chinese sans, best first."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_NARROW = frozenset("iljftrI.,:;'|!()[]- ·–")
_WIDE = frozenset("mwMW%—@")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def _attribute(name: str, value: object) -> str:
    shown = _number(value) if isinstance(value, float) else str(value)
    return f' {name.rstrip("_").replace("_", "-")}="{escape(_CONTROL.sub("", shown))}"'


def element(name: str, *children: str, **attributes: object) -> str:
    """Return an element; attribute values are escaped, children must be SVG already.

    Parameters
    ----------
    name
        Element name.
    children
        SVG text of the children.
    attributes
        Attributes; ``stroke_width`` is written ``stroke-width``, ``class_`` is ``class``; None is left out.

    Returns
    -------
    str
        SVG text.

    Examples
    --------
    >>> element("rect", x=1.25, y=2, fill_opacity=0.5)
    '<rect x="1.2" y="2" fill-opacity="0.5"/>'
    """
    attrs = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    body = "".join(children)
    return f"<{name}{attrs}>{body}</{name}>" if body else f"<{name}{attrs}/>"


def escaped(content: object) -> str:
    """Return text that may stand between tags: escaped, without control characters.

    Parameters
    ----------
    content
        What a person or a file said.

    Returns
    -------
    str
        SVG text.
    """
    return escape(_CONTROL.sub("", str(content)))


def label(x: float, y: float, content: object, *, halo: bool = False, **attributes: object) -> str:
    """Return a text element; the content is escaped.

    Parameters
    ----------
    x, y
        Where it stands, pixels.
    content
        What it says.
    halo
        Whether a white rim keeps it legible on a map.
    attributes
        As `element`.

    Returns
    -------
    str
        SVG text.
    """
    if halo:
        attributes |= {"paint_order": "stroke", "stroke": "#fff", "stroke_width": 3, "stroke_linejoin": "round"}
    return element("text", escaped(content), x=float(x), y=float(y), **attributes)


def _em(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if char in _NARROW:
        return 0.33
    if char in _WIDE:
        return 0.9
    return 0.66 if char.isupper() else 0.56


def text_width(content: str, size: float) -> float:
    """Estimate how wide a text is, on the safe side.

    Parameters
    ----------
    content
        The text.
    size
        Font size, pixels.

    Returns
    -------
    float
        Pixels.

    Examples
    --------
    >>> text_width("和睦社区", 12)
    48.0
    """
    return sum(map(_em, content)) * size


def shorten(content: str, size: float, width: float) -> str:
    """Return the text, cut with «…» if it is wider than there is room for.

    Parameters
    ----------
    content
        The text.
    size, width
        Font size and room, pixels.

    Returns
    -------
    str
        The text or its beginning.
    """
    if text_width(content, size) <= width:
        return content
    while content and text_width(content + "…", size) > width:
        content = content[:-1]
    return content.rstrip() + "…"


def wrap(content: str, size: float, width: float, lines: int = 2) -> list[str]:
    """Break a text into lines, at spaces in English and anywhere in Chinese.

    Parameters
    ----------
    content
        The text.
    size, width
        Font size and room, pixels.
    lines
        How many lines at most, ≥ 1; the last one is cut with «…».

    Returns
    -------
    list of str
        The lines.
    """
    pieces = re.findall(r"[^\s\u2e80-\uffff]+\s*|[\u2e80-\uffff]\s*|\s+", content)
    out: list[str] = [""]
    for position, piece in enumerate(pieces):
        if not out[-1] or text_width((out[-1] + piece).rstrip(), size) <= width:
            out[-1] += piece
        elif len(out) < lines:
            out.append(piece)
        else:
            out[-1] += "".join(pieces[position:])
            break
    return [shorten(line.strip(), size, width) for line in out]


def hatch(name: str, *, scale: float = 1, colour: str = "#61707d") -> str:
    """Return the definition of the pattern for what is unknown.

    Parameters
    ----------
    name
        The pattern's id.
    scale
        How much it is blown up; 10 for a view in tenths.
    colour
        Of its lines.

    Returns
    -------
    str
        SVG text, to stand in ``<defs>``.
    """
    return element(
        "pattern",
        element("rect", width=6, height=6, fill="#fff"),
        element("path", d="M0 0v6", stroke=colour, stroke_width=1.6),
        id=name,
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)" if scale == 1 else f"rotate(45) scale({scale:g})",
    )


def line_path(xy: Ints, starts: npt.NDArray[np.bool_], *, closed: bool = False) -> str:
    """Return path data for many lines at once.

    Parameters
    ----------
    xy
        Points in tenths, shape (n, 2), all lines one after another.
    starts
        Whether a point begins a new line, shape (n,).
    closed
        Whether every line is a ring.

    Returns
    -------
    str
        Path data; points that fall on the one before are left out.

    Examples
    --------
    >>> line_path(np.array([[0, 0], [10, 5], [10, 5], [40, 40], [50, 40]]), np.array([1, 0, 0, 1, 0], dtype=bool))
    'M0 0l10 5M40 40l10 0'
    """
    if len(xy) == 0:
        return ""
    step = np.diff(xy, axis=0, prepend=xy[:1])
    keep = starts | (step != 0).any(axis=1)
    last = np.append(starts[1:], True) & starts
    # a line that shrank to a point is no line
    keep &= ~last
    starts = starts[keep]
    # a line begins at its place and goes on by steps
    moves = np.where(starts[:, None], xy[keep], step[keep])
    begin = "zM" if closed else "M"
    rows = zip(starts.tolist(), moves[:, 0].tolist(), moves[:, 1].tolist(), strict=True)
    data = "".join([f"{begin}{x} {y}" if first else f"l{x} {y}" for first, x, y in rows])
    return data.removeprefix("z") + ("z" if closed and data else "")


def dots(xy: Ints, radius: Floats, **attributes: object) -> str:
    """Return round dots, grouped by size so that thousands of them stay small.

    Parameters
    ----------
    xy
        Centres in tenths, shape (n, 2).
    radius
        Radius of each, pixels, > 0; drawn to the nearest tenth.
    attributes
        As `element`, for all of them; ``stroke`` is their colour.

    Returns
    -------
    str
        SVG text for a view in tenths.
    """
    if len(xy) == 0:
        return ""
    tenths = np.maximum(np.rint(radius * 10).astype(np.int64), 4)
    order = np.lexsort((xy[:, 1], xy[:, 0], -tenths))
    paths: list[str] = []
    sizes, firsts = np.unique(-tenths[order], return_index=True)
    for size, group in zip(-sizes, np.split(xy[order], firsts[1:]), strict=True):
        data = "".join(f"M{x} {y}h0" for x, y in group.tolist())
        paths.append(element("path", d=data, stroke_width=int(2 * size)))
    return element("g", *paths, fill="none", stroke_linecap="round", **attributes)


def figure(
    width: float,
    height: float,
    body: Iterable[str],
    *,
    name: str,
    title: str,
    description: str,
    lang: str,
    defs: Sequence[str] = (),
) -> str:
    """Return a whole SVG document that can stand in a page, in a file, or in a PDF.

    Parameters
    ----------
    width, height
        Size, pixels.
    body
        SVG text.
    name
        Unique in a page; ids are made from it.
    title, description
        For people who do not see the figure.
    lang
        ``zh`` or ``en``.
    defs
        Patterns and the like.

    Returns
    -------
    str
        SVG text.
    """
    return element(
        "svg",
        element("title", escaped(title), id=f"{name}-title"),
        element("desc", escaped(description), id=f"{name}-desc"),
        element("defs", *defs) if defs else "",
        *body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        width=f"{width:g}",
        height=f"{height:g}",
        role="img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
        lang="zh-Hans" if lang == "zh" else "en",
        font_family=FONTS,
        font_size=12,
        fill="#1f2933",
        class_="figure",
        style=f"max-width:{width * 1.2:.0f}px",
    )
