"""Every change to studies and what hangs on them: each in a transaction with its event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from pydantic import ValidationError

from linli.web.accounts.models import Organisation, Place, User
from linli.web.accounts.rights import rights_of
from linli.web.assessments.models import Run
from linli.web.audit.actor import Actor
from linli.web.audit.services import record, state_of
from linli.web.jobs.models import Job
from linli.web.jobs.services import job_enqueue
from linli.web.plans.choices import StudyChoices, from_json, to_json
from linli.web.plans.clash import clash_texts
from linli.web.plans.models import DocumentSet, Instalment, Measure, Question, Study, Work
from linli.web.plans.rows import instalment_rows, measure_rows, subsidy_of, yuan_of
from linli.web.plans.sheet import read_sheet
from linli.web.projects.models import Project
from linli.web.projects.services import project_create
from linli.web.refusal import Refused

__all__ = [
    "documents_fail",
    "documents_request",
    "documents_store",
    "measures_begin_project",
    "measures_link",
    "measures_unlink",
    "question_ask",
    "question_fail",
    "question_store",
    "study_adopt",
    "study_copy",
    "study_create",
    "study_fail",
    "study_rest",
    "study_revoke",
    "study_solve",
    "study_store",
    "study_update",
]

_BATCH = 1000
_LEVELS = frozenset({"city", "district"})
_FIGURES = ("solver_status", "objective", "bound", "gap", "projects", "residents", "cost_yuan", "subsidy_yuan")


def _hold(actor: Actor, action: str, place: str, module: str = "plans") -> User:
    """Hold the second wall, and return the person: nobody plans but people."""
    if actor.user is None or not rights_of(actor.user).may(module, action, place):
        raise Refused("plans.refuse.outside")
    return actor.user


def _must(condition: bool, key: str, field: str = "", **values: Any) -> None:
    if not condition:
        raise Refused(f"plans.refuse.{key}", field, **values)


def _lock(study: Study, base_version: int | None = None) -> Study:
    """Read a study again and let nobody else change it; refuse who looked at an older one."""
    locked = Study._all.select_for_update().get(pk=study.pk)
    if base_version is not None and locked.version != base_version:
        raise Refused("plans.refuse.changed")
    return locked


def _tell(event: str, actor: Actor, study: Study, object_: Any = None, place: str = "", **more: Any) -> None:
    where = place or study.place
    record(f"plans.{event}", actor=actor, module="plans", object_=object_ or study, place=where, **more)


def _machine(user: User | None) -> Actor:
    """Return who a job works for."""
    return Actor(user, user.username if user else "linli worker", "worker")


def _job_is_over(job: Any) -> bool:
    """Return whether a job has ended, or was never there: nobody works any more on what waits for it."""
    found = Job._all.filter(pk=job).first() if job else None
    return found is None or found.is_over


def _save(study: Study, *fields: str) -> None:
    study.version += 1
    study.save(update_fields=[*fields, "version"])


@transaction.atomic
def study_create(
    *, actor: Actor, place: Place, run: Run, name: str, choices: StudyChoices | None = None
) -> Study:  # fmt: skip
    """Begin a study: a draft.

    Parameters
    ----------
    actor
        Who.
    place
        City or district that is planned for.
    run
        The assessment that it starts from.
    name
        What it is called.
    choices
        The usual ones if left out.

    Returns
    -------
    Study
        A draft.

    Raises
    ------
    Refused
        If the place is outside the actor's reach or no city or district, or the assessment does not hold it.
    """
    _hold(actor, "edit", place.path)
    _must(place.level in _LEVELS, "level", "place")
    _must(bool(name.strip()), "name", "name")
    _must(run.state == Run.State.DONE and place.path.startswith(run.place), "run", "run")
    new = _new(actor, place.path, run, name, to_json(choices or StudyChoices()))
    _tell("study.create", actor, new, after={"number": new.number, "name": new.name, "run": str(run)})
    return new


def _new(
    actor: Actor, place: str, run: Run, name: str, choices: Mapping[str, Any], copied: Study | None = None
) -> Study:
    prefix = f"FA-{timezone.localdate().year}-"
    # The number is the last one and one more; `number` is unique, so that two at once cannot have the same.
    last = Study._all.select_for_update().filter(number__startswith=prefix).order_by("-number").first()
    number = int(last.number.rpartition("-")[2]) + 1 if last else 1
    return Study._all.create(
        number=f"{prefix}{number:04d}", name=name.strip(), place=place, run=run, choices=dict(choices),
        copied_from=copied, created_by=actor.user,
    )  # fmt: skip


@transaction.atomic
def study_update(
    *, actor: Actor, study: Study, base_version: int, name: str, choices: Mapping[str, Any]
) -> Study:  # fmt: skip
    """Change a study's name and choices, as long as nothing was solved with them.

    Parameters
    ----------
    actor
        Who.
    study
        Which.
    base_version
        The version that the actor looked at.
    name
        What it is called.
    choices
        `StudyChoices`, JSON.

    Returns
    -------
    Study
        As saved.

    Raises
    ------
    Refused
        If it is outside the actor's reach, was changed meanwhile or solved, or the choices are none.
    """
    _hold(actor, "edit", study.place)
    locked = _lock(study, base_version)
    _must(locked.can_change, "solved")
    _must(bool(name.strip()), "name", "name")
    try:
        kept = to_json(from_json(choices))
    except ValidationError as error:
        raise Refused("plans.refuse.choices", "text", found=error.errors()[0]["msg"]) from None
    before = state_of(locked, "name", "choices")
    locked.name, locked.choices, locked.state, locked.message = name.strip(), kept, Study.State.DRAFT, {}
    _save(locked, "name", "choices", "state", "message")
    _tell("study.update", actor, locked, before=before, after=state_of(locked, "name", "choices"))
    return locked


@transaction.atomic
def study_copy(*, actor: Actor, study: Study, name: str, run: Run | None = None) -> Study:
    """Copy a study's choices into a new draft, to vary it.

    Parameters
    ----------
    actor
        Who.
    study
        Which.
    name
        What the copy is called.
    run
        Another assessment to start from; the same if left out.

    Returns
    -------
    Study
        A draft.

    Raises
    ------
    Refused
        If it is outside the actor's reach, or the assessment does not hold its place.
    """
    _hold(actor, "edit", study.place)
    _must(bool(name.strip()), "name", "name")
    start = run or study.run
    _must(start.state == Run.State.DONE and study.place.startswith(start.place), "run", "run")
    new = _new(actor, study.place, start, name, study.choices, study)
    _tell("study.create", actor, new, after={"number": new.number, "name": new.name, "copied_from": study.number})
    return new


@transaction.atomic
def study_solve(*, actor: Actor, study: Study, base_version: int) -> Study:
    """Ask for a study to be solved.

    Parameters
    ----------
    actor
        Who.
    study
        Which.
    base_version
        The version that the actor looked at.

    Returns
    -------
    Study
        Queued, with its job.

    Raises
    ------
    Refused
        If it is outside the actor's reach, was changed meanwhile, is being solved or was.
    """
    _hold(actor, "edit", study.place)
    locked = _lock(study, base_version)
    waits = locked.state == Study.State.QUEUED and not _job_is_over(locked.job)
    _must(not waits, "waits")
    _must(locked.can_change or locked.state == Study.State.QUEUED, "solved")
    job = job_enqueue(
        "plans.solve", actor=actor, place=locked.place, subject=str(locked), arguments={"study": locked.pk}
    )
    locked.state, locked.job, locked.message = Study.State.QUEUED, job.pk, {}
    _save(locked, "state", "job", "message")
    _tell("study.solve", actor, locked, after={"job": str(job.pk)})
    return locked


def _communities(codes: Sequence[str]) -> dict[str, Place]:
    return {place.code: place for place in Place.objects.filter(level="community", code__in=list(codes))}


def _copy_rows(study: Study, part: Mapping[str, Any]) -> None:
    """Copy measures and instalments; those that an earlier attempt left go."""
    codes = {one["community_id"] for one in (*part["projects"], *part["subsidies"])}
    places = _communities(sorted(codes))
    Measure._all.filter(study=study).delete()
    Instalment._all.filter(study=study).delete()
    Measure._all.bulk_create(measure_rows(study, part, places), batch_size=_BATCH)
    Instalment._all.bulk_create(instalment_rows(study, part["subsidies"], places), batch_size=_BATCH)


def _set_figures(study: Study, book: Mapping[str, Any], part: Mapping[str, Any]) -> None:
    plan, sums = book["plan"], part["sums"]
    study.solver_status, study.unit = plan["status"], book["unit"]
    study.objective, study.bound, study.gap = plan["objective"], plan["bound"], plan["gap"]
    study.projects, study.residents, study.old_young = sums["projects"], sums["gaining"], sums["gaining_old_young"]
    study.floor_area_m2 = sums["floor_area_m2"]
    study.cost_yuan, study.subsidy_yuan = yuan_of(sums["cost_yuan"]), subsidy_of(part)


@transaction.atomic
def study_store(*, study: Study, done: Mapping[str, Any], folder: Path, code: str) -> Study:
    """Keep what came of solving: figures, measures, planned subsidy. Storing twice stores once.

    Parameters
    ----------
    study
        Queued.
    done
        What the solver's process said: ``status``, ``clash``, ``catalogue_version``.
    folder
        Where the result is, below the site's files.
    code
        Code of the study's place: which part of the result is the study's own.

    Returns
    -------
    Study
        Solved, or infeasible with what clashes.
    """
    locked = _lock(study)
    if locked.state != Study.State.QUEUED:
        return locked
    locked.folder = folder.relative_to(settings.MEDIA_ROOT).as_posix()
    locked.catalogue_version, locked.solved_at = done["catalogue_version"], timezone.now()
    if done["status"] == "infeasible":
        locked.state, locked.solver_status = Study.State.INFEASIBLE, done["status"]
        locked.message = clash_texts(done["clash"])
    else:
        part = read_sheet(folder, f"part-{code}")
        _set_figures(locked, read_sheet(folder, "book"), part)
        _copy_rows(locked, part)
        locked.state, locked.message = Study.State.SOLVED, {}
    locked.version += 1
    locked.save()
    after = {**state_of(locked, "state", *_FIGURES), "folder": locked.folder}
    _tell("study.store", _machine(locked.created_by), locked, after=after)
    return locked


@transaction.atomic
def study_fail(*, study: Study, message: Mapping[str, str]) -> Study:
    """Say that a study could not be solved, and why.

    Parameters
    ----------
    study
        Queued.
    message
        Texts zh and en.

    Returns
    -------
    Study
        Failed; one that does not wait any more is left as it is.
    """
    locked = _lock(study)
    if locked.state == Study.State.QUEUED:
        locked.state, locked.message = Study.State.FAILED, dict(message)
        _save(locked, "state", "message")
        _tell("study.fail", _machine(locked.created_by), locked, after={"message": locked.message})
    return locked


@transaction.atomic
def study_rest(*, study: Study, job: str) -> Study:
    """Make a study a draft again whose job was cancelled; the cancelling has its event.

    Parameters
    ----------
    study
        Queued.
    job
        The job that was cancelled: one that was asked for meanwhile goes on.

    Returns
    -------
    Study
        A draft.
    """
    locked = _lock(study)
    if locked.state == Study.State.QUEUED and str(locked.job) == job:
        locked.state = Study.State.DRAFT
        _save(locked, "state")
    return locked


def _set_force() -> None:
    """Say of every measure and instalment whether it is in force: a smaller place's adopted plan goes before."""
    adopted = list(Study._all.filter(state=Study.State.ADOPTED).values_list("pk", "place"))
    for table in (Measure, Instalment):
        table._all.filter(in_force=True).exclude(study__state=Study.State.ADOPTED).update(in_force=False)
        for pk, place in adopted:
            aside = Q(pk__in=())
            for other, smaller in adopted:
                if other != pk and smaller != place and smaller.startswith(place):
                    aside |= Q(place__startswith=smaller)
            rows = table._all.filter(study=pk)
            rows.filter(aside).update(in_force=False)
            rows.exclude(aside).update(in_force=True)


def _lock_adopted(place: str) -> list[Study]:
    """Lock every adopted plan of the city, so that two are not adopted at once; return those at or below a place."""
    city = f"{place.partition('/')[0]}/"
    held = list(Study._all.select_for_update().filter(state=Study.State.ADOPTED, place__startswith=city).order_by("pk"))
    return [one for one in held if one.place.startswith(place)]


def _carry_links(study: Study, earlier: Sequence[Study]) -> int:
    """Let measures that an earlier plan had too go on with the project that follows them; return how many do."""
    rows = Measure._all.filter(study__in=[one.pk for one in earlier]).exclude(project=None)
    known = dict(rows.values_list("option", "project"))
    mine = list(Measure._all.filter(study=study, project=None, option__in=known))
    for one in mine:
        one.project_id = known[one.option]
    Measure._all.bulk_update(mine, ["project"], batch_size=_BATCH)
    return len(mine)


@transaction.atomic
def study_adopt(*, actor: Actor, study: Study, base_version: int, reason: str) -> Study:
    """Adopt a study: its measures are the plan in force; the plans before it, at or below its place, are superseded.

    Parameters
    ----------
    actor
        Who.
    study
        Solved, or adopted once and superseded.
    base_version
        The version that the actor looked at.
    reason
        Why this one.

    Returns
    -------
    Study
        Adopted.

    Raises
    ------
    Refused
        If it is outside the actor's reach, was changed meanwhile, has no result, or no reason is given.
    """
    user = _hold(actor, "adopt", study.place)
    _must(bool(reason.strip()), "reason", "reason")
    earlier = _lock_adopted(study.place)
    locked = _lock(study, base_version)
    _must(locked.state in {Study.State.SOLVED, Study.State.SUPERSEDED}, "not_solved")
    for one in earlier:
        one.state = Study.State.SUPERSEDED
        _save(one, "state")
    before = {**state_of(locked, "state"), "adopted": [one.number for one in earlier]}
    locked.state, locked.adopted_by, locked.adopted_at = Study.State.ADOPTED, user, timezone.now()
    _save(locked, "state", "adopted_by", "adopted_at")
    links = _carry_links(locked, earlier)
    _set_force()
    superseded = [one.number for one in earlier]
    after = {**state_of(locked, "state", *_FIGURES), "superseded": superseded, "links": links}
    _tell("study.adopt", actor, locked, before=before, after=after, reason=reason.strip())
    return locked


@transaction.atomic
def study_revoke(*, actor: Actor, study: Study, base_version: int, reason: str) -> Study:
    """Revoke an adoption; projects that follow its measures go on.

    Parameters
    ----------
    actor
        Who.
    study
        Adopted.
    base_version
        The version that the actor looked at.
    reason
        Why.

    Returns
    -------
    Study
        Solved, as before it was adopted.

    Raises
    ------
    Refused
        If it is outside the actor's reach, was changed meanwhile, is not adopted, or no reason is given.
    """
    _hold(actor, "adopt", study.place)
    _must(bool(reason.strip()), "reason", "reason")
    _lock_adopted(study.place)
    locked = _lock(study, base_version)
    _must(locked.state == Study.State.ADOPTED, "not_adopted")
    before = state_of(locked, "state", "adopted_by_id", "adopted_at")
    locked.state, locked.adopted_by, locked.adopted_at = Study.State.SOLVED, None, None
    _save(locked, "state", "adopted_by", "adopted_at")
    _set_force()
    _tell("study.revoke", actor, locked, before=before, after=state_of(locked, "state"), reason=reason.strip())
    return locked


def _free_measures(actor: Actor, measures: Sequence[Measure]) -> tuple[list[Measure], Place]:
    """Lock measures that a project may take up: in force, without one, all of one community."""
    _must(bool(measures), "no_measures", "measures")
    locked = list(
        Measure._all.select_for_update(of=("self",)).select_related("community", "study")
        .filter(pk__in=[one.pk for one in measures]).order_by("pk")
    )  # fmt: skip
    places = {one.place for one in locked}
    _must(len(places) == 1, "one_community", "measures")
    _hold(actor, "apply", places.pop(), "projects")
    _must(all(one.in_force for one in locked), "not_in_force", "measures")
    taken = [one for one in locked if one.project_id]
    _must(not taken, "taken", "measures", numbers=", ".join(str(one.number) for one in taken))
    return locked, locked[0].community


def _link(actor: Actor, measures: Sequence[Measure], project: Project) -> None:
    Measure._all.filter(pk__in=[one.pk for one in measures]).update(project=project)
    study = measures[0].study
    after = {"project": project.number, "measures": [one.number for one in measures]}
    _tell("measure.link", actor, study, place=project.place, after=after)


@transaction.atomic
def measures_begin_project(
    *, actor: Actor, measures: Sequence[Measure], organisation: Organisation, name: str, project_type: str, year: int
) -> Project:
    """Begin a creation project for measures of one community: a draft, linked with them.

    Parameters
    ----------
    actor
        Who: with the right to apply for projects there.
    measures
        In force, without a project, of one community.
    organisation
        Who applies.
    name, project_type, year
        As of any project.

    Returns
    -------
    Project
        A draft.

    Raises
    ------
    Refused
        If the measures will not do, or the project is refused.
    """
    locked, community = _free_measures(actor, measures)
    project = project_create(
        actor=actor, community=community, organisation=organisation, name=name, project_type=project_type, year=year
    )
    _link(actor, locked, project)
    return project


@transaction.atomic
def measures_link(*, actor: Actor, measures: Sequence[Measure], project: Project) -> Project:
    """Link measures with a project that is there already.

    Parameters
    ----------
    actor
        Who: with the right to apply for projects there.
    measures
        In force, without a project, of the project's community.
    project
        The project.

    Returns
    -------
    Project
        The same.

    Raises
    ------
    Refused
        If the measures will not do, or the project is another community's.
    """
    locked, community = _free_measures(actor, measures)
    _must(project.place == community.path, "other_community", "project")
    _link(actor, locked, project)
    return project


@transaction.atomic
def measures_unlink(*, actor: Actor, measures: Sequence[Measure], reason: str) -> None:
    """Undo the link of measures with their project; the project stays as it is.

    Parameters
    ----------
    actor
        Who: with the right to apply for projects there.
    measures
        Linked with one project.
    reason
        Why.

    Raises
    ------
    Refused
        If they are outside the actor's reach, not linked, or no reason is given.
    """
    _must(bool(measures), "no_measures", "measures")
    _must(bool(reason.strip()), "reason", "reason")
    ids = [one.pk for one in measures]
    locked = list(Measure._all.select_for_update(of=("self",)).select_related("study", "project").filter(pk__in=ids))
    linked = {one.project_id: one.project for one in locked}
    project = next(iter(linked.values()), None)
    if len(linked) != 1 or project is None:
        raise Refused("plans.refuse.not_linked", "measures")
    _hold(actor, "apply", project.place, "projects")
    Measure._all.filter(pk__in=ids).update(project=None)
    before = {"project": project.number, "measures": [one.number for one in locked]}
    _tell("measure.unlink", actor, locked[0].study, place=project.place, before=before, reason=reason.strip())


@transaction.atomic
def question_ask(
    *, actor: Actor, study: Study, force_in: Sequence[str] = (), forbid: Sequence[str] = (),
    budget_yuan: Decimal | None = None,
) -> Question:  # fmt: skip
    """Ask what a study's plan would be if something were otherwise.

    Parameters
    ----------
    actor
        Who.
    study
        With a result.
    force_in, forbid
        Options that must, or must not, be chosen.
    budget_yuan
        Another budget for everything together, yuan.

    Returns
    -------
    Question
        Queued, with its job.

    Raises
    ------
    Refused
        If it is outside the actor's reach, the study has no result, or nothing is asked.
    """
    _hold(actor, "edit", study.place)
    locked = _lock(study)
    _must(locked.has_result, "not_solved")
    _must(bool(force_in or forbid or budget_yuan is not None), "nothing_asked", "force_in")
    both = sorted(set(force_in) & set(forbid))
    _must(not both, "in_and_out", "forbid", names=", ".join(both))
    last = Question._all.filter(study=locked).order_by("-number").values_list("number", flat=True).first() or 0
    new = Question._all.create(
        study=locked, number=last + 1, force_in=list(force_in), forbid=list(forbid), budget_yuan=budget_yuan,
        by=actor.user,
    )  # fmt: skip
    job = job_enqueue("plans.ask", actor=actor, place=locked.place, subject=str(new), arguments={"question": new.pk})
    new.job = job.pk
    new.save(update_fields=["job"])
    after = {"force_in": new.force_in, "forbid": new.forbid, "budget_yuan": budget_yuan}
    _tell("question.create", actor, locked, new, after=after)
    return new


@transaction.atomic
def question_store(*, question: Question, result: Mapping[str, Any]) -> Question:
    """Keep the answer to a question; storing twice stores once.

    Parameters
    ----------
    question
        Queued.
    result
        What the solver's process said.

    Returns
    -------
    Question
        Done.
    """
    locked = Question._all.select_for_update().get(pk=question.pk)
    if locked.state == Work.QUEUED:
        locked.state, locked.result, locked.message = Work.DONE, dict(result), {}
        if result["after"]["status"] == "infeasible":
            locked.message = clash_texts(result["clash"])
        locked.save(update_fields=["state", "result", "message"])
        _tell("question.store", _machine(locked.by), locked.study, locked, after={"answer": result["after"]})
    return locked


@transaction.atomic
def question_fail(*, question: Question, message: Mapping[str, str]) -> Question:
    """Say that a question could not be answered, and why, in both languages."""
    locked = Question._all.select_for_update().get(pk=question.pk)
    if locked.state == Work.QUEUED:
        locked.state, locked.message = Work.FAILED, dict(message)
        locked.save(update_fields=["state", "message"])
        _tell("question.fail", _machine(locked.by), locked.study, locked, after={"message": locked.message})
    return locked


@transaction.atomic
def documents_request(*, actor: Actor, study: Study, place: str) -> DocumentSet:
    """Ask for the documents of a study for one place: written anew if they are there already.

    Parameters
    ----------
    actor
        Who: with the right to export plans there.
    study
        With a result.
    place
        Jurisdiction path: the study's, or of a district within it.

    Returns
    -------
    DocumentSet
        Queued, with its job.

    Raises
    ------
    Refused
        If it is outside the actor's reach or the study's, or the study has no result, or they are being written.
    """
    _hold(actor, "export", place)
    locked = _lock(study)
    _must(locked.has_result, "not_solved")
    _must(place.startswith(locked.place), "outside")
    found = DocumentSet._all.select_for_update().filter(study=locked, place=place).first()
    found = found or DocumentSet(study=locked, place=place, state=Work.DONE)
    _must(found.state != Work.QUEUED or _job_is_over(found.job), "documents_wait")
    found.state, found.by, found.at, found.message = Work.QUEUED, actor.user, timezone.now(), {}
    found.save()
    job = job_enqueue(
        "plans.documents", actor=actor, place=place, subject=str(locked), arguments={"documents": found.pk}
    )
    found.job = job.pk
    found.save(update_fields=["job"])
    _tell("documents.create", actor, locked, found, place=place, after={"job": str(job.pk)})
    return found


@transaction.atomic
def documents_store(*, documents: DocumentSet, folder: Path, files: Sequence[Mapping[str, Any]]) -> DocumentSet:
    """Keep which files were written; storing twice stores once.

    Parameters
    ----------
    documents
        Queued.
    folder
        Where they are, below the site's files.
    files
        ``name``, ``size``, ``sha256`` of each.

    Returns
    -------
    DocumentSet
        Done.
    """
    locked = DocumentSet._all.select_for_update().get(pk=documents.pk)
    locked.state, locked.files, locked.message = Work.DONE, [dict(one) for one in files], {}
    locked.folder, locked.at = folder.relative_to(settings.MEDIA_ROOT).as_posix(), timezone.now()
    locked.save(update_fields=["state", "files", "folder", "at", "message"])
    after = {"files": [one["name"] for one in locked.files]}
    _tell("documents.store", _machine(locked.by), locked.study, locked, place=locked.place, after=after)
    return locked


@transaction.atomic
def documents_fail(*, documents: DocumentSet, message: Mapping[str, str]) -> DocumentSet:
    """Say that documents could not be written, and why, in both languages."""
    locked = DocumentSet._all.select_for_update().get(pk=documents.pk)
    locked.state, locked.message = Work.FAILED, dict(message)
    locked.save(update_fields=["state", "message"])
    after = {"message": locked.message}
    _tell("documents.fail", _machine(locked.by), locked.study, locked, place=locked.place, after=after)
    return locked
