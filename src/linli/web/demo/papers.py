"""Papers and pictures that the demo hands in: each says that it is a demo."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import cast

import typst
from PIL import Image, ImageDraw

from linli.errors import FontError
from linli.report import find_fonts

__all__ = ["paper", "photo"]

_SIZE = (640, 400)


def _set(text: str, *folders: Path) -> bytes:
    compiler = typst.Compiler(font_paths=[str(one) for one in folders], ignore_system_fonts=True)
    return cast("bytes", compiler.compile(text.encode(), format="pdf"))


@cache
def paper(title: str) -> bytes:
    """Return a PDF page with a title on it.

    Parameters
    ----------
    title
        What the paper is.

    Returns
    -------
    bytes
        The file.
    """
    try:
        fonts = find_fonts()
    except FontError:  # a page in squares would help nobody
        return _set('#set page(paper: "a4")\n= Demo file\nAll invented.\n')
    look = f'#set text(font: "{fonts.family}")\n#set page(paper: "a4")\n'
    return _set(f"{look}= {title}\n演示文件，内容为虚构。 All invented.\n", fonts.folder)


@cache
def photo(number: int) -> bytes:
    """Return a picture that looks different for each number.

    Parameters
    ----------
    number
        Any.

    Returns
    -------
    bytes
        A PNG file.
    """
    shade = (120 + 37 * number % 100, 130 + 53 * number % 90, 140 + 71 * number % 80)
    image = Image.new("RGB", _SIZE, shade)
    pen = ImageDraw.Draw(image)
    pen.rectangle((60, 160, 300, 360), fill="#f4f4f2")
    pen.polygon([(40, 160), (180, 70), (320, 160)], fill="#7a4b3a")
    pen.text((350, 200), f"DEMO {number}", fill="#20302f")
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
