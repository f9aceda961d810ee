"""The kind of long work: checking a file that was sent in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

from django.urls import reverse

from linli.survey.read import facility_choices
from linli.web.accounts.models import User
from linli.web.imports.checking import check_intake, read_sent
from linli.web.imports.selectors import SiteRegister, batch_at_work, list_batches
from linli.web.imports.services import CHECK, batch_stop, batch_store_report
from linli.web.jobs.registry import Context, job
from linli.web.standards.catalogue import site_catalogue

__all__ = ["check_batch"]


def _page(user: User, arguments: Mapping[str, Any]) -> str:
    one = list_batches(user).filter(pk=arguments["batch"]).first()
    return reverse("imports:batch", args=[one.number]) if one else ""


@job(CHECK, page=_page)
def check_batch(context: Context, **arguments: Any) -> dict[str, Any]:
    """Check a batch's file and store what was found; begun again, it finds the same.

    Parameters
    ----------
    context
        The job's.
    **arguments
        ``batch``: key of the batch.

    Returns
    -------
    dict
        ``state`` and the counts.
    """
    batch = batch_at_work(arguments["batch"])
    try:
        context.progress("imports.stage.read", 0.0)
        types = facility_choices(site_catalogue())
        more = {"layer": batch.layer or None, "datum": batch.datum, "encoding": batch.encoding}
        kind = cast("Literal['xlsx', 'csv']", batch.kind)
        intake = read_sent(Path(batch.file.path), batch.name, kind, types, **more)
        report = check_intake(intake, SiteRegister(batch.place), context.progress, batch.datum)
        context.progress("imports.stage.store", 0.85)
        stored = batch_store_report(batch=batch, report=report)
    except Exception:
        batch_stop(batch=batch)
        raise
    return {"batch": stored.number, "state": stored.state, **stored.totals}
