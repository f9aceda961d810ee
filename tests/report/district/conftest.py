"""District plans of the small hostile district, made from the plan's own fixtures; and a sample document."""

import datetime as dt
import importlib.util
import io
import json
import re
import zipfile
from pathlib import Path

import docx
import pytest

from linli.report.district.content import district_document
from linli.report.district.desk import Desk
from linli.report.district.document import (
    Bullets,
    Cell,
    Column,
    Contents,
    Cover,
    Document,
    Figure,
    Heading,
    Landscape,
    Note,
    PageBreak,
    Paragraph,
    Table,
    ref,
    runs,
)
from linli.report.district.words import district_words
from linli.report.options import ReportOptions

_SPEC = importlib.util.spec_from_file_location("plan_fixtures", Path(__file__).parents[1] / "plan" / "conftest.py")
_PLAN = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_PLAN)

# the plan's fixtures serve the district plan too
two_districts, judged, proposal, bare, empty = (
    getattr(_PLAN, name) for name in ("two_districts", "judged", "proposal", "bare", "empty")
)
plan_book, bare_book, empty_book = (getattr(_PLAN, name) for name in ("plan_book", "bare_book", "empty_book"))
plan_material, plan_figures = _PLAN.plan_material, _PLAN.plan_figures

LANGS = ("zh", "en")
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 400" width="720" height="400" font-family="X">'
    '<rect width="720" height="400" fill="#e6f2f1"/><text x="20" y="50" font-size="20">图 figure</text></svg>'
)
SAID = {
    "contents": "目录",
    "table": "表 {number}",
    "figure": "图 {number}",
    "page": "第 {page} 页，共 {pages} 页",
    "unknown": "待补",
    "no_figure": "此图未绘出",
}


@pytest.fixture(scope="session")
def svg():
    return SVG


@pytest.fixture(scope="session")
def sample():
    """Make a document with every kind of block, and whatever blocks are given besides."""

    def make(lang="zh", more=(), blocks=None, **changes):
        columns = (Column("编号", "right", 0.5), Column("名称 <&>", width=3), Column("状态", "center"))
        rows = tuple((Cell(str(i)), Cell("a & <b> \x07"), Cell("达标", status="met")) for i in range(30))
        every = (
            Contents(2),
            PageBreak(),
            Heading(1, "摘要", numbered=False),
            Heading(1, "基础"),
            Heading(2, "居民"),
            Heading(3, "年龄"),
            Heading(4, "幼儿"),
            Paragraph(runs("见" + ref("long") + "和" + ref("figure") + "。")),
            Table("long", "长表", columns, rows, ("注", "来源")),
            Bullets((runs("见" + ref("short")), runs("b", bold=True))),
            Figure("figure", "图名", SVG, 'alt <&> "q"', 0.8, ("来源",)),
            Note(runs("注意")),
            Landscape((Heading(2, "宽"), Table("short", "短表", columns, rows[:3], ("注",)))),
            PageBreak(),
            Heading(1, "问题"),
            Paragraph(runs("文")),
            Heading(1, "附表", annex=True),
            Heading(2, "一社区"),
            Table("", "", columns, rows[:2]),
            Heading(1, "数据", annex=True),
            Paragraph(runs("完")),
        )
        made = {
            "lang": lang,
            "title": "规划 <&>",
            "author": "A & B",
            "subject": "一区一规划",
            "keywords": "k",
            "dated": dt.date(2026, 11, 23),
            "cover": Cover("规划 <&>", "一区一规划", "（征求意见稿）", (("日期", "2026-11-23"), ("编制", "甲"))),
            "blocks": (*every, *more) if blocks is None else blocks,
            "foot": "邻里 · 2026-11-01",
            "words": SAID,
        }
        return Document(**(made | changes))

    return make


@pytest.fixture(scope="session")
def desks(plan_book, bare_book, empty_book, plan_figures):
    """By kind of book, language and district (None = the whole)."""
    books = {"full": plan_book, "bare": bare_book, "empty": empty_book}

    def make(kind="full", lang="zh", district=None, **changes):
        book = books[kind]
        made = {
            "book": book,
            "part": book.part(district),
            "district": district,
            "place": district or "全市",
            "figures": plan_figures[kind, lang],
            "words": district_words(lang),
            "notes": ("数据来源：演示",),
            "options": ReportOptions(organisation="某区住建局"),
        }
        return Desk(**(made | changes))

    return make


@pytest.fixture(scope="session")
def documents(desks):
    kept = {}

    def make(kind="full", lang="zh", district=None):
        if (kind, lang, district) not in kept:
            kept[kind, lang, district] = district_document(desks(kind, lang, district))
        return kept[kind, lang, district]

    return make


@pytest.fixture(scope="session")
def parts():
    """Return the XML parts of a Word file by name."""

    def read(data):
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return {name: file.read(name) for name in file.namelist()}

    return read


@pytest.fixture(scope="session")
def opened():
    return lambda data: docx.Document(io.BytesIO(data))


@pytest.fixture(scope="session")
def said():
    """Return every word of some blocks, references as ``[key]``."""

    def tell(blocks):
        out = []
        for block in blocks:
            match block:
                case Landscape():
                    out.append(tell(block.blocks))
                case Heading():
                    out.append(block.text)
                case Paragraph() | Note():
                    out.append("".join(run.text or f"[{run.ref}]" for run in block.runs))
                case Bullets():
                    out += ["".join(run.text or f"[{run.ref}]" for run in item) for item in block.items]
                case Table():
                    out += [block.caption, *(c.title for c in block.columns), *block.notes]
                    out += [cell.text for row in block.rows for cell in row]
                case Figure():
                    out += [block.caption, *block.notes]
        return "\n".join(out)

    return tell


@pytest.fixture(scope="session")
def table_of():
    """Return a table by its key."""

    def find(blocks, key):
        for block in blocks:
            inner = block.blocks if isinstance(block, Landscape) else (block,)
            for one in inner:
                if isinstance(one, Table) and one.key == key:
                    return one
        raise KeyError(key)

    return find


@pytest.fixture(scope="session")
def job_data():
    return lambda job: json.loads(job.inputs["data.json"])


@pytest.fixture(scope="session")
def numerals():
    """Return the whole numbers in a text, groups taken together."""
    return lambda text: [int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", text)]
