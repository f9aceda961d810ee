"""Kinds of long work: putting two runs side by side."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from linli.errors import InputError, LinliError
from linli.feedback import CompareOptions, Outcome, compare_rounds
from linli.feedback.outcome import write_outcome
from linli.web.accounts.models import User
from linli.web.assessments.compare.selectors import comparison_at_work, list_comparisons
from linli.web.assessments.compare.services import comparison_decisions, comparison_give_up, comparison_store
from linli.web.assessments.models import Comparison
from linli.web.assessments.selectors import survey_of, tables_of
from linli.web.jobs.registry import Context, job
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import both, has_words

__all__ = ["FOLDER", "compare_runs", "keep_outcome"]

FOLDER = "comparisons"
"""Where comparisons are kept, below the site's files: one folder for each digest."""

_META = "outcome/outcome.json"
_WORKED_OUT = 0.8
"""Fraction of the work that is done when the outcome stands; the rest is reading and writing."""


def keep_outcome(outcome: Outcome, mark: str) -> tuple[Path, str]:
    """Keep an outcome under its digest, with its workbooks and summaries: the same content is kept once.

    Parameters
    ----------
    outcome
        What to keep.
    mark
        Tells this work from others that go on at the same time; begun again, it has the same.

    Returns
    -------
    tuple of Path and str
        The folder, and the SHA-256 of its ``outcome.json``, which holds those of all its tables.
    """
    base = Path(settings.MEDIA_ROOT) / FOLDER
    part = base / f"part-{mark}"
    shutil.rmtree(part, ignore_errors=True)  # by whoever was killed here before
    write_outcome(outcome, part)
    digest = hashlib.sha256((part / _META).read_bytes()).hexdigest()
    folder = base / digest
    if folder.exists():
        shutil.rmtree(part)
    else:
        part.rename(folder)
    return folder, digest


def _compared(comparison: Comparison, context: Context) -> Outcome:
    context.progress("assessments.comparing.read", 0.0)
    rounds = [(survey_of(run), tables_of(run)) for run in (comparison.before, comparison.after)]

    def tell(stage: str, done: float | None) -> None:
        key = f"assessments.comparing.{stage}"
        at = None if done is None else 0.1 + done * _WORKED_OUT
        context.progress(key if has_words(key) else stage, at)

    options = CompareOptions(decided=comparison_decisions(comparison))
    return compare_rounds(rounds[0], rounds[1], options=options, catalogue=site_catalogue(), progress=tell)


def _page(user: User, arguments: Mapping[str, Any]) -> str:
    one = list_comparisons(user).filter(pk=arguments["comparison"]).first()
    return reverse("assessments:comparison", args=[one.pk]) if one else ""


@job("assessments.compare", page=_page)
def compare_runs(context: Context, **arguments: Any) -> dict[str, Any]:
    """Put two runs side by side and store what comes of it; begun again, it leaves one set of rows.

    Parameters
    ----------
    context
        The job's.
    **arguments
        ``comparison``: its key; ``version``: the version asked for, later ones have a job of their own.

    Returns
    -------
    dict
        ``comparison`` and ``state``.
    """
    comparison, version = comparison_at_work(arguments["comparison"]), int(arguments["version"])
    about: dict[str, Any] = {"comparison": comparison, "version": version}
    if comparison.version != version or comparison.state != Comparison.State.QUEUED:
        return {"comparison": comparison.pk, "state": comparison.state}
    try:
        outcome = _compared(comparison, context)
        context.progress("assessments.comparing.write", 0.1 + _WORKED_OUT)
        folder, digest = keep_outcome(outcome, f"{comparison.pk}-{version}")
        done = comparison_store(**about, outcome=outcome, folder=folder, digest=digest)
    except InputError as error:
        problems = [problem.as_dict() for problem in error.problems]
        done = comparison_give_up(**about, state=Comparison.State.REFUSED, notes=problems)
    except LinliError as error:
        why = {"code": "error", "zh": str(error), "en": str(error)}
        comparison_give_up(**about, state=Comparison.State.FAILED, notes=[why])
        raise
    except Exception:
        why = {"code": "stopped", **both("assessments.note.compare_stopped")}
        comparison_give_up(**about, state=Comparison.State.FAILED, notes=[why])
        raise
    return {"comparison": done.pk, "state": str(done.state)}
