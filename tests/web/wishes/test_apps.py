from linli.web.pages.todo import SOURCES
from linli.web.wishes.waiting import waiting


def test_what_waits_is_told_on_the_desk_once():
    assert SOURCES.count(waiting) == 1
