"""The first two levels: what is refused, with what to do, before anything is kept."""

import io
import zipfile

import pytest
from django.utils import translation

from linli.web.imports.files import check_file
from linli.web.refusal import Refused

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
CSV = "设施编号,设施类型\nF1,nursery\n".encode()


def with_part(data, **parts):
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def refusal(name, data, **more):
    with pytest.raises(Refused) as caught:
        check_file(name, data, most_mb=more.pop("most_mb", 5), **more)
    return caught.value


def test_workbooks_and_text_tables_are_taken_under_a_clean_name(kit):
    sent = check_file("..\\..\\etc/设施.xlsx", kit.book(kit.line("F1")), most_mb=5)
    assert (sent.name, sent.kind, len(sent.sha256)) == ("设施.xlsx", "xlsx", 64)
    for encoding in ("utf-8", "utf-8-sig", "gbk", "utf-16"):
        assert check_file("设施.csv", CSV.decode().encode(encoding), most_mb=5).kind == "csv"
    assert check_file("设施.txt", CSV, most_mb=5).kind == "csv"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.xlsx", b"", "空"),
        ("a.xls", OLE + b"\0" * 600, "另存为"),
        ("a.et", OLE + b"\0" * 600, "另存为"),
        ("a.xlsx", OLE + b"\0" * 600, "旧版 .xls"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("a.xlsm", b"PK\x03\x04", "宏"),
        ("a.xlsb", b"PK\x03\x04", "宏"),
        ("a.xlsx", b"<html><table>", "不是 Excel"),
        ("a.xlsx", CSV, "不是 Excel"),
        ("a.xlsx", b"PK\x03\x04garbage", "损坏"),
        ("a.pdf", b"%PDF-", "xlsx"),
        ("a", CSV, "xlsx"),
        ("a.csv", b"\x80\xff\xff\xfe", "编码"),
        ("a.csv", b"a\0b", "文本表格"),
    ],
)
def test_what_will_not_do_is_refused_with_what_to_do(name, data, says):
    refused = refusal(name, data)
    assert says in str(refused)
    assert refused.field == "file"


@pytest.mark.parametrize(
    ("part", "content", "says"),
    [
        ("xl/vbaProject.bin", b"x", "macros"),
        ("../../evil", b"x", "outside"),
        ("xl/evil.xml", b"<!DOCTYPE x [<!ENTITY a 'a'>]><x/>", "entities"),
        ("xl/media/a.xml", b"\0" * (80 << 20), "absurd"),
    ],
)
def test_traps_are_refused_in_the_readers_language(kit, part, content, says):
    translation.activate("en")
    assert says in str(refusal("a.xlsx", with_part(kit.book(kit.line("F1")), **{part: content})))


def test_all_dangers_of_a_file_are_told_at_once(kit):
    said = str(refusal("a.xlsx", with_part(kit.book(), **{"xl/vbaProject.bin": b"x", "../x": b"x"})))
    assert "宏" in said
    assert "路径" in said


def test_the_largest_file_is_set_by_the_site(kit):
    assert "1" in str(refusal("a.csv", b"a" * (1024 * 1024 + 1), most_mb=1))


def test_a_named_encoding_is_taken_at_its_word():
    assert check_file("a.csv", "编号,名称".encode("gb18030"), most_mb=1, encoding="gb18030")
    assert "编码" in str(refusal("a.csv", "编号,名称".encode("gb18030"), encoding="utf-8"))
