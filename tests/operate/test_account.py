import datetime as dt
from decimal import Decimal

import pytest

from linli.errors import InputError, RuleError, UnknownRuleError, UnsetValueError
from linli.operate import open_accounts, read_mode, read_template, template_id
from linli.operate.lines import FIGURES
from linli.rules import check_pack
from linli.survey.demo import PACK


def templates(catalogue):
    return [rule for rule in catalogue.family("operating") if rule.name.startswith("template_")]


def test_a_type_has_its_own_template_or_that_of_its_group(nation):
    assert template_id(nation, "canteen") == "operating/template_canteen"
    assert template_id(nation, "laundry") == "operating/template_of_commerce"
    with pytest.raises(UnknownRuleError, match=r"template_bus_stop\.yaml"):
        template_id(nation, "bus_stop")
    with pytest.raises(UnknownRuleError, match="space_station"):
        template_id(nation, "space_station")


def test_every_shipped_figure_is_of_the_vocabulary_and_unset(nation):
    assert len(templates(nation)) == 13
    for rule in templates(nation):
        assert set(rule.values) <= set(FIGURES), rule.id
        assert {series[-1].certainty for series in rule.values.values()} == {"unset"}, rule.id


def test_the_illustrative_pack_fills_every_figure_and_says_that_it_is_invented(demo):
    for rule in templates(demo):
        for series in rule.values.values():
            assert (series[-1].source, series[-1].certainty, series[-1].unsure) == ("illustrative", "recalled", True)
            assert "虚构" in series[-1].reference["title"]
    assert "虚构" in demo.packs[0].title["zh"]
    assert "invented" in demo.packs[0].title["en"]


def test_the_illustrative_pack_is_sound_and_all_of_it_is_marked_as_invented(demo):
    assert check_pack(PACK) == []
    own = [
        value
        for rule in demo.rules.values()
        for series in rule.values.values()
        for value in series
        if value.source == "illustrative"
    ]
    assert {value.reference["title"] for value in own} == {"演示用虚构数字 Figure invented for the demo"}
    assert {(value.certainty, value.unsure) for value in own} == {("recalled", True)}
    assert {value.rule.partition("/")[0] for value in own} == {"operating", "siting_needs", "subsidy"}


def test_unset_raises_and_names_the_setting(nation, facility, on):
    with pytest.raises(UnsetValueError, match=r"operating/template_canteen\.meal_price"):
        open_accounts([facility(floor_area_m2=1, places=1)], nation, on=on)


def test_before_the_first_day_it_raises(demo, facility):
    with pytest.raises(UnknownRuleError, match="begins on 2022-03-01"):
        open_accounts([facility(floor_area_m2=1, places=1)], demo, on=dt.date(2022, 2, 28))


def test_own_figures_stand_in_for_the_template_s(demo, facility, on):
    (account,) = open_accounts([facility(floor_area_m2=1, places=1, given={"wage": "1.5"})], demo, on=on)
    assert account.figures["wage"] == Decimal("1.5")
    assert "wage" not in account.rules
    assert account.figures["occupancy"] == Decimal("0.6")


def test_a_mode_turns_figures_and_adds_management(demo, facility, on):
    mode = read_mode(demo, "state_platform", on=on)
    (account,) = open_accounts([facility(type="nursery", floor_area_m2=1, places=1)], demo, on=on, mode=mode)
    assert account.figures["room_rent_per_m2"] == 0
    assert account.figures["wage"] == Decimal("7875.00")
    assert account.figures["overhead_share"] == Decimal("0.06")


def test_all_that_is_missing_is_told_at_once(demo, facility, on):
    wrong = [
        facility("A", places=1),
        facility("B", "parking", floor_area_m2=1),
        facility("C", "property_office", floor_area_m2=1),
        facility("D", "gym", floor_area_m2=1, places=1, given={"occupancy": 1.2, "life_years": 0, "sunshine": 3}),
        facility("E", "gym", floor_area_m2=1, places=1),
    ]
    with pytest.raises(InputError) as caught:
        open_accounts(wrong, demo, on=on)
    found = [(problem.code, problem.column, problem.message["en"][9:10]) for problem in caught.value.problems]
    assert found == [
        ("operate.missing", "floor_area_m2", "A"),
        ("operate.missing", "capacity", "B"),
        ("operate.missing", "managed_area_m2", "C"),
        ("operate.figure", "occupancy", "D"),
        ("operate.figure", "life_years", "D"),
        ("operate.figure", "sunshine", "D"),
    ]
    assert "facility A: floor area, m² is missing" in str(caught.value)


def test_a_measure_that_no_line_needs_may_be_missing(demo, facility, on):
    assert open_accounts([facility(type="laundry", floor_area_m2=10)], demo, on=on)[0].facility.places is None


def test_a_city_can_drop_a_line_by_ending_its_figure(with_pack, dated, on):
    text = "id: operating/template_canteen\nvalues:\n" + dated("subsidy_per_month", "null", "yuan")
    catalogue = with_pack({"operating/template_canteen.yaml": text})
    assert "subsidy_per_month" not in read_template(catalogue, "canteen", on=on)


@pytest.mark.parametrize(
    ("name", "value", "unit", "title", "message"),
    [
        ("occupancy", 1.5, "share", "", "must be 0–1. Got 1.5"),
        ("life_years", 0, "years", "", "must be > 0. Got 0"),
        ("sunshine", 1, "count", "    title: {zh: 阳光, en: Sunshine}\n", "no line of an account uses"),
    ],
)
def test_mistakes_of_a_template_are_told(with_pack, dated, on, name, value, unit, title, message):
    text = "id: operating/template_canteen\nvalues:\n" + dated(name, value, unit, title)
    with pytest.raises(RuleError, match=message):
        read_template(with_pack({"operating/template_canteen.yaml": text}), "canteen", on=on)
