import pytest

from linli.web.field.lists import CONFLICTS, ENTRIES
from linli.web.field.models import FORMS, Conflict, Entry
from linli.web.words import has_words


@pytest.mark.parametrize("table", [ENTRIES, CONFLICTS], ids=lambda table: table.name)
def test_every_column_and_filter_has_its_words(table):
    keys = [f"{table.name}.title", *(f"{table.name}.column.{c.key}" for c in table.columns),
            *(f"{table.name}.filter.{f.key}" for f in table.filters)]  # fmt: skip
    assert [key for key in keys if not has_words(key)] == []
    assert table.column(table.order.lstrip("-")).order


def test_every_state_has_its_words():
    keys = [
        *(f"field.form_name.{name}" for name in FORMS), *(f"field.state.{name}" for name in Entry.State.values),
        *(f"field.review.{name}" for name in Entry.Review.values),
        *(f"field.kind.{name}" for name in Conflict.Kind.values),
        *(f"field.held.{name}" for name in Conflict.Kind.values),
        *(f"field.decide.{name}" for name in Conflict.Kind.values),
        *(f"field.conflict_state.{name}" for name in Conflict.State.values),
    ]  # fmt: skip
    assert [key for key in keys if not has_words(key)] == []
