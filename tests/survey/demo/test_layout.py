import numpy as np
import pytest
import shapely

from linli.survey.demo.layout import box_polygons, lay_rows, lay_star, segment_lines
from linli.survey.demo.plan import ROW_SPECS

RING = np.array([[0.0, 0.0], [210.0, 12.0], [198.0, 180.0], [-10.0, 165.0]])
FENCE = shapely.get_coordinates(shapely.Polygon(RING).buffer(-9.0, join_style="mitre").exterior)[:-1]


@pytest.mark.parametrize("use", list(ROW_SPECS))
def test_buildings_stand_inside_and_apart(use):
    layout = lay_rows(RING, FENCE, ROW_SPECS[use], np.random.default_rng(2))
    shapes = box_polygons(layout.boxes)
    assert len(shapes) > 4
    assert shapely.covers(shapely.Polygon(FENCE).buffer(1e-6), shapes).all()
    i, j = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    assert not (i < j).any()


@pytest.mark.parametrize("use", ["old", "mid", "new", "village"])
def test_lanes_keep_off_buildings_and_end_at_junctions(use):
    layout = lay_rows(RING, FENCE, ROW_SPECS[use], np.random.default_rng(3))
    lines = segment_lines(layout.lanes)
    assert len(lines) > 3
    assert len(shapely.STRtree(lines).query(box_polygons(layout.boxes), predicate="intersects")[0]) == 0
    i, j = shapely.STRtree(lines).query(lines, predicate="crosses")
    assert not (i < j).any()


def test_gates_lie_on_the_ring():
    layout = lay_rows(RING, FENCE, ROW_SPECS["old"], np.random.default_rng(4))
    ring = shapely.Polygon(RING).exterior
    assert layout.rays
    assert max(ring.distance(shapely.Point(ray.outer)) for ray in layout.rays) < 1e-6


def test_rows_face_south():
    layout = lay_rows(RING, FENCE, ROW_SPECS["old"], np.random.default_rng(5))
    assert np.abs(np.degrees(layout.boxes[:, 4])).max() < 50.0


def test_narrow_land_gives_few_or_no_buildings_but_no_error():
    strip = np.array([[0.0, 0.0], [60.0, 0.0], [60.0, 9.0], [0.0, 9.0]])
    layout = lay_rows(strip, strip, ROW_SPECS["old"], np.random.default_rng(6))
    assert len(layout.boxes) == 0


def test_star_has_a_loop_for_parks():
    plain, park = (lay_star(RING, FENCE, np.random.default_rng(7), loop=loop) for loop in (False, True))
    assert len(plain.lanes) == 0
    assert len(park.lanes) == 8
    assert len(plain.rays) == len(park.rays) == 4
