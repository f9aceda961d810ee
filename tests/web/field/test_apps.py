from linli.web.field.waiting import waiting
from linli.web.pages.todo import SOURCES


def test_what_waits_is_told_on_the_desk_once():
    assert SOURCES.count(waiting) == 1
