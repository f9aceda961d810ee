import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import CrsError
from linli.survey.datum import (
    FROM_WGS84,
    TO_WGS84,
    bd09_to_gcj02,
    check_metric,
    choose_metric_crs,
    gcj02_to_bd09,
    in_china,
    shift_geometry,
    to_geographic,
    wgs84_to_gcj02,
)

METRES_PER_DEGREE = 111_320.0
MILLIMETRE = 0.001 / METRES_PER_DEGREE
LON, LAT = st.floats(74, 135), st.floats(4, 53)


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@given(lon=LON, lat=LAT)
def test_there_and_back_is_below_a_tenth_of_a_millimetre(datum, lon, lat):
    x, y = TO_WGS84[datum](*FROM_WGS84[datum](lon, lat))
    assert abs(x - lon) < MILLIMETRE / 10
    assert abs(y - lat) < MILLIMETRE / 10


@given(lon=LON, lat=LAT)
def test_bd09_is_inverted_exactly(lon, lat):
    x, y = gcj02_to_bd09(*bd09_to_gcj02(lon, lat))
    assert abs(x - lon) + abs(y - lat) < MILLIMETRE


def test_published_points():
    # the points that all public converters use in their own tests
    assert np.allclose(wgs84_to_gcj02(116.404, 39.915), (116.41024449916938, 39.91640428150164), atol=1e-9)
    assert np.allclose(gcj02_to_bd09(116.404, 39.915), (116.41036949371029, 39.92133699351021), atol=1e-9)
    assert np.allclose(FROM_WGS84["bd09"](116.404, 39.915), (116.41662724378733, 39.922699552216216), atol=1e-9)


def test_the_offset_in_hangzhou_is_the_measured_one():
    x, y = wgs84_to_gcj02(120.15, 30.28)
    east = (x - 120.15) * METRES_PER_DEGREE * np.cos(np.radians(30.28))
    north = (y - 30.28) * METRES_PER_DEGREE
    assert (round(float(east), -1), round(float(north), -1)) == (450, -260)


def test_nothing_moves_outside_china():
    lon, lat = np.array([-15.4, 24.9]), np.array([28.1, 60.2])
    assert not in_china(lon, lat).any()
    for shift in (*TO_WGS84.values(), *FROM_WGS84.values()):
        assert np.array_equal(shift(lon, lat), (lon, lat))


@pytest.mark.parametrize("city", ["wuhan/wuhan_districts", "hangzhou/hangzhou_districts"])
def test_real_districts_come_back_to_wgs84(city, shared_data):
    if city.startswith("wuhan"):
        shifted = gpd.read_file(shared_data("wuhan/wuhan_districts_datav_gcj02.geojson"))
        known = gpd.read_file(shared_data("wuhan/wuhan_districts_wgs84.geojson"))
    else:
        shifted = gpd.read_file(shared_data("hangzhou/hangzhou_districts_datav_gcj02_2022-01.geojson"))
        known = gpd.read_file(shared_data("hangzhou/hangzhou_osm.gpkg"), layer="districts_wgs84")
    found = to_geographic(shifted.geometry, "gcj02")
    for mine, theirs in zip(found, known.geometry, strict=True):
        assert shapely.hausdorff_distance(mine, theirs) < MILLIMETRE * 10


def test_cgcs2000_counts_as_wgs84_and_zones_are_projected_back():
    point = gpd.GeoSeries([shapely.Point(120.15, 30.28)], crs="EPSG:4490")
    assert to_geographic(point, "cgcs2000").iloc[0] == shapely.Point(120.15, 30.28)
    zone = gpd.GeoSeries([shapely.Point(500_000.0, 3_351_000.0)])
    back = to_geographic(zone, "EPSG:4549").iloc[0]
    assert back.x == pytest.approx(120.0)
    assert back.y == pytest.approx(30.28, abs=0.01)


def test_shapes_keep_their_kind_and_lose_their_height():
    square = shapely.box(120.1, 30.2, 120.2, 30.3)
    moved = shift_geometry(np.array([square], dtype=object), wgs84_to_gcj02)[0]
    assert moved.geom_type == "Polygon"
    assert moved.area == pytest.approx(square.area, rel=1e-2)
    series = to_geographic(gpd.GeoSeries([shapely.Point(1, 2, 3)], crs="EPSG:4326"), "wgs84")
    assert not series.iloc[0].has_z


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ((120.0, 30.1, 120.4, 30.5), "EPSG:4549"),
        ((75.1, 39.0, 75.3, 39.5), "EPSG:4534"),
        ((134.9, 48.0, 135.0, 48.2), "EPSG:4554"),
        ((116.2, 39.8, 116.5, 40.0), "EPSG:4548"),
        ((-15.5, 28.0, -15.3, 28.2), "EPSG:32628"),
        ((24.9, 60.1, 25.0, 60.2), "EPSG:32635"),
        ((151.0, -34.0, 151.3, -33.8), "EPSG:32756"),
        ((179.9, -17.0, 180.0, -16.9), "EPSG:32760"),
    ],
)
def test_the_metric_system_is_chosen_by_place(bounds, code):
    assert choose_metric_crs(bounds) == code
    assert check_metric(code) == code


@pytest.mark.parametrize("bounds", [(500_000.0, 3e6, 5e5, 3e6), (0.0, 0.0, float("nan"), 1.0)])
def test_bounds_that_are_not_degrees_are_refused(bounds):
    with pytest.raises(CrsError, match="degrees"):
        choose_metric_crs(bounds)


@pytest.mark.parametrize(
    ("code", "says"), [("EPSG:4326", "metres"), ("EPSG:2263", "metres"), ("EPSG:99999", "no coord")]
)
def test_only_systems_in_metres_can_measure(code, says):
    with pytest.raises(CrsError, match=says):
        check_metric(code)
    if says != "metres":
        with pytest.raises(CrsError):
            to_geographic(gpd.GeoSeries([shapely.Point(1, 2)]), code)
