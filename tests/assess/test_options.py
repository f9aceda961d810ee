import pytest
from pydantic import ValidationError

from linli.assess.options import PRIORITY_COMPONENTS, AssessOptions


def test_every_field_is_documented_and_has_a_default():
    assert all(field.description for field in AssessOptions.model_fields.values())
    assert AssessOptions().met_share == 1.0
    assert set(AssessOptions().priority) == set(PRIORITY_COMPONENTS)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"standards": []}, "standards"),
        ({"standards": ["a", "a"]}, "standards"),
        ({"met_share": 0}, "met_share"),
        ({"met_share": 1.1}, "met_share"),
        ({"person": "runner"}, "person"),
        ({"circle": "block"}, "circle"),
        ({"grades": {"A": 0.5, "B": 0.9}}, "grades"),
        ({"grades": {"A": 2}}, "grades"),
        ({"weights": {"complete_community/nursery": -1}}, "weights"),
        ({"weights": "heavy"}, "weights"),
        ({"priority": {"luck": 1}}, "luck"),
        ({"priority": {"wishes": 0}}, "priority"),
        ({"max_offset_m": float("inf")}, "max_offset_m"),
        ({"unheard": 1}, "unheard"),
    ],
)
def test_a_wrong_choice_is_refused_by_name(given, named):
    with pytest.raises(ValidationError, match=named):
        AssessOptions(**given)


def test_options_cannot_be_changed():
    with pytest.raises(ValidationError):
        AssessOptions().met_share = 0.5
