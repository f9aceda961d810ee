import pytest

from linli.web.wishes.lists import COMMENTS, COUNTS, QUESTIONNAIRES, SLIPS
from linli.web.words import has_words


@pytest.mark.parametrize("table", [QUESTIONNAIRES, COUNTS, SLIPS, COMMENTS], ids=lambda table: table.name)
def test_every_column_and_filter_has_its_words(table):
    keys = [f"{table.name}.title", *(f"{table.name}.column.{c.key}" for c in table.columns),
            *(f"{table.name}.filter.{f.key}" for f in table.filters)]  # fmt: skip
    assert [key for key in keys if not has_words(key)] == []
    assert table.column(table.order.lstrip("-")).order
