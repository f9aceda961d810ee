import dataclasses
import string

import pytest

from linli.survey.messages import bilingual, problem, problem_texts, thin


def test_every_text_says_in_both_languages_what_is_wrong_and_what_to_do():
    for code, text in problem_texts().items():
        assert code.count(".") == 1, code
        for words in (text.message, text.fix):
            assert words.zh.strip(), code
            assert words.en.strip(), code
            fields = [
                {name for _, name, _, _ in string.Formatter().parse(words[lang]) if name} for lang in ("zh", "en")
            ]
            assert fields[0] == fields[1], code
        assert text.fix.en.endswith("."), code
        assert text.fix.zh.endswith("。"), code


def test_facts_are_filled_in_the_language_of_the_text():
    made = problem("column.missing", file="a.csv", title=bilingual("面积", "area"))
    assert "面积" in made.message["zh"]
    assert "area" in made.message["en"]
    assert "area" not in made.message["zh"]


def test_a_long_value_is_cut_and_an_unknown_code_is_a_fault():
    made = problem("number.text", value="x" * 500)
    assert len(made.value) == 80
    with pytest.raises(KeyError):
        problem("no.such")
    with pytest.raises(KeyError):
        problem("column.missing")


def test_thinning_keeps_the_first_and_says_how_many():
    many = [dataclasses.replace(problem("number.text", file="a"), row=row) for row in range(10)]
    other = problem("number.text", file="b", row=1)
    kept = thin([*many, other], 3)
    assert [one.row for one in kept] == [0, 1, 2, 1]
    assert "10" in kept[2].message["en"]
    assert kept[3] == other
