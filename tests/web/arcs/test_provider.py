"""A provider comes onto the directory, is warned, and leaves it, each with its reason, and versions show the difference.

The operator applies with its papers, the city reviews and publishes a version, everybody reads it without signing in.
The year's record proposes a warning, the reviewer gives it with a reason, the next version shows it; then the provider
is removed on a ground with a reason, and the version after says so. At the end an auditor finds each step.
"""

import json

import pytest

from linli.web.demo.papers import paper

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "暖邻为老服务中心"
WARNING, REMOVAL = "满意度偏低，限期改进", "提交的信用报告经核实不实"
PAPERS = {"licence": "营业执照或登记证书", "credit": "信用报告", "cases": "在运营项目清单",
          "elderly_record": "养老机构备案回执"}  # fmt: skip
YEAR = {"site": "岚枫邻里中心", "months": 12, "open_days": 340, "planned_days": 365, "satisfied": 66, "asked": 100,
        "complaints": 8, "answered": 8, "balance_yuan": "-12000"}  # fmt: skip


def _refused(walk, page):
    walk.press(page)
    page.wait_for_selector(".errors")
    return page.locator(".errors").inner_text()


def _apply(walk):
    page = walk.enter("operator")
    walk.go(page, "服务商管理", "申请列入名录")
    walk.look(page, "provider-new")
    page.fill("[name=name]", NAME)
    page.select_option("[name=place]", label="邻里示范市（虚构）")
    walk.press(page)
    page.wait_for_selector("[name=categories]")
    walk.look(page, "provider-application")
    walk.send(page, categories=["elderly_care"], services="助餐、日间照料（虚构）", sites=2, contact="演示")
    (number,) = walk.ask("SELECT number FROM providers_provider WHERE name = ?", NAME)[0]
    walk.go(page, "提交申请")
    why = _refused(walk, page)
    assert "不符合准入条件" in why
    assert all(title in why for title in PAPERS.values())  # it says what is missing
    walk.look(page, "provider-refused")
    walk.go(page, "取消")
    for code, title in PAPERS.items():
        walk.go(page, "上传材料")
        walk.send(page, code=code, files={"file": (f"{title}.pdf", paper(title))})
    walk.look(page, "provider-draft")
    walk.go(page, "提交申请")
    walk.send(page)
    assert page.get_by_role("link", name="审核", exact=True).count() == 0  # who applied does not review
    return number


def _publish(walk, page, note):
    walk.go(page, "服务商管理", "发布新版名录")
    walk.look(page, "provider-publish")
    walk.send(page, place="邻里示范市（虚构）", note=note)
    ((number, listings, left),) = walk.ask(
        'SELECT number, listings, "left" FROM providers_directoryversion ORDER BY number DESC LIMIT 1'
    )
    return number, {row["provider_id"]: row for row in json.loads(listings)}, json.loads(left)


def _review_and_list(walk, number):
    page = walk.enter("city_office")
    walk.find(page, "服务商管理", number)
    walk.go(page, "审核")
    walk.look(page, "provider-decide")
    page.check("[value=approve]")
    assert "理由" in _refused(walk, page) or "必填" in page.locator(".errors").inner_text()
    walk.send(page, decision="approve", reason="材料齐全，运营良好")
    version, listings, _ = _publish(walk, page, "增列一家")
    assert listings[number]["name"] == NAME
    walk.go(page, "与上一版的差别")
    walk.look(page, "directory-difference")
    assert f"{number} {NAME}" in _part(page, "新列入")
    assert _part(page, "移出") == "–"
    return version


def _part(page, title):
    return page.locator("section", has=page.get_by_role("heading", name=title, exact=True)).locator("ul").inner_text()


def _read(walk, version, number):
    """Read the directory as anybody: nobody is signed in."""
    context = walk.browser.new_context(base_url=walk.address)
    page = context.new_page()
    wrong = []
    page.on("console", lambda m: wrong.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("request", lambda r: None if r.url.startswith(walk.address) else wrong.append(r.url))
    page.goto("/providers/directory/")
    assert f"第 {version} 版" in page.locator("p.lead").inner_text()
    row = page.get_by_role("row").filter(has_text=number)
    shown = row.first.inner_text() if row.count() else ""
    walk.look(page, f"directory-{version}-public")
    words = page.locator("main").inner_text()
    assert page.locator("nav.side").count() == 0
    context.close()
    assert wrong == []
    return shown, words


def _evaluate(walk, number):
    page = walk.enter("operator")
    walk.find(page, "服务商管理", number)
    walk.go(page, "登记运营情况")
    walk.look(page, "provider-record")
    for name, value in {**YEAR, "satisfied": 101}.items():
        page.fill(f"[name={name}]", str(value))
    assert "部分不能大于总数" in _refused(walk, page)
    walk.send(page, **YEAR)
    page = walk.enter("city_office")
    walk.find(page, "服务商管理", number)
    walk.go(page, "年度评价")
    proposed = page.locator("main section").first.inner_text()
    assert "警示" in proposed
    assert "满意" in proposed
    walk.look(page, "provider-evaluate")
    walk.send(page, decision="warn", reason=WARNING)
    walk.look(page, "provider-warned")
    version, listings, _ = _publish(walk, page, "年度评价后更新")
    assert (listings[number]["status"], listings[number]["note"]) == ("warned", WARNING)
    walk.go(page, "与上一版的差别")
    changed = page.get_by_role("row").filter(has_text=number).all_inner_texts()
    assert any("状态" in row and "在册" in row and "警示" in row for row in changed), changed
    assert any(WARNING in row for row in changed), changed
    walk.look(page, "directory-warned")
    return version


def _remove(walk, number):
    page = walk.enter("city_office")
    walk.find(page, "服务商管理", number)
    walk.go(page, "移出名录")
    walk.look(page, "provider-remove")
    walk.send(page, ground="fraud", reason=REMOVAL)
    assert walk.ask("SELECT state, ground FROM providers_provider WHERE number = ?", number) == [("removed", "fraud")]
    walk.look(page, "provider-removed")
    version, listings, left = _publish(walk, page, "移出一家")
    assert number not in listings
    assert left[number] == REMOVAL
    walk.go(page, "与上一版的差别")
    assert f"{number} {NAME} — {REMOVAL}" in _part(page, "移出")
    walk.look(page, "directory-left")
    return version


def _audit(walk, number):
    page = walk.enter("auditor")
    steps = (
        "新建服务商",
        "修改服务商申请",
        "上传准入材料",
        "提交列入申请",
        "同意列入",
        "登记运营情况",
        "年度评价",
        "移出名录",
    )
    walk.seek(page, "审计记录", number)
    found = page.locator("#list tbody tr").all_inner_texts()
    assert [words for words in steps if not any(words in row for row in found)] == []
    walk.seek(page, "审计记录", "directory.publish", module="providers")
    assert page.locator("#list tbody tr").count() >= 3
    for reason, before, after in ((REMOVAL, "在册", "已移出"), (WARNING, "–", "警示")):
        walk.find(page, "审计记录", reason)
        changes = page.locator("section table").first
        texts = changes.get_by_role("row").all_inner_texts()
        assert any(before in row and after in row for row in texts), texts
        assert reason in page.locator("dl.facts").first.inner_text()
    walk.look(page, "provider-event")


def test_a_provider_is_listed_warned_and_removed(walk):
    number = _apply(walk)
    listed = _review_and_list(walk, number)
    shown, _ = _read(walk, listed, number)
    assert NAME in shown
    assert "在册" in shown
    warned = _evaluate(walk, number)
    shown, _ = _read(walk, warned, number)
    assert "警示" in shown
    assert WARNING in shown
    removed = _remove(walk, number)
    assert (warned, removed) == (listed + 1, listed + 2)
    shown, words = _read(walk, removed, number)
    assert shown == ""
    assert f"{number} {NAME}" in words
    assert REMOVAL in words
    _audit(walk, number)
