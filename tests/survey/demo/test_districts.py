import numpy as np
import pytest
import shapely

from linli.survey.demo.districts import lay_out_land
from linli.survey.demo.mesh import ring_xy
from linli.survey.demo.plan import plan_for


@pytest.mark.parametrize(
    ("communities", "whole", "seed"), [(12, False, 1), (12, False, 9), (1, False, 3), (60, True, 4)]
)
def test_land_is_a_coverage_of_whole_communities(communities, whole, seed):
    land = lay_out_land(plan_for(communities, whole_city=whole), np.random.default_rng(seed))
    faces = sorted(land.mesh.rings)
    shapes = np.array([shapely.Polygon(ring_xy(land.mesh, f)) for f in faces])
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert set(land.community) == set(faces)
    assert land.n_communities == communities
    assert set(land.community.values()) == set(range(communities))


def test_there_is_a_river_with_bridges_and_banks():
    land = lay_out_land(plan_for(12), np.random.default_rng(1))
    kinds = list(land.mesh.kind.values())
    assert land.water
    assert kinds.count("bridge") >= 4
    assert {"arterial", "collector", "local", "bank"} <= set(kinds)


def test_streets_bend():
    land = lay_out_land(plan_for(12), np.random.default_rng(1))
    x, y = np.array(land.mesh.x), np.array(land.mesh.y)
    edges = np.array([e for e, kind in land.mesh.kind.items() if kind == "arterial"])
    turn = np.degrees(np.arctan2(y[edges[:, 1]] - y[edges[:, 0]], x[edges[:, 1]] - x[edges[:, 0]])) % 90
    assert len(np.unique(np.round(turn))) > 25
