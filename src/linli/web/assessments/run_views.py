"""The pages of runs: which there are, what one was made from, another one, the one that pages show, files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.assess.priority import COMPONENT_TITLES
from linli.errors import SnapshotError
from linli.web.accounts.access import access, actor_of, user_of
from linli.web.assessments import services
from linli.web.assessments.files import FILES, file_of
from linli.web.assessments.forms import OptionsForm
from linli.web.assessments.lists import RUNS, run_state
from linli.web.assessments.models import Run
from linli.web.assessments.pieces import meta_of
from linli.web.assessments.selectors import run_files, run_job, runs_of, runs_within
from linli.web.assessments.titles import item_title, standard_title
from linli.web.audit.selectors import events_about
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.forms import ReasonForm, add_refusal
from linli.web.pages.table import show_table
from linli.web.refusal import Refused
from linli.web.words import pick, say

__all__ = ["download", "make_current", "new", "prepare", "run", "runs", "runs_export"]


@require_GET
@access("assessments", "view")
def runs(request: HttpRequest) -> HttpResponse:
    """List runs: which data, rules, engine."""
    user = user_of(request)
    exports = [(kind, reverse("assessments:runs_export", args=[kind])) for kind in FORMATS]
    may = user.rights.may("assessments", "export")
    return render(request, "assessments/runs.html", {
        "table": show_table(RUNS, runs_of(user), request.GET, exports=exports if may else ()),
    })  # fmt: skip


@require_GET
@access("assessments", "export")
def runs_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of runs as a file."""
    return export_table(request, RUNS, runs_of(user_of(request)), kind, module="assessments")


def _run(request: HttpRequest, pk: int) -> Run:
    return get_object_or_404(runs_of(user_of(request)), pk=pk)


def _called(option: str, key: str) -> str:
    """Return what an entry of a choice is called: a component, an item, a grade."""
    return pick(COMPONENT_TITLES[key]) if option == "priority" else item_title(key) if option == "weights" else key


def _options(run: Run) -> list[tuple[str, str]]:
    """Return the choices of a run in words."""
    said = []
    for name, value in run.options.items():
        title = say(f"assessments.options.{name}")
        if name == "standards":
            text = " · ".join(standard_title(str(one)) for one in value)
        elif isinstance(value, dict):
            text = " · ".join(f"{_called(name, key)} {figure:g}" for key, figure in value.items())
        elif name in {"circle", "person", "ages_unknown", "absent_types", "catchment", "weights"}:
            text = say(f"assessments.options.{name}_{value}")
        else:
            text = (
                str(run.rules_on or "") if value is None else f"{value:g}" if isinstance(value, float) else str(value)
            )
        said.append((title, text))
    return said


@require_GET
@access("assessments", "view")
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a run was made from, its job, and what can be taken of it."""
    one, user = _run(request, pk), user_of(request)
    notes = [{"text": pick(note), "count": note.get("count")} for note in one.notes]
    about: dict[str, Any] = {
        "run": one, "state": run_state(one), "options": _options(one), "notes": notes,
        "job": run_job(user, one), "events": events_about(user, one),
        "may_run": user.rights.may("assessments", "run", one.place),
        "files": run_files(one) if one.state == Run.State.DONE and _may_export(request, one) else (),
    }  # fmt: skip
    if one.state == Run.State.DONE:
        try:
            sources = meta_of(one).weights
            about["weights"] = [(standard_title(name), source) for name, source in sources.items()]
        except SnapshotError as error:
            about["broken"] = str(error)
    return render(request, "assessments/run.html", about)


def _may_export(request: HttpRequest, one: Run) -> bool:
    return user_of(request).rights.may("assessments", "export", one.place)


@require_http_methods(["GET", "POST"])
@access("assessments", "run")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for another run of the same round, with other choices or by the rules as they are now."""
    one = get_object_or_404(runs_within(user_of(request), "run"), pk=pk)
    form = OptionsForm(request.POST or None, options=one.options or one.snapshot.round.options)
    if form.is_valid():
        try:
            made = services.run_request(
                actor=actor_of(request), snapshot=one.snapshot, options=form.cleaned_data["options"]
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, say("assessments.said.asked"))
            return redirect("assessments:run", pk=made.pk)
    return render(request, "assessments/new.html", {"form": form, "run": one})


@require_http_methods(["GET", "POST"])
@access("assessments", "run")
def make_current(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a run the one that pages show of its round."""
    one = get_object_or_404(runs_within(user_of(request), "run"), pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            services.run_make_current(actor=actor_of(request), run=one, reason=form.cleaned_data["reason"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, say("assessments.said.current"))
            return redirect("assessments:run", pk=pk)
    before = runs_of(user_of(request), one.snapshot).filter(current=True).first()
    return render(request, "assessments/make_current.html", {"form": form, "run": one, "before": before})


@require_POST
@access("assessments", "export")
def prepare(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Ask for a file of a run to be written."""
    one = get_object_or_404(runs_within(user_of(request), "export"), pk=pk)
    if name not in FILES:
        raise Http404
    try:
        services.file_request(actor=actor_of(request), run=one, name=name)
        messages.success(request, say("assessments.said.file"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("assessments:run", pk=pk)


@require_GET
@access("assessments", "export")
def download(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Give a file of a run, and record that it was taken."""
    one = get_object_or_404(runs_within(user_of(request), "export"), pk=pk)
    path = file_of(one, name)
    if path is None or not path.is_file():
        raise Http404
    services.file_taken(actor=actor_of(request), run=one, path=path)
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{one.snapshot.round.code}-{one.number}-{name}")
