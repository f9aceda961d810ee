"""Every change to a creation project and what hangs on it: each in a transaction with its event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from linli.web.accounts.models import Organisation, Place, User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.audit.services import record, state_of
from linli.web.projects.acceptance import DIMENSIONS, PROJECT_TYPES, TOP_SCORE
from linli.web.projects.facts import facts_of, items_of
from linli.web.projects.guards import ask_guards
from linli.web.projects.models import (
    Attachment,
    ItemStatement,
    Milestone,
    Move,
    PanelMember,
    Project,
    Score,
    Visit,
)
from linli.web.projects.selectors import earlier_hands, holds_role
from linli.web.projects.standards import DEFAULT_WORKFLOW, get_workflow
from linli.web.projects.workflow import State, Transition, open_transitions, start, step
from linli.web.refusal import Refused
from linli.web.uploads import check_upload
from linli.web.words import current_language

__all__ = [
    "FIELDS",
    "attachment_add",
    "attachment_judge",
    "attachment_withdraw",
    "expert_appoint",
    "milestone_set",
    "project_create",
    "project_move",
    "project_update",
    "scores_give",
    "statement_set",
    "visit_record",
]

FIELDS = ("name", "summary", "households", "residents", "area_m2", "input_cost_yuan", "ordinary_subsidy_yuan",
          "old_estate", "operator")  # fmt: skip
"""Fields of a project that can be changed."""

_ALL = (*FIELDS, "number", "project_type", "year", "place", "workflow", "state")
_LATE = ("operator",)
"""Fields that are filled in on the way, not in the application."""


def _hold(actor: Actor, action: str, place: str) -> User:
    """Hold the second wall, and return the person: nobody works on projects but people."""
    if actor.user is None or not rights_of(actor.user).may("projects", action, place):
        raise Refused("projects.refuse.outside")
    return actor.user


def _lock(project: Project, base_version: int | None = None) -> Project:
    """Read a project again and let nobody else change it; refuse who looked at an older one."""
    locked = Project._all.select_for_update().get(pk=project.pk)
    if base_version is not None and locked.version != base_version:
        raise Refused("projects.refuse.changed", version=locked.version)
    return locked


def _state(project: Project) -> State:
    return get_workflow(project.workflow).state(project.state)


def _tell(event: str, actor: Actor, project: Project, object_: Any = None, **more: Any) -> None:
    name = f"{project.number} {object_}" if object_ else ""  # all that befell a project is found by its number
    record(f"projects.{event}", actor=actor, module="projects", object_=object_ or project, place=project.place,
           name=name, **more)  # fmt: skip


def _must(condition: bool, key: str, field: str = "", **values: Any) -> None:
    if not condition:
        raise Refused(f"projects.refuse.{key}", field, **values)


@transaction.atomic
def project_create(
    *, actor: Actor, community: Place, organisation: Organisation, name: str, project_type: str, year: int
) -> Project:
    """Begin a project: a draft.

    Parameters
    ----------
    actor
        Who.
    community
        Whose project it is: a place of the level of communities.
    organisation
        Who applies.
    name
        What it is called.
    project_type
        ``leading_renewal``, ``leading_new`` or ``inclusive``.
    year
        The batch's year.

    Returns
    -------
    Project
        In the first state of the workflow in force.

    Raises
    ------
    Refused
        If the community is outside the actor's reach or is none, or the type is unknown.
    """
    user = _hold(actor, "apply", community.path)
    _must(community.level == "community", "community", "community")
    _must(project_type in PROJECT_TYPES, "type", "project_type")
    _must(bool(name.strip()), "name", "name")
    prefix = f"CJ-{year}-"
    # The number is the last one and one more; `number` is unique, so that two at once cannot have the same.
    last = Project._all.select_for_update().filter(number__startswith=prefix).order_by("-number").first()
    number = int(last.number.rpartition("-")[2]) + 1 if last else 1
    new = Project._all.create(
        number=f"{prefix}{number:04d}", name=name.strip(), community=community, place=community.path, year=year,
        organisation=organisation, project_type=project_type, workflow=DEFAULT_WORKFLOW,
        state=start(get_workflow(DEFAULT_WORKFLOW)).state, created_by=user,
    )  # fmt: skip
    _tell("project.create", actor, new, after=state_of(new, *_ALL))
    return new


@transaction.atomic
def project_update(*, actor: Actor, project: Project, base_version: int, values: Mapping[str, Any]) -> Project:
    """Change a project's application, or its operator.

    Parameters
    ----------
    actor
        Who.
    project
        Which.
    base_version
        The version that the actor looked at.
    values
        New values by field, of `FIELDS`.

    Returns
    -------
    Project
        As saved.

    Raises
    ------
    Refused
        If somebody else changed it meanwhile, or its state does not allow the change.
    """
    locked = _lock(project, base_version)
    _hold(actor, "edit", locked.place)
    changed = {name: value for name, value in values.items() if name in FIELDS and value != getattr(locked, name)}
    state = _state(locked)
    late_only = set(changed) <= set(_LATE)
    _must(
        state.can_edit or (late_only and state.kind != "final"), "not_editable", state=state.title[current_language()]
    )
    if not changed:
        return locked
    before = state_of(locked, *changed)
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    _tell("project.update", actor, locked, before=before, after=state_of(locked, *changed))
    return locked


def _due(project: Project, on: dt.date) -> dt.date | None:
    """Return the day by which the next step is due: the earliest of the deadlines of the ways on."""
    ways = open_transitions(get_workflow(project.workflow), project.position)
    days = [one.deadline.days for one in ways if one.deadline is not None]
    return on + dt.timedelta(days=min(days)) if days else None


def _check_move(actor: Actor, project: Project, transition: Transition, reason: str) -> User:
    user = _hold(actor, "edit", project.place)
    _must(holds_role(user, transition, project.place), "role")
    own = {user.pk, actor.on_behalf_of.pk if actor.on_behalf_of else user.pk}
    _must(not own & earlier_hands(project, transition), "same_person")
    _must(bool(reason.strip()) or not transition.asks.reason, "reason", "reason")
    refusals = ask_guards(transition.guards, facts_of(project, transition))
    lang = current_language()
    if refusals:
        joint = "；" if lang == "zh" else "; "
        raise Refused("projects.refuse.guards", reasons=joint.join(one.words[lang] for one in refusals))
    return user


@transaction.atomic
def project_move(*, actor: Actor, project: Project, base_version: int, transition: str, reason: str = "") -> Project:
    """Take a transition.

    Parameters
    ----------
    actor
        Who.
    project
        Which.
    base_version
        The version that the actor looked at.
    transition
        Id of the transition.
    reason
        Why; asked for by most transitions.

    Returns
    -------
    Project
        In its new state.

    Raises
    ------
    Refused
        If somebody else was faster, the actor has not the role or took a step that another person must check, a reason
        is missing, or guards say no: with every reason.
    InputError
        If the transition does not lead on from where the project stands.
    """
    locked = _lock(project, base_version)
    workflow = get_workflow(locked.workflow)
    position = step(workflow, locked.position, transition)
    user = _check_move(actor, locked, workflow.transition(transition), reason)
    before = state_of(locked, "state")
    number = locked.moves.count() + 1
    Move._all.create(
        project=locked, number=number, transition=transition, before=locked.state, after=position.state, by=user,
        on_behalf_of=actor.on_behalf_of, reason=reason.strip(),
    )  # fmt: skip
    locked.state, locked.aside_from = position.state, list(position.aside_from)
    locked.entered_at = timezone.now()
    locked.due_on = _due(locked, timezone.localdate())
    locked.version += 1
    locked.save()
    after = {**state_of(locked, "state"), "transition": transition}
    _tell("project.move", actor, locked, before=before, after=after, reason=reason.strip())
    return locked


@transaction.atomic
def attachment_add(
    *, actor: Actor, project: Project, purpose: str, code: str, name: str, data: bytes, caption: str = ""
) -> Attachment:
    """Keep a file: a document that the workflow asks for, or evidence of an item.

    Parameters
    ----------
    actor
        Who.
    project
        Of which project.
    purpose
        ``document`` or ``evidence``.
    code
        Id of the document in the workflow, or of the item.
    name
        The file's name.
    data
        Its bytes.
    caption
        What it shows.

    Returns
    -------
    Attachment
        As saved.

    Raises
    ------
    Refused
        If the file will not do, there is no such document or item, or the project's state takes no more.
    """
    locked = _lock(project)
    user = _hold(actor, "edit", locked.place)
    workflow = get_workflow(locked.workflow)
    _must(workflow.state(locked.state).kind != "final", "closed")
    if purpose == "document":
        _must(code in {one.id for one in workflow.documents}, "document", "code")
    else:
        _must(purpose == "evidence" and code in {one.id for one in items_of(locked)}, "item", "code")
        _must(workflow.state(locked.state).can_add_evidence, "no_evidence_now")
    upload = check_upload(name, data, most_mb=settings.SITE.config.upload_mb)
    new = Attachment(
        project=locked, purpose=purpose, code=code, name=upload.name, kind=upload.kind, caption=caption.strip(),
        sha256=upload.sha256, size=len(data), by=user,
    )  # fmt: skip
    new.file.save(f"{upload.sha256[:32]}.{upload.kind}", ContentFile(data), save=False)
    new.save(force_insert=True)
    _tell("attachment.add", actor, locked, new, after=state_of(new, "purpose", "code", "name", "size", "sha256"))
    return new


@transaction.atomic
def attachment_withdraw(*, actor: Actor, attachment: Attachment, reason: str) -> Attachment:
    """Withdraw a file; it stays, marked.

    Parameters
    ----------
    actor
        Who.
    attachment
        Which.
    reason
        Why.

    Returns
    -------
    Attachment
        As saved.

    Raises
    ------
    Refused
        If there is no reason, or the project's state holds on to its evidence.
    """
    project = _lock(attachment.project)
    _hold(actor, "edit", project.place)
    _must(bool(reason.strip()), "reason", "reason")
    _must(_state(project).can_add_evidence, "no_evidence_now")
    locked = Attachment._all.select_for_update().get(pk=attachment.pk)
    _must(locked.withdrawn_at is None, "withdrawn")
    locked.withdrawn_at = timezone.now()
    locked.save()
    _tell("attachment.withdraw", actor, project, locked, before=state_of(locked, "code", "name"), reason=reason.strip())
    return locked


@transaction.atomic
def attachment_judge(*, actor: Actor, attachment: Attachment, verdict: str, reason: str) -> Attachment:
    """Say whether a piece of evidence is accepted.

    Parameters
    ----------
    actor
        Who; not who sent it in.
    attachment
        Which piece of evidence.
    verdict
        ``accepted`` or ``rejected``.
    reason
        Why; needed for a refusal.

    Returns
    -------
    Attachment
        As saved.

    Raises
    ------
    Refused
        If the actor sent it in, or gives no reason for a refusal.
    """
    project = _lock(attachment.project)
    user = _hold(actor, "review", project.place)
    locked = Attachment._all.select_for_update().get(pk=attachment.pk)
    _must(locked.purpose == "evidence" and locked.withdrawn_at is None, "withdrawn")
    _must(locked.by_id not in {user.pk, actor.on_behalf_of.pk if actor.on_behalf_of else 0}, "same_person")
    _must(verdict in {"accepted", "rejected"}, "verdict", "verdict")
    _must(bool(reason.strip()) or verdict == "accepted", "reason", "reason")
    before = state_of(locked, "verdict")
    locked.verdict, locked.verdict_reason, locked.verdict_by = verdict, reason.strip(), user
    locked.save()
    _tell("attachment.judge", actor, project, locked, before=before, after=state_of(locked, "verdict"), reason=reason)
    return locked


@transaction.atomic
def statement_set(*, actor: Actor, project: Project, item: str, answer: str, text: str = "") -> ItemStatement:
    """Say of an item whether it is in place: the self-assessment.

    Parameters
    ----------
    actor
        Who.
    project
        Of which project.
    item
        Id of the item.
    answer
        ``yes``, ``partly`` or ``no``.
    text
        In words.

    Returns
    -------
    ItemStatement
        As saved.

    Raises
    ------
    Refused
        If there is no such item, or the project's state takes none.
    """
    locked = _lock(project)
    user = _hold(actor, "edit", locked.place)
    _must(_state(locked).can_add_evidence, "no_evidence_now")
    _must(item in {one.id for one in items_of(locked)}, "item", "item")
    _must(answer in {"yes", "partly", "no"}, "answer", "answer")
    old = ItemStatement._all.filter(project=locked, item=item).first()
    before = state_of(old, "answer", "text") if old else None
    new, _ = ItemStatement._all.update_or_create(
        project=locked, item=item, defaults={"answer": answer, "text": text.strip(), "by": user, "at": timezone.now()}
    )
    _tell("statement.set", actor, locked, new, before=before, after=state_of(new, "item", "answer", "text"))
    return new


@transaction.atomic
def milestone_set(
    *, actor: Actor, project: Project, title: str, planned_on: dt.date, done_on: dt.date | None = None, note: str = ""
) -> Milestone:
    """Plan a milestone, move it, or say that it is done; its title names it.

    Parameters
    ----------
    actor
        Who.
    project
        Of which project.
    title
        What is to be done.
    planned_on
        By when.
    done_on
        When it was done, not later than today.
    note
        What there is to say.

    Returns
    -------
    Milestone
        As saved.

    Raises
    ------
    Refused
        If it was done in the future, or the project is closed.
    """
    locked = _lock(project)
    _hold(actor, "edit", locked.place)
    _must(_state(locked).kind != "final", "closed")
    _must(bool(title.strip()), "title", "title")
    _must(done_on is None or done_on <= timezone.localdate(), "future", "done_on")
    old = Milestone._all.filter(project=locked, title=title.strip()).first()
    fields = ("title", "planned_on", "done_on", "note")
    before = state_of(old, *fields) if old else None
    new, _ = Milestone._all.update_or_create(
        project=locked,
        title=title.strip(),
        defaults={"planned_on": planned_on, "done_on": done_on, "note": note.strip()},
    )
    _tell("milestone.set", actor, locked, new, before=before, after=state_of(new, *fields))
    return new


@transaction.atomic
def expert_appoint(*, actor: Actor, project: Project, expert: User) -> PanelMember:
    """Appoint an expert to a project's acceptance.

    Parameters
    ----------
    actor
        Who.
    project
        Which project.
    expert
        Who may score there and has not applied for it.

    Returns
    -------
    PanelMember
        As saved; the same if already appointed.

    Raises
    ------
    Refused
        If the expert may not score there or had a hand in the application.
    """
    locked = _lock(project)
    _hold(actor, "review", locked.place)
    _must(rights_of(expert).may("projects", "score", locked.place), "expert", "expert")
    _must(expert.pk != locked.created_by_id, "same_person", "expert")
    new, created = PanelMember._all.get_or_create(project=locked, expert=expert)
    if created:
        _tell("panel.appoint", actor, locked, new, after=state_of(new, "expert_id"))
    return new


@transaction.atomic
def scores_give(
    *, actor: Actor, project: Project, points: Mapping[str, Decimal], comments: Mapping[str, str] | None = None
) -> tuple[Score, ...]:
    """Score a project: an expert's own points, which may be changed while the acceptance lasts.

    Parameters
    ----------
    actor
        The expert.
    project
        Which project.
    points
        By dimension, 0–100.
    comments
        By dimension.

    Returns
    -------
    tuple of Score
        As saved.

    Raises
    ------
    Refused
        If the actor is not appointed, the project is not in acceptance, or points are out of range.
    """
    locked = _lock(project)
    user = _hold(actor, "score", locked.place)
    _must(PanelMember._all.filter(project=locked, expert=user).exists(), "panel")
    _must(locked.state == "acceptance", "not_in_acceptance")
    for name, value in points.items():
        _must(name in DIMENSIONS and value.is_finite() and 0 <= value <= TOP_SCORE, "points", name)
    before = {one.dimension: one.points for one in Score._all.filter(project=locked, expert=user)}
    said = comments or {}
    given = [
        Score._all.update_or_create(
            project=locked,
            expert=user,
            dimension=name,
            defaults={"points": value, "comment": said.get(name, "").strip(), "at": timezone.now()},
        )[0]
        for name, value in points.items()
    ]
    _tell("score.give", actor, locked, before=before, after=dict(points))
    return tuple(given)


@transaction.atomic
def visit_record(*, actor: Actor, project: Project, on: dt.date, people: str, found: str) -> Visit:
    """Record a visit to the site.

    Parameters
    ----------
    actor
        Who records it.
    project
        Which project.
    on
        The day, not later than today.
    people
        Who was there.
    found
        What was found.

    Returns
    -------
    Visit
        As saved.

    Raises
    ------
    Refused
        If it lies ahead or says nothing.
    """
    locked = _lock(project)
    user = _hold(actor, "review", locked.place)
    _must(on <= timezone.localdate(), "future", "on")
    _must(bool(people.strip()), "people", "people")
    _must(bool(found.strip()), "found", "found")
    new = Visit._all.create(project=locked, on=on, people=people.strip(), found=found.strip(), by=user)
    _tell("visit.record", actor, locked, new, after=state_of(new, "on", "people", "found"))
    return new
