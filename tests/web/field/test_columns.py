import pytest
import shapely
from django.utils import translation

from linli.survey import layer_schema
from linli.web.field.columns import field_title, geometry_text, names_of, questions_of, shown_value, texts_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("layer", ["facilities", "rooms", "answers"])
@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_every_column_is_asked_in_the_schema_s_words(layer, lang):
    schema = layer_schema(layer)
    with translation.override(lang):
        questions = {one.name: one for one in questions_of(layer, {})}
        left_out = {schema.key, "community_id", "item"}
        assert set(questions) == set(schema.column_names) - left_out
        for name, one in questions.items():
            column = schema.column(name)
            assert column.title["en" if lang == "en" else "zh"] in one.title
            assert one.help == column.help["en" if lang == "en" else "zh"]
            assert one.required is column.required


def test_choices_are_buttons_lists_or_ticks():
    kinds = {one.name: one.kind for one in questions_of("facilities", {})}
    assert (kinds["type"], kinds["status"], kinds["own_entrance"], kinds["floor_area_m2"], kinds["storey"]) == (
        "select", "choice", "choice", "number", "integer")  # fmt: skip
    rooms = {one.name: one for one in questions_of("rooms", {"allowed_types": "nursery;canteen"})}
    assert rooms["allowed_types"].kind == "ticks"
    ticked = [value for _, choices in rooms["allowed_types"].groups for value, _, on in choices if on]
    assert sorted(ticked) == ["canteen", "nursery"]
    assert rooms["available_from"].kind == "date"


def test_unknown_is_a_choice_of_its_own():
    entrance = next(one for one in questions_of("facilities", {}) if one.name == "own_entrance")
    assert [(value, on) for value, _, on in entrance.groups[0][1]] == [("true", False), ("false", False), ("", True)]
    known = next(one for one in questions_of("facilities", {"own_entrance": False}) if one.name == "own_entrance")
    assert [on for _, _, on in known.groups[0][1]] == [False, True, False]
    value = next(one for one in questions_of("answers", {"value": "0.8"}) if one.name == "value")
    assert [text for text, _, on in value.groups[0][1] if on] == ["0.8"]


def test_a_record_is_held_as_texts():
    texts = texts_of(
        "facilities", {"type": "canteen", "floor_area_m2": 240, "own_entrance": True}, shapely.Point(120.123456789, 30)
    )
    assert (texts["type"], texts["floor_area_m2"], texts["own_entrance"], texts["name"]) == (
        "canteen",
        "240",
        "true",
        "",
    )
    assert texts["geometry"] == '{"type":"Point","coordinates":[120.1234568,30.0]}'
    assert set(texts) == set(names_of("facilities"))
    assert geometry_text(None) == ""
    assert "geometry" not in texts_of("answers", {}, None)


def test_fields_and_values_are_shown_in_words():
    assert field_title("facilities", "floor_area_m2") == "建筑面积（m²）"
    assert field_title("facilities", "geometry") == "位置"
    assert shown_value("facilities", "status", "in_use") == "在用"
    assert shown_value("facilities", "geometry", shapely.Point(120.1, 30.2)) == "120.10000, 30.20000"
    assert shown_value("facilities", "name", None) == ""
