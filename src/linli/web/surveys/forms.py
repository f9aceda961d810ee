"""The forms of rounds, returns and bulk layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from linli.assess import AssessOptions
from linli.assess.options import PRIORITY_COMPONENTS
from linli.web.accounts.models import Place, User
from linli.web.pages.forms import DateInput, ReasonForm, WordForm
from linli.web.standards.catalogue import site_catalogue
from linli.web.surveys.lists import layer_words
from linli.web.surveys.models import BULK_LAYERS
from linli.web.surveys.options import standards_to_choose
from linli.web.surveys.selectors import free_code, places_for_rounds, places_for_uploads
from linli.web.words import current_language, say

__all__ = [
    "DATUMS",
    "ENCODINGS",
    "MoveForm",
    "NewRoundForm",
    "NoneForm",
    "NoteForm",
    "OptionsForm",
    "ResidentsForm",
    "RoundForm",
    "SendBackForm",
    "UploadForm",
]

DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09", "EPSG:4547", "EPSG:4548", "EPSG:4549", "EPSG:4550", "EPSG:4551")
"""Coordinate systems to choose from: degrees first, then the three-degree zones of most cities, in metres."""

ENCODINGS = ("auto", "utf-8", "gb18030")
"""Encodings of texts to choose from."""

_SHORT, _LONG = 100, 1000
_PERCENT = 100


class _PlaceChoice(forms.ModelChoiceField[Place]):
    def label_from_instance(self, obj: Any) -> str:
        name = obj.name_en if obj.name_en and current_language() == "en" else obj.name
        return f"{'　' * (obj.path.count('/') - 1)}{name}"


def _versioned() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput)


class _Dates(WordForm):
    """What is asked of a round besides its place and code."""

    words = "surveys.form"

    name = forms.CharField(max_length=_SHORT)
    name_en = forms.CharField(max_length=_SHORT, required=False)
    surveyed_on = forms.DateField(widget=DateInput)
    begins = forms.DateField(widget=DateInput)
    due = forms.DateField(widget=DateInput)


class NewRoundForm(_Dates):
    """A new round."""

    place = _PlaceChoice(queryset=Place.objects.none())
    code = forms.SlugField(max_length=30)

    field_order = ("place", "code", "name", "name_en", "surveyed_on", "begins", "due")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs.setdefault("initial", {"code": free_code(today.year), "surveyed_on": today, "begins": today})
        super().__init__(*args, **kwargs)
        places = places_for_rounds(user).exclude(level="community")
        self.fields["place"].queryset = places  # type: ignore[attr-defined]
        self.fields["place"].initial = places.first()


class RoundForm(_Dates):
    """A round's names and dates."""

    version = _versioned()


def _floors(text: str) -> dict[str, float]:
    """Read grades as people write them: a letter and a percentage a line.

    Raises
    ------
    ValueError
        If a line is neither.
    """
    floors = {}
    for line in text.splitlines():
        if line.strip():
            name, _, floor = line.strip().rpartition(" ")
            floors[name.strip()] = round(float(floor.rstrip("%")) / _PERCENT, 6)
    return floors


def _shown(share: float) -> str:
    return f"{share * _PERCENT:.10g}"


class OptionsForm(WordForm):
    """The city's choices for its assessment; shares are asked for in percent."""

    words = "surveys.options"

    standards = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    on = forms.DateField(widget=DateInput, required=False)
    circle = forms.ChoiceField()
    person = forms.ChoiceField()
    met_share = forms.DecimalField(min_value=0, max_value=_PERCENT)
    grades = forms.CharField(max_length=_LONG, widget=forms.Textarea(attrs={"rows": 4}))
    weights = forms.ChoiceField()
    ages_unknown = forms.ChoiceField()
    absent_types = forms.ChoiceField()
    max_offset_m = forms.FloatField(min_value=0)
    island_m = forms.FloatField(min_value=0)
    catchment = forms.ChoiceField()
    priority_old_estates = forms.FloatField(min_value=0)
    priority_residents_without = forms.FloatField(min_value=0)
    priority_old_and_young = forms.FloatField(min_value=0)
    priority_wishes = forms.FloatField(min_value=0)
    priority_spare_rooms = forms.FloatField(min_value=0)
    peers = forms.IntegerField(min_value=0)
    version = _versioned()

    _CHOICES: Mapping[str, tuple[str, ...]] = {
        "circle": ("five_minute", "ten_minute", "fifteen_minute"), "person": ("adult", "elder", "carer", "wheelchair"),
        "ages_unknown": ("all_residents", "unknown"), "absent_types": ("auto", "none", "unknown"),
        "catchment": ("zones", "gaussian"),
    }  # fmt: skip

    def __init__(self, *args: Any, options: AssessOptions, version: int, **kwargs: Any) -> None:
        self.options = options
        kwargs["initial"] = {**_as_initial(options), "version": version}
        super().__init__(*args, **kwargs)
        lang, families = current_language(), site_catalogue().families
        choose = [(name, families[name].title[lang]) for name in standards_to_choose()]
        self.fields["standards"].choices = choose  # type: ignore[attr-defined]
        weights = ["catalogue", "equal", *(["own"] if isinstance(options.weights, Mapping) else [])]
        for name, values in {**self._CHOICES, "weights": tuple(weights)}.items():
            field: Any = self.fields[name]
            field.choices = [(value, say(f"surveys.options.{name}_{value}")) for value in values]

    def clean_grades(self) -> dict[str, float]:
        """Read the grades."""
        try:
            return _floors(self.cleaned_data["grades"])
        except ValueError:
            raise forms.ValidationError(say("surveys.options.grades_help")) from None

    def as_options(self) -> dict[str, Any]:
        """Return the choices as JSON; weights by item, which no form asks for, stay what they are."""
        said = {name: value for name, value in self.cleaned_data.items() if name in AssessOptions.model_fields}
        said["met_share"] = float(said["met_share"]) / _PERCENT
        said["on"] = said["on"].isoformat() if said["on"] else None
        said["priority"] = {name: self.cleaned_data[f"priority_{name}"] for name in PRIORITY_COMPONENTS}
        if said["weights"] == "own":
            said["weights"] = dict(self.options.weights) if isinstance(self.options.weights, Mapping) else "catalogue"
        return said


def _as_initial(options: AssessOptions) -> dict[str, Any]:
    plain = {name: getattr(options, name) for name in AssessOptions.model_fields if name != "priority"}
    return {
        **plain, "standards": list(options.standards), "met_share": _shown(options.met_share),
        "grades": "\n".join(f"{grade} {_shown(floor)}" for grade, floor in options.grades.items()),
        "weights": options.weights if isinstance(options.weights, str) else "own",
        **{f"priority_{name}": options.priority.get(name, 0.0) for name in PRIORITY_COMPONENTS},
    }  # fmt: skip


class MoveForm(ReasonForm):
    """Asks why, before a round moves on."""

    words = "surveys.form"

    version = _versioned()


class NoteForm(WordForm):
    """Handing in and accepting: a remark, if there is any."""

    words = "surveys.form"

    note = forms.CharField(max_length=_LONG, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    version = _versioned()


class SendBackForm(WordForm):
    """What is to be mended."""

    words = "surveys.form"

    reason = forms.CharField(max_length=_LONG, widget=forms.Textarea(attrs={"rows": 4}))
    version = _versioned()


class NoneForm(WordForm):
    """What a community looked for and has none of."""

    words = "surveys.form"

    none_of = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    all_of = forms.BooleanField(required=False)
    version = _versioned()

    field_order = ("all_of", "none_of", "version")

    def __init__(self, *args: Any, open_to: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["none_of"].choices = [(one, none_words(one)) for one in open_to]  # type: ignore[attr-defined]

    def said(self) -> list[str]:
        """Return everything that there is none of."""
        chosen = self.fields["none_of"].choices  # type: ignore[attr-defined]
        return [value for value, _ in chosen] if self.cleaned_data["all_of"] else self.cleaned_data["none_of"]


def none_words(code: str) -> str:
    """Return what a community may say that it has none of: a layer, or ``facilities/<type>``."""
    layer, _, kind = code.partition("/")
    types = site_catalogue().facility_types
    return str(types[kind].title[current_language()]) if kind in types else kind or layer_words(layer)


class _Source(WordForm):
    """Whose data, of which day, for which place."""

    words = "surveys.form"

    place = _PlaceChoice(queryset=Place.objects.none())
    title = forms.CharField(max_length=200)
    data_on = forms.DateField(widget=DateInput)
    encoding = forms.ChoiceField()
    file = forms.FileField(max_length=300)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = places_for_uploads(user)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]
        self.fields["place"].initial = places.first()
        encodings = [(one, say(f"surveys.encoding.{one}")) for one in ENCODINGS]
        self.fields["encoding"].choices = encodings  # type: ignore[attr-defined]


class UploadForm(_Source):
    """Streets or buildings from a data department."""

    layer = forms.ChoiceField()
    datum = forms.ChoiceField()

    field_order = ("layer", "place", "title", "data_on", "datum", "encoding", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layer"].choices = [(one, layer_words(one)) for one in BULK_LAYERS]  # type: ignore[attr-defined]
        datums = [("", say("pages.word.choose")), *((one, say(f"surveys.datum.{one}")) for one in DATUMS)]
        self.fields["datum"].choices = datums  # type: ignore[attr-defined]


class ResidentsForm(_Source):
    """Residents by building, or a list of them that is counted and not kept."""

    complete = forms.BooleanField(required=False)

    field_order = ("place", "title", "data_on", "encoding", "complete", "file")
