from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely

from linli.survey.datum import FROM_WGS84, TO_WGS84, shift_geometry
from linli.survey.slip import find_slips

CRS = "EPSG:4549"
RNG = np.random.default_rng(1)


def town(step=0.003, n=12):
    """Irregular streets, shops 5 m beside them, houses well inside the blocks, a community around all."""
    xs = 120.1 + np.cumsum(RNG.uniform(0.6, 1.4, n)) * step
    ys = 30.2 + np.cumsum(RNG.uniform(0.6, 1.4, n)) * step
    lines = [shapely.LineString([(x, ys[0]), (x, ys[-1])]) for x in xs]
    lines += [shapely.LineString([(xs[0], y), (xs[-1], y)]) for y in ys]
    shops = [shapely.Point(RNG.choice(xs) + 5e-5, RNG.uniform(ys[0], ys[-1])) for _ in range(200)]
    houses = [
        shapely.box(x0 + 0.0004, y0 + 0.0004, x1 - 0.0004, y1 - 0.0004)
        for x0, x1 in pairwise(xs)
        for y0, y1 in pairwise(ys)
    ]
    around = [shapely.box(xs[0], ys[0], xs[-1], ys[-1])]
    names = ("streets", "facilities", "buildings", "communities")
    return {
        name: gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326")
        for name, shapes in zip(names, (lines, shops, houses, around), strict=True)
    }


def moved(layers, name, shift):
    return {
        **layers,
        name: layers[name].set_geometry(shift_geometry(layers[name].geometry.to_numpy(), shift)).set_crs("EPSG:4326"),
    }


def test_a_town_in_one_datum_has_no_slip():
    assert find_slips(town(), CRS) == []


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@pytest.mark.parametrize("layer", ["facilities", "buildings"])
def test_a_shifted_layer_is_found_with_its_offset(layer, datum):
    shift = FROM_WGS84[datum]
    slips = [
        one for one in find_slips(moved(town(), layer, shift), CRS) if one.layer == layer and one.reference == "streets"
    ]
    assert [one.datum for one in slips] == [datum]
    x, y = shift(120.12, 30.22)
    assert slips[0].east_m == pytest.approx((float(x) - 120.12) * 96_200, abs=25)
    assert slips[0].north_m == pytest.approx((float(y) - 30.22) * 110_900, abs=25)
    assert "%" in slips[0].measure.en or " m" in slips[0].measure.en


def test_a_layer_corrected_twice_is_found_too():
    slips = find_slips(moved(town(), "facilities", TO_WGS84["gcj02"]), CRS)
    assert [(one.layer, one.datum) for one in slips if one.reference == "streets"] == [("facilities", "gcj02")]
    assert slips[0].east_m < -300


def test_shifted_outlines_are_found_by_what_falls_out_of_them():
    slips = find_slips(moved(town(), "communities", FROM_WGS84["gcj02"]), CRS)
    assert ("buildings", "communities", "gcj02") in [(one.layer, one.reference, one.datum) for one in slips]


def test_few_things_and_other_countries_are_left_alone():
    layers = moved(town(), "facilities", FROM_WGS84["gcj02"])
    few = {**layers, "facilities": layers["facilities"].iloc[:10]}
    assert find_slips(few, CRS) == []
    west = {
        name: frame.set_geometry(frame.translate(-135.5, -2)).set_crs("EPSG:4326", allow_override=True)
        for name, frame in layers.items()
    }
    assert find_slips(west, "EPSG:32628") == []


def test_on_the_streets_of_a_real_city(shared_data):
    lines = gpd.read_parquet(shared_data("wuhan/wuhan_osm_streets.parquet")).to_crs("EPSG:4547")
    middle = lines.cx[535_000:541_000, 3_382_000:3_388_000]
    if middle.empty:
        middle = lines.iloc[:8000]
    points = middle.geometry.iloc[::7].interpolate(0.4, normalized=True).translate(8, 6)
    shops = gpd.GeoDataFrame(geometry=points, crs=lines.crs).to_crs("EPSG:4326")
    layers = {"streets": middle[["geometry"]].to_crs("EPSG:4326"), "facilities": shops}
    assert find_slips(layers, "EPSG:4547") == []
    slips = find_slips(moved(layers, "facilities", FROM_WGS84["gcj02"]), "EPSG:4547")
    assert [(one.datum, round(one.east_m, -2)) for one in slips] == [("gcj02", 500.0)]
