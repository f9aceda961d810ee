import pytest
from django.http import QueryDict

from linli.web.pages.table import show_table
from linli.web.rooms.lists import ROOMS, owner_kind_text, type_text
from linli.web.rooms.selectors import list_rooms

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("query", "n"), [("", 1), ("q=居委", 1), ("q=hemu", 1), ("q=R9", 0), ("state=checked", 0),
                                          ("state=offered", 1), ("owner=government", 1)])  # fmt: skip
def test_rooms_are_found(desk, query, n):
    shown = show_table(ROOMS, list_rooms(desk.who["street"]), QueryDict(query))
    assert shown.page.paginator.count == n


def test_codes_are_words(desk):
    assert type_text("") == ""
    assert type_text("canteen") != "canteen"
    assert owner_kind_text("government") not in {"", "government"}
    assert owner_kind_text(None) == ""
    row = show_table(ROOMS, list_rooms(desk.who["street"]), QueryDict("")).rows[0]
    assert any(type_text("canteen") in cell.text for cell in row)
