import numpy as np
import pytest

from linli.errors import UnsetValueError
from linli.operate import Contract, compare_modes, mode_names, read_contract
from linli.operate.compare import worth


def test_modes_side_by_side_with_every_assumption(several, demo, on):
    found = compare_modes(several, demo, on=on, contract=read_contract(demo, on=on))
    assert tuple(found.table["mode"]) == mode_names(demo)
    assert len(found.assumptions) == 5 * 10
    assert set(found.assumptions["source"]) == {"illustrative"}
    table = found.table.set_index("mode")
    for mode, balance in found.balances.items():
        assert table.loc[mode, "balance_yuan"] == float(balance.balance)
    assert table["npv_yuan"].notna().all()


def test_one_mode_by_hand(facility, with_pack, dated, on):
    """Prices up a tenth, wages down a tenth, management a twentieth of what is earned, all else as it is."""
    factors = dict.fromkeys(["occupancy", "goods", "energy", "maintenance", "room_rent", "investment", "subsidy"], 1)
    factors |= {"price": 1.1, "wages": 0.9}
    text = "id: operating/mode_integrated\nvalues:\n"
    text += "".join(dated(f"{lever}_factor", factor, "factor") for lever, factor in factors.items())
    text += dated("overhead_share", 0.05, "share")
    catalogue = with_pack({"operating/mode_integrated.yaml": text})
    canteen = facility(floor_area_m2=600, places=120)
    (row,) = compare_modes([canteen], catalogue, on=on, modes=["integrated"]).table.to_dict("records")
    assert row["earned_yuan"] == 142560.0  # 129,600 × 1.1
    # 141,405 − a tenth of 58,500 wages + 5 % of 142,560
    assert row["cost_yuan"] == 142683.0
    assert row["balance_yuan"] == 4877.0
    assert np.isnan(row["npv_yuan"])
    assert np.isnan(row["payback_years"])


def test_worth_of_nothing_known(accounts):
    assert worth(accounts, None) == (None, None)
    value, back = worth(accounts, Contract(1, 0.0))
    assert (value < 0, back) == (True, None)


def test_unset_assumptions_raise(several, nation, on):
    with pytest.raises(UnsetValueError, match="mode_integrated"):
        compare_modes(several, nation, on=on)


def test_of_nothing(demo, on):
    with pytest.raises(ValueError, match="at least one facility"):
        compare_modes([], demo, on=on)
