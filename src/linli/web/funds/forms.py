"""The forms of money."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone

from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.funds.reconcile import Paid
from linli.web.pages.forms import DateInput, WordForm
from linli.web.words import current_language, say

__all__ = [
    "ApplyForm",
    "BudgetForm",
    "CommitForm",
    "DecideForm",
    "PayForm",
    "ReturnForm",
    "StatementForm",
    "read_statement",
]

_LONG = 300
_COLUMNS = 3


def _money() -> forms.DecimalField:
    return forms.DecimalField(max_digits=15, decimal_places=2, min_value=Decimal("0.01"))


def _year() -> forms.IntegerField:
    return forms.IntegerField(min_value=2000, max_value=2100)


class _PlaceChoice(forms.ModelChoiceField[Place]):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name_en or obj.name) if current_language() == "en" else str(obj.name)


class _WithPlaces(WordForm):
    levels: tuple[str, ...] = ("district",)
    action = "edit"
    words = "funds.form"

    place = _PlaceChoice(queryset=Place.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = places_below(user, "funds", self.action).filter(level__in=self.levels)
        self.fields["place"].queryset = rows  # type: ignore[attr-defined]


class BudgetForm(_WithPlaces):
    """A budget of a district and year."""

    year = _year()
    amount = _money()
    voucher = forms.CharField(max_length=60, required=False)
    memo = forms.CharField(max_length=_LONG)


class CommitForm(WordForm):
    """What is committed to a project."""

    words = "funds.form"

    year = _year()
    amount = _money()
    memo = forms.CharField(max_length=_LONG)


class ApplyForm(WordForm):
    """What is asked for."""

    words = "funds.form"

    year = _year()
    amount = _money()
    note = forms.CharField(max_length=_LONG, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class DecideForm(WordForm):
    """One step of a decision."""

    words = "funds.form"

    decision = forms.ChoiceField(widget=forms.RadioSelect)
    amount = forms.DecimalField(max_digits=15, decimal_places=2, min_value=Decimal("0.01"), required=False)
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, say(f"funds.decision.{code}")) for code in ("approve", "return", "decline")]
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]


class PayForm(WordForm):
    """A payment."""

    words = "funds.form"

    amount = _money()
    voucher = forms.CharField(max_length=60)
    on = forms.DateField(widget=DateInput, initial=timezone.localdate)
    memo = forms.CharField(max_length=_LONG, required=False)


class ReturnForm(WordForm):
    """Money that came back."""

    words = "funds.form"

    amount = _money()
    voucher = forms.CharField(max_length=60)
    on = forms.DateField(widget=DateInput, initial=timezone.localdate)
    reason = forms.CharField(max_length=_LONG, widget=forms.Textarea(attrs={"rows": 2}))


def read_statement(text: str) -> list[Paid]:
    """Read a statement: one payment a line, voucher, day and amount, separated by commas or tabs.

    Parameters
    ----------
    text
        As pasted from a spreadsheet; a first line without a date is taken for the head.

    Returns
    -------
    list of Paid
        In order.

    Raises
    ------
    forms.ValidationError
        Naming every line that cannot be read.
    """
    rows, wrong = [], []
    lines = [line for line in text.splitlines() if line.strip()]
    for i, line in enumerate(lines):
        cells = next(csv.reader([line], delimiter="\t" if "\t" in line else ","))
        try:
            voucher, day, amount = (cell.strip() for cell in cells[:_COLUMNS])
            rows.append(Paid(voucher, dt.date.fromisoformat(day), Decimal(amount.replace(",", "")), *cells[_COLUMNS:4]))
            if not rows[-1].amount.is_finite():
                rows.pop()
                wrong.append(str(i + 1))
        except (ValueError, InvalidOperation):
            if i:
                wrong.append(str(i + 1))
    if wrong or not rows:
        raise forms.ValidationError(say("funds.refuse.statement", lines=", ".join(wrong) or "1"))
    return rows


class StatementForm(_WithPlaces):
    """A treasury's statement."""

    levels = ("city", "district")
    action = "pay"

    name = forms.CharField(max_length=150)
    begins = forms.DateField(widget=DateInput)
    ends = forms.DateField(widget=DateInput)
    rows = forms.CharField(widget=forms.Textarea(attrs={"rows": 10}))
    note = forms.CharField(max_length=_LONG, required=False)

    def clean_rows(self) -> list[Paid]:
        """Return the payments."""
        return read_statement(self.cleaned_data["rows"])
