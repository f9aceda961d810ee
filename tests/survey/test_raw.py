import numpy as np
import pandas as pd
import pytest

from linli.survey.raw import (
    RawTable,
    file_sha256,
    find_heading_row,
    layer_of_name,
    match_columns,
    table_of_rows,
    target_column,
)
from linli.survey.schema import layer_schema


def table(*headings):
    cells = pd.DataFrame({at: pd.Series([], dtype=object) for at in range(len(headings))})
    return RawTable("a.xlsx", "设施", headings, cells, np.empty(0, dtype=np.int64))


def match(*headings, layer="facilities", wanted=None):
    matched = match_columns(table(*headings), layer_schema(layer), wanted or {})
    named = {ours: headings[at] for ours, at in matched.columns.items()}
    return named, [one.code for one in matched.problems], matched


@pytest.mark.parametrize(
    ("name", "layer"),
    [("设施", "facilities"), ("facilities", "facilities"), ("Facilities", "facilities"), ("3.设施", "facilities"),
     ("设施调查表", "facilities"), ("社区基本情况表", "communities"), ("小区", "estates"), ("楼栋信息", "buildings"),
     ("Sheet1", None), ("说明", None), ("", None)],
)  # fmt: skip
def test_layers_are_known_by_what_people_call_them(name, layer):
    assert layer_of_name(name) == layer


def test_headings_of_a_plain_workbook_are_recognised():
    named, codes, _ = match("序号", "设施名称", "类别", "建面（㎡）", "床位数", "营业时间", "x坐标", "纬度")
    assert codes == []
    assert named == {
        "facility_id": "序号", "name": "设施名称", "type": "类别", "floor_area_m2": "建面（㎡）", "capacity": "床位数",
        "opening_hours": "营业时间", "longitude": "x坐标", "latitude": "纬度",
    }  # fmt: skip


def test_the_declaration_comes_first():
    named, codes, matched = match("编号", "DM", "名称", wanted={"facility_id": "DM"})
    assert named == {"facility_id": "DM", "name": "名称"}
    assert codes == []
    assert matched.ignored == ("编号",)


def test_a_heading_that_is_not_there_offers_the_nearest():
    _, codes, matched = match("类型", "设施名稱", wanted={"name": "设施名称"})
    assert codes == ["column.not_found"]
    assert "名稱" in matched.problems[0].fix["zh"]


def test_the_better_of_two_headings_is_taken_and_equals_are_named():
    named, codes, _ = match("设施编号", "序号")
    assert (named["facility_id"], codes) == ("设施编号", [])
    named, codes, _ = match("面积", "面积(m2)")
    assert (named["floor_area_m2"], codes) == ("面积", ["column.twice"])


def test_another_unit_is_refused_and_a_slip_of_the_pen_is_named():
    assert match("建筑面积(万㎡)")[1] == ["column.unit"]
    assert match("用地面积（亩）")[1] == ["column.unit"]
    assert match("建筑面积(㎡)")[1] == []
    _, codes, matched = match("建筑面枳")
    assert codes == ["column.unknown"]
    assert "建筑面积" in matched.problems[0].message["zh"]


def test_shapefile_headings_of_ten_letters_are_recognised():
    assert match("facility_i", "floor_area", "opening_ho")[0] == {
        "facility_id": "facility_i", "floor_area_m2": "floor_area", "opening_hours": "opening_ho",
    }  # fmt: skip


def test_headings_are_found_below_titles():
    rows = [["某街道设施调查表", "", ""], ["填表日期", "2026", ""], ["设施编号", "类型", "面积"], ["F1", "nursery", 3]]
    assert find_heading_row(rows, "facilities", {}) == 2
    assert find_heading_row(rows, "facilities", {"name": "填表日期"}) == 2
    assert find_heading_row([["a", "b"], [1, 2]], "facilities", {}) is None
    made = table_of_rows(rows, 2, file="a", sheet=None)
    assert made.rows.tolist() == [4]
    assert made.cells.iloc[0].tolist() == ["F1", "nursery", 3]


def test_places_are_columns_too(tmp_path):
    assert target_column(layer_schema("rooms"), "longitude").name == "longitude"
    assert target_column(layer_schema("rooms"), "owner").name == "owner"
    with pytest.raises(KeyError):
        target_column(layer_schema("rooms"), "lift")
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert file_sha256(path).startswith("ba7816bf")
