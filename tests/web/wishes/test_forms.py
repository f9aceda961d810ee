import pytest
from django.http import QueryDict

from linli.web.wishes.forms import EditForm, HouseholdForm, OpenForm, PaperForm
from linli.web.wishes.vocabulary import USUAL

pytestmark = pytest.mark.django_db


def test_a_new_questionnaire_proposes_the_round_under_way(case):
    form = OpenForm(user=case.who["worker"])
    assert form.fields["round"].initial == case.round.pk
    assert form.fields["types"].initial == list(USUAL)
    assert [place.name for place in form.fields["place"].queryset] == ["和睦社区"]
    ticked = {code for _, types in form.type_groups() for code, _, on in types if on}
    assert ticked == set(USUAL)


def test_a_frozen_round_is_not_offered(case):
    case.round.state = "frozen"
    case.round.save()
    assert not OpenForm(user=case.who["worker"]).fields["round"].queryset.exists()


@pytest.mark.parametrize(("said", "kept"), [("", None), ("yes", True), ("no", False)])
def test_whether_renewal_is_under_way_may_be_left_to_the_register(said, kept):
    data = QueryDict(f"begins=2026-01-01&ends=2026-02-01&types=canteen&types=nursery&version=1&renewal={said}")
    form = EditForm(data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["renewal"] is kept
    assert form.cleaned_data["types"] == ["nursery", "canteen"]  # in the catalogue's order


def test_what_a_household_is_not_asked_is_not_in_its_form(case):
    one = case.open(ask_people=False, ask_comment=False)
    form = HouseholdForm(questionnaire=one)
    assert set(form.fields) == {"types", "nothing", "website"}
    assert form.people_fields() == []


def test_paper_has_the_number_of_the_slip_first(case):
    form = PaperForm(QueryDict("number=3&types=canteen&people_0_2=0&comment=x"), questionnaire=case.open())
    assert form.is_valid(), form.errors
    answer = form.answer()
    assert (answer.types, answer.people, answer.comment) == (["canteen"], {"0_2": 0}, "x")
    assert next(iter(form.fields)) == "number"
