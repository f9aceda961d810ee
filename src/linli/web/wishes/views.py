"""The pages of questionnaires for offices: parse, call a service or selector, render."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts.access import access, actor_of, user_of
from linli.web.audit.selectors import events_about
from linli.web.audit.services import record
from linli.web.pages.asking import ask
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.table import show_table
from linli.web.wishes import paper, services
from linli.web.wishes.addresses import household_address, is_reachable, open_address
from linli.web.wishes.charts import answered_chart, counts_chart, people_chart
from linli.web.wishes.forms import EditForm, OpenForm, PaperForm, SlipsForm, VersionReasonForm, VoidForm
from linli.web.wishes.lists import COMMENTS, COUNTS, QUESTIONNAIRES, SLIPS
from linli.web.wishes.models import Questionnaire
from linli.web.wishes.selectors import (
    comments_of,
    list_comments,
    list_options,
    list_questionnaires,
    list_slips,
    people_of,
    rows_to_take,
    share_of,
    takeovers_of,
)
from linli.web.wishes.tokens import slip_token, token_digest, written
from linli.web.wishes.vocabulary import band_title, type_title
from linli.web.words import Language, current_language, say

__all__ = [
    "close",
    "comment",
    "comments",
    "comments_export",
    "edit",
    "enter",
    "list_all",
    "list_export",
    "new",
    "poster",
    "qr",
    "questionnaire",
    "reopen",
    "results",
    "results_export",
    "slips",
    "slips_export",
    "slips_file",
    "slips_make",
    "take_over",
    "void",
]

_LATEST = 20


def _one(request: HttpRequest, pk: int, action: str = "view") -> Questionnaire:
    return get_object_or_404(list_questionnaires(user_of(request), action), pk=pk)


def _name(one: Questionnaire) -> str:
    place = one.community
    return place.name_en if current_language() == "en" and place.name_en else place.name


def _back(one: Questionnaire) -> str:
    return reverse("wishes:questionnaire", args=[one.pk])


def _about(one: Questionnaire, **more: Any) -> dict[str, Any]:
    return {"questionnaire": one, "name": _name(one), **more}


def _files(route: str, *args: Any) -> list[tuple[str, str]]:
    return [(kind, reverse(f"wishes:{route}", args=[*args, kind])) for kind in FORMATS]


@require_GET
@access("surveys", "view")
def list_all(request: HttpRequest) -> HttpResponse:
    """List questionnaires with the share of households asked."""
    user = user_of(request)
    exports = _files("list_export") if user.rights.may("surveys", "export") else ()
    shown = show_table(QUESTIONNAIRES, list_questionnaires(user), request.GET, exports=exports)
    return render(request, "wishes/list.html", {"table": shown})


@require_GET
@access("surveys", "export")
def list_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of questionnaires as a file."""
    rows = list_questionnaires(user_of(request), "export")
    return export_table(request, QUESTIONNAIRES, rows, kind, module="surveys")


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def new(request: HttpRequest) -> HttpResponse:
    """Open questionnaires in the communities of a place."""
    form = OpenForm(request.POST or None, user=user_of(request))

    def do(said: dict[str, Any]) -> None:
        values = {**said}
        round_, place, types = values.pop("round"), values.pop("place"), values.pop("types")
        services.questionnaires_open(actor=actor_of(request), round_=round_, place=place, types=types, values=values)

    return ask(request, form, do, title=say("wishes.page.new"), lead=say("wishes.page.new_lead"),
               back=reverse("wishes:list"), said="wishes.said.opened", template="wishes/settings.html")  # fmt: skip


@require_GET
@access("surveys", "view")
def questionnaire(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a questionnaire: link, poster, slips, how far it is."""
    user, one = user_of(request), _one(request, pk)
    address = open_address(request, one)
    about = _about(
        one, share=share_of(one), address=address, reachable=is_reachable(address),
        options=[type_title(option.type) for option in list_options(user, one)],
        may_edit=user.rights.may("surveys", "edit", one.place), takeovers=takeovers_of(user, one),
        joint="、" if current_language() == "zh" else ", ",
        state_look={"coming": "going", "open": "good", "over": "off", "closed": "off"}[one.state],
        waiting=comments_of(user, one).filter(comment_state="waiting").count(),
        events=events_about(user, one).exclude(event="wishes.reply.add")[:_LATEST],
    )  # fmt: skip
    return render(request, "wishes/questionnaire.html", about)


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a questionnaire's settings."""
    one = _one(request, pk, "edit")
    renewal = {None: "", True: "yes", False: "no"}[one.renewal]
    known = {name: getattr(one, name) for name in (*services.FIELDS, "version")}
    types = list(one.options.values_list("type", flat=True))
    form = EditForm(request.POST or None, initial={**known, "renewal": renewal, "types": types})

    def do(said: dict[str, Any]) -> None:
        values = {**said}
        version, chosen = values.pop("version"), values.pop("types")
        services.questionnaire_update(actor=actor_of(request), questionnaire=one, base_version=version, values=values,
                                      types=chosen)  # fmt: skip

    return ask(request, form, do, title=f"{say('wishes.page.edit')} · {_name(one)}", back=_back(one),
               said="wishes.said.saved", template="wishes/settings.html", about=_about(one))  # fmt: skip


def _close(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    one = _one(request, pk, "edit")
    form = VersionReasonForm(request.POST or None, initial={"version": one.version})
    service = services.questionnaire_close if word == "close" else services.questionnaire_reopen

    def do(said: dict[str, Any]) -> None:
        service(actor=actor_of(request), questionnaire=one, base_version=said["version"], reason=said["reason"])

    return ask(request, form, do, title=f"{say(f'wishes.page.{word}')} · {_name(one)}",
               lead=say(f"wishes.page.{word}_lead"), back=_back(one), said="wishes.said.saved",
               template="wishes/ask.html", about=_about(one))  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a questionnaire early."""
    return _close(request, pk, "close")


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed questionnaire again."""
    return _close(request, pk, "reopen")


@require_GET
@access("surveys", "view")
def qr(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Give the QR code of a questionnaire's poster."""
    one = _one(request, pk)
    if kind not in paper.QR_KINDS:
        raise Http404
    answer = HttpResponse(paper.qr_code(open_address(request, one), kind), content_type=paper.QR_KINDS[kind])
    if request.GET.get("save"):
        answer["Content-Disposition"] = f'attachment; filename="qr-{one.community.code}.{kind}"'
    return answer


def _dates(one: Questionnaire, lang: Language) -> str:
    return say("wishes.poster.dates", lang, begins=one.begins.isoformat(), ends=one.ends.isoformat())


def _language(request: HttpRequest) -> Language:
    asked = request.GET.get("lang")
    return "en" if asked == "en" else "zh" if asked == "zh" else current_language()


def _called(one: Questionnaire, lang: Language) -> str:
    return one.community.name_en if lang == "en" and one.community.name_en else one.community.name


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@require_GET
@access("surveys", "view")
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the poster to print."""
    one, lang = _one(request, pk), _language(request)
    sheet = paper.poster(community=_called(one, lang), dates=_dates(one, lang), address=open_address(request, one),
                         open_link=one.open_link, foot=one.note, lang=lang)  # fmt: skip
    return _pdf(sheet, f"poster-{one.community.code}-{lang}")


@require_GET
@access("surveys", "edit")
def slips(request: HttpRequest, pk: int) -> HttpResponse:
    """List a questionnaire's slips, and offer them to be printed."""
    user, one = user_of(request), _one(request, pk, "edit")
    rows = list_slips(user, one, "edit")
    exports = _files("slips_export", pk) if user.rights.may("surveys", "export", one.place) else ()
    shown = show_table(SLIPS, rows, request.GET, exports=exports)
    last = rows.order_by("-number").values_list("number", flat=True).first() or 0
    sheets = [(first, min(first + paper.SHEET_SLIPS - 1, last)) for first in range(1, last + 1, paper.SHEET_SLIPS)]
    return render(request, "wishes/slips.html", _about(one, table=shown, sheets=sheets, last=last))


@require_GET
@access("surveys", "export")
def slips_export(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """Give the list of slips as a file: numbers and whether they were used, no tokens."""
    rows = list_slips(user_of(request), _one(request, pk, "export"), "export")
    return export_table(request, SLIPS, rows, kind, module="surveys")


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def slips_make(request: HttpRequest, pk: int) -> HttpResponse:
    """Make more slips."""
    one = _one(request, pk, "edit")
    share = share_of(one)
    missing = max((share.households or 0) - one.slips_made, 0) or None  # type: ignore[attr-defined]
    form = SlipsForm(request.POST or None, initial={"count": missing})

    def do(said: dict[str, Any]) -> None:
        services.slips_make(actor=actor_of(request), questionnaire=one, count=said["count"])

    return ask(request, form, do, title=f"{say('wishes.page.slips_make')} · {_name(one)}",
               lead=say("wishes.page.slips_make_lead"), back=reverse("wishes:slips", args=[pk]),
               said="wishes.said.slips", template="wishes/ask.html", about=_about(one))  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a slip void."""
    one = _one(request, pk, "edit")
    form = VoidForm(request.POST or None)

    def do(said: dict[str, Any]) -> None:
        services.slip_void(actor=actor_of(request), questionnaire=one, number=said["number"], reason=said["reason"])

    return ask(request, form, do, title=f"{say('wishes.page.void')} · {_name(one)}", lead=say("wishes.page.void_lead"),
               back=reverse("wishes:slips", args=[pk]), said="wishes.said.saved", template="wishes/ask.html",
               about=_about(one))  # fmt: skip


def _tokens(request: HttpRequest, one: Questionnaire, numbers: Iterable[tuple[int, str]]) -> list[tuple[int, str, str]]:
    """Return number, token as typed and address of slips; without those that the site's key no longer gives."""
    found = []
    for number, digest in numbers:
        token = slip_token(one.code, number)
        if token_digest(token) == digest:
            found.append((number, written(token), household_address(request, token)))
    return found


@require_GET
@access("surveys", "edit")
def slips_file(request: HttpRequest, pk: int, first: int, kind: str) -> HttpResponse:
    """Give unused slips with their tokens: to print (pdf), or as a list of links (xlsx). It leaves an event."""
    one, lang = _one(request, pk, "edit"), _language(request)
    if kind not in {"pdf", "xlsx"}:
        raise Http404
    rows = list_slips(user_of(request), one, "edit").filter(used_on=None, void_at=None, number__gte=first)
    if kind == "pdf":
        rows = rows.filter(number__lt=first + paper.SHEET_SLIPS)
    found = _tokens(request, one, rows.order_by("number").values_list("number", "digest"))
    if not found:
        raise Http404
    if kind == "pdf":
        content = paper.slip_sheet(found, community=_called(one, lang), dates=_dates(one, lang), lang=lang)
    else:
        content = paper.slip_list(found)
    after = {"slips": len(found), "first": found[0][0], "last": found[-1][0], "format": kind,
             "sha256": hashlib.sha256(content).hexdigest()}  # fmt: skip
    with transaction.atomic():
        record("wishes.slips.export", actor=actor_of(request), module="surveys", object_=one, place=one.place,
               after=after)  # fmt: skip
    name = f"slips-{one.community.code}-{found[0][0]}-{found[-1][0]}"
    if kind == "pdf":
        return _pdf(content, name)
    answer = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what a household ticked on paper."""
    one = _one(request, pk, "edit")
    form = PaperForm(request.POST or None, questionnaire=one)

    def do(said: dict[str, Any]) -> None:
        services.reply_on_paper(actor=actor_of(request), questionnaire=one, number=said["number"], answer=form.answer())

    title = f"{say('wishes.page.enter')} · {_name(one)}"
    return ask(request, form, do, title=title, lead=say("wishes.page.enter_lead"),
               back=reverse("wishes:enter", args=[pk]), said="wishes.said.entered", template="wishes/enter.html",
               about=_about(one))  # fmt: skip


@require_GET
@access("surveys", "view")
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what households asked for."""
    user, one = user_of(request), _one(request, pk)
    options = list_options(user, one)
    exports = _files("results_export", pk) if user.rights.may("surveys", "export", one.place) else ()
    shown = show_table(COUNTS, options, request.GET, exports=exports)
    share, (told, people) = share_of(one), people_of(one)
    about = _about(
        one, table=shown, share=share, told=told, people=[(band_title(band), n) for band, n in people.items()],
        charts=[answered_chart(one, share), counts_chart(options), *people_chart(one, told, people)],
        comments=comments_of(user, one).filter(comment_state="shown")[:_LATEST],
    )  # fmt: skip
    return render(request, "wishes/results.html", about)


@require_GET
@access("surveys", "export")
def results_export(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """Give the counts as a file."""
    one = _one(request, pk, "export")
    return export_table(request, COUNTS, list_options(user_of(request), one), kind, module="surveys")


@require_GET
@access("surveys", "edit")
def comments(request: HttpRequest, pk: int) -> HttpResponse:
    """List what households wrote, to be moderated."""
    user, one = user_of(request), _one(request, pk, "edit")
    exports = _files("comments_export", pk) if user.rights.may("surveys", "export", one.place) else ()
    shown = show_table(COMMENTS, comments_of(user, one, "edit"), request.GET, exports=exports)
    return render(request, "wishes/comments.html", _about(one, table=shown))


@require_GET
@access("surveys", "export")
def comments_export(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """Give the comments as a file."""
    rows = comments_of(user_of(request), _one(request, pk, "export"), "export")
    return export_table(request, COMMENTS, rows, kind, module="surveys")


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def comment(request: HttpRequest, pk: str) -> HttpResponse:
    """Decide whether a comment is shown."""
    reply = get_object_or_404(list_comments(user_of(request), "edit"), pk=pk)
    one = reply.questionnaire
    if request.method == "POST":
        services.comment_moderate(actor=actor_of(request), reply=reply, show=request.POST.get("show") == "yes")
        return redirect("wishes:comments", pk=one.pk)
    return render(request, "wishes/comment.html", _about(one, reply=reply))


@require_http_methods(["GET", "POST"])
@access("surveys", "edit")
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the counts into the register, after showing what would change."""
    one = _one(request, pk, "edit")
    asked, rows = rows_to_take(one)
    form = VersionReasonForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.counts_take_over(actor=actor_of(request), questionnaire=one, base_version=said["version"],
                                  reason=said["reason"])  # fmt: skip

    about = _about(one, rows=[(type_title(row.type), row) for row in rows], asked=asked, share=share_of(one),
                   changes=sum(row.kind != "same" for row in rows))  # fmt: skip
    return ask(request, form, do, title=f"{say('wishes.page.take_over')} · {_name(one)}",
               lead=say("wishes.page.take_over_lead"), back=_back(one), said="wishes.said.taken",
               template="wishes/take_over.html", about=about)  # fmt: skip
