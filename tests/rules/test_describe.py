import pytest

from linli.rules.describe import describe_rules, describe_value


@pytest.mark.parametrize(
    ("rule", "name", "zh", "en"),
    [
        ("complete_community/nursery", "floor_area_min", "200 平方米", "200 m²"),
        ("pilot_2022/residents_share", "share_min", "60 %", "60 %"),
        ("complete_community/property_service", "office_share_min", "0.2 %", "0.2 %"),
        ("subsidy/stackable", "stackable", "是", "yes"),
        ("subsidy/ratio", "ratio", "–", "–"),
        ("future_community/type_inclusive", "base", "mandatory", "mandatory"),
        ("living_circle/green_five_minute", "per_person", "1 平方米/人", "1 m² per person"),
        ("subsidy/programme", "planned_total", "1,200,000,000 元", "1,200,000,000 yuan"),
        ("complete_community/supermarket", "shops_min", "2 个", "2"),
    ],
)
def test_values_are_written_as_people_do(catalogue, rule, name, zh, en):
    value = catalogue.rule(rule).values[name][-1]
    assert (describe_value(value, "zh"), describe_value(value, "en")) == (zh, en)


def test_an_ended_value_says_so(small):
    value = small.rule("shops/bakery").values["loaves"][-1]
    assert (describe_value(value, "zh"), describe_value(value, "en")) == ("终止", "ended")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_names_every_rule_and_every_value_once_a_line(catalogue, lang):
    page = describe_rules(lang)
    for family in catalogue.families.values():
        assert f"## {family.title[lang]} `{family.id}`" in page
    for rule in catalogue.rules.values():
        if rule.values or rule.is_item:
            assert f"`{rule.id}`" in page
    widths = {line.count("|") for line in page.splitlines() if line.startswith("|---")}
    assert all(line.count("|") - line.count("\\|") in widths for line in page.splitlines() if line.startswith("|"))


def test_the_page_of_another_catalogue(small):
    assert "`shops/bakery`" in describe_rules("en", small)
