"""What is printed: the QR code, the poster, the slips with each household's own code, and their list as a workbook.

Sheets are fixed templates and a JSON file; what people wrote travels as data and is never read as markup.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
import xlsxwriter

from linli.report.fonts import Fonts, find_fonts
from linli.web.words import Language, say

__all__ = ["QR_KINDS", "SHEET_SLIPS", "poster", "qr_code", "slip_list", "slip_sheet"]

QR_KINDS = {"svg": "image/svg+xml", "png": "image/png"}
"""Kinds of pictures of the QR code."""

SHEET_SLIPS = 1000
"""Slips in one file to print."""

_SHEETS = Path(__file__).parent / "sheets"
_KEPT = threading.local()
_PIXELS = 12
_QUIET = 4
"""Modules of white around a QR code that stands alone, as ISO/IEC 18004 asks."""


def qr_code(address: str, kind: str, *, border: int = _QUIET) -> bytes:
    """Return the QR code of an address.

    Parameters
    ----------
    address
        What it holds.
    kind
        A key of `QR_KINDS`.
    border
        Modules of white around it.

    Returns
    -------
    bytes
        The picture, black on white.
    """
    out = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    if kind == "svg":
        code.save(out, kind="svg", border=border, light="white", svgclass=None, lineclass=None, omitsize=True)
    else:
        code.save(out, kind="png", border=border, scale=_PIXELS)
    return out.getvalue()


@cache
def _fonts() -> Fonts:
    return find_fonts()


def _set(sheet: str, data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    if not hasattr(_KEPT, "compiler"):
        _KEPT.compiler = typst.Compiler(font_paths=[str(_fonts().folder)], ignore_system_fonts=True)
    whole = json.dumps({**data, "font": _fonts().family}, ensure_ascii=False).encode()
    main = (_SHEETS / sheet).read_bytes()
    return bytes(_KEPT.compiler.compile(input={"main.typ": main, "data.json": whole, **pictures}, format="pdf"))


def poster(*, community: str, dates: str, address: str, open_link: bool, foot: str, lang: Language) -> bytes:
    """Return the poster, one A4 page.

    Parameters
    ----------
    community
        What it is called.
    dates
        From when to when, in words.
    address
        Where the QR code leads.
    open_link
        Whether one may answer there without a slip.
    foot
        Further words; may be empty.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    bytes
        PDF.

    Raises
    ------
    FontError
        If this machine has no Chinese font.
    """
    way = "open" if open_link else "slip"
    steps = [say(f"wishes.poster.{way}_{n}", lang) for n in (1, 2)] + [say("wishes.poster.private", lang)]
    data = {
        "lang": lang, "community": community, "title": say("wishes.poster.title", lang),
        "lead": say("wishes.poster.lead", lang), "dates": dates, "address": address,
        "steps": [*steps, say("wishes.poster.help", lang)], "foot": foot,
    }  # fmt: skip
    return _set("poster.typ", data, {"code.svg": qr_code(address, "svg", border=0)})


def slip_sheet(
    slips: Sequence[tuple[int, str, str]], *, community: str, dates: str, lang: Language
) -> bytes:  # fmt: skip
    """Return slips to print and cut out, ten a page.

    Parameters
    ----------
    slips
        Number, token as typed, and address of each.
    community, dates
        What they say.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    bytes
        PDF.

    Raises
    ------
    FontError
        If this machine has no Chinese font.
    """
    pictures = {f"{number}.svg": qr_code(address, "svg", border=0) for number, _, address in slips}
    data = {
        "lang": lang, "community": community, "title": say("wishes.slip.title", lang),
        "lead": say("wishes.slip.lead", lang), "typed": say("wishes.slip.typed", lang), "dates": dates,
        "slips": [
            {"image": f"{number}.svg", "number": say("wishes.slip.number", lang, n=number), "token": token}
            for number, token, _ in slips
        ],
    }  # fmt: skip
    return _set("slips.typ", data, pictures)


def slip_list(slips: Iterable[tuple[int, str, str]]) -> bytes:
    """Return a workbook with every slip's number, token and link, for a printer's mail merge.

    Parameters
    ----------
    slips
        Number, token as typed, and address of each.

    Returns
    -------
    bytes
        xlsx.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(say("wishes.slips.title")[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    for at, (key, width) in enumerate((("number", 10), ("token", 36), ("link", 70))):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, say(f"wishes.slip_list.{key}"), bold)
    for row, (number, token, address) in enumerate(slips, start=1):
        sheet.write_number(row, 0, number)
        sheet.write_string(row, 1, token)
        sheet.write_string(row, 2, address)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
