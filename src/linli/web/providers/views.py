"""The pages of providers, and the public directory: parse, call a service or selector, render."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.audit.selectors import events_about
from linli.web.pages.asking import ask as ask_page
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.table import show_table
from linli.web.providers import services
from linli.web.providers.forms import (
    DecideForm,
    EvaluateForm,
    FileForm,
    NewProviderForm,
    ProviderForm,
    PublishForm,
    RecordForm,
    RemoveForm,
    SubmitForm,
)
from linli.web.providers.listing import compare_versions
from linli.web.providers.lists import PROVIDERS, category_titles
from linli.web.providers.models import DirectoryVersion, Provider
from linli.web.providers.selectors import (
    evaluations_of,
    get_version,
    list_files,
    list_providers,
    list_versions,
    newest_version,
    records_of,
)
from linli.web.uploads import KINDS
from linli.web.words import current_language, say

__all__ = [
    "apply",
    "attach",
    "compare",
    "decide",
    "directory",
    "evaluate",
    "file",
    "list_all",
    "list_export",
    "new",
    "provider",
    "publish",
    "record",
    "remove",
    "update",
    "version",
]

_LATEST = 20
ask = partial(ask_page, template="providers/ask.html")


def _provider(request: HttpRequest, number: str, action: str = "view") -> Provider:
    return get_object_or_404(list_providers(user_of(request), action), number=number)


def _back(provider: Provider) -> str:
    return reverse("providers:provider", args=[provider.number])


def _titled(key: str, provider: Provider) -> str:
    return f"{say(key)} · {provider.name}"


@require_GET
@access("providers", "view")
def list_all(request: HttpRequest) -> HttpResponse:
    """List providers."""
    user = user_of(request)
    files = [(kind, reverse("providers:list_export", args=[kind])) for kind in FORMATS]
    may = user.rights.may("providers", "export")
    shown = show_table(PROVIDERS, list_providers(user), request.GET, exports=files if may else ())
    return render(request, "providers/list.html", {"table": shown, "newest": newest_version()})


@require_GET
@access("providers", "export")
def list_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of providers as a file."""
    return export_table(request, PROVIDERS, list_providers(user_of(request), "export"), kind, module="providers")


@require_http_methods(["GET", "POST"])
@access("providers", "apply")
def new(request: HttpRequest) -> HttpResponse:
    """Begin a provider's application."""
    user = user_of(request)
    form = NewProviderForm(request.POST or None, user=user)
    made: list[Provider] = []

    def do(said: dict[str, Any]) -> None:
        made.append(services.provider_create(actor=actor_of(request), name=said["name"], place=said["place"].path,
                                             organisation=user.organisation))  # fmt: skip

    answer = ask(request, form, do, title=say("providers.page.new"), lead=say("providers.page.new_lead"),
                 back=reverse("providers:list"), said="providers.said.saved")  # fmt: skip
    return redirect("providers:update", number=made[0].number) if made else answer


@require_GET
@access("providers", "view")
def provider(request: HttpRequest, number: str) -> HttpResponse:
    """Show a provider: application, evidence, operating record, evaluations."""
    user, one = user_of(request), _provider(request, number)
    lang, rights = current_language(), user.rights
    criteria, titles = services.criteria_in_force(), category_titles()
    files = list(list_files(user).filter(provider=one))
    asked = criteria.asked_of(frozenset(one.categories))
    may_review = rights.may("providers", "review", one.place) and one.created_by_id != user.pk
    about = {
        "provider": one, "categories": [titles.get(code, code) for code in one.categories],
        "evidence": [(item.title[lang], [row for row in files if row.code == item.id]) for item in asked],
        "records": records_of(user, one), "evaluations": evaluations_of(user, one), "basis": criteria.basis[lang],
        "open": one.state in {"draft", "returned"}, "may_edit": rights.may("providers", "edit", one.place),
        "may_apply": rights.may("providers", "apply", one.place), "may_review": may_review,
        "may_remove": rights.may("providers", "publish", one.place) and one.state in {"approved", "listed"},
        "events": events_about(user, one)[:_LATEST],
    }  # fmt: skip
    return render(request, "providers/provider.html", about)


@require_http_methods(["GET", "POST"])
@access("providers", "edit")
def update(request: HttpRequest, number: str) -> HttpResponse:
    """Change a provider's application."""
    one = _provider(request, number, "edit")
    known = {name: getattr(one, name) for name in (*services.FIELDS, "version")}
    form = ProviderForm(request.POST or None, initial=known)

    def do(said: dict[str, Any]) -> None:
        values = {**said}
        version = values.pop("version")
        services.provider_update(actor=actor_of(request), provider=one, base_version=version, values=values)

    return ask(request, form, do, title=_titled("providers.page.update", one), back=_back(one),
               said="providers.said.saved")  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("providers", "edit")
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Send in a piece of evidence."""
    one = _provider(request, number, "edit")
    form = FileForm(request.POST or None, request.FILES or None)

    def do(said: dict[str, Any]) -> None:
        sent = said["file"]
        services.file_add(actor=actor_of(request), provider=one, code=said["code"], name=sent.name, data=sent.read())

    return ask(request, form, do, title=_titled("providers.page.attach", one), back=_back(one),
               said="providers.said.saved", about={"multipart": True})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("providers", "apply")
def apply(request: HttpRequest, number: str) -> HttpResponse:
    """Submit an application."""
    one = _provider(request, number, "apply")
    form = SubmitForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.provider_apply(actor=actor_of(request), provider=one, base_version=said["version"])

    return ask(request, form, do, title=_titled("providers.page.apply", one), back=_back(one),
               lead=services.criteria_in_force().basis[current_language()], said="providers.said.applied")  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("providers", "review")
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Review an application."""
    one = _provider(request, number, "review")
    form = DecideForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.provider_decide(actor=actor_of(request), provider=one, base_version=said["version"],
                                 decision=said["decision"], reason=said["reason"])  # fmt: skip

    return ask(request, form, do, title=_titled("providers.page.decide", one), back=_back(one),
               said="providers.said.decided")  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("providers", "edit")
def record(request: HttpRequest, number: str) -> HttpResponse:
    """Enter a year of one place."""
    one = _provider(request, number, "edit")

    def do(said: dict[str, Any]) -> None:
        values = {**said}
        year, site = values.pop("year"), values.pop("site")
        services.record_set(actor=actor_of(request), provider=one, year=year, site=site, values=values)

    return ask(request, RecordForm(request.POST or None), do, title=_titled("providers.page.record", one),
               back=_back(one), said="providers.said.saved")  # fmt: skip


def _proposals(one: Provider) -> list[dict[str, Any]]:
    """Return what the record of each year not decided yet proposes."""
    lang = current_language()
    decided = set(one.evaluations.values_list("year", flat=True))
    years = sorted(set(one.records.values_list("year", flat=True)) - decided, reverse=True)
    found = [(year, services.propose_evaluation(one, year)) for year in years]
    return [
        {"year": year, "proposal": each.proposal, "reasons": [reason.words[lang] for reason in each.reasons]}
        for year, each in found
    ]


@require_http_methods(["GET", "POST"])
@access("providers", "review")
def evaluate(request: HttpRequest, number: str) -> HttpResponse:
    """Decide a provider's year; what its record proposes is shown first."""
    one = _provider(request, number, "review")
    known = {"version": one.version, "year": timezone.localdate().year - 1}
    form = EvaluateForm(request.POST or None, initial=known)

    def do(said: dict[str, Any]) -> None:
        values = {**said}
        version = values.pop("version")
        services.evaluation_decide(actor=actor_of(request), provider=one, base_version=version, **values)

    return ask(request, form, do, title=_titled("providers.page.evaluate", one), back=_back(one),
               said="providers.said.decided", template="providers/evaluate.html",
               about={"proposals": _proposals(one)})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("providers", "publish", fresh=True)
def remove(request: HttpRequest, number: str) -> HttpResponse:
    """Take a provider off the directory."""
    one = _provider(request, number, "publish")
    form = RemoveForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        values = {**said}
        version = values.pop("version")
        services.provider_remove(actor=actor_of(request), provider=one, base_version=version, **values)

    return ask(request, form, do, title=_titled("providers.page.remove", one), lead=say("providers.page.remove_lead"),
               back=_back(one), said="providers.said.removed")  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("providers", "publish", fresh=True)
def publish(request: HttpRequest) -> HttpResponse:
    """Publish a version of the directory."""
    form = PublishForm(request.POST or None, user=user_of(request))

    def do(said: dict[str, Any]) -> None:
        services.directory_publish(actor=actor_of(request), place=said["place"].path, note=said["note"])

    return ask(request, form, do, title=say("providers.page.publish"), lead=say("providers.page.publish_lead"),
               back=reverse("providers:directory"), said="providers.said.published")  # fmt: skip


@require_GET
@access("providers", "view")
def file(request: HttpRequest, pk: int) -> FileResponse:
    """Give a piece of evidence."""
    one = get_object_or_404(list_files(user_of(request)), pk=pk)
    return FileResponse(one.file.open("rb"), as_attachment=True, filename=one.name, content_type=KINDS[one.kind])


def _shown(request: HttpRequest, one: DirectoryVersion | None) -> HttpResponse:
    titles = category_titles()
    listings = [
        {**row, "titles": [titles.get(code, code) for code in row["categories"]]}
        for row in (one.listings if one else [])
    ]
    category = request.GET.get("category", "")
    if category:
        listings = [row for row in listings if category in row["categories"]]
    before = get_version(one.number - 1) if one else None
    names = {row["provider_id"]: row["name"] for row in (before.listings if before else [])}
    about = {
        "left": [(number, names.get(number, ""), why) for number, why in (one.left if one else {}).items()],
        "issue": one, "listings": listings, "versions": list_versions(), "categories": titles.items(),
        "category": category, "previous": before.number if before else None,
    }  # fmt: skip
    return render(request, "providers/directory.html", about)


@require_GET
@access(public=True)
def directory(request: HttpRequest) -> HttpResponse:
    """Show the directory in force."""
    return _shown(request, newest_version())


@require_GET
@access(public=True)
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Show a published version of the directory."""
    one = get_version(number)
    if one is None:
        raise Http404
    return _shown(request, one)


def _told(field: str, value: Any) -> Any:
    """Return a value of a listing in words."""
    if field == "categories":
        titles = category_titles()
        return " / ".join(titles.get(code, code) for code in value)
    return say(f"providers.state.{value}") if field == "status" else value


@require_GET
@access(public=True)
def compare(request: HttpRequest, before: int, after: int) -> HttpResponse:
    """Show what changed between two versions."""
    old, fresh = get_version(before), get_version(after)
    if old is None or fresh is None:
        raise Http404
    found = compare_versions(old.as_version(), fresh.as_version())
    changes = [
        {**dataclasses.asdict(one), "before": _told(one.field, one.before), "after": _told(one.field, one.after)}
        for one in found.changed
    ]
    about = {"before": old, "after": fresh, "found": found, "changes": changes}
    return render(request, "providers/compare.html", about)
