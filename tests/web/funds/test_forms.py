"""The forms of money, and statements as they are pasted."""

from decimal import Decimal

import pytest
from django import forms as django_forms

from linli.web.funds import forms

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "x", "1e20"])
def test_amounts_are_above_nothing_and_to_the_fen(amount):
    assert "amount" in forms.CommitForm({"year": 2026, "amount": amount, "memo": "x"}).errors


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        (forms.ApplyForm, {"year", "amount"}),
        (forms.DecideForm, {"decision", "reason", "version"}),
        (forms.PayForm, {"amount", "voucher", "on"}),
        (forms.ReturnForm, {"amount", "voucher", "on", "reason"}),
    ],
)
def test_what_is_missing_is_told(form, wrong):
    assert set(form({}).errors) == wrong


def test_budgets_are_of_districts_where_one_may(city):
    form = forms.BudgetForm(user=city.user("city_office"))
    assert {place.level for place in form.fields["place"].queryset} == {"district"}


def test_statements_are_read_with_commas_or_tabs_and_a_head():
    rows = forms.read_statement("凭证号,日期,金额\nPZ-1,2026-11-01,100.50,和睦\n")
    assert (rows[0].voucher, rows[0].amount, rows[0].about) == ("PZ-1", Decimal("100.50"), "和睦")
    assert forms.read_statement('PZ-2\t2026-11-02\t"1,000"')[0].amount == Decimal(1000)


@pytest.mark.parametrize(
    "text", ["", "PZ-1,2026-11-01,1\nPZ-2,gestern,1", "a,2026-11-01,NaN", "PZ-1,2026-11-01,1\nPZ-2"]
)
def test_lines_that_cannot_be_read_are_named(text):
    with pytest.raises(django_forms.ValidationError):
        forms.read_statement(text)


def test_a_statement_is_of_a_city_or_district(city):
    data = {"name": "x", "place": "", "begins": "2026-11-01", "ends": "2026-11-30", "rows": "PZ-1,2026-11-01,1"}
    form = forms.StatementForm(data, user=city.user("finance"))
    assert set(form.errors) == {"place"}
    assert form.cleaned_data["rows"][0].voucher == "PZ-1"
