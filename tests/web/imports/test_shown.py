import pytest
import shapely
from django.utils import translation

from linli.web.imports.models import Batch, BatchRow
from linli.web.imports.shown import COUNTS, changes_of, changes_text, column_title, sums_of, value_text


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("type", "nursery", "托儿所", "nursery"), ("floor_area_m2", 12000, "12,000 m²", "12,000 m²"),
        ("capacity", 1200, "1200", "1200"), ("own_entrance", False, "否", "no"), ("name", None, "未知", "unknown"),
        ("type", "gone_type", "gone_type", "gone_type"), ("geometry", "1, 2", "1, 2", "1, 2"),
        ("storey", 0, "0 层", "0 storey"),
    ],
)  # fmt: skip
def test_values_are_written_for_people(name, value, zh, en):
    assert value_text("facilities", name, value) == zh
    translation.activate("en")
    assert value_text("facilities", name, value) == en


def test_lists_and_titles_are_in_words():
    assert value_text("rooms", "allowed_types", "nursery;canteen") == "托儿所 / 社区食堂"
    assert column_title("rooms", "geometry") == "位置"
    assert column_title("rooms", "owner") == "产权单位"
    assert column_title("rooms", "gone") == "gone"


def test_changes_are_told_in_the_schemas_order_with_both_sides():
    row = BatchRow(
        layer="facilities",
        action="conflict",
        changes={"geometry": ["a", "b"], "capacity": [40, 55, 60], "name": ["甲", "乙"]},
    )
    changes = changes_of(row)
    assert [one.title for one in changes] == ["设施名称", "容量", "位置"]
    assert (changes[1].base, changes[1].mine, changes[1].now, changes[1].is_contested) == ("40", "55", "60", True)
    assert (changes[0].now, changes[0].mine, changes[0].is_contested) == ("甲", "乙", False)
    assert changes_text(row) == "设施名称：甲 → 乙；容量：60 → 55；位置：a → b"


def test_a_new_row_tells_all_it_says():
    row = BatchRow(layer="facilities", action="new", values={"facility_id": "N1", "type": "nursery", "capacity": 5})
    row.locate(shapely.Point(120.1, 30.3))
    assert changes_text(row) == "设施类型：托儿所；容量：5；位置：120.100000, 30.300000"
    row.wkb = None
    assert "位置" not in changes_text(row)
    assert changes_text(BatchRow(layer="rooms", action="missing")) == ""


def test_sums_are_told_by_layer_and_in_all():
    batch = Batch(counts={
        "rooms": {"read": 3, "new": 1, "unchanged": 2, "missing": 4}, "plots": {"read": 1200, "changed": 1200},
    })  # fmt: skip
    rooms, plots, total = sums_of(batch)
    assert (rooms.title, plots.title, total.title) == ("存量用房", "地块", "合计")
    assert rooms.text == "读入 3 行 = 新增 1 + 未变 2"
    assert total.text == "读入 1,203 行 = 新增 1 + 改动 1,200 + 未变 2"
    assert [one.adds_up for one in (rooms, plots, total)] == [True, True, True]
    assert [name for name, _ in total.counts] == list(COUNTS)
    assert total.missing == 4
    assert len(sums_of(Batch(counts={"rooms": {"read": 1, "new": 2}}))) == 1
    assert not sums_of(Batch(counts={"rooms": {"read": 1, "new": 2}}))[0].adds_up
    assert sums_of(Batch()) == []
