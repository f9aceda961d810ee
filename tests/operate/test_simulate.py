import numpy as np
import pytest

from linli.operate import LEVERS, open_accounts, read_contract, read_swings, simulate
from linli.operate.contract import cash_flow, npv
from linli.operate.lines import scale, work_out
from linli.operate.simulate import draw_factors


@pytest.fixture(scope="module")
def swings(demo, on):
    return read_swings(demo, on=on)


def test_the_same_seed_gives_the_same_figures(accounts, swings):
    first, again = (simulate({"all": accounts}, swings, draws=500, seed=7) for _ in range(2))
    other = simulate({"all": accounts}, swings, draws=500, seed=8)
    assert first.table.equals(again.table)
    assert not first.table.equals(other.table)
    assert (first.seed, first.draws, first.what) == (7, 500, "balance")


def test_these_figures_stay_what_they_are(accounts, swings):
    """Guards the generator and the order of the draws: figures in a report can be made again."""
    factors = draw_factors(swings, 3, 42)
    assert factors["price"].round(6).tolist() == [1.032763, 0.993689, 1.046821]


def test_factors_keep_to_their_swing_and_lean_to_the_middle(swings):
    factors = draw_factors(swings, 20_000, 1)
    for lever, swing in swings.items():
        assert np.abs(factors[lever] - 1).max() <= swing
        assert factors[lever].mean() == pytest.approx(1, abs=0.02 * swing + 1e-12)
        assert factors[lever].std() == pytest.approx(swing / 6**0.5, rel=0.03)


def test_leaving_a_lever_out_does_not_change_the_others(swings):
    some = {lever: swing for lever, swing in swings.items() if lever != "price"}
    assert np.array_equal(draw_factors(some, 10, 3)["wages"], draw_factors(swings, 10, 3)["wages"])
    assert list(draw_factors({"wages": 0.1, "price": 0.1}, 1, 0)) == ["price", "wages"]


def test_every_draw_equals_its_twin(accounts, swings, demo, on):
    """One draw after another, one facility after another."""
    contract = read_contract(demo, on=on)
    draws = 40
    factors = draw_factors(swings, draws, 5)
    months, values = [], []
    for i in range(draws):
        figures = [
            scale(
                {name: float(number) for name, number in one.figures.items()},
                {lever: float(factors[lever][i]) for lever in LEVERS},
            )
            for one in accounts
        ]
        signs = {"fees": 1, "meals": 1, "rent": 1, "parking": 1, "advertising": 1, "property": 1}
        signs |= {"subsidy_places": 1, "subsidy_fixed": 1, "fit_out_capital": 0, "equipment_capital": 0}
        months.append(sum(signs.get(line, -1) * amount for one in figures for line, amount in work_out(one).items()))
        values.append(float(npv(cash_flow(figures, contract), contract.discount_rate)))
    month = simulate({"all": accounts}, swings, draws=draws, seed=5).table.iloc[0]
    value = simulate({"all": accounts}, swings, what="npv", contract=contract, draws=draws, seed=5).table.iloc[0]
    for row, outcomes in ((month, months), (value, values)):
        assert row["mean"] == pytest.approx(np.mean(outcomes), abs=0.01)
        assert row["p05"] == pytest.approx(np.quantile(outcomes, 0.05), abs=0.01)
        assert row["p95"] == pytest.approx(np.quantile(outcomes, 0.95), abs=0.01)
        assert row["loss_share"] == np.mean(np.array(outcomes) < 0)


def test_quantiles_ascend_and_groups_keep_their_order(accounts, swings):
    table = simulate({"C2": accounts[2:5], "C1": accounts[:2], "all": accounts}, swings, draws=300).table
    assert table["id"].tolist() == ["C2", "C1", "all"]
    spread = table[["p05", "p25", "p50", "p75", "p95"]].to_numpy()
    assert (np.diff(spread, axis=1) >= 0).all()
    assert table["loss_share"].between(0, 1).all()


def test_the_total_is_of_the_same_draws(accounts, swings, demo, on):
    contract = read_contract(demo, on=on)
    for what in ("balance", "npv"):
        found = simulate(
            {"C1": accounts[:2], "C2": accounts[2:]}, swings, what=what, contract=contract, draws=200, total="all"
        )
        alone = simulate({"all": accounts}, swings, what=what, contract=contract, draws=200)
        last, only = found.table.iloc[-1].drop("id"), alone.table.iloc[0].drop("id")
        assert last.astype(float).to_numpy() == pytest.approx(only.astype(float).to_numpy(), abs=0.02)


def test_without_swing_every_draw_is_the_account(facility, demo, on):
    accounts = open_accounts([facility(floor_area_m2=600, places=120)], demo, on=on)
    row = simulate({"one": accounts}, dict.fromkeys(LEVERS, 0.0), draws=10).table.iloc[0]
    assert set(row[["base", "mean", "p05", "p95"]]) == {-6805.0}
    assert simulate({"one": accounts}, {}, draws=10).table.iloc[0]["p50"] == -6805.0


def test_at_least_one_draw(swings):
    with pytest.raises(ValueError, match="`draws` must be ≥ 1"):
        draw_factors(swings, 0, 0)
