import codecs

import openpyxl
import pytest

from linli.survey.tabular import decode_text, read_csv, read_csv_folder, read_excel

TEXT = "设施编号,设施类型,名称\nF1,nursery,和睦驿站\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("gbk"), "gb18030"),
        ("编号,名称\nF1,䶮𠮷\n".encode("gb18030"), "gb18030"),
        ("号".encode("gbk"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (b"id,name\n1,a\n", "utf-8"),
    ],
)
def test_encodings_are_decided_by_rule(data, encoding):
    text, used, reason = decode_text(data)
    assert used == encoding
    assert "\ufeff" not in text
    assert reason.zh
    assert text == data.decode(encoding).removeprefix("\ufeff")


def test_an_encoding_is_taken_at_its_word_or_refused():
    assert decode_text(TEXT.encode("big5", "ignore"), "big5")[1] == "big5"
    assert decode_text(TEXT.encode(), "ascii") is None
    assert decode_text(b"\xff\xff\xff\x00") is None


def csv(tmp_path, data, **more):
    path = tmp_path / "设施.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    tables, problems = read_csv(path, path.name, "facilities", **more)
    return tables[0][1] if tables else None, problems


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "，"])
def test_delimiters(mark, tmp_path):
    table, problems = csv(tmp_path, TEXT.replace(",", mark))
    assert problems == []
    assert table.headings == ("设施编号", "设施类型", "名称")
    assert table.cells.iloc[0].tolist() == ["F1", "nursery", "和睦驿站"]
    assert (table.rows.tolist(), table.encoding) == ([2], "utf-8")
    assert table.preview[0].startswith("设施编号")


def test_quotes_hold_delimiters_and_lines(tmp_path):
    table, problems = csv(tmp_path, '编号,类型,名称\nF1,nursery,"和睦,\n驿站"\nF2,nursery,b\n')
    assert problems == []
    assert table.cells[2].tolist() == ["和睦,\n驿站", "b"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"  \n", "file.empty"),
        (b"\x80\xff\xff\xfe\n", "csv.encoding"),
        (b"a,b\n\0\0,1\n", "csv.binary"),
        ('设施编号,类型\n"F1,nursery\n', "csv.quotes"),
        ("q,w2,z\n1,2,3\n", "table.no_heading"),
        ("设施编号,类型,名称\nF1,nursery\n", "csv.ragged"),
        ("设施编号,类型,名称\nF1,nursery,a,b\n", "csv.ragged"),
    ],
)
def test_broken_text_is_named(data, code, tmp_path):
    _, problems = csv(tmp_path, data)
    assert [one.code for one in problems] == [code]
    if code == "csv.ragged":
        assert problems[0].row == 2


def test_empty_lines_and_empty_columns_at_the_end_are_no_problem(tmp_path):
    table, problems = csv(tmp_path, "设施编号,类型,名称,,\nF1,nursery,a,,\n\n,,,,\nF2,canteen,b,,\n")
    assert problems == []
    assert table.rows.tolist() == [2, 3, 4, 5]


def test_a_folder_holds_layers_by_name(tmp_path):
    (tmp_path / "设施.csv").write_text(TEXT, encoding="utf-8")
    (tmp_path / "2.社区.csv").write_text("社区编号,名称\n1,a\n", encoding="gbk")
    (tmp_path / "杂项.csv").write_text("a\n1\n", encoding="utf-8")
    tables, problems = read_csv_folder(tmp_path, "data")
    assert {name for name, _ in tables} == {"facilities", "communities"}
    assert [(one.code, one.file) for one in problems] == [("sheet.unknown", "data/杂项.csv")]
    tables, _ = read_csv_folder(tmp_path, "data", layers=["communities"])
    assert [name for name, _ in tables] == ["communities"]
    (tmp_path / "empty").mkdir()
    assert [one.code for one in read_csv_folder(tmp_path / "empty", "x")[1]] == ["sheet.none"]


def workbook(tmp_path, fill, title="设施"):
    book = openpyxl.Workbook()
    book.active.title = title
    fill(book.active)
    path = tmp_path / "a.xlsx"
    book.save(path)
    return path


def test_sheets_are_layers_by_name_and_notes_are_left(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["随便"])
    for title, heading in (("设施", "设施编号"), ("社区", "社区编号"), ("草稿", "a"), ("小区", None)):
        sheet = book.create_sheet(title)
        if heading:
            sheet.append([heading])
            sheet.append(["1"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    tables, problems = read_excel(path, "a.xlsx")
    assert [name for name, _ in tables] == ["facilities", "communities"]
    assert [(one.code, one.layer) for one in problems] == [("sheet.unknown", "草稿"), ("sheet.empty", "小区")]
    tables, problems = read_excel(path, "a.xlsx", layer="rooms", source_layer="草稿", columns={"room_id": "a"})
    assert [name for name, _ in tables] == ["rooms"]
    assert [one.code for one in read_excel(path, "a.xlsx", layer="rooms", source_layer="没有")[1]] == [
        "sheet.not_found"
    ]
    assert [one.code for one in read_excel(path, "a.xlsx", layers=["wishes"])[1]] == ["sheet.none"]


def test_one_sheet_is_the_layer_that_was_named_whatever_it_is_called(tmp_path):
    path = workbook(tmp_path, lambda sheet: sheet.append(["设施编号"]), title="Sheet1")
    tables, problems = read_excel(path, "a.xlsx", layer="facilities")
    assert ([name for name, _ in tables], problems) == (["facilities"], [])
    assert [one.code for one in read_excel(path, "a.xlsx")[1]] == ["sheet.unknown", "sheet.none"][1:]


def test_titles_stand_above_and_merged_cells_are_kept_for_later(tmp_path):
    def fill(sheet):
        sheet.append(["某街道设施调查表"])
        sheet.merge_cells("A1:C1")
        sheet.append(["设施编号", "类型", "运营单位"])
        sheet.append(["F1", "nursery", "甲"])
        sheet.append(["F2", "nursery", None])
        sheet.merge_cells("C3:C4")

    tables, problems = read_excel(workbook(tmp_path, fill), "a.xlsx")
    table = tables[0][1]
    assert problems == []
    assert table.rows.tolist() == [3, 4]
    assert table.merged == ((3, 4, 2, 2),)


def test_merged_headings_and_missing_headings_are_problems(tmp_path):
    def merged(sheet):
        sheet.append(["设施编号", "类型", "面积"])
        sheet.append([None, None, "建筑"])
        sheet.merge_cells("A1:A2")

    assert [one.code for one in read_excel(workbook(tmp_path, merged), "a")[1]] == ["heading.merged"]
    path = workbook(tmp_path, lambda sheet: sheet.append(["q", "w"]))
    assert [one.code for one in read_excel(path, "a")[1]] == ["table.no_heading"]
