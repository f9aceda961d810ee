"""The document as a Word file that people go on editing: real styles, numbered headings, fields, repeated table heads.

Everything that Word can number is numbered by Word (headings by a list, captions by SEQ fields, references by REF
fields), and shows the right number before any field is worked out. The same document gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template
from typing import Any

import docx
from docx.opc.part import Part
from docx.oxml.parser import parse_xml

from linli.report.district.document import (
    SHORT,
    Block,
    Bullets,
    Cell,
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
    leads_on,
)
from linli.report.district.numbering import HeadingNumber, Numbers, number_blocks
from linli.report.district.pictures import draw_png
from linli.report.district.wordxml import (
    NAMESPACES,
    attribute,
    bookmark,
    paragraph,
    picture,
    run,
    table_cell,
    twips,
)
from linli.report.district.wordxml import (
    field as field_xml,
)
from linli.report.fonts import Fonts
from linli.report.palette import GREYS, STATUSES

__all__ = ["word_bytes"]

_BEFORE = re.compile(r'<w:pPr><w:pStyle w:val="[^"]*"/>(<w:keepNext/>)?')
_A4 = (595.3, 841.9)
_MARGIN = 70.9
_FOOT = 40.0
_CAPTION = 125.0
"""Room for the heading and text over a figure, and for caption and source beneath, points."""

_STAMP = (1980, 1, 1, 0, 0, 0)
_DROPPED = ("customXml", "stylesWithEffects", "thumbnail", "webSettings")
_UNNUMBERED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
_ANNEX = '<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="2"/></w:numPr>'

_LOOKS: dict[str, dict[str, str]] = {
    "zh": {
        "lang": "en-US",
        "latin": "Times New Roman",
        "latin_head": "Times New Roman",
        "latin_table": "Times New Roman",
        "east": "仿宋",
        "east_head": "黑体",
        "east_second": "楷体",
        "east_table": "宋体",
        "body": "24",
        "table": "18",
        "body_after": "60",
        "body_line": "340",
        "body_indent": 'w:firstLineChars="200" w:firstLine="480"',
        "body_align": "both",
        "format_1": "chineseCountingThousand",
        "format_2": "chineseCountingThousand",
        "format_annex": "chineseCountingThousand",
        "suffix": "nothing",
        "text_1": "%1、",
        "text_2": "（%2）",
        "text_3": "%3.",
        "text_4": "（%4）",
        "text_annex": "附件%1\u3000",
    },
    "en": {
        "lang": "en-GB",
        "latin": "Times New Roman",
        "latin_head": "Arial",
        "latin_table": "Arial",
        "east": "宋体",
        "east_head": "黑体",
        "east_second": "黑体",
        "east_table": "宋体",
        "body": "22",
        "table": "17",
        "body_after": "120",
        "body_line": "300",
        "body_indent": 'w:firstLine="0"',
        "body_align": "left",
        "format_1": "decimal",
        "format_2": "decimal",
        "format_annex": "upperLetter",
        "suffix": "space",
        "text_1": "%1",
        "text_2": "%1.%2",
        "text_3": "%1.%2.%3",
        "text_4": "%1.%2.%3.%4",
        "text_annex": "Annex %1  ",
    },
}
"""Fonts, sizes (half points) and forms of numbers by language."""


@dataclass
class _Writing:
    """A Word file under way."""

    document: Document
    numbers: Numbers
    fonts: Fonts | None
    file: Any
    wide: bool = False
    leads: bool = False
    drawings: int = 0
    marks: int = 0
    headings: Iterator[HeadingNumber] = field(init=False)

    def __post_init__(self) -> None:
        self.headings = iter(self.numbers.headings)

    @property
    def east(self) -> bool:
        return self.document.lang == "zh"

    @property
    def width_pt(self) -> float:
        return _A4[1 if self.wide else 0] - 2 * _MARGIN

    @property
    def height_pt(self) -> float:
        return _A4[0 if self.wide else 1] - 2 * _MARGIN - _CAPTION

    def mark(self) -> int:
        """Return a new number for a bookmark."""
        self.marks += 1
        return self.marks


def _resource(name: str, **values: str) -> bytes:
    text = files("linli.report.district").joinpath(f"templates/{name}.xml").read_text(encoding="utf-8")
    return Template(text).substitute(values).encode() if values else text.encode()


def _reference(writing: _Writing, key: str) -> str:
    """Return the name of the bookmark over the label of a caption."""
    caption = writing.numbers.captions[key]
    return f"_Ref_{caption.kind}_{caption.number}"


def _runs(writing: _Writing, some: tuple[Run, ...]) -> str:
    out = []
    for one in some:
        if one.ref:
            shown = run(writing.numbers.captions[one.ref].label, bold=one.bold, east=writing.east)
            out.append(field_xml(f"REF {_reference(writing, one.ref)} \\h", shown))
        else:
            out.append(run(one.text, bold=one.bold, east=writing.east))
    return "".join(out)


def _caption(writing: _Writing, block: Table | Figure, *, above: bool) -> str:
    """Return a caption; its label is a bookmark, its number a field."""
    kind = "table" if isinstance(block, Table) else "figure"
    before, after = writing.document.words[kind].split("{number}")
    sequence = before.strip()
    number = run(str(writing.numbers.captions[block.key].number), east=writing.east)
    label = run(before, east=writing.east) + field_xml(f"SEQ {sequence} \\* ARABIC", number)
    label += run(after, east=writing.east)
    name = _reference(writing, block.key)
    gap = "\u3000" if writing.east else "  "
    inner = bookmark(writing.mark(), name, label) + run(gap + block.caption, east=writing.east)
    return paragraph("Caption", inner, keep=above or bool(block.notes))


def _notes(writing: _Writing, notes: tuple[str, ...], *, keep: bool = False) -> str:
    return "".join(paragraph("SourceLine", run(note, east=writing.east), keep=keep) for note in notes)


def _cell_runs(writing: _Writing, one: Cell) -> str:
    if one.status:
        look = STATUSES[one.status]
        return run(f"{look.mark} {one.text}", bold=True, colour=look.colour.lstrip("#").upper(), east=writing.east)
    colour = GREYS["soft"].lstrip("#").upper() if one.text == writing.document.words.get("unknown") else ""
    return run(one.text, bold=one.bold, colour=colour, east=writing.east)


def _row(cells: list[str], *, head: bool = False) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def _table(writing: _Writing, block: Table) -> str:
    total = twips(writing.width_pt)
    whole = sum(column.width for column in block.columns)
    widths = [int(total * column.width / whole) for column in block.columns]
    widths[-1] += total - sum(widths)
    east, short = writing.east, len(block.rows) <= SHORT
    columns = list(zip(block.columns, widths, strict=True))
    rows = [
        _row(
            [table_cell(w, run(c.title, east=east), style="TableHead", align=c.align, keep=True) for c, w in columns],
            head=True,
        )
    ]
    for at, cells in enumerate(block.rows):
        last = at == len(block.rows) - 1
        keep = short and (not last or bool(block.notes))
        rows.append(
            _row(
                [
                    table_cell(w, _cell_runs(writing, one), style="TableText", align=c.align, keep=keep)
                    for one, (c, w) in zip(cells, columns, strict=True)
                ]
            )
        )
    told = f'<w:tblCaption w:val="{attribute(block.caption)}"/>' if block.caption else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    shape = (
        f'<w:tblPr><w:tblStyle w:val="LinliTable"/><w:tblW w:w="{total}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>{told}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    )
    above = _caption(writing, block, above=True) if block.caption else ""
    notes = _notes(writing, block.notes, keep=not short)
    # beneath a long table they might stand alone on a page
    above, below = (above, notes) if short else (above + notes, "")
    below = below or paragraph("SourceLine", "")
    return f"{above}<w:tbl>{shape}{''.join(rows)}</w:tbl>{below}"


def _figure(writing: _Writing, block: Figure) -> str:
    caption = _caption(writing, block, above=False) + _notes(writing, block.notes)
    if writing.fonts is None:
        return paragraph("NoteBox", run(writing.document.words["no_figure"], east=writing.east), keep=True) + caption
    drawn = draw_png(block.svg, writing.fonts, writing.width_pt * block.width, writing.height_pt)
    relation, _image = writing.file.part.get_or_add_image(io.BytesIO(drawn.png))
    writing.drawings += 1
    inner = picture(
        relation, writing.drawings, drawn.width_pt, drawn.height_pt, name=block.caption or block.key, alt=block.alt
    )
    return paragraph("FigureLine", inner) + caption


def _heading(writing: _Writing, block: Heading) -> str:
    number = next(writing.headings)
    # annexes count in a list of their own
    more = _ANNEX.format(level=block.level - 1) if number.annex else ""
    more = more if block.numbered else _UNNUMBERED
    inner = bookmark(writing.mark(), _anchor(number), run(block.text, east=writing.east))
    return paragraph(f"Heading{block.level}", inner, more=more)


def _anchor(number: HeadingNumber) -> str:
    return f"_Toc{number.position:06d}"


def _contents(writing: _Writing, block: Contents) -> str:
    """Return the list of headings as a field, filled in but for the pages, which only Word can know."""
    listed = [one for one in writing.numbers.headings if one.level <= block.depth]
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
        f' TOC \\o "1-{block.depth}" \\h \\z \\u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    out = [paragraph("TOCHeading", run(writing.document.words["contents"], east=writing.east))]
    for at, one in enumerate(listed):
        entry = run(one.label + one.text, east=writing.east)
        link = f'<w:hyperlink w:anchor="{_anchor(one)}" w:history="1">{entry}</w:hyperlink>'
        out.append(paragraph(f"TOC{one.level}", (begin if at == 0 else "") + link))
    if listed:
        out.append(paragraph("BodyText", '<w:r><w:fldChar w:fldCharType="end"/></w:r>'))
    return "".join(out)


def _paragraph(writing: _Writing, block: Paragraph) -> str:
    return paragraph("BodyText", _runs(writing, block.runs), keep=writing.leads)


def _bullets(writing: _Writing, block: Bullets) -> str:
    return "".join(paragraph("ListBullet", _runs(writing, item)) for item in block.items)


def _note(writing: _Writing, block: Note) -> str:
    return paragraph("NoteBox", _runs(writing, block.runs))


_WRITERS: dict[type, Callable[[_Writing, Any], str]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Bullets: _bullets,
    Table: _table,
    Figure: _figure,
    Note: _note,
    Contents: _contents,
}


def _cover(writing: _Writing) -> str:
    cover, east = writing.document.cover, writing.east
    out = [paragraph("Title", run(cover.title, east=east))]
    out += [paragraph("Subtitle", run(text, east=east)) for text in (cover.subtitle, cover.status) if text]
    room = '<w:spacing w:before="3000"/>'
    for at, (name, value) in enumerate(cover.lines):
        inner = run(name, bold=True, east=east) + "<w:r><w:tab/></w:r>" + run(value, east=east)
        out.append(paragraph("CoverLine", inner, more="" if at else room))
    return "".join(out)


def _foot_part(writing: _Writing) -> str:
    """Add a footer for pages of the present width; return the id of the relation to it."""
    part, relation = writing.file.part.add_footer_part()
    before, rest = writing.document.words["page"].split("{page}")
    between, after = rest.split("{pages}")
    one = run("1", east=writing.east)
    page = run(before, east=writing.east) + field_xml("PAGE", one) + run(between, east=writing.east)
    page += field_xml("NUMPAGES", one) + run(after, east=writing.east)
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{twips(writing.width_pt)}"/></w:tabs>'
    inner = run(writing.document.foot, east=writing.east) + "<w:r><w:tab/></w:r>" + page
    for child in list(part.element):
        part.element.remove(child)
    part.element.append(_parsed(paragraph("Footer", inner, more=tabs))[0])
    return str(relation)


def _section(writing: _Writing, foot: str) -> str:
    """Return the properties of a section of the present orientation."""
    long, short = twips(_A4[1]), twips(_A4[0])
    size = f'w:w="{long}" w:h="{short}" w:orient="landscape"' if writing.wide else f'w:w="{short}" w:h="{long}"'
    reference = f'<w:footerReference w:type="default" r:id="{foot}"/>' if foot else ""
    edge = twips(_MARGIN)
    return (
        f'<w:sectPr>{reference}<w:type w:val="nextPage"/><w:pgSz {size}/><w:pgMar w:top="{edge}" w:right="{edge}" '
        f'w:bottom="{edge}" w:left="{edge}" w:header="{twips(_FOOT)}" w:footer="{twips(_FOOT)}" w:gutter="0"/>'
        '<w:cols w:space="425"/></w:sectPr>'
    )


def _parsed(xml: str) -> Any:
    return parse_xml(f"<w:body {NAMESPACES}>{xml}</w:body>".encode())


def _stretches(blocks: tuple[Block, ...]) -> list[tuple[bool, list[Block]]]:
    """Return upright and turned stretches of a document in order."""
    out: list[tuple[bool, list[Block]]] = []
    for block in blocks:
        turned = isinstance(block, Landscape)
        inner: list[Block] = list(block.blocks) if isinstance(block, Landscape) else [block]
        if out and out[-1][0] == turned:
            out[-1][1].extend(inner)
        else:
            out.append((turned, inner))
    return out


def _blocks(writing: _Writing, blocks: list[Block]) -> Iterator[str]:
    """Write a stretch; a page break is a property of what follows, and nothing at either end of a section."""
    breaks, first = False, True
    for position, block in enumerate(blocks):
        if isinstance(block, PageBreak):
            breaks = True
            continue
        following = blocks[position + 1] if position + 1 < len(blocks) else None
        writing.leads = leads_on(block, following)
        made = _WRITERS[type(block)](writing, block)
        yield _BEFORE.sub(r"\g<0><w:pageBreakBefore/>", made, count=1) if breaks and not first else made
        breaks = first = False


def _body(writing: _Writing) -> str:
    """Return everything between the cover and the end; each section ends with its properties."""
    feet: dict[bool, str] = {}
    out = [_cover(writing), f"<w:p><w:pPr>{_section(writing, '')}</w:pPr></w:p>"]
    stretches = _stretches(writing.document.blocks) or [(False, [])]
    for at, (wide, blocks) in enumerate(stretches):
        writing.wide = wide
        if wide not in feet:
            feet[wide] = _foot_part(writing)
        out += _blocks(writing, blocks)
        end = _section(writing, feet[wide])
        if at < len(stretches) - 1:
            thin = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
            out.append(f"<w:p><w:pPr>{thin}{end}</w:pPr></w:p>")
        else:
            out.append(end)
    return "".join(out)


def _replace(element: Any, xml: bytes) -> None:
    """Give an element the children of another."""
    for child in list(element):
        element.remove(child)
    element.extend(list(parse_xml(xml)))


def _furnish(file: Any, document: Document) -> None:
    """Put our styles, lists, settings, fonts and properties into an empty file; take out what it does not need."""
    look = _LOOKS[document.lang]
    _replace(file.styles.element, _resource("styles", **look))
    _replace(file.part.numbering_part.element, _resource("numbering", **look))
    _replace(file.settings.element, _resource("settings", lang=look["lang"]))
    for owner in (file.part, file.part.package):
        for key, relation in list(owner.rels.items()):
            kind = relation.reltype.rsplit("/", 1)[-1]
            if kind in _DROPPED:
                del owner.rels[key]
            elif kind in ("fontTable", "extended-properties"):
                part = relation.target_part
                blob = _resource("fonts" if kind == "fontTable" else "app")
                owner.rels[key]._target = Part(part.partname, part.content_type, blob, part.package)  # noqa: SLF001
    properties = file.core_properties
    stamp = dt.datetime.combine(document.dated, dt.time())
    properties.title, properties.subject, properties.keywords = document.title, document.subject, document.keywords
    properties.author = properties.last_modified_by = document.author
    properties.created = properties.modified = stamp
    properties.language, properties.comments, properties.revision = document.lang, "", 1
    properties.category, properties.version = "", ""


def _packed(file: Any) -> bytes:
    """Return the file as a zip without the time of day."""
    raw, out = io.BytesIO(), io.BytesIO()
    file.save(raw)
    with zipfile.ZipFile(raw) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            after.writestr(info, before.read(name))
    return out.getvalue()


def word_bytes(document: Document, fonts: Fonts | None) -> bytes:
    """Write a document as a Word file.

    Parameters
    ----------
    document
        The document.
    fonts
        The font of the letters in its figures; None = figures are replaced by words that say so.

    Returns
    -------
    bytes
        A `.docx` file; the same for the same document.

    Raises
    ------
    ValueError
        If the document's references or headings are not in order.
    """
    file = docx.Document()
    _furnish(file, document)
    writing = _Writing(document, number_blocks(document), fonts, file)
    body = file.element.body
    for child in list(body):
        body.remove(child)
    body.extend(list(_parsed(_body(writing))))
    return _packed(file)
