from decimal import Decimal

import pytest

from linli.errors import UnknownRuleError, UnsetValueError
from linli.operate import LEVERS, mode_names, read_mode

MODES = ("integrated", "specialist", "property_firm", "state_platform", "social_organisation")


def test_the_five_modes(nation, demo):
    assert mode_names(nation) == mode_names(demo) == MODES


@pytest.mark.parametrize("name", MODES)
def test_every_assumption_is_shown_with_its_source(demo, on, name):
    mode = read_mode(demo, name, on=on)
    assert list(mode.factors) == list(LEVERS)
    assert [value.name for value in mode.assumptions] == [*(f"{lever}_factor" for lever in LEVERS), "overhead_share"]
    assert all("虚构" in value.clause for value in mode.assumptions)


def test_factors_are_exact(demo, on):
    assert read_mode(demo, "integrated", on=on).factors["wages"] == Decimal("0.88")


@pytest.mark.parametrize("name", MODES)
def test_the_nation_assumes_nothing(nation, on, name):
    with pytest.raises(UnsetValueError, match=f"operating/mode_{name}"):
        read_mode(nation, name, on=on)


def test_an_unknown_mode(demo, on):
    with pytest.raises(UnknownRuleError, match="mode_robots"):
        read_mode(demo, "robots", on=on)


def test_management_cannot_take_more_than_all(with_pack, dated, on):
    text = "id: operating/mode_integrated\nvalues:\n" + dated("overhead_share", 1.5, "share")
    with pytest.raises(ValueError, match="must be a share of 0–1"):
        read_mode(with_pack({"operating/mode_integrated.yaml": text}), "integrated", on=on)
