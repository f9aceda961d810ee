import pytest

from linli.assess import AssessOptions
from linli.web.assessments.forms import OptionsForm

DEFAULT = AssessOptions().model_dump(mode="json")


def fill(options=DEFAULT, **changes):
    form = OptionsForm(options=options)
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return OptionsForm({k: v for k, v in {**values, **changes}.items() if v is not None}, options=options)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"standards": ["living_circle"], "person": "elder", "on": "2026-01-01", "peers": 0},
        {"weights": {"complete_community/nursery": 2.0}, "grades": {"S": 0.95, "A": 0.5}},
    ],
)
def test_what_is_shown_and_sent_back_unchanged_is_the_same_choices(options):
    whole = AssessOptions(**options).model_dump(mode="json")
    form = fill(whole)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["options"] == whole


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"met_share": "0"}, "met_share", "大于 0"),
        ({"met_share": "1.5"}, "met_share", ""),
        ({"standards": []}, "standards", ""),
        ({"standards": ["moon"]}, "standards", ""),
        ({"grades": "A 0.5\nB 0.9"}, "grades", "从高到低"),
        ({"grades": "A"}, "grades", "第 1 行"),
        ({"weights": "items", "item_weights": "x 1\ncomplete_community/nursery much"}, "item_weights", "第 2 行"),
        ({"weights": "items", "item_weights": "x 1"}, "item_weights", "没有这些项目：x"),
        ({"weights": "items", "item_weights": "complete_community/nursery -1"}, "weights", "不小于 0"),
        ({f"priority_{name}": "0" for name in AssessOptions().priority}, "priority_old_estates", "至少一个"),
        ({"person": "giant"}, "person", ""),
        ({"peers": "21"}, "peers", ""),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(changes, field, says):
    form = fill(**changes)
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert says in form.errors[field][0]


def test_every_choice_of_an_assessment_is_in_the_form():
    fields = set(OptionsForm(options=DEFAULT).fields)
    asked = {name for name in AssessOptions.model_fields if name != "priority"}
    assert asked <= fields
    assert {f"priority_{name}" for name in AssessOptions().priority} <= fields
