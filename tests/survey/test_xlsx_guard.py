import zipfile

import openpyxl
import pytest

from linli.survey.xlsx_guard import find_dangers, guard_workbook, scan_sheets


def codes(path):
    return [one.code for one in guard_workbook(path, path.name)]


def save(path, fill):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "设施"
    fill(sheet)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "excel.old"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "excel.encrypted"),
        (b"<html><table></table></html>", "excel.not_workbook"),
        ("编号,名称\n".encode("gbk"), "excel.not_workbook"),
        (b"PK\x03\x04garbage", "excel.damaged"),
    ],
)
def test_what_is_no_workbook_is_named(content, code, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert codes(path) == [code]


def test_a_zip_of_something_else_and_a_bomb_are_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "x")
    assert codes(path) == ["excel.not_workbook"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "x")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (80 << 20))
    assert codes(path) == ["excel.bomb"]


def test_a_truncated_workbook_is_damaged(tmp_path):
    path = save(tmp_path / "a.xlsx", lambda sheet: sheet.append(["a"]))
    path.write_bytes(path.read_bytes()[:-200])
    assert codes(path) == ["excel.damaged"]


def test_a_good_workbook_passes_and_its_broken_cells_are_found(tmp_path):
    def fill(sheet):
        sheet.append(["设施编号", "面积", "容量"])
        sheet.append(["F1", "=1+1", 5])
        sheet["C3"] = "#N/A"

    path = save(tmp_path / "a.xlsx", fill)
    assert codes(path) == []
    scans, problems = scan_sheets(path, "a.xlsx")
    assert problems == []
    assert scans["设施"].broken == ((2, 1, "cell.formula", None), (3, 2, "cell.error", "#N/A"))
    assert (scans["设施"].rows, scans["设施"].columns) == (3, 3)


def test_a_stray_cell_far_out_is_a_problem(tmp_path):
    path = save(tmp_path / "a.xlsx", lambda sheet: sheet.cell(1_048_576, 16_384, "x"))
    _, problems = scan_sheets(path, "a.xlsx")
    assert [(one.code, one.layer) for one in problems] == [("excel.huge_sheet", "设施")]


def test_entities_are_not_expanded(tmp_path):
    path = save(tmp_path / "a.xlsx", lambda sheet: sheet.append(["a"]))
    evil = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, evil if name == "xl/workbook.xml" else data)
    _, problems = scan_sheets(path, "a.xlsx")
    assert [one.code for one in problems] == ["excel.damaged"]


def test_prefixed_sheets_are_scanned_alike(tmp_path):
    # some programs write every element with a prefix
    path = save(tmp_path / "a.xlsx", lambda sheet: sheet.append(["F1", "=1+1"]))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            xml = data.replace(b"</", b"</x:").replace(b"<", b"<x:").replace(b"<x:/x:", b"</x:").replace(b"<x:?", b"<?")
            archive.writestr(name, xml.replace(b"xmlns=", b"xmlns:x=") if "worksheets/" in name else data)
    scans, problems = scan_sheets(path, "a.xlsx")
    assert problems == []
    assert (scans["设施"].rows, scans["设施"].columns) == (1, 2)
    assert scans["设施"].broken == ((1, 1, "cell.formula", None),)


def dangers(path, **changed):
    """A good workbook with parts added or replaced, and what is found in it."""
    save(path, lambda sheet: sheet.append(["a"]))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**parts, **changed}.items():
            archive.writestr(name, data)
    return [one.code for one in find_dangers(path, path.name)]


ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"xl/vbaProject.bin": b"x"}, "excel.macros"),
        ({"xl/macrosheets/sheet1.xml": b"<x/>"}, "excel.macros"),
        ({"../../etc/passwd": b"x"}, "excel.paths"),
        ({"/etc/passwd": b"x"}, "excel.paths"),
        ({"..\\..\\windows\\x": b"x"}, "excel.paths"),
        ({"C:\\x": b"x"}, "excel.paths"),
        ({"xl/sharedStrings.xml": ENTITY.encode()}, "excel.entities"),
        ({"xl/sharedStrings.xml": ENTITY.encode("utf-16")}, "excel.entities"),
        ({"docProps/app.xml": b" " * (1 << 20) + ENTITY.encode()}, "excel.entities"),
        ({"xl/_rels/workbook.xml.rels": b"x" * ((1 << 20) - 5) + ENTITY[21:].encode()}, "excel.entities"),
    ],
)
def test_what_a_workbook_of_others_must_not_hold_is_found(parts, code, tmp_path):
    assert dangers(tmp_path / "a.xlsx", **parts) == [code]


def test_a_good_workbook_holds_no_danger_and_a_broken_one_is_named(tmp_path):
    assert dangers(tmp_path / "a.xlsx") == []
    assert dangers(tmp_path / "a.xlsx", **{"xl/vbaProject.bin": b"x", "../x": b"y"}) == ["excel.paths", "excel.macros"]
    whole = (tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "a.xlsx").write_bytes(whole[:100])
    assert [one.code for one in find_dangers(tmp_path / "a.xlsx", "a.xlsx")] == ["excel.damaged"]
