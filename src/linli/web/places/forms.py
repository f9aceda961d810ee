"""The forms of the register; that of a record is made from its layer's schema.

Every field takes what people write, as a workbook's cell does; what it means and whether it may be is said by the
schema when the record is saved, so that a form, a phone and a workbook give the same answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from shapely.geometry.base import BaseGeometry

from linli.survey import layer_schema
from linli.survey.schema import Column, Layer
from linli.web.accounts.models import User
from linli.web.accounts.selectors import places_below
from linli.web.geometry import read_geojson
from linli.web.pages.forms import DateInput, ReasonForm, WordForm
from linli.web.places.checking import choices_of
from linli.web.places.models import Record
from linli.web.places.selectors import list_records
from linli.web.places.vocabulary import heading, item_groups, type_groups
from linli.web.words import current_language, say

__all__ = ["MergeForm", "PhotoForm", "RecordForm", "ShapeForm", "VersionReasonForm", "community_groups"]

_LONG = 2000
_YES_NO = (("true", "yes"), ("false", "no"))


class ShapeField(forms.CharField):
    """A position as GeoJSON, as the map writes it."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        """Return the geometry, or nothing."""
        try:
            return read_geojson(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(say("places.form.shape_wrong")) from error


class VersionReasonForm(ReasonForm):
    """Why, and which version one looked at."""

    words = "places.reason_form"

    version = forms.IntegerField(widget=forms.HiddenInput)


class ShapeForm(WordForm):
    """Where a record is."""

    words = "places.form"

    shape = ShapeField()
    reason = forms.CharField(max_length=500, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class PhotoForm(WordForm):
    """A photo."""

    words = "places.form"

    file = forms.FileField(widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}))


class MergeForm(WordForm):
    """Which of two records stays, and why; what is taken over stands beside it."""

    words = "places.merge_form"

    kept = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    versions = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].choices = choices  # type: ignore[attr-defined]


def community_groups(user: User, action: str = "edit") -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the communities in which a person may do something, by their streets.

    Parameters
    ----------
    user
        The person.
    action
        What they want to do.

    Returns
    -------
    list of tuple
        Title of the street, and pairs of code and name.
    """
    english = current_language() == "en"
    rows = list(places_below(user, "places", action).filter(level="community"))
    above = {place.path.rpartition(f"{place.code}/")[0] for place in rows}
    streets = {place.path: place for place in places_below(user, "places", "view").filter(path__in=above)}
    found: dict[str, list[tuple[str, str]]] = {}
    for place in rows:
        street = streets.get(place.path.rpartition(f"{place.code}/")[0])
        title = ((street.name_en if english else "") or street.name) if street else ""
        found.setdefault(title, []).append((place.code, (place.name_en if english else "") or place.name))
    return list(found.items())


def _grouped(groups: list[tuple[str, list[tuple[str, str]]]], blank: str | None) -> list[Any]:
    """Return choices for a select: without a heading if there is one group that has none."""
    choices: list[Any] = [] if blank is None else [("", blank)]
    for title, entries in groups:
        choices += [(title, entries)] if title else entries
    return choices


class RecordForm(WordForm):
    """A record of a layer.

    Parameters
    ----------
    layer
        Name of the layer.
    user
        Who fills it in: the communities offered are those in which the person may edit.
    record
        The record to be changed; ``None`` = a new one.
    sure
        Whether the person is asked to confirm what was doubted.
    """

    words = "places.form"

    reason = forms.CharField(max_length=500, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, layer: str, user: User, record: Record | None = None, sure: bool = False, **kwargs: Any
    ) -> None:
        self.schema: Layer = layer_schema(layer)
        self.user, self.record = user, record
        initial = {**_initial(self.schema, record), **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        own = {name: self.fields.pop(name) for name in ("reason", "version")}
        for column in self._asked():
            self.fields[column.name] = self._field(column)
        if self.schema.geometry:
            self.fields["shape"] = ShapeField(required=False, label=say("places.word.position"))
        if sure:
            self.fields["sure"] = forms.BooleanField(label=say("places.form.sure"), required="doubted" in self.data)
        if record is not None:
            self.fields["reason"] = own["reason"]
        self.fields["version"] = own["version"]

    def _asked(self) -> Iterator[Column]:
        """Yield the columns that are asked for: what names a record is not changed."""
        fixed = {self.schema.key, *self.schema.unique} if self.record is not None else set()
        yield from (column for column in self.schema.columns if column.name not in fixed)

    def _field(self, column: Column) -> forms.Field:
        field = self._made(column, required=column.required and column.name != self._numbered)
        field.label = heading(column)
        own = "key_help" if column.name == self._numbered else "list_help" if column.type == "list" else ""
        field.help_text = say(f"places.form.{own}") if own else column.help[current_language()]
        name = column.name
        field.widget.attrs |= {"aria-describedby": f"id_{name}_help id_{name}_error"}
        if field.required:
            field.widget.attrs["aria-required"] = "true"
        return field

    @property
    def _numbered(self) -> str | None:
        """The column that the register fills in itself if it is left empty."""
        return self.schema.key if self.record is None and self.schema.name != "communities" else None

    def _made(self, column: Column, *, required: bool) -> forms.Field:
        unknown = None if column.default else say("pages.word.choose" if required else "places.word.unknown")
        if column.name == "community_id" or (column.key and self.schema.name == "communities"):
            blank = unknown if required else say("places.form.by_position")
            return forms.ChoiceField(choices=_grouped(self._communities(), blank), required=required)
        if column.choices_from:
            if column.type == "list":
                return forms.MultipleChoiceField(
                    choices=_grouped(type_groups(), None), required=required, widget=forms.CheckboxSelectMultiple
                )
            return forms.ChoiceField(choices=_grouped(type_groups(), unknown), required=required)
        if column.name == "item":
            return forms.ChoiceField(choices=_grouped(item_groups(), unknown), required=required)
        if column.type == "choice" and not column.or_number:
            titles = [(code, choice[current_language()]) for code, choice in choices_of(column).items()]
            return forms.ChoiceField(choices=_grouped([("", titles)], unknown), required=required)
        return self._typed(column, required=required)

    def _typed(self, column: Column, *, required: bool) -> forms.Field:
        if column.type == "boolean":
            words = [(code, say(f"pages.word.{word}")) for code, word in _YES_NO]
            return forms.ChoiceField(choices=[("", say("places.word.unknown")), *words], required=required)
        if column.type == "date":
            return forms.CharField(required=required, widget=DateInput())
        more = {"inputmode": "decimal"} if column.type in ("number", "integer") else {}
        if column.name == "evidence":
            return forms.CharField(required=required, max_length=_LONG, widget=forms.Textarea(attrs={"rows": 3}))
        return forms.CharField(required=required, max_length=_LONG, widget=forms.TextInput(attrs=more))

    def _communities(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the communities that can be named; of a community's own record, those that have none yet."""
        groups = community_groups(self.user)
        if self.schema.name != "communities":
            return groups
        there = set(list_records(self.user, "communities").values_list("key", flat=True))
        return [(title, [one for one in entries if one[0] not in there]) for title, entries in groups]

    @property
    def asked_values(self) -> dict[str, Any]:
        """What was filled in, by column; ``None`` where nothing was."""
        values: dict[str, Any] = {}
        for column in self._asked():
            value = self.cleaned_data.get(column.name)
            values[column.name] = (";".join(value) if isinstance(value, list) else value) or None
        return values

    @property
    def asked_shape(self) -> BaseGeometry | None:
        """What was drawn; ``None`` if nothing was."""
        shape: BaseGeometry | None = self.cleaned_data.get("shape")
        return shape


def _initial(schema: Layer, record: Record | None) -> Mapping[str, Any]:
    if record is None:
        return {column.name: column.default for column in schema.columns if column.default}
    values: dict[str, Any] = {}
    for column in schema.columns:
        value = record.values.get(column.name)
        if isinstance(value, bool):
            value = "true" if value else "false"
        values[column.name] = str(value).split(";") if column.type == "list" and value else value
    return {**values, "version": record.version}
