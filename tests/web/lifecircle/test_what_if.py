import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from linli.web.lifecircle.stage import on_streets
from linli.web.lifecircle.what_if import MOST, imagine
from linli.web.refusal import Refused

ISLAND_M = 500.0


def naive_field(stage, xy):
    """From every building to a place, the slow and obvious way: every edge looked at, one search for each of its ends."""
    lines = list(stage.city.streets.geometry)
    ends = [[tuple(round(v * 1000) for v in line.coords[k]) for k in (0, -1)] for line in lines]
    node = {end: i for i, end in enumerate(sorted({end for pair in ends for end in pair}))}
    a, b = (np.array([node[pair[k]] for pair in ends]) for k in (0, 1))
    length = np.array([line.length for line in lines])
    n = len(node)
    _, part = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(n, n)), directed=False)
    total = np.bincount(part[a], weights=length)
    usable = total[part[a]] >= min(ISLAND_M, total.max())
    least = {}
    for u, v, metres in zip(np.minimum(a, b), np.maximum(a, b), length, strict=True):
        least[u, v] = min(metres, least.get((u, v), np.inf))  # of two streets between the same ends the shorter
    graph = coo_array((list(least.values()), tuple(zip(*least, strict=True))), shape=(n, n)).tocsr()
    there = np.array([line if good else None for line, good in zip(lines, usable, strict=True)])

    def stand(point):
        distance = np.array([np.inf if line is None else point.distance(line) for line in there])
        edge = int(distance.argmin())
        along = lines[edge].project(point)
        return edge, along, float(distance[edge])

    goal, along, offset = stand(shapely.Point(xy))
    from_ends = dijkstra(graph, directed=False, indices=[a[goal], b[goal]])
    start = np.minimum(from_ends[0] + along, from_ends[1] + length[goal] - along) + offset
    found = []
    for point in stage.city.building_point:
        edge, here, away = stand(point)
        through = min(start[a[edge]] + here, start[b[edge]] + length[edge] - here) + away
        beside = abs(here - along) + offset + away if edge == goal else np.inf
        found.append(min(through, beside))
    return np.array(found)


def test_a_facility_that_is_only_imagined(stage, lonlat):
    found = imagine(stage, "pharmacy", [lonlat(450)], [])
    assert found.drops[0][:4].tolist() == pytest.approx([400, 300, 200, 100], abs=0.002)
    assert np.isnan(found.drops[0][4])
    assert found.best[:4].tolist() == pytest.approx([0, 100, 200, 100], abs=0.002)
    assert np.isnan(found.best[4]), "an idea brings no building onto a street"
    assert found.base.tolist()[:4] == stage.field("pharmacy").tolist()[:4]


def test_several_ideas_at_once(stage, lonlat):
    found = imagine(stage, "pharmacy", [lonlat(350), lonlat(550)], [])
    alone = [imagine(stage, "pharmacy", [place], []) for place in (lonlat(350), lonlat(550))]
    assert np.array_equal(found.drops, np.stack([one.drops[0] for one in alone]), equal_nan=True)


def test_at_the_spot_of_a_facility_the_distances_are_the_assessments(demo):
    """Every building whose nearest is that facility has exactly the assessed distance, and none a lesser one."""
    layer = demo.survey.layers["facilities"].set_index("facility_id")
    rng = np.random.default_rng(3)
    for kind in ("pharmacy", "elderly_station", "convenience_store"):
        there = [one for one in demo.nearest(kind).dropna().unique() if layer.geometry[one].geom_type == "Point"]
        for name in rng.choice(sorted(there), min(4, len(there)), replace=False):
            place = layer.geometry[name]
            drop = imagine(demo, kind, [(place.x, place.y)], []).drops[0]
            mine = (demo.nearest(kind) == name).to_numpy()
            assert np.array_equal(drop[mine], demo.field(kind)[mine])
            assert (drop >= demo.field(kind)).all()


def test_it_agrees_with_its_twin(demo):
    west, south, east, north = demo.city.streets.total_bounds
    rng = np.random.default_rng(7)
    for _ in range(2):
        xy = rng.uniform([west + 300, south + 300], [east - 300, north - 300])
        ((lon, lat),) = demo.to_degrees(xy[None])
        ours = imagine(demo, "pharmacy", [(lon, lat)], []).drops[0]
        theirs = naive_field(demo, xy)
        near = np.isfinite(ours)
        assert near.sum() > 50
        assert np.abs(ours[near] - theirs[near]).max() < 0.005
        assert (theirs[~near] > demo.furthest_m - 0.005).all()


def test_a_closed_facility_leaves_people_to_the_next(stage):
    found = imagine(stage, "pharmacy", [], ["p0"])
    assert found.closed.tolist() == [0, 1, 2, 3]
    assert found.base[:4].tolist() == [800, 700, 600, 500]
    assert found.base[5:].tolist() == stage.field("pharmacy")[5:].tolist()
    nothing = imagine(stage, "pharmacy", [], ["p0", "p1"])
    assert np.isinf(nothing.base[[0, 9]]).all()
    assert np.isnan(nothing.base[4])


def test_closing_and_opening_at_the_same_spot_changes_nothing(demo):
    layer = demo.survey.layers["facilities"].set_index("facility_id")
    name = next(one for one in demo.nearest("pharmacy").dropna().unique() if layer.geometry[one].geom_type == "Point")
    place = layer.geometry[name]
    found = imagine(demo, "pharmacy", [(place.x, place.y)], [name])
    assert len(found.closed)
    assert np.array_equal(found.best, demo.field("pharmacy"), equal_nan=True)


def test_nothing_imagined_is_what_there_is(stage):
    found = imagine(stage, "pharmacy", [], [])
    assert np.array_equal(found.best, stage.field("pharmacy"), equal_nan=True)
    assert (len(found.drops), len(found.closed)) == (0, 0)


def test_what_cannot_be_imagined(stage, lonlat):
    def refused(points=(), closed=()):
        with pytest.raises(Refused) as caught:
            imagine(stage, "pharmacy", list(points), list(closed))
        return caught.value

    far = refused([lonlat(50), lonlat(50, -700)])
    assert (far.key, far.values["n"], far.values["metres"]) == ("lifecircle.refuse.far", 2, "700")
    assert "200 m" in str(far)
    assert refused([(999.0, 95.0)]).key == "lifecircle.refuse.nowhere"
    assert refused(closed=["e0"]).key == "lifecircle.refuse.closed", "of another type"
    assert refused([lonlat(50)] * (MOST + 1)).key == "lifecircle.refuse.many"
    assert refused(closed=["p0"] * (MOST + 1)).key == "lifecircle.refuse.many"


def test_nothing_is_kept_of_what_was_imagined(stage, lonlat):
    before = len(on_streets(stage).fields)
    imagine(stage, "pharmacy", [lonlat(450)], ["p0"])
    assert len(on_streets(stage).fields) == before
