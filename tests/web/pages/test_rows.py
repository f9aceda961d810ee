from types import SimpleNamespace

import pytest
from django.db.models import F
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.web.pages.rows import Rows
from linli.web.pages.table import Column, Filter, Table, show_table


def _rows(*scores):
    return Rows([SimpleNamespace(name=f"n{i}", score=score) for i, score in enumerate(scores)])


def test_the_unknown_comes_last_either_way():
    rows = _rows(3, None, 1)
    assert [row.score for row in rows.order_by("score", "pk")] == [1, 3, None]
    assert [row.score for row in rows.order_by("-score", "-pk")] == [3, 1, None]
    assert list(Rows([]).order_by("score")) == []
    last = F("score").desc(nulls_last=True)
    assert [row.score for row in rows.order_by(last, "-pk")] == [3, 1, None]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3))))
def test_later_names_decide_among_equals(pairs):
    rows = Rows([SimpleNamespace(a=a, b=b) for a, b in pairs]).order_by("a", "-b")
    assert [(row.a, -row.b) for row in rows] == sorted((a, -b) for a, b in pairs)


def test_a_table_shows_them():
    table = Table(
        "pages.x", (Column("name", lambda r: r.name, order=("name",)),), "-name",
        (Filter("q", lambda rows, asked: rows.keep(lambda row: asked in row.name)),), size=2,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("linli.web.pages.table.say", lambda key, **_: key)
        shown = show_table(table, Rows.of(_rows(1, 2, 3)), QueryDict("q=n"))
        assert shown.total == 3
        assert [cell.text for row in shown.rows for cell in row] == ["n2", "n1"]
        assert show_table(table, Rows.of(_rows(1, 2, 3)), QueryDict("q=n1")).total == 1
