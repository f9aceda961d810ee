"""The subsidy of a plan, held by golden cases that a planner can read (``golden/grants.yaml``)."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.improve.choices import ProposalOptions
from linli.improve.co_funding import durations_of
from linli.improve.grants import dated_payments, grant, renewals
from linli.strictyaml import read_yaml

ON = dt.date(2023, 5, 16)
CASES = [
    pytest.param(case, id=case["name"]) for case in read_yaml(Path(__file__).parent / "golden" / "grants.yaml").data
]
STAGES = ({"event": "start", "share": 0.3}, {"event": "acceptance", "share": 0.5}, {"event": "operation", "share": 0.2})


def tables(case):
    community = {"community_id": "甲", "district": "区", "project_type": "leading_renewal"} | case.get("community", {})
    estates = case.get("estates", [{"id": "e1", "old": True, "area": 10000}])
    chosen = pd.DataFrame(
        [
            {
                "option_id": one["id"],
                "community_id": "甲",
                "lever": one.get("lever", "convert"),
                "cost_yuan": float("nan") if one["cost"] is None else float(one["cost"]),
            }
            for one in case["projects"]
        ]
    )
    return (
        chosen,
        pd.DataFrame([community]),
        pd.DataFrame(
            {
                "estate_id": [one["id"] for one in estates],
                "community_id": "甲",
                "old_estate": pd.array([one["old"] for one in estates], dtype="boolean"),
                "floor_area_m2": pd.Series([one["area"] for one in estates], dtype="float64"),
            }
        ),
    )


def work_out(case, city):
    chosen, communities, estates = tables(case)
    choices = ProposalOptions(**case.get("choices", {}))
    overlays = {"ratio": {"ratio": case["city"]["ratio"]}} if case["city"] else None
    catalogue = city(overlays, stages=tuple(case.get("stages", ())))
    found = renewals(chosen, communities, estates, choices)
    return chosen, grant(found, catalogue, choices, durations_of(chosen, None), on=ON)


@pytest.mark.parametrize("case", CASES)
def test_golden(case, city):
    _, found = work_out(case, city)
    (row,) = found.subsidies.to_dict("records")
    if "unknown" in case:
        assert pd.isna(row["eligible"])
        assert pd.isna(row["amount_yuan"])
        assert case["unknown"] in row["reason_zh"]
        assert row["reason_en"]
        assert found.co_funding.empty
        assert found.stages.empty
        assert len(found.left_out) == 1
        return
    expected = case["expected"]
    assert row["eligible"] == expected["eligible"]
    assert row["amount_yuan"] == expected["amount"]
    if "base" in expected:
        assert row["base_yuan_m2"] == expected["base"]
        assert row["ratio"] == case["city"]["ratio"]
    if "ordinary" in expected:
        assert row["ordinary_yuan"] == expected["ordinary"]
    money = found.co_funding
    assert money.groupby("option_id")["yuan"].sum().round(2).to_dict() == expected["shares"]
    assert set(expected.get("notes", ())) <= {note["code"] for note in found.notes}
    for option, stages in expected.get("lags", {}).items():
        rows = money[money["option_id"] == option]
        told = {row.event: [int(row.lag_years), row.yuan] for row in rows.itertuples()}
        assert told == stages
    assert found.left_out == []


def test_every_step_is_told_with_its_clause(city):
    _, found = work_out({"city": {"ratio": 0.5}, "projects": [{"id": "a", "cost": 1000}]}, city)
    steps = found.steps.set_index("code")
    assert list(steps.index) == ["eligibility", "cost", "base", "ratio", "subsidy"]
    assert steps.loc["subsidy", "amount"] == 500.0
    assert steps["clause"].str.len().gt(0).all()
    assert found.steps["number"].tolist() == [1, 2, 3, 4, 5]


def test_before_the_rule_there_is_no_amount(city):
    chosen, communities, estates = tables({"projects": [{"id": "a", "cost": 1000}]})
    choices = ProposalOptions()
    found = renewals(chosen, communities, estates, choices)
    early = grant(found, city({"ratio": {"ratio": 0.5}}), choices, {"a": 0}, on=dt.date(2021, 1, 1))
    assert early.subsidies["amount_yuan"].isna().all()
    assert "未生效" in early.subsidies["reason_zh"][0]


def test_projects_outside_every_community_have_none():
    chosen = pd.DataFrame({"option_id": ["a"], "community_id": [None], "lever": ["build"], "cost_yuan": [1.0]})
    _, communities, estates = tables({"projects": [{"id": "a", "cost": 1}]})
    assert renewals(chosen, communities, estates, ProposalOptions()) == ()


def test_one_setting_that_many_lack_is_said_once(city):
    chosen, communities, estates = tables({"projects": [{"id": "a", "cost": 1000}]})
    more = pd.concat([chosen, chosen.assign(option_id="b", community_id="乙")])
    both = pd.concat([communities, communities.assign(community_id="乙")]).assign(project_type=None)
    estates = pd.concat([estates, estates.assign(community_id="乙", estate_id="e9")])
    choices = ProposalOptions()
    found = grant(renewals(more, both, estates, choices), city({"ratio": {"ratio": 0.5}}), choices, {}, on=ON)
    assert len(found.subsidies) == 2
    (left,) = found.left_out
    assert "2 个社区" in left["zh"]
    assert "proposal.creation_list" in left["en"]


def test_payments_by_year_add_up_and_unscheduled_ones_have_no_year(city):
    case = {
        "city": {"ratio": 0.5},
        "stages": STAGES,
        "projects": [{"id": "a", "cost": 1000}, {"id": "b", "cost": 3000, "lever": "build"}, {"id": "c", "cost": 10}],
    }
    chosen, found = work_out(case, city)
    table = dated_payments(found, chosen, {"a": 2026.0, "b": 2026.0, "c": float("nan")})
    assert table["amount_yuan"].sum() == found.subsidies["amount_yuan"].sum() == 2005.0
    assert table["event"].drop_duplicates().tolist() == ["start", "acceptance", "operation"]
    known = {(row.event, row.year): row.amount_yuan for row in table.itertuples() if row.year == row.year}
    assert known == {
        ("start", 2026.0): 600.0,
        ("acceptance", 2027.0): 250.0,
        ("acceptance", 2028.0): 750.0,
        ("operation", 2028.0): 100.0,
        ("operation", 2029.0): 300.0,
    }
    assert table.loc[table["year"].isna(), "amount_yuan"].tolist() == [1.5, 2.5, 1.0]
    assert dated_payments(found, chosen, {})["year"].isna().all()


def test_nothing_granted_is_nothing_to_pay(city):
    chosen, found = work_out({"city": {}, "projects": [{"id": "a", "cost": 1000}]}, city)
    assert dated_payments(found, chosen, {}).empty


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=8), st.integers(0, 10000))
def test_every_fen_is_laid_on_a_project_and_none_gets_more_than_it_costs(city, fen, ratio):
    case = {
        "city": {"ratio": ratio / 10000},
        "stages": STAGES,
        "projects": [{"id": f"p{i}", "cost": one / 100} for i, one in enumerate(fen)],
    }
    chosen, found = work_out(case, city)
    amount = Decimal(str(found.subsidies["amount_yuan"][0]))
    parts = [Decimal(str(yuan)) for yuan in found.co_funding["yuan"]]
    assert sum(parts, Decimal(0)) == amount
    laid = found.co_funding.groupby("option_id")["yuan"].sum()
    cost = chosen.set_index("option_id")["cost_yuan"]
    assert (laid <= cost.reindex(laid.index) + 1e-9).all()
