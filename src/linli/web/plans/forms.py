"""The forms of the siting studio: a new study, its choices by field and as a text, what-if, adoption, projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from pydantic import ValidationError

from linli.errors import ConfigError
from linli.improve.choices import LEVERS
from linli.web.accounts.models import Place, User
from linli.web.assessments.models import Run
from linli.web.pages.forms import DateInput, ReasonForm, WordForm
from linli.web.plans.choices import StudyChoices, from_json, read_text, to_json
from linli.web.plans.fields import TABLES, content_of, field_of, initial_of
from linli.web.plans.lines import Names, read_lines
from linli.web.plans.models import Measure
from linli.web.plans.selectors import places_to_plan, projects_for, runs_to_plan
from linli.web.projects.acceptance import PROJECT_TYPES
from linli.web.projects.models import Project
from linli.web.words import current_language, named, say

__all__ = [
    "AdoptForm",
    "AskForm",
    "CopyForm",
    "ExpertForm",
    "LinkForm",
    "NewStudyForm",
    "ProjectForm",
    "StudyForm",
    "UnlinkForm",
    "run_words",
]

_SHORT = 100
_MOST_YEARS = 15
_VERBS = ("must", "should", "where_possible")


def run_words(run: Run) -> str:
    """Return what an assessment is called: its round, its number, the round's date."""
    mark = say("plans.word.current") if run.current else ""
    return say(
        "plans.word.run",
        round=named(run.snapshot.round),
        number=run.number,
        on=run.snapshot.round.surveyed_on,
        mark=mark,
    )


class _PlaceChoice(forms.ModelChoiceField[Place]):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name_en or obj.name) if current_language() == "en" else str(obj.name)


class NewStudyForm(WordForm):
    """A new study: what for, where, from which assessment."""

    words = "plans.form"

    name = forms.CharField(max_length=_SHORT)
    place = _PlaceChoice(queryset=Place.objects.none())
    run = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places_to_plan(user)  # type: ignore[attr-defined]
        found = {run.pk: run for place in places_to_plan(user) for run in runs_to_plan(user, place.path)}
        self._runs = found
        self.fields["run"].choices = [(pk, run_words(run)) for pk, run in found.items()]  # type: ignore[attr-defined]

    def clean_run(self) -> Run:
        """Return the assessment chosen."""
        return self._runs[self.cleaned_data["run"]]


class CopyForm(WordForm):
    """A copy of a study, to vary it."""

    words = "plans.form"

    name = forms.CharField(max_length=_SHORT)
    run = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, user: User, place: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._runs = {run.pk: run for run in runs_to_plan(user, place)}
        self.fields["run"].choices = [(pk, run_words(run)) for pk, run in self._runs.items()]  # type: ignore[attr-defined]

    def clean_run(self) -> Run:
        """Return the assessment chosen."""
        return self._runs[self.cleaned_data["run"]]


def _lines(rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false", "autocomplete": "off"})
    return forms.CharField(required=False, max_length=20_000, widget=widget)


def _amount(**more: Any) -> forms.FloatField:
    return forms.FloatField(min_value=0, required=False, **more)


def _count(**more: Any) -> forms.IntegerField:
    return forms.IntegerField(min_value=0, required=False, **more)


def _year() -> forms.IntegerField:
    return forms.IntegerField(min_value=2000, max_value=2100, required=False)


class StudyForm(WordForm):
    """Every choice that a study asks for, section by section."""

    words = "plans.form"

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=_SHORT)
    standard = forms.ChoiceField(required=False)
    verbs = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    types = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    levers = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    start_on = forms.DateField(required=False, widget=DateInput)
    end_on = forms.DateField(required=False, widget=DateInput)

    old_young_weight = forms.FloatField(min_value=0)
    priority_weight = forms.FloatField(min_value=0)
    item_weights = forms.ChoiceField()
    community_weights = _lines(2)

    unit_costs = _lines()
    budget = _lines()
    operating_balance_yuan = forms.FloatField(required=False)

    max_projects = _count()
    max_area_m2 = _amount()
    max_projects_by_type = _lines(2)
    max_projects_by_community = _lines(2)
    max_projects_by_district = _lines(2)
    floor_share = _amount(max_value=100)
    floor_scope = forms.ChoiceField()
    min_newly = forms.FloatField(min_value=0)
    min_term_years = forms.FloatField(min_value=0)
    divide_rooms = forms.BooleanField(required=False)

    force_in = _lines(2)
    forbid = _lines(2)
    close = _lines(2)

    with_programme = forms.BooleanField(required=False)
    first_year = _year()
    last_year = _year()
    carry_over = forms.BooleanField(required=False)
    max_starts = _count()
    duration_reallocate = _count()
    duration_convert = _count()
    duration_build = _count()

    subsidy = forms.BooleanField(required=False)
    creation_list = _lines(2)
    subsidy_area = forms.ChoiceField()
    tier = forms.CharField(max_length=40, required=False)
    ordinary_yuan = _lines(2)
    co_funding = _lines(2)
    frontier = forms.BooleanField(required=False)
    points = forms.IntegerField(min_value=2, max_value=40)
    alternatives = forms.BooleanField(required=False)
    appraisal = forms.BooleanField(required=False)

    gap = forms.FloatField(min_value=0, max_value=100)
    time_limit_s = forms.FloatField(min_value=1, max_value=86_400, required=False)
    seed = forms.IntegerField(min_value=0)

    def __init__(
        self, *args: Any, base: StudyChoices, names: Names, standards: Mapping[str, str], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {**_fresh_years(), **initial_of(base), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self._base, self._names = base, names
        lang = current_language()
        types = [(code, titles[lang]) for code, titles in names.types.items()]
        weights = (
            ("residents", "equal") if isinstance(base.improve.item_weights, str) else ("residents", "equal", "own")
        )
        self._choose("standard", [("", say("plans.word.first_standard")), *standards.items()])
        self._choose("types", types)
        self._choose("verbs", _words("verb", _VERBS))
        self._choose("levers", _words("lever", LEVERS))
        self._choose("item_weights", _words("item_weights", weights))
        self._choose("floor_scope", _words("floor_scope", ("all", "attainable")))
        self._choose("subsidy_area", _words("subsidy_area", ("old_estates", "estates")))
        self.choices: StudyChoices | None = None

    def _choose(self, field: str, choices: Sequence[tuple[str, str]]) -> None:
        self.fields[field].choices = list(choices)  # type: ignore[attr-defined]

    def _say_no(self, field: str, key: str, **values: Any) -> None:
        self.add_error(field, say(f"plans.wrong.{key}", **values))

    def _check_order(self, said: Mapping[str, Any]) -> None:
        if said.get("start_on") and said.get("end_on") and said["end_on"] < said["start_on"]:
            self._say_no("end_on", "dates")
        both = {one["id"] for one in said.get("force_in") or ()} & {one["id"] for one in said.get("forbid") or ()}
        if both:
            self._say_no("forbid", "in_and_out", names=", ".join(sorted(both)))

    def _check_programme(self, said: Mapping[str, Any]) -> None:
        if not said.get("with_programme"):
            return
        first, last = said.get("first_year"), said.get("last_year")
        if first is None:
            self._say_no("first_year", "year")
        if last is None:
            self._say_no("last_year", "year")
        if first is None or last is None:
            return
        if not first <= last < first + _MOST_YEARS:
            self._say_no("last_year", "years", most=_MOST_YEARS)
            return
        outside = [row for row in said.get("budget") or () if not first <= (row.get("year") or 0) <= last]
        if outside:
            self._say_no("budget", "budget_years", first=first, last=last)

    def clean(self) -> dict[str, Any]:
        """Read the tables, check what belongs together, and make the choices: every fault beside its field."""
        said = super().clean() or {}
        for name, heads in TABLES.items():
            if name in said:
                rows, wrong = read_lines(said[name], heads, self._names)
                said[name] = rows
                for line in wrong:
                    self.add_error(name, line)
        self._check_order(said)
        self._check_programme(said)
        if not self.errors:
            self._make(said)
        return said

    def _make(self, said: Mapping[str, Any]) -> None:
        try:
            self.choices = from_json(content_of(said, self._base))
        except ValidationError as error:
            for one in error.errors():
                found = str(one["msg"]).removeprefix("Value error, ")
                self.add_error(field_of(one["loc"]) or None, say("plans.wrong.model", found=found))


def _words(kind: str, codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, say(f"plans.{kind}.{code}")) for code in codes]


def _fresh_years() -> dict[str, Any]:
    """Return what a programme begins with that is not asked for yet: three years from the next one on."""
    year = timezone.localdate().year + 1
    return {"first_year": year, "last_year": year + 2, "carry_over": True}


class ExpertForm(WordForm):
    """Every choice as YAML or JSON."""

    words = "plans.form"

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "code", "autocomplete": "off"}),
    )

    choices: StudyChoices | None = None

    def clean_text(self) -> str:
        """Read the text with the models of a declaration; every fault with its line."""
        text: str = self.cleaned_data["text"]
        try:
            self.choices = read_text(text)
        except ConfigError as error:
            raise forms.ValidationError([one.text(current_language()) for one in error.problems]) from None
        return text

    @property
    def content(self) -> dict[str, Any]:
        """The choices as a study keeps them, once the text was found good."""
        return to_json(self.choices or StudyChoices())


class AskForm(WordForm):
    """What would be if: options in or out, another budget."""

    words = "plans.form"

    ask_in = _lines(2)
    ask_out = _lines(2)
    budget_wan = forms.DecimalField(min_value=0, max_digits=13, decimal_places=4, required=False)

    def clean(self) -> dict[str, Any]:
        """Read the ids, one a line; something must be asked."""
        said = super().clean() or {}
        for name in ("ask_in", "ask_out"):
            said[name] = [one.strip() for one in said.get(name, "").splitlines() if one.strip()]
        if not self.errors and not said["ask_in"] and not said["ask_out"] and said.get("budget_wan") is None:
            self.add_error(None, say("plans.refuse.nothing_asked"))
        return said


class AdoptForm(ReasonForm):
    """Before a plan is adopted or its adoption revoked: why."""

    words = "plans.form"

    version = forms.IntegerField(widget=forms.HiddenInput)


class _MeasuresForm(WordForm):
    words = "plans.form"

    measures = forms.TypedMultipleChoiceField(coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, measures: Sequence[tuple[Measure, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._measures = {one.pk: one for one, _ in measures}
        self.fields["measures"].choices = [(one.pk, text) for one, text in measures]  # type: ignore[attr-defined]

    def clean_measures(self) -> list[Measure]:
        """Return the measures chosen."""
        return [self._measures[pk] for pk in self.cleaned_data["measures"]]


class ProjectForm(_MeasuresForm):
    """A creation project for measures of a community."""

    name = forms.CharField(max_length=_SHORT)
    project_type = forms.ChoiceField()
    year = forms.IntegerField(min_value=2000, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, say(f"projects.type.{code}")) for code in PROJECT_TYPES]
        self.fields["project_type"].choices = choices  # type: ignore[attr-defined]


class LinkForm(_MeasuresForm):
    """Measures of a community, linked with one of its projects."""

    project = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, user: User, measures: Sequence[tuple[Measure, str]], **kwargs: Any) -> None:
        super().__init__(*args, measures=measures, **kwargs)
        self._projects = {one.pk: one for one in projects_for(user, [one for one, _ in measures])}
        self.fields["project"].choices = [(pk, str(one)) for pk, one in self._projects.items()]  # type: ignore[attr-defined]

    def clean_project(self) -> Project:
        """Return the project chosen."""
        return self._projects[self.cleaned_data["project"]]


class UnlinkForm(_MeasuresForm):
    """Measures that are to leave their project, and why."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
