import datetime as dt

from linli.assess import AssessOptions
from linli.assess.standards import read_standard
from linli.survey import layer_schema
from linli.web.standards.catalogue import site_catalogue
from linli.web.surveys.asked import COLUMNS, LAYERS_TO_STATE, asked_by

ON = dt.date(2026, 11, 1)


def test_columns_are_those_of_the_schema():
    assert set(LAYERS_TO_STATE) < set(COLUMNS)
    for layer, columns in COLUMNS.items():
        assert set(columns) <= set(layer_schema(layer).column_names), layer


def test_every_type_and_question_of_the_standards_is_asked():
    options = AssessOptions()
    asked = asked_by(options, ON)
    for name in options.standards:
        for one in read_standard(site_catalogue(), name, options, ON).requirements:
            for kind in one.kinds:
                assert set(one.types) <= set(asked.types_for(kind))
                if one.kind == "answer":
                    assert one.item in {question.item for question in asked.questions_for(kind, "inclusive")}
    assert len({question.item for question in asked.questions}) == len(asked.questions)
    assert asked.types_for("no such kind") == ()


def test_sizes_are_asked_where_a_figure_is_held_against_them():
    asked = asked_by(AssessOptions(), ON)
    assert set(asked.sizes) <= {"floor_area_m2", "site_area_m2", "capacity"}
    assert "nursery" in asked.sizes["floor_area_m2"]
    assert "bus_stop" not in asked.sizes["floor_area_m2"]


def test_questions_by_kind_and_project():
    asked = asked_by(AssessOptions(standards=("complete_community", "future_community")), ON)
    put = {question.item for question in asked.questions_for("existing", "")}
    assert "complete_community/parcel_facilities" not in put  # asked of new communities only
    assert "future_community/education" not in put
    assert "future_community/base" in put
    assert "future_community/education" in {one.item for one in asked.questions_for("existing", "inclusive")}


def test_the_same_question_is_worked_out_once():
    assert asked_by(AssessOptions(), ON) is asked_by(AssessOptions(), ON)
    assert asked_by(AssessOptions(standards=("complete_community",)), ON) is not asked_by(AssessOptions(), ON)
