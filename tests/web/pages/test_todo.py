import pytest

from linli.web.pages import todo
from linli.web.pages.todo import Todo, todos_of


@pytest.mark.django_db
def test_what_is_overdue_comes_first_and_nothing_is_nothing(city, monkeypatch):
    waiting = [Todo("a.b", 2, "/a/"), Todo("a.c", 0, "/b/"), Todo("a.d", 3, "/c/", late=1)]
    monkeypatch.setattr(todo, "SOURCES", [lambda _user: waiting[:2], lambda _user: waiting[2:]])
    assert [one.address for one in todos_of(city.user())] == ["/c/", "/a/"]
