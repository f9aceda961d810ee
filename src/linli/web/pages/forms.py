"""Forms whose words come from the words' files, and the answer of a service that refused put back into the form."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from linli.errors import Problem
from linli.web.refusal import Refused
from linli.web.words import Language, current_language, has_words, say

__all__ = ["DateInput", "ReasonForm", "WordForm", "add_problem", "add_refusal"]


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class WordForm(forms.Form):
    """A form; labels and help are ``<words>.<field>`` and ``<words>.<field>_help``."""

    words: ClassVar[str] = "pages.form"
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = say(f"{self.words}.{name}" if has_words(f"{self.words}.{name}") else f"pages.form.{name}")
            help_key = f"{self.words}.{name}_help"
            if has_words(help_key):
                field.help_text = say(help_key)
            field.widget.attrs["aria-describedby"] = f"id_{name}_help id_{name}_error"
            if field.required:
                field.widget.attrs["aria-required"] = "true"


class ReasonForm(WordForm):
    """Asks only for the reason: before anything that matters."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


def add_refusal(form: forms.Form, refused: Refused) -> None:
    """Put a service's answer into the form it came from.

    Parameters
    ----------
    form
        Bound and valid so far.
    refused
        What the service said; if it carries `problems`, each stands beside the field that its column names.
    """
    lang = current_language()
    for problem in getattr(refused, "problems", ()):
        add_problem(form, problem, lang)
    if not getattr(refused, "problems", ()):
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))


def add_problem(form: forms.Form, problem: Problem, lang: Language) -> None:
    """Put a problem of somebody's data into the form it was typed into.

    Parameters
    ----------
    form
        Bound and valid so far.
    problem
        What is wrong; it stands beside the field that its column names.
    lang
        ``zh`` or ``en``.
    """
    stop = "。" if lang == "zh" else ". "
    allowed = say("pages.form.allowed", lang, allowed=problem.allowed) if problem.allowed else ""
    text = stop.join(part for part in (problem.message[lang], allowed, problem.fix[lang]) if part)
    form.add_error(problem.column if problem.column in form.fields else None, text)
