"""The pages of the standards: the rules, the city's own values under review, waivers."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from linli.errors import UnknownRuleError
from linli.rules import Rule
from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.selectors import place_names
from linli.web.audit.selectors import events_about
from linli.web.pages.asking import ask
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.rows import Rows
from linli.web.pages.table import show_table
from linli.web.standards import services
from linli.web.standards.browse import rule_page
from linli.web.standards.catalogue import site_catalogue
from linli.web.standards.forms import ChangeForm, DecideForm, GrantForm, WaiverForm, WithdrawForm
from linli.web.standards.lists import CHANGES, RULES, VALUES, WAIVERS, found_rules, rule_title, value_text
from linli.web.standards.models import Change, Waiver
from linli.web.standards.selectors import (
    changes_of,
    city_place,
    holding,
    list_changes,
    list_waivers,
    rule_rows,
    standing_of,
    value_rows,
)
from linli.web.words import current_language, say

__all__ = [
    "change",
    "change_decide",
    "change_edit",
    "change_new",
    "change_submit",
    "change_withdraw",
    "changes",
    "changes_export",
    "rule",
    "rules",
    "values_export",
    "waiver",
    "waiver_decide",
    "waiver_new",
    "waiver_revoke",
    "waivers",
    "waivers_export",
]


def _rule(rule_id: str) -> Rule:
    try:
        return site_catalogue().rule(rule_id)
    except UnknownRuleError:
        raise Http404 from None


def _change(request: HttpRequest, pk: int, action: str = "view") -> Change:
    return get_object_or_404(list_changes(user_of(request), action), pk=pk)


def _waiver(request: HttpRequest, pk: int, action: str = "view") -> Waiver:
    return get_object_or_404(list_waivers(user_of(request), action), pk=pk)


def _trail(name: str) -> list[tuple[str, str]]:
    return [(say(f"pages.route.standards:{name}"), reverse(f"standards:{name}"))]


@require_GET
@access("standards", "view")
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules in force with their newest values, clause and certainty."""
    user = user_of(request)
    files = [(kind, reverse("standards:values_export", args=[kind])) for kind in FORMATS]
    may = user.rights.may("standards", "export")
    shown = show_table(RULES, Rows.of(rule_rows()), request.GET, exports=files if may else ())
    return render(request, "standards/rules.html", {"table": shown, "catalogue": site_catalogue()})


@require_GET
@access("standards", "export")
def values_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give every dated value of the rules found as a file."""
    rows = value_rows(row.rule for row in found_rules(request.GET))
    return export_table(request, VALUES, Rows.of(rows), kind, module="standards")


@require_GET
@access("standards", "view")
def rule(request: HttpRequest, family: str, name: str) -> HttpResponse:
    """Show a rule: wording, requirements, every value with clause, date and certainty, and what is proposed for it."""
    user, one = user_of(request), _rule(f"{family}/{name}")
    about = rule_page(one) | {
        "changes": [(each, standing_of(each)) for each in changes_of(user, one.id)[:20]],
        "may_edit": city_place(user) is not None and user.rights.may("standards", "edit"),
        "trail": _trail("rules"),
    }
    return render(request, "standards/rule.html", about)


@require_GET
@access("standards", "view")
def changes(request: HttpRequest) -> HttpResponse:
    """List the proposals for the city's pack."""
    user = user_of(request)
    files = [(kind, reverse("standards:changes_export", args=[kind])) for kind in FORMATS]
    may = user.rights.may("standards", "export")
    shown = show_table(CHANGES, list_changes(user), request.GET, exports=files if may else ())
    return render(request, "standards/list.html", {"table": shown, "name": "changes"})


@require_GET
@access("standards", "export")
def changes_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of proposals as a file."""
    return export_table(request, CHANGES, list_changes(user_of(request), "export"), kind, module="standards")


@require_http_methods(["GET", "POST"])
@access("standards", "edit")
def change_new(request: HttpRequest, family: str, name: str, value_name: str) -> HttpResponse:
    """Propose a value for the city's pack."""
    one, place = _rule(f"{family}/{name}"), city_place(user_of(request))
    if value_name not in one.values or place is None:
        raise Http404
    form = ChangeForm(request.POST or None, rule=one, value_name=value_name)

    def do(said: dict[str, Any]) -> None:
        services.change_create(
            actor=actor_of(request), place=place.path, rule=one.id, value_name=value_name, values=said
        )

    lang = current_language()
    title = say("standards.page.propose", value=one.values[value_name][-1].title[lang])
    back = reverse("standards:rule", args=[family, name])
    about = {"trail": [*_trail("rules"), (one.title[lang], back)]}
    return ask(request, form, do, title=title, lead=say("standards.page.propose_lead"), back=back,
               said="standards.said.saved", about=about)  # fmt: skip


@require_GET
@access("standards", "view")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a proposal beside what holds now."""
    user, one = user_of(request), _change(request, pk)
    catalogue = site_catalogue()
    series = catalogue.rules[one.rule].values.get(one.value_name, ()) if one.rule in catalogue.rules else ()
    values = rule_page(catalogue.rules[one.rule], one.value_name)["values"] if series else []
    now = holding(series, timezone.localdate())
    about = {
        "one": one, "title": rule_title(one.rule), "value": value_text(one), "standing": standing_of(one),
        "now": [row for row in values if row["value"] is now],
        "may_edit": user.rights.may("standards", "edit", one.place),
        "may_review": user.rights.may("standards", "review", one.place) and one.created_by_id != user.pk,
        "events": events_about(user, one)[:20], "trail": _trail("changes"),
    }  # fmt: skip
    return render(request, "standards/change.html", about)


def _ask_change(request: HttpRequest, one: Change, form: Any, do: Any, key: str, lead: str = "") -> HttpResponse:
    """Ask something about a proposal, beside what it says."""
    back, rule_name = reverse("standards:change", args=[one.pk]), rule_title(one.rule)
    about = {"trail": [*_trail("changes"), (rule_name, back)], "one": one, "value": value_text(one)}
    return ask(request, form, do, title=f"{say(f'standards.page.{key}')} · {rule_name}",
               lead=say(f"standards.page.{lead or f'{key}_lead'}"), back=back, said="standards.said.saved",
               template="pages/ask.html" if key == "correct" else "standards/ask_change.html", about=about)  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("standards", "edit")
def change_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a proposal that is open."""
    one = _change(request, pk, "edit")
    form = ChangeForm(request.POST or None, rule=_rule(one.rule), value_name=one.value_name, change=one)

    def do(said: dict[str, Any]) -> None:
        services.change_update(actor=actor_of(request), change=one, base_version=one.version, values=said)

    return _ask_change(request, one, form, do, "correct")


@require_http_methods(["POST"])
@access("standards", "edit")
def change_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a proposal in for review."""
    one = _change(request, pk, "edit")
    services.change_submit(actor=actor_of(request), change=one, base_version=one.version)
    return redirect("standards:change", pk=one.pk)


@require_http_methods(["GET", "POST"])
@access("standards", "review", fresh=True)
def change_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a proposal or return it."""
    one = _change(request, pk, "review")

    def do(said: dict[str, Any]) -> None:
        services.change_decide(actor=actor_of(request), change=one, base_version=one.version, **said)

    return _ask_change(request, one, DecideForm(request.POST or None), do, "decide")


@require_http_methods(["GET", "POST"])
@access("standards", "edit")
def change_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a proposal, or take an approved value out of the pack."""
    one = _change(request, pk, "edit")

    def do(said: dict[str, Any]) -> None:
        services.change_withdraw(actor=actor_of(request), change=one, base_version=one.version, **said)

    lead = "withdraw_lead" if one.state == Change.State.APPROVED else "withdraw_lead_open"
    return _ask_change(request, one, WithdrawForm(request.POST or None), do, "withdraw", lead)


@require_GET
@access("standards", "view")
def waivers(request: HttpRequest) -> HttpResponse:
    """List waivers."""
    user = user_of(request)
    files = [(kind, reverse("standards:waivers_export", args=[kind])) for kind in FORMATS]
    may = user.rights.may("standards", "export")
    shown = show_table(WAIVERS, list_waivers(user), request.GET, exports=files if may else ())
    about = {"table": shown, "name": "waivers", "may_waive": user.rights.may("standards", "waive")}
    return render(request, "standards/list.html", about)


@require_GET
@access("standards", "export")
def waivers_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of waivers as a file."""
    return export_table(request, WAIVERS, list_waivers(user_of(request), "export"), kind, module="standards")


@require_http_methods(["GET", "POST"])
@access("standards", "waive")
def waiver_new(request: HttpRequest) -> HttpResponse:
    """Propose a waiver."""
    form = WaiverForm(request.POST or None, user=user_of(request))

    def do(said: dict[str, Any]) -> None:
        services.waiver_propose(actor=actor_of(request), **said)

    return ask(request, form, do, title=say("standards.page.waive"), lead=say("standards.page.waive_lead"),
               back=reverse("standards:waivers"), said="standards.said.saved",
               about={"trail": _trail("waivers")})  # fmt: skip


def _place(one: Waiver) -> str:
    return place_names([one.place], current_language())[one.place]


@require_GET
@access("standards", "view")
def waiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a waiver."""
    user, one = user_of(request), _waiver(request, pk)
    about = {
        "one": one, "title": rule_title(one.item), "place": _place(one),
        "may_review": user.rights.may("standards", "review", one.place) and one.created_by_id != user.pk,
        "may_waive": user.rights.may("standards", "waive", one.place),
        "events": events_about(user, one)[:20], "trail": _trail("waivers"),
    }  # fmt: skip
    return render(request, "standards/waiver.html", about)


def _ask_waiver(request: HttpRequest, one: Waiver, form: Any, do: Any, key: str, lead: str) -> HttpResponse:
    """Ask something about a waiver, beside what it says."""
    back, item = reverse("standards:waiver", args=[one.pk]), rule_title(one.item)
    about = {"trail": [*_trail("waivers"), (item, back)], "one": one, "place": _place(one)}
    return ask(request, form, do, title=f"{say(f'standards.page.{key}')} · {item}", lead=say(f"standards.page.{lead}"),
               back=back, said="standards.said.saved", template="standards/ask_waiver.html", about=about)  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("standards", "review", fresh=True)
def waiver_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a waiver or decline it."""
    one = _waiver(request, pk, "review")

    def do(said: dict[str, Any]) -> None:
        services.waiver_decide(actor=actor_of(request), waiver=one, base_version=one.version, **said)

    return _ask_waiver(request, one, GrantForm(request.POST or None), do, "grant", "grant_lead")


@require_http_methods(["GET", "POST"])
@access("standards", "waive")
def waiver_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a waiver before its time."""
    one = _waiver(request, pk, "waive")

    def do(said: dict[str, Any]) -> None:
        services.waiver_revoke(actor=actor_of(request), waiver=one, base_version=one.version, **said)

    lead = {"in_force": "revoke_lead", "coming": "revoke_lead_coming", "expired": "revoke_lead_expired"}
    return _ask_waiver(request, one, WithdrawForm(request.POST or None), do, "revoke",
                       lead.get(one.standing, "revoke_lead_open"))  # fmt: skip
