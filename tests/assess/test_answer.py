import datetime as dt

import numpy as np
import pytest

from linli.assess.answer import DEGREES, answer
from linli.assess.city import build_city
from linli.assess.standards import Requirement

ASKED = Requirement("s", "complete_community/utilities", "answer", "answer", "must", ("existing",))


def found(kit, *answers):
    communities, buildings = kit.tiny_parts()
    rows = [dict(zip(("community_id", "item", "value", "answered_on"), row, strict=True)) for row in answers]
    return answer(build_city(kit.survey_of(communities=communities, buildings=buildings, answers=rows)), ASKED)


@pytest.mark.parametrize(("said", "degree"), [*DEGREES.items(), ("0.25", 0.25), ("1", 1.0)])
def test_words_and_numbers(city_kit, said, degree):
    result = found(city_kit, ("B", ASKED.item, said, None))
    assert result.degree[1] == degree
    assert np.isnan(result.degree[[0, 2, 3]]).all()
    assert result.notes["no_answer"].tolist() == [True, False, True, True]


def test_the_latest_answer_counts(city_kit):
    early, late = dt.date(2024, 1, 1), dt.date(2026, 1, 1)
    result = found(
        city_kit, ("B", ASKED.item, "yes", late), ("B", ASKED.item, "no", early), ("B", ASKED.item, "no", None)
    )
    assert result.degree[1] == 1.0


def test_answers_to_other_items_do_not_count(city_kit):
    assert np.isnan(found(city_kit, ("B", "complete_community/parking", "yes", None)).degree).all()
