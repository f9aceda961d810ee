import pandas as pd
import pytest

from linli.improve.choices import ImproveOptions, ProgrammeOptions, ProposalOptions
from linli.improve.options import find_options
from linli.improve.plan import plan_options
from linli.improve.propose import make_proposal, propose
from linli.rules import load_catalogue
from linli.survey import make_survey
from linli.survey.demo import PACK

A, B, C = (f"room:{name}:nursery" for name in "abc")
COSTS = {"convert": {"any": 1000.0}}
YEARS = (2027, 2028, 2029)


@pytest.fixture(scope="module")
def old(town, kit):
    """The street with an old estate in each community, A on its way to a future community; the illustrative pack."""
    rooms = [kit.room("a", 100.0), kit.room("b", 500.0, community_id="A"), kit.room("c", 900.0)]
    made = town(rooms=rooms, catalogue=load_catalogue([PACK]))
    layers = dict(made.survey.layers)
    kinds = {"A": "leading_renewal", "B": None}
    communities = layers["communities"]
    layers["communities"] = communities.assign(project_type=communities["community_id"].map(kinds))
    estates = communities[["community_id", "geometry"]].assign(
        estate_id=["e1", "e2"], name=["e1", "e2"], old_estate=True, floor_area_m2=1000.0
    )
    layers["estates"] = estates
    made.survey = make_survey(layers, made.survey.manifest)
    return made


def make(made, improve=None, programme=None, **choices):
    choices = {"draws": 50, "time_limit_s": None, "budgets_yuan": (200_000.0, 400_000.0), **choices}
    wanted = ImproveOptions(types=("nursery",), time_limit_s=None, **(improve or {}))
    years = None if programme is None else ProgrammeOptions(time_limit_s=None, **programme)
    return make_proposal(made.survey, made.assessment, made.catalogue, wanted, years, ProposalOptions(**choices))


@pytest.fixture(scope="module")
def whole(old):
    money = [{"yuan": 250_000, "year": year} for year in YEARS]
    return make(old, {"unit_costs": COSTS}, {"years": YEARS, "budget": money})


def test_everything_in_one_record(whole):
    assert set(whole.plan.chosen["option_id"]) == {A, B, C}
    assert (whole.meta.residents, whole.meta.old_young, whole.meta.cost_yuan) == (50.0, 50.0, 600_000.0)
    assert whole.meta.packs == ("演示规则包（全部数字均为虚构） / Illustrative pack (every figure is invented)",)
    assert whole.programme is not None
    for name in ("subsidies", "payments", "co_funding", "frontier", "shadow", "order", "alternatives"):
        assert len(getattr(whole, name)), name
    assert len(whole.operating_balances)


def test_the_subsidy_pays_for_projects_in_its_years(whole):
    # A holds the rooms a (at 100 m) and, by its own word, b: 400,000 yuan, capped at 300 × 1,000 m²; 40 % of that
    rows = whole.subsidies.set_index("community_id")
    assert rows.loc["A", "amount_yuan"] == 120_000.0
    assert rows.loc["A", "base_yuan_m2"] == 300.0
    assert pd.isna(rows.loc["B", "amount_yuan"])
    assert whole.left_out["part"].tolist() == ["subsidy"]
    money = whole.co_funding
    assert money.groupby("option_id")["yuan"].sum().to_dict() == {A: 60_000.0, B: 60_000.0}
    assert money.groupby("event")["lag_years"].first().to_dict() == {"start": 0.0, "acceptance": 1.0, "operation": 2.0}
    assert whole.payments["amount_yuan"].sum() == 120_000.0
    begun = whole.programme.projects.set_index("option_id")["start_year"]
    paid = whole.programme.cash[whole.programme.cash["source"] == "subsidy"].set_index("year")["yuan"]
    assert paid.to_dict() == whole.payments.groupby("year")["amount_yuan"].sum().to_dict()
    assert min(paid.index) == min(begun[A], begun[B])


def test_notes_are_written_once_with_whom_they_concern(whole):
    assert not whole.notes.duplicated(["part", "code", "zh"]).any()
    assert set(whole.notes.loc[whole.notes["part"] == "subsidy", "id"]) == {"A"}
    assert "investment" in set(whole.notes["code"])


def test_each_part_can_be_switched_off(old):
    parts = dict.fromkeys(("subsidy", "frontier", "appraisal"), False)
    bare = make(old, {"unit_costs": COSTS}, alternatives=(), **parts)
    for name, table in bare.tables.items():
        assert table.empty or name == "left_out", name
    assert bare.programme is None
    assert bare.left_out["part"].tolist() == ["programme"]
    assert "programme" in bare.left_out["en"][0]


def test_without_costs_nothing_is_guessed(three):
    found = make(three)
    assert found.meta.cost_yuan is None
    assert found.frontier.empty
    assert found.operating_balances.empty
    assert found.subsidies["amount_yuan"].isna().all()
    assert set(found.left_out["part"]) == {"subsidy", "operation", "programme", "frontier"}
    told = " ".join(found.left_out["zh"])
    for setting in ("improve.unit_costs", "siting_needs/unit_cost", "operating/template_nursery"):
        assert setting in told
    assert found.left_out["en"].str.len().gt(0).all()


def test_money_by_year_without_costs_is_left_out_not_an_error(three):
    found = make(three, programme={"years": (2027,), "budget": [{"yuan": 1, "year": 2027}]})
    assert found.programme is None
    assert "programme" in set(found.left_out["part"])
    assert make(three, programme={"years": (2027,)}).programme is not None


def test_a_project_that_is_not_scheduled_keeps_its_subsidy_out_of_the_years(old):
    money = [{"yuan": 130_000, "year": 2027}]
    found = make(old, {"unit_costs": COSTS}, {"years": (2027,), "budget": money})
    begun = found.programme.projects.set_index("option_id")["start_year"]
    unscheduled = set(begun.index[begun.isna()]) & {A, B}
    assert unscheduled
    assert "not_scheduled" in set(found.notes["code"])
    assert found.payments.loc[found.payments["year"].isna(), "amount_yuan"].sum() == 60_000.0 * len(unscheduled)


def test_agreed_co_funding_comes_after_the_subsidy(old):
    agreed = [{"source": "owners_fund", "share": 0.9, "paid": "open"}]
    found = make(old, {"unit_costs": COSTS}, co_funding=agreed)
    sums = found.co_funding.groupby(["option_id", "source"])["yuan"].sum()
    assert sums[A, "owners_fund"] == 140_000.0
    assert sums[C, "owners_fund"] == 180_000.0
    assert "cut" in set(found.notes["code"])


def test_districts_money_is_put_together_and_said(old):
    lines = [{"yuan": 200_000, "district": "East"}]
    found = make(old, {"unit_costs": COSTS, "budget": lines})
    assert "one_fund" in set(found.notes["code"])


def test_an_infeasible_plan_is_a_proposal_too(old):
    found = make(old, {"unit_costs": COSTS, "force_in": (A,), "max_projects": 0}, {"years": YEARS})
    assert found.plan.meta.status == "infeasible"
    assert found.plan.chosen.empty
    assert found.meta.residents == 0.0
    assert set(found.alternatives["status"]) == {"infeasible"}


def test_nothing_to_choose_from(town):
    found = make(town(), programme={"years": YEARS})
    assert found.frontier.empty
    assert found.alternatives.empty


def test_of_a_plan_that_is_there(old):
    options = find_options(
        old.survey, old.assessment, old.catalogue, ImproveOptions(types=("nursery",), unit_costs=COSTS)
    )
    plan = plan_options(options, old.assessment)
    told = []
    choices = ProposalOptions(draws=50, alternatives=(), frontier=False)
    found = propose(
        options, plan, old.survey, old.assessment, old.catalogue, None, choices, lambda text, _: told.append(text)
    )
    assert found.plan is plan
    assert told[0] == "subsidy"
    assert told[-1] == "done"


def test_the_same_inputs_the_same_record(old, whole):
    money = [{"yuan": 250_000, "year": year} for year in YEARS]
    again = make(old, {"unit_costs": COSTS}, {"years": YEARS, "budget": money})
    for name, table in whole.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table, obj=name)
    assert again.meta == whole.meta
