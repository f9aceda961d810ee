"""Every reduction at once against brute force: random questions in which every kind of constraint may bind."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from linli.improve.siting import (
    Effort,
    at_least,
    at_most,
    budget,
    coverage_from_matrix,
    covering_model,
    floor,
    force_in,
    force_out,
    least_cost_model,
    one_use,
    operating_balance,
    precedence,
    set_out,
    shared_area,
    solve,
    solve_model,
    what_if,
)
from linli.improve.siting.compact import compact_mip
from linli.improve.siting.core import TOLERANCE, breaches, core_value, reduce_core, restrict_core
from linli.improve.siting.mip import part_rows, solve_mip
from linli.improve.siting.model import core_of
from linli.improve.siting.search import search

WAYS = {"compact": ("compact", 12_000), "cuts": ("cuts", 12_000), "kernel": ("cuts", 3), "branch": ("cuts", -1)}
OPTIONS, ROWS = 5, 9
small, figure = st.integers(0, 6), st.integers(0, 9)


def column(draw, values, count):
    return draw(st.lists(values, min_size=count, max_size=count))


@st.composite
def questions(draw):
    """A question on five options and nine demand rows; rows often reach the same, so that there is much to merge."""
    names = [f"o{i}" for i in range(OPTIONS)]
    options = pd.DataFrame(
        {
            "cost_yuan": np.array(column(draw, figure, OPTIONS), dtype=float),
            "room": column(draw, st.sampled_from(["r1", "r2", None]), OPTIONS),
            "type": column(draw, st.sampled_from("st"), OPTIONS),
            "floor_area_m2": np.array(column(draw, figure, OPTIONS), dtype=float),
            "income_yuan": np.array(column(draw, small, OPTIONS), dtype=float),
            "operating_cost_yuan": np.array(column(draw, small, OPTIONS), dtype=float),
        },
        index=names,
    )
    demand = pd.DataFrame(
        {
            "weight": np.array(column(draw, figure, ROWS), dtype=float),
            "residents": np.array(column(draw, figure, ROWS), dtype=float),
            "community_id": column(draw, st.sampled_from(["A", "B"]), ROWS),
        }
    )
    there = ["e"] if draw(st.booleans()) else []
    sets = draw(st.lists(st.integers(0, 2 ** (OPTIONS + len(there)) - 1), min_size=1, max_size=4))
    reach = [draw(st.sampled_from(sets)) for _ in range(ROWS)]
    matrix = np.array([[(one >> i) & 1 for one in reach] for i in range(OPTIONS + len(there))])
    coverage = coverage_from_matrix(matrix, pd.Index([*names, *there]), demand.index)
    offered = {
        "money": lambda: budget(options, draw(st.integers(0, 25))),
        "rooms": lambda: one_use(options),
        "areas": lambda: shared_area(options, {"r1": draw(figure), "r2": draw(figure)}),
        "some": lambda: at_most(options, draw(small)),
        "types": lambda: at_most(options, {"s": draw(st.integers(0, 2))}, by="type"),
        "at_least": lambda: at_least(options, draw(st.integers(0, 3))),
        "balance": lambda: operating_balance(options, draw(st.integers(-6, 3))),
        "needs": lambda: precedence(options, [("o0", "o1"), ("o2", ["o3", "o4"])]),
        "in": lambda: force_in(options, [draw(st.sampled_from(names))]),
        "out": lambda: force_out(options, [draw(st.sampled_from(names))]),
    }
    rules = [offered[kind]() for kind in draw(st.lists(st.sampled_from(sorted(offered)), max_size=4, unique=True))]
    level = draw(st.sampled_from([0.0, 0.0, 0.2, 0.5, 0.9]))
    floors = [floor(demand, level, amount=draw(st.sampled_from(["weight", "residents"])))] if level else []
    if draw(st.booleans()):
        return covering_model(options, demand, coverage, existing=there, constraints=rules, floors=floors)
    return least_cost_model(
        options, demand, coverage, existing=there, constraints=rules, floors=floors, everybody=draw(st.booleans())
    )


def best_of_all(core):
    choices = map(np.array, product((0.0, 1.0), repeat=core.covers.shape[1]))
    return max((core_value(core, x) for x in choices if breaches(core, x) <= TOLERANCE), default=None)


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(model=questions())
def test_every_way_says_what_brute_force_says(way, model):
    method, rows = WAYS[way]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve, "COMPACT_ROWS", rows)
        plan = solve_model(model, Effort(gap=0.0, method=method, rounds=5))
    core = core_of(model)
    best = best_of_all(core)
    if best is None:
        assert plan.status == "infeasible"
        assert plan.clash
        return
    sign = 1.0 if model.sense == "maximise" else -1.0
    assert (plan.status, plan.objective) == ("optimal", pytest.approx(sign * best))
    assert plan.bound == pytest.approx(sign * best, abs=1e-6)
    assert plan.clash == ()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(model=questions())
def test_reducing_changes_no_choice_s_value_and_none_s_lawfulness(model):
    core = core_of(model)
    reduced = reduce_core(core)
    assert reduced.covers.shape[0] <= 8  # four different sets in two communities
    for x in map(np.array, product((0.0, 1.0), repeat=OPTIONS)):
        lawful = breaches(core, x) <= TOLERANCE
        assert (breaches(reduced, x) <= TOLERANCE) == lawful
        assert core_value(reduced, x) == pytest.approx(core_value(core, x))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(model=questions(), fixed=st.lists(st.sampled_from([0, 1, None]), min_size=OPTIONS, max_size=OPTIONS))
def test_fixing_some_options_leaves_the_best_of_the_rest(model, fixed):
    core = core_of(model)
    lower = np.array([max(low, one or 0.0) for low, one in zip(core.lower, fixed, strict=True)])
    upper = np.array([min(high, 1.0 if one is None else one) for high, one in zip(core.upper, fixed, strict=True)])
    if (lower > upper).any():
        return
    rest, free = restrict_core(reduce_core(core), lower, upper)
    whole = replace(core, lower=lower, upper=upper)
    best, twin = best_of_all(whole), best_of_all(rest)
    assert len(free) == int((lower < upper).sum())
    assert (best is None) == (twin is None)
    assert best is None or twin == pytest.approx(best)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(model=questions())
def test_the_whole_model_unreduced_reduced_and_with_its_long_rows_in_parts(model):
    core = core_of(model)
    plain = solve_mip(compact_mip(core), gap=0.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("linli.improve.siting.mip.LONG_ROW", 3)
        patch.setattr("linli.improve.siting.mip.PART", 2)
        parted = solve_mip(part_rows(compact_mip(core)), gap=0.0)
    for other in (solve_mip(compact_mip(reduce_core(core)), gap=0.0), parted):
        assert other.status == plain.status
        assert other.objective == pytest.approx(plain.objective)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(model=questions(), seed=st.integers(0, 99))
def test_the_search_never_says_more_than_there_is(model, seed):
    core = reduce_core(core_of(model))
    x = search(core, rounds=30, seed=seed)
    best = best_of_all(core)
    if breaches(core, x) <= TOLERANCE:
        assert best is not None
        assert core_value(core, x) <= best + 1e-9
    assert set(np.unique(x)) <= {0.0, 1.0}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(model=questions(), asked=st.lists(st.tuples(st.sampled_from(range(OPTIONS)), st.booleans()), max_size=4))
def test_what_ifs_one_after_the_other_say_what_each_would_anew(model, asked):
    """Bounds, prices and cuts are carried from one what-if to the next."""
    effort = Effort(gap=0.0, method="cuts", rounds=5)
    standing = set_out(model, effort)
    core = core_of(model)
    for option, inside in asked:
        name = model.options[option]
        changed = what_if(standing, **({"force_in": [name]} if inside else {"forbid": [name]}))
        lower, upper = core.lower.copy(), core.upper.copy()
        lower[option] = upper[option] = float(inside)
        best = best_of_all(replace(core, lower=lower, upper=upper))
        if best is None:
            assert changed.status == "infeasible"
        else:
            sign = 1.0 if model.sense == "maximise" else -1.0
            assert (changed.status, changed.objective) == ("optimal", pytest.approx(sign * best))


def test_the_questions_are_of_all_kinds():
    """The strategy is not empty: it gives questions with and without an answer, of both senses."""
    seen = set()

    @settings(max_examples=80, deadline=None, derandomize=True, database=None)
    @given(model=questions())
    def look(model):
        core = core_of(model)
        seen.add((model.sense, best_of_all(core) is not None))
        assert isinstance(core.covers, sparse.csr_array)

    look()
    assert len(seen) == 4
