import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from linli.survey import empty_frame, layer_schema
from linli.web.places.models import LAYERS, Record, Version
from linli.web.places.selectors import (
    community_outlines,
    count_records,
    layer_frame,
    list_photos,
    list_records,
    name_filter,
    record_of,
    versions_of,
)
from linli.web.places.services import record_close, record_save

HEMU = "3301/330105/330105011/330105011001/"
WENSAN = "3301/330106/330106003/330106003001/"

pytestmark = pytest.mark.django_db


def test_the_demo_city_comes_out_as_it_went_in(demo_register, demo_layers):
    for name, frame in demo_layers.items():
        schema = layer_schema(name)
        given = frame.sort_values([schema.key] if schema.key else list(schema.unique), ignore_index=True)
        found = layer_frame(name, "")
        if schema.geometry:
            assert_geodataframe_equal(found, given, check_like=False)
            assert all(one.equals_exact(other, 0) for one, other in zip(found.geometry, given.geometry, strict=True))
        else:
            pd.testing.assert_frame_equal(found, given)
    assert Version._all.count() == Record._all.count() == sum(map(len, demo_layers.values()))


def test_a_place_has_only_what_lies_at_or_below_it(demo_register, demo_layers):
    code, path = next(iter(demo_register.items()))
    found = layer_frame("estates", path)
    assert set(found["community_id"]) == {code}
    assert len(found) == (demo_layers["estates"]["community_id"] == code).sum()


@pytest.mark.parametrize("layer", LAYERS)
def test_an_empty_register_has_empty_layers_of_the_right_types(db, layer):
    found = layer_frame(layer, "")
    assert found.dtypes.equals(empty_frame(layer).dtypes)
    assert len(found) == 0


def test_a_record_that_lies_in_a_community_names_it_and_a_closed_one_is_left_out(city):
    Record._all.create(layer="plots", key="P1", place=HEMU, values={"plot_id": "P1", "site_area_m2": 9})
    Record._all.create(layer="plots", key="P2", place="3301/", values={"plot_id": "P2", "site_area_m2": 9})
    Record._all.create(layer="plots", key="P3", place=HEMU, closed_at="2026-01-01T00:00Z")
    found = layer_frame("plots", "3301/")
    assert found["community_id"].to_list()[0] == "330105011001"
    assert found["community_id"].isna().to_list() == [False, True]


def test_people_see_what_lies_in_their_places(nursery, worker, city):
    outsider = city.user("community_worker", WENSAN)
    assert [one.key for one in list_records(worker, "facilities")] == ["F1"]
    assert record_of(worker, "facilities", "F1", "edit") == nursery
    assert not list_records(outsider, "facilities")
    assert record_of(outsider, "facilities", "F1") is None
    assert [one.number for one in versions_of(worker, nursery)] == [1]
    assert not versions_of(outsider, nursery)
    assert record_of(city.user("operator", HEMU), "facilities", "F1", "edit") is None
    assert not list_photos(worker)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("和睦", True), ("托育", True), ("驿", True), ("tuoyu", True), ("hmty", True), ("f1", True), ("hemu 驿站", True),
     ("小河", False), ("xh", False), ("", True)],
)  # fmt: skip
def test_records_are_found_by_name_and_key(nursery, typed, found):
    assert Record._all.filter(name_filter(typed)).exists() is found


def test_a_new_name_replaces_the_old_one_in_the_search(nursery, worker, as_actor):
    record_save(actor=as_actor(worker), layer="facilities", key="F1", values={"name": "阳光驿站"}, shape=None,
                base_version=1, source="form")  # fmt: skip
    assert not Record._all.filter(name_filter("和睦"))
    assert Record._all.get(name_filter("ygyz")).key == "F1"


def test_outlines_that_a_box_meets(demo_register):
    found = community_outlines((120.09, 30.29, 120.0901, 30.3))
    assert 0 < len(found) < len(demo_register)
    assert all(shape.geom_type == "Polygon" for _, shape in found)


def test_records_are_counted_anew_when_the_register_was_changed_and_for_whom_they_are_shown(
    nursery, worker, as_actor, city
):
    def counted(user):
        rows = list_records(user, "facilities").filter(closed_at=None)
        return count_records(user, rows, "facilities"), rows.count()

    assert counted(worker) == (1, 1)
    assert counted(city.user("community_worker", "3301/330106/330106003/330106003001/")) == (0, 0)
    record_close(actor=as_actor(worker), record=nursery, base_version=1, source="form", reason="停业")
    assert counted(worker) == (0, 0)
