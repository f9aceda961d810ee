"""Kinds of long work: assessing a frozen round, writing a file of a run; comparing stands in `compare.work`."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from linli.assess import Assessment, AssessOptions, assess, load_assessment, save_assessment
from linli.errors import InputError, LinliError
from linli.survey import load_snapshot
from linli.web.accounts.models import User
from linli.web.assessments.compare.work import compare_runs
from linli.web.assessments.files import write_file
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import run_at_work, runs_within, survey_of, tables_of
from linli.web.assessments.services import run_after_freeze, run_give_up, run_store
from linli.web.jobs.registry import Context, job
from linli.web.standards.catalogue import site_catalogue
from linli.web.surveys.work import AFTER_FREEZE
from linli.web.words import both, has_words

__all__ = ["AFTER_RUN", "FOLDER", "assess_run", "compare_runs", "keep_assessment", "write_run_file"]

FOLDER = "assessments"
"""Where results are kept, below the site's files: one folder for each digest."""

AFTER_RUN: list[Callable[[Run], object]] = []
"""Called with every run that is done: apps above prepare what their pages show. What fails there fails nothing."""

_META = "assessment.json"
_log = logging.getLogger("linli.assessments")

_ASSESSED = 0.85
"""Fraction of the work that is done when the assessment stands; the rest is writing."""


def keep_assessment(assessment: Assessment, mark: str) -> tuple[Path, str]:
    """Keep an assessment under its digest: the same content is kept once.

    Parameters
    ----------
    assessment
        What to keep.
    mark
        Tells this work from others that go on at the same time; begun again, it has the same.

    Returns
    -------
    tuple of Path and str
        The folder, and the SHA-256 of its ``assessment.json``, which holds those of all its files.
    """
    base = Path(settings.MEDIA_ROOT) / FOLDER
    for left in base.glob(f".part-{mark}.*"):  # by whoever was killed here before
        shutil.rmtree(left)
    part = save_assessment(assessment, base / f"part-{mark}")
    digest = hashlib.sha256((part / _META).read_bytes()).hexdigest()
    folder = base / digest
    if folder.exists():
        shutil.rmtree(part)
    else:
        part.rename(folder)
    return folder, digest


def _texts(error: LinliError) -> dict[str, str]:
    problems = getattr(error, "problems", ()) if isinstance(error, InputError) else ()
    if problems:
        return {lang: "; ".join(one.text(lang) for one in problems) for lang in ("zh", "en")}
    return {"zh": str(error), "en": str(error)}


def _assessed(run: Run, context: Context) -> Assessment:
    context.progress("assessments.stage.snapshot", 0.0)
    survey = load_snapshot(run.snapshot.path)

    def tell(stage: str, done: float | None) -> None:
        key = f"assessments.stage.{stage.partition(':')[0]}"
        context.progress(key if has_words(key) else stage, None if done is None else done * _ASSESSED)

    return assess(survey, site_catalogue(), AssessOptions.model_validate(run.options), tell)


def _page(user: User, arguments: Mapping[str, Any]) -> str:
    one = runs_within(user, "view").filter(pk=arguments["run"]).first()
    return reverse("assessments:run", args=[one.pk]) if one else ""


@job("assessments.assess", page=_page)
def assess_run(context: Context, **arguments: Any) -> dict[str, Any]:
    """Assess a frozen round and store what comes of it; begun again, it leaves one run with one set of rows.

    Parameters
    ----------
    context
        The job's.
    **arguments
        ``run``: key of the run.

    Returns
    -------
    dict
        ``run`` and ``digest``.
    """
    run = run_at_work(arguments["run"])
    if run.state == Run.State.DONE:
        return {"run": run.pk, "digest": run.digest}
    try:
        assessment = _assessed(run, context)
        context.progress("assessments.stage.files", _ASSESSED)
        folder, digest = keep_assessment(assessment, str(run.pk))
        context.progress("assessments.stage.rows", (1 + _ASSESSED) / 2)
        done = run_store(run=run, assessment=load_assessment(folder), folder=folder, digest=digest)
    except LinliError as error:
        run_give_up(run=run, notes=[{"code": "error", **_texts(error)}])
        raise
    except Exception:
        run_give_up(run=run, notes=[{"code": "stopped", **both("assessments.note.stopped")}])
        raise
    _prepare(run_at_work(done.pk), context)
    return {"run": run.pk, "digest": digest}


def _prepare(run: Run, context: Context) -> None:
    """Let the apps above prepare their pages: they can do without, so a failure is written down and no more."""
    context.progress("assessments.stage.pages", (1 + _ASSESSED) / 2)
    for then in AFTER_RUN:
        try:
            then(run)
        except (LinliError, OSError, KeyError):
            _log.exception("what pages show of a run was not prepared", extra={"run": run.pk})


@job("assessments.file", page=_page)
def write_run_file(context: Context, **arguments: Any) -> dict[str, Any]:
    """Write a file of a run; written again, it is the same.

    Parameters
    ----------
    context
        The job's.
    **arguments
        ``run``: key of the run; ``name``: of the file.

    Returns
    -------
    dict
        ``run`` and ``file``.
    """
    run, name = run_at_work(arguments["run"]), str(arguments["name"])
    context.progress("assessments.stage.snapshot", 0.0)
    write_file(run, name, tables_of(run), survey_of(run), site_catalogue(), context.progress)
    return {"run": run.pk, "file": name}


if run_after_freeze not in AFTER_FREEZE:
    AFTER_FREEZE.append(run_after_freeze)
