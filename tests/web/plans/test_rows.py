from decimal import Decimal
from types import SimpleNamespace

from linli.web.plans.models import Study
from linli.web.plans.rows import instalment_rows, measure_rows, subsidy_of, unknown_subsidies, yuan_of

PLACES = {"A": SimpleNamespace(path="1/A/"), "B": SimpleNamespace(path="1/B/")}
PART = {
    "projects": [{"community_id": name} for name in ("A", "A", "B", "C")],
    "subsidies": [
        {"community_id": "A", "amount_yuan": 0.1 + 0.2, "payments": [
            {"event": "start", "year": 2027, "amount_yuan": 0.1}, {"event": "open", "year": None, "amount_yuan": 0.2},
            {"event": "never", "year": 2028, "amount_yuan": 0.0}]},
        {"community_id": "B", "amount_yuan": None, "payments": []},
    ],
}  # fmt: skip


def test_money_is_kept_to_the_fen_and_what_is_not_known_stays_so():
    assert yuan_of(0.1 + 0.2) == Decimal("0.30")
    assert yuan_of(None) is None
    assert str(yuan_of(1e7)) == "10000000.00"


def test_a_subsidy_that_was_not_worked_out_is_not_nothing():
    assert unknown_subsidies(PART) == {"B", "C"}
    assert subsidy_of(PART) == Decimal("0.30")
    assert subsidy_of({"subsidies": []}) is None


def test_instalments_are_those_with_an_amount_in_a_community_that_is_known(monkeypatch):
    made = []
    monkeypatch.setattr("linli.web.plans.rows.Instalment", lambda **known: made.append(known) or known)
    instalment_rows(Study(), PART["subsidies"], PLACES)
    assert [(one["event"], one["year"], one["amount_yuan"]) for one in made] == [
        ("start", 2027, Decimal("0.10")), ("open", None, Decimal("0.20")),
    ]  # fmt: skip
    assert instalment_rows(Study(), PART["subsidies"], {}) == []


def test_measures_outside_the_tree_are_left_out():
    assert measure_rows(Study(), {"projects": [{"community_id": "C"}], "subsidies": []}, PLACES) == []
