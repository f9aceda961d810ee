"""The forms of imports: take a template, send a file in, check it again, apply, undo, discard."""

from __future__ import annotations

from typing import Any

from django import forms

from linli.web.accounts.models import Place, User
from linli.web.imports.models import DATUMS, ENCODINGS
from linli.web.imports.selectors import places_for_uploads
from linli.web.pages.forms import WordForm
from linli.web.places.models import LAYERS
from linli.web.words import current_language, say

__all__ = ["ApplyForm", "CheckAgainForm", "EndForm", "PlaceForm", "SendForm", "layer_titles"]

_LONG = 1000
_INDENT = "\u3000"


def layer_titles() -> list[tuple[str, str]]:
    """Return the register's layers with their titles in the page's language."""
    return [(name, say(f"places.layer.{name}")) for name in LAYERS]


class _PlaceChoice(forms.ModelChoiceField[Place]):
    def label_from_instance(self, obj: Any) -> str:
        depth: int = obj.path.count("/") - 1
        return _INDENT * depth + str((obj.name_en or obj.name) if current_language() == "en" else obj.name)


def _reason() -> forms.CharField:
    return forms.CharField(max_length=_LONG, widget=forms.Textarea(attrs={"rows": 3}))


class _Reading(WordForm):
    """How a file is to be read."""

    words = "imports.form"

    datum = forms.ChoiceField()
    layer = forms.ChoiceField(required=False)
    encoding = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["datum"].choices = [(code, say(f"imports.datum.{code}")) for code in DATUMS]
        fields["encoding"].choices = [(code, say(f"imports.encoding.{code}")) for code in ENCODINGS]
        fields["layer"].choices = [("", say("imports.word.by_name")), *layer_titles()]


class SendForm(_Reading):
    """A file for the place that was chosen."""

    place = forms.ModelChoiceField(Place.objects.none(), to_field_name="code", widget=forms.HiddenInput)
    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}))

    field_order = ("place", "file", "datum", "layer", "encoding")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["place"].queryset = places_for_uploads(user)
        for name in ("datum", "encoding"):
            fields[name].required = False


class CheckAgainForm(_Reading):
    """Another way to read the file."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PlaceForm(WordForm):
    """The place that templates and files are for."""

    words = "imports.form"

    place = _PlaceChoice(queryset=Place.objects.none(), to_field_name="code", empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["place"].queryset = places_for_uploads(user)


class ApplyForm(WordForm):
    """Applying: why, and whether what the file does not hold is closed."""

    words = "imports.form"

    close_missing = forms.BooleanField(required=False)
    reason = _reason()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, missing: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if missing:
            self.fields["close_missing"].label = say("imports.form.close_n", n=missing)
        else:
            del self.fields["close_missing"]


class EndForm(WordForm):
    """Undoing or discarding: why."""

    words = "imports.form"

    reason = _reason()
    version = forms.IntegerField(widget=forms.HiddenInput)
