"""Small pieces of WordprocessingML: runs, fields, bookmarks, paragraphs, cells, pictures.

What belongs here: text of XML whose content is escaped and free of control characters; what the pieces are for is the
business of `linli.report.district.docx`. Measures: *twips* are twentieths of a point, *EMU* 12,700ths.
"""

from __future__ import annotations

from linli.report.svg import escaped

__all__ = ["NAMESPACES", "attribute", "bookmark", "emu", "field", "paragraph", "picture", "run", "table_cell", "twips"]

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
"""Declarations for the element that holds the pieces."""

_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_EMU = 12_700
_TWIPS = 20


def attribute(content: object) -> str:
    """Return text that may stand in an attribute.

    Parameters
    ----------
    content
        What a person or a file said.

    Returns
    -------
    str
        Escaped, on one line, without control characters.
    """
    return " ".join(escaped(content).split())


def twips(points: float) -> int:
    """Return points as twentieths of a point."""
    return round(points * _TWIPS)


def emu(points: float) -> int:
    """Return points as the units of drawings."""
    return round(points * _EMU)


def run(content: str, *, bold: bool = False, colour: str = "", east: bool = False) -> str:
    """Return a run of text.

    Parameters
    ----------
    content
        Its text; a line break in it becomes one in Word.
    bold
        Whether it is bold.
    colour
        Six hexadecimal digits, or empty.
    east
        Whether quotation marks and dashes are Chinese ones.

    Returns
    -------
    str
        XML; empty for an empty text.
    """
    if not content:
        return ""
    hint = '<w:rFonts w:hint="eastAsia"/>' if east else ""
    weight = "<w:b/><w:bCs/>" if bold else ""
    shade = f'<w:color w:val="{colour}"/>' if colour else ""
    look = f"<w:rPr>{hint}{weight}{shade}</w:rPr>" if hint or weight or shade else ""
    lines = [f'<w:t xml:space="preserve">{escaped(line)}</w:t>' for line in content.split("\n")]
    return f"<w:r>{look}{'<w:br/>'.join(lines)}</w:r>"


def field(instruction: str, shown: str) -> str:
    r"""Return a field with the text that it shows until Word works it out anew.

    Parameters
    ----------
    instruction
        ``SEQ 表 \* ARABIC``.
    shown
        XML of runs.

    Returns
    -------
    str
        XML of runs.
    """
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escaped(instruction)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def bookmark(number: int, name: str, inner: str) -> str:
    """Return runs under a bookmark.

    Parameters
    ----------
    number
        Unique in the document.
    name
        Letters, digits, underscores; at most 40.
    inner
        XML of runs.

    Returns
    -------
    str
        XML.
    """
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{inner}<w:bookmarkEnd w:id="{number}"/>'


def paragraph(style: str, inner: str, *, more: str = "", keep: bool = False) -> str:
    """Return a paragraph.

    Parameters
    ----------
    style
        Id of its style.
    inner
        XML of runs.
    more
        XML of further properties that come after `keepNext` in the order of the schema.
    keep
        Whether it stays on the page of what follows.

    Returns
    -------
    str
        XML.
    """
    kept = "<w:keepNext/>" if keep else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{kept}{more}</w:pPr>{inner}</w:p>'


def table_cell(width: int, inner: str, *, style: str, align: str = "left", keep: bool = False) -> str:
    """Return a cell with one paragraph.

    Parameters
    ----------
    width
        Twips.
    inner
        XML of runs.
    style
        Id of the style of its paragraph.
    align
        ``left``, ``center``, ``right``.
    keep
        Whether its row stays with the next.

    Returns
    -------
    str
        XML.
    """
    set_so = f'<w:jc w:val="{align}"/>' if align != "left" else ""
    body = paragraph(style, inner, more=set_so, keep=keep)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{body}</w:tc>'


def picture(relation: str, number: int, width_pt: float, height_pt: float, *, name: str, alt: str) -> str:
    """Return a run with a picture in the line.

    Parameters
    ----------
    relation
        Id of the relation to the image.
    number
        Unique among the drawings of the document, from 1.
    width_pt, height_pt
        Size, points.
    name
        What it is called.
    alt
        What it shows.

    Returns
    -------
    str
        XML.
    """
    size = f'cx="{emu(width_pt)}" cy="{emu(height_pt)}"'
    what = f'id="{number}" name="{attribute(name)}" descr="{attribute(alt)}"'
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr {what}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{_PICTURE}"><pic:pic><pic:nvPicPr><pic:cNvPr {what}/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
