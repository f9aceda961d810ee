from types import SimpleNamespace

import pytest
from django.utils import translation

from linli.web.surveys.models import Round
from linli.web.wishes.lists import COMMENTS, COUNTS, QUESTIONNAIRES, SLIPS
from linli.web.words import has_words


@pytest.mark.parametrize("table", [QUESTIONNAIRES, COUNTS, SLIPS, COMMENTS], ids=lambda table: table.name)
def test_every_column_and_filter_has_its_words(table):
    keys = [f"{table.name}.title", *(f"{table.name}.column.{c.key}" for c in table.columns),
            *(f"{table.name}.filter.{f.key}" for f in table.filters)]  # fmt: skip
    assert [key for key in keys if not has_words(key)] == []
    assert table.column(table.order.lstrip("-")).order


def test_a_round_is_named_in_the_reader_s_language():
    row = SimpleNamespace(round=Round(name="2026 年调查", name_en="Survey 2026"))
    named = QUESTIONNAIRES.column("round").value
    assert named(row) == "2026 年调查"
    with translation.override("en"):
        assert named(row) == "Survey 2026"
