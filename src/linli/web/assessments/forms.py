"""Forms of assessments: the choices of a run, and why another run becomes the one that pages show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, get_args

from django import forms
from pydantic import ValidationError

from linli.assess import AssessOptions
from linli.assess.options import PRIORITY_COMPONENTS, Level, Person
from linli.assess.priority import COMPONENT_TITLES
from linli.web.assessments.titles import standard_title
from linli.web.pages.forms import DateInput, WordForm
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import has_words, pick, say

__all__ = ["OptionsForm"]

_PLAIN = ("on", "circle", "person", "met_share", "ages_unknown", "absent_types", "catchment", "max_offset_m",
          "island_m", "peers")  # fmt: skip
"""Choices that are one field each."""


def _choices(field: str) -> list[tuple[str, str]]:
    """Return the codes that a choice may have, in words."""
    codes = get_args(Level if field == "circle" else Person if field == "person" else _annotation(field))
    return [(code, say(f"assessments.options.{field}_{code}")) for code in codes]


def _annotation(field: str) -> Any:
    return AssessOptions.model_fields[field].annotation


def _number(low: float, high: float, *, step: float = 0.01, required: bool = True) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": step})
    return forms.FloatField(min_value=low, max_value=high, required=required, widget=widget)


def _short(value: Any) -> Any:
    """Return a figure as people write it: 200, not 200.0."""
    return f"{value:g}" if isinstance(value, float) else value


def _lines(figures: Mapping[str, float]) -> str:
    return "\n".join(f"{name} {figure:g}" for name, figure in figures.items())


class OptionsForm(WordForm):
    """Every choice of an assessment (`linli.assess.AssessOptions`); what cannot be is said beside its field."""

    words: ClassVar[str] = "assessments.options"

    standards = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    on = forms.DateField(required=False, widget=DateInput())
    circle = forms.ChoiceField()
    person = forms.ChoiceField()
    met_share = _number(0, 1)
    grades = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    weights = forms.ChoiceField()
    item_weights = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    ages_unknown = forms.ChoiceField()
    absent_types = forms.ChoiceField()
    catchment = forms.ChoiceField()
    max_offset_m = _number(1, 2000, step=1)
    island_m = _number(0, 1_000_000, step=1)
    peers = forms.IntegerField(min_value=0, max_value=20)

    def __init__(self, *args: Any, options: Mapping[str, Any], **kwargs: Any) -> None:
        self.base = AssessOptions.model_validate(dict(options))
        kwargs.setdefault("initial", self._initial())
        super().__init__(*args, **kwargs)
        for name in PRIORITY_COMPONENTS:
            field = _number(0, 1000)
            field.label = say("assessments.options.priority_of", title=pick(COMPONENT_TITLES[name]))
            field.initial = _short(self.base.priority.get(name, 0.0))
            self.fields[f"priority_{name}"] = field
        known = site_catalogue().standards
        self._choose("standards", [(name, standard_title(name)) for name in known])
        for name in ("circle", "person", "ages_unknown", "absent_types", "catchment"):
            self._choose(name, _choices(name))
        self._choose("weights", [(c, say(f"assessments.options.weights_{c}")) for c in ("catalogue", "equal", "items")])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _initial(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: _short(getattr(self.base, name)) for name in _PLAIN}
        found["standards"] = list(self.base.standards)
        own = self.base.weights
        found["weights"] = own if isinstance(own, str) else "items"
        found["grades"] = _lines(self.base.grades)
        found["item_weights"] = "" if isinstance(own, str) else _lines(own)
        return found

    def _pairs(self, field: str, text: str) -> dict[str, float]:
        """Read a name and a number a line; every line that is none is said."""
        found: dict[str, float] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            name, _, figure = line.strip().replace("=", " ").partition(" ")
            try:
                found[name] = float(figure)
            except ValueError:
                self.add_error(field, say("assessments.options.line_wrong", number=number, found=line.strip()[:80]))
        return found

    def _own_weights(self, text: str) -> dict[str, float]:
        catalogue = site_catalogue()
        known = {rule.id for name in catalogue.standards for rule in catalogue.items(name)}
        weights = self._pairs("item_weights", text)
        unknown = [item for item in weights if item not in known]
        if unknown:
            self.add_error("item_weights", say("assessments.options.no_item", found=", ".join(unknown)))
        return weights

    def clean(self) -> dict[str, Any]:
        """Put the fields together into the record of choices, and say what it does not allow."""
        said = super().clean() or {}
        if self.errors:
            return said
        values: dict[str, Any] = {name: said[name] for name in _PLAIN}
        values["standards"] = said["standards"]
        values["grades"] = self._pairs("grades", said["grades"])
        values["priority"] = {name: said[f"priority_{name}"] for name in PRIORITY_COMPONENTS}
        values["weights"] = said["weights"]
        if said["weights"] == "items":
            values["weights"] = self._own_weights(said["item_weights"])
        if not self.errors:
            self._read(values, said)
        return said

    def _read(self, values: dict[str, Any], said: dict[str, Any]) -> None:
        try:
            said["options"] = AssessOptions.model_validate(values).model_dump(mode="json")
        except ValidationError as error:
            for one in error.errors():
                field, key = _place(one)
                self.add_error(field if field in self.fields else None, say(f"assessments.options.{key}"))


def _place(error: Any) -> tuple[str, str]:
    """Return the field that an error of the record is about, and the key of its words."""
    loc, text = error["loc"], str(error["msg"])
    if loc:
        name = str(loc[0])
        field = f"priority_{loc[1]}" if name == "priority" and len(loc) > 1 else name
        return field, f"{name}_allowed" if has_words(f"assessments.options.{name}_allowed") else "wrong"
    if "`grades`" in text:
        return "grades", "grades_allowed"
    return f"priority_{PRIORITY_COMPONENTS[0]}", "priority_allowed"
