import datetime as dt

import pytest
from django.utils import timezone, translation

from linli.assess import AssessOptions
from linli.assess.options import PRIORITY_COMPONENTS
from linli.web.surveys.forms import DATUMS, NewRoundForm, NoneForm, OptionsForm, ResidentsForm, UploadForm, none_words
from linli.web.surveys.models import Round
from linli.web.surveys.options import options_as_json, read_options

pytestmark = pytest.mark.django_db


def sent(options, **more):
    form = OptionsForm(options=options, version=3)
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return OptionsForm({**{k: v for k, v in data.items() if v is not None}, **more}, options=options, version=3)


@pytest.mark.parametrize(
    "options",
    [
        AssessOptions(),
        AssessOptions(
            standards=("complete_community",), on=dt.date(2026, 1, 1), circle="ten_minute", person="elder",
            met_share=0.875, grades={"优": 0.85, "良": 0.6}, weights="equal", ages_unknown="unknown",
            absent_types="none", max_offset_m=150.5, island_m=0, catchment="gaussian",
            priority={"wishes": 2.5}, peers=0,
        ),
        AssessOptions(weights={"complete_community/nursery": 2.0}),
    ],
)  # fmt: skip
def test_choices_survive_the_form(options):
    form = sent(options)
    assert form.is_valid(), form.errors
    again = read_options(form.as_options())
    expected = options.model_copy(update={"priority": {n: options.priority.get(n, 0.0) for n in PRIORITY_COMPONENTS}})
    assert options_as_json(again) == options_as_json(expected)


def test_every_choice_has_a_field():
    form = OptionsForm(options=AssessOptions(), version=1)
    asked = set(AssessOptions.model_fields) - {"priority"} | {f"priority_{name}" for name in PRIORITY_COMPONENTS}
    assert set(form.fields) == asked | {"version"}
    assert all(field.label for field in form.fields.values())


@pytest.mark.parametrize(
    ("name", "value"), [("grades", "A ninety"), ("met_share", "101"), ("standards", ["poems"]), ("peers", "-1")]
)
def test_what_cannot_be_is_told_at_its_field(name, value):
    assert name in sent(AssessOptions(), **{name: value}).errors


def test_places_are_those_one_may_use(case):
    assert NewRoundForm(user=case.who["city"]).fields["place"].queryset.count() == 6
    assert not NewRoundForm(user=case.who["street"]).fields["place"].queryset.exists()
    assert UploadForm(user=case.who["district"]).fields["place"].queryset.count() == 1
    assert ResidentsForm(user=case.who["city"]).fields["place"].queryset.count() == 3


def test_the_datum_has_to_be_chosen(case):
    form = UploadForm(user=case.who["city"])
    assert form.fields["datum"].choices[0][0] == ""
    assert len(form.fields["datum"].choices) == len(DATUMS) + 1
    assert "datum" in UploadForm({"datum": ""}, user=case.who["city"]).errors


def test_none_of_all_is_all():
    form = NoneForm({"version": 1, "all_of": "on"}, open_to=["rooms", "facilities/nursery"])
    assert form.is_valid()
    assert form.said() == ["rooms", "facilities/nursery"]
    form = NoneForm({"version": 1, "none_of": ["rooms"]}, open_to=["rooms", "facilities/nursery"])
    assert form.is_valid()
    assert form.said() == ["rooms"]
    assert not NoneForm({"version": 1, "none_of": ["poems"]}, open_to=["rooms"]).is_valid()


def test_words_of_what_there_may_be_none_of():
    assert none_words("rooms") == "存量用房"
    assert none_words("facilities/nursery")
    with translation.override("en"):
        assert none_words("facilities/nursery").isascii()
    assert none_words("facilities/poem") == "poem"


def test_a_new_round_is_offered_the_first_year_that_no_round_has(case):
    year = timezone.localdate().year
    assert NewRoundForm(user=case.who["city"]).initial["code"] == str(year)
    case.open(code=str(year))
    Round._all.update(state="frozen")
    case.open(code=str(year + 1))
    assert NewRoundForm(user=case.who["city"]).initial["code"] == str(year + 2)
