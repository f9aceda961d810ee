import numpy as np
import pytest
import shapely

from linli.survey.demo.mesh import cut_face, face_area, new_mesh, ring_xy, split_edge, split_face

SQUARE = np.array([[0.0, 0.0], [200.0, 0.0], [200.0, 100.0], [0.0, 100.0]])


def polygons(mesh):
    return [shapely.Polygon(ring_xy(mesh, face)) for face in mesh.rings]


def test_one_face():
    mesh = new_mesh(SQUARE, "street")
    assert face_area(mesh, 0) == pytest.approx(20_000.0)
    assert set(mesh.kind.values()) == {"street"}


def test_split_edge_is_seen_by_both_neighbours():
    mesh = new_mesh(SQUARE, "street")
    low, high = split_edge(mesh, 0, 1, 90.0, 0.0), split_edge(mesh, 2, 3, 90.0, 100.0)
    split_face(mesh, 0, low, high, None, "lane")
    middle = split_edge(mesh, low, high, 90.0, 50.0)
    assert sum(middle in ring for ring in mesh.rings.values()) == 2
    assert mesh.kind[(min(low, middle), max(low, middle))] == "lane"


def test_split_face_returns_right_and_left():
    mesh = new_mesh(SQUARE, "street")
    west, east = split_edge(mesh, 3, 0, 0.0, 40.0), split_edge(mesh, 1, 2, 200.0, 40.0)
    right, left = split_face(mesh, 0, west, east, np.array([[100.0, 55.0]]), "lane")
    assert face_area(mesh, right) < face_area(mesh, left)
    assert face_area(mesh, right) + face_area(mesh, left) == pytest.approx(20_000.0)


@pytest.mark.parametrize("seed", range(8))
def test_many_cuts_leave_no_gap_and_no_overlap(seed):
    rng = np.random.default_rng(seed)
    mesh = new_mesh(SQUARE * 8, "street")
    for _ in range(40):
        face = max(mesh.rings, key=lambda f: face_area(mesh, f))
        cut_face(mesh, face, rng, "lane", bend=0.1, turn=0.2)
    shapes = polygons(mesh)
    assert len(shapes) > 35
    assert all(shape.is_valid for shape in shapes)
    assert shapely.coverage_is_valid(shapes)
    assert sum(shape.area for shape in shapes) == pytest.approx(20_000.0 * 64)


def test_a_face_without_width_is_not_cut():
    mesh = new_mesh(np.array([[0.0, 0.0], [50.0, 0.0], [100.0, 0.0]]), "street")
    assert cut_face(mesh, 0, np.random.default_rng(0), "lane") is None
