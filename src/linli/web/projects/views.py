"""The pages of projects: parse, call a service or selector, render."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts.access import access, actor_of, ask_password, user_of
from linli.web.audit.selectors import events_about
from linli.web.funds.book import totals_of
from linli.web.funds.services import LISTED, district_of
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.forms import ReasonForm
from linli.web.pages.table import show_table
from linli.web.projects import services
from linli.web.projects.acceptance import DIMENSIONS
from linli.web.projects.asking import ask
from linli.web.projects.diagram import draw_workflow
from linli.web.projects.facts import sheet_of
from linli.web.projects.forms import (
    ExpertForm,
    FileForm,
    JudgeForm,
    MilestoneForm,
    MoveForm,
    NewProjectForm,
    ProjectForm,
    ScoreForm,
    StatementForm,
    VisitForm,
)
from linli.web.projects.lists import PROJECTS, state_words
from linli.web.projects.models import Project
from linli.web.projects.selectors import count_states, item_rows, list_files, list_projects, moves_of, next_steps
from linli.web.projects.standards import DEFAULT_WORKFLOW, get_workflow
from linli.web.projects.workflow import PREVIOUS, Transition, Workflow
from linli.web.standards.catalogue import site_catalogue
from linli.web.uploads import KINDS
from linli.web.words import current_language, pick, say

__all__ = [
    "attach_document",
    "attach_evidence",
    "expert",
    "file",
    "file_judge",
    "file_withdraw",
    "list_all",
    "list_export",
    "milestone",
    "move",
    "new",
    "project",
    "scores",
    "sheet",
    "statement",
    "update",
    "visit",
    "workflow",
]

_LATEST = 20


def _project(request: HttpRequest, number: str, action: str = "view") -> Project:
    return get_object_or_404(list_projects(user_of(request), action), number=number)


def _back(project: Project, part: str = "") -> str:
    return reverse("projects:project", args=[project.number]) + (f"#{part}" if part else "")


def _title(key: str, project: Project) -> str:
    return f"{say(key)} · {project.number}"


@require_GET
@access("projects", "view")
def list_all(request: HttpRequest) -> HttpResponse:
    """List projects, with how many are in each state."""
    user = user_of(request)
    files = [(kind, reverse("projects:list_export", args=[kind])) for kind in FORMATS]
    shown = show_table(
        PROJECTS, list_projects(user), request.GET, exports=files if user.rights.may("projects", "export") else ()
    )
    lang, counts = current_language(), count_states(user)
    states = [
        (state.id, state.title[lang], counts[state.id])
        for state in get_workflow(DEFAULT_WORKFLOW).states
        if counts.get(state.id)
    ]
    return render(request, "projects/list.html", {"table": shown, "states": states})


@require_GET
@access("projects", "export")
def list_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of projects as a file."""
    return export_table(request, PROJECTS, list_projects(user_of(request), "export"), kind, module="projects")


@require_GET
@access("projects", "view")
def workflow(request: HttpRequest) -> HttpResponse:
    """Show the way that projects go: drawing, and every step in words with its deadline and the ground of it."""
    flow, lang = get_workflow(DEFAULT_WORKFLOW), current_language()
    drawing = mark_safe(draw_workflow(flow, lang))  # noqa: S308 - drawn here, all texts escaped
    named = {state.id: state.title[lang] for state in flow.states}
    steps = [
        {
            "title": one.title[lang],
            "from": [named[source] for source in one.sources],
            "to": named.get(one.target, say("projects.word.previous")),
            "roles": [who.role for who in one.who],
            "days": one.deadline.days if one.deadline else None,
            "basis": one.deadline.basis[lang] if one.deadline and one.deadline.basis else "",
        }
        for one in flow.transitions
    ]
    about = {"flow": flow, "title": flow.title[lang], "reference": flow.reference[lang], "steps": steps}
    return render(request, "projects/workflow.html", {**about, "drawing": drawing})


@require_http_methods(["GET", "POST"])
@access("projects", "apply")
def new(request: HttpRequest) -> HttpResponse:
    """Begin a project."""
    user = user_of(request)
    form = NewProjectForm(request.POST or None, user=user)
    made: list[Project] = []

    def do(said: dict[str, Any]) -> None:
        made.append(services.project_create(actor=actor_of(request), organisation=user.organisation, **said))

    answer = ask(request, form, do, title=say("projects.page.new"), lead=say("projects.page.new_lead"),
                 back=reverse("projects:list"), said="projects.said.saved")  # fmt: skip
    return redirect("projects:update", number=made[0].number) if made else answer


def _documents(request: HttpRequest, project: Project) -> list[dict[str, Any]]:
    lang = current_language()
    files = list_files(user_of(request)).filter(project=project, purpose="document", withdrawn_at=None)
    return [
        {"id": one.id, "title": one.title[lang], "files": [file for file in files if file.code == one.id]}
        for one in get_workflow(project.workflow).documents
    ]


def _timeline(request: HttpRequest, project: Project) -> list[dict[str, Any]]:
    flow, lang = get_workflow(project.workflow), current_language()
    return [
        {
            "move": one,
            "title": flow.transition(one.transition).title[lang],
            "after": flow.state(one.after).title[lang],
        }
        for one in moves_of(user_of(request), project)
    ]


def _leads_on(flow: Workflow, step: Transition) -> bool:
    """Return whether a step leads on: neither aside nor to an end."""
    return step.target == PREVIOUS or flow.state(step.target).kind not in {"aside", "final"}


def _steps(request: HttpRequest, project: Project) -> list[dict[str, Any]]:
    lang, flow = current_language(), get_workflow(project.workflow)
    return [
        {"id": one.transition.id, "title": one.transition.title[lang], "step": one,
         "roles": [who.role for who in one.transition.who], "deadline": one.transition.deadline,
         "why": [refusal.words[lang] for refusal in one.refusals], "onward": _leads_on(flow, one.transition)}
        for one in sorted(next_steps(user_of(request), project), key=lambda one: not _leads_on(flow, one.transition))
    ]  # fmt: skip


@require_GET
@access("projects", "view")
def project(request: HttpRequest, number: str) -> HttpResponse:
    """Show a project: where it stands, what is next, and all that hangs on it."""
    user, one = user_of(request), _project(request, number)
    flow, lang = get_workflow(one.workflow), current_language()
    state, rights = flow.state(one.state), user.rights
    may_edit = rights.may("projects", "edit", one.place)
    about = {
        "project": one, "state": state_words(one), "public": state.public[lang], "steps": _steps(request, one),
        "drawing": mark_safe(draw_workflow(flow, lang, current=one.state)),  # noqa: S308 - drawn here, texts escaped
        "documents": _documents(request, one), "items": item_rows(user, one), "timeline": _timeline(request, one),
        "milestones": one.milestones.all(), "visits": one.visits.select_related("by"),
        "panel": one.panel.select_related("expert"), "events": events_about(user, one)[:_LATEST],
        "may_edit": may_edit and (state.can_edit or state.kind != "final"), "final": state.kind == "final",
        "may_add": may_edit and state.can_add_evidence, "may_review": rights.may("projects", "review", one.place),
        "may_score": one.state == "acceptance" and one.panel.filter(expert=user).exists(),
        "money": totals_of(one) if rights.may("funds", "view", one.place) else None,
        "applications": one.applications.all(),
        "may_apply": one.state in LISTED and rights.may("funds", "apply", one.place),
        "may_commit": one.state in LISTED and rights.may("funds", "edit", district_of(one.place)),
    }  # fmt: skip
    return render(request, "projects/project.html", about)


@require_http_methods(["GET", "POST"])
@access("projects", "edit")
def update(request: HttpRequest, number: str) -> HttpResponse:
    """Change a project's application."""
    one = _project(request, number, "edit")
    known = {name: getattr(one, name) for name in (*services.FIELDS, "version")}
    form = ProjectForm(request.POST or None, initial=known)

    def do(said: dict[str, Any]) -> None:
        values = {**said}
        version = values.pop("version")
        services.project_update(actor=actor_of(request), project=one, base_version=version, values=values)

    return ask(request, form, do, title=_title("projects.page.update", one), back=_back(one),
               said="projects.said.saved", about={"project": one})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("projects", "edit")
def move(request: HttpRequest, number: str, transition: str) -> HttpResponse:
    """Take a step, with its reason; what stands in the way is shown before."""
    one = _project(request, number, "edit")
    found = next((step for step in _steps(request, one) if step["id"] == transition), None)
    if found is None:
        raise Http404
    if found["step"].open and found["step"].transition.asks.password:
        ask_password(request)
    form = MoveForm(request.POST or None, initial={"version": one.version})

    def do(said: dict[str, Any]) -> None:
        services.project_move(actor=actor_of(request), project=one, base_version=said["version"], transition=transition,
                              reason=said["reason"])  # fmt: skip

    about = {"project": one, "found": found, "state": state_words(one)}
    return ask(request, form, do, title=f"{found['title']} · {one.number}", back=_back(one), said="projects.said.moved",
               template="projects/move.html", about=about)  # fmt: skip


def _attach(request: HttpRequest, number: str, purpose: str, code: str, title: str) -> HttpResponse:
    one = _project(request, number, "edit")
    form = FileForm(request.POST or None, request.FILES or None)

    def do(said: dict[str, Any]) -> None:
        sent = said["file"]
        services.attachment_add(actor=actor_of(request), project=one, purpose=purpose, code=code, name=sent.name,
                                data=sent.read(), caption=said["caption"])  # fmt: skip

    part = "documents" if purpose == "document" else "items"
    return ask(request, form, do, title=f"{title} · {one.number}", lead=say("projects.page.file_lead"),
               back=_back(one, part), said="projects.said.file", about={"project": one, "multipart": True})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("projects", "edit")
def attach_document(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Send in a document."""
    one = _project(request, number, "edit")
    named = {document.id: document.title for document in get_workflow(one.workflow).documents}
    if code not in named:
        raise Http404
    return _attach(request, number, "document", code, named[code][current_language()])


@require_http_methods(["GET", "POST"])
@access("projects", "edit")
def attach_evidence(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Send in evidence of an item."""
    one = _project(request, number, "edit")
    row = next((row for row in item_rows(user_of(request), one) if row.slug == slug), None)
    if row is None:
        raise Http404
    return _attach(request, number, "evidence", row.item.id, row.item.title[current_language()])


@require_http_methods(["GET", "POST"])
@access("projects", "edit")
def statement(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Say of an item whether it is in place."""
    one = _project(request, number, "edit")
    row = next((row for row in item_rows(user_of(request), one) if row.slug == slug), None)
    if row is None:
        raise Http404
    known = {"answer": row.statement.answer, "text": row.statement.text} if row.statement else {}
    form = StatementForm(request.POST or None, initial=known)

    def do(said: dict[str, Any]) -> None:
        services.statement_set(actor=actor_of(request), project=one, item=row.item.id, **said)

    title = f"{row.item.title[current_language()]} · {one.number}"
    return ask(request, form, do, title=title, back=_back(one, "items"), said="projects.said.saved",
               about={"project": one})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("projects", "edit")
def milestone(request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
    """Plan a milestone, or say that it is done."""
    one = _project(request, number, "edit")
    old = get_object_or_404(one.milestones.all(), pk=pk) if pk else None
    names = ("title", "planned_on", "done_on", "note")
    form = MilestoneForm(request.POST or None, initial={name: getattr(old, name) for name in names} if old else {})

    def do(said: dict[str, Any]) -> None:
        services.milestone_set(actor=actor_of(request), project=one, **said)

    key = "projects.page.milestone" if old else "projects.page.milestone_new"
    return ask(request, form, do, title=_title(key, one), back=_back(one, "milestones"),
               said="projects.said.saved", about={"project": one})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("projects", "review")
def expert(request: HttpRequest, number: str) -> HttpResponse:
    """Appoint an expert."""
    one = _project(request, number, "review")
    form = ExpertForm(request.POST or None, user=user_of(request), project=one)

    def do(said: dict[str, Any]) -> None:
        services.expert_appoint(actor=actor_of(request), project=one, **said)

    return ask(request, form, do, title=_title("projects.page.expert", one), back=_back(one, "acceptance"),
               said="projects.said.saved", about={"project": one})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("projects", "review")
def visit(request: HttpRequest, number: str) -> HttpResponse:
    """Record a visit to the site."""
    one = _project(request, number, "review")

    def do(said: dict[str, Any]) -> None:
        services.visit_record(actor=actor_of(request), project=one, **said)

    return ask(request, VisitForm(request.POST or None), do, title=_title("projects.page.visit", one),
               back=_back(one, "acceptance"), said="projects.said.saved", about={"project": one})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("projects", "score")
def scores(request: HttpRequest, number: str) -> HttpResponse:
    """Give my points, as an expert who was appointed."""
    one = _project(request, number, "score")
    known: dict[str, Any] = {}
    for score in one.scores.filter(expert=user_of(request)):
        known |= {score.dimension: score.points, f"{score.dimension}_comment": score.comment}

    def do(said: dict[str, Any]) -> None:
        points = {name: said[name] for name in DIMENSIONS}
        comments = {name: said[f"{name}_comment"] for name in DIMENSIONS}
        services.scores_give(actor=actor_of(request), project=one, points=points, comments=comments)

    return ask(request, ScoreForm(request.POST or None, initial=known), do, title=_title("projects.page.scores", one),
               back=_back(one, "acceptance"), said="projects.said.saved", about={"project": one})  # fmt: skip


def _unset(names: Iterable[str]) -> str:
    """Return in words which figures of the rules nobody has filled in: ``<rule>.<value>`` each."""
    rules = site_catalogue().rules
    told = []
    for name in names:
        code, _, value = name.rpartition(".")
        rule = rules[code]
        told.append(say("projects.word.figure_of", rule=pick(rule.title), value=pick(rule.values[value][-1].title)))
    return say("projects.word.joint").join(told)


@require_GET
@access("projects", "view")
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """Show the acceptance sheet: items with evidence, points, visits; made to be printed."""
    one = _project(request, number)
    found = sheet_of(one)
    rights = user_of(request).rights
    sees_points = rights.may("projects", "review", one.place) or rights.may("projects", "accept", one.place)
    rows = [(say(f"projects.dimension.{name}"), found.means[name], found.experts[name]) for name in DIMENSIONS]
    about = {
        "project": one, "state": state_words(one), "items": item_rows(user_of(request), one), "sheet": found,
        "rows": rows if sees_points else [], "visits": one.visits.select_related("by"), "sees_points": sees_points,
        "unset": _unset(found.unset),
    }  # fmt: skip
    return render(request, "projects/sheet.html", about)


@require_GET
@access("projects", "view")
def file(request: HttpRequest, pk: int) -> FileResponse:
    """Give a file: photos to look at, all else to save."""
    one = get_object_or_404(list_files(user_of(request)), pk=pk)
    photo = one.kind in {"jpg", "png"}
    return FileResponse(one.file.open("rb"), as_attachment=not photo, filename=one.name, content_type=KINDS[one.kind])


@require_http_methods(["GET", "POST"])
@access("projects", "edit")
def file_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a file."""
    one = get_object_or_404(list_files(user_of(request), "edit"), pk=pk)

    def do(said: dict[str, Any]) -> None:
        services.attachment_withdraw(actor=actor_of(request), attachment=one, reason=said["reason"])

    return ask(request, ReasonForm(request.POST or None), do, title=say("projects.page.withdraw", name=one.name),
               back=_back(one.project), said="projects.said.withdrawn", about={"project": one.project})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("projects", "review")
def file_judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether a piece of evidence is accepted."""
    rows = list_files(user_of(request), "review").filter(purpose="evidence")
    one = get_object_or_404(rows, pk=pk)

    def do(said: dict[str, Any]) -> None:
        services.attachment_judge(actor=actor_of(request), attachment=one, **said)

    about = {"project": one.project}
    return ask(request, JudgeForm(request.POST or None), do, title=say("projects.page.judge", name=one.name),
               back=_back(one.project, "items"), said="projects.said.saved", about=about)  # fmt: skip
