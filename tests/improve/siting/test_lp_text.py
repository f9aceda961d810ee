from linli.improve.siting import budget, covering_model, lp_text
from linli.improve.siting.least_cost import least_cost_model


def test_every_option_building_and_rule_is_named(three):
    options, demand, coverage = three
    text = lp_text(covering_model(options, demand, coverage, constraints=[budget(options, 45)]))
    assert all(word in text for word in ("x_a", "z_4", "serve_2", "c_budget: + 30 x_a + 20 x_b + 25 x_c <= 45"))


def test_a_cost_is_a_negative_gain_and_a_duty_a_row(three):
    options, demand, coverage = three
    text = lp_text(least_cost_model(options, demand, coverage, everybody=True))
    assert " obj: - 30 x_a - 20 x_b - 25 x_c" in text
    assert " serve_1: + 1 x_a >= 1" in text
    assert "z_" not in text


def test_the_solver_reads_it_and_finds_the_same(three, tmp_path):
    import highspy

    options, demand, coverage = three
    (tmp_path / "model.lp").write_text(
        lp_text(covering_model(options, demand, coverage, constraints=[budget(options, 45)])), encoding="utf-8"
    )
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(tmp_path / "model.lp"))
    solver.run()
    assert solver.getInfo().objective_function_value == 19.0
