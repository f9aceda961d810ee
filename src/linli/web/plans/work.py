"""Kinds of long work: solving a study, answering a what-if, writing a study's documents.

Each goes on in a process of its own (`linli.web.plans.apart`). A worker that was killed is followed by one that begins
again: results appear under their name only when they are whole, and what is stored twice is stored once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.urls import reverse

import linli
from linli.report.options import ReportOptions
from linli.web.accounts.models import Place, User
from linli.web.jobs.registry import Context, job
from linli.web.jobs.runner import CancelledError
from linli.web.plans import services
from linli.web.plans.apart import TroubleError, do_apart
from linli.web.plans.models import DocumentSet, Question, Study, Work
from linli.web.plans.order import Order
from linli.web.plans.selectors import list_studies, work_on
from linli.web.plans.solver import PACKS
from linli.web.standards.catalogue import pack_folders

__all__ = ["FOLDER", "ask", "documents", "order_of", "result_folder", "solve"]

FOLDER = "plans"
"""Where results are kept, below the site's files."""

_DIGITS = 12


def result_folder(study: Study, packs: tuple[Path, ...]) -> Path:
    """Return where a study's result belongs: named by everything that it depends on.

    Parameters
    ----------
    study
        With its run.
    packs
        The city's rules.

    Returns
    -------
    Path
        ``plans/<number>-<digest>`` below the site's files.
    """
    about = [study.choices, study.place, study.run.digest, study.run.catalogue_version, linli.__version__]
    text = json.dumps([*about, [pack.name for pack in packs]], ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
    return Path(settings.MEDIA_ROOT) / FOLDER / f"{study.number}-{digest}"


def _kept_packs(folder: Path) -> tuple[Path, ...]:
    """Return the rules that a study was solved with, as they were then."""
    names = json.loads((folder / PACKS / "order.json").read_text(encoding="utf-8"))
    return tuple(folder / PACKS / name for name in names)


def order_of(
    study: Study, task: Literal["solve", "ask", "documents"], place: Place, out: Path, packs: tuple[Path, ...],
    **more: Any,
) -> Order:  # fmt: skip
    """Return what the solver's process is asked.

    Parameters
    ----------
    study
        With its run and the run's snapshot.
    task
        Which task.
    place
        The study's place, or for documents a district within it.
    out
        Where the result goes.
    packs
        The city's rules.
    **more
        ``question`` or ``report`` of the order.

    Returns
    -------
    Order
        With the communities of the place, unless it is the assessment's own.
    """
    whole = place.path == study.run.place
    below = Place.objects.filter(level="community", path__startswith=place.path).order_by("path")
    return Order(
        task=task, snapshot=str(study.run.snapshot.path), assessment=str(study.run.path),
        packs=tuple(map(str, packs)), catalogue_version=study.run.catalogue_version, choices=study.choices,
        place={"code": place.code, "name": place.name},
        communities=None if whole else tuple(below.values_list("code", flat=True)), out=str(out), **more,
    )  # fmt: skip


def _study(pk: int) -> tuple[Study, Place]:
    study = work_on(Study, pk)
    return study, Place.objects.get(path=study.place)


def _page(user: User, arguments: Mapping[str, Any]) -> str:
    one = list_studies(user).filter(pk=arguments["study"]).first()
    return reverse("plans:study", args=[one.number]) if one else ""


@job("plans.solve", page=_page)
def solve(context: Context, **arguments: Any) -> dict[str, Any] | None:
    """Solve a study, and copy its measures where lists find them."""
    study, place = _study(arguments["study"])
    if study.state != Study.State.QUEUED or str(study.job) != context.job_id:
        return None  # solved before this began again, or asked for anew
    packs = tuple(folder for folder, _ in pack_folders())
    folder = result_folder(study, packs)
    try:
        done = do_apart(order_of(study, "solve", place, folder, packs), context.progress)
    except CancelledError:
        services.study_rest(study=study, job=context.job_id)
        raise
    except TroubleError as error:
        services.study_fail(study=study, message=error.texts)
        raise
    services.study_store(study=study, done=done, folder=folder, code=place.code)
    return {"study": study.number, "status": done["status"]}


@job("plans.ask")
def ask(context: Context, **arguments: Any) -> dict[str, Any] | None:
    """Answer what a study's plan would be if something were otherwise."""
    question = work_on(Question, arguments["question"])
    if question.state != Work.QUEUED:
        return None
    study, place = _study(question.study_id)
    asked = {"force_in": question.force_in, "forbid": question.forbid}
    budget = None if question.budget_yuan is None else float(question.budget_yuan)
    order = order_of(
        study, "ask", place, study.path, _kept_packs(study.path), question={**asked, "budget_yuan": budget}
    )  # fmt: skip
    try:
        result = do_apart(order, context.progress)
    except TroubleError as error:
        services.question_fail(question=question, message=error.texts)
        raise
    services.question_store(question=question, result=result)
    return {"study": study.number, "question": question.number}


def _files(folder: Path, names: list[str]) -> list[dict[str, Any]]:
    found = []
    for name in names:
        data = (folder / name).read_bytes()
        found.append({"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    return found


@job("plans.documents")
def documents(context: Context, **arguments: Any) -> dict[str, Any] | None:
    """Write the documents of a study for one place."""
    one = work_on(DocumentSet, arguments["documents"])
    if one.state != Work.QUEUED or str(one.job) != context.job_id:
        return None
    study, _ = _study(one.study_id)
    place = Place.objects.get(path=one.place)
    folder = Path(settings.MEDIA_ROOT) / FOLDER / f"{study.number}-documents" / place.code
    by = User.objects.filter(pk=context.requested_by or 0).select_related("organisation").first()
    report = ReportOptions(
        organisation=by.organisation.name if by else None, approval_number=settings.SITE.config.map_number or None
    )
    order = order_of(
        study, "documents", place, folder, _kept_packs(study.path), question={"study": str(study.path)},
        report=report.model_dump(mode="json"),
    )  # fmt: skip
    try:
        done = do_apart(order, context.progress)
    except TroubleError as error:
        services.documents_fail(documents=one, message=error.texts)
        raise
    services.documents_store(documents=one, folder=folder, files=_files(folder, done["files"]))
    return {"study": study.number, "files": len(done["files"])}
