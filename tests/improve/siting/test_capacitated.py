from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from linli.improve.siting import Effort, budget, capacitated_covering, covering_model, floor
from linli.improve.siting.capacitated import _crowds, _mip
from linli.improve.siting.lp_text import mip_text

GOLDEN = Path(__file__).parent / "golden"


def most(case, x, places, worth, floors=None):
    """What open facilities can serve: a transport problem, solved without any merging; None if floors fail."""
    people = case.demand["residents"].to_numpy()
    open_ = np.append(x > 0, True)
    pairs = [(i, j) for i in range(8) for j in range(len(people)) if open_[i] and case.matrix[i, j]]
    if not pairs:
        return 0.0
    upper = np.zeros((8 + len(people), len(pairs)))
    for number, (i, j) in enumerate(pairs):
        upper[i, number] = upper[8 + j, number] = 1
    limits = np.concatenate([places, people])
    if floors is not None:
        codes, level = floors
        for community, lower in level.items():
            row = np.array([-1.0 if codes[j] == community else 0.0 for _, j in pairs])
            upper, limits = np.vstack([upper, row]), np.append(limits, -lower)
    result = linprog([-worth[j] for _, j in pairs], A_ub=upper, b_ub=limits)
    return -result.fun if result.success else None


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("level", [0.0, 0.4])
def test_places_serve_the_most_of_all(random_case, best_of_all, seed, level):
    case = random_case(seed + 800)
    here = pd.DataFrame({"capacity": [6.0]}, index=case.existing)
    plan = capacitated_covering(
        case.options, case.demand, case.coverage, worth="worth", existing=here, effort=Effort(gap=0.0),
        constraints=[budget(case.options, 13)], floors=[floor(case.demand, level, amount="residents")],
    )  # fmt: skip
    places = np.append(case.options["capacity"].to_numpy(), 6.0)
    worth, cost = case.demand["worth"].to_numpy(), case.options["cost_yuan"].to_numpy()
    codes = case.demand["community_id"].to_numpy()
    levels = {c: level * case.demand["residents"].to_numpy()[codes == c].sum() for c in set(codes)}
    best = best_of_all(
        7,
        lambda x: cost @ x <= 13 and most(case, x, places, worth, (codes, levels)) is not None,
        lambda x: most(case, x, places, worth, (codes, levels)),
    )
    if best is None:
        assert plan.status == "infeasible"
        return
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(best)
    load = plan.served.groupby("option")["people"].sum()
    assert (load <= pd.Series(places, index=[*case.options.index, *case.existing])[load.index] + 1e-6).all()
    share = plan.served.groupby("demand")["people"].sum()
    assert (share <= case.demand["residents"][share.index] + 1e-6).all()
    covered = pd.DataFrame(case.matrix, index=[*case.options.index, *case.existing], columns=case.demand.index)
    assert all(covered.loc[row.option, row.demand] for row in plan.served.itertuples())
    assert set(plan.served["option"]) <= {*plan.chosen, *case.existing}


def test_enough_places_serve_whom_covering_serves(three):
    options, demand, coverage = three
    plan = capacitated_covering(options.assign(capacity=1e9), demand, coverage, people="weight")
    assert plan.objective == 29.0


def test_a_time_limit_is_passed_on(three):
    options, demand, coverage = three
    plan = capacitated_covering(options, demand, coverage, people="weight", effort=Effort(time_limit_s=30))
    assert (plan.status, plan.objective) == ("optimal", 27.0)


def test_the_model_reads_as_its_equations(three):
    """x: facilities; y_crowd_facility: people of a crowd that a facility serves. C2 must have 4 served."""
    options, demand, coverage = three
    model = covering_model(
        options, demand, coverage, constraints=[budget(options, 55)],
        floors=[floor(demand, {"C2": 4}, measure="amount")],
    )  # fmt: skip
    weight = demand["weight"].to_numpy()
    crowds = _crowds(model, weight, np.ones(4))
    mip = _mip(model, crowds, options["capacity"].to_numpy())
    columns = ["x_a", "x_b", "x_c", "y_1_a", "y_2_a", "y_2_b", "y_3_b", "y_3_c", "y_4_c"]
    rows = [f"people_{row}" for row in (1, 2, 3, 4)] + [f"places_{name}" for name in "abc"]
    rows += [f"only_by_{name[2:]}" for name in columns[3:]] + ["c_budget", "c_floor_C2"]
    text = mip_text(mip, columns, rows, "people served by places")
    assert text == (GOLDEN / "capacitated.lp").read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", range(10))
def test_an_infeasible_question_names_a_clash(random_case, seed):
    case = random_case(seed + 850)
    few = case.options.assign(capacity=case.options["capacity"] // 4)
    plan = capacitated_covering(
        few, case.demand, case.coverage, effort=Effort(gap=0.0), constraints=[budget(few, 9)],
        floors=[floor(case.demand, {"C1": 0.5, "C2": 0.5}, amount="residents")],
    )  # fmt: skip
    assert (plan.status == "infeasible") == bool(plan.clash)
    if not plan.clash:
        return
    # Without what is named, or with as much more of everything named as the cheapest way out needs, there is a way.
    named = {clash.label: clash.relax_by for clash in plan.clash}
    assert {clash.kind for clash in plan.clash} <= {"capacity", "budget", "floor"}
    more = pd.Series({name: named.get(f"capacity {name}", 0.0) for name in few.index})
    levels = {c: 0.5 * case.demand["residents"][case.demand["community_id"] == c].sum() for c in ("C1", "C2")}
    levels = {c: level - named.get(f"floor {c}", 0.0) for c, level in levels.items()}
    if all(clash.relax_by > 0 for clash in plan.clash):
        again = capacitated_covering(
            few.assign(capacity=few["capacity"] + more), case.demand, case.coverage,
            constraints=[budget(few, 9 + named.get("budget", 0.0))],
            floors=[floor(case.demand, levels, amount="residents", measure="amount")],
        )  # fmt: skip
        assert again.status == "optimal"
