import pytest
from django.utils import translation

from linli.web.plans.finance import budgets_page, money_page, programme_page
from linli.web.plans.models import Study
from linli.web.plans.seen import Seen
from linli.web.plans.sheet import read_sheet


def look(folder):
    return Seen(Study(), read_sheet(folder, "book"), read_sheet(folder, "part-330199"))


@pytest.fixture
def seen(solved_files):
    return look(solved_files.plan)


def test_cash_adds_up_by_year_and_source_to_the_cost(seen):
    cash = money_page(seen)["cash"]
    assert cash["total"]["sum"] == pytest.approx(seen.part["sums"]["cost_yuan"])
    assert sum(row["sum"] for row in cash["rows"]) == pytest.approx(cash["total"]["sum"])
    assert cash["rows"][0]["source"] == "市级资金"
    assert cash["chart"] is None  # later subsidy pays back advances: negative money is not stacked
    assert cash["back"]


def test_money_without_advances_is_drawn(seen):
    positive = [one for one in seen.part["cash"] if one["yuan"] > 0]
    cash = money_page(Seen(seen.study, seen.book, {**seen.part, "cash": positive}))["cash"]
    assert not cash["back"]
    found = cash["chart"]
    assert found["kind"] == "stacked"
    assert found["unit"] == "万元"
    assert len(found["rows"][0]["values"]) == len(found["series"])


def test_the_subsidy_has_its_working_and_what_is_not_known_is_counted(seen):
    found = money_page(seen)
    worked = next(one for one in found["subsidies"] if one["amount_yuan"])
    assert worked["average_cost_yuan_m2"] <= worked["cap_yuan_m2"]
    assert worked["amount_yuan"] == pytest.approx(
        worked["base_yuan_m2"] * worked["area_m2"] * worked["ratio"], rel=1e-4
    )
    assert "%" in worked["steps"][-1]["words"]
    assert sum(paid["amount_yuan"] for paid in worked["payments"]) == pytest.approx(worked["amount_yuan"])
    assert found["unknown"] == sum(one["amount_yuan"] is None for one in found["subsidies"])
    assert any("未能测算" in line for line in found["left_out"])


def test_a_community_whose_subsidy_lacks_something_is_called_by_its_name(seen):
    one = {"community_id": "330199001001", "community": "岚枫社区", "steps": [], "payments": [],
           "reason": {"zh": "项目 330199001001：缺少面积", "en": "project 330199001001: area is missing"}}  # fmt: skip
    lacking = Seen(seen.study, seen.book, {**seen.part, "subsidies": [{**seen.part["subsidies"][0], **one}]})
    assert money_page(lacking)["subsidies"][0]["reason"] == "岚枫社区：缺少面积"
    with translation.override("en"):
        assert money_page(lacking)["subsidies"][0]["reason"] == "岚枫社区: area is missing"


def test_the_programme_year_by_year(seen):
    found = programme_page(seen)
    gantt, served = found["charts"]
    assert len(gantt["rows"]) + len(found["late"]) == seen.part["sums"]["projects"]
    assert all(row["start"] <= row["end"] for row in gantt["rows"])
    assert [row["value"] for row in served["rows"]] == sorted(row["value"] for row in served["rows"])
    assert sum(one["opened"] for one in found["years"]) == len(gantt["rows"])


def test_without_a_programme_there_are_no_years(solved_files):
    found = programme_page(look(solved_files.other))
    assert (found["programme"], found["charts"], found["late"]) == (None, [], [])
    assert money_page(look(solved_files.other))["cash"] is None


def test_other_budgets_lie_between_what_was_found_and_what_cannot_be_beaten(seen, solved_files):
    found = budgets_page(seen)
    frontier, alternatives = found["charts"]
    points = frontier["series"][0]["points"]
    assert all(point["low"] == point["y"] <= point["high"] for point in points)
    assert [point["x"] for point in points] == sorted(point["x"] for point in points)
    assert alternatives["format"] == "share"
    assert found["alternatives"][0]["name"] == "本方案"
    assert found["order"][0]["facility"]
    assert "1,000" in found["shadow_title"]
    assert budgets_page(look(solved_files.other))["charts"] == []
