"""The forms of projects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from linli.web.accounts.models import Place, User
from linli.web.pages.forms import DateInput, WordForm
from linli.web.projects.acceptance import DIMENSIONS, PROJECT_TYPES, TOP_SCORE
from linli.web.projects.models import Project
from linli.web.projects.selectors import communities_to_apply, experts_for
from linli.web.words import current_language, say

__all__ = [
    "ExpertForm",
    "FileForm",
    "JudgeForm",
    "MilestoneForm",
    "MoveForm",
    "NewProjectForm",
    "ProjectForm",
    "ScoreForm",
    "StatementForm",
    "VisitForm",
]

_TEXT = {"rows": 3}
_SHORT, _LONG = 100, 2000


class _CommunityChoice(forms.ModelChoiceField[Place]):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name_en or obj.name) if current_language() == "en" else str(obj.name)


class NewProjectForm(WordForm):
    """A new project."""

    words = "projects.form"

    community = _CommunityChoice(queryset=Place.objects.none())
    name = forms.CharField(max_length=_SHORT)
    project_type = forms.ChoiceField()
    year = forms.IntegerField(min_value=2000, max_value=2100)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"year": timezone.localdate().year})
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities_to_apply(user)  # type: ignore[attr-defined]
        choices = [(code, say(f"projects.type.{code}")) for code in PROJECT_TYPES]
        self.fields["project_type"].choices = choices  # type: ignore[attr-defined]


class ProjectForm(WordForm):
    """A project's application and its operator."""

    words = "projects.form"

    name = forms.CharField(max_length=_SHORT)
    summary = forms.CharField(max_length=_LONG, required=False, widget=forms.Textarea(attrs=_TEXT))
    households = forms.IntegerField(min_value=0, required=False)
    residents = forms.IntegerField(min_value=0, required=False)
    area_m2 = forms.DecimalField(min_value=0, max_digits=15, decimal_places=2, required=False)
    input_cost_yuan = forms.DecimalField(min_value=0, max_digits=15, decimal_places=2, required=False)
    ordinary_subsidy_yuan = forms.DecimalField(min_value=0, max_digits=15, decimal_places=2, required=False)
    old_estate = forms.NullBooleanField(required=False)
    operator = forms.CharField(max_length=_SHORT, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class MoveForm(WordForm):
    """Before a step is taken: why."""

    words = "projects.form"

    reason = forms.CharField(max_length=_LONG, required=False, widget=forms.Textarea(attrs=_TEXT))
    version = forms.IntegerField(widget=forms.HiddenInput)


class FileForm(WordForm):
    """A file."""

    words = "projects.form"

    file = forms.FileField()
    caption = forms.CharField(max_length=300, required=False)


class JudgeForm(WordForm):
    """Whether a piece of evidence is accepted."""

    words = "projects.form"

    verdict = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(max_length=_LONG, required=False, widget=forms.Textarea(attrs=_TEXT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, say(f"projects.verdict.{code}")) for code in ("accepted", "rejected")]
        self.fields["verdict"].choices = choices  # type: ignore[attr-defined]


class StatementForm(WordForm):
    """What the project says of an item."""

    words = "projects.form"

    answer = forms.ChoiceField(widget=forms.RadioSelect)
    text = forms.CharField(max_length=_LONG, required=False, widget=forms.Textarea(attrs=_TEXT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, say(f"projects.answer.{code}")) for code in ("yes", "partly", "no")]
        self.fields["answer"].choices = choices  # type: ignore[attr-defined]


class MilestoneForm(WordForm):
    """A milestone."""

    words = "projects.form"

    title = forms.CharField(max_length=_SHORT)
    planned_on = forms.DateField(widget=DateInput)
    done_on = forms.DateField(widget=DateInput, required=False)
    note = forms.CharField(max_length=300, required=False)


class ExpertForm(WordForm):
    """Whom to appoint."""

    words = "projects.form"

    expert = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, user: User, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {one.pk: one for one in experts_for(user, project)}
        choices = [(pk, f"{one.name} · {one.organisation}") for pk, one in self._people.items()]
        self.fields["expert"].choices = choices  # type: ignore[attr-defined]

    def clean_expert(self) -> User:
        """Return the person chosen."""
        return self._people[self.cleaned_data["expert"]]


class ScoreForm(WordForm):
    """An expert's points and comments by dimension."""

    words = "projects.dimension"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in DIMENSIONS:
            label = say(f"projects.dimension.{name}")
            points = forms.DecimalField(min_value=0, max_value=TOP_SCORE, max_digits=5, decimal_places=2, label=label)
            self.fields[name] = points
            self.fields[f"{name}_comment"] = forms.CharField(
                required=False, max_length=_LONG, label=say("projects.form.comment", dimension=label),
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip


class VisitForm(WordForm):
    """A visit to the site."""

    words = "projects.form"

    on = forms.DateField(widget=DateInput)
    people = forms.CharField(max_length=300)
    found = forms.CharField(max_length=_LONG, widget=forms.Textarea(attrs=_TEXT))
