import pytest
from django.utils import translation

from linli.web.assessments.evidence import evidence_of
from linli.web.assessments.selectors import tables_of

pytestmark = pytest.mark.django_db

CODE = "330199001002"


@pytest.fixture
def office(world):
    return world.city.user("city_office", "3301/")


def test_a_walk_says_who_has_what_by_which_clause_and_which_rows(world, office):
    must, advice = evidence_of(office, world.run, CODE, "complete_community/elderly_station")
    assert (must.id, must.binding, must.weakest, must.status, must.verb) == ("reach", True, True, "partly", "must")
    assert must.value == "264\u202f人 / 1,347\u202f人（20\u202f%）在步行距离内有合格设施"
    assert (must.degree, must.shortfall, must.who) == ("20\u202f%", "1,083\u202f人", "60—79岁、80岁及以上")
    assert "≤300" in must.required
    limit = must.limits[0]
    assert limit.address == "/standards/rules/walking/distance/"
    assert (limit.rule, limit.key, limit.value, limit.since) == (
        "walking/distance", "five_minute", "300\u202fm", "2018-12-01",
    )  # fmt: skip
    row = must.rows[0]
    assert (row.layer, row.key, row.name, row.role) == ("facilities", "F000026", "沁台老年服务站", "serving")
    assert row.amount == "767\u202f人"
    assert row.distance.startswith("118–")
    assert [text.split("\u202f")[0] for text in must.nearest] == ["118", "457", "693"]
    assert (advice.binding, advice.status, advice.verb) == (False, "not_met", "where_possible")
    assert advice.rows == []


def test_what_is_not_known_has_a_range_and_says_what_to_survey(world, office):
    (asked,) = evidence_of(office, world.run, CODE, "complete_community/barrier_free")
    assert (asked.status, asked.degree) == ("unknown", "0–100\u202f%")
    assert asked.notes == ["尚无回答"]
    assert asked.steps == ["请社区回答这个问题，并附证明。"]
    with translation.override("en"):
        (asked,) = evidence_of(office, world.run, CODE, "complete_community/barrier_free")
        assert "Let the community answer" in asked.steps[0]


def test_too_small_and_unknown_sizes_are_told_apart(world, office):
    asked, *_ = evidence_of(office, world.run, CODE, "complete_community/nursery")
    assert [(row.key, row.role, row.amount) for row in asked.rows] == [("F000034", "too_small", "")]
    table = tables_of(world.run).requirements
    asked_here = table[table["status"] != "not_applicable"]
    doubtful = asked_here[asked_here["evidence"].str.contains('"doubtful"')].iloc[0]
    found = evidence_of(office, world.run, doubtful["community_id"], doubtful["item"])
    asked = next(one for one in found if one.id == doubtful["requirement"])
    assert any("规模未知" in note for note in asked.notes)
    assert any("补登下表中" in step for step in asked.steps)
    assert any(row.role == "doubtful" and row.name for row in asked.rows)


def test_answers_and_estates_are_rows_of_the_register_too(world, office):
    asked, *_ = evidence_of(office, world.run, CODE, "complete_community/parking")
    assert [(row.layer, row.key) for row in asked.rows] == [("answers", f"{CODE}|complete_community/parking")]
    asked, *_ = evidence_of(office, world.run, CODE, "complete_community/property_service")
    assert {row.layer for row in asked.rows} == {"estates"}
    assert all(row.name for row in asked.rows)


def test_an_item_that_was_not_assessed_has_no_evidence(world, office):
    assert evidence_of(office, world.run, CODE, "moon/base") == []
