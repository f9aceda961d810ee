import pytest
from django.utils import translation

from linli.web.plans.models import Study
from linli.web.plans.seen import Seen, chart, figures_of, notes_of, see
from linli.web.plans.sheet import NEED, read_sheet


@pytest.fixture
def seen(solved_files):
    book, part = (read_sheet(solved_files.plan, name) for name in ("book", "part-330199"))
    return Seen(Study(number="FA-2026-0001", choices=solved_files.order.choices), book, part)


def test_the_figures_are_those_of_the_part(seen):
    figures = {title: (value, note) for title, value, note in figures_of(seen)}
    sums = seen.part["sums"]
    assert figures["项目"][0] == str(sums["projects"])
    assert figures["新增受益居民"][0] == f"{sums['gaining']:,.0f}"
    assert "万元" in figures["造价"][0]
    assert "待测算" in figures["造价"][1]  # two communities' subsidy is not known
    with translation.override("en"):
        assert "million" in {title: value for title, value, _ in figures_of(seen)}["cost"]


def test_what_is_not_known_is_said_so(seen):
    sums = {**seen.part["sums"], "cost_yuan": None, "unpriced": 40, "gaining_old_young": None}
    bare = Seen(seen.study, {**seen.book, "programme": None}, {**seen.part, "sums": sums})
    figures = {title: (value, note) for title, value, note in figures_of(bare)}
    assert figures["造价"] == ("待填", "40 个项目造价待填")
    assert "待补" in figures["新增受益居民"][1]
    assert any("没有分年计划" in line for line in notes_of(bare))


def test_a_reader_is_told_whose_figures_they_are(seen):
    assert any("虚构" in line for line in notes_of(seen))


def test_names_and_what_has_none(seen):
    key = seen.book["requirements"][0]["key"]
    assert seen.requirement(key) == "社区综合服务站"
    assert seen.requirement("x") == "x"
    assert seen.facility("nursery") == "托儿所"
    assert seen.facility("x") == "x"
    assert all(one["band"] == NEED and one["requirement"] for one in seen.changes(NEED))


def test_a_chart_leaves_out_what_is_not_said():
    assert chart("bars", "题", unit=None, rows=[]) == {"kind": "bars", "title": "题", "rows": []}


@pytest.mark.django_db
def test_a_study_is_looked_at_for_a_place(studio):
    one = studio.solved()
    assert see(one, "330199").part["place"]["code"] == "330199"
    with pytest.raises(FileNotFoundError):
        see(one, "330105")
