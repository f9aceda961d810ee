import re

import pytest

from linli.improve.subsidy.words import SENTENCES, tell


@pytest.mark.parametrize("code", SENTENCES)
def test_both_languages_say_the_same_figures(code):
    gaps = [set(re.findall(r"\{(\w+)\}", SENTENCES[code][lang])) for lang in ("zh", "en")]
    assert gaps[0] == gaps[1]


def test_gaps_take_text_or_text_by_language():
    told = tell("payment", title={"zh": "竣工", "en": "Completion"}, share="50", amount="1.00")
    assert told == {"zh": "竣工：拨付 50 %，1.00 元。", "en": "Completion: 50 %, 1.00 yuan."}


def test_a_gap_left_open_is_an_error():
    with pytest.raises(KeyError):
        tell("payment", title="x")
