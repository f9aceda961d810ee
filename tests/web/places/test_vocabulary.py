import pytest
from django.utils import translation

from linli.survey import layer_schema
from linli.web.places.models import Record
from linli.web.places.vocabulary import (
    facts_of,
    group_of_type,
    heading,
    item_groups,
    kind_groups,
    kind_title,
    question_of,
    record_title,
    shown,
    type_groups,
)


@pytest.mark.parametrize(
    ("layer", "name", "value", "zh", "en"),
    [
        ("facilities", "type", "canteen", "社区食堂", "community canteen"),
        ("facilities", "status", "in_use", "在用", "in use"),
        ("facilities", "own_entrance", True, "是", "yes"),
        ("facilities", "own_entrance", False, "否", "no"),
        ("facilities", "floor_area_m2", 1234.5, "1,234.5", "1,234.5"),
        ("facilities", "floor_area_m2", 0, "0", "0"),
        ("facilities", "floor_area_m2", None, "", ""),
        ("estates", "built_year", 1983, "1983", "1983"),
        ("rooms", "allowed_types", "canteen;nursery", "社区食堂、托儿所", "community canteen, nursery"),
        ("rooms", "available_from", "2026-07-01", "2026-07-01", "2026-07-01"),
        ("answers", "item", "complete_community/parking", "停车及充电设施", "Parking and charging"),
        ("answers", "value", "partly", "部分", "partly"),
        ("answers", "value", "12", "12", "12"),
        ("facilities", "type", "not_a_type", "not_a_type", "not_a_type"),
    ],
)
def test_values_are_read_in_both_languages(layer, name, value, zh, en):
    with translation.override("zh-hans"):
        assert shown(layer, name, value) == zh
    with translation.override("en"):
        assert shown(layer, name, value) == en


def test_headings_carry_their_unit():
    column = layer_schema("facilities").column("floor_area_m2")
    with translation.override("zh-hans"):
        assert heading(column) == "建筑面积（m²）"
    with translation.override("en"):
        assert heading(column) == "floor area (m²)"
        assert heading(layer_schema("facilities").column("storey")) == "storey"


def test_all_facts_are_told_the_unknown_too():
    facts = facts_of("plots", {"plot_id": "P1", "site_area_m2": 0})
    assert [(one.name, one.text) for one in facts] == [
        ("plot_id", "P1"), ("name", ""), ("community_id", ""), ("site_area_m2", "0"), ("buildable_floor_area_m2", ""),
    ]  # fmt: skip
    assert facts[3].unit == "m²"


@pytest.mark.parametrize(
    ("layer", "kind", "name", "title"),
    [
        ("facilities", "canteen", "和睦食堂", "和睦食堂"), ("facilities", "canteen", "canteen", "社区食堂"),
        ("answers", "complete_community/parking", "x", "停车及充电设施"), ("wishes", "canteen", "canteen", "社区食堂"),
        ("plots", "", "", "P1"),
    ],
)  # fmt: skip
def test_every_record_has_a_title(layer, kind, name, title):
    assert record_title(Record(layer=layer, kind=kind, name=name, key="P1")) == title


def test_kinds_are_offered_in_groups():
    assert next(title for title, _ in type_groups()) == "治理"
    assert kind_groups("facilities") == type_groups()
    assert kind_groups("answers") == item_groups()
    assert kind_groups("communities") == [("", [("existing", "既有"), ("new", "新建")])]
    assert kind_groups("plots") == []
    assert kind_title("plots", "") == kind_title("rooms", "") == ""
    items = dict(entry for _, group in item_groups() for entry in group)
    assert items["complete_community/parking"] == "停车及充电设施"
    assert "complete_community/nursery" not in items


def test_what_is_asked_about_an_item_and_the_group_of_a_type():
    assert question_of("complete_community/parking").endswith("？")
    assert question_of("complete_community/nursery") == ""
    assert group_of_type("canteen") == "elderly"
    assert group_of_type("x") == ""
