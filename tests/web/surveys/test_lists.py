import pytest
from django.http import QueryDict
from django.utils import translation

from linli.web.pages.table import show_table
from linli.web.surveys import lists
from linli.web.surveys.completeness import PARTS
from linli.web.surveys.models import Return, Snapshot
from linli.web.surveys.selectors import Contact, completeness

pytestmark = pytest.mark.django_db
HEMU = "3301/330105/330105011/330105011001/"


def rows(case, **more):
    made = case.open(**more)
    returns = Return._all.filter(round=made).select_related("community", "round").order_by("place")
    contact = Contact(HEMU, "community_worker", "王小明", "138", "")
    return lists.return_rows(returns, completeness(made, returns), {HEMU: [contact]})


def shown(found, query=""):
    return show_table(lists.RETURNS, found, QueryDict(query))


def test_returns_are_sorted_and_narrowed_by_what_is_counted(case):
    case.put("communities", "330105011001", HEMU, case.square(), households=3)
    found = rows(case)
    assert [row[0].text for row in shown(found).rows] == ["和睦社区", "华丰社区", "小河社区", "文三社区"]
    assert shown(found, "sort=-known").rows[0][0].text == "和睦社区"
    assert shown(found, "sort=missing").rows[0][0].text == "和睦社区"
    assert [row[0].text for row in shown(found, "q=华丰").rows] == ["华丰社区"]
    assert shown(found, "q=330105011002").total == 1
    assert shown(found, "state=accepted").total == 0
    assert shown(found, "late=late").total == 0
    assert shown(found, "state=filling").total == 4


def test_parts_can_be_shown(case):
    found = rows(case)
    table = shown(found, "&".join(f"column=part_{part}" for part in PARTS))
    assert len(table.heads) == len(PARTS)
    assert table.rows[0][0].text == "0 / 13"


def test_whom_to_ask_stands_in_the_list(case):
    (row,) = [row for row in rows(case) if row.place == HEMU]
    assert row.people == "王小明 138"
    assert (row.street, row.district) == ("和睦街道", "示范区")
    with translation.override("en"):
        assert lists.return_rows([row.one], {row.one.community.code: row.found})[0].community == "Hemu"


def test_words_of_layers_and_columns():
    assert lists.layer_words("facilities") == "设施"
    assert lists.layer_words("registry") == "registry"
    assert lists.column_words("facilities", "floor_area_m2") == "建筑面积"
    assert lists.column_words("facilities", "geometry") == "位置或边界"
    assert lists.column_words("buildings", "longitude") == "经度"
    assert lists.column_words("facilities", "层数") == "层数"
    with translation.override("en"):
        assert lists.column_words("facilities", "floor_area_m2") == "floor area"


def test_rounds_and_snapshots_are_named_in_the_reader_s_language(case):
    made = case.open(name_en="Survey 2026")
    snapshot = Snapshot(round=made)
    assert (lists.ROUNDS.columns[0].value(made), lists.SNAPSHOTS.columns[0].value(snapshot)) == ("2026年调查",) * 2
    with translation.override("en"):
        assert (lists.ROUNDS.columns[0].value(made), lists.SNAPSHOTS.columns[0].value(snapshot)) == ("Survey 2026",) * 2
