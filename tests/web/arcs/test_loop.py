"""The loop as those walk it who do its work: a workbook sent in, a round frozen, a plan adopted, all of it audited."""

import json
import subprocess
import sys

import openpyxl
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMMUNITY, SHEET = "330199001001", "设施"


def _menu(page, name):
    with page.expect_navigation():
        page.locator("nav.side").get_by_role("link", name=name, exact=True).click()


def _go(page, name, *, within="main .actions"):
    with page.expect_navigation():
        page.locator(within).get_by_role("link", name=name, exact=True).click()


def _confirm(page, reason="已核对"):
    page.fill("#id_reason", reason)
    with page.expect_navigation():
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


def _search(page, text):
    page.fill("main input[name=q]", text)
    page.press("main input[name=q]", "Enter")
    page.wait_for_url("**q=*")


def _audited(walk, *found):
    """Let the auditor look for events as one reads them in the list: words to search for, who did it, what it is called."""
    page = walk.enter("auditor")
    for words, actor, name in found:
        _menu(page, "审计记录")
        _search(page, words)
        row = page.locator("main tbody tr").filter(has_text=words).filter(has_text=name).first
        assert actor in row.inner_text(), (words, row.inner_text())


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
    walk.press(page, "button:has-text('选择')")
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
    assert sorted(one[0] for one in would.values()) == ["改动", "新增"]
    assert "弄口便民药店" in would["X-0001"][5]
    _go(page, "导入")
    walk.look(page, "import-apply")
    _confirm(page)

    _menu(page, "场所登记")
    walk.press(page, page.locator("main table").get_by_role("link", name="设施", exact=True))
    _search(page, "弄口便民")
    walk.press(page, page.locator("main table").get_by_role("link", name="X-0001"))
    page.wait_for_selector("#history li:has-text('IM-')")
    walk.look(page, "import-record")

    _menu(page, "表格导入")
    number = page.locator("main tbody a").first.inner_text()
    walk.press(page, page.locator("main tbody a").first)
    _go(page, "整批撤回")
    _confirm(page, "传错了文件")
    walk.look(page, "import-undone")
    _menu(page, "场所登记")
    walk.press(page, page.locator("main table").get_by_role("link", name=SHEET, exact=True))
    _search(page, "弄口便民")
    page.wait_for_selector("main .empty")
    page.select_option("main select[name=state]", "closed")
    page.locator("main table").get_by_role("link", name="X-0001").wait_for()
    assert walk.ask("SELECT closed_at IS NOT NULL FROM places_record WHERE key = 'X-0001'") == [(1,)]
    _audited(walk, ("下载调查表模板", "street", ""), ("上传表格", "street", number), ("核对表格", "系统", number),
             ("导入一批", "street", number), ("整批撤回", "street", number))  # fmt: skip


def _choose(page, name, text):
    """Choose the option whose words hold a text."""
    value = page.locator(f"{name} option").filter(has_text=text).first.get_attribute("value")
    page.select_option(name, value)


def test_a_round_is_frozen_assessed_and_compared(walk):
    page, name = walk.enter("city_office"), "2027 年摸底（演示）"
    _menu(page, "调查轮次")
    walk.press(page, page.locator("main tbody").get_by_role("link", name=name))
    page.wait_for_selector("[data-island-state=ready]")
    walk.look(page, "round-open")
    walk.press(page, page.locator("main tbody tr", has_text="已提交").first.locator("a"))
    walk.look(page, "round-return")
    _go(page, "通过")
    walk.press(page)
    page.wait_for_selector(".notice.success")
    walk.press(page, page.locator("nav.crumbs").get_by_role("link", name=name))

    _go(page, "检查数据")
    walk.press(page)
    walk.press(page, page.locator("main .notice a").last)  # how far the check is
    page.wait_for_selector("#job .st:has-text('完成')", timeout=90_000)
    walk.look(page, "round-job")
    walk.press(page, page.locator("#job").get_by_role("link", name="查看结果"))
    walk.press(page, page.locator("main dd").get_by_role("link", name="检查结果"))
    walk.look(page, "round-findings")
    walk.press(page, page.locator("nav.crumbs").get_by_role("link", name=name))
    _go(page, "转入审核")
    _confirm(page, "到期")
    _go(page, "冻结轮次")
    walk.again(page)
    page.wait_for_selector("#id_reason")
    assert "20 个社区没有提交" in page.inner_text("main")
    walk.look(page, "round-freeze")
    _confirm(page, "到期；没有提交的按登记现状冻结")
    walk.press(page, page.locator("main .notice a").last)
    page.locator("#job").get_by_role("link", name="查看结果").wait_for(timeout=90_000)
    walk.press(page, page.locator("#job").get_by_role("link", name="查看结果"))
    _menu(page, "快照")
    walk.press(page, page.locator("main tbody").get_by_role("link", name=name))
    walk.press(page, "button:has-text('核验')")
    page.wait_for_selector(".notice.success")

    _menu(page, "评估记录")
    walk.reload_until(page, f"main tbody tr:has-text('{name}'):has-text('已完成')")
    walk.look(page, "round-runs")
    walk.press(page, page.locator("main tbody").get_by_role("link", name=name).first)
    walk.look(page, "round-run")
    _menu(page, "总览")
    assert name in page.inner_text("main")
    page.wait_for_selector("#map [data-island-state=ready]")
    walk.look(page, "round-overview")
    _choose(page, "#map select[name=measure]", "一老一小")
    page.wait_for_url("**measure=*")
    page.wait_for_selector("#map [data-island-state=ready]")  # what htmx brought comes to life
    _menu(page, "逐项评估")
    assert name in page.inner_text("main .note")
    walk.look(page, "round-matrix")
    walk.press(page, page.locator("main tbody tr", has_text="采巷社区").locator("td a[href*=kindergarten]"))
    walk.look(page, "round-evidence")
    shown = page.inner_text("main")
    for text in ("未达标", "GB 50180-2018", "采巷幼儿园", "规模不足，未计入"):
        assert text in shown, text

    _menu(page, "两轮对照")
    walk.look(page, "round-comparisons")
    _choose(page, "#id_before", "2025")
    _choose(page, "#id_after", "2027")
    walk.press(page)
    page.wait_for_selector("#worse", timeout=120_000)
    walk.look(page, "round-comparison")
    better = int(page.locator("dt:has-text('变好的项目') + dd").inner_text())
    opened = int(page.locator("dt:has-text('新开设施') + dd").inner_text())
    assert better > 0
    assert opened > 0
    walk.press(page, page.locator("#better").get_by_role("link", name="全部有变化的项目"))
    assert walk.ask("SELECT state FROM surveys_round WHERE code = '2027'") == [("frozen",)]
    _audited(walk, ("通过社区填报", "city_office", name), ("检查轮次", "city_office", name), ("转入审核", "city_office", name),
             ("冻结轮次", "city_office", name), ("评估", "city_office", name), ("申请两轮对照", "city_office", name))  # fmt: skip


def test_a_planner_has_sites_chosen_and_the_city_adopts_them(walk):
    page = walk.enter("planner")
    _menu(page, "提升方案")
    walk.look(page, "plan-list")
    _go(page, "新建方案")
    page.fill("#id_name", "近期提升方案")
    _choose(page, "#id_place", "邻里示范市")
    _choose(page, "#id_run", "2026 年调查")
    walk.press(page)
    page.wait_for_selector("form.studio")
    walk.look(page, "plan-choices")
    page.uncheck("input[name=levers][value=build]")
    page.fill("#id_old_young_weight", "2")
    page.fill("#id_budget", "2027，300\n2028，两百")
    page.check("#id_with_programme")
    page.fill("#id_last_year", "2028")
    page.uncheck("#id_frontier")
    page.uncheck("#id_alternatives")
    walk.press(page, "form.studio button.main")
    assert "第 2 行" in page.inner_text("#errors")
    page.fill("#id_budget", "2027，300\n2028，200")
    walk.press(page, "form.studio button.main")
    page.wait_for_selector(".notice.success")
    walk.look(page, "plan-draft")
    draft = page.url

    # The city's pack has changed since that assessment: it is made again, and the study copied onto it.
    walk.press(page, page.locator("main .notice.warn").get_by_role("link", name="重新评估"))
    walk.press(page)
    page.wait_for_selector("#run .st:has-text('已完成')", timeout=120_000)
    page.goto(draft)
    _go(page, "复制方案")
    page.fill("#id_name", "近期提升方案（现行规则）")
    _choose(page, "#id_run", "第 2 次评估")
    walk.press(page)
    page.wait_for_selector("form.studio")
    assert page.input_value("#id_budget") == "2027, 300\n2028, 200"
    walk.press(page, "form.studio button.main")
    page.wait_for_selector(".notice.success")
    page.get_by_role("button", name="求解", exact=True).click()
    page.wait_for_selector("#plan progress")
    page.wait_for_selector("#plan .figures", timeout=180_000)  # the page renews itself
    page.wait_for_selector("#plan [data-island=map][data-island-state=ready]")
    walk.look(page, "plan-solved")
    number = page.url.rstrip("/").rpartition("/")[2]
    shown = page.inner_text("main")
    for text in ("已证明最优", "上界", "差距"):
        assert text in shown, text
    for tab in ("项目表", "前后对比", "资金与奖补", "分年计划", "方法与来源"):
        walk.press(page, page.locator("nav.tabs").get_by_role("link", name=tab, exact=True))
        walk.look(page, f"plan-{tab}")

    _go(page, "比较方案")
    page.locator("main .picks label", has_text="FA-2026-0002").locator("input").check()
    walk.press(page, page.get_by_role("button", name="比较"))
    page.wait_for_selector("main [data-island=map][data-island-state=ready]")
    walk.look(page, "plan-compared")
    heads = page.get_by_role("region", name="指标").locator("th a").all_inner_texts()
    assert heads == [number, "FA-2026-0002"]
    assert page.locator("a:has-text('采用方案')").count() == 0  # who plans does not decide

    office = walk.enter("city_office")
    _menu(office, "提升方案")
    walk.press(office, office.locator("main tbody").get_by_role("link", name=number))
    _go(office, "采用方案")
    walk.again(office)
    office.wait_for_selector("#id_reason")
    walk.look(office, "plan-adopt")
    _confirm(office, "专家评审通过")
    measures = walk.ask("SELECT count(*) FROM plans_measure m JOIN plans_study s ON s.id = m.study_id"
                        " WHERE m.in_force = 1 AND s.number = ?", number)[0][0]  # fmt: skip
    assert measures > 0
    _menu(office, "现行方案项目")
    walk.look(office, "plan-in-force")
    assert f"共 {measures} 条" in office.inner_text("main")
    _menu(office, "方案进度")
    walk.look(office, "plan-progress")

    street = walk.enter("street")
    _menu(street, "方案进度")
    walk.press(street, street.locator("main li a", has_text="建立创建项目").first)
    walk.look(street, "plan-begin")
    walk.press(street)
    street.wait_for_selector("#measures")
    walk.look(street, "plan-project")
    assert number in street.inner_text("#measures")
    _audited(walk, ("建立方案", "planner", "近期提升方案"), ("方案已求解", "planner", number),
             ("采用方案", "city_office", number), ("方案项目关联创建项目", "street", number))  # fmt: skip


def test_an_auditor_reads_what_happened_and_takes_it_home(walk, tmp_path):
    page = walk.enter("auditor")
    _menu(page, "审计记录")
    walk.look(page, "audit-list")
    page.select_option("main select[name=module]", "plans")
    page.wait_for_url("**module=plans*")
    _search(page, "采用方案")
    row = page.locator("main tbody tr").filter(has_text="FA-2026-0002")
    walk.press(page, row.locator("a").first)
    page.wait_for_selector("main dl.facts")
    walk.look(page, "audit-event")
    changes = {one[0]: one[1:] for one in _cells(page, "改动")}
    assert changes["状态"] == ["已求解", "已采用"]
    assert "三年行动方案" in page.inner_text("main")

    _menu(page, "审计记录")
    _search(page, "采用方案")
    path = tmp_path / "events.xlsx"
    with page.expect_download() as waited:
        page.get_by_role("link", name="导出 XLSX").click()
    waited.value.save_as(path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert any("FA-2026-0002" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert any("adopted" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    _audited(walk, ("导出", "auditor", ""))
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "from linli.cli import main; main()", "audit", "verify", str(walk.folder),
         "--json"], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    assert json.loads(said.stdout)["events"] == walk.ask("SELECT count(*) FROM audit_event")[0][0]
