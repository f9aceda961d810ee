import geopandas as gpd
import pandas as pd
import pytest
import shapely

from linli.survey.check import ROW, SOURCE, Origin
from linli.survey.crosscheck import (
    assign_communities,
    check_across,
    check_codes,
    check_places,
    check_result,
    community_at,
)
from linli.survey.schema import column_dtype, layer_schema

ORIGINS = [Origin("a.xlsx")]
CRS = "EPSG:4549"


def frame(layer, rows):
    schema = layer_schema(layer)
    table = pd.DataFrame(
        {
            c.name: pd.Series([row.get(c.name) for row in rows], dtype=object).astype(column_dtype(c.type))
            for c in schema.columns
        }
    )
    table[SOURCE], table[ROW] = 0, range(2, len(rows) + 2)
    if not schema.geometry:
        return table
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries([row["at"] for row in rows], crs="EPSG:4326"))


def point(x, y):
    return shapely.Point(120 + x / 1000, 30 + y / 1000)


COMMUNITIES = frame(
    "communities",
    [
        {"community_id": "1", "at": shapely.box(120, 30, 120.01, 30.01)},
        {"community_id": "2", "at": shapely.box(120.01, 30, 120.02, 30.01)},
    ],
)
STREETS = frame("streets", [{"street_id": "s", "at": shapely.LineString([(120, 30.005), (120.02, 30.005)])}])


def across(**layers):
    found = check_across({"communities": COMMUNITIES, "streets": STREETS, **layers}, CRS, ORIGINS)
    return [(one.code, one.row) for one in found], found


def test_what_lies_in_no_community_or_another_one_is_named():
    rows = [
        {"building_id": "b1", "at": point(5, 5)},
        {"building_id": "b2", "at": point(-1, 5)},
        {"building_id": "b3", "community_id": "2", "at": point(5, 5)},
    ]
    codes, found = across(buildings=frame("buildings", rows))
    assert codes == [("place.outside", 3), ("place.other_community", 4)]
    assert found[0].value == "b2"
    assert (found[1].column, found[1].value, found[1].allowed) == ("community_id", "2", "1")
    assert "96 m" in found[0].message["en"]


def test_facilities_beyond_a_declared_area_may_lie_outside():
    rows = [{"facility_id": "f", "type": "park", "at": point(-1, 5)}]
    layers = {"communities": COMMUNITIES, "facilities": frame("facilities", rows)}
    assert [one.code for one in check_across(layers, CRS, ORIGINS)] == ["place.outside"]
    assert check_across(layers, CRS, ORIGINS, shapely.box(120, 30, 120.02, 30.01)) == []
    assert check_across(layers, CRS, ORIGINS, drawn=True) == []


def test_what_has_no_street_near_is_listed_with_its_distance():
    rows = [{"building_id": "b1", "at": point(5, 6)}, {"building_id": "b2", "at": point(5, 9)}]
    codes, found = across(buildings=frame("buildings", rows))
    assert codes == [("place.no_street", 3)]
    assert "443 m" in found[0].message["en"]
    assert found[0].value == "b2"


def test_facilities_twice_are_named_once():
    same = {"type": "nursery", "name": "甲"}
    rows = [
        {"facility_id": "1", **same, "at": point(5, 5)},
        {"facility_id": "2", **same, "at": point(5.1, 5)},
        {"facility_id": "3", **same, "at": point(8, 5)},
        {"facility_id": "4", "type": "nursery", "name": "乙", "at": point(5, 5)},
        {"facility_id": "5", "type": "canteen", "name": "甲", "at": point(5, 5)},
        {"facility_id": "6", "type": "nursery", "at": point(5, 5)},
        {"facility_id": "7", "type": "nursery", "at": point(5, 5)},
    ]
    codes, found = across(facilities=frame("facilities", rows))
    assert codes == [("facility.duplicate", 3)]
    assert "10 m" in found[0].message["en"]


def test_communities_that_overlap_are_named():
    rows = [
        {"community_id": "1", "at": shapely.box(120, 30, 120.01, 30.01)},
        {"community_id": "2", "at": shapely.box(120.005, 30, 120.02, 30.01)},
    ]
    assert [one.code for one in check_across({"communities": frame("communities", rows)}, CRS, ORIGINS)] == [
        "community.overlap"
    ]


def test_codes_must_be_known():
    buildings = frame("buildings", [{"building_id": "b", "estate_id": "e9", "community_id": "9", "at": point(5, 5)}])
    estates = frame("estates", [{"estate_id": "e1", "at": shapely.box(120, 30, 120.001, 30.001)}])
    wishes = frame("wishes", [{"community_id": "9", "type": "park", "count": 1.0}])
    layers = {"communities": COMMUNITIES, "estates": estates, "buildings": buildings, "wishes": wishes}
    found = check_codes(layers, ORIGINS, communities_given=True)
    assert [(one.code, one.column, one.value) for one in found] == [
        ("id.unknown", "estate_id", "e9"), ("id.unknown", "community_id", "9"), ("id.unknown", "community_id", "9"),
    ]  # fmt: skip
    assert len(check_codes(layers, ORIGINS, communities_given=False)) == 1
    assert check_codes({"buildings": buildings}, ORIGINS, communities_given=True) == []


def test_exchanged_and_stray_coordinates_are_named():
    rows = [
        {"facility_id": str(i), "type": "park", "at": at}
        for i, at in enumerate([point(1, 1), shapely.Point(30.001, 80.0), shapely.Point(0, 0)])
    ]
    found = check_places({"facilities": frame("facilities", rows), "communities": COMMUNITIES}, ORIGINS, None)
    assert [(one.code, one.row) for one in found] == [("geometry.swapped", 3), ("geometry.far", 4)]
    found = check_places({"facilities": frame("facilities", rows)}, ORIGINS, COMMUNITIES.geometry.iloc[0])
    assert [one.code for one in found] == ["geometry.swapped"]


def test_a_whole_layer_exchanged_outside_china_is_found_by_the_others():
    def at(x, y):
        return shapely.Point(x, y)

    buildings = frame("buildings", [{"building_id": str(i), "at": at(-15.4 - i / 1e3, 28.1)} for i in range(5)])
    streets = frame("streets", [{"street_id": "s", "at": shapely.LineString([(-15.4, 28.1), (-15.41, 28.1)])}])
    shops = frame("facilities", [{"facility_id": str(i), "type": "park", "at": at(28.1, -15.4)} for i in range(3)])
    layers = {"streets": streets, "buildings": buildings, "facilities": shops}
    assert [one.code for one in check_places(layers, ORIGINS, None)] == ["geometry.swapped"] * 3
    assert check_places({}, ORIGINS, None) == []


def test_communities_are_filled_in_by_place_and_the_first_has_an_overlap():
    over = frame(
        "communities",
        [
            {"community_id": "1", "at": shapely.box(120, 30, 120.01, 30.01)},
            {"community_id": "2", "at": shapely.box(120.005, 30, 120.02, 30.01)},
        ],
    )
    rows = [
        {"building_id": str(i), "community_id": code, "at": point(x, 5)}
        for i, (x, code) in enumerate([(7, None), (15, None), (-5, None), (7, "2")])
    ]
    before = frame("buildings", rows)
    after = assign_communities({"communities": over, "buildings": before})["buildings"]
    assert after["community_id"].fillna("-").tolist() == ["1", "2", "-", "2"]
    assert before["community_id"].isna().sum() == 3
    assert community_at(before.geometry.to_numpy(), over).tolist() == ["1", "2", None, "1"]
    assert assign_communities({"buildings": before})["buildings"] is before


def test_absent_layers_and_communities_without_people_are_named():
    buildings = frame("buildings", [{"building_id": "b", "community_id": "1", "residents": 5.0, "at": point(5, 5)}])
    found = check_result({"communities": COMMUNITIES, "buildings": buildings}, {"communities", "buildings"}, ORIGINS)
    assert [(one.code, one.layer or one.value) for one in found] == [
        ("layer.absent", "streets"), ("layer.absent", "facilities"), ("community.no_residents", "2"),
    ]  # fmt: skip
    unknown = buildings.assign(residents=float("nan"))
    found = check_result({"communities": COMMUNITIES, "buildings": unknown}, set(layer_schema_names()), ORIGINS)
    assert found == []


def layer_schema_names():
    return ["communities", "buildings", "streets", "facilities"]


@pytest.mark.parametrize("layer", ["buildings", "facilities"])
def test_slips_come_as_problems_with_the_offset(layer):
    from linli.survey.datum import wgs84_to_gcj02

    shapes = []
    for i in range(80):
        x, y = 120 + (i % 40) / 2000, 30.005
        lon, lat = wgs84_to_gcj02(x, y + 0.0001)
        shapes.append(shapely.Point(lon, lat) if layer == "facilities" else shapely.Point(lon, lat).buffer(5e-5))
    rows = [
        {"facility_id": str(i), "building_id": str(i), "type": "park", "at": shape} for i, shape in enumerate(shapes)
    ]
    _, found = across(**{layer: frame(layer, rows)})
    slips = [one for one in found if one.code == "datum.slip"]
    assert layer == "buildings" or "GCJ-02" in slips[0].message["zh"]
