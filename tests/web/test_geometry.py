import pytest
import shapely

from linli.web.geometry import feature, feature_collection, in_box, read_geojson
from linli.web.places.models import Record

BOX = shapely.box(120.1, 30.2, 120.2, 30.3)


def test_what_the_browser_sends_is_read_and_nothing_else():
    assert read_geojson(shapely.to_geojson(BOX)).equals(BOX)
    assert read_geojson(" ") is None
    for wrong in ("{", '{"type":"Point","coordinates":[]}', '{"type":"Point","coordinates":[500000,3300000]}',
                  '{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}'):  # fmt: skip
        with pytest.raises(ValueError, match=r"geometry|longitude"):
            read_geojson(wrong)


def test_a_feature_tells_its_id_and_rounds_to_a_centimetre():
    made = feature("F1", shapely.Point(120.123456789, 30), {"name": "食堂"})
    assert made["geometry"]["coordinates"] == (120.1234568, 30.0)
    assert made["properties"] == {"id": "F1", "name": "食堂"}
    assert feature("F2", None, {})["geometry"] is None
    assert len(feature_collection([made])["features"]) == 1


@pytest.mark.django_db
def test_a_box_finds_what_it_meets_and_a_row_without_a_place_is_not_found():
    for key, shape in (("in", shapely.Point(120.15, 30.25)), ("out", shapely.Point(121, 30)), ("none", None)):
        record = Record(layer="facilities", key=key, place="3301/")
        record.locate(shape)
        record.save()
    assert [r.key for r in Record._all.filter(in_box(BOX.bounds))] == ["in"]
    assert Record._all.get(key="in").shape.equals(shapely.Point(120.15, 30.25))
    assert Record._all.get(key="none").shape is None
