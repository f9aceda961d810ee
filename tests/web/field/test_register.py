import pytest
import shapely

from linli.web.field.merge import Clash
from linli.web.field.register import as_json, clash_fields, from_json, messages_of, read_mine, read_shape, told_fields
from linli.web.places.checking import check_rows
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db


def test_a_position_is_read_or_refused_with_its_field():
    assert read_shape("") is None
    assert read_shape('{"type":"Point","coordinates":[120,30]}').equals(shapely.Point(120, 30))
    with pytest.raises(Refused) as caught:
        read_shape('{"type":"Point","coordinates":[1200,30]}')
    assert caught.value.field == "geometry"


def test_what_is_wrong_names_what_was_found_what_is_allowed_and_the_fix():
    row = {"type": "canteen", "storey": "三楼", "facility_id": "F"}
    problems = check_rows("facilities", [row], [shapely.Point(120.1, 30.2)]).problems
    found = messages_of([one for one in problems if one.severity == "error"], ("type", "storey"))
    assert "三楼" in found["storey"][0]
    elsewhere = messages_of([one for one in problems if one.severity == "error"], ("type",))
    assert list(elsewhere) == ["type"]
    nowhere = check_rows("facilities", [{"type": "canteen", "facility_id": "F"}], [None]).problems
    assert "geometry" in messages_of([one for one in nowhere if one.severity == "error"], ("type", "geometry"))


def test_what_a_person_wrote_is_read_as_the_schema_says():
    state, wrong = read_mine("facilities", {"type": "社区食堂", "floor_area_m2": "１２０", "own_entrance": "是"},
                             shapely.Point(120.1, 30.2), {"facility_id": "F-1"})  # fmt: skip
    assert (state.values["type"], state.values["floor_area_m2"], state.values["own_entrance"]) == ("canteen", 120, True)
    assert not wrong
    assert state.values["name"] is None
    assert read_mine("facilities", {"floor_area_m2": "x"}, None, {"facility_id": "F-1", "type": "canteen"})[1]


def test_conflicts_are_kept_as_json_and_told_as_the_form_holds_them():
    here, there = shapely.Point(120.1, 30), shapely.Point(120.2, 30)
    clashes = [
        Clash("own_entrance", None, True, False),
        Clash("geometry", None, here, there),
        Clash("name", "甲", "乙", None),
    ]
    kept = clash_fields(clashes)
    assert kept[1]["mine"] == "POINT (120.1 30)"
    assert from_json("geometry", as_json("geometry", here)).equals(here)
    told = {field["name"]: field for field in told_fields("facilities", kept)}
    assert (told["own_entrance"]["mine"], told["own_entrance"]["shown"]["mine"]) == ("true", "是")
    assert told["own_entrance"]["other"] is False
    assert told["geometry"]["mine"] == '{"type":"Point","coordinates":[120.1,30.0]}'
    assert told["geometry"]["other"] is False
    assert (told["name"]["other"], told["name"]["theirs"], told["name"]["shown"]["theirs"]) == (True, None, None)
