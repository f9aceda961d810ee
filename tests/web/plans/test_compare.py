import pytest

from linli.web.plans.compare import compare, compare_rows
from linli.web.plans.models import Study
from linli.web.plans.seen import Seen
from linli.web.plans.sheet import read_sheet


@pytest.fixture
def two(solved_files):
    made = []
    for i, (folder, order) in enumerate(
        ((solved_files.plan, solved_files.order), (solved_files.other, solved_files.other_order))
    ):
        study = Study(number=f"FA-2026-000{i}", choices=order.choices, run_id=1, place="1/", catalogue_version="v")
        made.append(Seen(study, read_sheet(folder, "book"), read_sheet(folder, "part-330199")))
    return made


def test_options_are_in_common_or_only_in_one(two):
    found = compare(two)
    first, second = ({p["option_id"] for p in one.part["projects"]} for one in two)
    assert found.common == len(first & second)
    assert {p["option_id"] for p in found.only(0)} == first - second
    assert {p["option_id"] for p in found.only(1)} == second - first
    assert {p["option_id"] for p in found.shared} == first & second
    assert [row["common"] for row in found.measures] == sorted(row["common"] for row in found.measures)


def test_figures_stand_side_by_side_and_an_unknown_subsidy_is_not_nothing(two):
    figures = {row["title"]: row["values"] for row in compare(two).figures}
    assert figures["造价"] == [one.part["sums"]["cost_yuan"] for one in two]
    assert figures["专项补助"][1] is None
    assert figures["新增受益居民"] == [one.part["sums"]["gaining"] for one in two]


def test_what_cannot_be_compared_is_said(two):
    assert [text[:4] for text in compare(two).warnings] == ["权重不同"]
    two[1].study.run_id, two[1].study.place, two[1].study.catalogue_version = 2, "2/", "w"
    assert len(compare(two).warnings) == 4
    same = compare([two[0], two[0]])
    assert same.warnings == []
    assert same.only(0) == []


def test_communities_that_differ_come_first(two):
    found = compare(two).communities
    assert [row["differs"] for row in found] == sorted((row["differs"] for row in found), reverse=True)
    sums = [one["gaining"] for one in two[0].part["communities"]]
    assert sum(row["cells"][0]["gaining"] for row in found) == pytest.approx(sum(sums))


def test_a_comparison_as_rows_holds_everything(two):
    found = compare(two)
    rows = compare_rows(found)
    assert rows[0] == ["指标", "FA-2026-0000", "FA-2026-0001", "单位"]
    assert len(rows) == 1 + len(found.figures) + 2 + len(found.measures) + 2 + len(found.communities)
    assert any("●" in row for row in rows)
