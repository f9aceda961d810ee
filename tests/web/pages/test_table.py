from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.http import QueryDict

from linli.web.accounts.lists import PEOPLE
from linli.web.accounts.models import User
from linli.web.pages.table import Column, Table, cell_text, narrow, show_table

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "text", ""),
        (1234567, "number", "1,234,567"),
        (Decimal("1234.50"), "number", "1,234.50"),
        (0, "number", "0"),
        (date(2026, 11, 23), "date", "2026-11-23"),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), "moment", "2026-11-24 00:00:00"),
        ("planner", "words", "规划人员"),
        ("unheard", "words", "unheard"),
    ],
)
def test_values_as_text(value, kind, text):
    assert cell_text(value, Column("x", lambda row: row, kind=kind, words="accounts.role")) == text


def test_pages_orders_and_filters_are_in_the_address(people):
    rows = User.objects.all()
    shown = show_table(PEOPLE, rows, QueryDict("q=planner&sort=-username&page=1"))
    assert [row[0].text for row in shown.rows] == ["planner.district", "planner.city"]
    assert shown.narrowed
    assert "page" not in shown.query
    head = next(head for head in shown.heads if head.key == "username")
    assert (head.sorted, head.sort) == ("descending", "q=planner&sort=username")


def test_columns_can_be_chosen_and_pages_turned(people):
    small = Table(name=PEOPLE.name, columns=PEOPLE.columns, order="username", size=5)
    shown = show_table(small, User.objects.all(), QueryDict("column=phone&column=name&page=2"))
    assert [head.key for head in shown.heads] == ["name", "phone"]
    assert len(shown.rows) == 5
    assert shown.total == len(people)


@pytest.mark.parametrize("sort", ["nonsense", "-phone", "password"])
def test_an_odd_order_is_the_first_one(people, sort):
    assert [u.pk for u in narrow(PEOPLE, User.objects.all(), QueryDict(f"sort={sort}"))] == [
        u.pk for u in User.objects.order_by("username", "pk")
    ]


def test_a_table_without_its_order_is_a_fault():
    with pytest.raises(KeyError):
        narrow(Table(name="x", columns=(), order="a"), User.objects.all(), QueryDict())
