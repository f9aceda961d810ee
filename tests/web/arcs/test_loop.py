"""The loop as those walk it who do its work: a workbook sent in, a round frozen, a plan adopted, all of it audited."""

import openpyxl
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMMUNITY, SHEET = "330199001001", "设施"


def _menu(page, name):
    page.locator("nav.side").get_by_role("link", name=name, exact=True).click()


def _go(page, name, *, within="main .actions"):
    page.locator(within).get_by_role("link", name=name, exact=True).click()


def _confirm(page, reason="已核对"):
    page.fill("#id_reason", reason)
    page.click("form.form button.main, form.form button.danger")
    page.wait_for_selector(".notice.success")


def _download(page, name, path):
    with page.expect_download() as waited:
        page.locator("main").get_by_role("link", name=name, exact=True).first.click()
    waited.value.save_as(path)
    return path


def _send(page, path):
    page.set_input_files("#id_file", path)
    page.click("button:has-text('上传并核对')")
    page.wait_for_url("**/batches/IM-*/")


def _cells(page, name):
    """Return the cells of a table's rows as texts, by the table's name."""
    rows = page.get_by_role("region", name=name, exact=True).locator("tbody tr")
    return [row.locator("td, th").all_inner_texts() for row in rows.all()]


def _columns(sheet):
    """Return the number of each column by its heading, without the star and the unit."""
    return {str(cell.value).partition("(")[0].rstrip("*"): cell.column for cell in sheet[1]}


def _write(path, changes, new):
    """Change a workbook as a person does: cells by row, and a row below the last one; returns that row's number."""
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    columns = _columns(sheet)
    last = max(cell.row for cell in sheet["A"] if cell.value)
    row = last if sheet.cell(last, 1).value == new["设施编号"] else last + 1
    for at, name, value in (*changes, *((row, name, value) for name, value in new.items())):
        sheet.cell(at, columns[name]).value = value
    book.save(path)
    return row


def test_a_street_mends_a_workbook_applies_it_and_undoes_it(walk, tmp_path):
    page = walk.enter("street")
    _menu(page, "表格导入")
    page.select_option("#id_place", COMMUNITY)
    page.click("button:has-text('选择')")
    walk.look(page, "import-start")
    path = _download(page, "下载已填好的模板", tmp_path / "filled.xlsx")
    was = openpyxl.load_workbook(path)[SHEET]
    columns = _columns(was)
    known = next(row for row in range(2, was.max_row + 1) if was.cell(row, columns["建筑面积"]).value)
    area, east, north = (was.cell(known, columns[name]).value for name in ("建筑面积", "经度", "纬度"))
    new = {"设施编号": "X-0001", "设施类型": None, "设施名称": "弄口便民药店", "所属社区编号": COMMUNITY,
           "建筑面积": 90, "使用状态": "不明", "经度": east * 10, "纬度": north}  # fmt: skip
    row = _write(path, [(known, "建筑面积", "约三百")], new)

    _send(page, path)
    walk.look(page, "import-errors")
    found = {(one[2], one[3]): one for one in _cells(page, "核对结果") if "错误" in one[0]}
    print(found)
    wrong = {(known, "建筑面积(m²)"): ("约三百", "0 至 2,000,000"), (row, "使用状态"): ("不明", "在用"),
             (row, "设施类型*"): ("", "必填"), (row, "经度(°)"): (str(east * 10)[:6], "")}  # fmt: skip
    for (at, name), (value, allowed) in wrong.items():
        cells = found.pop((str(at), name))
        assert cells[1] == SHEET
        assert value in cells[4]
        assert allowed in cells[6]
        assert cells[7]
    assert found == {}
    assert not walk.ask("SELECT 1 FROM places_record WHERE key = 'X-0001'")

    path = _download(page, "下载标注好的表格", tmp_path / "marked.xlsx")
    marked = openpyxl.load_workbook(path)[SHEET]
    for at, name in ((known, "建筑面积"), (row, "设施类型"), (row, "使用状态"), (row, "经度")):
        assert marked.cell(at, columns[name]).comment is not None, (at, name)
    _write(path, [(known, "建筑面积", area + 10)], {**new, "设施类型": "药店", "使用状态": None, "经度": east})
    _go(page, "上传改好的表格")
    assert page.input_value("form.tools #id_place") == COMMUNITY
    _send(page, path)
    walk.look(page, "import-ready")
    would = {one[3]: one for one in _cells(page, "将要改变的内容")}
    print(would)
    assert {one[0] for one in would.values()} == {"新增", "改动"}
    assert "弄口便民药店" in would["X-0001"][5]
    _go(page, "导入")
    walk.look(page, "import-apply")
    _confirm(page)
    walk.look(page, "import-applied")

    _menu(page, "场所登记")
    page.locator("main table").get_by_role("link", name="设施", exact=True).click()
    page.fill("main input[name=q]", "弄口便民")
    page.press("main input[name=q]", "Enter")
    page.locator("main table").get_by_role("link", name="X-0001").click()
    page.wait_for_selector("#history")
    walk.look(page, "import-record")
    print(page.inner_text("#history"))

    _menu(page, "表格导入")
    page.locator("main table").get_by_role("link", name="IM-").first.click()
    _go(page, "整批撤回")
    walk.look(page, "import-undo")
    _confirm(page, "传错了文件")
    walk.look(page, "import-undone")
    
    _menu(page, "场所登记")
    page.locator("main table").get_by_role("link", name="设施", exact=True).click()
    page.fill("main input[name=q]", "弄口便民")
    page.press("main input[name=q]", "Enter")
    page.wait_for_selector("main .empty")
    page.select_option("main select[name=state]", "closed")
    page.locator("main table").get_by_role("link", name="X-0001").wait_for()
    print(walk.ask("SELECT closed_at, version FROM places_record WHERE key = 'X-0001'"))
