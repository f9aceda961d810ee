import io

import openpyxl
import pytest

from linli.web.imports.marked import as_problem, make_marked

pytestmark = pytest.mark.django_db


def marked(batch, lang="zh"):
    with make_marked(batch, batch.findings.select_related("batch"), lang) as file:
        return openpyxl.load_workbook(io.BytesIO(file.read()))


@pytest.mark.parametrize(("lang", "allowed", "told", "sheet"), [
    ("zh", "允许：数字，0 至 2,000,000 m²", "不知道就留空", "问题"),
    ("en", "Allowed: a number, 0 to 2,000,000 m²", "leave empty if not known", "problems"),
])  # fmt: skip
def test_the_file_comes_back_with_each_finding_in_its_cell(lang, allowed, told, sheet, kit, street, send):
    batch = send(street, kit.book(kit.line("N1", area="大"), kit.line("N2", east=120.1251)))
    book = marked(batch, lang)
    note = book["设施"]["E2"].comment.text
    assert allowed in note
    assert told in note
    assert book["设施"]["E2"].value == "大"
    assert book["设施"]["E3"].comment is None
    assert book.sheetnames[0] == sheet
    assert book[sheet].max_row == 2


def test_a_corrected_marked_workbook_is_read_like_the_first(kit, street, send):
    book = marked(send(street, kit.book(kit.line("N1", area="大"))))
    book["设施"]["E2"] = 80
    stream = io.BytesIO()
    book.save(stream)
    batch = send(street, stream.getvalue())
    assert (batch.state, kit.does(batch, "new")) == ("ready", [("new", "N1")])


def test_a_text_table_comes_back_as_a_workbook_in_which_nothing_is_calculated(kit, street, send):
    text = "设施编号;设施类型;建筑面积\n=1+1;nursery;大\n".encode("gbk")
    batch = send(street, text, "设施.csv")
    sheet = marked(batch)["CSV"]
    assert sheet["C2"].comment.text.startswith("应为数字")
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")


def test_a_finding_is_the_problem_that_it_was(kit, street, send):
    finding = send(street, kit.book(kit.line("N1", area="大"))).findings.get()
    one = as_problem(finding)
    assert (one.code, one.severity, one.layer, one.row, one.column, one.value) == (
        "number.text", "error", "设施", 2, "建筑面积", "大",
    )  # fmt: skip
