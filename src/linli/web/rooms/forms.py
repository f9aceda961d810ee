"""The form of a room's step: the reason, and what the step asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from linli.web.accounts.models import User
from linli.web.pages.forms import DateInput, ReasonForm
from linli.web.places.allowed import is_allowed
from linli.web.places.models import Record
from linli.web.projects.models import Project
from linli.web.rooms.fitting import types_for_room
from linli.web.rooms.selectors import projects_at
from linli.web.rooms.steps import Verb
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import current_language

__all__ = ["StepForm"]


class StepForm(ReasonForm):
    """One step of a room."""

    words = "rooms.form"
    field_order = ("facility_type", "until", "opened_on", "project", "reason")

    facility_type = forms.ChoiceField()
    until = forms.DateField(widget=DateInput())
    opened_on = forms.DateField(widget=DateInput(), initial=timezone.localdate)
    project: forms.ModelChoiceField[Project] = forms.ModelChoiceField(
        queryset=None, to_field_name="number", required=False
    )

    def __init__(self, *args: Any, verb: Verb, room: Record, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang, catalogue, said = current_language(), site_catalogue(), room.values.get("allowed_types")
        fitting = types_for_room(catalogue, timezone.localdate(), said, catalogue.facility_types)
        allowed = [
            (code, rule.title[lang])
            for code, rule in catalogue.facility_types.items()
            if code in fitting and is_allowed(said, code)
        ]
        self.fields["facility_type"].choices = [("", "—"), *allowed]  # type: ignore[attr-defined]
        self.fields["project"].queryset = projects_at(user, room)  # type: ignore[attr-defined]
        for name in ("facility_type", "until", "opened_on", "project"):
            if name not in verb.asks:
                del self.fields[name]
