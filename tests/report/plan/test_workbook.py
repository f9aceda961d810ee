import pytest
from python_calamine import CalamineWorkbook

from linli.report.plan.words import plan_words
from linli.report.plan.workbook import write_plan_workbook


def read(path):
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.fixture(scope="module")
def sheets(plan_book, plan_figures, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "plan.xlsx"
    return read(write_plan_workbook(plan_book, plan_figures["full", "zh"], path, "方案", plan_words("en")))


def column(rows, start):
    position = next(i for i, head in enumerate(rows[0]) if str(head).startswith(start))
    return [row[position] for row in rows[1:]]


def test_every_project_is_a_row(sheets, plan_book):
    rows = sheets["项目"]
    assert len(rows) - 1 == len(plan_book.projects)
    assert sum(column(rows, "造价")) == pytest.approx(plan_book.city.sums.cost_yuan)
    assert sum(column(rows, "新增覆盖")) == pytest.approx(plan_book.city.sums.needs.newly)


def test_headings_are_in_both_languages_with_units(sheets):
    heads = [str(head) for rows in list(sheets.values())[1:] for head in rows[0]]
    assert all("\n" in head for head in heads)
    assert any("（元）" in head and "(yuan)" in head for head in heads)


def test_sums_of_sheets_are_the_plans(sheets, plan_book):
    needs = plan_book.city.sums.needs
    assert sum(column(sheets["社区"], "新增")) == pytest.approx(needs.newly)
    assert sum(column(sheets["仍未覆盖"], "仍未覆盖")) == pytest.approx(needs.without)
    assert sum(column(sheets["谁由哪个设施服务"], "新增覆盖")) == pytest.approx(needs.newly)
    assert sum(column(sheets["年度资金"], "年度资金")) == pytest.approx(sum(c.yuan for c in plan_book.city.cash))
    assert len(sheets["补助测算步骤"]) - 1 == sum(len(s.steps) for s in plan_book.city.subsidies)
    assert len(sheets["收支明细"]) - 1 == len(plan_book.operating_lines)


def test_unknown_is_a_word(sheets):
    amounts = column(sheets["专项补助"], "补助金额")
    assert "待补" in amounts
    assert 0 not in amounts


def test_hostile_names_are_text(sheets, hostile):
    cells = [cell for row in sheets["社区"] for cell in row]
    assert hostile in cells


@pytest.mark.parametrize("kind", ["bare", "empty"])
def test_tables_that_were_not_made_are_left_out(kind, plan_figures, tmp_path):
    figures = plan_figures[kind, "en"]
    sheets = read(write_plan_workbook(figures.book, figures, tmp_path / "p.xlsx", "Plan"))
    assert "Projects" in sheets
    assert "Money by year" not in sheets
    assert "Subsidies" not in sheets
    assert len(sheets["Projects"]) - 1 == len(figures.book.projects)
