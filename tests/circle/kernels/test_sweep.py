import numpy as np
import pytest

from linli.circle._canon import goals_of, stops_of
from linli.circle.kernels.sweep import catchment_sweep, count_sweep, pair_sweep, weigh


@pytest.fixture
def bed(city, matrix):
    def make(seed):
        streets, origins, targets, _ = city(seed, mixed=seed % 2 == 0)
        stops, goals = stops_of("o", streets, origins), goals_of("t", streets, targets)
        rows = np.flatnonzero(np.diff(goals.start) > 0).astype(np.int32)
        return streets.net, stops, goals, rows, matrix(streets, origins, targets)

    return make


@pytest.mark.parametrize("seed", range(4))
def test_counts_agree_with_their_twin(bed, seed):
    net, stops, goals, rows, naive = bed(seed)
    radii = np.array([1, 200_000, 450_000])
    out = np.zeros((3, len(naive)), np.int32)
    count_sweep(net, stops, goals, rows, radii, out)
    np.testing.assert_array_equal(out, [(naive <= radius).sum(axis=1) for radius in radii])


@pytest.mark.parametrize("seed", range(4))
def test_pairs_agree_with_their_twin(bed, seed):
    net, stops, goals, rows, naive = bed(seed)
    origin, target, cost = pair_sweep(net, stops, goals, rows, 450_000)
    found = np.full(naive.shape, np.inf)
    found[origin, target] = cost
    np.testing.assert_array_equal(found, np.where(naive <= 450_000, naive, np.inf))
    assert len(set(zip(origin.tolist(), target.tolist(), strict=True))) == len(origin)


@pytest.mark.parametrize("seed", range(4))
def test_catchments_agree_with_their_twin(bed, seed):
    net, stops, goals, rows, naive = bed(seed)
    demand, supply = np.arange(len(naive)) * 1.0, np.arange(naive.shape[1]) + 1.0
    need, access = np.zeros(naive.shape[1]), np.zeros(len(naive))
    reached = np.zeros(len(naive), np.bool_)
    breaks, weights = np.array([200_000, 450_000]), np.array([1.0, 0.5])
    catchment_sweep(net, stops, goals, rows, breaks, weights, demand, supply, need, access, reached)
    weight = np.where(naive <= 200_000, 1.0, np.where(naive <= 450_000, 0.5, 0.0))
    np.testing.assert_allclose(need, demand @ weight)
    np.testing.assert_array_equal(reached, weight.max(axis=1) > 0)
    ratio = np.divide(supply, need, out=np.zeros(len(need)), where=need > 0)
    known = (weight[:, need > 0] > 0).any(axis=1)
    np.testing.assert_allclose(access, np.where(known, weight @ ratio, np.nan))


def test_weights_of_rings_and_of_the_curve():
    breaks = np.array([100, 200])
    assert [weigh(d, breaks, np.array([1.0, 0.5])) for d in (0, 100, 101, 200, 201)] == [1.0, 1.0, 0.5, 0.5, 0.0]
    curve = [weigh(d, breaks, np.empty(0)) for d in (0, 100, 200)]
    assert curve == pytest.approx([1.0, (np.exp(-0.125) - np.exp(-0.5)) / (1 - np.exp(-0.5)), 0.0])
