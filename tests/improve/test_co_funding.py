"""Money of others, held by golden cases that a planner can read (``golden/shares.yaml``, ``golden/lags.yaml``)."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.improve.choices import CoFunding, ProgrammeOptions
from linli.improve.co_funding import declared_funding, durations_of, lag_of, share_out, share_out_in_stages
from linli.strictyaml import read_yaml

GOLDEN = Path(__file__).parent / "golden"
SHARES = [pytest.param(case, id=case["name"]) for case in read_yaml(GOLDEN / "shares.yaml").data]
LAGS = read_yaml(GOLDEN / "lags.yaml").data


@pytest.mark.parametrize("case", SHARES)
def test_golden_shares(case):
    found = share_out(Decimal(case["amount"]), [Decimal(cost) for cost in case["costs"]])
    assert [str(one) for one in found] == case["parts"]


@pytest.mark.parametrize("case", LAGS, ids=lambda case: f"{case['when']} {case['duration']}")
def test_golden_lags(case):
    assert lag_of(case["when"], case["duration"]) == case["lag"]


@pytest.mark.parametrize(("amount", "weights"), [("0.001", ["1"]), ("-1", ["1"]), ("1", ["0"]), ("1", ["-1", "3"])])
def test_what_cannot_be_shared(amount, weights):
    with pytest.raises(ValueError, match="whole fen"):
        share_out(Decimal(amount), [Decimal(one) for one in weights])


def slow_shares(fen, weights):
    """The slow twin: hand out fen one by one, each to whom it is owed most."""
    total = sum(weights)
    owed = [Fraction(fen) * weight / total for weight in weights]
    got = [int(one) for one in owed]
    while sum(got) < fen:
        lacking = [one - have for one, have in zip(owed, got, strict=True)]
        got[max(range(len(got)), key=lambda i: (lacking[i], -i))] += 1
    return got


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**7), min_size=1, max_size=12))
def test_nothing_is_lost_and_nobody_is_a_fen_off(fen, weights):
    if not sum(weights):
        weights[0] = 1
    found = share_out(Decimal(fen) / 100, [Decimal(weight) / 100 for weight in weights])
    assert [int(one * 100) for one in found] == slow_shares(fen, weights)
    assert sum(found) == Decimal(fen) / 100
    for one, weight in zip(found, weights, strict=True):
        assert abs(Fraction(one) * 100 - Fraction(fen) * weight / sum(weights)) < 1
        assert not (weight == 0 and one)


@given(
    st.lists(st.integers(0, 10**7), min_size=1, max_size=5),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=8),
)
def test_stages_and_projects_both_add_up(fen, weights):
    if not sum(weights):
        weights[0] = 1
    amounts, costs = [Decimal(one) / 100 for one in fen], [Decimal(one) / 100 for one in weights]
    found = share_out_in_stages(amounts, costs)
    assert [sum(row) for row in found] == amounts
    assert tuple(sum(column) for column in zip(*found, strict=True)) == share_out(sum(amounts), costs)
    for row, amount in zip(found, fen, strict=True):
        for part, weight in zip(row, weights, strict=True):
            assert part >= 0
            # a fen for the stage and one for each stage before it at most
            assert abs(Fraction(part) * 100 - Fraction(amount) * weight / sum(weights)) <= len(fen) + 1


def projects(**more):
    row = {"option_id": "a", "type": "canteen", "lever": "convert", "district": "East", "cost_yuan": 1000.0, **more}
    return pd.DataFrame([row])


def fund(table, *rules, taken=None, duration=1):
    durations = dict.fromkeys(table["option_id"], duration)
    return declared_funding(table, [CoFunding(**rule) for rule in rules], taken or {}, durations)


def test_nothing_unless_declared():
    found, notes = fund(projects())
    assert found.empty
    assert notes == []


def test_a_share_of_the_cost_along_with_it():
    found, _ = fund(projects(cost_yuan=333.33), {"source": "operator", "share": 0.5})
    assert found.loc[0, ["option_id", "source", "yuan"]].tolist() == ["a", "operator", 166.67]
    assert np.isnan(found["lag_years"][0])


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({"types": ["canteen"]}, True),
        ({"types": ["nursery"]}, False),
        ({"levers": ["convert"]}, True),
        ({"levers": ["build"]}, False),
        ({"districts": ["East"]}, True),
        ({"districts": ["West"]}, False),
        ({"types": ["canteen"], "levers": ["build"]}, False),
    ],
)
def test_for_whom_it_holds(rule, holds):
    found, _ = fund(projects(), {"source": "operator", "share": 0.5, **rule})
    assert len(found) == holds


def test_when_it_is_paid():
    found, _ = fund(projects(), {"source": "operator", "share": 0.5, "paid": "open+1"}, duration=2)
    assert found["lag_years"].tolist() == [3.0]


def test_never_more_than_the_cost_in_the_order_declared_and_said():
    rules = ({"source": "owners_fund", "share": 0.6}, {"source": "operator", "share": 0.6})
    found, notes = fund(projects(), *rules, taken={"a": Decimal("300.00")})
    assert dict(zip(found["source"], found["yuan"], strict=True)) == {"owners_fund": 600.0, "operator": 100.0}
    assert [note["code"] for note in notes] == ["cut"]
    none, notes = fund(projects(), rules[0], taken={"a": Decimal("1000.00")})
    assert none.empty
    assert len(notes) == 1


def test_without_a_cost_there_is_nothing_to_share():
    assert fund(projects(cost_yuan=np.nan), {"source": "operator", "share": 0.5})[0].empty


def test_durations():
    table = pd.DataFrame({"option_id": ["a", "b", "c"], "lever": ["reallocate", "convert", "build"]})
    assert durations_of(table, None) == {"a": 0, "b": 1, "c": 2}
    assert durations_of(table, ProgrammeOptions(years=(2027,), duration_years={"build": 4, "a": 1})) == {
        "a": 1,
        "b": 1,
        "c": 4,
    }
