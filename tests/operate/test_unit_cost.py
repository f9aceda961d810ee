import pytest

from linli.errors import UnknownRuleError, UnsetValueError
from linli.operate import PLACE_LEVERS, unit_cost


def test_the_type_s_own_figure_then_the_general_one(demo, on):
    found = {lever: unit_cost(demo, "canteen", lever, on=on) for lever in PLACE_LEVERS}
    assert {lever: value.value for lever, value in found.items()} == {"reallocate": 900, "convert": 2600, "build": 4500}
    assert found["build"].rule == "operating/unit_cost"
    assert unit_cost(demo, "library", "convert", on=on).value == 2000


def test_nobody_published_any(nation, on):
    for lever in PLACE_LEVERS:
        with pytest.raises(UnsetValueError, match=f"operating/unit_cost.{lever}"):
            unit_cost(nation, "canteen", lever, on=on)


def test_unknown_names(demo, on):
    with pytest.raises(UnknownRuleError, match="no lever `rent`"):
        unit_cost(demo, "canteen", "rent", on=on)
    with pytest.raises(UnknownRuleError, match="space_station"):
        unit_cost(demo, "space_station", "build", on=on)
