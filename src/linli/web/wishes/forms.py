"""The forms of questionnaires: those of offices, and the one that households fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from linli.units import AGE_BANDS
from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.pages.forms import DateInput, WordForm
from linli.web.standards.catalogue import site_catalogue
from linli.web.surveys.models import Round
from linli.web.surveys.selectors import list_rounds
from linli.web.wishes.models import Questionnaire
from linli.web.wishes.services import LONGEST, MOST_PEOPLE, MOST_SLIPS, Answer
from linli.web.wishes.vocabulary import USUAL, band_title, grouped
from linli.web.words import current_language, say

__all__ = [
    "EditForm",
    "HouseholdForm",
    "OpenForm",
    "PaperForm",
    "SlipsForm",
    "TokenForm",
    "VersionReasonForm",
    "VoidForm",
]

_NOTE = 300


class _PlaceChoice(forms.ModelChoiceField[Place]):
    def label_from_instance(self, obj: Any) -> str:
        english = current_language() == "en" and obj.name_en
        return f"{'　' * (obj.path.count('/') - 1)}{english or obj.name}"


class _RoundChoice(forms.ModelChoiceField[Round]):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name_en or obj.name) if current_language() == "en" else str(obj.name)


def _yes_no_unknown() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        required=False, empty_value=None, coerce=lambda said: said == "yes", choices=lambda: [
            ("", say("wishes.word.from_register")), ("yes", say("pages.word.yes")), ("no", say("pages.word.no")),
        ],
    )  # fmt: skip


class _TypesForm(WordForm):
    """A form that lists facility types under whom they are for."""

    words = "wishes.form"

    def type_groups(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Return group, then code, name and whether it is ticked."""
        field = self["types"]
        ticked = {str(code) for code in field.value() or ()}
        choices: Any = field.field.choices  # type: ignore[attr-defined]
        return [(title, [(code, name, code in ticked) for code, name in types]) for title, types in choices]


class _SettingsForm(_TypesForm):
    begins = forms.DateField(widget=DateInput)
    ends = forms.DateField(widget=DateInput)
    types = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    most = forms.IntegerField(required=False, min_value=1, max_value=50)
    renewal = _yes_no_unknown()
    ask_people = forms.BooleanField(required=False, initial=True)
    ask_comment = forms.BooleanField(required=False, initial=True)
    open_link = forms.BooleanField(required=False)
    note = forms.CharField(required=False, max_length=_NOTE, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["types"].label, self.fields["types"].help_text = say("wishes.form.offered"), ""
        self.fields["types"].choices = grouped(site_catalogue().facility_types)  # type: ignore[attr-defined]

    def clean_types(self) -> list[str]:
        """Put the types into the order of the catalogue."""
        ticked = set(self.cleaned_data["types"])
        return [code for code in site_catalogue().facility_types if code in ticked]


class OpenForm(_SettingsForm):
    """New questionnaires, in every community of a place."""

    round = _RoundChoice(queryset=None)
    place = _PlaceChoice(queryset=Place.objects.none())
    field_order = ("round", "place")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rounds = list_rounds(user).exclude(state=Round.State.FROZEN)
        self.fields["round"].queryset = rounds  # type: ignore[attr-defined]
        self.fields["place"].queryset = places_below(user, "surveys", "edit")  # type: ignore[attr-defined]
        self.fields["types"].initial = list(USUAL)
        newest = rounds.first()
        if newest is not None:
            today = timezone.localdate()
            self.fields["round"].initial = newest.pk
            self.fields["begins"].initial = max(newest.begins, today)
            self.fields["ends"].initial = max(newest.due, today)


class EditForm(_SettingsForm):
    """A questionnaire's settings."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionReasonForm(WordForm):
    """Asks for the reason, on top of the version that was looked at."""

    words = "wishes.form"

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class SlipsForm(WordForm):
    """How many slips."""

    words = "wishes.form"

    count = forms.IntegerField(min_value=1, max_value=MOST_SLIPS)


class VoidForm(WordForm):
    """Which slip is void, and why."""

    words = "wishes.form"

    number = forms.IntegerField(min_value=1, max_value=10_000_000)
    reason = forms.CharField(max_length=500)


class TokenForm(WordForm):
    """A slip's code, typed in."""

    words = "wishes.form"

    token = forms.CharField(
        max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"})
    )


class HouseholdForm(_TypesForm):
    """What a household is asked."""

    types = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    nothing = forms.BooleanField(required=False)
    comment = forms.CharField(required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    # People do not see it; what fills in every field is a machine.
    website = forms.CharField(
        required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"})
    )

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questionnaire = questionnaire
        codes = questionnaire.options.values_list("type", flat=True)
        self.fields["types"].choices = grouped(codes)  # type: ignore[attr-defined]
        if not questionnaire.ask_comment:
            del self.fields["comment"]
        for band in AGE_BANDS if questionnaire.ask_people else ():
            number = forms.IntegerField(required=False, min_value=0, max_value=MOST_PEOPLE, label=band_title(band))
            number.widget.attrs["inputmode"] = "numeric"
            self.fields[f"people_{band}"] = number

    def people_fields(self) -> list[forms.BoundField]:
        """Return the fields of age bands."""
        return [self[name] for name in self.fields if name.startswith("people_")]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one tick, or for the word that nothing is missing."""
        said = super().clean() or {}
        ticked, nothing = said.get("types") or [], said.get("nothing")
        if "types" not in self.errors:
            if nothing and ticked:
                self.add_error("types", say("wishes.refuse.both"))
            elif not nothing and not ticked:
                self.add_error("types", say("wishes.refuse.nothing_ticked"))
            elif self.questionnaire.most and len(ticked) > self.questionnaire.most:
                self.add_error("types", say("wishes.refuse.too_many", most=self.questionnaire.most))
        if said.get("website"):
            self.add_error("website", say("wishes.refuse.website"))
        return said

    def answer(self) -> Answer:
        """Return what was ticked, once the form is valid."""
        said = self.cleaned_data
        people = {band: said[f"people_{band}"] for band in AGE_BANDS if said.get(f"people_{band}") is not None}
        return Answer(said["types"], people, said.get("comment", ""))


class PaperForm(HouseholdForm):
    """What a household ticked on paper."""

    number = forms.IntegerField(min_value=1, max_value=10_000_000)
    field_order = ("number", "types", "nothing")
