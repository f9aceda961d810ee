import pytest
from django.http import QueryDict

from linli.survey import layer_schema
from linli.web.places.forms import MergeForm, PhotoForm, RecordForm, ShapeForm, VersionReasonForm, community_groups
from linli.web.places.models import LAYERS, Record

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_has_a_form_of_all_its_columns(layer, worker):
    form = RecordForm(layer=layer, user=worker)
    schema = layer_schema(layer)
    assert set(schema.column_names) <= set(form.fields)
    assert ("shape" in form.fields) is bool(schema.geometry)
    assert all(field.label for field in form.fields.values())
    required = {column.name for column in schema.columns if column.required}
    numbered = {schema.key} if layer != "communities" else set()
    assert {name for name, field in form.fields.items() if field.required} == required - numbered


def test_what_names_a_record_is_not_asked_again(nursery, worker):
    form = RecordForm(layer="facilities", user=worker, record=nursery)
    assert "facility_id" not in form.fields
    assert form.initial["version"] == 1
    assert form.initial["name"] == "和睦托育驿站"
    answer = Record(layer="answers", key="a|b", values={"value": "yes"}, place=nursery.place)
    assert {"community_id", "item"}.isdisjoint(RecordForm(layer="answers", user=worker, record=answer).fields)


def test_values_are_what_was_typed_and_nothing_is_unknown(worker):
    sent = QueryDict(
        "floor_area_m2=1,200&own_entrance=false&allowed_types=canteen&allowed_types=nursery&rent_yuan_m2_month="
    )
    form = RecordForm(sent, layer="rooms", user=worker)
    assert form.is_valid(), form.errors
    values = form.asked_values
    assert values["floor_area_m2"] == "1,200"
    assert values["own_entrance"] == "false"
    assert values["allowed_types"] == "canteen;nursery"
    assert values["rent_yuan_m2_month"] is None
    assert form.asked_shape is None


def test_each_field_that_cannot_be_is_said(worker):
    sent = QueryDict("type=x&community_id=330106003001&shape={}&own_entrance=maybe&version=x")
    form = RecordForm(sent, layer="facilities", user=worker)
    assert not form.is_valid()
    assert set(form.errors) == {"type", "community_id", "shape", "own_entrance", "version"}
    assert "重新标注" in form.errors["shape"][0]


def test_what_is_doubted_has_to_be_confirmed_the_second_time(worker):
    sent = "type=canteen&status=in_use"
    assert RecordForm(QueryDict(sent), layer="facilities", user=worker, sure=True).is_valid()
    assert not RecordForm(QueryDict(f"{sent}&doubted=1"), layer="facilities", user=worker, sure=True).is_valid()
    assert RecordForm(QueryDict(f"{sent}&doubted=1&sure=on"), layer="facilities", user=worker, sure=True).is_valid()


def test_communities_are_those_within_and_for_their_own_layer_those_without_a_record(city, worker):
    street = city.user("street", "3301/330105/330105011/")
    assert community_groups(street) == [("和睦街道", [("330105011001", "和睦社区"), ("330105011002", "华丰社区")])]
    assert community_groups(worker) == [("", [("330105011001", "和睦社区")])] or community_groups(worker)[0][1]
    Record._all.create(layer="communities", key="330105011001", place="3301/330105/330105011/330105011001/")
    choices = RecordForm(layer="communities", user=street).fields["community_id"].choices
    assert "330105011001" not in str(choices)
    assert "330105011002" in str(choices)


def test_the_small_forms():
    assert VersionReasonForm({"reason": "x", "version": 1}).is_valid()
    assert not VersionReasonForm({"reason": "", "version": 1}).is_valid()
    assert ShapeForm({"shape": '{"type":"Point","coordinates":[1,2]}', "version": 1}).is_valid()
    assert "shape" in ShapeForm({"shape": "", "version": 1}).errors
    assert "file" in PhotoForm({}, {}).errors
    assert not MergeForm({"kept": "z", "reason": "x", "versions": "1:1"}, choices=[("a", "A")]).is_valid()
