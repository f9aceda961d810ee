import numpy as np
import pandas as pd
import pytest

from linli.errors import InputError, SnapshotError, UnsetValueError
from linli.improve.choices import ProgrammeOptions
from linli.improve.plan import plan_options
from linli.improve.programme import compare_programmes, load_programme, make_programme, save_programme

COSTS = {"convert": {"any": 1000.0}}
A, B, C = (f"room:{name}:nursery" for name in "abc")
YEARS = (2027, 2028, 2029)


@pytest.fixture(scope="module")
def plan(three):
    return plan_options(three.find(types=("nursery",), unit_costs=COSTS), three.assessment)


@pytest.fixture(scope="module")
def bare(three):
    return plan_options(three.find(types=("nursery",)), three.assessment)


def programme(plan, co=None, **choices):
    choices = {"years": YEARS, "time_limit_s": None, "gap": 0.0, **choices}
    return make_programme(plan, ProgrammeOptions(**choices), co)


def money(*yuan, district=None):
    return [{"year": year, "yuan": value, "district": district} for year, value in zip(YEARS, yuan, strict=False)]


def starts(found):
    return found.projects.set_index("option_id")["start_year"].dropna().to_dict()


def paid(found):
    return {(row.year, row.district, row.source): row.yuan for row in found.cash.itertuples()}


def test_without_limits_everything_starts_at_once(plan):
    found = programme(plan)
    assert starts(found) == {A: 2027, B: 2027, C: 2027}
    assert found.projects["open_year"].tolist() == [2028.0] * 3
    # works last a year; counted until the longest project begun in the last year has opened: 2030
    assert found.meta.counted_until == 2030
    assert found.meta.objective == 50.0 * 3
    assert (found.meta.status, found.meta.gap) == ("optimal", 0.0)
    assert found.service.groupby("year")["residents"].sum().to_dict() == {2028: 50.0, 2029: 50.0, 2030: 50.0}


def test_the_best_first_as_the_money_comes(plan):
    found = programme(plan, budget=money(200_000, 200_000, 200_000))
    assert starts(found)[B] == 2027
    assert sorted(starts(found).values()) == [2027, 2028, 2029]
    assert paid(found) == {
        (2027, "East", "city"): 200_000.0,
        **{
            (int(year), "East" if name == A else "West", "city"): 200_000.0
            for name, year in starts(found).items()
            if name != B
        },
    }
    assert found.meta.objective == 30.0 * 3 + 10.0 * 2 + 10.0 * 1


def test_what_is_left_is_carried_over_or_not(plan):
    lines = money(100_000, 100_000)
    assert starts(programme(plan, budget=lines)) == {B: 2028}
    assert starts(programme(plan, budget=lines, carry_over=False)) == {}
    funds = programme(plan, budget=lines).funds
    city = funds[funds["source"] == "city"]
    assert city["left_yuan"].tolist() == [100_000.0, 0.0, 0.0]


def test_a_district_s_money_stays_there(plan):
    found = programme(plan, budget=[*money(200_000, district="West"), *money(0, 100_000)])
    assert starts(found) == {C: 2027}
    assert paid(found) == {(2027, "West", "district"): 200_000.0}
    # the city tops up what the district cannot pay
    both = programme(plan, budget=[*money(100_000, district="East"), *money(100_000)])
    assert paid(both) == {(2027, "East", "city"): 100_000.0, (2027, "East", "district"): 100_000.0}
    assert both.projects.set_index("option_id").loc[A, "reason"] == "money_or_starts"


def test_co_funding_along_with_the_costs(plan):
    co = pd.DataFrame({"option_id": [B], "source": ["operator"], "yuan": [50_000.0]})
    found = programme(plan, co, budget=money(150_000))
    assert paid(found) == {(2027, "East", "city"): 150_000.0, (2027, "East", "operator"): 50_000.0}
    row = found.projects.set_index("option_id").loc[B]
    assert (row["co_funding_yuan"], row["own_yuan"]) == (50_000.0, 150_000.0)


def test_co_funding_that_comes_later_is_advanced(plan):
    co = pd.DataFrame({"option_id": [B], "source": ["subsidy"], "yuan": [200_000.0], "lag_years": [1]})
    assert starts(programme(plan, co, budget=money(150_000))) == {}
    found = programme(plan, co, budget=money(200_000))
    # the subsidy of the first project pays for the next
    assert starts(found)[B] == 2027
    assert len(starts(found)) == 2
    assert paid(found)[(2028, "East", "subsidy")] == 200_000.0


def test_what_comes_in_after_the_end_goes_back_and_cannot_be_spent(plan):
    co = pd.DataFrame({"option_id": [B], "source": ["subsidy"], "yuan": [50_000.0], "lag_years": [5]})
    found = programme(plan, co, budget=money(200_000), max_starts=1)
    assert starts(found) == {B: 2027}
    flows = paid(found)
    assert flows[(2032, "East", "subsidy")] == 50_000.0
    assert flows[(2032, "East", "city")] == -50_000.0  # the city advanced all of it
    assert sum(flows.values()) == 200_000.0
    both = paid(programme(plan, co, budget=[*money(150_000), *money(50_000, district="East")], max_starts=1))
    assert {who: both[(2032, "East", who)] for who in ("city", "district")} == {
        "city": -37_500.0,
        "district": -12_500.0,
    }
    assert sum(both.values()) == 200_000.0


def test_costs_are_spread_over_the_works_and_nothing_is_begun_that_cannot_be_finished(plan):
    long = {"convert": 2}
    found = programme(plan, budget=money(100_000, 100_000), duration_years=long)
    assert starts(found) == {B: 2027}
    assert paid(found) == {(2027, "East", "city"): 100_000.0, (2028, "East", "city"): 100_000.0}
    # only the first half could be paid
    assert starts(programme(plan, budget=money(0, 0, 100_000), duration_years=long)) == {}


def test_cash_adds_up_to_the_cost(plan):
    co = pd.DataFrame(
        {"option_id": [A, C], "source": ["fund", "subsidy"], "yuan": [60_000.0, 40_000.0], "lag_years": [None, 1]}
    )
    lines = [*money(150_000, 150_000, 150_000), *money(90_000, 40_000, district="East")]
    for duration in (0, 1, 2, 3):
        found = programme(plan, co, budget=lines, duration_years={"convert": duration})
        within = found.projects[found.projects["start_year"].notna()]
        assert found.cash["yuan"].sum() == pytest.approx(within["cost_yuan"].sum())
        assert (found.funds["left_yuan"] >= -1e-6).all()


def test_durations_by_project(plan):
    found = programme(plan, duration_years={"convert": 1, A: 3})
    assert found.projects.set_index("option_id")["open_year"].to_dict() == {A: 2030.0, B: 2028.0, C: 2028.0}


def test_one_after_the_other(plan):
    found = programme(plan, after=((B, A),))
    assert starts(found) == {A: 2027, B: 2028, C: 2027}


def test_not_before_it_is_available(town, kit):
    import datetime as dt

    made = town(
        rooms=[
            kit.room("a", 100.0, available_from=dt.date(2028, 5, 1)),
            kit.room("c", 900.0, available_from=dt.date(2030, 1, 1)),
        ]
    )
    plan = plan_options(made.find(types=("nursery",)), made.assessment)
    found = programme(plan)
    assert starts(found) == {A: 2028}
    assert found.projects.set_index("option_id")["reason"].to_dict() == {A: "", C: "late"}


def test_what_opens_too_late_to_count_is_not_begun(plan):
    found = programme(plan, years=(2027,), count_until=2027)
    assert starts(found) == {}
    assert set(found.projects["reason"]) == {"adds_nobody"}


def test_without_costs_projects_are_counted(bare):
    found = programme(bare, max_starts=1)
    assert sorted(starts(found).values()) == [2027, 2028, 2029]
    assert starts(found)[B] == 2027
    assert not found.meta.costed
    assert found.cash.empty
    with pytest.raises(UnsetValueError, match="unit_costs"):
        programme(bare, budget=money(1.0))


def test_what_is_forced_and_cannot_be_paid_is_infeasible(plan):
    found = programme(plan, budget=money(100.0), force_in=(A,))
    assert (found.meta.status, found.meta.objective) == ("infeasible", None)
    assert starts(found) == {}


def test_an_empty_plan(town):
    made = town()
    found = programme(plan_options(made.find(), made.assessment), budget=money(1.0))
    assert found.projects.empty
    assert found.meta.objective == 0.0


@pytest.mark.parametrize(
    ("co", "code"),
    [
        ({"option_id": ["x"], "source": ["fund"], "yuan": [1.0]}, "programme.unknown_project"),
        ({"option_id": [A], "source": ["fund"], "yuan": [-1.0]}, "programme.bad_funding"),
        ({"option_id": [A], "source": ["city"], "yuan": [1.0]}, "programme.bad_funding"),
        ({"option_id": [A], "source": ["fund"], "yuan": [np.nan]}, "programme.bad_funding"),
        ({"option_id": [A], "source": ["fund"], "yuan": [200_001.0]}, "programme.over_funded"),
    ],
)
def test_wrong_co_funding(plan, co, code):
    with pytest.raises(InputError) as caught:
        programme(plan, pd.DataFrame(co))
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize("choices", [{"after": (("x", A),)}, {"force_in": ("x",)}])
def test_projects_that_the_plan_does_not_have(plan, choices):
    with pytest.raises(InputError, match="no such project"):
        programme(plan, **choices)


def test_alternatives_side_by_side(plan):
    poor, rich = programme(plan, budget=money(200_000)), programme(plan, budget=money(600_000))
    table = compare_programmes({"poor": poor, "rich": rich}).set_index("name")
    assert table["projects"].tolist() == [1, 3]
    assert table["cost_yuan"].tolist() == [200_000.0, 600_000.0]
    assert table["city_yuan"].tolist() == [200_000.0, 600_000.0]
    assert table["served_last_year"].tolist() == [30.0, 50.0]
    assert table.loc["rich", "need_years"] > table.loc["poor", "need_years"]


def test_there_and_back_with_the_same_bytes(plan, tmp_path):
    one = save_programme(programme(plan, budget=money(200_000)), tmp_path / "one")
    two = save_programme(programme(plan, budget=money(200_000)), tmp_path / "two")
    for file in one.iterdir():
        assert file.read_bytes() == (two / file.name).read_bytes(), file.name
    again = load_programme(one)
    assert again.meta == programme(plan, budget=money(200_000)).meta
    assert again.projects["option_id"].tolist() == [A, B, C]
    with pytest.raises(SnapshotError, match="linli improve"):
        load_programme(tmp_path)
