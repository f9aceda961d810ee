import openpyxl
import pytest

from linli.survey.markup import mark_workbook, write_problem_list, write_problems
from linli.survey.messages import problem

HEAD = ["设施编号", "面积", "名称"]


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "设施"
    sheet.append(["某街道设施调查表"])
    sheet.append(HEAD)
    sheet.append(["F1", -5, "甲"])
    sheet.append(["F2", "大", "=HYPERLINK(1)"])
    sheet.append([None, None, "乙"])
    sheet.merge_cells("C4:C5")
    path = tmp_path / "调查.xlsx"
    book.save(path)
    return path


def found(**more):
    return problem("number.text", file="调查.xlsx", layer="设施", **more)


PROBLEMS = [
    found(row=4, column="面积", value="大"),
    problem("area.zero", file="调查.xlsx", layer="设施", row=4, column="面积", title="面积"),
    found(row=5, column="名称", value="=1+1"),
    found(row=3),
    problem("column.unit", file="调查.xlsx", layer="设施", column="面积", unit="m²"),
    problem("layer.absent", layer="道路", title="道路"),
]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_cells_are_marked_and_commented_and_all_is_listed(lang, workbook, tmp_path):
    before = workbook.read_bytes()
    out = mark_workbook(workbook, PROBLEMS, tmp_path / "out.xlsx", lang)
    assert workbook.read_bytes() == before
    book = openpyxl.load_workbook(out)
    sheet = book["设施"]
    assert sheet["B4"].fill.start_color.rgb == "00FFC7CE"
    assert PROBLEMS[0].message[lang] in sheet["B4"].comment.text
    assert PROBLEMS[1].message[lang] in sheet["B4"].comment.text
    assert sheet["C4"].comment, "the note of a merged block sits on its first cell"
    assert sheet["A3"].comment
    assert sheet["B2"].comment, "a problem of a whole column sits on its heading"
    assert sheet["B3"].value == -5
    assert sheet["B3"].comment is None
    listed = book[{"zh": "问题", "en": "problems"}[lang]]
    assert book.active is listed
    assert listed.max_row == 1 + len(PROBLEMS)
    shown = [cell for row in listed.iter_rows(min_row=2) for cell in row if cell.value == "=1+1"]
    assert shown[0].data_type == "s", "what a user typed is shown, never calculated"


def test_marking_a_marked_workbook_again_does_not_pile_up(workbook, tmp_path):
    once = mark_workbook(workbook, PROBLEMS, tmp_path / "1.xlsx")
    twice = mark_workbook(once, PROBLEMS, tmp_path / "2.xlsx")
    book = openpyxl.load_workbook(twice)
    assert book.sheetnames.count("问题") == 1
    assert book["设施"]["B4"].comment.text.count(PROBLEMS[0].message["zh"]) == 1


def test_the_list_has_every_problem_errors_first(tmp_path):
    path = write_problem_list(PROBLEMS, tmp_path / "p.xlsx", "en")
    sheet = openpyxl.load_workbook(path).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(PROBLEMS)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert rows[0][1:5] == ("调查.xlsx", "设施", 4, "面积")


def test_everything_goes_into_one_folder_and_what_cannot_be_opened_only_into_the_list(workbook, tmp_path):
    (tmp_path / "坏.xlsx").write_bytes(b"x")
    more = [problem("excel.damaged", file="坏.xlsx"), problem("csv.encoding", file="a.csv")]
    written = write_problems([*PROBLEMS, *more], workbook.parent, tmp_path / "back" / "deep")
    assert [path.name for path in written] == ["问题.xlsx", "调查.问题.xlsx"]
    assert all(path.exists() for path in written)
