"""The pages of people, organisations, grants and deputies: parse, call a service or selector, render."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts import services
from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.forms import DeputyForm, EndForm, GrantForm, NewUserForm, OrganisationForm, UserForm
from linli.web.accounts.lists import GRANTS, ORGANISATIONS, PEOPLE
from linli.web.accounts.models import Deputy
from linli.web.accounts.selectors import (
    deputies_of,
    grants_of,
    list_grants,
    list_organisations,
    list_people,
    place_names,
)
from linli.web.audit.selectors import events_about
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.forms import ReasonForm, add_refusal
from linli.web.pages.table import show_table
from linli.web.refusal import Refused
from linli.web.words import current_language, say

__all__ = [
    "deputy_create",
    "deputy_end",
    "grant_create",
    "grant_end",
    "grant_revoke",
    "grants",
    "grants_export",
    "organisation",
    "organisation_create",
    "organisations",
    "organisations_export",
    "people",
    "people_export",
    "person",
    "user_activate",
    "user_create",
    "user_deactivate",
    "user_password",
    "user_update",
]

_LATEST = 20


def _exports(request: HttpRequest, route: str) -> list[tuple[str, str]]:
    if not user_of(request).rights.may("people", "export"):
        return []
    return [(kind, reverse(route, args=[kind])) for kind in FORMATS]


def _said(request: HttpRequest, key: str, **values: Any) -> None:
    messages.success(request, say(key, **values))


@require_GET
@access("people", "view")
def people(request: HttpRequest) -> HttpResponse:
    """List people."""
    rows = list_people(user_of(request))
    shown = show_table(PEOPLE, rows, request.GET, exports=_exports(request, "accounts:people_export"))
    return render(request, "accounts/people.html", {"table": shown})


@require_GET
@access("people", "export")
def people_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of people as a file."""
    return export_table(request, PEOPLE, list_people(user_of(request), "export"), kind, module="people")


@require_GET
@access("people", "view")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person: grants, deputies, what happened."""
    user = user_of(request)
    one = get_object_or_404(list_people(user), pk=pk)
    held = list(grants_of(user, one))
    place = one.organisation.place
    about = {
        "person": one,
        "grants": held,
        "deputies": deputies_of(user, one),
        "events": events_about(user, one)[:_LATEST],
        "names": place_names({place, *(grant.place for grant in held)}, current_language()),
        "may_edit": user.rights.may("people", "edit", place),
        "may_grant": user.rights.may("people", "grant", place) and one.pk != user.pk,
    }
    return render(request, "accounts/person.html", about)


@require_http_methods(["GET", "POST"])
@access("people", "edit", fresh=True)
def user_create(request: HttpRequest) -> HttpResponse:
    """Make an account; its first password is shown once."""
    form = NewUserForm(request.POST or None, user=user_of(request))
    if form.is_valid():
        try:
            user, password = services.user_create(actor=actor_of(request), **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return render(request, "accounts/password_shown.html", {"person": user, "password": password})
    return render(request, "accounts/form.html", {"form": form, "page": "user_create"})


@require_http_methods(["GET", "POST"])
@access("people", "edit", fresh=True)
def user_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of a person."""
    one = get_object_or_404(list_people(user_of(request), "edit"), pk=pk)
    known = {name: getattr(one, name) for name in ("name", "organisation", "title", "phone", "email")}
    form = UserForm(request.POST or None, user=user_of(request), initial=known)
    if form.is_valid():
        values = {**form.cleaned_data}
        reason = values.pop("reason")
        try:
            services.user_update(actor=actor_of(request), user=one, values=values, reason=reason)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            _said(request, "accounts.said.saved")
            return redirect("accounts:person", pk=one.pk)
    return render(request, "accounts/form.html", {"form": form, "page": "user_update", "person": one})


def _confirm(request: HttpRequest, page: str, form: Any, about: dict[str, Any], do: Any, back: str) -> HttpResponse:
    """Ask, with a reason, before anything that matters; then do it."""
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            _said(request, f"accounts.said.{page}")
            return redirect(back)
    return render(request, "accounts/confirm.html", {"form": form, "page": page, "back": back, **about})


@require_http_methods(["GET", "POST"])
@access("people", "edit", fresh=True)
def user_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    one = get_object_or_404(list_people(user_of(request), "edit"), pk=pk)

    def do(said: dict[str, Any]) -> None:
        services.user_deactivate(actor=actor_of(request), user=one, reason=said["reason"])

    back = reverse("accounts:person", args=[one.pk])
    return _confirm(request, "user_deactivate", ReasonForm(request.POST or None), {"person": one}, do, back)


@require_http_methods(["GET", "POST"])
@access("people", "edit", fresh=True)
def user_activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    one = get_object_or_404(list_people(user_of(request), "edit"), pk=pk)

    def do(said: dict[str, Any]) -> None:
        services.user_activate(actor=actor_of(request), user=one, reason=said["reason"])

    back = reverse("accounts:person", args=[one.pk])
    return _confirm(request, "user_activate", ReasonForm(request.POST or None), {"person": one}, do, back)


@require_http_methods(["GET", "POST"])
@access("people", "edit", fresh=True)
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a new first password, shown once."""
    one = get_object_or_404(list_people(user_of(request), "edit"), pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            password = services.password_renew(actor=actor_of(request), user=one, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return render(request, "accounts/password_shown.html", {"person": one, "password": password})
    about = {"form": form, "page": "user_password", "person": one, "back": reverse("accounts:person", args=[one.pk])}
    return render(request, "accounts/confirm.html", about)


@require_GET
@access("people", "view")
def grants(request: HttpRequest) -> HttpResponse:
    """List grants."""
    rows = list_grants(user_of(request))
    shown = show_table(GRANTS, rows, request.GET, exports=_exports(request, "accounts:grants_export"))
    return render(request, "accounts/grants.html", {"table": shown})


@require_GET
@access("people", "export")
def grants_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of grants as a file."""
    return export_table(request, GRANTS, list_grants(user_of(request), "export"), kind, module="people")


@require_http_methods(["GET", "POST"])
@access("people", "grant", fresh=True)
def grant_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a person a role at a place."""
    one = get_object_or_404(list_people(user_of(request), "grant"), pk=pk)
    form = GrantForm(request.POST or None, user=user_of(request))
    if form.is_valid():
        try:
            services.grant_create(actor=actor_of(request), user=one, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            _said(request, "accounts.said.grant_create")
            return redirect("accounts:person", pk=one.pk)
    return render(request, "accounts/form.html", {"form": form, "page": "grant_create", "person": one})


@require_http_methods(["GET", "POST"])
@access("people", "grant", fresh=True)
def grant_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the last day of a grant."""
    grant = get_object_or_404(list_grants(user_of(request), "grant"), pk=pk)
    form = EndForm(request.POST or None, initial={"ends": grant.ends, "version": grant.version})

    def do(said: dict[str, Any]) -> None:
        services.grant_end(actor=actor_of(request), grant=grant, **said)

    back = reverse("accounts:person", args=[grant.user_id])
    about = {"grant": grant, "person": grant.user, "names": place_names([grant.place], current_language())}
    return _confirm(request, "grant_end", form, about, do, back)


@require_http_methods(["GET", "POST"])
@access("people", "grant", fresh=True)
def grant_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a grant back."""
    grant = get_object_or_404(list_grants(user_of(request), "grant"), pk=pk)

    def do(said: dict[str, Any]) -> None:
        services.grant_revoke(actor=actor_of(request), grant=grant, reason=said["reason"])

    back = reverse("accounts:person", args=[grant.user_id])
    about = {"grant": grant, "person": grant.user, "names": place_names([grant.place], current_language())}
    return _confirm(request, "grant_revoke", ReasonForm(request.POST or None), about, do, back)


@require_http_methods(["GET", "POST"])
@access(signed_in=True, fresh=True)
def deputy_create(request: HttpRequest) -> HttpResponse:
    """Let somebody stand in for me."""
    user = user_of(request)
    form = DeputyForm(request.POST or None)
    if form.is_valid():
        try:
            services.deputy_create(actor=actor_of(request), principal=user, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            _said(request, "accounts.said.deputy_create")
            return redirect("accounts:deputies")
    return render(request, "accounts/deputies.html", {"form": form, "deputies": deputies_of(user, user)})


@require_http_methods(["GET", "POST"])
@access(signed_in=True)
def deputy_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a standing-in: one's own, or one that one may grant."""
    user = user_of(request)
    visible = Deputy.objects.visible_to(user).select_related("principal", "deputy")
    row = get_object_or_404(visible, pk=pk)

    def do(said: dict[str, Any]) -> None:
        services.deputy_end(actor=actor_of(request), deputy=row, reason=said["reason"])

    about = {"deputy": row, "person": row.deputy}
    return _confirm(request, "deputy_end", ReasonForm(request.POST or None), about, do, reverse("accounts:deputies"))


@require_GET
@access("people", "view")
def organisations(request: HttpRequest) -> HttpResponse:
    """List organisations."""
    rows = list_organisations(user_of(request))
    shown = show_table(ORGANISATIONS, rows, request.GET, exports=_exports(request, "accounts:organisations_export"))
    return render(request, "accounts/organisations.html", {"table": shown})


@require_GET
@access("people", "export")
def organisations_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of organisations as a file."""
    rows = list_organisations(user_of(request), "export")
    return export_table(request, ORGANISATIONS, rows, kind, module="people")


@require_GET
@access("people", "view")
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an organisation: its people and what happened."""
    user = user_of(request)
    one = get_object_or_404(list_organisations(user), pk=pk)
    about = {
        "organisation": one,
        "people": list_people(user).filter(organisation=one),
        "below": list_organisations(user).filter(parent=one),
        "events": events_about(user, one)[:_LATEST],
        "names": place_names([one.place], current_language()),
    }
    return render(request, "accounts/organisation.html", about)


@require_http_methods(["GET", "POST"])
@access("people", "edit", fresh=True)
def organisation_create(request: HttpRequest) -> HttpResponse:
    """Add an organisation."""
    form = OrganisationForm(request.POST or None, user=user_of(request))
    if form.is_valid():
        try:
            new = services.organisation_create(actor=actor_of(request), **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            _said(request, "accounts.said.saved")
            return redirect("accounts:organisation", pk=new.pk)
    return render(request, "accounts/form.html", {"form": form, "page": "organisation_create"})
