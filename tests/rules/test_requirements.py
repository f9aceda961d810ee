import pytest

from linli.rules.requirements import KINDS, REFERENCE_UNITS, REQUIREMENT_LISTS, check_requirements, references
from linli.rules.schema import UNITS
from linli.strictyaml import Located

NOWHERE = Located(None, {}, (), "file.yaml")


def answer(name, **more):
    return {"id": name, "kind": "answer", "verb": "must", "kinds": ["new"], **more}


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        (answer("b"), True),
        (answer("b", kinds=["existing"]), False),
        (answer("b", project_types=["inclusive"]), True),
        (answer("b", kind="reach"), False),
    ],
)
def test_one_question_a_community(other, clash):
    codes = [problem.code for problem in check_requirements(NOWHERE, [answer("a"), other])]
    assert codes == (["requirement.two_answers"] if clash else [])


def test_two_questions_to_different_projects_are_fine():
    requirements = [answer("a", project_types=["leading_new"]), answer("b", project_types=["inclusive"])]
    assert list(check_requirements(NOWHERE, requirements)) == []


def test_references_leave_the_circle_out_and_look_into_alternatives():
    requirement = {
        "distance": "circle",
        "min_floor_area": "floor_area_min",
        "alternatives": [{"min_count": "shops_min", "distance": "walking/distance.ten_minute"}],
    }
    assert sorted(reference for _, _, reference in references(requirement)) == [
        "floor_area_min",
        "shops_min",
        "walking/distance.ten_minute",
    ]


def test_every_kind_has_its_keys_and_every_key_that_names_a_value_its_units():
    assert set(REQUIREMENT_LISTS) == {*KINDS, "any", "alternative"}
    assert {unit for units in REFERENCE_UNITS.values() for unit in units} <= set(UNITS)


def test_a_requirement_that_is_no_mapping_is_left_to_the_schema():
    assert list(check_requirements(NOWHERE, ["reach"])) == []
