"""The subsidy, held by golden cases that a planner can read (``golden/amounts.yaml``) and by what must always hold."""

import datetime as dt
import re
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.errors import InputError, RuleError, UnknownRuleError, UnsetValueError
from linli.improve.subsidy import compute_subsidies, compute_subsidy, explain_subsidy
from linli.improve.subsidy.words import SENTENCES
from linli.rules import load_catalogue
from linli.strictyaml import read_yaml
from linli.survey.demo import PACK

CASES = [
    pytest.param(case, id=case["name"]) for case in read_yaml(Path(__file__).parent / "golden" / "amounts.yaml").data
]
RAISES = {"unset": UnsetValueError, "unknown": UnknownRuleError, "rule": RuleError, "input": InputError}
money = st.decimals(min_value=0, max_value=10_000_000, places=2)
areas = st.decimals(min_value=0, max_value=500_000, places=2)


def overlays(told):
    given_ = {
        "ratio": {"ratio": told.get("ratio")},
        "stackable": {"stackable": told.get("stackable")},
        "project_cap": {"project_cap": told.get("project_cap")},
        "old_estate": {"rate": told.get("old_estate_rate")},
        "eligibility": {"creation_list": told.get("creation_list")},
    }
    filled = {rule: values for rule, values in given_.items() if None not in values.values()}
    if "before" in told:
        filled["stages"] = {"before_completion": told["before"], "after_completion": told["after"]}
    return filled


@pytest.fixture
def case_catalogue(city):
    return lambda told: city(overlays(told), told.get("rows", ()), told.get("stages", ()))


def make_project(project, fields):
    fields = dict(fields)
    both = fields.pop("both_costs", None)
    made = project(**fields)
    return replace(made, input_cost_yuan=Decimal(both), average_cost_yuan_m2=Decimal(both)) if both else made


@pytest.mark.parametrize("case", CASES)
def test_golden(case, case_catalogue, project):
    assert set(case) - {"about"} in ({"name", "on", "city", "project", end} for end in ("expected", "raises"))
    catalogue = case_catalogue(case["city"])
    asked = make_project(project, case["project"])
    if "raises" in case:
        with pytest.raises(RAISES[case["raises"]]) as caught:
            compute_subsidy(asked, catalogue, on=case["on"])
        if case["raises"] == "input":
            assert [problem.column for problem in caught.value.problems] == case["about"]
        else:
            assert all(part in str(caught.value) for part in case["about"])
        return
    result = compute_subsidy(asked, catalogue, on=case["on"])
    found = {
        "eligible": result.eligible,
        "per_m2": next((str(step.amount) for step in result.steps if step.code == "cost"), None),
        "subsidy": str(result.amount),
        "ordinary": None if result.ordinary is None else str(result.ordinary),
        "total": str(result.total),
        "payments": [str(payment.amount) for payment in result.payments],
        "notes": [note.code for note in result.notes],
    }
    assert {name: found[name] for name in case["expected"]} == case["expected"]


def test_every_sentence_is_told_in_some_case(case_catalogue, project, city, on):
    results = [
        compute_subsidy(make_project(project, case["project"]), case_catalogue(case["city"]), on=case["on"])
        for case in (one.values[0] for one in CASES)
        if "expected" in case
    ]
    texts = {name: {name: "in words"} for name in ("area_basis", "eligible_items", "clawback")}
    results.append(compute_subsidy(project(), city({"ratio": {"ratio": 0.5}, **texts}), on=on))
    free = city({"ratio": {"ratio": 0.5}, "eligibility": {"old_estate": False, "creation_list": False}})
    results.append(compute_subsidy(project(), free, on=on))
    told = "\n".join(entry.words["en"] for one in results for entry in (*one.steps, *one.payments, *one.notes))
    patterns = {code: re.sub(r"\\\{\w+\\\}", ".+", re.escape(text["en"])) for code, text in SENTENCES.items()}
    assert [code for code, pattern in patterns.items() if not re.search(pattern, told)] == []


@given(cost=money, area=areas)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_equals_the_fraction_worked_out_by_hand(cost, area, project, half):
    """The twin divides, in fractions, as the founding document's words do: min(average, cap) × ratio × area."""
    result = compute_subsidy(project(area_m2=area, input_cost_yuan=cost), half, on=dt.date(2023, 5, 16))
    average = Fraction(cost) / Fraction(area) if area else Fraction(0)
    exact = min(average, Fraction(300)) * Fraction(1, 2) * Fraction(area)
    fen = int(exact * 100 + Fraction(1, 2))  # half up
    assert result.amount == Decimal(fen) / 100
    assert result.amount.as_tuple().exponent == -2


@given(cost=money, more=money, area=areas)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_more_input_never_brings_less_and_the_cap_holds(cost, more, area, project, half):
    on = dt.date(2023, 5, 16)
    less = compute_subsidy(project(area_m2=area, input_cost_yuan=cost), half, on=on)
    greater = compute_subsidy(project(area_m2=area, input_cost_yuan=cost + more), half, on=on)
    assert less.amount <= greater.amount <= Decimal(150) * area + Decimal("0.01")


def test_money_must_be_decimal(project, half, on):
    with pytest.raises(InputError, match="must be a Decimal"):
        compute_subsidy(project(area_m2=10000.0), half, on=on)


def test_each_step_cites_its_source_and_says_how_well_it_is_known(project, half, on):
    result = compute_subsidy(project(ordinary_subsidy_yuan="1"), half, on=on)
    steps = {step.code: step for step in result.steps}
    assert list(steps) == ["eligibility", "cost", "base", "ratio", "subsidy", "ordinary", "total"]
    assert steps["cost"].certainty == "published"
    assert "proposal 128" in steps["cost"].clause
    assert (steps["ratio"].clause, steps["ratio"].certainty) == ("市里的通知 City notice, 1", "published")
    assert steps["subsidy"].certainty == "recalled"  # the area meant was never published
    assert result.certainty == steps["total"].certainty == "recalled"


def test_the_trace_in_words(project, half, on):
    result = compute_subsidy(project(average_cost_yuan_m2="350.5", ordinary_subsidy_yuan="800000"), half, on=on)
    zh, en = explain_subsidy(result, "zh"), explain_subsidy(result, "en")
    assert "平均成本 350.5 元/平方米，高于上限 300 元/平方米，按 300 元/平方米计。" in zh
    assert "专项补助 = 3,000,000 元 × 50 % = 1,500,000.00 元（四舍五入到分）。" in zh
    assert "合计 = 专项补助 1,500,000.00 元 + 原有补助 800,000.00 元 = 2,300,000.00 元。" in zh
    assert "注：拨付分期未公布" in zh
    assert "3. Cost that counts = 300 yuan/m² × 10,000 m² = 3,000,000 yuan. [" in en
    assert zh.count("\n") == en.count("\n")


def test_many_projects_and_all_that_is_wrong_in_them_at_once(project, half, on):
    good = [project(project_id="A"), project(project_id="B", area_m2="1")]
    assert [one.project_id for one in compute_subsidies(good, half, on=on)] == ["A", "B"]
    bad = [project(project_id="A", area_m2=None), good[1], project(project_id="C", average_cost_yuan_m2=None)]
    with pytest.raises(InputError) as caught:
        compute_subsidies(bad, half, on=on)
    assert [problem.column for problem in caught.value.problems] == ["area_m2", "input_cost_yuan"]
    assert "project A: the area is missing" in str(caught.value)
    assert "amounts are never guessed" in str(caught.value)


def test_a_city_can_say_that_there_is_no_cap_per_project(city, project, on):
    catalogue = city({"ratio": {"ratio": 0.5}, "project_cap": {"project_cap": None}})
    result = compute_subsidy(project(), catalogue, on=on)
    assert "project_cap" not in {note.code for note in result.notes}


def test_results_cannot_be_changed(project, half, on):
    result = compute_subsidy(project(), half, on=on)
    with pytest.raises(FrozenInstanceError):
        result.amount = Decimal(1)


def test_the_national_catalogue_alone_has_no_ratio(project, on):
    with pytest.raises(UnsetValueError, match=r"subsidy/ratio\.ratio"):
        compute_subsidy(project(), load_catalogue(), on=on)


def test_the_illustrative_pack_pays_in_three_stages(project, on):
    catalogue = load_catalogue([PACK])
    result = compute_subsidy(project(project_type="inclusive"), catalogue, on=on)
    assert result.amount == Decimal("900000.00")
    assert [payment.amount for payment in result.payments] == [270000, 450000, 180000]
    assert all("虚构" in payment.title["zh"] for payment in result.payments)
