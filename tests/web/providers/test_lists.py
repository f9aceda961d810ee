"""The list of providers: filters and columns."""

import pytest
from django.http import QueryDict
from django.utils import translation

from linli.web.pages.table import narrow, show_table
from linli.web.providers.lists import PROVIDERS, category_titles
from linli.web.providers.models import Provider

pytestmark = pytest.mark.django_db


def test_filters_narrow_and_every_column_can_be_shown(case):
    case.listed()
    case.draft(name="托育公司", categories=("childcare",))
    rows = Provider._all.all()
    assert narrow(PROVIDERS, rows, QueryDict("q=托育")).count() == 1
    assert narrow(PROVIDERS, rows, QueryDict("state=listed")).count() == 1
    query = QueryDict("&".join(f"column={column.key}" for column in PROVIDERS.columns))
    shown = show_table(PROVIDERS, rows, query)
    assert [cells[2].text for cells in shown.rows] == ["综合集成运营", "托幼服务"]


def test_categories_speak_both_languages():
    assert category_titles()["childcare"] == "托幼服务"
    with translation.override("en"):
        assert category_titles()["childcare"] == "Childcare"
