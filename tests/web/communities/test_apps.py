from linli.web.assessments.work import AFTER_RUN
from linli.web.communities.areas import outlines_write
from linli.web.communities.portrait import portraits_write
from linli.web.communities.todo import OWN
from linli.web.pages.todo import SOURCES


def test_the_app_joins_those_who_are_called_once():
    assert AFTER_RUN.count(outlines_write) == AFTER_RUN.count(portraits_write) == 1
    assert all(SOURCES.count(one) == 1 for one in OWN)
