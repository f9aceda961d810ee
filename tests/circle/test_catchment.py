import numpy as np
import pandas as pd
import pytest
import shapely

from linli.circle import build_streets, place_points, two_step_catchment


def naive_weight(d, radii, weights):
    """Weight of a distance in whole mm."""
    radii = [round(r * 1000) for r in radii]
    if d > radii[-1]:
        return 0.0
    if weights is None:
        return (np.exp(-0.5 * (d / radii[-1]) ** 2) - np.exp(-0.5)) / (1 - np.exp(-0.5))
    return next(w for r, w in zip(radii, weights, strict=True) if d <= r)


def naive_catchment(distance, demand, supply, radii, weights):
    """Both steps, as they are written in the paper."""
    weight = np.vectorize(lambda d: naive_weight(d, radii, weights))(np.where(np.isnan(distance), np.inf, distance))
    need = (demand[:, None] * weight).sum(axis=0)
    ratio = np.array([s / n if n > 0 else np.nan for s, n in zip(supply, need, strict=True)])
    access = np.array(
        [
            sum(r * w for r, w in zip(ratio, row, strict=True) if w > 0 and not np.isnan(r))
            if any(w > 0 and not np.isnan(r) for r, w in zip(ratio, row, strict=True))
            else np.nan
            for row in weight
        ]
    )
    return access, ratio, need


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("radii", "weights"), [([250.0, 500.0, 800.0], [1.0, 0.68, 0.22]), ([600.0], None), ([300.0], [1.0])]
)
def test_catchment_agrees_with_its_twin(city, matrix, seed, radii, weights):
    streets, origins, targets, _ = city(seed)
    rng = np.random.default_rng(seed)
    demand = pd.Series(rng.integers(0, 50, len(origins.index)) * 1.0, index=origins.index)
    supply = pd.Series(rng.integers(0, 90, len(targets.index)), index=targets.index)
    got = two_step_catchment(streets, origins, demand, targets, supply, radii, weights)
    distance = matrix(streets, origins, targets)
    access, ratio, need = naive_catchment(distance, demand.to_numpy(), supply.to_numpy(), radii, weights)
    np.testing.assert_allclose(got.access, access, rtol=1e-12)
    np.testing.assert_allclose(got.ratio, ratio, rtol=1e-12)
    np.testing.assert_allclose(got.demand, np.where(targets.placed, need, np.nan), rtol=1e-12)
    within = (distance <= round(radii[-1] * 1000)).any(axis=1)
    assert got.reached.isna().tolist() == (~origins.placed).tolist()
    assert got.reached.dropna().tolist() == within[origins.placed].tolist()
    assert got.access.index.equals(origins.index)
    assert got.ratio.index.equals(targets.index)


def test_what_is_shared_out_is_what_there_is(city):
    streets, origins, targets, _ = city(3)
    demand = pd.Series(7.0, index=origins.index)
    supply = pd.Series(11.0, index=targets.index)
    got = two_step_catchment(streets, origins, demand, targets, supply, 900.0)
    shared = (got.access * demand).sum()
    assert shared == pytest.approx(supply[got.ratio.notna()].sum(), rel=1e-12)


@pytest.fixture
def line():
    streets = build_streets([shapely.LineString([(0, 0), (1000, 0)]), shapely.LineString([(0, 900), (10, 900)])])

    def put(**at):
        return place_points(streets, pd.Series({k: shapely.Point(v) for k, v in at.items()}, dtype=object))

    return streets, put


def test_undefined_is_said_and_never_zero(line):
    streets, put = line
    homes, beds = put(a=(0, 0), b=(900, 0), off=(0, 400)), put(near=(50, 0), lonely=(5, 900), lost=(5, 500))
    got = two_step_catchment(
        streets, homes, pd.Series([0.0, 5.0, 5.0], homes.index), beds, pd.Series(9.0, beds.index), 200.0
    )
    assert got.undefined.tolist() == ["near", "lonely"]
    assert got.ratio.isna().all()
    assert got.demand.fillna(-1).tolist() == [0.0, 0.0, -1.0]
    assert got.access.isna().all()
    assert got.reached.tolist() == [True, False, pd.NA]


def test_misuse_is_refused(line):
    streets, put = line
    homes, beds = put(a=(0, 0)), put(n=(50, 0))
    one, room = pd.Series([1.0], ["a"]), pd.Series([1.0], ["n"])
    with pytest.raises(ValueError, match=r"`demand` must be known and ≥ 0. Others: a"):
        two_step_catchment(streets, homes, pd.Series([np.nan], ["a"]), beds, room, 200.0)
    with pytest.raises(ValueError, match=r"`supply` must be known and ≥ 0. Others: n"):
        two_step_catchment(streets, homes, one, beds, pd.Series([-1], ["n"]), 200.0)
    with pytest.raises(ValueError, match="`supply` must have the index"):
        two_step_catchment(streets, homes, one, beds, one, 200.0)
    with pytest.raises(ValueError, match="one radius"):
        two_step_catchment(streets, homes, one, beds, room, [200.0, 300.0])
    with pytest.raises(ValueError, match="`weights` must be one number"):
        two_step_catchment(streets, homes, one, beds, room, [200.0, 300.0], [1.0])
    with pytest.raises(ValueError, match="`weights` must be one number"):
        two_step_catchment(streets, homes, one, beds, room, [200.0, 300.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="ascending"):
        two_step_catchment(streets, homes, one, beds, room, [300.0, 200.0], [1.0, 0.5])
