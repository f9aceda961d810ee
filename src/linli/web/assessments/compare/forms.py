"""The form of comparisons: which two runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms

from linli.web.assessments.models import Run
from linli.web.pages.forms import WordForm
from linli.web.words import named, say

__all__ = ["PairForm"]


def _label(run: Run) -> str:
    """Name a run with the day of its survey, and whether it is the current one."""
    current = f" · {say('assessments.runs.is_current')}" if run.current else ""
    return f"{run.snapshot.round.surveyed_on.isoformat()} {named(run)}{current}"


class PairForm(WordForm):
    """Two runs: the earlier and the later round, or the same round with other choices."""

    words: ClassVar[str] = "assessments.compare.form"

    before = forms.ChoiceField()
    after = forms.ChoiceField()

    def __init__(self, *args: Any, runs: Iterable[Run], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._runs = {str(run.pk): run for run in runs}
        choices = [("", say("pages.word.choose")), *((pk, _label(run)) for pk, run in self._runs.items())]
        for name in ("before", "after"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    @property
    def can_compare(self) -> bool:
        """Whether there are two runs to compare."""
        return len(self._runs) > 1

    def clean(self) -> dict[str, Any]:
        """Give back the runs that were chosen."""
        said = super().clean() or {}
        return {name: self._runs[key] for name, key in said.items() if key in self._runs}
