"""The pages of rounds and of what communities hand in: parse, call a service or selector, render."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.accounts.models import User
from linli.web.audit.selectors import events_about
from linli.web.geometry import feature, feature_collection
from linli.web.pages.asking import ask
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.maps import map_frame
from linli.web.pages.table import show_table
from linli.web.places.bounds import place_bounds
from linli.web.places.models import LAYERS
from linli.web.places.selectors import list_records
from linli.web.refusal import Refused
from linli.web.standards.catalogue import site_catalogue
from linli.web.surveys import services
from linli.web.surveys.completeness import Completeness, Fact
from linli.web.surveys.forms import (
    MoveForm,
    NewRoundForm,
    NoneForm,
    NoteForm,
    OptionsForm,
    RoundForm,
    SendBackForm,
    none_words,
)
from linli.web.surveys.links import fact_address
from linli.web.surveys.lists import FINDINGS, LATE, RETURNS, ROUNDS, column_words, layer_words, return_rows
from linli.web.surveys.models import Return, Round
from linli.web.surveys.options import read_options
from linli.web.surveys.selectors import (
    active_layers,
    asked_in,
    communities_without_return,
    completeness,
    contacts_of,
    count_states,
    current_round,
    facts_asked,
    findings_of,
    late_returns,
    list_rounds,
    list_snapshots,
    returns_of,
    with_place_name,
)
from linli.web.words import current_language, say

__all__ = [
    "accept",
    "check",
    "complete",
    "edit",
    "findings",
    "findings_export",
    "freeze",
    "late",
    "late_export",
    "list_all",
    "list_export",
    "map_features",
    "new",
    "none",
    "options",
    "remind",
    "reopen",
    "return_",
    "returns_export",
    "review",
    "round_",
    "send_back",
    "submit",
]

_LATEST = 20
_FIFTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)
_LOOKS = {"accepted": "met", "submitted": "partly", "returned": "not_met", "filling": "not_applicable"}
"""By state of a return: which of the five looks stands for it on the map; late is the fifth."""


def _round(request: HttpRequest, code: str, action: str = "view") -> Round:
    return get_object_or_404(list_rounds(user_of(request), action), code=code)


def _return(request: HttpRequest, code: str, community: str, action: str = "view") -> Return:
    round_ = _round(request, code)
    return get_object_or_404(returns_of(user_of(request), round_, action), community__code=community)


def _address(round_: Round) -> str:
    return reverse("surveys:round", args=[round_.code])


def _return_address(one: Return) -> str:
    return reverse("surveys:return", args=[one.round.code, one.community.code])


def _name(of: Any) -> str:
    english = getattr(of, "name_en", "")
    return str(english if english and current_language() == "en" else of.name)


def _trail(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    return [(say("surveys.rounds.title"), reverse("surveys:rounds")), *steps]


def _files(route: str, *args: str) -> list[tuple[str, str]]:
    return [(kind, reverse(f"surveys:{route}", args=[*args, kind])) for kind in FORMATS]


# Rounds ------------------------------------------------------------------------------------------------------------
@require_GET
@access("surveys", "view")
def list_all(request: HttpRequest) -> HttpResponse:
    """List rounds."""
    user = user_of(request)
    files = _files("rounds_export") if user.rights.may("surveys", "export") else ()
    shown = show_table(ROUNDS, with_place_name(list_rounds(user)), request.GET, exports=files)
    return render(request, "surveys/rounds.html", {"table": shown, "now": current_round(user)})


@require_GET
@access("surveys", "export")
def list_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of rounds as a file."""
    # A round of a place above is in the list of who may export below it, as on the screen.
    return export_table(request, ROUNDS, with_place_name(list_rounds(user_of(request))), kind, module="surveys")


@require_http_methods(["GET", "POST"])
@access("surveys", "manage")
def new(request: HttpRequest) -> HttpResponse:
    """Open a round."""
    user = user_of(request)
    form = NewRoundForm(request.POST or None, user=user)
    made: list[Round] = []

    def do(said: dict[str, Any]) -> None:
        before = current_round(user, said["place"].path)
        made.append(services.round_open(actor=actor_of(request), **said, options=before.options if before else {}))

    answer = ask(
        request, form, do, title=say("surveys.page.new"), lead=say("surveys.page.new_lead"),
        back=reverse("surveys:rounds"), said="surveys.said.opened", about={"trail": _trail()},
    )  # fmt: skip
    return redirect(_address(made[0])) if made else answer


def _steps(user: User, round_: Round) -> dict[str, bool]:
    """Return what a person may do with a round as it is now."""
    may = {name: user.rights.may("surveys", name, round_.place) for name in ("manage", "freeze")}
    state, live = round_.state, round_.state != Round.State.FROZEN
    busy = services.job_of(round_) is not None
    return {
        "edit": may["manage"] and live,
        "review": may["manage"] and state == Round.State.OPEN and not busy,
        "reopen": may["manage"] and state == Round.State.REVIEW and not busy,
        "check": may["manage"] and live and not busy,
        "freeze": may["freeze"] and state == Round.State.REVIEW and not busy,
        "complete": may["manage"] and live and communities_without_return(round_).exists(),
    }


def _figures(counts: dict[str, int]) -> list[tuple[str, int, str]]:
    total = sum(count for state, count in counts.items() if state != "late")
    states = [(say(f"surveys.return_state.{state}"), counts[state], "") for state in Return.State.values]
    return [(say("surveys.word.communities"), total, ""), *states, (say("surveys.word.late"), counts["late"], "")]


def _map(request: HttpRequest, round_: Round) -> dict[str, Any]:
    src = reverse("surveys:map", args=[round_.code])
    said = {key: say(f"surveys.map.{key}") for key in ("facts", "state", "known", "asked", "late", "days")}
    fields = [
        {"key": "state", "label": said["state"]},
        {"key": "known", "label": said["known"], "format": "number", "digits": 0},
        {"key": "asked", "label": said["asked"], "format": "number", "digits": 0},
        {"key": "late", "label": said["late"], "unit": said["days"], "format": "number", "digits": 0},
    ]
    words = {look: say(f"surveys.return_state.{state}") for state, look in _LOOKS.items()}
    states = {"id": "states", "label": said["state"], "kind": "status", "src": src, "value": "look", "fields": fields,
              "words": {**words, "unknown": say("surveys.word.late")}}  # fmt: skip
    facts = {"id": "facts", "label": said["facts"], "kind": "areas", "src": src, "value": "share", "format": "share",
             "breaks": _FIFTHS, "visible": False, "fields": fields}  # fmt: skip
    frame = map_frame(request, title=_name(round_), data_on=round_.surveyed_on, source=say("surveys.map.source"),
                      bounds=place_bounds(round_.place))  # fmt: skip
    return {**frame, "layers": [states, facts]}


@require_GET
@access("surveys", "view")
def round_(request: HttpRequest, code: str) -> HttpResponse:
    """Show a round: its state, its communities on a map and in a table."""
    user, one = user_of(request), _round(request, code)
    returns = returns_of(user, one)
    rows = return_rows(returns, completeness(one, returns))
    may_export = user.rights.may("surveys", "export")
    options = read_options(one.options)
    about = {
        "round": one, "name": _name(one), "may": _steps(user, one), "job": services.job_of(one),
        "table": show_table(RETURNS, rows, request.GET,
                            exports=_files("returns_export", one.code) if may_export else ()),
        "figures": _figures(count_states(returns)), "map": _map(request, one),
        "snapshot": list_snapshots(user).filter(round=one).first(),
        "standards": _standards(options.standards),
        "lists": say("surveys.word.comma"),
        "bulk": [(layer_words(layer), rows) for layer, rows in active_layers(one.place).items()],
        "sees_layers": user.rights.may("surveys", "view", one.place),
        "may_review": user.rights.may("surveys", "review"),
        "events": events_about(user, one)[:_LATEST],
    }  # fmt: skip
    return render(request, "surveys/round.html", about)


def _standards(names: Iterable[str]) -> list[str]:
    families = site_catalogue().families
    return [families[name].title[current_language()] if name in families else name for name in names]


@require_GET
@access("surveys", "view")
def map_features(request: HttpRequest, code: str) -> JsonResponse:
    """Give the communities of a round as the map draws them."""
    user, one = user_of(request), _round(request, code)
    returns = list(returns_of(user, one))
    found = completeness(one, returns)
    outlines = list_records(user, "communities").filter(place__startswith=one.place, closed_at=None)
    shapes = {row.place: row.shape for row in outlines}
    features = [_feature(row, found[row.community.code], shapes.get(row.place)) for row in returns]
    return JsonResponse(feature_collection(features))


def _feature(one: Return, found: Completeness, shape: Any) -> dict[str, Any]:
    days = one.days_late
    said = {
        "name": _name(one.community), "href": _return_address(one), "known": found.known, "asked": found.asked,
        "share": found.share, "late": days, "look": "unknown" if days else _LOOKS[one.state],
        "state": say(f"surveys.return_state.{one.state}"),
    }  # fmt: skip
    return feature(one.community.code, shape, said)


@require_GET
@access("surveys", "export")
def returns_export(request: HttpRequest, code: str, kind: str) -> FileResponse:
    """Give the communities of a round as a file."""
    one = _round(request, code)
    returns = returns_of(user_of(request), one, "export")
    return export_table(request, RETURNS, return_rows(returns, completeness(one, returns)), kind, module="surveys")


@require_http_methods(["GET", "POST"])
@access("surveys", "manage")
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a round's names and dates."""
    one = _round(request, code, "manage")
    known = {name: getattr(one, name) for name in ("name", "name_en", "surveyed_on", "begins", "due", "version")}
    form = RoundForm(request.POST or None, initial=known)

    def do(said: dict[str, Any]) -> None:
        values = {**said}
        version = values.pop("version")
        services.round_update(actor=actor_of(request), round_=one, base_version=version, values=values)

    return _ask(request, form, do, one, "edit", "saved")


@require_http_methods(["GET", "POST"])
@access("surveys", "manage")
def options(request: HttpRequest, code: str) -> HttpResponse:
    """Change a round's choices for its assessment."""
    one = _round(request, code, "manage")
    form = OptionsForm(request.POST or None, options=read_options(one.options), version=one.version)

    def do(said: dict[str, Any]) -> None:
        services.round_update(actor=actor_of(request), round_=one, base_version=said["version"],
                              values={"options": form.as_options()})  # fmt: skip

    return _ask(request, form, do, one, "options", "saved")


def _ask(
    request: HttpRequest, form: Any, do: Any, one: Round, page: str, said: str, template: str = "pages/ask.html",
    about: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Ask something about a round."""
    shown = {"trail": _trail((_name(one), _address(one))), **(about or {})}
    return ask(request, form, do, title=say(f"surveys.page.{page}"), lead=say(f"surveys.page.{page}_lead"),
               back=_address(one), said=f"surveys.said.{said}", template=template, about=shown)  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("surveys", "manage")
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Take a round into review."""
    one = _round(request, code, "manage")
    form = MoveForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.round_review(actor=actor_of(request), round_=one, base_version=said["version"], reason=said["reason"])

    about = {"figures": _figures(count_states(returns_of(user_of(request), one)))}
    return _ask(request, form, do, one, "review", "moved", "surveys/move.html", about)


@require_http_methods(["GET", "POST"])
@access("surveys", "manage")
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Open a round again."""
    one = _round(request, code, "manage")
    form = MoveForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.round_reopen(actor=actor_of(request), round_=one, base_version=said["version"], reason=said["reason"])

    return _ask(request, form, do, one, "reopen", "moved")


@require_http_methods(["POST"])
@access("surveys", "manage")
def complete(request: HttpRequest, code: str) -> HttpResponse:
    """Take communities into a round that came into the tree after it was opened."""
    one = _round(request, code, "manage")
    try:
        services.returns_complete(actor=actor_of(request), round_=one)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(_address(one))


@require_http_methods(["GET", "POST"])
@access("surveys", "manage")
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the checks that freezing makes."""
    one = _round(request, code, "manage")
    form = NoteForm(request.POST or None, initial={"version": one.version})
    form.fields.pop("note")

    def do(_: dict[str, Any]) -> None:
        services.round_check(actor=actor_of(request), round_=one)

    return _ask(request, form, do, one, "check", "asked")


@require_http_methods(["GET", "POST"])
@access("surveys", "freeze", fresh=True)
def freeze(request: HttpRequest, code: str) -> HttpResponse:
    """Freeze a round: what will be frozen, who has not handed in, what the last check said; the reason."""
    user, one = user_of(request), _round(request, code, "freeze")
    form = MoveForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.round_freeze(actor=actor_of(request), round_=one, base_version=said["version"], reason=said["reason"])

    returns = returns_of(user, one)
    missing = returns.filter(state__in=(Return.State.FILLING, Return.State.RETURNED))
    unread = returns.filter(state=Return.State.SUBMITTED)
    bulk = active_layers(one.place)
    about = {
        "round": one, "figures": _figures(count_states(returns)),
        "missing": [(_name(row.community), _return_address(row)) for row in missing[:_LATEST]],
        "missing_count": missing.count(), "unread_count": unread.count(),
        "unsaid": _unsaid(completeness(one, returns)),
        "rows": [(layer_words(layer), count) for layer, count in _register_rows(user, one).items()],
        "bulk": [(layer_words(layer), rows) for layer, rows in bulk.items()],
        "absent": [layer_words(layer) for layer in ("streets", "buildings") if layer not in bulk],
        "checked": one.checked, "findings": reverse("surveys:findings", args=[one.code]),
    }  # fmt: skip
    return _ask(request, form, do, one, "freeze", "freezing", "surveys/freeze.html", about)


def _unsaid(found: dict[str, Completeness]) -> dict[str, int]:
    """Count communities, and in all facility types, of which nobody said whether there is any."""
    missing = [part.missing for one in found.values() for part in one.parts if part.name == "facilities"]
    return {"n": sum(count > 0 for count in missing), "types": sum(missing)}


def _register_rows(user: User, one: Round) -> dict[str, int]:
    return {layer: list_records(user, layer).filter(place__startswith=one.place, closed_at=None).count()
            for layer in LAYERS}  # fmt: skip


@require_GET
@access("surveys", "view")
def findings(request: HttpRequest, code: str) -> HttpResponse:
    """List what the last check of a round found."""
    user, one = user_of(request), _round(request, code)
    rows = findings_of(user, one)
    files = _files("findings_export", one.code) if user.rights.may("surveys", "export") else ()
    about = {"round": one, "name": _name(one), "table": show_table(FINDINGS, rows, request.GET, exports=files)}
    return render(request, "surveys/findings.html", about)


@require_GET
@access("surveys", "export")
def findings_export(request: HttpRequest, code: str, kind: str) -> FileResponse:
    """Give what the last check of a round found as a file."""
    rows = findings_of(user_of(request), _round(request, code), "export")
    return export_table(request, FINDINGS, rows, kind, module="surveys")


# Who is late --------------------------------------------------------------------------------------------------------
def _late_rows(user: User, one: Round, action: str) -> Any:
    returns = list(late_returns(returns_of(user, one, action)))
    return return_rows(returns, completeness(one, returns), contacts_of(user, returns))


@require_GET
@access("surveys", "review")
def late(request: HttpRequest, code: str) -> HttpResponse:
    """List who is late, by how many days, and whom to ask."""
    user, one = user_of(request), _round(request, code)
    files = _files("late_export", one.code) if user.rights.may("surveys", "export") else ()
    shown = show_table(LATE, _late_rows(user, one, "review"), request.GET, exports=files)
    return render(request, "surveys/late.html", {"round": one, "name": _name(one), "table": shown})


@require_GET
@access("surveys", "export")
def late_export(request: HttpRequest, code: str, kind: str) -> FileResponse:
    """Give the list of who is late as a file."""
    rows = _late_rows(user_of(request), _round(request, code), "export")
    return export_table(request, LATE, rows, kind, module="surveys")


@require_http_methods(["GET", "POST"])
@access("surveys", "review")
def remind(request: HttpRequest, code: str) -> HttpResponse:
    """Write to the people of every community that is late."""
    one = _round(request, code)
    form = NoteForm(request.POST or None, initial={"version": one.version})
    form.fields.pop("note")

    def do(_: dict[str, Any]) -> None:
        services.reminders_send(actor=actor_of(request), round_=one)

    return _ask(request, form, do, one, "remind", "asked")


# Returns ------------------------------------------------------------------------------------------------------------
def _missing(facts: Iterable[Fact], community: str, questions: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    """Return what is missing by part, each with its words and where to fill it in."""
    missing: dict[str, list[dict[str, str]]] = {}
    for fact in facts:
        if not fact.known:
            missing.setdefault(fact.part, []).append(
                {"text": _fact_words(fact, questions), "href": fact_address(fact, community)}
            )
    return missing


def _fact_words(fact: Fact, questions: dict[str, str]) -> str:
    """Return what a fact is, in words."""
    if fact.part == "facilities":
        return none_words(f"facilities/{fact.what}")
    if fact.part == "answers":
        return questions.get(fact.what, fact.what)
    if fact.what == "any":
        return say("surveys.word.any_or_none", layer=layer_words(fact.layer))
    words = column_words(fact.layer, fact.what)
    named = fact.name or fact.key
    return say("surveys.word.of_row", row=named, column=words) if named and fact.part != "community" else words


@require_GET
@access("surveys", "view")
def return_(request: HttpRequest, code: str, community: str) -> HttpResponse:
    """Show a community's part: what is known, what is missing and where to fill it in, and how far it is."""
    user, one = user_of(request), _return(request, code, community)
    facts = facts_asked(one)
    found = completeness(one.round, [one])[one.community.code]
    lang = current_language()
    questions = {
        question.item: say("surveys.word.of_row", row=question.title[lang], column=question.text[lang])
        for question in asked_in(one.round).questions
    }
    missing = _missing(facts, one.community.code, questions)
    live = one.round.state != Round.State.FROZEN
    takes = one.round.state == Round.State.OPEN or one.state == Return.State.RETURNED
    may = {name: live and user.rights.may("surveys", name, one.place) for name in ("submit", "edit", "review")}
    may_judge = may["review"] and one.submitted_by_id != user.pk
    about = {
        "one": one, "round": one.round, "name": _name(one.round), "community": _name(one.community), "found": found,
        "parts": [(part, missing.get(part.name, [])) for part in found.parts],
        "may_submit": may["submit"] and takes and not one.is_in, "may_none": may["edit"] and not one.is_in,
        "may_template": may["edit"] and not one.is_in and user.rights.may("places", "export", one.place),
        "may_accept": may_judge and one.state == Return.State.SUBMITTED, "may_send_back": may_judge and one.is_in,
        "events": events_about(user, one)[:_LATEST],
    }  # fmt: skip
    return render(request, "surveys/return.html", about)


def _ask_return(request: HttpRequest, form: Any, do: Any, one: Return, page: str, said: str) -> HttpResponse:
    """Ask something about a community's part."""
    back = _return_address(one)
    trail = _trail((_name(one.round), _address(one.round)), (_name(one.community), back))
    shown = {"trail": trail, "found": completeness(one.round, [one])[one.community.code]}
    return ask(request, form, do, title=say(f"surveys.page.{page}"), lead=say(f"surveys.page.{page}_lead"), back=back,
               said=f"surveys.said.{said}", template="surveys/judge.html", about=shown)  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("surveys", "submit")
def submit(request: HttpRequest, code: str, community: str) -> HttpResponse:
    """Hand in a community's part."""
    one = _return(request, code, community, "submit")
    form = NoteForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.return_submit(actor=actor_of(request), return_=one, base_version=said["version"], note=said["note"])

    return _ask_return(request, form, do, one, "submit", "submitted")


@require_http_methods(["GET", "POST"])
@access("surveys", "review")
def accept(request: HttpRequest, code: str, community: str) -> HttpResponse:
    """Accept a community's part."""
    one = _return(request, code, community, "review")
    form = NoteForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.return_accept(actor=actor_of(request), return_=one, base_version=said["version"], note=said["note"])

    return _ask_return(request, form, do, one, "accept", "accepted")


@require_http_methods(["GET", "POST"])
@access("surveys", "review")
def send_back(request: HttpRequest, code: str, community: str) -> HttpResponse:
    """Send a community's part back."""
    one = _return(request, code, community, "review")
    form = SendBackForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.return_send_back(actor=actor_of(request), return_=one, base_version=said["version"],
                                  reason=said["reason"])  # fmt: skip

    return _ask_return(request, form, do, one, "send_back", "sent_back")


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def none(request: HttpRequest, code: str, community: str) -> HttpResponse:
    """Say what a community looked for and has none of."""
    one = _return(request, code, community, "edit")
    open_to = list(one.none_of)
    for fact in facts_asked(one):
        if not fact.known and fact.part == "facilities":
            open_to.append(f"facilities/{fact.what}")
        elif not fact.known and fact.what == "any":
            open_to.append(fact.layer)
    form = NoneForm(request.POST or None, open_to=open_to, initial={"version": one.version, "none_of": one.none_of})

    def do(said: dict[str, Any]) -> None:
        services.return_none_set(actor=actor_of(request), return_=one, base_version=said["version"],
                                 none_of=form.said())  # fmt: skip

    return _ask_return(request, form, do, one, "none", "saved")
