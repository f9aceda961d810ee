import pandas as pd
import pytest

from linli.errors import InputError
from linli.improve.siting import (
    Effort,
    budget,
    covering_model,
    floor,
    force_in,
    force_out,
    maximal_covering,
    set_out,
    what_if,
)


@pytest.mark.parametrize("method", ["auto", "cuts"])
@pytest.mark.parametrize("seed", range(5))
def test_the_answer_is_that_of_the_changed_question_asked_anew(random_case, seed, method):
    case = random_case(seed + 1300, options=9, demand=30)
    effort = Effort(gap=0.0, method=method)
    levels = [floor(case.demand, 0.1)]
    standing = set_out(
        covering_model(case.options, case.demand, case.coverage, constraints=[budget(case.options, 14)], floors=levels),
        effort,
    )
    for inside, outside, limit in [([], [], 14.0), (["o1"], [], 14.0), ([], ["o0", "o2"], 14.0), (["o3"], ["o4"], 9.0)]:
        changed = what_if(standing, force_in=inside, forbid=outside, limits={"budget": limit}, effort=effort)
        anew = maximal_covering(
            case.options, case.demand, case.coverage, floors=levels, effort=Effort(gap=0.0),
            constraints=[
                budget(case.options, limit), force_in(case.options, inside), force_out(case.options, outside)
            ],
        )  # fmt: skip
        assert changed.status == anew.status
        if anew.status == "optimal":
            assert changed.objective == anew.objective
            assert set(inside) <= set(changed.chosen)
            assert not set(outside) & set(changed.chosen)


def test_a_facility_is_closed_and_moved(three):
    options, demand, coverage = three
    options = pd.concat([options.drop("a"), options.loc[["a"]].assign(cost_yuan=0.0)])
    model = covering_model(options, demand, coverage, constraints=[budget(options, 25), force_in(options, ["a"])])
    standing = set_out(model)
    assert set(standing.plan.chosen) == {"a", "c"}
    assert what_if(standing, forbid=["a"]).chosen == ("b",)
    assert set(what_if(standing, forbid=["a"], force_in=["c"]).chosen) == {"c"}


def test_what_does_not_exist_is_refused(three):
    options, demand, coverage = three
    standing = set_out(covering_model(options, demand, coverage, constraints=[budget(options, 25)]))
    with pytest.raises(InputError, match="«q»"):
        what_if(standing, force_in=["q"])
    with pytest.raises(KeyError, match="money"):
        what_if(standing, limits={"money": 1.0})


def test_a_what_if_that_cannot_be_names_what_clashes(three):
    options, demand, coverage = three
    standing = set_out(covering_model(options, demand, coverage, constraints=[budget(options, 55)]))
    impossible = what_if(standing, force_in=["a", "b", "c"])
    assert impossible.status == "infeasible"
    assert {clash.label for clash in impossible.clash} == {"budget", "force_in a", "force_in b", "force_in c"}
    assert what_if(standing, force_in=["a", "b", "c"], explain=False).clash == ()
    nothing = set_out(covering_model(options, demand, coverage, constraints=[budget(options, -1.0)]))
    assert [clash.label for clash in nothing.plan.clash] == ["budget"]
    assert set_out(nothing.model, explain=False).plan.clash == ()
