import math
from collections import Counter

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.web.tiles import DEEPEST, Dots, Look, Outlines, Tile, dot_layer, name_layer, outline_layer, tile_of
from linli.web.vector_tile import EXTENT, encode

GROUPS = ("served", "without", "unknown")


def read(*layers):
    return mapbox_vector_tile.decode(encode(layers), default_options={"y_coord_down": True})


def numbers(lon, lat, z):
    """The slow, obvious way from degrees to a tile's column and row, with the part within."""
    x = (lon + 180) / 360 * 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z
    return x, y


def tiles_of(lonlat, z):
    return {tuple(math.floor(v) for v in numbers(lon, lat, z)) for lon, lat in lonlat}


def town(n, seed=0):
    rng = np.random.default_rng(seed)
    lonlat = np.column_stack([rng.normal(120.1, 0.02, n), rng.normal(30.3, 0.02, n)])
    weight = np.where(rng.random(n) < 0.1, np.nan, rng.integers(0, 90, n).astype(float))
    return lonlat, rng.integers(0, 3, n), weight


def layer(dots, tile, group, weight, keep=None, **columns):
    keep = np.ones(len(group), bool) if keep is None else keep

    def about(rows):
        return {key: values[rows] for key, values in columns.items()}

    look = Look(keep.__getitem__, group.__getitem__, GROUPS, weight.__getitem__, about)
    return dot_layer("homes", tile, dots, look)


@pytest.mark.parametrize("z", [8, 11, 12, 13, 14, 15])
def test_nobody_is_lost_at_any_zoom(z):
    lonlat, group, weight = town(9000)
    dots, people, rows, unknown = Dots(lonlat), Counter(), Counter(), Counter()
    for x, y in tiles_of(lonlat, z):
        for one in read(layer(dots, tile_of(z, x, y), group, weight)).get("homes", {"features": []})["features"]:
            told = one["properties"]
            people[told["group"]] += told.get("residents", 0)
            rows[told["group"]] += told["n"]
            unknown[told["group"]] += told["unknown"]
    for i, name in enumerate(GROUPS):
        mine = group == i
        assert rows[name] == mine.sum()
        assert unknown[name] == np.isnan(weight[mine]).sum()
        assert people[name] == pytest.approx(np.nansum(weight[mine]))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-179.9, 179.9), st.floats(-84.9, 84.9)), min_size=1, max_size=30),
    st.integers(0, DEEPEST),
)
def test_a_point_lies_in_one_tile_where_it_belongs(places, z):
    lonlat = np.array(places)
    group, weight = np.zeros(len(places), int), np.ones(len(places))
    dots, seen = Dots(lonlat), Counter()
    for x, y in tiles_of(lonlat, z):
        made = layer(dots, Tile(z, x, y), group, weight, row=np.arange(len(places)))
        for (px, py), row in zip(made.geometry, made.columns["row"], strict=True):
            seen[int(row)] += 1
            real = numbers(*lonlat[row], z)
            assert px == pytest.approx((real[0] - x) * EXTENT, abs=1.01)
            assert py == pytest.approx((real[1] - y) * EXTENT, abs=1.01)
    assert all(seen[row] <= 1 for row in range(len(places)))
    # a point within a rounding of a border may belong to the neighbour
    inside = [min(v % 1, 1 - v % 1) > 1e-6 for lon, lat in places for v in numbers(lon, lat, z)]
    assert [seen[row] for row in range(len(places)) if inside[2 * row] and inside[2 * row + 1]] == [
        1 for row in range(len(places)) if inside[2 * row] and inside[2 * row + 1]
    ]


def test_few_points_and_those_of_the_deepest_zoom_are_told_one_by_one():
    lonlat, group, weight = town(5000)
    dots, names = Dots(lonlat), np.array([f"b{i}" for i in range(5000)], dtype=object)
    x, y = (int(v) for v in numbers(120.1, 30.3, 8))
    assert "id" not in layer(dots, tile_of(8, x, y), group, weight, id=names).columns
    few = np.arange(5000) < 800
    assert len(layer(dots, tile_of(8, x, y), group, weight, few, id=names).columns["id"]) == 800
    at = np.tile([[120.1, 30.3]], (5000, 1))
    x, y = (int(v) for v in numbers(120.1, 30.3, DEEPEST))
    assert len(layer(Dots(at), tile_of(DEEPEST, x, y), group, weight, id=names).columns["id"]) == 5000


def test_what_may_not_be_seen_is_in_no_tile_and_what_has_no_place_neither():
    lonlat, group, weight = town(100)
    lonlat[7] = np.nan
    keep = np.arange(100) < 50
    x, y = (int(v) for v in numbers(120.1, 30.3, 6))
    made = layer(Dots(lonlat), tile_of(6, x, y), group, weight, keep, row=np.arange(100))
    assert set(made.columns["row"]) == set(range(50)) - {7}
    nothing = layer(Dots(lonlat), tile_of(6, 0, 0), group, weight)
    assert encode([nothing]) == b""


@pytest.mark.parametrize("address", [(-1, 0, 0), (DEEPEST + 1, 0, 0), (3, 8, 0), (3, 0, -1)])
def test_there_is_no_such_tile(address):
    with pytest.raises(ValueError, match="no tile"):
        tile_of(*address)


SQUARE = shapely.Polygon(
    [(120, 30), (120.2, 30), (120.2, 30.2), (120, 30.2)], [[(120.05, 30.05), (120.05, 30.1), (120.1, 30.1)]]
)


def in_units(shape, z, x, y):
    return shapely.transform(
        shape, lambda xy: np.array([[(u - x) * EXTENT, (v - y) * EXTENT] for u, v in (numbers(*p, z) for p in xy)])
    )


@pytest.mark.parametrize("z", [9, 11, 13])
def test_outlines_are_cut_to_their_tiles_and_cover_what_they_cover(z):
    outlines = Outlines(np.array([SQUARE, None, shapely.box(9, 9, 10, 10)], dtype=object))
    names = np.array(["a", "b", "c"], dtype=object)
    (x0, y1), (x1, y0) = numbers(120, 30, z), numbers(120.2, 30.2, z)
    for x in range(int(x0), int(x1) + 1):
        for y in range(int(y0), int(y1) + 1):
            made = outline_layer("areas", tile_of(z, x, y), outlines, np.ones(3, bool), {"name": names})
            (one,) = read(made)["areas"]["features"]
            assert one["properties"] == {"name": "a"}
            drawn = shapely.geometry.shape(one["geometry"])
            cut = shapely.box(-64, -64, EXTENT + 64, EXTENT + 64)
            real = in_units(SQUARE, z, x, y) & cut
            assert drawn.is_valid
            assert (drawn ^ real).area <= 0.02 * real.area + 3 * real.length
            outer, *holes = (
                one["geometry"]["coordinates"] if drawn.geom_type == "Polygon" else [*one["geometry"]["coordinates"][0]]
            )
            assert shapely.LinearRing(outer).is_ccw, "with y downwards this is clockwise on the screen"
            assert all(not shapely.LinearRing(hole).is_ccw for hole in holes)


def test_outlines_that_may_not_be_seen_or_are_too_small_are_left_out():
    tiny = shapely.box(120, 30, 120.0000001, 30.0000001)
    outlines = Outlines(np.array([SQUARE, tiny], dtype=object))
    names = {"name": np.array(["a", "b"], dtype=object)}
    x, y = (int(v) for v in numbers(120.01, 30.01, 8))
    assert encode([outline_layer("areas", tile_of(8, x, y), outlines, np.array([False, True]), names)]) == b""
    both = outline_layer("areas", tile_of(8, x, y), outlines, np.array([True, True]), names)
    assert both.columns["name"].tolist() == ["a"]


def test_lines_are_lines():
    outlines = Outlines(
        np.array(
            [
                shapely.LineString([(120, 30), (121, 30.5)]),
                shapely.MultiLineString([[(120, 30), (121, 31)], [(120.2, 30), (120.4, 30.1)]]),
            ]
        )
    )
    x, y = (int(v) for v in numbers(120.1, 30.1, 9))
    found = read(outline_layer("ways", tile_of(9, x, y), outlines, np.ones(2, bool), {}))["ways"]["features"]
    assert [one["geometry"]["type"] for one in found] == ["LineString", "MultiLineString"]


@pytest.mark.parametrize("z", [9, 11, 13])
def test_a_name_stands_once(z):
    outlines = Outlines(np.array([SQUARE, None, shapely.box(120.3, 30, 120.4, 30.1)], dtype=object))
    names = {"name": np.array(["a", "b", "c"], dtype=object)}
    (x0, y1), (x1, y0) = numbers(120, 30, z), numbers(120.4, 30.2, z)
    found = Counter()
    for x in range(int(x0), int(x1) + 1):
        for y in range(int(y0), int(y1) + 1):
            tile = tile_of(z, x, y)
            drawn = read(name_layer("areas", tile, outlines, np.array([True, True, True]), names))
            found.update(one["properties"]["name"] for one in drawn.get("areas_names", {"features": []})["features"])
            hidden = name_layer("areas", tile, outlines, np.zeros(3, bool), names)
            assert encode([hidden]) == b""
    assert found == {"a": 1, "c": 1}
