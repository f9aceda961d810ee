"""The offices' forms: a verdict, a remark, a reason."""

from __future__ import annotations

from django import forms

from linli.web.field.models import Entry
from linli.web.pages.forms import WordForm
from linli.web.words import say

__all__ = ["ApproveForm", "DeclineForm", "RemarkForm", "ReviewForm"]

_LONG = 1000


class ReviewForm(WordForm):
    """A verdict on what was sent in."""

    words = "field.form"

    review = forms.ChoiceField(widget=forms.RadioSelect)
    text = forms.CharField(required=False, max_length=_LONG, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        verdicts = (Entry.Review.APPROVED, Entry.Review.ISSUES)
        self.fields["review"].choices = [(v.value, say(f"field.verdict.{v.value}")) for v in verdicts]  # type: ignore[attr-defined]


class RemarkForm(WordForm):
    """A remark."""

    words = "field.form"

    text = forms.CharField(max_length=_LONG, widget=forms.Textarea(attrs={"rows": 3}))


class DeclineForm(WordForm):
    """Why nothing of it is taken."""

    words = "field.form"

    reason = forms.CharField(max_length=_LONG, widget=forms.Textarea(attrs={"rows": 2}))


class ApproveForm(WordForm):
    """Nothing to fill in: only to be confirmed."""

    words = "field.form"
