"""The document on paper, typeset by Typst with the numbers that the Word file has.

A document is a fixed template and a JSON file, as in `linli.report.pdf`: what people or files said travels as data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from linli.report.district.document import (
    SHORT,
    Block,
    Bullets,
    Contents,
    Document,
    Figure,
    Heading,
    Landscape,
    Note,
    PageBreak,
    Paragraph,
    Run,
    Table,
    every_block,
    leads_on,
)
from linli.report.district.numbering import HeadingNumber, Numbers, number_blocks
from linli.report.district.pictures import set_font, svg_size
from linli.report.fonts import Fonts
from linli.report.palette import STATUSES
from linli.report.pdf import Job

__all__ = ["document_job"]


def _runs(numbers: Numbers, some: tuple[Run, ...]) -> list[dict[str, Any]]:
    return [{"text": numbers.captions[r.ref].label if r.ref else r.text, "bold": r.bold} for r in some]


def _table(numbers: Numbers, block: Table) -> dict[str, Any]:
    label = numbers.captions[block.key].label if block.caption else ""
    rows = [[{"text": one.text, "status": one.status, "bold": one.bold} for one in row] for row in block.rows]
    return {
        "kind": "table",
        "label": label,
        "caption": block.caption,
        "columns": [asdict(column) for column in block.columns],
        "rows": rows,
        "notes": list(block.notes),
        "short": len(rows) <= SHORT,
    }


def _figure(numbers: Numbers, block: Figure, drawings: dict[str, str]) -> dict[str, Any]:
    name = f"figure-{len(drawings) + 1}.svg"
    drawings[name] = block.svg
    width, height = svg_size(block.svg)
    return {
        "kind": "figure",
        "label": numbers.captions[block.key].label if block.caption else "",
        "caption": block.caption,
        "file": name,
        "alt": block.alt,
        "share": block.width,
        "width": width,
        "height": height,
        "notes": list(block.notes),
    }


def _simple(numbers: Numbers, block: Block, headings: Iterator[HeadingNumber]) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "label": next(headings).label, "text": block.text}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": [_runs(numbers, item) for item in block.items]}
    if isinstance(block, Paragraph | Note):
        kind = "note" if isinstance(block, Note) else "paragraph"
        return {"kind": kind, "runs": _runs(numbers, block.runs)}
    if isinstance(block, Contents):
        return {"kind": "contents", "depth": block.depth}
    if isinstance(block, PageBreak):
        return {"kind": "break"}
    msg = f"a block of type {type(block).__name__} cannot be set"
    raise TypeError(msg)


def _parts(document: Document, drawings: dict[str, str]) -> list[dict[str, Any]]:
    """Return upright and turned stretches as data."""
    numbers = number_blocks(document)
    headings = iter(numbers.headings)
    every = list(every_block(document.blocks))
    following = iter([*every[1:], None])
    parts: list[dict[str, Any]] = []
    for block in document.blocks:
        turned = isinstance(block, Landscape)
        if not parts or parts[-1]["turned"] != turned:
            parts.append({"turned": turned, "blocks": []})
        for one in block.blocks if isinstance(block, Landscape) else (block,):
            if isinstance(one, Table):
                made = _table(numbers, one)
            elif isinstance(one, Figure):
                made = _figure(numbers, one, drawings)
            else:
                made = _simple(numbers, one, headings)
            made["leads"] = leads_on(one, next(following))
            parts[-1]["blocks"].append(made)
    return parts


def document_job(document: Document, fonts: Fonts, path: Path) -> Job:
    """Prepare a document to be typeset by `linli.report.pdf.set_pdf`.

    Parameters
    ----------
    document
        The document.
    fonts
        The font to print with.
    path
        Where it goes.

    Returns
    -------
    Job
        Nothing is typeset yet.

    Raises
    ------
    ValueError
        If the document's references or headings are not in order, or a figure has no size.
    """
    drawings: dict[str, str] = {}
    parts = _parts(document, drawings)
    dated = document.dated
    data = {
        "lang": document.lang,
        "font": [fonts.family],
        "title": document.title,
        "author": document.author,
        "subject": document.subject,
        "keywords": document.keywords,
        "date": [dated.year, dated.month, dated.day],
        "foot": document.foot,
        "words": dict(document.words),
        "statuses": {code: {"colour": one.colour, "mark": one.mark} for code, one in STATUSES.items()},
        "cover": asdict(document.cover),
        "parts": parts,
    }
    template = files("linli.report.district").joinpath("templates/district.typ").read_bytes()
    inputs = {"main.typ": template, "data.json": json.dumps(data, ensure_ascii=False).encode()}
    return Job(path, inputs | {name: set_font(svg, fonts.family).encode() for name, svg in drawings.items()})
