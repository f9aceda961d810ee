import pytest

from linli.web.plans.coverage import coverage_page
from linli.web.plans.models import Study
from linli.web.plans.seen import Seen
from linli.web.plans.sheet import read_sheet


@pytest.fixture
def seen(solved_files):
    return Seen(Study(), read_sheet(solved_files.plan, "book"), read_sheet(solved_files.plan, "part-330199"))


def test_before_and_after_by_requirement_age_and_community(seen):
    found = coverage_page(seen)
    by_requirement, by_age, reasons = found["charts"]
    assert len(by_requirement["rows"]) == len(found["requirements"]) == len(seen.changes("need"))
    assert all(row["before"] <= row["after"] <= 1 for row in by_requirement["rows"])
    assert by_age["rows"][0]["label"] == "0—2岁"
    assert reasons["series"][0]["label"] == "没有可用的地点"
    assert found["requirements"][0]["clause"]
    assert len(found["communities"]) == 12
    assert found["one"] is None


def test_who_is_still_without_adds_up_to_the_sums(seen):
    found = coverage_page(seen)
    assert sum(row["residents"] for row in found["without"]) == pytest.approx(
        sum(seen.part["sums"]["without"].values())
    )
    assert [row["residents"] for row in found["without"]] == sorted(
        (row["residents"] for row in found["without"]), reverse=True
    )
    assert all(row["why"] and row["group"] for row in found["without"])


def test_why_places_cannot_be_used_is_counted(seen):
    found = coverage_page(seen)["refused"]
    assert {row["kind"] for row in found} == {"用房", "地块"}
    assert all(row["count"] > 0 and not row["why"].isascii() for row in found)


def test_one_community_by_itself(seen):
    code = seen.part["communities"][0]["id"]
    one = coverage_page(seen, code)["one"]
    assert one["name"] == seen.part["communities"][0]["name"]
    assert sum(row["after"] for row in one["rows"]) == pytest.approx(one["needs"]["after"])
    assert coverage_page(seen, "nobody")["one"] is None


def test_nobody_without_needs_no_chart(seen):
    served = Seen(seen.study, seen.book, {**seen.part, "without": []})
    assert len(coverage_page(served)["charts"]) == 2
