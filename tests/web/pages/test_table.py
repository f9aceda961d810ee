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


WORDS = "accounts.role"


def test_what_is_not_known_is_said_and_comes_last_either_way(people):
    User.objects.filter(pk=people["nobody"].pk).update(last_login=datetime(2026, 11, 1, tzinfo=UTC))
    User.objects.filter(pk=people["over"].pk).update(last_login=datetime(2026, 11, 2, tzinfo=UTC))
    column = Column("login", lambda u: u.last_login, kind="moment", order=("last_login",), unknown="pages.word.none")
    table = Table(name="accounts.people", columns=(column,), order="login")
    for sort, first in (("login", "nobody"), ("-login", "over")):
        rows = narrow(table, User.objects.all(), QueryDict(f"sort={sort}"))
        assert rows[0] == people[first]
        assert rows[2].last_login is None
    assert cell_text(None, column) == "无"


def test_columns_named_by_data_stand_in_groups_and_marks_have_shape_figure_and_words(people):
    table = Table(
        name="accounts.people",
        order="username",
        columns=(
            Column("username", lambda u: u.username, order=("username",)),
            Column("a", lambda _: "planner", kind="mark", words=WORDS, title=lambda: "甲", group="组", text=lambda _: "3 %"),
            Column("b", lambda _: "auditor", kind="mark", words=WORDS, title=lambda: "乙", group="组"),
        ),
    )  # fmt: skip
    shown = show_table(table, User.objects.all(), QueryDict())
    assert shown.groups == [("", 1, ""), ("组", 2, "")]
    assert [head.title for head in shown.heads[1:]] == ["甲", "乙"]
    cell = shown.rows[0][1]
    assert (cell.text, cell.code, cell.words) == ("3 %", "planner", "规划人员")
    assert show_table(PEOPLE, User.objects.all(), QueryDict()).groups == ()


def test_what_a_list_is_about_stays_when_filters_are_cleared(people):
    told = []
    shown = show_table(
        PEOPLE, User.objects.all(), QueryDict("q=planner&about=a%26b"), keep=("about",), prepare=told.extend
    )
    assert shown.kept == [("about", "a&b")]
    assert shown.cleared == "about=a%26b"
    assert len(told) == shown.total == 2
