import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import UnknownRuleError, UnsetValueError
from linli.rules.build import build_rule, overlay_rule
from linli.strictyaml import Located

DATES = st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31))


def dated(value, valid_from, certainty="published"):
    return {
        **({} if certainty == "unset" else {"value": value}),
        "unit": "m",
        "valid_from": valid_from,
        "reference": {"title": "Rule"},
        "certainty": certainty,
        "last_checked_on": dt.date(2026, 11, 23),
    }


def rule_of(*entries):
    title = {"zh": "半径", "en": "radius"}
    data = {"id": "a/b", "title": title, "order": 1, "values": {"radius": {"title": title, "dated": list(entries)}}}
    return build_rule(data)


def change_of(*entries):
    return Located({"values": {"radius": {"dated": list(entries)}}}, {}, (), "city/a/b.yaml")


def on(rule, day):
    begun = [value for value in rule.values["radius"] if value.valid_from <= day]
    return begun[-1] if begun else None


@given(
    st.lists(DATES, min_size=1, max_size=5, unique=True), st.lists(DATES, min_size=1, max_size=5, unique=True), DATES
)
def test_from_its_first_date_only_the_pack_counts_and_before_it_only_what_lies_below(below, above, day):
    base = rule_of(*(dated(i, date) for i, date in enumerate(sorted(below))))
    rule, _ = overlay_rule(base, change_of(*(dated(100 + i, date) for i, date in enumerate(sorted(above)))), "city")
    value = on(rule, day)
    if day >= min(above):
        assert value.source == "city"
        assert value.valid_from == max(date for date in above if date <= day)
    else:
        assert value == on(base, day)


def test_the_rule_below_is_left_as_it_is():
    base = rule_of(dated(300, dt.date(2020, 1, 1)))
    before = base.as_dict()
    rule, problems = overlay_rule(base, change_of(dated(250, dt.date(2022, 1, 1))), "city")
    assert problems == []
    assert base.as_dict() == before
    assert [value.value for value in rule.values["radius"]] == [300, 250]
    assert rule.packs == ("city",)


def test_a_pack_fills_an_unset_value_even_from_an_earlier_date():
    base = rule_of(dated(None, dt.date(2022, 3, 1), "unset"))
    rule, problems = overlay_rule(base, change_of(dated(250, dt.date(2021, 1, 1))), "city")
    assert problems == []
    assert [value.certainty for value in rule.values["radius"]] == ["published"]
    assert rule.certainty == "published"


def test_a_pack_may_end_a_rule_with_its_reference_but_not_unset_it():
    base = rule_of(dated(300, dt.date(2020, 1, 1)))
    rule, problems = overlay_rule(base, change_of(dated(None, dt.date(2022, 1, 1))), "city")
    assert problems == []
    assert rule.values["radius"][-1].value is None
    _, problems = overlay_rule(base, change_of(dated(None, dt.date(2022, 1, 1), "unset")), "city")
    assert [problem.code for problem in problems] == ["pack.unsets"]


def test_standing_over_a_later_national_value_is_a_warning():
    base = rule_of(dated(300, dt.date(2020, 1, 1)), dated(200, dt.date(2025, 1, 1)))
    _, problems = overlay_rule(base, change_of(dated(250, dt.date(2022, 1, 1))), "city")
    assert [(problem.code, problem.severity) for problem in problems] == [("pack.hides", "warning")]
    assert "200 (2025-01-01)" in problems[0].text("en")


def test_an_ended_and_an_unset_value_raise_differently(small):
    with pytest.raises(UnknownRuleError):
        small.value("shops/bakery", "loaves", on=dt.date(2024, 1, 1))
    with pytest.raises(UnsetValueError):
        small.value("shops/bakery", "subsidy", on=dt.date(2024, 1, 1))
