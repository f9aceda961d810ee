import copy

import pytest

from linli.errors import InputError, UnsetValueError
from linli.operate import appraise


@pytest.fixture(scope="module")
def study(several, demo, on):
    return appraise(several, demo, on=on, draws=300, seed=3)


def test_everything_is_there_and_agrees(study, several):
    assert [one.id for one in study.facilities] == [one.facility_id for one in several]
    assert study.balances["id"].tolist() == ["F1", "F2", "F3", "F4", "F5", "F6", "C1", "C2", "all"]
    assert [one.id for one in study.break_even] == study.balances["id"].tolist()
    assert study.worth["id"].tolist() == ["C1", "C2", "all"]
    assert study.worth["npv_yuan"].iloc[:2].sum() == pytest.approx(study.worth["npv_yuan"].iloc[2], abs=0.02)
    assert study.flows.shape == (study.contract.years + 1,)
    assert study.flows[0] == -float(study.total.capital)
    assert study.sensitivity_npv["base"].iloc[0] == study.worth["npv_yuan"].iloc[2]
    assert study.simulation.table["id"].tolist() == ["C1", "C2", "all"]
    assert study.simulation_npv.what == "npv"
    assert len(study.modes.table) == 5
    assert study.left_out == {}


def test_the_same_inputs_give_the_same_figures_and_are_left_alone(study, several, demo, on):
    before = copy.deepcopy(several)
    again = appraise(several, demo, on=on, draws=300, seed=3)
    assert several == before
    assert again.lines.equals(study.lines)
    assert again.simulation.table.equals(study.simulation.table)
    assert again.catalogue == study.catalogue == demo.version


def test_what_rests_on_unset_assumptions_is_left_out_by_name(nation, facility, on):
    own = {"subsidy_per_month": 1, "wage": 1, "staff": 1, "energy_per_m2": 1, "maintenance_per_m2": 12}
    own |= {"fit_out_per_m2": 0, "equipment": 0, "life_years": 1}
    study = appraise([facility(type="service_station", floor_area_m2=1, given=own)], nation, on=on)
    assert study.total.balance == -2
    assert (study.flows, study.sensitivity, study.simulation, study.modes) == (None, None, None, None)
    assert study.worth.empty
    assert set(study.left_out) == {"contract", "swings", "modes"}
    assert "operating/finance.discount_rate" in study.left_out["contract"]["en"]


def test_accounts_need_their_figures(several, nation, demo, facility, on):
    with pytest.raises(UnsetValueError):
        appraise(several, nation, on=on)
    with pytest.raises(InputError):
        appraise([facility()], demo, on=on)
    with pytest.raises(ValueError, match="at least one facility"):
        appraise([], demo, on=on)
