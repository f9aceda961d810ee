"""Three sites for the golden models, random small cases, and the slow, obvious twins."""

from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from linli.improve.siting import Coverage, coverage_from_matrix, coverage_from_pairs

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "orlib"


@pytest.fixture
def three():
    """Sites a, b, c in rooms r1, r1, r2; four buildings; a reaches 1 and 2, b reaches 2 and 3, c reaches 3 and 4."""
    options = pd.DataFrame(
        {
            "room": ["r1", "r1", "r2"],
            "type": ["nursery", "canteen", "canteen"],
            "year": [2026, 2027, 2027],
            "cost_yuan": [30.0, 20.0, 25.0],
            "floor_area_m2": [60.0, 50.0, 80.0],
            "income_yuan": [2.0, 9.0, 4.0],
            "operating_cost_yuan": [6.0, 5.0, 7.0],
            "capacity": [10.0, 12.0, 5.0],
        },
        index=pd.Index(["a", "b", "c"], name="option"),
    )
    demand = pd.DataFrame(
        {"community_id": ["C1", "C1", "C2", "C2"], "weight": [10.0, 8.0, 7.0, 4.0]},
        index=pd.Index([1, 2, 3, 4], name="demand"),
    )
    pairs = pd.DataFrame(
        {
            "option": ["a", "a", "b", "b", "c", "c"],
            "demand": [1, 2, 2, 3, 3, 4],
            "distance_m": [100.0, 250.0, 0.0, 300.0, 120.0, 80.0],
        }
    )
    return options, demand, coverage_from_pairs(pairs, options.index, demand.index)


@dataclass
class Case:
    options: pd.DataFrame
    demand: pd.DataFrame
    coverage: Coverage
    existing: tuple = ()
    matrix: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    distance: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    def pairs(self):
        names = [*self.options.index, *self.existing]
        rows, columns = np.nonzero(np.isfinite(self.distance))
        return pd.DataFrame(
            {
                "option": [names[row] for row in rows],
                "demand": self.demand.index[columns],
                "distance_m": self.distance[rows, columns],
            }
        )


@pytest.fixture(scope="session")
def random_case():
    """Return a maker of small random cases: everything integer so that sums are exact, with ties and empty rows."""

    def make(seed, options=7, demand=14, existing=1, density=0.3):
        rng = np.random.default_rng(seed)
        names = [f"o{i}" for i in range(options)]
        there = tuple(f"e{i}" for i in range(existing))
        table = pd.DataFrame(
            {
                "cost_yuan": rng.integers(1, 9, options).astype(float),
                "room": rng.choice(["r1", "r2", "r3", "r4"], options),
                "type": rng.choice(["s", "t"], options),
                "year": rng.choice([2026, 2027], options),
                "income_yuan": rng.integers(0, 9, options).astype(float),
                "operating_cost_yuan": rng.integers(0, 9, options).astype(float),
                "floor_area_m2": rng.integers(2, 9, options).astype(float),
                "capacity": rng.integers(2, 25, options).astype(float),
            },
            index=names,
        )
        people = pd.DataFrame(
            {
                "weight": rng.integers(0, 12, demand).astype(float),
                "residents": rng.integers(0, 12, demand).astype(float),
                "community_id": rng.choice(["C1", "C2", "C3"], demand),
                "worth": rng.integers(1, 3, demand).astype(float),
            },
            index=pd.Index(rng.permutation(demand) + 100),
        )
        distance = rng.integers(0, 10, (options + existing, demand)).astype(float)
        distance[rng.random(distance.shape) >= density] = np.inf
        # Twins: buildings at the same place, so that merging has something to merge.
        distance[:, : demand // 3] = distance[:, demand - demand // 3 :]
        matrix = np.isfinite(distance)
        coverage = coverage_from_matrix(matrix, pd.Index([*names, *there]), people.index)
        return Case(table, people, coverage, there, matrix, distance)

    return make


@pytest.fixture(scope="session")
def best_of_all():
    """Return the brute force: the best value over every choice of n options that is lawful; None if none is."""

    def search(count, lawful, value):
        values = [value(np.array(x)) for x in product([0, 1], repeat=count) if lawful(np.array(x))]
        return max(values) if values else None

    return search


@pytest.fixture(scope="session")
def orlib():
    if not SHARED.is_dir():
        pytest.skip("the location problems with known answers are not here (../shared/data/orlib)")
    return SHARED
