"""Findings say what the template says, and never speak of declarations and commands."""

import pytest

from linli.survey.messages import problem, problem_texts
from linli.survey.schema import allowed_words, layer_schema
from linli.web.imports.texts import allowed_of, column_named, fix_of, help_of


def test_columns_are_known_by_name_those_of_places_too():
    assert column_named("facilities", "capacity") == layer_schema("facilities").column("capacity")
    assert column_named("facilities", "longitude").title.zh == "经度"
    assert column_named("facilities", "nothing") is None


def test_what_is_allowed_is_what_the_template_says():
    column = layer_schema("rooms").column("floor_area_m2")
    found = problem("number.text", value="大", allowed="> 0")
    assert allowed_of(found, column) == allowed_words(column).model_dump()
    assert help_of(column) == column.help.model_dump()
    assert help_of(None) == {}


def test_of_a_value_hard_to_believe_the_range_is_given():
    column = layer_schema("rooms").column("floor_area_m2")
    found = problem("range.plausible", value="2", allowed="5 – 50,000 m²", title=column.title)
    assert allowed_of(found, column) == {"zh": "5 – 50,000 m²", "en": "5 – 50,000 m²"}
    assert allowed_of(problem("geometry.half"), None) == {"zh": "", "en": ""}


@pytest.mark.parametrize("code", sorted(code for code, text in problem_texts().items() if text.online))
def test_online_nobody_hears_of_declarations(code):
    text = problem_texts()[code]
    facts = dict.fromkeys(("title", "others", "where", "reference", "datum", "east", "north", "measure"), "x")
    said = fix_of(problem(code, **facts))
    assert said == text.online.model_dump()
    for word in ("声明", "linli ", "declaration", "`"):
        assert word not in said["zh"] + said["en"]


def test_whatever_can_be_found_in_a_file_that_is_sent_in_speaks_to_a_person_at_a_page():
    elsewhere = ("vector.", "where.", "constant.", "layer.", "area.no", "file.missing", "file.unreadable",
                 "column.not_found", "sheet.not_found", "datum.unknown", "datum.disagrees", "datum.assumed")  # fmt: skip
    for code, text in problem_texts().items():
        if not code.startswith(elsewhere):
            said = text.online or text.fix
            assert "声明" not in said.zh, code
            assert "declaration" not in said.en, code


def test_problems_without_words_of_their_own_keep_their_fix():
    assert fix_of(problem("number.text"))["en"] == problem("number.text").fix["en"]
