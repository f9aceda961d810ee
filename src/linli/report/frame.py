"""The frame of a map: how it fits the paper, and what a map must carry.

Title, date of data, legend, scale bar, north arrow, attribution, and the approval number where one is entered.
Coordinates come in metres of the survey's projected system; a *view* turns them into tenths of a pixel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from linli.report.palette import GREYS
from linli.report.svg import element, figure, label, line_path, shorten, text_width, wrap

__all__ = ["HEAD", "WIDTH", "Key", "View", "area_paths", "fit", "inner_view", "map_figure", "street_path"]

WIDTH = 720
"""Width of every map, pixels: half an office screen, the width of an A4 page."""

HEAD = 48
"""Room above a map for its title."""

_ROW = 20
_BAR_STEPS = (1, 2, 5)
_MIN_SPAN_M = 50.0

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class View:
    """Where metres fall on the paper.

    Parameters
    ----------
    left, top
        Metres (projected) at the upper left corner.
    metres
        Metres per pixel, > 0.
    width, height
        Size, pixels.
    """

    left: float
    top: float
    metres: float
    width: int
    height: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top in metres."""
        return (
            self.left,
            self.top - self.height * self.metres,
            self.left + self.width * self.metres,
            self.top,
        )

    def tenths(self, xy: Floats) -> Ints:
        """Return points in whole tenths of a pixel, shape as given (n, 2)."""
        scale = 10.0 / self.metres
        out = np.empty(xy.shape, dtype=np.int64)
        out[:, 0] = np.rint((xy[:, 0] - self.left) * scale)
        out[:, 1] = np.rint((self.top - xy[:, 1]) * scale)
        return out

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Return one point in pixels from the upper left corner."""
        return (x - self.left) / self.metres, (self.top - y) / self.metres


@dataclass(frozen=True, slots=True)
class Key:
    """One line of a legend.

    Parameters
    ----------
    symbol
        SVG text drawn around (0, 0), at most `width` wide.
    text
        What it means.
    width
        Room for the symbol, pixels.
    """

    symbol: str
    text: str
    width: float = 18


def fit(
    bounds: tuple[float, float, float, float],
    *,
    width: int = WIDTH,
    least: int = 360,
    most: int = 640,
    margin: int = 14,
) -> View:
    """Fit an area to the width of a map.

    Parameters
    ----------
    bounds
        Left, bottom, right, top, metres.
    width
        Of the map, pixels.
    least, most
        Lowest and greatest height, pixels.
    margin
        Free rim, pixels.

    Returns
    -------
    View
        The whole area is inside, centred.
    """
    left, bottom, right, top = bounds
    across, up = max(right - left, _MIN_SPAN_M), max(top - bottom, _MIN_SPAN_M)
    height = int(min(max(up / across * (width - 2 * margin) + 2 * margin, least), most))
    metres = max(across / (width - 2 * margin), up / (height - 2 * margin))
    centre = ((left + right) / 2, (bottom + top) / 2)
    return View(centre[0] - width * metres / 2, centre[1] + height * metres / 2, metres, width, height)


def street_path(lines: npt.NDArray[np.object_], view: View) -> str:
    """Return path data of lines, simplified to what the eye can see.

    Parameters
    ----------
    lines
        Line strings, metric CRS.
    view
        Where they fall.

    Returns
    -------
    str
        Path data in tenths.
    """
    if len(lines) == 0:
        return ""
    simple = shapely.simplify(lines, view.metres * 0.6, preserve_topology=False)
    xy, owner = shapely.get_coordinates(simple, return_index=True)
    starts = np.diff(owner, prepend=-1) != 0
    return line_path(view.tenths(xy), starts)


def area_paths(areas: Sequence[object] | npt.NDArray[np.object_], view: View) -> list[str]:
    """Return path data of each polygon, simplified to what the eye can see.

    Parameters
    ----------
    areas
        Polygons or multipolygons, metric CRS; empty and missing ones give an empty path.
    view
        Where they fall.

    Returns
    -------
    list of str
        Path data in tenths, one per area, to be filled by the even-odd rule.
    """
    out: list[str] = []
    simple = shapely.simplify(np.asarray(areas, dtype=object), view.metres * 0.4, preserve_topology=True)
    for area in simple:
        parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"] if area is not None else []
        rings = shapely.get_rings(np.asarray(parts, dtype=object)) if parts else np.empty(0, dtype=object)
        xy, owner = shapely.get_coordinates(rings, return_index=True)
        starts = np.diff(owner, prepend=-1) != 0
        out.append(line_path(view.tenths(xy), starts, closed=True))
    return out


def inner_view(view: View, *children: str) -> str:
    """Return a clipped view in tenths, placed under the title.

    Parameters
    ----------
    view
        The map's view.
    children
        SVG text in tenths.

    Returns
    -------
    str
        SVG text in pixels.
    """
    return element(
        "svg",
        *children,
        x=0,
        y=HEAD,
        width=view.width,
        height=view.height,
        viewBox=f"0 0 {view.width * 10} {view.height * 10}",
    )


def _bar_length(view: View) -> float:
    room = view.width * view.metres / 4
    power = 10.0 ** math.floor(math.log10(room))
    return max(step * power for step in _BAR_STEPS if step * power <= room)


def _distance(metres: float) -> str:
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"  # noqa: PLR2004 - metres in a kilometre


def _scale_bar(view: View) -> str:
    metres = _bar_length(view)
    long = metres / view.metres
    x, y = 14.0, HEAD + view.height - 14.0
    return element(
        "g",
        element("rect", x=x - 6, y=y - 22, width=long + 46, height=30, fill="#fff", fill_opacity=0.85, rx=2),
        element(
            "path",
            d=f"M{x:.1f} {y - 4:.1f}v4h{long:.1f}v-4M{x + long / 2:.1f} {y - 3:.1f}v3",
            fill="none",
            stroke=GREYS["ink"],
        ),
        label(x, y - 8, "0", font_size=10, text_anchor="middle", dx=3),
        label(x + long, y - 8, _distance(metres), font_size=10, text_anchor="middle"),
        class_="scale-bar",
    )


def _north(view: View, word: str) -> str:
    x, y = view.width - 22.0, HEAD + 12.0
    return element(
        "g",
        element("rect", x=x - 13, y=y - 6, width=26, height=40, fill="#fff", fill_opacity=0.85, rx=2),
        element("path", d=f"M{x} {y - 2}l6 18l-6 -4l-6 4z", fill=GREYS["ink"]),
        label(x, y + 29, word, font_size=11, text_anchor="middle", font_weight=600),
        class_="north",
    )


def _legend(keys: Sequence[Key], top: float, title: str) -> tuple[list[str], float]:
    """Let the keys flow in rows; return the SVG and where it ends."""
    x, y = 0.0, top
    out: list[str] = []
    if title:
        for line in wrap(title, 12, WIDTH):
            out.append(label(0, y + 12, line, font_weight=600))
            y += _ROW - 2
        y += 2
    for key in keys:
        words = shorten(key.text, 12, WIDTH - key.width - 8)
        wide = key.width + 6 + text_width(words, 12) + 16
        if x and x + wide > WIDTH:
            x, y = 0.0, y + _ROW
        symbol = element("g", key.symbol, transform=f"translate({x + key.width / 2:.1f} {y + 8:.1f})")
        out += [symbol, label(x + key.width + 6, y + 12, words)]
        x += wide
    return out, y + _ROW + 2


def map_figure(
    view: View,
    body: Sequence[str],
    *,
    name: str,
    title: str,
    subtitle: str,
    description: str,
    lang: str,
    north: str,
    legend: Sequence[Key] = (),
    legend_title: str = "",
    notes: Sequence[str] = (),
    defs: Sequence[str] = (),
) -> str:
    """Put a map into its frame.

    Parameters
    ----------
    view
        The map's view.
    body
        SVG text in pixels; the map begins `HEAD` pixels from the top.
    name
        Unique in a page.
    title, subtitle
        Above the map; the subtitle holds the date of the data.
    description
        What the map shows, for people who do not see it.
    lang
        ``zh`` or ``en``.
    north
        The word for north.
    legend, legend_title
        Beneath the map.
    notes
        Attribution, sources, approval number: one line each.
    defs
        Patterns.

    Returns
    -------
    str
        A whole SVG document.
    """
    under = HEAD + view.height + 8
    keys, end = _legend(legend, under, legend_title)
    foot: list[str] = []
    for note in notes:
        for line in wrap(note, 10.5, WIDTH, lines=3):
            foot.append(label(0, end + 10, line, font_size=10.5, fill=GREYS["soft"]))
            end += 15
    parts = [
        label(0, 17, shorten(title, 16, WIDTH), font_size=16, font_weight=600),
        label(0, 36, shorten(subtitle, 12, WIDTH), fill=GREYS["soft"]),
        element("rect", x=0, y=HEAD, width=view.width, height=view.height, fill=GREYS["paper"]),
        *body,
        element(
            "rect", x=0.5, y=HEAD + 0.5, width=view.width - 1, height=view.height - 1, fill="none", stroke=GREYS["line"]
        ),
        _scale_bar(view),
        _north(view, north),
        *keys,
        *foot,
    ]
    return figure(WIDTH, end + 4, parts, name=name, title=title, description=description, lang=lang, defs=defs)
