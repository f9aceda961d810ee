"""The forms of projects: every error at once, and only choices that a person has."""

import pytest

from linli.web.projects import forms

pytestmark = pytest.mark.django_db


def test_a_new_project_chooses_among_ones_own_communities(case):
    form = forms.NewProjectForm({}, user=case.who["street"])
    assert set(form.errors) == {"community", "name", "project_type", "year"}
    assert {place.name for place in form.fields["community"].queryset} == {"和睦社区", "华丰社区"}


def test_numbers_and_money_are_checked():
    data = {"name": "名", "households": "-1", "area_m2": "1.234", "input_cost_yuan": "x", "version": "1"}
    assert set(forms.ProjectForm(data).errors) == {"households", "area_m2", "input_cost_yuan"}


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        (forms.MoveForm, {"version"}),
        (forms.FileForm, {"file"}),
        (forms.JudgeForm, {"verdict"}),
        (forms.StatementForm, {"answer"}),
        (forms.MilestoneForm, {"title", "planned_on"}),
        (forms.VisitForm, {"on", "people", "found"}),
    ],
)
def test_what_is_missing_is_told(form, wrong):
    assert set(form({}).errors) == wrong


def test_points_are_asked_for_every_dimension():
    form = forms.ScoreForm({"scene_response": "100.01"})
    assert len(form.errors) == 4


def test_an_expert_is_one_who_may_be_appointed(case):
    project = case.project()
    asked = {"user": case.who["city"], "project": project}
    assert forms.ExpertForm({"expert": case.who["expert"].pk}, **asked).is_valid()
    assert not forms.ExpertForm({"expert": case.who["finance"].pk}, **asked).is_valid()
