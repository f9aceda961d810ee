import re
from html import unescape

import pytest

from linli.report.html import write_root
from linli.report.options import ReportOptions
from linli.report.plan.pages import PlanSite, write_plan_pages

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def trees(plan_figures, tmp_path_factory):
    """Pages of every kind of plan: {kind: {path: text}}."""
    found = {}
    for kind in ("full", "bare", "empty"):
        out = tmp_path_factory.mktemp(kind)
        write_root(out, {"zh": "方案", "en": "Plan"})
        for lang in ("zh", "en"):
            figures = plan_figures[kind, lang]
            site = PlanSite(figures.book, figures, figures.context, ReportOptions(), "Plan", [], [])
            write_plan_pages(site, out)
        found[kind] = {p.relative_to(out).as_posix(): p.read_text(encoding="utf-8") for p in out.rglob("*.html")}
        found[kind, "out"] = out
    return found


@pytest.fixture(scope="module")
def pages(trees):
    return trees["full"]


def rows(page, table):
    inside = re.search(rf'<table[^>]*data-table="{table}".*?</table>', page, re.S).group(0)
    body = re.search(r"<tbody>(.*)</tbody>", inside, re.S).group(1)
    return [re.findall(r"<t[dh][^>]*>.*?</t[dh]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", body, re.S)]


def values(page, table, head):
    """Return the machine-readable values of a column by its heading."""
    inside = re.search(rf'<table[^>]*data-table="{table}".*?</table>', page, re.S).group(0)
    heads = [
        re.sub(r"<[^>]+>", " ", h).split()[0] for h in re.findall(r"<th[ >].*?</th>", inside.split("<tbody>")[0], re.S)
    ]
    at = heads.index(head)
    cells = [row[at] for row in rows(page, table)]
    return [float(re.search(r'data-v="([^"]*)"', cell).group(1)) for cell in cells]


def test_both_languages_have_the_same_pages(pages):
    zh = {path.removeprefix("zh/") for path in pages if path.startswith("zh/")}
    en = {path.removeprefix("en/") for path in pages if path.startswith("en/")}
    assert zh == en
    assert {"index.html", "projects.html", "coverage.html", "money.html", "operation.html", "method.html"} < zh


def test_a_page_for_every_community_requirement_and_district(pages, plan_book):
    for community in plan_book.communities:
        assert f"zh/communities/{community.slug}.html" in pages
    for position in range(1, len(plan_book.requirements) + 1):
        assert f"zh/needs/{position}.html" in pages
    for part in plan_book.districts:
        assert f"zh/districts/{part.slug}.html" in pages


@pytest.mark.parametrize("kind", ["full", "bare", "empty"])
def test_links_lead_somewhere(trees, kind):
    out = trees[kind, "out"]
    for path, text in trees[kind].items():
        for href in re.findall(r'(?:href|src)="([^"#]+)', text):
            if not href.startswith(("data:", "http")):
                assert (out / path).parent.joinpath(href).resolve().exists(), (path, href)


@pytest.mark.parametrize("kind", ["full", "bare", "empty"])
def test_nothing_is_loaded_from_elsewhere_and_nothing_leaks(trees, kind, hostile):
    for path, text in trees[kind].items():
        assert hostile not in text, path
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text), path
        visible = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", text, flags=re.S)
        assert not re.search(r"\b(nan|None|NaN|inf|Undefined)\b", visible), path


def test_ids_are_unique(pages):
    for path, text in pages.items():
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), (path, sorted(i for i in ids if ids.count(i) > 1)[:5])


def test_the_table_of_projects_adds_up_to_the_plan(pages, plan_book):
    page, sums = pages["zh/projects.html"], plan_book.city.sums
    assert len(rows(page, "projects")) == sums.projects
    assert sum(values(page, "projects", "造价")) == pytest.approx(sums.cost_yuan)
    assert sum(values(page, "projects", "新增覆盖")) == pytest.approx(sums.needs.newly)
    assert sum(values(page, "projects", "建筑面积")) == pytest.approx(sums.floor_area_m2)


def test_the_table_of_communities_adds_up_to_the_plan(pages, plan_book):
    page = pages["en/communities.html"]
    assert sum(values(page, "communities", "Newly")) == pytest.approx(plan_book.city.sums.needs.newly)
    assert sum(values(page, "communities", "Still")) == pytest.approx(plan_book.city.sums.needs.without)


def test_requirements_and_their_total(pages, plan_book):
    page = pages["zh/coverage.html"]
    assert sum(values(page, "requirements", "新增")) == pytest.approx(plan_book.city.sums.needs.newly)
    total = re.search(r'<tr class="total">.*?</tr>', page, re.S).group(0)
    assert f"{plan_book.city.sums.needs.newly:,.0f}" in total


def test_districts_on_the_overview(pages, plan_book):
    assert sum(values(pages["zh/index.html"], "districts", "造价")) == pytest.approx(plan_book.city.sums.cost_yuan)


def test_money_by_year_adds_up(pages, plan_book):
    page = pages["zh/money.html"]
    assert sum(values(page, "cash", "合计")) == pytest.approx(sum(c.yuan for c in plan_book.city.cash))


def test_a_community_shows_its_own_projects(pages, plan_book):
    for community in plan_book.communities:
        page = pages[f"zh/communities/{community.slug}.html"]
        numbers = [int(n) for n in re.findall(r'<tr id="p(\d+)"', page)]
        assert tuple(numbers) == community.projects


def test_amounts_can_be_seen_to_the_fen(pages, plan_book):
    project = next(p for p in plan_book.projects if p.cost_yuan > 0)
    assert f"{project.cost_yuan:,.2f}" in pages["zh/projects.html"]


def test_the_steps_of_a_subsidy_are_told(pages):
    page = pages["zh/money.html"]
    assert "第1步：基数取低者" in page
    assert "二（三）" in page


def test_method_says_how_sure_it_is(pages, plan_book):
    page = unescape(pages["en/method.html"])
    for text in (plan_book.plan["solver"], plan_book.plan["catalogue_version"], "Bound", "Gap", "proven optimal"):
        assert text in page


def test_what_was_not_worked_out_is_told(pages):
    assert "`operating/mode` is unset" in unescape(pages["en/method.html"])
    assert "`operating/mode` is unset" in unescape(pages["en/operation.html"])


def test_unset_costs_are_told_and_no_money_is_shown(trees):
    bare = trees["bare"]
    for path in ("en/projects.html", "en/money.html", "en/index.html"):
        assert "Unit costs are unset" in bare[path], path
    assert "thousand yuan" not in bare["en/projects.html"]
    assert "m²" in bare["en/projects.html"]


def test_no_programme_is_told(trees):
    for path in ("en/projects.html", "en/index.html"):
        assert "There is no programme" in trees["bare"][path]
        assert 'data-figure="gantt' not in trees["bare"][path]


def test_a_plan_of_nothing_says_so(trees):
    assert "The plan chooses no project." in trees["empty"]["en/index.html"]


def test_english_pages_hold_no_chinese_but_names(pages, plan_book):
    names = {c.name for c in plan_book.communities} | {p.place_name for p in plan_book.projects}
    names |= {"东区", "西区", "中文", "邻里", "alert('社区')"}
    names |= {s.clause for one in plan_book.city.subsidies for s in one.steps}
    names |= {one.clause for one in plan_book.requirements} | set(plan_book.assessment.manifest["attribution"])
    for path, text in pages.items():
        if path.startswith("en/"):
            visible = unescape(re.sub(r"<(script|style).*?</\1>|<[^>]+>", "\n", text, flags=re.S))
            for name in sorted(names, key=len, reverse=True):
                visible = visible.replace(name, "")
            assert not CHINESE.search(visible), (
                path,
                [line for line in visible.split("\n") if CHINESE.search(line)][:3],
            )
