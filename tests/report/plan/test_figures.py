import re

import pytest

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FIGURES = (
    "places_map", "change_map", "without_map", "coverage_before_after", "bands_before_after",
    "communities_before_after", "without_reasons", "projects_by_type", "served_by_year", "cash_flow", "funds",
    "operating", "gantt",
)  # fmt: skip
WHOLE = ("frontier", "shadow", "alternatives", "tornado", "flows", "modes")
MONEY = {"cash_flow", "funds", "operating", "frontier", "shadow", "alternatives", "tornado", "flows", "modes"}
YEARS = {"served_by_year", "gantt"}


def draw(figures, name, district):
    if name in WHOLE:
        return getattr(figures, name)()
    if name in ("change_map",):
        return figures.change_map("", district)
    return getattr(figures, name)(district)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("district", [None, "东区", "西区 <b>"])
@pytest.mark.parametrize("name", [*FIGURES, *WHOLE])
def test_every_figure_is_well_formed(plan_figures, well_formed, name, district, lang):
    svg = draw(plan_figures["full", lang], name, district)
    assert svg
    root = well_formed(svg)
    assert root.find("{http://www.w3.org/2000/svg}title").text
    assert root.find("{http://www.w3.org/2000/svg}desc").text is not None


@pytest.mark.parametrize("name", [*FIGURES, *WHOLE])
def test_without_money_or_years_there_is_no_figure_of_them(plan_figures, well_formed, name):
    svg = draw(plan_figures["bare", "zh"], name, None)
    assert bool(svg) == (name not in MONEY | YEARS)
    if svg:
        well_formed(svg)


@pytest.mark.parametrize("name", [*FIGURES, *WHOLE])
def test_a_plan_of_nothing_draws_what_there_is(plan_figures, well_formed, name):
    svg = draw(plan_figures["empty", "en"], name, None)
    if svg:
        well_formed(svg)
    assert bool(svg) == (name not in MONEY | YEARS | {"projects_by_type"})


def test_a_map_of_every_requirement(plan_figures, plan_book, well_formed):
    figures = plan_figures["full", "zh"]
    for one in plan_book.requirements:
        svg = figures.change_map(one.key)
        well_formed(svg)
        change = plan_book.city.changes.get((one.key, "need"))
        if change:
            assert figures.context.fmt.folk(change.newly) in svg


def test_the_numbers_of_coverage_are_the_tables(plan_figures, plan_book):
    figures = plan_figures["full", "zh"]
    svg = figures.coverage_before_after()
    for one in plan_book.requirements:
        change = plan_book.city.changes.get((one.key, "need"))
        if change and change.newly > 0:
            fmt = figures.context.fmt
            assert f"{fmt.pct(change.share_before)} → {fmt.pct(change.share_after)}" in svg


def test_money_says_its_unit(plan_figures):
    assert "万元" in plan_figures["full", "zh"].cash_flow()
    assert "yuan" in plan_figures["full", "en"].cash_flow()


def test_english_figures_hold_no_chinese_but_names(plan_figures, plan_book):
    figures = plan_figures["full", "en"]
    names = {c.name for c in plan_book.communities} | {p.place_name for p in plan_book.projects} | {"东区", "西区"}
    for name in (
        "coverage_before_after",
        "without_reasons",
        "projects_by_type",
        "cash_flow",
        "operating",
        "served_by_year",
    ):
        svg = draw(figures, name, None)
        for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg):
            assert not CHINESE.search(text) or any(n in text for n in names), text


def test_a_figure_is_drawn_once(plan_figures):
    figures = plan_figures["full", "zh"]
    assert figures.places_map() is figures.places_map()


def test_markers_lead_to_their_row(plan_figures, plan_book):
    svg = plan_figures["full", "zh"].places_map(href="projects.html")
    for project in plan_book.projects:
        assert f'href="projects.html#p{project.number}"' in svg
