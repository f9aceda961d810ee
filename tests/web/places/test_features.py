import json

import pytest
import shapely
from django.utils import translation

from linli.web.audit.models import Event
from linli.web.places.features import bounds_of, export_geojson, features_of, map_layer, pin_kinds, read_box
from linli.web.places.selectors import list_records

pytestmark = pytest.mark.django_db


def test_features_say_name_kind_group_and_where_to_read_more(nursery):
    (one,) = features_of("facilities", [nursery])
    assert one["id"] == "F1"
    assert one["geometry"] == {"type": "Point", "coordinates": (120.1215, 30.2991)}
    assert one["properties"] == {
        "id": "F1", "name": "和睦托育驿站", "kind": "托儿所", "group": "education",
        "href": "/places/facilities/record/F1/",
    }  # fmt: skip


def test_a_layer_of_a_map():
    assert map_layer("facilities", src="/x/")["kind"] == "facilities"
    rooms = map_layer("rooms", tiles="/t/{z}/{x}/{y}/")
    assert (rooms["kind"], rooms["tiles"], rooms["fields"][0]["label"]) == ("sites", "/t/{z}/{x}/{y}/", "产权性质")
    assert "src" not in rooms
    with translation.override("en"):
        assert map_layer("plots", src="/x/")["label"] == "Plots"


def test_boxes():
    assert bounds_of([None]) is None
    west, south, east, north = bounds_of([shapely.Point(120, 30), None])
    assert west < 120 < east
    assert south < 30 < north
    assert read_box("") is None
    assert read_box("1,2,3,4") == (1, 2, 3, 4)
    for text in ("1,2,3", "3,2,1,4", "a,b,c,d", "nan,1,2,3"):
        with pytest.raises(ValueError, match=r"box|convert"):
            read_box(text)


def test_what_can_be_drawn():
    assert pin_kinds("facilities") == ["point", "multipoint", "polygon"]
    assert pin_kinds("communities") == ["polygon"]


def test_a_file_has_all_values_and_leaves_an_event(nursery, worker, rf):
    request = rf.get("/?q=hemu")
    request.user = worker
    answer = export_geojson(request, "facilities", list_records(worker, "facilities"))
    found = json.loads(answer.getvalue())
    answer.file_to_stream.close()
    assert answer["X-Rows"] == "1"
    assert found["features"][0]["properties"] == {"id": "F1", **nursery.values}
    event = Event._all.order_by("-number").first()
    assert (event.event, event.object_name) == ("pages.table.export", "places.facilities")
    assert '"format":"geojson"' in event.after
