from xml.etree import ElementTree as ET

import pytest

from linli.report.district.wordxml import (
    NAMESPACES,
    attribute,
    bookmark,
    emu,
    field,
    paragraph,
    picture,
    run,
    table_cell,
    twips,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parsed(xml):
    return ET.fromstring(f"<w:x {NAMESPACES}>{xml}</w:x>")


def texts(node):
    return [one.text for one in node.iter(f"{W}t")]


@pytest.mark.parametrize("hostile", ["<script>&\"'", "a\x00\x0bb", " lead ", "]]>"])
def test_what_people_said_stays_text(hostile):
    node = parsed(run(hostile))
    assert "".join(texts(node)) == hostile.replace("\x00", "").replace("\x0b", "")
    found = parsed(f'<w:y a="{attribute(hostile)}"/>')[0].attrib["a"]
    assert found == " ".join(hostile.replace("\x00", "").replace("\x0b", "").split())


def test_an_empty_text_is_no_run():
    assert run("") == ""
    assert attribute("") == ""


def test_a_run_knows_weight_colour_hint_and_line_breaks():
    node = parsed(run("a\nb", bold=True, colour="B3261E", east=True))
    assert texts(node) == ["a", "b"]
    assert node.find(f".//{W}br") is not None
    assert node.find(f".//{W}color").attrib[f"{W}val"] == "B3261E"
    assert node.find(f".//{W}rFonts").attrib[f"{W}hint"] == "eastAsia"


def test_a_field_has_its_parts_in_order_and_shows_its_text():
    node = parsed(field("SEQ 表 \\* ARABIC", run("7")))
    kinds = [one.attrib[f"{W}fldCharType"] for one in node.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"]
    assert node.find(f".//{W}instrText").text == " SEQ 表 \\* ARABIC "
    assert texts(node) == ["7"]


def test_a_bookmark_lies_around_its_runs():
    node = parsed(bookmark(3, "_Ref_table_1", run("表 1")))
    assert [one.tag.removeprefix(W) for one in node] == ["bookmarkStart", "r", "bookmarkEnd"]
    assert {one.attrib[f"{W}id"] for one in (node[0], node[2])} == {"3"}


def test_paragraphs_and_cells_have_their_properties():
    node = parsed(paragraph("Caption", run("a"), keep=True))
    assert [one.tag.removeprefix(W) for one in node[0][0]] == ["pStyle", "keepNext"]
    cell = parsed(table_cell(900, run("x"), style="TableText", align="right"))
    assert cell.find(f".//{W}tcW").attrib[f"{W}w"] == "900"
    assert cell.find(f".//{W}jc").attrib[f"{W}val"] == "right"


def test_a_picture_tells_what_it_shows():
    node = parsed(picture("rId9", 1, 72, 36, name="图", alt='map <&> "q"'))
    told = next(one for one in node.iter() if one.tag.endswith("}docPr"))
    assert told.attrib["descr"] == 'map <&> "q"'
    size = next(one for one in node.iter() if one.tag.endswith("}extent"))
    assert (size.attrib["cx"], size.attrib["cy"]) == ("914400", "457200")


def test_measures():
    assert twips(72) == 1440
    assert emu(72) == 914_400
