from collections import Counter

import numpy as np
import pytest
import shapely

from linli.survey.demo.cells import weave, whole_shares
from linli.survey.demo.districts import lay_out_land
from linli.survey.demo.layout import box_polygons, segment_lines
from linli.survey.demo.plan import RESIDENTIAL_USES, plan_for


@pytest.fixture(scope="module")
def fabric():
    plan = plan_for(12)
    land = lay_out_land(plan, np.random.default_rng(1))
    return weave(land, plan, np.random.default_rng(2))


def test_whole_shares_adds_up():
    names = whole_shares({"a": 1.0, "b": 2.0, "c": 0.0}, 10, np.random.default_rng(0))
    assert len(names) == 10
    assert "c" not in names
    assert names.count("b") in {6, 7}


def test_every_community_has_homes(fabric):
    homes = Counter(cell.community for cell in fabric.cells if cell.use in RESIDENTIAL_USES)
    assert len(homes) == 12


def test_fences_do_not_overlap(fabric):
    fences = np.array([cell.fence for cell in fabric.cells])
    i, j = shapely.STRtree(fences).query(fences, predicate="overlaps")
    assert not (i < j).any()


def test_no_building_stands_on_a_lane(fabric):
    tree = shapely.STRtree(segment_lines(fabric.lanes))
    assert len(tree.query(box_polygons(fabric.boxes), predicate="intersects")[0]) == 0
