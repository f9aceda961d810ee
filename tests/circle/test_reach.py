import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from linli.circle import (
    build_streets,
    count_within,
    k_nearest,
    nearest,
    node_distances,
    od_table,
    place_points,
)

LIMITS = [0.0, 90.0, 333.3, 700.0, 2500.0, np.inf]


def naive_nearest(distance, kinds, names, limit):
    """Least mm per type, with the name that sorts first among equals."""
    best, which = {}, {}
    for kind in sorted(set(kinds)):
        part = distance[:, kinds == kind]
        part = np.where(part <= round(min(limit, 1e6) * 1000), part, np.where(np.isnan(part), np.nan, np.inf))
        best[kind] = part.min(axis=1) / 1000
        which[kind] = [
            min((n for n, d in zip(names[kinds == kind], row, strict=True) if d == row.min()), default=None)
            if np.isfinite(row.min())
            else None
            for row in part
        ]
    return best, which


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("limit", LIMITS)
def test_nearest_agrees_with_its_twin(city, matrix, seed, limit):
    streets, origins, targets, kinds = city(seed)
    reach = nearest(streets, origins, targets, kinds, limit, which=True)
    best, which = naive_nearest(matrix(streets, origins, targets), kinds.to_numpy(), targets.index, limit)
    for kind in best:
        np.testing.assert_array_equal(reach.distance[kind], best[kind])
        assert reach.target[kind].astype(object).where(reach.target[kind].notna(), None).tolist() == which[kind]
    assert reach.distance.index.equals(origins.index)
    assert reach.distance.loc[origins.unplaced.id].isna().all(axis=None)
    assert nearest(streets, origins, targets, kinds, limit).target is None


@pytest.mark.parametrize("together", [True, False])
def test_one_wave_or_many_gives_the_same(city, matrix, monkeypatch, together):
    import linli.circle.reach as module

    monkeypatch.setattr(module, "_TOGETHER", -1.0 if together else 1e9)
    for seed, limit in [(11, 600.0), (12, 5000.0)]:
        streets, origins, targets, kinds = city(seed, shops=40)
        best, _ = naive_nearest(matrix(streets, origins, targets), kinds.to_numpy(), targets.index, limit)
        reach = nearest(streets, origins, targets, kinds, limit)
        for kind in best:
            np.testing.assert_array_equal(reach.distance[kind], best[kind])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("k", [1, 2, 5, 40])
def test_k_nearest_agrees_with_its_twin(city, matrix, seed, k):
    streets, origins, targets, kinds = city(seed)
    limit = LIMITS[seed]
    found = k_nearest(streets, origins, targets, kinds, k, limit)
    distance = matrix(streets, origins, targets)
    rows = []
    for o, origin in enumerate(origins.index):
        for kind in sorted(set(kinds)):
            near = sorted(
                (distance[o, t], name)
                for t, name in enumerate(targets.index)
                if kinds.iloc[t] == kind and distance[o, t] <= round(min(limit, 1e6) * 1000)
            )[:k]
            rows += [(origin, kind, r + 1, name, d / 1000) for r, (d, name) in enumerate(near)]
    expected = pd.DataFrame(rows, columns=["origin", "type", "rank", "target", "distance_m"])
    assert list(found.columns) == list(expected.columns)
    assert found.astype(object).to_numpy().tolist() == expected.astype(object).to_numpy().tolist()


@pytest.mark.parametrize("seed", range(6))
def test_count_within_agrees_with_its_twin(city, matrix, seed):
    streets, origins, targets, kinds = city(seed)
    radii = [0.0, 120.0, 300.0, 777.7, 5000.0]
    counts = count_within(streets, origins, targets, kinds, radii)
    distance = matrix(streets, origins, targets)
    for kind in sorted(set(kinds)):
        for radius in radii:
            expected = (distance[:, kinds == kind] <= round(radius * 1000)).sum(axis=1)
            got = counts[(kind, radius)]
            assert got.isna().to_numpy().tolist() == (~origins.placed).tolist()
            assert got.dropna().tolist() == expected[origins.placed].tolist()
    assert counts.index.equals(origins.index)
    assert counts.columns.names == ["type", "radius_m"]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("limit", LIMITS)
def test_od_table_agrees_with_its_twin(city, matrix, seed, limit):
    streets, origins, targets, _ = city(seed)
    pairs = od_table(streets, origins, targets, limit)
    distance = matrix(streets, origins, targets)
    rows = [
        (origins.index[o], targets.index[t], distance[o, t] / 1000)
        for o in range(len(origins.index))
        for t in range(len(targets.index))
        if distance[o, t] <= round(min(limit, 1e6) * 1000)
    ]
    assert list(pairs.itertuples(index=False, name=None)) == rows


def test_nodes_agree_with_scipy(lines_of):
    rng = np.random.default_rng(3)
    streets = build_streets(lines_of(rng, n=40, curl=0.0, loops=5, twins=9))
    chosen = np.sort(rng.choice(streets.n_nodes, 30, replace=False))
    targets = place_points(streets, pd.Series(shapely.points(streets.node_xy[chosen])))
    kinds = pd.Series(rng.choice(list("ab"), len(chosen)), index=targets.index)
    cost = np.full((streets.n_nodes, streets.n_nodes), np.inf)
    np.minimum.at(cost, (streets.edge_a, streets.edge_b), streets.cost_mm)
    cost = np.minimum(cost, cost.T)
    u, v = np.nonzero(np.isfinite(cost))
    graph = coo_array((cost[u, v], (u, v)), cost.shape).tocsr()
    for limit in (500.0, 5000.0, np.inf):
        ours = node_distances(streets, targets, kinds, limit)
        for kind in "ab":
            theirs = dijkstra(graph, indices=chosen[kinds == kind], min_only=True, limit=limit * 1000)
            np.testing.assert_array_equal(ours[kind], theirs / 1000)


def corner(extra_m=None):
    """Two streets at a corner, an island, a loop at the corner and two ways between the same nodes."""
    return build_streets(
        [
            shapely.LineString([(0, 0), (100, 0)]),
            shapely.LineString([(100, 0), (100, 50)]),
            shapely.LineString([(500, 0), (600, 0)]),
            shapely.LineString([(100, 0), (140, -30), (60, -30), (100, 0)]),
            shapely.LineString([(0, 0), (50, 40), (100, 0)]),
        ],
        extra_m=extra_m,
    )


def put(streets, **points):
    return place_points(streets, pd.Series({name: shapely.Point(xy) for name, xy in points.items()}, dtype=object))


def apart(streets, origin, target, limit=np.inf):
    o, t = put(streets, o=origin), put(streets, t=target)
    return nearest(streets, o, t, pd.Series(["x"], index=t.index), limit).distance.loc["o", "x"]


def test_limit_is_inclusive_to_the_millimetre():
    streets = corner()
    # offsets 2 and 3, 90 along one street and 40 along the other
    assert apart(streets, (10, 2), (103, 40), 135.0) == 135.0
    assert apart(streets, (10, 2), (103, 40), 134.9996) == 135.0
    assert apart(streets, (10, 2), (103, 40), 134.999) == np.inf
    counts = count_within(
        streets, put(streets, o=(10, 2)), put(streets, t=(103, 40)), pd.Series(["x"], index=["t"]), [134.999, 135.0]
    )
    assert counts.iloc[0].tolist() == [0, 1]


def test_same_edge_walks_straight():
    assert apart(corner(), (10, -2), (40, -3)) == 35.0


def test_same_place_is_two_offsets_away():
    assert apart(corner(), (10, -4), (10, -4)) == 8.0


def test_loop_is_walked_the_short_way():
    # positions 10 and 170 m along a loop of 180 m: 20 m apart round the corner, 160 m along it
    streets = corner()
    loop = shapely.LineString([(100, 0), (140, -30), (60, -30), (100, 0)])
    assert loop.length == 180.0
    a, b = loop.interpolate(10), loop.interpolate(170)
    assert apart(streets, (a.x, a.y), (b.x, b.y)) == pytest.approx(20.0, abs=0.002)


def test_other_component_is_at_infinity():
    assert apart(corner(), (10, 0), (550, 0)) == np.inf


def test_extra_metres_are_walked_in_proportion():
    streets = corner(extra_m=[20.0, 0, 0, 0, 0])
    assert apart(streets, (50, -5), (100, 30)) == 5 + 60 + 30
    assert apart(streets, (50, -5), (75, -5)) == 5 + 30 + 5


def test_several_entrances_count_once_at_the_nearest():
    streets = corner()
    shop = pd.Series([shapely.MultiPoint([(20, 0), (80, 0)])], index=["shop"])
    targets = place_points(streets, shop)
    homes = put(streets, left=(10, 0), right=(95, 0))
    kinds = pd.Series(["x"], index=["shop"])
    assert nearest(streets, homes, targets, kinds, 500).distance["x"].tolist() == [10.0, 15.0]
    assert count_within(streets, homes, targets, kinds, [500.0]).iloc[:, 0].tolist() == [1, 1]
    assert od_table(streets, homes, targets, 500.0).distance_m.tolist() == [10.0, 15.0]
    swapped = nearest(streets, targets, homes, pd.Series(["x", "x"], index=homes.index), 500, which=True)
    assert swapped.distance.loc["shop", "x"] == 10.0
    assert swapped.target.loc["shop", "x"] == "left"


def test_ties_fall_to_the_first_name():
    streets = corner()
    homes = put(streets, o=(50, -1))
    for names in (["b", "a"], ["a", "b"]):
        shops = put(streets, **{names[0]: (40, 0), names[1]: (60, 0)})
        kinds = pd.Series("x", index=shops.index)
        assert nearest(streets, homes, shops, kinds, 99, which=True).target.loc["o", "x"] == "a"
        assert k_nearest(streets, homes, shops, kinds, 1, 99).target.tolist() == ["a"]


def test_nothing_in_nothing_out():
    streets = corner()
    nobody = place_points(streets, pd.Series([], dtype=object))
    homes = put(streets, o=(10, 0))
    none = pd.Series([], index=nobody.index, dtype=object)
    kinds = pd.Series(["x"], index=["o"])
    assert nearest(streets, homes, nobody, none, 99).distance.shape == (1, 0)
    assert nearest(streets, nobody, homes, kinds, 99, which=True).distance.shape == (0, 1)
    assert count_within(streets, nobody, homes, kinds, [1.0]).shape == (0, 1)
    assert count_within(streets, homes, nobody, none, [1.0]).shape == (1, 0)
    assert od_table(streets, homes, nobody, 99).empty
    assert od_table(streets, nobody, homes, 99).empty
    assert k_nearest(streets, homes, nobody, none, 2, 99).empty
    assert k_nearest(streets, nobody, homes, kinds, 2, 99).empty


def test_no_streets_at_all():
    streets = build_streets([])
    homes = put(streets, o=(10, 0))
    assert homes.unplaced.id.tolist() == ["o"]
    assert nearest(streets, homes, homes, pd.Series(["x"], index=["o"]), 99).distance.isna().all(axis=None)
    assert od_table(streets, homes, homes, 99).empty


def test_a_category_without_targets_has_its_column():
    streets = corner()
    homes = put(streets, o=(10, 0))
    kinds = pd.Series(pd.Categorical(["x"], categories=["y", "x"]), index=["o"])
    reach = nearest(streets, homes, homes, kinds, 99, which=True)
    assert reach.distance.loc["o"].tolist() == [np.inf, 0.0]
    assert reach.target["y"].isna().all()
    assert count_within(streets, homes, homes, kinds, [5.0]).iloc[0].tolist() == [0, 1]


def test_misuse_is_refused_with_the_place_and_the_fix():
    streets = corner()
    homes = put(streets, a=(10, 0), b=(20, 0))
    good = pd.Series(["x", "x"], index=["a", "b"])
    with pytest.raises(ValueError, match=r"first differences: b, a.*reindex"):
        nearest(streets, homes, homes, good[::-1], 9)
    with pytest.raises(ValueError, match="1 rows against 2 places"):
        count_within(streets, homes, homes, good[:1], [9.0])
    with pytest.raises(ValueError, match="Missing: b"):
        nearest(streets, homes, homes, pd.Series(["x", None], index=["a", "b"]), 9)
    with pytest.raises(ValueError, match="`limit_m` must be metres ≥ 0"):
        od_table(streets, homes, homes, -1.0)
    with pytest.raises(ValueError, match="`limit_m` must be metres ≥ 0"):
        nearest(streets, homes, homes, good, np.nan)
    with pytest.raises(ValueError, match="ascending"):
        count_within(streets, homes, homes, good, [500.0, 300.0])
    with pytest.raises(ValueError, match="`k` must be at least 1"):
        k_nearest(streets, homes, homes, good, 0, 9)
    other = build_streets([shapely.LineString([(0, 0), (1, 1)])])
    with pytest.raises(ValueError, match="`origins` were put on other streets"):
        nearest(other, homes, homes, good, 9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), limit=st.floats(0, 1500))
def test_the_order_of_rows_never_matters(seed, limit):
    streets, origins, targets, kinds, lines, homes, shops = shuffled_city(seed)
    rng = np.random.default_rng(seed + 1)
    streets2 = build_streets([lines[k] for k in rng.permutation(len(lines))])
    homes2, shops2 = homes.sample(frac=1, random_state=seed), shops.sample(frac=1, random_state=seed)
    origins2, targets2 = place_points(streets2, homes2), place_points(streets2, shops2)
    one = nearest(streets, origins, targets, kinds, limit, which=True)
    two = nearest(streets2, origins2, targets2, kinds.reindex(shops2.index), limit, which=True)
    pd.testing.assert_frame_equal(two.distance.loc[homes.index], one.distance)
    pd.testing.assert_frame_equal(two.target.loc[homes.index].astype(object), one.target.astype(object))
    one = count_within(streets, origins, targets, kinds, [limit])
    two = count_within(streets2, origins2, targets2, kinds.reindex(shops2.index), [limit])
    pd.testing.assert_frame_equal(two.loc[homes.index], one)


def shuffled_city(seed):
    """A city whose coordinates are spread enough that nothing lies exactly between two streets."""
    rng = np.random.default_rng(seed)
    lines = [shapely.LineString(np.round(rng.uniform(0, 300, (2, 2)), 3)) for _ in range(6)]
    corners = shapely.get_coordinates(lines)
    lines += [shapely.LineString([corners[k], corners[(k + 3) % 12]]) for k in range(12)]
    streets = build_streets(lines)
    homes = pd.Series(shapely.points(rng.uniform(0, 300, (15, 2))), index=[f"h{k}" for k in range(15)])
    shops = pd.Series(shapely.points(rng.uniform(0, 300, (8, 2))), index=[f"s{k}" for k in range(8)])
    kinds = pd.Series(rng.choice(["x", "y"], 8), index=shops.index, name="type")
    return streets, place_points(streets, homes), place_points(streets, shops), kinds, lines, homes, shops


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_one_facility_more_never_lengthens_a_walk(seed):
    streets, origins, targets, kinds, *_ = shuffled_city(seed)
    fewer = targets.select(targets.index[1:])
    kinds = pd.Series("x", index=kinds.index)
    before = nearest(streets, origins, fewer, kinds.iloc[1:], np.inf).distance["x"]
    after = nearest(streets, origins, targets, kinds, np.inf).distance["x"]
    assert (after <= before).all()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_no_detour_is_shorter(seed):
    streets, origins, targets, *_ = shuffled_city(seed)

    def table(pairs, rows, columns):
        return pairs.set_index([rows, columns])["distance_m"].unstack(columns)  # noqa: PD010

    there = table(od_table(streets, origins, targets, np.inf), "origin", "target")
    between = table(od_table(streets, targets, targets, np.inf), "origin", "target")
    back = table(od_table(streets, targets, origins, np.inf), "target", "origin")
    pd.testing.assert_frame_equal(there, back, check_names=False)
    for s in between.index:
        for t in between.columns:
            if s in there and t in there and np.isfinite(between.loc[s, t]):
                assert (there[t] <= there[s] + between.loc[s, t] + 1e-9).all()


def test_arguments_are_left_alone(city):
    streets, origins, targets, kinds = city(1)
    before = kinds.copy()
    arrays = [origins.position.copy(), targets.offset.copy(), streets.cost_mm.copy()]
    nearest(streets, origins, targets, kinds, 500)
    count_within(streets, origins, targets, kinds, [500.0])
    pd.testing.assert_series_equal(kinds, before)
    for old, new in zip(arrays, [origins.position, targets.offset, streets.cost_mm], strict=True):
        np.testing.assert_array_equal(old, new)
    with pytest.raises(ValueError, match="read-only"):
        streets.cost_mm[0] = 1
