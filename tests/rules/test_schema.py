from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.rules.schema import UNITS, check_family, check_overlay, check_pack_file, check_rule
from linli.strictyaml import Located, read_yaml

SMALL = Path(__file__).parent / "small"
BAKERY = read_yaml(SMALL / "shops" / "bakery.yaml").data
SHOPS = read_yaml(SMALL / "shops" / "_family.yaml").data
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def located(data):
    return Located(data, {}, (), "file.yaml")


def test_a_sound_file_has_no_problems():
    assert check_rule(located(BAKERY), "shops/bakery", SHOPS) == []
    assert check_family(located(SHOPS), "shops") == []


@settings(max_examples=300)
@given(st.sampled_from(sorted(BAKERY)), ANYTHING)
def test_nothing_under_a_key_breaks_the_checks(key, anything):
    for problem in check_rule(located({**BAKERY, key: anything}), "shops/bakery", SHOPS):
        assert problem.text("zh")
        assert problem.text("en")


@settings(max_examples=300)
@given(st.sampled_from(["requirements", "values", "dated", "conflicts", "documents", "alternatives"]), ANYTHING)
def test_nothing_deeper_down_breaks_them_either(place, anything):
    data = {**BAKERY}
    if place in {"dated", "alternatives"}:
        data |= {"values": {"radius": {"title": {"zh": "一", "en": "a"}, "dated": [anything]}}}
        data |= {"requirements": [{**BAKERY["requirements"][0], "alternatives": [anything]}]}
    elif place == "values":
        data |= {"values": {"radius": anything}}
    else:
        data |= {place: [anything]}
    check_rule(located(data), "shops/bakery", SHOPS)
    check_overlay(located(data), "shops/bakery", "standard")
    check_family(located({**SHOPS, "documents": [anything], "groups": anything}), "shops")
    check_pack_file(located(anything))


@given(ANYTHING)
def test_a_family_that_is_wrong_does_not_break_the_check_of_its_rules(anything):
    check_rule(located(BAKERY), "shops/bakery", {**SHOPS, "groups": anything, "roles": anything, "kind": anything})


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_written_in_both_languages(unit):
    assert set(UNITS[unit]) == {"zh", "en"}
