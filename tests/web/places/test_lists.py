import pytest
from django.http import QueryDict
from django.utils import translation

from linli.survey import layer_schema
from linli.web.audit.actor import system_actor
from linli.web.pages.table import narrow, show_table
from linli.web.places.lists import layer_table, listed_records, place_choices
from linli.web.places.models import LAYERS, Record
from linli.web.places.services import record_close

pytestmark = pytest.mark.django_db


def found(layer, user, query):
    params = QueryDict(query)
    rows = narrow(layer_table(layer, user, params), listed_records(layer, user, params), params)
    return [one.key for one in rows]


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_has_a_list_of_all_its_columns(layer, worker):
    table = layer_table(layer, worker, QueryDict())
    shown = show_table(table, listed_records(layer, worker, QueryDict()), QueryDict())
    assert shown.total == 0
    names = {column.key for column in table.columns}
    schema = layer_schema(layer)
    known = names | {
        "community_id" if "community" in names else "",
        "type",
        "kind",
        "property_service",
        "owner_kind",
        "item",
    }
    assert set(schema.column_names) <= known
    assert all(head.title for head in shown.heads)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["F1"]), ("q=hemu", ["F1"]), ("q=xx", []), ("kind=nursery", ["F1"]), ("kind=canteen", []),
        ("place=3301/330105/", ["F1"]), ("place=3301/330106/", []), ("status=in_use", ["F1"]), ("status=closed", []),
        ("missing=capacity", ["F1"]), ("missing=floor_area_m2", []), ("missing=x", ["F1"]),
        ("state=closed", ["F2"]), ("state=all", ["F1", "F2"]), ("sort=-floor_area_m2&state=all", ["F1", "F2"]),
        ("sort=floor_area_m2&state=all", ["F1", "F2"]), ("sort=capacity", ["F1"]),
    ],
)  # fmt: skip
def test_lists_are_narrowed_and_ordered(nursery, worker, query, keys):
    values = {k: v for k, v in nursery.values.items() if k != "floor_area_m2"} | {"facility_id": "F2"}
    two = Record._all.create(
        layer="facilities", key="F2", place=nursery.place, values=values, kind="nursery", name="乙"
    )
    record_close(actor=system_actor("t"), record=two, base_version=1, source="form", reason="x")
    assert found("facilities", worker, query) == keys


def test_cells_say_what_is_known_and_what_is_not(nursery, worker):
    params = QueryDict(
        "column=name&column=kind&column=community&column=floor_area_m2&column=capacity&column=changed_by"
    )
    shown = show_table(layer_table("facilities", worker, params), listed_records("facilities", worker, params), params)
    assert [cell.text for cell in shown.rows[0]] == [
        "和睦托育驿站", "托儿所", "和睦社区", "260", "待补", "community_worker-1"
    ]  # fmt: skip
    assert shown.rows[0][0].link == "/places/facilities/record/F1/"
    assert shown.rows[0][2].link == "/communities/330105011001/"
    with translation.override("en"):
        shown = show_table(
            layer_table("facilities", worker, params), listed_records("facilities", worker, params), params
        )
        assert [cell.text for cell in shown.rows[0]][2:5] == ["Hemu", "260", "unknown"]


def test_who_may_not_see_profiles_gets_no_link_to_them(nursery, city):
    operator = city.user("operator", nursery.place)
    params = QueryDict("column=community")
    shown = show_table(
        layer_table("facilities", operator, params), listed_records("facilities", operator, params), params
    )
    assert shown.rows[0][0].link == ""


def test_places_are_offered_by_their_level(city, monkeypatch):
    user = city.user("district_office", "3301/330105/")
    choices = place_choices(user)
    assert choices[0] == ("3301/330105/", "示范区")
    assert ("3301/330105/330105011/330105011001/", "　　和睦社区") in choices
    monkeypatch.setattr("linli.web.places.lists._PLACES", 2)
    assert not [path for path, _ in place_choices(user) if path.count("/") > 3]
    near = [path for path, _ in place_choices(user, "3301/330105/330105011/")]
    assert "3301/330105/330105011/330105011001/" in near
    assert "3301/330105/330105012/330105012001/" not in near
