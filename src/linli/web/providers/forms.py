"""The forms of providers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.pages.forms import WordForm
from linli.web.providers.lists import category_titles
from linli.web.providers.services import criteria_in_force
from linli.web.words import current_language, say

__all__ = [
    "DecideForm",
    "EvaluateForm",
    "FileForm",
    "NewProviderForm",
    "ProviderForm",
    "PublishForm",
    "RecordForm",
    "RemoveForm",
    "SubmitForm",
]

_LONG = 2000


def _year() -> forms.IntegerField:
    return forms.IntegerField(min_value=2000, max_value=2100, initial=lambda: timezone.localdate().year - 1)


class _PlaceChoice(forms.ModelChoiceField[Place]):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name_en or obj.name) if current_language() == "en" else str(obj.name)


def _reason() -> forms.CharField:
    return forms.CharField(max_length=_LONG, widget=forms.Textarea(attrs={"rows": 3}))


class NewProviderForm(WordForm):
    """A new provider."""

    words = "providers.form"

    name = forms.CharField(max_length=100)
    place = _PlaceChoice(queryset=Place.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places_below(user, "providers", "apply")  # type: ignore[attr-defined]


class ProviderForm(WordForm):
    """A provider's application."""

    words = "providers.form"

    name = forms.CharField(max_length=100)
    categories = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    services = forms.CharField(max_length=_LONG, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    sites = forms.IntegerField(min_value=0, max_value=100_000)
    contact = forms.CharField(max_length=100, required=False)
    website = forms.URLField(max_length=200, required=False, assume_scheme="https")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = list(category_titles().items())  # type: ignore[attr-defined]


class FileForm(WordForm):
    """A piece of evidence."""

    words = "providers.form"

    code = forms.ChoiceField()
    file = forms.FileField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = current_language()
        choices = [(one.id, one.title[lang]) for one in criteria_in_force().evidence]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]


class DecideForm(WordForm):
    """A review."""

    words = "providers.form"
    decisions: tuple[str, ...] = ("approve", "return", "decline")

    decision = forms.ChoiceField(widget=forms.RadioSelect)
    reason = _reason()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, say(f"providers.decision.{code}")) for code in self.decisions]
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]


class EvaluateForm(DecideForm):
    """A year's evaluation."""

    decisions = ("keep", "warn", "remove")

    year = _year()
    field_order = ("year", "decision", "reason", "version")


class RecordForm(WordForm):
    """A year of one place."""

    words = "providers.form"

    year = _year()
    site = forms.CharField(max_length=100)
    months = forms.IntegerField(min_value=1, max_value=12)
    open_days = forms.IntegerField(min_value=0, max_value=366)
    planned_days = forms.IntegerField(min_value=0, max_value=366)
    satisfied = forms.IntegerField(min_value=0, max_value=10_000_000)
    asked = forms.IntegerField(min_value=0, max_value=10_000_000)
    complaints = forms.IntegerField(min_value=0, max_value=10_000_000)
    answered = forms.IntegerField(min_value=0, max_value=10_000_000)
    balance_yuan = forms.DecimalField(
        max_digits=15, decimal_places=2, required=False, min_value=Decimal("-1e12"), max_value=Decimal("1e12")
    )


class RemoveForm(WordForm):
    """Taking a provider off."""

    words = "providers.form"

    ground = forms.ChoiceField()
    reason = _reason()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = current_language()
        choices = [(one.id, one.title[lang]) for one in criteria_in_force().removal_grounds]
        self.fields["ground"].choices = choices  # type: ignore[attr-defined]


class PublishForm(WordForm):
    """A new version of the directory."""

    words = "providers.form"

    place = _PlaceChoice(queryset=Place.objects.none())
    note = forms.CharField(max_length=_LONG, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].label = say("providers.form.publish_place")
        rows = places_below(user, "providers", "publish").filter(level="city")
        self.fields["place"].queryset = rows  # type: ignore[attr-defined]


class SubmitForm(WordForm):
    """Submitting: nothing to say but which version one looked at."""

    words = "providers.form"

    version = forms.IntegerField(widget=forms.HiddenInput)
