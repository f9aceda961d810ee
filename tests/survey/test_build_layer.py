import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from linli.survey.build_layer import ROW_NUMBER, build_layer
from linli.survey.check import ROW, SOURCE
from linli.survey.config import SourceConfig
from linli.survey.raw import RawTable, table_of_rows
from linli.survey.schema import Choice, layer_schema

TYPES = {"canteen": Choice(zh="社区食堂", en="canteen"), "nursery": Choice(zh="托儿所", en="nursery")}
HEAD = ["设施编号", "设施类型", "名称", "面积", "经度", "纬度"]


def build(rows, layer="facilities", datum="wgs84", merged=(), broken=(), **source):
    table = table_of_rows(rows, 0, file="a.xlsx", sheet="表", merged=merged, broken=broken)
    config = SourceConfig(file="a.xlsx", layer=layer, **source)
    part = build_layer(table, layer_schema(layer), config, number=3, default_datum=datum, types=TYPES)
    return part, [(one.code, one.row, one.column) for one in part.problems]


def test_a_plain_table_becomes_rows_of_the_layer():
    part, problems = build(
        [HEAD, ["F1", "社区食堂", "甲", 120, 120.1, 30.2], [None] * 6, ["F2", "nursery", "乙", "", 120.2, 30.3]]
    )
    assert problems == []
    frame = part.frame
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame["type"].tolist() == ["canteen", "nursery"]
    assert frame["status"].tolist() == ["in_use", "in_use"]
    assert frame["floor_area_m2"].isna().tolist() == [False, True]
    assert (frame[SOURCE].tolist(), frame[ROW].tolist()) == ([3, 3], [2, 4])
    assert frame.geometry.iloc[0] == shapely.Point(120.1, 30.2)
    assert part.note.rows == 2
    assert part.note.columns["floor_area_m2"] == "面积"


def test_cells_that_cannot_be_read_are_named_with_row_and_heading():
    _, problems = build([HEAD, ["F1", "食堂啊", "甲", "大", "东", 30.2]])
    assert problems == [
        ("type.unknown", 2, "设施类型"),
        ("number.text", 2, "面积"),
        ("number.text", 2, "经度"),
        ("geometry.half", 2, None),
    ]


def test_totals_are_left_out_with_a_word():
    part, problems = build([HEAD, ["F1", "nursery", "甲", 1, 120.1, 30.2], ["合计", None, None, 1, None, None]])
    assert problems == [("row.total", 3, "设施编号")]
    assert len(part.frame) == 1


def test_merged_text_is_filled_and_merged_numbers_are_refused():
    head = [*HEAD, "运营单位"]
    rows = [head, ["F1", "nursery", "a", 5, 120.1, 30.2, "甲"], ["F2", "nursery", "b", None, 120.1, 30.2, None]]
    part, problems = build(rows, merged=((2, 3, 6, 6), (2, 3, 3, 3)))
    assert part.frame["operator"].tolist() == ["甲", "甲"]
    assert problems == [("cell.merged_filled", 2, "运营单位"), ("cell.merged", 2, "面积")]


def test_formulas_without_values_are_named_only_where_they_are_read():
    rows = [[*HEAD, "随便"], ["F1", "nursery", "a", None, 120.1, 30.2, None]]
    _, problems = build(
        rows, broken=((2, 3, "cell.formula", None), (2, 6, "cell.formula", None), (9, 3, "cell.error", "#N/A"))
    )
    assert problems == [("cell.formula", 2, "面积")]


def test_columns_values_constants_and_where_follow_the_declaration():
    rows = [["OBJ", "LB", "MC", "X", "Y"], [1, 7, "a", 120.1, 30.2], [2, 8, "b", 120.1, 30.2], [3, 9, "c", 120.1, 30.2]]
    part, problems = build(
        rows,
        columns={"facility_id": "OBJ", "type": "LB", "name": "MC"},
        values={"type": {"7": "nursery", "8": "canteen"}},
        constants={"status": "planned", "storey": 2},
        where={"LB": (7, 8)},
    )
    assert problems == []
    assert part.frame["type"].tolist() == ["nursery", "canteen"]
    assert part.frame["status"].tolist() == ["planned", "planned"]
    assert part.frame["storey"].tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({"where": {"没有": ("a",)}}, "where.no_column"),
        ({"where": {"设施编号": ("a",)}}, "where.nothing"),
        ({"constants": {"status": "坏"}}, "constant.bad"),
        ({"columns": {"name": "没有"}}, "column.not_found"),
        ({"datum": "EPSG:99999"}, "datum.unknown"),
    ],
)
def test_a_wrong_declaration_is_named(source, code):
    _, problems = build([HEAD, ["F1", "nursery", "甲", 1, 120.1, 30.2]], **source)
    assert code in [problem[0] for problem in problems]


def test_rows_may_be_numbered_where_a_file_has_no_codes():
    part, _ = build([HEAD[1:], ["nursery", "甲", 1, 120.1, 30.2]], columns={"facility_id": ROW_NUMBER})
    assert part.frame["facility_id"].tolist() == ["a-2"]
    assert part.missing == ()


def test_what_is_required_and_not_there_is_handed_on():
    part, _ = build([["名称"], ["甲"]])
    assert part.missing == ("facility_id", "type")
    assert not part.placed
    assert build([["社区编号", "指标", "回答"], ["1", "a/b", "是"]], layer="answers")[0].placed


def test_shapes_in_wkt_come_before_points_and_bad_ones_are_named():
    head = ["小区编号", "几何WKT"]
    part, problems = build([head, ["1", "POLYGON((0 0,1 0,1 1,0 0))"], ["2", "POLYGON((0 0"]], layer="estates")
    assert problems == [("geometry.wkt", 3, "几何WKT")]
    assert part.frame.geometry.iloc[0].area == 0.5
    both = [[*HEAD, "WKT"], ["F1", "nursery", "a", 1, 120.1, 30.2, "MULTIPOINT((1 2))"]]
    assert build(both)[0].frame.geometry.iloc[0] == shapely.Point(1, 2)


def test_shifted_and_projected_coordinates_come_to_wgs84():
    row = ["F1", "nursery", "甲", 1]
    part, _ = build([HEAD, [*row, 120.154698, 30.277674]], datum="gcj02")
    assert part.note.datum == "gcj02"
    assert part.frame.geometry.iloc[0].distance(shapely.Point(120.15, 30.28)) < 1e-4
    part, problems = build([HEAD, [*row, 514_500.0, 3_351_000.0]], datum="EPSG:4549")
    assert problems == []
    assert part.frame.geometry.iloc[0].x == pytest.approx(120.15, abs=0.01)


def test_northing_and_easting_in_each_others_columns_are_found():
    _, problems = build([HEAD, ["F1", "nursery", "甲", 1, 3_351_000.0, 514_500.0]], datum="EPSG:4549")
    assert ("geometry.swapped", None, None) in problems


def vector(crs, **source):
    cells = pd.DataFrame({0: ["1"]}, dtype=object)
    shapes = np.array([shapely.box(120.0, 30.0, 120.1, 30.1)], dtype=object)
    table = RawTable("a.gpkg", None, ("小区编号",), cells, np.array([1]), geometry=shapes, crs=crs)
    config = SourceConfig(file="a.gpkg", layer="estates", **source)
    part = build_layer(table, layer_schema("estates"), config, number=0, default_datum="wgs84", types={})
    return part, [one.code for one in part.problems]


def test_a_map_that_does_not_say_its_system_or_disagrees_is_named():
    assert vector(None)[1] == ["datum.assumed"]
    assert vector(None, datum="cgcs2000")[1] == []
    assert vector("EPSG:4326")[1] == []
    assert vector("EPSG:32650", datum="EPSG:4326")[1] == ["datum.disagrees"]
    part, codes = vector("EPSG:4326", datum="gcj02")
    assert (part.note.datum, codes) == ("gcj02", [])
