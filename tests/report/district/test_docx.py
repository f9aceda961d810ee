import datetime as dt
import re
import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest

from linli.report.district.document import Heading, Landscape, PageBreak, Paragraph, runs
from linli.report.district.docx import word_bytes
from linli.report.district.numbering import number_blocks

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module", params=["zh", "en"])
def word(request, sample, fonts):
    return word_bytes(sample(request.param), fonts)


def text_of(paragraph):
    return "".join(one.text or "" for one in paragraph.iter(f"{W}t"))


def body_of(parts, data):
    return ET.fromstring(parts(data)["word/document.xml"])


def test_the_same_document_gives_the_same_bytes(sample, fonts):
    assert word_bytes(sample(), fonts) == word_bytes(sample(), fonts)


def test_every_part_is_valid_xml_and_holds_nothing_of_the_template(parts, word):
    found = parts(word)
    for name, data in found.items():
        if name.endswith((".xml", ".rels")):
            ET.fromstring(data)
    assert not [name for name in found if "customXml" in name or "thumbnail" in name or "WithEffects" in name]


def test_properties_are_those_of_the_document(opened, word):
    told = opened(word).core_properties
    assert (told.title, told.author, told.subject) == ("规划 <&>", "A & B", "一区一规划")
    assert told.created.date() == dt.date(2026, 11, 23)


def test_headings_have_real_styles_in_order(opened, sample, word):
    file = opened(word)
    found = [(p.style.name, p.text) for p in file.paragraphs if p.style.name.startswith("Heading")]
    wanted = [(f"Heading {one.level}", one.text) for one in number_blocks(sample()).headings]
    assert found == wanted


def test_headings_are_numbered_by_lists_and_annexes_by_their_own(parts, word):
    found = {}
    for paragraph in body_of(parts, word).iter(f"{W}p"):
        number = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
        if number is not None:
            found[text_of(paragraph)] = number.attrib[f"{W}val"]
    assert found["摘要"] == "0"
    assert found["附表"] == found["一社区"] == found["数据"] == "2"
    assert "基础" not in found, "the list of its style numbers it"


def test_numbers_of_word_are_those_of_paper(parts, sample, fonts):
    made = parts(word_bytes(sample("zh"), fonts))["word/numbering.xml"].decode()
    texts = re.findall(r'lvlText w:val="([^"]*)"', made)
    assert texts[:4] == ["%1、", "（%2）", "%3.", "（%4）"]
    assert texts[4] == "附件%1\u3000"
    english = parts(word_bytes(sample("en"), fonts))["word/numbering.xml"].decode()
    assert re.findall(r'lvlText w:val="([^"]*)"', english)[:4] == ["%1", "%1.%2", "%1.%2.%3", "%1.%2.%3.%4"]


def test_captions_are_fields_that_show_their_number(parts, word):
    captions = [p for p in body_of(parts, word).iter(f"{W}p") if _style(p) == "Caption"]
    shown = [text_of(one) for one in captions]
    assert [re.sub(r"\s+", " ", text).strip() for text in shown] == ["表 1 长表", "图 1 图名", "表 2 短表"]
    fields = [one.find(f".//{W}instrText").text.split()[:2] for one in captions]
    assert fields == [["SEQ", "表"], ["SEQ", "图"], ["SEQ", "表"]]


def _style(paragraph):
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if style is None else style.attrib[f"{W}val"]


def test_references_point_at_bookmarks_and_show_the_label(parts, word):
    body = body_of(parts, word)
    names = {one.attrib[f"{W}name"] for one in body.iter(f"{W}bookmarkStart")}
    asked = {one.text.split()[1] for one in body.iter(f"{W}instrText") if one.text.split()[0] == "REF"}
    assert asked == {"_Ref_table_1", "_Ref_figure_1", "_Ref_table_2"}
    assert asked <= names
    assert "见表 1和图 1。" in [text_of(one) for one in body.iter(f"{W}p")]


def test_bookmarks_are_unique(parts, word):
    marks = list(body_of(parts, word).iter(f"{W}bookmarkStart"))
    for key in ("id", "name"):
        found = [one.attrib[f"{W}{key}"] for one in marks]
        assert len(found) == len(set(found))


def test_the_contents_are_there_before_anything_is_worked_out(parts, word, sample):
    body = body_of(parts, word)
    entries = [p for p in body.iter(f"{W}p") if _style(p).startswith("TOC") and _style(p) != "TOCHeading"]
    listed = [one for one in number_blocks(sample()).headings if one.level <= 2]
    assert [text_of(p).endswith(one.text) for p, one in zip(entries, listed, strict=True)] == [True] * len(listed)
    anchors = [p.find(f"{W}hyperlink").attrib[f"{W}anchor"] for p in entries]
    names = {one.attrib[f"{W}name"] for one in body.iter(f"{W}bookmarkStart")}
    assert set(anchors) <= names
    assert b"updateFields" in parts(word)["word/settings.xml"]


def test_heads_of_tables_repeat_and_rows_are_not_split(opened, word):
    tables = opened(word).tables
    assert [len(one.rows) for one in tables] == [31, 4, 3]
    for table in tables:
        heads = [row._tr.find(f"{W}trPr/{W}tblHeader") is not None for row in table.rows]
        assert heads == [True] + [False] * (len(table.rows) - 1)
        assert all(row._tr.find(f"{W}trPr/{W}cantSplit") is not None for row in table.rows)
        assert table.style.name == "Linli Table"
        assert table._tbl.find(f"{W}tblPr/{W}tblLayout").attrib[f"{W}type"] == "fixed"


def test_widths_fill_the_page(opened, word):
    for table in opened(word).tables:
        grid = [int(one.attrib[f"{W}w"]) for one in table._tbl.iter(f"{W}gridCol")]
        assert sum(grid) == int(table._tbl.find(f"{W}tblPr/{W}tblW").attrib[f"{W}w"])
        assert min(grid) > 0


def test_statuses_have_mark_and_word(opened, word):
    assert opened(word).tables[0].rows[1].cells[2].text == "● 达标"


def test_cells_hold_what_was_said(opened, word):
    assert opened(word).tables[0].rows[1].cells[1].text == "a & <b> "


def test_every_figure_has_words_for_those_who_do_not_see_it(opened, word):
    shapes = opened(word).inline_shapes
    assert [one._inline.docPr.attrib["descr"] for one in shapes] == ['alt <&> "q"']
    assert all(one.width.cm <= 16.1 for one in shapes)


def test_wide_tables_lie_on_turned_pages(opened, word):
    sections = opened(word).sections
    assert [one.orientation for one in sections] == [0, 0, 1, 0]
    assert [round(one.page_width.cm, 1) for one in sections] == [21.0, 21.0, 29.7, 21.0]


def test_pages_are_numbered_but_the_cover(parts, opened, word):
    feet = [data.decode() for name, data in parts(word).items() if re.match(r"word/footer\d", name)]
    assert len(feet) == 2
    assert all("PAGE" in one and "NUMPAGES" in one for one in feet)
    assert opened(word).sections[0]._sectPr.find(f"{W}footerReference") is None


def test_a_page_break_is_a_property_of_what_follows(parts, sample, fonts):
    blocks = (
        Heading(1, "a"),
        PageBreak(),
        Heading(1, "b"),
        Landscape((Heading(1, "c"),)),
        PageBreak(),
        Heading(1, "d"),
    )
    body = body_of(parts, word_bytes(sample(blocks=blocks), fonts))
    broken = [text_of(p) for p in body.iter(f"{W}p") if p.find(f"{W}pPr/{W}pageBreakBefore") is not None]
    assert broken == ["b"], "a new section begins a page of its own"
    assert not list(body.iter(f"{W}br"))


def test_east_asian_fonts_are_named_with_others_to_fall_back_on(parts, word, sample, fonts):
    styles = parts(word_bytes(sample("zh"), fonts))["word/styles.xml"].decode()
    assert 'w:eastAsia="仿宋"' in styles
    assert 'w:eastAsia="黑体"' in styles
    assert "asciiTheme" not in styles
    assert 'altName w:val="FangSong"' in parts(word)["word/fontTable.xml"].decode()


def test_without_a_font_figures_are_words(opened, sample):
    file = opened(word_bytes(sample(), None))
    assert not file.inline_shapes
    assert "此图未绘出" in [p.text for p in file.paragraphs]


def test_an_empty_document_is_a_cover(opened, sample):
    file = opened(word_bytes(sample(blocks=()), None))
    assert file.paragraphs[0].text == "规划 <&>"
    assert not file.tables


def test_it_can_be_edited_and_saved_again(opened, word, tmp_path):
    file = opened(word)
    file.add_paragraph("加一段", style="Body Text")
    file.save(tmp_path / "again.docx")
    assert opened((tmp_path / "again.docx").read_bytes()).paragraphs[-1].text == "加一段"


@pytest.mark.slow
def test_an_office_program_opens_it(word, tmp_path):
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed on this machine")
    path = tmp_path / "plan.docx"
    path.write_bytes(word)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "plan.pdf").stat().st_size > 10_000


def test_a_long_document_is_written_quickly(sample, fonts):
    many = tuple(block for i in range(200) for block in (Heading(2, f"社区 {i}"), Paragraph(runs("文字" * 100))))
    assert len(word_bytes(sample(more=many), fonts)) > 10_000
