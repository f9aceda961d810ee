"""Look-ups by date, held by golden cases that a planner can read (``golden/*.yaml``)."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import UnknownRuleError, UnsetValueError
from linli.rules import load_catalogue
from linli.strictyaml import read_yaml

GOLDEN = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "golden").glob("*.yaml"))
    for case in read_yaml(path).data
]
RAISES = {"unset": UnsetValueError, "unknown": UnknownRuleError}


@pytest.mark.parametrize("case", GOLDEN)
def test_golden(catalogue, case):
    assert set(case) in ({"name", "rule", "value", "on", "expected"}, {"name", "rule", "value", "on", "raises"})
    if "raises" in case:
        with pytest.raises(RAISES[case["raises"]], match=f"{case['rule']}.{case['value']}"):
            catalogue.value(case["rule"], case["value"], on=case["on"])
    else:
        assert catalogue.value(case["rule"], case["value"], on=case["on"]).value == case["expected"]


def test_every_rule_with_a_number_has_a_golden_case(catalogue):
    def has_number(rule):
        figures = [value.value for series in rule.values.values() for value in series]
        return any(isinstance(figure, int | float) and not isinstance(figure, bool) for figure in figures)

    covered = {case.values[0]["rule"] for case in GOLDEN if "expected" in case.values[0]}
    assert {rule.id for rule in catalogue.rules.values() if has_number(rule)} - covered == set()


def test_an_unset_value_names_the_setting_and_how_to_fill_it(catalogue, today):
    with pytest.raises(UnsetValueError) as caught:
        catalogue.value("subsidy/ratio", "ratio", on=today)
    message = str(caught.value)
    for part in (
        "subsidy/ratio.ratio",
        "subsidy/ratio.yaml",
        "unit: share",
        "valid_from: 2022-03-01",
        "--pack",
        "packs:",
    ):
        assert part in message


def test_the_snippet_of_an_unset_value_is_a_pack_that_fills_it(catalogue, today, write_pack):
    with pytest.raises(UnsetValueError) as caught:
        catalogue.value("subsidy/ratio", "ratio", on=today)
    lines = [line[4:] for line in str(caught.value).splitlines() if line.startswith("    ")]
    text = "\n".join(lines).replace("value: …", "value: 0.5").replace("…", "Notice").replace("YYYY-MM-DD", "2026-11-23")
    filled = load_catalogue([write_pack({"subsidy/ratio.yaml": text})])
    value = filled.value("subsidy/ratio", "ratio", on=today)
    assert (value.value, value.source) == (0.5, "city")


@pytest.mark.parametrize(
    ("rule", "name", "message"),
    [
        ("complete_community/nursry", "floor_area_min", "Did you mean complete_community/nursery"),
        ("complete_community/nursery", "floor_area", "Did you mean floor_area_min"),
        ("complete_community/nursery", "xyz", "There are: floor_area_min"),
    ],
)
def test_an_unknown_name_says_what_is_near(catalogue, today, rule, name, message):
    with pytest.raises(UnknownRuleError, match=message):
        catalogue.value(rule, name, on=today)


def test_an_unknown_family_says_what_is_near(catalogue):
    with pytest.raises(UnknownRuleError, match="living_circle"):
        catalogue.family("living_circl")


@given(on=st.dates())
def test_on_any_date_the_last_value_begun_holds_and_before_the_first_it_raises(on):
    small = load_catalogue(folder=Path(__file__).parent / "small")
    series = small.rule("shops/bakery").values["radius"]
    begun = [value for value in series if value.valid_from <= on]
    if begun:
        assert small.value("shops/bakery", "radius", on=on) is begun[-1]
    else:
        with pytest.raises(UnknownRuleError, match="begins on 2020-01-01"):
            small.value("shops/bakery", "radius", on=on)


@given(on=st.dates(min_value=dt.date(2023, 1, 1)))
def test_from_its_end_on_a_rule_raises_and_never_defaults(on):
    small = load_catalogue(folder=Path(__file__).parent / "small")
    assert small.value("shops/bakery", "loaves", on=dt.date(2022, 12, 31)).value == 100
    with pytest.raises(UnknownRuleError, match="ended on 2023-01-01 \\(Repeal of clause 3, 1\\)"):
        small.value("shops/bakery", "loaves", on=on)


def test_a_requirement_names_its_own_value_or_that_of_another_rule(catalogue, today):
    assert catalogue.resolve("floor_area_min", "complete_community/nursery", on=today).value == 200
    assert catalogue.resolve("walking/distance.ten_minute", "complete_community/nursery", on=today).value == 500


def test_types_are_found_by_code_name_or_synonym_however_written(catalogue):
    for name in ("nursery", "Nursery", "托儿所", " 托 育 园", "婴幼儿照护驿站"):
        assert catalogue.facility_type(name) == "nursery"
    assert catalogue.facility_type("社区服务中心(街道级)") == "service_centre"
    assert catalogue.facility_type("太空站") is None


def test_a_type_knows_who_asks_for_it(catalogue):
    asked = catalogue.asked_by("convenience_store")
    assert "complete_community/supermarket" in asked  # only in an alternative
    assert "living_circle/convenience_store" in asked
    with pytest.raises(UnknownRuleError):
        catalogue.asked_by("space_station")


def test_the_version_depends_on_content_only(small):
    again = load_catalogue(folder=Path(__file__).parent / "small")
    assert small.version == again.version
    assert len(small.version) == 12
    assert small.version != load_catalogue().version


def test_items_are_the_rules_with_requirements_in_stated_order(catalogue):
    assert catalogue.standards[:2] == ("complete_community", "living_circle")
    items = catalogue.items("complete_community")
    assert [item.order for item in items] == list(range(1, 21))
    assert catalogue.items("subsidy") == ()
