"""The forms of the standards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from linli.rules import Rule
from linli.rules.schema import UNITS
from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.pages.forms import DateInput, ReasonForm, WordForm
from linli.web.standards.catalogue import site_catalogue
from linli.web.standards.models import Change
from linli.web.words import current_language, say

__all__ = ["ChangeForm", "DecideForm", "GrantForm", "WaiverForm", "WithdrawForm"]


def _value_field(unit: str) -> forms.Field:
    """Return the field that takes a value of a unit; empty = the value ends."""
    if unit == "yes_no":
        choices = [("", say("standards.word.ends")), *((code, say(f"pages.word.{code}")) for code in ("yes", "no"))]
        return forms.ChoiceField(choices=choices, required=False)
    if unit == "text":
        return forms.CharField(max_length=300, required=False)
    return forms.DecimalField(min_value=0, max_digits=16, decimal_places=6, required=False)


class ChangeForm(WordForm):
    """One dated value of one rule."""

    words = "standards.form"

    value = forms.Field(required=False)
    valid_from = forms.DateField(widget=DateInput())
    reference_title = forms.CharField(max_length=300)
    clause = forms.CharField(max_length=200, required=False)
    href = forms.URLField(max_length=400, required=False, assume_scheme="https")
    certainty = forms.ChoiceField()
    checked_on = forms.DateField(widget=DateInput(), initial=timezone.localdate)
    note = forms.CharField(max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, rule: Rule, value_name: str, change: Change | None = None, **kwargs: Any) -> None:
        self.base_fields["value"] = _value_field(rule.values[value_name][-1].unit)
        if change is not None:
            kwargs["initial"] = {name: getattr(change, name) for name in self.base_fields} | {
                "value": {True: "yes", False: "no"}.get(change.value, change.value)
                if isinstance(change.value, bool) else change.value
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self._unit = rule.values[value_name][-1].unit
        choices = [(code, say(f"standards.certainty.{code}")) for code in ("published", "recalled")]
        self.fields["certainty"].choices = choices  # type: ignore[attr-defined]
        unit = UNITS[self._unit][current_language()]
        self.fields["value"].help_text = say("standards.form.value_help", unit=unit or say("standards.word.no_unit"))

    def clean_value(self) -> float | int | str | bool | None:
        """Return the value as the rules keep it."""
        given = self.cleaned_data["value"]
        if given in {None, ""}:
            return None
        if self._unit == "yes_no":
            return bool(given == "yes")
        if self._unit == "text":
            return str(given)
        return int(given) if given == given.to_integral_value() else float(given)


class WithdrawForm(ReasonForm):
    """Why a proposal is withdrawn or a waiver revoked."""

    words = "standards.form"


class DecideForm(ReasonForm):
    """What a second person says of a proposal."""

    words = "standards.form"
    field_order = ("decision", "reason")

    decision = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, say(f"standards.decision.{code}")) for code in ("approve", "return")]
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]


class GrantForm(ReasonForm):
    """What a second person says of a waiver."""

    words = "standards.form"
    field_order = ("decision", "reason")

    decision = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, say(f"standards.decision.{code}")) for code in ("grant", "decline")]
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]


class WaiverForm(WordForm):
    """An item that is not asked of a place for a time."""

    words = "standards.form"

    item = forms.ChoiceField()
    place: forms.ModelChoiceField[Place] = forms.ModelChoiceField(queryset=None, to_field_name="path")
    begins = forms.DateField(widget=DateInput(), initial=timezone.localdate)
    ends = forms.DateField(widget=DateInput())
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    public = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang, catalogue = current_language(), site_catalogue()
        groups = [
            (catalogue.families[name].title[lang], [(one.id, one.title[lang]) for one in catalogue.items(name)])
            for name in catalogue.standards
        ]
        self.fields["item"].choices = [("", "—"), *groups]  # type: ignore[attr-defined]
        self.fields["place"].queryset = places_below(user, "standards", "waive")  # type: ignore[attr-defined]
