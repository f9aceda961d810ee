import numpy as np
import pandas as pd
import pytest
from scipy.sparse.csgraph import shortest_path

from linli.improve.siting import budget, p_centre

# Pullan (2008), Evolutionary Computation 16, 411–436, table of the OR-Library p-median files; solved again here.
KNOWN = {1: 127, 2: 98, 3: 93, 4: 74, 5: 48, 7: 64, 10: 20}


@pytest.mark.parametrize("seed", range(8))
def test_the_longest_way_is_the_shortest_of_all(random_case, best_of_all, seed):
    case = random_case(seed + 700, density=0.75)
    plan = p_centre(
        case.options, case.demand, case.pairs(), 3, existing=case.existing, constraints=[budget(case.options, 14)]
    )

    def longest(x):
        return float(case.distance[np.append(x > 0, True)].min(axis=0).max())

    cost = case.options["cost_yuan"].to_numpy()
    best = best_of_all(7, lambda x: x.sum() <= 3 and cost @ x <= 14 and np.isfinite(longest(x)), lambda x: -longest(x))
    if best is None:
        assert plan.status == "infeasible"
        assert plan.clash
    else:
        assert (plan.status, plan.objective, plan.bound, plan.gap) == ("optimal", -best, -best, 0.0)
        assert plan.served["distance_m"].max() == -best


@pytest.mark.parametrize("number", KNOWN)
def test_the_known_centres_are_found(orlib, number):
    words = (orlib / "pmed" / f"pmed{number}.txt").read_text().split()
    count, p = int(words[0]), int(words[2])
    edges = np.full((count, count), np.inf)
    for i, j, cost in np.array(words[3:], dtype=int).reshape(-1, 3):
        edges[i - 1, j - 1] = edges[j - 1, i - 1] = cost
    metres = shortest_path(edges, directed=False)
    i, j = np.indices(metres.shape)
    pairs = pd.DataFrame({"option": i.ravel(), "demand": j.ravel(), "distance_m": metres.ravel()})
    places = pd.DataFrame(index=range(count))
    plan = p_centre(places, places, pairs, p)
    assert (plan.status, plan.objective) == ("optimal", KNOWN[number])


def test_nobody_to_serve_is_no_error(random_case):
    case = random_case(1)
    plan = p_centre(case.options, case.demand.iloc[:0], case.pairs().iloc[:0], 2)
    assert plan.chosen == ()
