"""Versions compared, entry, and the yearly evaluation."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.web.providers import criteria as module
from linli.web.providers.criteria import read_criteria
from linli.web.providers.listing import Listing, Record, Version, compare_versions, evaluate_year, why_not_listed

RULES = read_criteria(Path(module.__file__).parent / "rules" / "directory_2026.yaml")
ON = dt.date(2026, 1, 1)
A = Listing("SP-1", "甲", ("integrated",), "全面运营", ON)
B = Listing("SP-2", "乙", ("childcare",), "托育", ON)
GOOD = Record("一号", 12, 360, 365, 90, 100, 10, 10, 1000.0)


def version(number, *listings, left=None):
    return Version(number, ON, tuple(listings), left or {})


def test_what_changed_is_told_by_provider_and_field():
    warned = replace(A, status="warned", note="满意率低")
    found = compare_versions(
        version(1, A, B), version(2, warned, replace(B, provider_id="SP-3"), left={"SP-2": "注销"})
    )
    assert [one.provider_id for one in found.entered] == ["SP-3"]
    assert found.left == ((B, "注销"),)
    assert [(one.field, one.before, one.after) for one in found.changed] == [
        ("status", "listed", "warned"),
        ("note", "", "满意率低"),
    ]
    assert found.unchanged == 0


LISTINGS = st.dictionaries(st.sampled_from(["SP-1", "SP-2", "SP-3"]), st.sampled_from(["甲", "乙"])).map(
    lambda names: tuple(replace(A, provider_id=key, name=name) for key, name in names.items())
)


@given(LISTINGS, LISTINGS)
def test_a_comparison_carries_one_version_into_the_other(before, after):
    found = compare_versions(version(1, *before), version(2, *after))
    names = {one.provider_id: one.name for one in before}
    for one, _ in found.left:
        del names[one.provider_id]
    names |= {one.provider_id: one.name for one in found.entered}
    names |= {one.provider_id: one.after for one in found.changed if one.field == "name"}
    assert names == {one.provider_id: one.name for one in after}
    assert found.unchanged + len({c.provider_id for c in found.changed}) + len(found.entered) == len(after)


def test_who_has_all_that_is_asked_may_enter():
    assert why_not_listed(["integrated"], ["licence", "credit", "cases"], 1, RULES) == ()


def test_every_reason_is_told():
    reasons = why_not_listed(["childcare", "circus"], ["licence"], 0, RULES)
    assert len(reasons) == 5
    assert all(reason["zh"] and reason["en"] for reason in reasons)
    assert why_not_listed([], ["licence", "credit", "cases"], 1, RULES)[0]["zh"] == "未选择类别"


@pytest.mark.parametrize(
    ("change", "proposal", "measure"),
    [
        ({}, "keep", None),
        ({"open_days": 365 * 9 // 10}, "warn", "open_share"),
        ({"open_days": 200}, "remove", "open_share"),
        ({"satisfied": 70}, "keep", None),
        ({"satisfied": 69}, "warn", "satisfaction"),
        ({"satisfied": 49}, "remove", "satisfaction"),
        ({"answered": 8}, "warn", "complaints_answered"),
        ({"balance_yuan": -1.0}, "warn", "loss_share"),
    ],
)
def test_the_severest_reason_is_proposed(change, proposal, measure):
    found = evaluate_year([replace(GOOD, **change)], RULES)
    assert found.proposal == proposal
    assert {one.measure for one in found.reasons if one.verdict != "keep"} == ({measure} if measure else set())


def test_a_second_warning_running_is_removal():
    found = evaluate_year([replace(GOOD, satisfied=69)], RULES, warnings_before=1)
    assert found.proposal == "remove"
    assert found.reasons[-1].measure == "warnings"


def test_what_nobody_recorded_neither_helps_nor_harms():
    found = evaluate_year([replace(GOOD, asked=0, satisfied=0, complaints=0, answered=0, balance_yuan=None)], RULES)
    assert found.proposal == "keep"
    assert set(found.unknown) == {"satisfaction", "complaints_answered", "loss_share"}


@pytest.mark.parametrize("records", [[], [replace(GOOD, months=5)]])
def test_too_little_on_record_is_not_evaluated(records):
    assert evaluate_year(records, RULES).proposal == "not_evaluated"


@given(st.integers(0, 365), st.integers(0, 365))
def test_open_longer_never_makes_it_worse(days, more):
    order = ["remove", "warn", "keep"]
    low, high = sorted((days, more))
    worse, better = (order.index(evaluate_year([replace(GOOD, open_days=n)], RULES).proposal) for n in (low, high))
    assert better >= worse
