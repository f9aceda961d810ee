import pytest

from linli.web.places.describing import json_schema
from linli.web.places.models import LAYERS


def test_the_schema_of_facilities():
    found = json_schema("facilities")
    area = found["properties"]["floor_area_m2"]
    assert area["type"] == ["number", "null"]
    assert (area["minimum"], area["maximum"], area["x-unit"]) == (0, 2_000_000, "m²")
    assert area["x-plausible"] == {"min": 1, "max": 100_000}
    assert {"const": "canteen", "title": "社区食堂"} in found["properties"]["type"]["oneOf"]
    assert found["required"] == ["facility_id", "type"]
    assert found["x-geometry"] == ["point", "multipoint", "polygon"]


def test_the_schema_of_answers():
    found = json_schema("answers")
    assert found["properties"]["value"]["type"] == ["string", "number", "null"]
    assert found["properties"]["item"]["pattern"].startswith("^")
    assert found["properties"]["answered_on"]["format"] == "date"
    assert found["x-key"] == ["community_id", "item"]


@pytest.mark.parametrize("layer", LAYERS)
def test_every_schema_is_one(layer):
    import jsonschema_rs

    checks = jsonschema_rs.validator_for(json_schema(layer))
    assert not checks.is_valid({"nothing_of_the_kind": 1})
