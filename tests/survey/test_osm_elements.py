import geopandas as gpd
import numpy as np
import pytest
import shapely

from linli.errors import InputError
from linli.survey.osm_elements import ellipsoid_area, read_elements

KEYS = ["building", "amenity"]


def test_points_ways_and_areas(write_osm, square):
    nodes, ring = square(10, 0, 0, 1)
    nodes[1] = (5, 5, {"amenity": "clinic"})
    nodes[2] = (6, 5)
    path = write_osm(nodes, {1: (ring, {"building": "yes"}), 2: ([1, 2], {"highway": "footway", "name": "步道"})})
    elements = read_elements(path, KEYS)
    assert elements.file == "town.osm"
    assert elements.points.ids == ("n1",)
    assert elements.point_node.tolist() == [1]
    assert elements.areas.ids == ("w1",)
    assert elements.areas.geometry[0].geom_type == "Polygon"
    assert elements.ways.tags == ({"highway": "footway", "name": "步道"},)
    assert elements.ways.node.tolist() == [1, 2]
    assert elements.ways.lon.tolist() == pytest.approx([120.005, 120.006])


def test_a_multipolygon_is_put_together_and_a_broken_one_counted(write_osm, square):
    outer, ring = square(10, 0, 0, 4)
    inner, hole = square(20, 1, 1, 1)
    relations = {
        1: ([(1, "outer"), (2, "inner")], {"building": "apartments"}),
        2: ([(99, "outer")], {"building": "apartments"}),
    }
    elements = read_elements(write_osm({**outer, **inner}, {1: (ring, {}), 2: (hole, {})}, relations), KEYS)
    assert elements.areas.ids == ("r1",)
    assert len(elements.areas.geometry[0].interiors) == 1
    assert elements.broken_relations == 1


def test_a_pedestrian_multipolygon_gives_its_rings(write_osm, square):
    nodes, ring = square(10, 0, 0, 4)
    path = write_osm(nodes, {1: (ring, {})}, {7: ([(1, "outer")], {"highway": "pedestrian"})})
    ways = read_elements(path, KEYS).ways
    assert ways.ids == ("r7.1",)
    assert ways.tags[0]["area"] == "yes"


def test_a_closed_street_is_an_area_only_if_it_is_something_else_too(write_osm, square):
    nodes, ring = square(10, 0, 0, 4)
    more, other = square(20, 9, 9, 4)
    plaza = {"highway": "pedestrian", "area": "yes", "amenity": "marketplace"}
    path = write_osm({**nodes, **more}, {1: (ring, {"highway": "residential"}), 2: (other, plaza)})
    elements = read_elements(path, [*KEYS, "highway"])
    assert elements.areas.ids == ("w2",)
    assert elements.ways.ids == ("w1", "w2")


def test_a_node_outside_the_file_has_no_place(write_osm):
    path = write_osm({1: (0, 0), 2: (1, 0)}, {1: ([1, 2, 3], {"highway": "path"})})
    ways = read_elements(path, KEYS).ways
    assert np.isnan(ways.lon).tolist() == [False, False, True]


def test_an_empty_file_is_empty(write_osm):
    elements = read_elements(write_osm({}), KEYS)
    assert not elements.points.ids
    assert not elements.ways.ids
    assert not elements.areas.ids


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.osm", b""),
        ("empty.osm.pbf", b""),
        ("page.osm", b"<?xml version='1.0'?><html></html>"),
        ("xml.osm.pbf", b"<osm version='0.6'></osm>"),
        ("cut.osm", b'<?xml version="1.0"?><osm version="0.6"><node id="1" lat="1" lon='),
        ("text.osm", b'<osm version="0.6"><node id="1" lat="north" lon="2"><tag k="building" v="b"/></node></osm>'),
        ("bomb.osm", b'<!DOCTYPE o [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><osm version="0.6"><node id="&b;"/></osm>'),
        ("strange.xyz", b"\x00\x01"),
    ],
)
def test_a_broken_file_is_an_input_error_that_names_it(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=name) as error:
        read_elements(path, KEYS)
    problem = error.value.problems[0]
    assert problem.code == "osm.unreadable"
    assert "重新下载" in problem.text("zh")


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_elements(tmp_path / "none.osm.pbf", KEYS)


@pytest.mark.parametrize("share", [0.2, 0.7, 0.999999])
def test_a_pbf_cut_short_is_an_input_error(tmp_path, shared_data, share):
    whole = shared_data("helsinki_center/Helsinki_center.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match=r"cut\.osm\.pbf"):
        read_elements(path, KEYS)


@pytest.mark.parametrize("lat", [0.0, 30.25, -60.0, 70.0])
def test_area_agrees_with_the_geodesic_one(lat):
    from pyproj import Geod

    box = shapely.box(120, lat, 120.01, lat + 0.01)
    geodesic, _ = Geod(ellps="WGS84").geometry_area_perimeter(box)
    assert ellipsoid_area(np.array([box]))[0] == pytest.approx(abs(geodesic), rel=1e-4)
    assert ellipsoid_area(np.array([shapely.Point(120, lat)]))[0] == 0


def test_area_agrees_with_an_equal_area_projection():
    box = gpd.GeoSeries([shapely.Point(120.2, 30.3).buffer(0.002)], crs="EPSG:4326")
    assert ellipsoid_area(box.to_numpy())[0] == pytest.approx(box.to_crs("EPSG:6933").area.iloc[0], rel=1e-4)
