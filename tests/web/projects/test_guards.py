"""Guards: each lets pass what it should and names every reason why not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from linli.web.projects.acceptance import DIMENSIONS, Item, Sheet
from linli.web.projects.guards import GUARDS, Facts, ask_guards

ITEM = Item("future_community/base", {"zh": "底线", "en": "Base"}, "mandatory", True, "")
FREE = Item("future_community/transport", {"zh": "交通", "en": "Transport"}, "as_needed", False, "")
SHEET = Sheet({}, dict.fromkeys(DIMENSIONS, 3), None, None, None, ())
GOOD = Facts(
    fields={("名称", "Name"): True},
    documents_asked={"form": {"zh": "表", "en": "Form"}},
    documents=frozenset({"form"}),
    milestones=(("开工", True),),
    items=(ITEM, FREE),
    assessed=frozenset({ITEM.id}),
    evidenced=frozenset({ITEM.id}),
    site_visits=1,
    experts_asked=3,
    sheet=SHEET,
    operator="某公司",
)

BAD = {
    "application_complete": {"fields": {("名称", "Name"): False}},
    "documents_attached": {"documents": frozenset()},
    "community_has_no_other_case": {"other_cases": ("P2",)},
    "milestones_planned": {"milestones": ()},
    "milestones_done": {"milestones": (("开工", False),)},
    "items_assessed": {"assessed": frozenset()},
    "required_items_evidenced": {"evidenced": frozenset()},
    "site_visited": {"site_visits": 0},
    "all_dimensions_scored": {"experts_asked": 4},
    "pass_mark_reached": {"sheet": replace(SHEET, total=Decimal(79), pass_mark=Decimal(80), passed=False)},
    "operator_appointed": {"operator": ""},
    "nothing_paid": {"paid_yuan": Decimal("0.01")},
}


def test_each_guard_has_its_case():
    assert set(BAD) == set(GUARDS)


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_lets_pass_what_is_as_it_should_be(name):
    assert ask_guards((name,), GOOD) == ()


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_says_why_not_in_both_languages(name):
    refusals = ask_guards((name,), replace(GOOD, **BAD[name]))
    assert refusals
    for refusal in refusals:
        assert refusal.guard == name
        assert refusal.words["zh"]
        assert refusal.words["en"]


def test_all_reasons_are_told_at_once():
    facts = replace(GOOD, evidenced=frozenset(), site_visits=0)
    assert {one.guard for one in ask_guards(("required_items_evidenced", "site_visited"), facts)} == {
        "required_items_evidenced",
        "site_visited",
    }


def test_refused_evidence_of_a_required_item_is_said_once():
    facts = replace(GOOD, evidenced=GOOD.evidenced - {ITEM.id}, rejected=frozenset({ITEM.id}))
    (why,) = ask_guards(("required_items_evidenced",), facts)
    assert why.words["zh"].endswith("的佐证未被认可")


def test_refused_evidence_of_a_free_item_stands_in_the_way_too():
    facts = replace(GOOD, rejected=frozenset({FREE.id}))
    assert [one.about for one in ask_guards(("required_items_evidenced",), facts)] == [FREE.id]


@pytest.mark.parametrize("change", [{"experts_asked": 0}, {"sheet": None}])
def test_without_experts_or_scores_nothing_is_scored(change):
    assert ask_guards(("all_dimensions_scored",), replace(GOOD, **change))


def test_a_total_that_cannot_be_told_leaves_it_to_people():
    assert ask_guards(("pass_mark_reached",), replace(GOOD, sheet=None)) == ()
