"""From a file to a layer: counted, cut, held against what is known."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from linli.survey import layer_schema
from linli.survey.demo import demo_survey
from linli.web.surveys.layering import build, community_counts, preview_of, write_layer

HEADINGS = {"building_id": "楼栋编号", "community_id": "所属社区编号", "storeys": "层数", "residents": "常住人口"}


def quiet(_stage, _done):
    pass


@pytest.fixture(scope="module")
def demo():
    return demo_survey()


@pytest.fixture
def around(demo):
    return {name: demo.layers[name] for name in ("communities", "facilities")}


def made(path, layer="buildings", around=None, datum="wgs84", encoding="auto"):
    return build(path, path.name, layer, datum=datum, encoding=encoding, around=around or {}, progress=quiet)


def write(frame, path, **more):
    frame.to_file(path, index=False, **more)
    return path


def errors(built):
    return {(one.code, one.column) for one in built.problems if one.severity == "error"}


def test_buildings_of_a_geopackage_in_metres_and_chinese(demo, around, tmp_path):
    frame = demo.layers["buildings"].rename(columns=HEADINGS).to_crs("EPSG:4549")
    built = made(write(frame, tmp_path / "a.gpkg"), around=around, datum="EPSG:4549")
    assert errors(built) == set()
    assert list(built.frame.columns) == [*layer_schema("buildings").column_names, "geometry"]
    assert built.frame.crs == "EPSG:4326"
    assert len(built.frame) == len(demo.layers["buildings"])
    assert built.summary["residents"] == demo.layers["buildings"]["residents"].sum()
    assert built.summary["outside"] == 0
    assert built.summary["parts"][0]["columns"]["building_id"] == "楼栋编号"
    own = demo.layers["buildings"].groupby("community_id").size()
    assert {code: row[0] for code, row in built.counts.items()} == own.to_dict()
    shown = write_layer(built, "buildings", tmp_path)
    again = gpd.read_parquet(shown)
    assert shapely.get_coordinates(again.geometry.iloc[0]).shape[1] == 2
    pd.testing.assert_series_equal(again["residents"], demo.layers["buildings"]["residents"])


def test_gbk_text_with_places_as_numbers(demo, around, tmp_path):
    frame = demo.layers["buildings"].head(40)
    points = shapely.centroid(frame.geometry.to_numpy())
    table = pd.DataFrame({
        "楼栋编号": frame["building_id"], "层数": frame["storeys"].astype(int), "经度": shapely.get_x(points),
        "纬度": shapely.get_y(points), "备注": "无",
    })  # fmt: skip
    path = tmp_path / "楼.csv"
    path.write_bytes(table.to_csv(index=False).encode("gb18030"))
    built = made(path, around=around)
    assert errors(built) == set()
    note = built.summary["parts"][0]
    assert note["encoding"] == "gb18030"
    assert note["encoding_reason"]["zh"]
    assert note["preview"][0].startswith("楼栋编号,层数")
    assert note["ignored"] == ["备注"]
    assert built.summary["sample"][0]["building_id"] == frame["building_id"].iloc[0]
    assert built.summary["residents"] is None
    assert sum(row[0] for row in built.counts.values()) == 40


def test_streets_are_cut_at_their_crossings(tmp_path):
    lines = [
        shapely.LineString([(120.1, 30.3), (120.11, 30.3)]),
        shapely.LineString([(120.105, 30.295), (120.105, 30.305)]),
    ]
    frame = gpd.GeoDataFrame({"street_id": ["S1", "S2"], "kind": "支路"}, geometry=lines, crs="EPSG:4326")
    built = made(write(frame, tmp_path / "a.geojson", driver="GeoJSON"), "streets")
    assert (built.summary["lines"], built.summary["rows"]) == (2, 4)
    assert built.summary["length_m"] == pytest.approx(frame.to_crs(built.summary["crs"]).length.sum(), abs=1)
    assert built.frame["street_id"].is_unique
    assert built.counts == {}


def test_every_problem_is_told_and_nothing_is_built(tmp_path):
    table = "楼栋编号,层数,经度,纬度\nB1,六,120.1,30.3\nB1,-2,120.1,30.3\n,3,30.3,120.1\nB4,3,,\n"
    path = tmp_path / "a.csv"
    path.write_text(table, encoding="utf-8")
    built = made(path)
    assert built.frame is None
    codes = {code for code, _ in errors(built)}
    assert {"number.text", "id.duplicate", "value.missing", "number.negative", "geometry.missing"} <= codes
    assert {one.row for one in built.problems if one.severity == "error"} >= {2, 3, 4, 5}


def test_a_datum_that_is_not_what_was_said_is_found(demo, around, tmp_path):
    from linli.survey.datum import FROM_WGS84, shift_geometry

    frame = demo.layers["buildings"].copy()
    frame["geometry"] = shift_geometry(frame.geometry.to_numpy(), FROM_WGS84["gcj02"])
    path = write(frame, tmp_path / "a.gpkg")
    assert "datum.slip" in {one.code for one in made(path, around=around).problems}
    right = made(path, around=around, datum="gcj02")
    assert "datum.slip" not in {one.code for one in right.problems}


def test_a_file_from_elsewhere_is_told(demo, around, tmp_path):
    frame = demo.layers["buildings"].head(30).copy()
    frame["geometry"] = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy - [4.0, 0])
    found = {one.code for one in made(write(frame, tmp_path / "a.gpkg"), around=around).problems}
    assert "geometry.far" in found


def test_identity_numbers_in_a_code_are_refused(demo, tmp_path):
    from linli.web.surveys.personal import is_identity_number

    frame = demo.layers["buildings"].head(5).copy()
    numbers = []
    for n in range(1000):
        numbers += [one for last in "0123456789X" if is_identity_number(one := f"11010519500312{n:03d}{last}")]
    frame["estate_id"] = numbers[:5]
    built = made(write(frame, tmp_path / "a.gpkg"))
    assert built.frame is None
    assert ("surveys.personal_values", "estate_id") in errors(built)
    for number in numbers[:5]:
        assert number not in repr(built.problems)


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n"])
def test_what_holds_no_layer(tmp_path, data):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    built = made(path)
    assert built.frame is None
    assert built.problems


def test_a_map_of_very_many_rows_is_drawn_in_part(demo):
    many = pd.concat([demo.layers["buildings"]] * 6, ignore_index=True)
    shown = preview_of(many, "buildings")["features"]
    assert len(shown) == 3000
    assert shown[0]["geometry"]["type"] == "Point"
    assert set(shown[0]["properties"]) >= {"residents", "name"}
    assert len(preview_of(demo.layers["streets"], "streets")["features"]) == len(demo.layers["streets"])


def test_buildings_without_outlines_are_counted_by_the_code_they_name(demo):
    named = community_counts(demo.layers["buildings"], None)
    placed = community_counts(
        demo.layers["buildings"].assign(community_id=pd.Series(pd.NA, index=demo.layers["buildings"].index, dtype="string")),
        demo.layers["communities"],
    )  # fmt: skip
    assert named == placed
    assert all(row == [row[0]] * 3 for row in named.values())
