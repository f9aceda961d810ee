import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse.csgraph import shortest_path

from linli.improve.siting import Effort, at_most, budget, covering_model, p_median
from linli.improve.siting.compact import compact_mip
from linli.improve.siting.lp_text import mip_text
from linli.improve.siting.median import _median_core

GOLDEN = Path(__file__).parent / "golden"


def naive(case, weight, unserved, lawful, best_of_all):
    def way(x):
        open_ = np.append(x > 0, True)
        return np.minimum(case.distance[open_].min(axis=0), unserved)

    return best_of_all(
        7, lambda x: lawful(x) and np.isfinite(way(x)[weight >= 0]).all(), lambda x: -float(weight @ way(x))
    )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("unserved", [20.0, 5.0, np.inf])
def test_the_ways_add_up_to_the_least_of_all(random_case, best_of_all, seed, unserved):
    case = random_case(seed + 600, density=0.6)
    weight = case.demand["weight"].to_numpy()
    plan = p_median(
        case.options, case.demand, case.pairs(), 3, existing=case.existing, unserved_m=unserved, effort=Effort(gap=0.0),
        constraints=[budget(case.options, 12)],
    )  # fmt: skip
    cost = case.options["cost_yuan"].to_numpy()
    best = naive(case, weight, unserved, lambda x: x.sum() <= 3 and cost @ x <= 12, best_of_all)
    if best is None:
        assert plan.status == "infeasible"
        assert plan.clash
    else:
        assert (plan.status, plan.objective) == ("optimal", pytest.approx(-best))
        assert plan.bound == pytest.approx(plan.objective)


@pytest.mark.parametrize("way", ["compact", "cuts"])
def test_both_ways_agree(random_case, way):
    case = random_case(77, options=12, demand=40, density=0.7)
    plans = []
    for method in ("auto", way):
        effort = Effort(gap=0.0, method=method)
        plans.append(
            p_median(case.options, case.demand, case.pairs(), 4, existing=case.existing, unserved_m=30.0, effort=effort)
        )
    assert plans[0].objective == plans[1].objective


@pytest.mark.parametrize("number", range(1, 11))
def test_the_known_medians_are_found(orlib, number):
    table = np.loadtxt(orlib / "pmed" / f"pmed{number}.txt", dtype=int, skiprows=1)
    count, _, p = (int(word) for word in (orlib / "pmed" / f"pmed{number}.txt").read_text().split()[:3])
    edges = np.full((count, count), np.inf)
    for i, j, cost in table:  # of an edge given twice the last counts
        edges[i - 1, j - 1] = edges[j - 1, i - 1] = cost
    metres = shortest_path(edges, directed=False)
    i, j = np.indices(metres.shape)
    pairs = pd.DataFrame({"option": i.ravel(), "demand": j.ravel(), "distance_m": metres.ravel()})
    places = pd.DataFrame({"weight": 1.0}, index=range(count))
    plan = p_median(places, places, pairs, p, effort=Effort(gap=0.0))
    known = json.loads((orlib / "known_values.json").read_text())["pmed"][str(number)]
    assert (plan.status, plan.objective, plan.bound) == ("optimal", known, pytest.approx(known))


def test_the_levels_read_as_their_equations(three):
    """z_j_k: something within the k-th distance of building j is chosen. Unserved costs 400 m."""
    options, demand, coverage = three
    model = covering_model(options, demand, coverage, constraints=[at_most(options, 2)])
    mip = compact_mip(_median_core(model, 400.0))
    columns = ["x_a", "x_b", "x_c", "z_1_1", "z_2_1", "z_2_2", "z_3_1", "z_3_2", "z_4_1"]
    rows = [f"level_{name[2:]}" for name in columns[3:]] + ["c_at_most"]
    text = mip_text(mip, columns, rows, f"metres saved; {-mip.offset:g} are walked if nothing is chosen")
    assert text == (GOLDEN / "p_median.lp").read_text(encoding="utf-8")
