"""Drawings for documents: their size, their font, and as pixels for Word.

What belongs here: everything between an SVG of the report and a page. Typst turns SVG into PNG, so that no further
library is needed and letters look the same in Word as in the PDF.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass

import typst

from linli.report.fonts import Fonts

__all__ = ["PPI", "Picture", "draw_png", "fit_picture", "set_font", "svg_size"]

PPI = 192.0
"""Pixels per inch of a picture in Word at its full width."""

_FONT = re.compile(r' font-family="[^"]*"')
_BOX = re.compile(r'viewBox="\s*[-0-9.]+[ ,]+[-0-9.]+[ ,]+([0-9.]+)[ ,]+([0-9.]+)\s*"')
_INCH = 72.0
_PAGE = '#set page(width: {width:.2f}pt, height: {height:.2f}pt, margin: 0pt)\n#image("f.svg", width: 100%)\n'

_KEPT = threading.local()


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as PNG and the size at which it is printed, points."""

    png: bytes
    width_pt: float
    height_pt: float


def svg_size(svg: str) -> tuple[float, float]:
    """Return the size of a drawing.

    Parameters
    ----------
    svg
        A whole SVG document with a `viewBox`.

    Returns
    -------
    tuple of float
        Width and height in its own units.

    Raises
    ------
    ValueError
        If it has no `viewBox`.
    """
    found = _BOX.search(svg)
    if found is None or not float(found[1]) or not float(found[2]):
        msg = "a figure needs a viewBox with a width and a height"
        raise ValueError(msg)
    return float(found[1]), float(found[2])


def set_font(svg: str, family: str) -> str:
    """Return a drawing that asks for a family that is there.

    Parameters
    ----------
    svg
        A whole SVG document.
    family
        Name of the family.

    Returns
    -------
    str
        The drawing.
    """
    return _FONT.sub(f' font-family="{family}"', svg)


def fit_picture(svg: str, width_pt: float, height_pt: float) -> tuple[float, float]:
    """Fit a drawing into a room without distorting it.

    Parameters
    ----------
    svg
        A whole SVG document.
    width_pt, height_pt
        The room, points.

    Returns
    -------
    tuple of float
        Width and height, points.
    """
    width, height = svg_size(svg)
    factor = min(width_pt / width, height_pt / height)
    return width * factor, height * factor


def draw_png(svg: str, fonts: Fonts, width_pt: float, height_pt: float) -> Picture:
    """Draw an SVG as pixels; several threads may do so at once.

    Parameters
    ----------
    svg
        A whole SVG document.
    fonts
        The font of its letters.
    width_pt, height_pt
        The room it may take, points.

    Returns
    -------
    Picture
        As large as it fits.
    """
    if not hasattr(_KEPT, "compiler"):
        _KEPT.compiler = typst.Compiler(font_paths=[str(fonts.folder)], ignore_system_fonts=True)
    width, height = fit_picture(svg, width_pt, height_pt)
    inputs = {
        "main.typ": _PAGE.format(width=width, height=height).encode(),
        "f.svg": set_font(svg, fonts.family).encode(),
    }
    png = _KEPT.compiler.compile(input=inputs, format="png", ppi=PPI)
    return Picture(bytes(png), width, height)
