import openpyxl
import pytest

from linli.report.words import load_words


@pytest.fixture(scope="module")
def workbook(report):
    return openpyxl.load_workbook(report[0] / "assessment.xlsx")


def test_sheets_hold_every_row(workbook, assessment, survey):
    words = load_words("zh")
    expected = {
        "communities": len(assessment.communities),
        "items": len(assessment.items),
        "requirements": len(assessment.requirements),
        "coverage": len(assessment.coverage),
        "priority": len(assessment.priority),
        "facilities": len(survey.layers["facilities"]),
        "rooms": len(survey.layers["rooms"]),
        "wishes": len(survey.layers["wishes"]),
    }
    for key, rows in expected.items():
        sheet = workbook[words(f"workbook.{key}")]
        assert sheet.max_row - 1 == rows, key
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref
    assert workbook.sheetnames[0] == words("workbook.overview")
    assert workbook.sheetnames[-1] == words("workbook.sources")


def test_headings_are_in_both_languages_and_no_cell_is_a_formula(workbook, hostile):
    sheet = workbook[load_words("zh")("workbook.communities")]
    assert sheet["A1"].value == "社区编号\ncommunity id"
    assert sheet["B2"].value == hostile
    for page in workbook:
        for row in page.iter_rows():
            assert not any(cell.data_type == "f" for cell in row)


def test_unknown_is_a_word(workbook, assessment):
    words = load_words("zh")
    sheet = workbook[words("workbook.items")]
    heads = [cell.value.split("\n")[0] for cell in sheet[1]]
    column = heads.index(words("column.degree"))
    values = [row[column].value for row in sheet.iter_rows(min_row=2)]
    assert values.count(words("status.unknown")) == assessment.items["degree"].isna().sum()
    assert all(isinstance(v, int | float) or v == words("status.unknown") for v in values)


def test_statuses_are_coloured(workbook):
    sheet = workbook[load_words("zh")("workbook.items")]
    assert len(sheet.conditional_formatting) >= 1
