"""The list of projects: filters, and the same rows on screen and in files."""

import datetime as dt

import pytest
from django.http import QueryDict

from linli.web.pages.table import narrow, show_table
from linli.web.projects.lists import PROJECTS, state_words
from linli.web.projects.models import Project

pytestmark = pytest.mark.django_db


def rows(query):
    return [one.number for one in narrow(PROJECTS, Project._all.all(), QueryDict(query))]


def test_filters_narrow(case):
    one = case.project()
    two = case.bring(case.project("3301/330105/330105011/330105011002/", name="华丰"), "district_review")
    Project._all.filter(pk=two.pk).update(due_on=dt.date(2020, 1, 1))
    assert rows("") == [two.number, one.number]
    assert rows("state=draft") == [one.number]
    assert rows("q=华丰") == [two.number]
    assert rows("type=leading_new") == []
    assert rows("due=late") == [two.number]
    assert rows("due=coming") == []
    assert rows("due=whenever") == [two.number, one.number]
    assert state_words(one) == "草拟"


def test_every_column_can_be_shown(case):
    case.project()
    query = QueryDict("&".join(f"column={column.key}" for column in PROJECTS.columns))
    shown = show_table(PROJECTS, Project._all.all(), query)
    assert len(shown.rows[0]) == len(PROJECTS.columns)
