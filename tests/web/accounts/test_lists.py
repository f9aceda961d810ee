import pytest
from django.http import QueryDict

from linli.web.accounts.lists import GRANTS, ORGANISATIONS, PEOPLE
from linli.web.accounts.models import Grant, Organisation, User
from linli.web.pages.table import narrow, show_table
from linli.web.words import has_words

pytestmark = pytest.mark.django_db
TABLES = [(PEOPLE, User), (ORGANISATIONS, Organisation), (GRANTS, Grant)]


@pytest.mark.parametrize(("table", "model"), TABLES)
def test_every_column_filter_and_order_works(table, model, people):
    rows = model._base_manager.all()
    for column in table.columns:
        assert has_words(f"{table.name}.column.{column.key}")
        show_table(table, rows, QueryDict(f"sort=-{column.key}&column={column.key}"))
    for one in table.filters:
        values = ["2026-11-23"] if one.kind == "date" else [v for v, _ in one.choices()] if one.choices else ["和睦"]
        for value in values:
            assert narrow(table, rows, QueryDict(f"{one.key}={value}")).count() <= rows.count()


def test_grants_by_state_add_up(people):
    rows = Grant._all.all()
    counts = [
        narrow(GRANTS, rows, QueryDict(f"state={s}")).count() for s in ("in_force", "coming", "expired", "revoked")
    ]
    assert sum(counts) == rows.count()
    assert counts[2] == 1
