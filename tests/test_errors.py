from linli.errors import InputError, Problem, summarise

AREA = Problem(
    "area.negative", "error", {"zh": "面积为负", "en": "the area is negative"}, {"zh": "请改正。", "en": "Correct it."},
    file="a.xlsx", layer="设施", row=12, column="面积", value="-20", allowed="≥ 0",
)  # fmt: skip


def test_a_problem_names_place_value_allowed_and_fix():
    text = AREA.text("en")
    for part in ("a.xlsx", "设施", "row 12", "面积", "-20", "≥ 0", "Correct it."):
        assert part in text
    assert "第 12 行" in AREA.text("zh")


def test_many_problems_are_cut_with_their_total():
    text = summarise([AREA] * 7)
    assert text.count("the area is negative") == 5
    assert "7 in total" in text


def test_an_input_error_carries_all_and_shows_errors():
    error = InputError([AREA])
    assert error.problems == (AREA,)
    assert "row 12" in str(error)
