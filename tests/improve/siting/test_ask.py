from linli.improve.siting import Effort, budget, covering_model, force_in, solve_model


def test_a_question_is_answered(three):
    options, demand, coverage = three
    model = covering_model(options, demand, coverage, constraints=[budget(options, 55)])
    plan = solve_model(model, Effort(seed=3), catalogue="v1")
    assert (plan.status, plan.chosen, plan.objective) == ("optimal", ("a", "c"), 29.0)
    assert (plan.seed, plan.catalogue, plan.clash) == (3, "v1", ())
    assert plan.runtime_s > 0


def test_the_clash_is_explained_unless_nobody_wants_it(three):
    options, demand, coverage = three
    model = covering_model(options, demand, coverage, constraints=[budget(options, 5), force_in(options, ["a"])])
    assert len(solve_model(model).clash) == 2
    assert solve_model(model, explain=False).clash == ()
