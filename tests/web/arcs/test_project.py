"""A project goes from application to its name, and its money from the budget to the payment.

Every step of the main path is taken in the browser with its form, for a community that had no project: the street
applies with papers, district and city review, the list, the scheme with its milestones, building, self-assessment of
every required item with photo and paper, the district's check, the panel's scores, the visit, acceptance, the name.
The acceptance is not open while evidence is missing, and the page says what; a photo that the district
refuses is put right. Beside it money is committed, applied for, approved
by two people and paid by a third; before and after, the pages' sums are the sums of the ledger's lines. At the end an
auditor finds the steps.
"""

import datetime as dt
from decimal import Decimal

import pytest

from linli.web.demo.papers import paper, photo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMMUNITY = "澜桑社区"
DISTRICT = "澜桥区"
REQUIRED = 6
FIGURES = {
    "summary": "补齐一老一小服务（虚构）", "households": "1320", "residents": "3560", "area_m2": "9800",
    "input_cost_yuan": "2600000", "ordinary_subsidy_yuan": "300000", "old_estate": "true",
}  # fmt: skip
COMMITTED, ASKED, PAID = Decimal(500_000), Decimal(320_000), Decimal(200_000)
COLUMNS = ("planned", "allocated", "approved", "paid", "returned", "available")


class Office:
    """The people of a project, each of whom comes to it by the list."""

    def __init__(self, walk):
        self.walk, self.number = walk, ""

    def at(self, who):
        """Return a person's page, with the project on it."""
        page = self.walk.enter(who)
        self.walk.find(page, "创建项目", self.number)
        return page

    def hand_in(self, page, title):
        """Send in a document from its line."""
        line = page.locator("#documents tr", has=page.get_by_role("rowheader", name=title, exact=True))
        with page.expect_navigation():
            line.get_by_role("link", name=f"上传 {title}").click()
        self.walk.send(page, files={"file": (f"{title}.pdf", paper(title))})

    def step(self, page, title, reason=""):
        """Take a step from the list of what is next."""
        with page.expect_navigation():
            page.locator("#next").get_by_role("link", name=title, exact=True).click()
        self.walk.again(page)
        self.walk.send(page, **({"reason": reason} if reason else {}))

    def missing(self, page, title, *, papers=False):
        """Return what the page says stands in the way of a step; only papers may still be missing where it can be begun."""
        line = page.locator("#next > ul > li", has=page.get_by_text(title, exact=True))
        assert line.get_by_role("link", name=title, exact=True).count() == papers
        return line.locator("ul li").all_inner_texts()

    def state(self):
        """Return where the project stands."""
        return self.walk.ask("SELECT state FROM projects_project WHERE number = ?", self.number)[0][0]


def _ago(days):
    return (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days)).isoformat()


def _sums(walk, place=""):
    """Return what the ledger's lines come to, as the page of funds names it: each stage and what went on from it."""
    rows = walk.ask("SELECT account, sum(fen) FROM funds_bookingline WHERE place LIKE ? GROUP BY 1", f"{place}%")
    stands, beyond, reached = dict(rows), 0, {}
    for account, name in zip(("returned", "paid", "approved", "committed", "available"), COLUMNS[4::-1], strict=True):
        beyond += stands.get(account, 0)
        reached[name] = Decimal(beyond) / 100
    return {**reached, "available": reached["planned"] - reached["allocated"]}


def _shown(page, row):
    cells = page.locator("main table tr", has=page.get_by_role("rowheader", name=row, exact=True)).locator("td")
    return dict(zip(COLUMNS, [Decimal(text.replace(",", "")) for text in cells.all_inner_texts()], strict=True))


def _books(walk, page):
    """Return the city's sums, which the page of funds shows: the sum of the lines, and of the districts."""
    walk.go(page, "资金总览")
    sums = _sums(walk)
    assert _shown(page, "合计") == sums
    path = walk.ask("SELECT path FROM accounts_place WHERE name = ?", DISTRICT)[0][0]
    assert _shown(page, DISTRICT) == _sums(walk, path)
    (balance,) = walk.ask("SELECT sum(fen) FROM funds_bookingline")
    assert balance == (0,)
    return sums


def _apply(walk, office):
    page = walk.enter("street_6")
    walk.go(page, "创建项目", "新建项目")
    walk.look(page, "project-new")
    page.select_option("[name=community]", label=COMMUNITY)
    page.fill("[name=name]", f"{COMMUNITY}未来社区创建")
    page.select_option("[name=project_type]", "leading_renewal")
    walk.press(page)
    page.wait_for_selector("#id_households")
    (office.number,) = walk.ask("SELECT number FROM projects_project ORDER BY id DESC LIMIT 1")[0]
    assert office.missing(office.at("street_6"), "提交申报")[:2] == ["申报表缺少「创建内容」", "申报表缺少「户数」"]
    walk.go(page, "修改申报内容")
    walk.look(page, "project-application")
    walk.send(page, **FIGURES)
    office.hand_in(page, "创建申报表")
    assert "缺少材料「设施调查与居民需求摘要」" in page.locator("#next").inner_text()
    office.hand_in(page, "设施调查与居民需求摘要")
    walk.look(page, "project-draft")
    office.step(page, "提交申报")
    assert office.state() == "district_review"


def _review(office):
    page = office.at("district_office_2")
    office.step(page, "初审通过并推荐", "材料齐全，同意推荐")
    page = office.at("city_office")
    office.hand_in(page, "公布创建名单的文件")
    office.step(page, "列入创建名单", "列入本年度创建名单")
    assert office.state() == "listed"


def _build(walk, office):
    page = office.at("street_6")
    assert office.missing(page, "报送实施方案")[-1] == "尚未列出建设节点"
    for title, months in (("开工", 2), ("竣工", 1)):
        walk.go(page, "新增节点")
        walk.send(page, title=title, planned_on=_ago(30 * months))
    office.hand_in(page, "创建实施方案")
    office.step(page, "报送实施方案")
    office.step(office.at("city_office"), "批准方案、开工", "方案可行")
    page = office.at("street_6")
    assert "建设节点「竣工」未完成" in office.missing(page, "建成、开始自评")
    for title in ("开工", "竣工"):
        walk.go(page, title)
        walk.send(page, done_on=_ago(1))
    office.hand_in(page, "建成报告")
    walk.look(page, "project-built")
    office.step(page, "建成、开始自评")
    assert office.state() == "self_assessment"


def _assess(walk, office):
    page = office.at("street_6")
    required = page.locator("#items tbody tr").filter(has_text="○ 缺佐证")
    titles = [text.splitlines()[0].strip() for text in required.locator("th").all_inner_texts()]
    assert len(titles) == REQUIRED
    why = office.missing(page, "申请验收")  # the way is not open, and the page says why
    assert [f"必选事项「{title}」缺少佐证" in why for title in titles] == [True] * REQUIRED
    assert [f"必选事项「{title}」未自评" in why for title in titles] == [True] * REQUIRED
    walk.look(page, "project-evidence-missing")
    page.goto(f"/projects/{office.number}/step/apply_for_acceptance/")  # nor by its address
    walk.look(page, "project-refused")
    walk.press(page)
    assert f"必选事项「{titles[0]}」缺少佐证" in page.locator(".errors").inner_text()
    walk.go(page, "取消")
    for number, title in enumerate(titles):
        line = page.locator("#items tbody tr").filter(has=page.get_by_role("rowheader").filter(has_text=title))
        with page.expect_navigation():
            line.get_by_role("link", name="填写").click()
        walk.send(page, answer="yes", text="已建成并投用")
        proofs = [(f"现场{number}.png", photo(number)), (f"{title}.pdf", paper(title))]
        for called, data in proofs[: 2 if number < 2 else 1]:
            with page.expect_navigation():
                line.get_by_role("link", name="上传").click()
            walk.send(page, files={"file": (called, data)}, caption="现场照片（虚构）")
    assert office.missing(page, "申请验收", papers=True) == ["缺少材料「自评报告」"]
    office.hand_in(page, "自评报告")
    office.step(page, "申请验收")
    assert office.state() == "district_check"


def _judge(walk, office):
    """Refuse a photo at the district's check, have it put right, and pass."""
    page = office.at("district_office_2")
    for verdict, said in (("rejected", "照片看不清"), ("accepted", "")):
        with page.expect_navigation():
            line = page.locator("#items .files li", has_text="现场3.png" if said else "现场0.png")
            line.get_by_text("提出意见").click()
        walk.look(page, f"project-{verdict}")
        walk.send(page, verdict=verdict, reason=said)
    (why,) = office.missing(page, "初验通过")
    assert why.endswith("的佐证未被认可")
    office.step(page, "要求整改", "重拍一张照片")
    assert office.state() == "rectifying"
    page = office.at("street_6")
    line = page.locator("#items tbody tr").filter(has_text="现场3.png")
    with page.expect_navigation():
        line.get_by_role("link", name="上传").click()
    walk.send(page, files={"file": ("现场3重拍.png", photo(33))}, caption="重拍")
    office.step(page, "整改完成", "已重拍")
    page = office.at("district_office_2")
    with page.expect_navigation():
        page.locator("#items .files li", has_text="现场3重拍.png").get_by_text("提出意见").click()
    walk.send(page, verdict="accepted")
    office.step(page, "初验通过", "初验合格")
    assert office.state() == "acceptance"


def _accept(walk, office):
    page = office.at("city_office")
    for name in ("何专家", "沈专家"):
        walk.go(page, "指定专家")
        label = page.locator("[name=expert] option").filter(has_text=name).inner_text()
        walk.send(page, expert=label)
    assert "尚无现场核查记录" in office.missing(office.at("city_office_2"), "验收通过")
    for who, points in (("reviewer", "86.5"), ("reviewer_2", "90")):
        page = office.at(who)
        walk.go(page, "评分")
        walk.look(page, "project-scores")
        names = ("scene_response", "digital_platform", "sustainable_operation", "distinctive_features")
        walk.send(page, **dict.fromkeys(names, points), scene_response_comment="服务齐全")
    page = office.at("city_office")
    walk.go(page, "登记现场核查")
    walk.send(page, on=_ago(1), people="何专家、沈专家", found="与材料一致")
    page = office.at("city_office_2")
    walk.go(page, "验收表")
    assert page.locator("td.n", has_text="88.25").count() == len(names)
    walk.look(page, "project-sheet")
    page = office.at("city_office_2")
    for title in ("验收意见", "现场核查记录"):
        office.hand_in(page, title)
    office.step(page, "验收通过", "验收合格")
    assert office.state() == "province_review"
    page = office.at("city_office")
    office.hand_in(page, "省级批准文件")
    office.step(page, "登记省级批准并命名")
    assert office.state() == "named"
    assert "（对外：已命名）" in page.locator("dl.facts").first.inner_text()
    walk.look(page, "project-named")


def _commit_and_apply(walk, office):
    page = office.at("city_office")
    walk.go(page, "安排资金")
    walk.look(page, "money-commit")
    walk.send(page, amount=COMMITTED, memo="列入创建名单后安排")
    page = office.at("street_6")
    walk.go(page, "申请奖补")
    walk.look(page, "money-apply")
    page.fill("[name=amount]", "99999999")
    walk.press(page)
    assert "不超过按办法测算的" in page.locator(".errors").inner_text()
    walk.send(page, amount=ASKED, note="首期")
    (number,) = walk.ask("SELECT number FROM funds_application ORDER BY id DESC LIMIT 1")[0]
    walk.go(page, number)
    assert page.get_by_role("link", name="审批", exact=True).count() == 0  # who applied does not decide
    page.goto(f"/funds/applications/{number}/decide/")
    walk.again(page)
    page.check("[name=decision][value=approve]")
    page.fill("[name=reason]", "自己审批自己")
    walk.press(page)
    assert "不在您的职权" in page.locator(".errors").inner_text()
    assert walk.ask("SELECT state FROM funds_application WHERE number = ?", number) == [("submitted",)]
    return number


def _approve_and_pay(walk, number):
    page = walk.enter("city_office")
    walk.go(page, "资金总览")
    with page.expect_navigation():
        page.locator("main a", has_text=number).click()
    walk.go(page, "审批")
    walk.look(page, "money-decide")
    walk.send(page, decision="approve", reason="核实无误")
    assert page.get_by_role("link", name="审批", exact=True).count() == 0  # the second step is another person's
    for who in ("finance", "finance_2"):
        page = walk.enter(who)
        walk.find(page, "奖补申请", number)
        if who == "finance":
            walk.go(page, "审批")
            walk.send(page, decision="approve", reason="资金已落实")
            walk.go(page, "拨付")
            page.fill("[name=amount]", str(PAID))
            page.fill("[name=voucher]", "PZ-8801")
            walk.press(page)
            assert "审批人不能拨付同一申请" in page.locator(".errors").inner_text()
    walk.go(page, "拨付")
    walk.look(page, "money-pay")
    walk.send(page, amount=PAID, voucher="PZ-8801", memo="奖补首期")
    walk.look(page, "money-application")
    facts = page.locator("dl.facts").first.inner_text()
    assert "200,000.00" in facts
    assert "120,000.00" in facts
    walk.seek(page, "资金台账", "PZ-8801")
    assert page.locator("#list tbody tr").count() == 1
    walk.look(page, "money-ledger")


def _audit(walk, office, number):
    """Find every step by the project's number, and open some with what was before and after."""
    page = walk.enter("auditor")
    steps = {"办理项目流程": 12, "上传文件": 18, "更新建设节点": 4, "填写自评": REQUIRED, "对佐证提出意见": 3, "指定专家": 2,
             "专家评分": 2, "登记现场核查": 1}  # fmt: skip
    walk.seek(page, "审计记录", office.number, module="projects")
    found = page.locator("#list tbody tr").all_inner_texts()
    while page.locator("a[rel=next]").count():
        with page.expect_navigation():
            page.click("a[rel=next]")
        found += page.locator("#list tbody tr").all_inner_texts()
    assert {words: sum(words in row for row in found) for words in steps} == steps
    walk.find(page, "审计记录", "验收合格")
    walk.look(page, "project-event")
    change = page.get_by_role("row").filter(has_text="市级验收")
    assert "验收通过、报省批准" in change.first.inner_text()
    assert "city_office_2" in page.locator("dl.facts").first.inner_text()
    walk.seek(page, "审计记录", number.rpartition("-")[0].rpartition("-")[0], module="funds")
    found = page.locator("#list tbody tr").all_inner_texts()
    for words in ("安排资金", "提交奖补申请", "同意奖补申请", "拨付"):
        assert any(words in row for row in found), words
    assert sum("同意奖补申请" in row for row in found) == 2
    walk.find(page, "审计记录", number, module="funds")
    change = page.locator("section table").first.get_by_role("row").filter(has_text="待确认").inner_text()
    assert "已批准" in change
    walk.look(page, "money-event")


def test_a_project_is_named_and_its_money_paid(walk):
    office = Office(walk)
    page = walk.enter("finance_2")
    before = _books(walk, page)
    walk.look(page, "money-overview")
    _apply(walk, office)
    _review(office)
    number = _commit_and_apply(walk, office)
    _build(walk, office)
    _approve_and_pay(walk, number)
    _assess(walk, office)
    _judge(walk, office)
    _accept(walk, office)
    after = _books(walk, page)
    grown = {"allocated": COMMITTED, "approved": ASKED, "paid": PAID, "available": -COMMITTED}
    assert {name: after[name] - before[name] for name in COLUMNS} == {**dict.fromkeys(COLUMNS, Decimal(0)), **grown}
    _audit(walk, office, number)
