"""What we write is read by the format's own reader."""

import mapbox_vector_tile
import numpy as np
import pytest

from linli.web.vector_tile import LINE, POINT, POLYGON, Layer, encode, path


def read(*layers):
    return mapbox_vector_tile.decode(encode(layers), default_options={"y_coord_down": True})


def test_points_with_every_kind_of_property_and_unknown_ones_left_out():
    xy = np.array([[0, 0], [4095, 4095], [7, 300], [128, 127]], np.int32)
    columns = {
        "name": np.array(["和睦社区", "a", None, ""], dtype=object),
        "people": np.array([1.5, np.nan, 0.0, 1e6]),
        "n": np.array([1, -2, 300000, 1]),
        "there": np.array([True, False, True, True]),
    }
    found = read(Layer("homes", POINT, xy, columns))["homes"]
    assert found["extent"] == 4096
    assert found["version"] == 2
    rows = {tuple(one["geometry"]["coordinates"]): one["properties"] for one in found["features"]}
    assert rows == {
        (0, 0): {"name": "和睦社区", "people": 1.5, "n": 1, "there": True},
        (4095, 4095): {"name": "a", "n": -2, "there": False},
        (7, 300): {"people": 0.0, "n": 300000, "there": True},
        (128, 127): {"name": "", "people": 1e6, "n": 1, "there": True},
    }


def test_more_values_than_one_or_two_bytes_can_number():
    n = 40_000
    xy = np.column_stack([np.arange(n) % 4096, np.arange(n) // 4096]).astype(np.int32)
    found = read(Layer("homes", POINT, xy, {"id": np.arange(n)}))["homes"]["features"]
    assert [one["properties"]["id"] for one in found] == list(range(n))


def test_texts_of_every_length():
    names = ["邻" * n for n in (0, 1, 41, 42, 43, 500)] + ["a" * n for n in (125, 126, 127, 128)]
    xy = np.column_stack([np.arange(len(names)), np.arange(len(names))]).astype(np.int32)
    found = read(Layer("homes", POINT, xy, {"name": np.array(names, dtype=object)}))["homes"]["features"]
    assert [one["properties"]["name"] for one in found] == names


def test_points_without_properties_and_nothing_at_all():
    found = read(Layer("a", POINT, np.array([[1, 2]], np.int32), {}), Layer("b", POINT, np.empty((0, 2), np.int32), {}))
    assert list(found) == ["a"]
    assert found["a"]["features"][0]["geometry"] == {"type": "Point", "coordinates": [1, 2]}
    assert encode([]) == b""


@pytest.mark.parametrize("kind", [LINE, POLYGON])
def test_shapes(kind):
    corners = np.array([[10, 10], [300, 10], [300, 200], [-5, 4100]])
    written = [path(corners, np.zeros(2, np.int64), closed=kind == POLYGON)]
    found = read(Layer("s", kind, written, {"name": np.array(["x"], dtype=object), "v": np.array([np.nan])}))["s"]
    (one,) = found["features"]
    assert one["properties"] == {"name": "x"}
    told = one["geometry"]["coordinates"]
    assert told == ([[*map(list, corners.tolist()), [10, 10]]] if kind == POLYGON else corners.tolist())
