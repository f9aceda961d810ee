import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from linli.survey.check import ROW, SOURCE, Origin, check_geometry, check_layer, degree_areas, locate, positions
from linli.survey.schema import column_dtype, layer_schema

ORIGINS = [Origin("a.xlsx", "表", None), Origin("b.csv", None, {"name": "名称"})]


def frame(layer, rows, shapes=None):
    schema = layer_schema(layer)
    table = pd.DataFrame(
        {
            c.name: pd.Series([row.get(c.name) for row in rows], dtype=object).astype(column_dtype(c.type))
            for c in schema.columns
        }
    )
    table[SOURCE] = [row.get("source", 0) for row in rows]
    table[ROW] = range(2, len(rows) + 2)
    if shapes is not None:
        return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"))
    return table


def codes(layer, rows):
    found = check_layer(frame(layer, rows), layer_schema(layer), ORIGINS)
    return [(one.code, one.row, one.column) for one in found]


GOOD = {"facility_id": "F1", "type": "nursery"}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("floor_area_m2", -1.0, "number.negative"),
        ("floor_area_m2", 0.0, "area.zero"),
        ("floor_area_m2", 0.5, "range.plausible"),
        ("floor_area_m2", 3e6, "range.hard"),
        ("floor_area_m2", 200_000.0, "range.plausible"),
        ("storey", -11.0, "range.hard"),
        ("storey", -5.0, "range.plausible"),
        ("capacity", 1e7, "range.hard"),
    ],
)
def test_ranges(column, value, code):
    assert codes("facilities", [{**GOOD, column: value}]) == [(code, 2, column)]


def test_good_rows_have_no_problem():
    assert codes("facilities", [GOOD, {**GOOD, "facility_id": "F2", "floor_area_m2": 260.0, "storey": -1.0}]) == []


def test_codes_are_unique_across_files_and_the_other_place_is_named():
    found = check_layer(frame("facilities", [GOOD, {**GOOD, "source": 1}, GOOD]), layer_schema("facilities"), ORIGINS)
    assert [(one.code, one.file, one.row) for one in found] == [
        ("id.duplicate", "b.csv", 3),
        ("id.duplicate", "a.xlsx", 4),
    ]
    assert "a.xlsx 表 row 2" in found[0].message["en"]
    assert found[1].message["zh"] == "编号与 第 2 行 重复"


def test_rows_that_several_columns_name_are_unique():
    rows = [{"community_id": "1", "type": "nursery", "count": 1.0}] * 2
    assert codes("wishes", rows) == [("row.duplicate", 3, "type")]


def test_required_values_are_asked_only_of_sources_that_have_the_column():
    rows = [{"community_id": "1"}, {"community_id": "2", "source": 1}]
    found = check_layer(frame("communities", rows), layer_schema("communities"), ORIGINS)
    assert [(one.code, one.file, one.column) for one in found] == [
        ("value.missing", "a.xlsx", "name"),
        ("value.missing", "b.csv", "名称"),
    ]
    bare = [ORIGINS[0], Origin("b.csv", None, {"community_id": "x"})]
    found = check_layer(frame("communities", rows), layer_schema("communities"), bare)
    assert [one.file for one in found] == ["a.xlsx"]


@pytest.mark.parametrize(
    ("residents", "bands", "wrong"),
    [(100.0, [10.0] * 6, True), (60.0, [10.0] * 6, False), (60.9, [10.0] * 6, False), (20.0, [30.0, *[None] * 5], True),
     (100.0, [30.0, *[None] * 5], False), (None, [10.0] * 6, False)],
)  # fmt: skip
def test_bands_add_up_to_the_residents(residents, bands, wrong):
    names = [c for c in layer_schema("buildings").column_names if c.startswith("residents_")]
    row = {"building_id": "1", "residents": residents, **dict(zip(names, bands, strict=True))}
    assert codes("buildings", [row]) == ([("residents.sum", 2, "residents")] if wrong else [])


def test_things_that_exceed_what_they_are_part_of():
    row = {"estate_id": "1", "parking_spaces": 10.0, "charging_spaces": 12.0}
    assert codes("estates", [row]) == [("charging.exceeds", 2, "charging_spaces")]
    row = {"community_id": "1", "type": "nursery", "count": 12.0, "households_asked": 10.0}
    assert codes("wishes", [row]) == [("wishes.exceed", 2, "count")]


BOW = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
HUGE = shapely.box(100, 10, 110, 20)


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (None, "geometry.missing"),
        (shapely.Polygon(), "geometry.missing"),
        (shapely.Point(120, 30), "geometry.kind"),
        (shapely.LineString([(0, 0), (1, 1)]), "geometry.kind"),
        (BOW, "geometry.invalid"),
        (HUGE, "geometry.huge"),
        (shapely.Polygon([(0, 0), (1, 0), (2, 0)]), "geometry.flat"),
        (shapely.box(500_000, 3_350_000, 500_100, 3_350_100), "geometry.range"),
        (shapely.box(30, 120, 30.1, 120.1), "geometry.swapped"),
        ("POLYGON((0 0, 1 nan, 1 1, 0 0))", "geometry.nan"),
        ("POLYGON((0 0, 1 inf, 1 1, 0 0))", "geometry.nan"),
        (shapely.GeometryCollection([shapely.Point(0, 0)]), "geometry.kind"),
    ],
)
def test_shapes(shape, code):
    if isinstance(shape, str):
        with np.errstate(invalid="ignore"):
            shape = shapely.from_wkt(shape)
    good = shapely.box(120, 30, 120.01, 30.01)
    rows = [{"community_id": "1", "name": "a"}, {"community_id": "2", "name": "b"}]
    found, sound = check_geometry(frame("communities", rows, [good, shape]), layer_schema("communities"), ORIGINS)
    assert [(one.code, one.row) for one in found] == [(code, 3)]
    assert sound.tolist() == [True, code == "geometry.huge"]


def test_multipoints_are_entrances_of_facilities_only():
    points = shapely.MultiPoint([(120, 30), (120.001, 30)])
    row = [{"facility_id": "1", "type": "park"}]
    assert check_geometry(frame("facilities", row, [points]), layer_schema("facilities"), ORIGINS)[0] == []
    row = [{"building_id": "1"}]
    found, _ = check_geometry(frame("buildings", row, [points]), layer_schema("buildings"), ORIGINS)
    assert found[0].code == "geometry.kind"
    assert "多点" in found[0].message["zh"]


def test_a_floor_area_that_its_outline_cannot_carry():
    outline = shapely.box(120, 30, 120.0001, 30.0001)
    area = float(degree_areas(np.array([outline]))[0])
    assert area == pytest.approx(107, rel=0.02)
    rows = [
        {"building_id": "1", "storeys": 6.0, "floor_area_m2": 6 * area},
        {"building_id": "2", "storeys": 6.0, "floor_area_m2": 20 * area},
        {"building_id": "3", "floor_area_m2": 20 * area},
        {"building_id": "4", "floor_area_m2": 200 * area},
    ]
    found, _ = check_geometry(frame("buildings", rows, [outline] * 4), layer_schema("buildings"), ORIGINS)
    assert [(one.code, one.row) for one in found] == [("area.exceeds_outline", 3), ("area.exceeds_outline", 5)]


def test_an_empty_layer_and_a_place():
    empty = frame("communities", [], []).astype({SOURCE: "int64", ROW: "int64"})
    assert check_layer(empty, layer_schema("communities"), ORIGINS) == []
    assert check_geometry(empty, layer_schema("communities"), ORIGINS)[0] == []
    rows = frame("communities", [{"source": 1}])
    assert locate(rows, 0, ORIGINS, "name") == {"file": "b.csv", "layer": None, "row": 2, "column": "名称"}
    assert positions(np.array([False, True])) == [1]
