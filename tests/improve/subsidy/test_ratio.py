import datetime as dt

import pytest

from linli.errors import InputError, RuleError, UnsetValueError
from linli.improve.subsidy.ratio import find_ratio, holds, rows_in_force
from linli.rules import load_catalogue


def test_an_entry_holds_from_its_day_unset_or_not(on):
    rule = load_catalogue().rule("subsidy/ratio")
    assert holds(rule, "ratio", on).certainty == "unset"
    assert holds(rule, "ratio", dt.date(2022, 2, 28)) is None
    assert holds(rule, "other", on) is None


def test_rows_are_the_packs_own_and_the_nation_has_none(city, on):
    assert rows_in_force(load_catalogue(), "ratio", "ratio", on) == []
    assert rows_in_force(load_catalogue(), "stage", "share", on) == []
    catalogue = city(rows=[{"ratio": 0.2}], stages=[{"event": "start", "share": 1}])
    assert [rule.id for rule in rows_in_force(catalogue, "ratio", "ratio", on)] == ["subsidy/ratio_0"]
    assert rows_in_force(catalogue, "ratio", "ratio", dt.date(2022, 2, 28)) == []


def test_names_are_compared_without_width_and_case(city, project, on):
    catalogue = city(rows=[{"ratio": 0.2, "tier": "a级"}])
    value, row = find_ratio(project(tier="Ａ 级"), catalogue, on=on)
    assert (value.value, row.id) == (0.2, "subsidy/ratio_0")


def test_a_row_ruled_out_asks_for_nothing_more(city, project, on):
    catalogue = city({"ratio": {"ratio": 0.5}}, rows=[{"ratio": 0.2, "tier": "A", "district": "西湖区"}])
    assert find_ratio(project(tier="B"), catalogue, on=on)[0].value == 0.5
    with pytest.raises(InputError, match="district is missing"):
        find_ratio(project(tier="A"), catalogue, on=on)


def test_a_share_above_one_is_a_mistake_of_the_pack(city, project, on):
    with pytest.raises(RuleError, match=r"must be a share of 0–1. Got 1.2"):
        find_ratio(project(), city({"ratio": {"ratio": 1.2}}), on=on)


def test_unset_raises(project, on):
    with pytest.raises(UnsetValueError):
        find_ratio(project(), load_catalogue(), on=on)
