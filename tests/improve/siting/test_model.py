import numpy as np
import pandas as pd
import pytest

from linli.errors import InputError
from linli.improve.siting import SolverError, at_most, budget, covering_model, floor, force_in
from linli.improve.siting.effort import Effort
from linli.improve.siting.model import core_of, siting_of
from linli.improve.siting.solve import Answer


@pytest.fixture
def question(three):
    options, demand, coverage = three
    return covering_model(options, demand, coverage, constraints=[budget(options, 50), at_most(options, 2)])


def answer(x, objective):
    return Answer("optimal", np.array(x), objective, objective, "compact")


def test_a_lawful_answer_becomes_a_record(question):
    plan = siting_of(question, answer([1.0, 1.0, 0.0], 25.0), Effort(seed=7), 0.0)
    assert (plan.chosen, plan.objective, plan.bound, plan.seed) == (("a", "b"), 25.0, 25.0, 7)


@pytest.mark.parametrize(
    ("x", "objective", "word"),
    [([1.0, 1.0, 0.0], 26.0, "raw demand says 25"), ([1.0, 0.0, 1.0], 29.0, "«budget»"), ([1.0, 1.0, 1.0], 29.0, "«b")],
)
def test_an_answer_that_the_raw_tables_contradict_is_refused(question, x, objective, word):
    with pytest.raises(SolverError, match=word):
        siting_of(question, answer(x, objective), Effort(), 0.0)


def test_what_exists_is_taken_out(three):
    options, demand, coverage = three
    two = options.drop("c")
    core = core_of(covering_model(two, demand, coverage, existing=["c"], floors=[floor(demand, 1.0)]))
    assert core.covers.shape == (2, 2)  # 3 and 4 are served
    assert core.floor_lower == pytest.approx([18.0, 0.0], abs=1e-6)


def test_parts_in_another_order_are_aligned_by_id(three):
    options, demand, coverage = three
    rules = [budget(options, 50), force_in(options, ["c"])]
    level = floor(demand, 0.5)
    straight = core_of(covering_model(options, demand, coverage, constraints=rules, floors=[level]))
    mixed = core_of(
        covering_model(options.loc[list("cab")], demand.loc[[3, 1, 4, 2]], coverage, constraints=rules, floors=[level])
    )
    assert (mixed.covers.toarray() == straight.covers.toarray()[[2, 0, 3, 1]][:, [2, 0, 1]]).all()
    assert (mixed.rows.toarray() == straight.rows.toarray()[:, [2, 0, 1]]).all()
    assert (mixed.lower == straight.lower[[2, 0, 1]]).all()
    assert (mixed.floors.toarray() == straight.floors.toarray()[:, [2, 0, 3, 1]]).all()


def test_a_constraint_made_for_other_options_is_refused(three):
    options, demand, coverage = three
    with pytest.raises(InputError, match="«c»"):
        covering_model(options.drop("c"), demand, coverage, constraints=[budget(options, 50)])
    more = pd.concat([demand, demand.tail(1).rename(index={4: 9})])
    with pytest.raises(InputError, match="«9»"):
        covering_model(options, more, coverage)
