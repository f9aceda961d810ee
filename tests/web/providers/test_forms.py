"""The forms of providers: every error at once."""

import pytest

from linli.web.providers import forms

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        (forms.ProviderForm, {"name", "categories", "sites", "version"}),
        (forms.FileForm, {"code", "file"}),
        (forms.DecideForm, {"decision", "reason", "version"}),
        (forms.EvaluateForm, {"year", "decision", "reason", "version"}),
        (forms.RemoveForm, {"ground", "reason", "version"}),
        (forms.SubmitForm, {"version"}),
    ],
)
def test_what_is_missing_is_told(form, wrong):
    assert set(form({}).errors) == wrong


def test_figures_are_checked():
    data = {"year": 2025, "site": "一号", "months": 13, "open_days": 367, "balance_yuan": "-5.00"}
    errors = forms.RecordForm(data).errors
    assert {"months", "open_days", "planned_days"} <= set(errors)
    assert "balance_yuan" not in errors


def test_places_are_those_where_one_may(case):
    assert forms.NewProviderForm(user=case.who["operator"]).fields["place"].queryset.count() == 10
    assert {one.level for one in forms.PublishForm(user=case.who["city"]).fields["place"].queryset} == {"city"}
    assert not forms.PublishForm(user=case.who["operator"]).fields["place"].queryset.exists()
