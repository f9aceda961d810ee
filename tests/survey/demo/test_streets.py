import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.survey.demo.streets import STREET_KINDS


def nodes_of(streets):
    lines = streets.geometry.to_numpy()
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(lines, i)) for i in (0, -1)])
    key = np.round(ends * 1000).astype(np.int64)
    _, node = np.unique(key[:, 0] * (1 << 32) + key[:, 1], return_inverse=True)
    return node[: len(lines)], node[len(lines) :]


def test_streets_meet_only_at_their_ends(metres):
    lines = metres["streets"].geometry.to_numpy()
    i, j = shapely.STRtree(lines).query(lines, predicate="crosses")
    assert not (i < j).any()
    assert shapely.is_simple(lines).all()


def test_nearly_everything_is_connected_but_there_are_islands(metres):
    a, b = nodes_of(metres["streets"])
    n = int(max(a.max(), b.max())) + 1
    count, label = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(n, n)), directed=False)
    size = np.bincount(label)
    assert 2 <= count <= 12
    assert size.max() > 0.97 * n


def test_there_are_dead_ends_steps_crossings_and_dark_parts(metres):
    streets = metres["streets"]
    degree = np.bincount(np.concatenate(nodes_of(streets)))
    assert (degree == 1).sum() > 50
    assert 0 < streets["steps"].sum() < 0.05 * len(streets)
    assert streets["crossing"].sum() > 3
    assert 0.02 < (~streets["lit"]).mean() < 0.3
    assert not (streets["steps"] & streets["barrier_free"]).any()
    assert set(streets["kind"]) <= set(STREET_KINDS.values())
    assert {"主干路", "巷弄", "桥", "小区出入口", "滨河步道"} <= set(streets["kind"])
