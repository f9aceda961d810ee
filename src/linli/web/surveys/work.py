"""Long work of surveys, and what follows a round that was frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse

import linli
from linli.web.accounts.models import User
from linli.web.audit.actor import Actor
from linli.web.jobs.registry import Context, job
from linli.web.refusal import Refused
from linli.web.surveys.bulk import bulk_around, upload_checked
from linli.web.surveys.freezing import Prepared, as_findings, prepare, write_snapshot
from linli.web.surveys.layering import build, write_layer
from linli.web.surveys.models import BulkUpload, Round, Snapshot
from linli.web.surveys.selectors import contacts_of, late_returns, list_rounds, list_uploads, returns_of
from linli.web.surveys.services import check_keep, return_mark_reminded, snapshot_add
from linli.web.words import say

__all__ = ["AFTER_FREEZE", "bulk", "check", "freeze", "remind"]

AFTER_FREEZE: list[Callable[[Actor, Snapshot], None]] = []
"""What is called, in the transaction that froze a round, with who froze it and what it left."""


def _who(context: Context, stead: int | None = None, address: str = "") -> Actor:
    user = User.objects.get(pk=context.requested_by or 0)
    holder = User.objects.get(pk=stead) if stead else None
    return Actor(user, user.username, address, context.job_id, holder)


def _round(actor: Actor, pk: int) -> Round:
    """Read the round again as the person who asked: who has lost the right to see it asks for nothing."""
    found = list_rounds(actor.user).filter(pk=pk).first() if actor.user else None
    if found is None:
        raise Refused("surveys.refuse.outside")
    return found


def _checked(context: Context, actor: Actor, round_: Round) -> Prepared:
    prepared = prepare(round_, context.progress)
    context.progress("surveys.stage.keep", 0.85)
    more = {"errors": prepared.errors, "warnings": prepared.warnings}
    check_keep(
        actor=actor, round_=round_, job=context.job_id, rows=prepared.rows, findings=as_findings(round_, prepared),
        more=more,
    )  # fmt: skip
    return prepared


def _round_page(user: User, arguments: Mapping[str, Any]) -> str:
    one = list_rounds(user).filter(pk=arguments["round"]).first()
    return reverse("surveys:round", args=[one.code]) if one else ""


def _upload_page(user: User, arguments: Mapping[str, Any]) -> str:
    one = list_uploads(user).filter(pk=arguments["upload"]).first()
    return reverse("surveys:upload", args=[one.pk]) if one else ""


@job("surveys.check", page=_round_page)
def check(context: Context, **arguments: Any) -> dict[str, Any]:
    """Check a round's data as freezing does; nothing is frozen.

    Parameters
    ----------
    context
        Of the job.
    arguments
        ``round``, ``stead``, ``address``.

    Returns
    -------
    dict
        How many errors and warnings there are.
    """
    actor = _who(context, arguments["stead"], arguments["address"])
    prepared = _checked(context, actor, _round(actor, arguments["round"]))
    return {"errors": prepared.errors, "warnings": prepared.warnings}


@job("surveys.freeze", page=_round_page)
def freeze(context: Context, **arguments: Any) -> dict[str, Any]:
    """Freeze a round: gather, check, write the snapshot, then its row and the round's state in one transaction.

    Parameters
    ----------
    context
        Of the job.
    arguments
        ``round``, ``reason``, ``stead``, ``address``.

    Returns
    -------
    dict
        The digest; or how many errors stand in the way.
    """
    actor = _who(context, arguments["stead"], arguments["address"])
    round_ = _round(actor, arguments["round"])
    there = Snapshot.objects.visible_to(actor.user, "freeze").filter(round=round_).first() if actor.user else None
    if there is not None:  # the worker died after its last step
        return {"digest": there.digest, "errors": 0}
    prepared = _checked(context, actor, round_)
    if prepared.survey is None:
        raise Refused("surveys.refuse.has_errors", n=prepared.errors)
    context.progress("surveys.stage.write", 0.9)
    folder, digest = write_snapshot(prepared.survey, round_.code)
    with transaction.atomic():
        made = snapshot_add(
            actor=actor, round_=round_, folder=folder, digest=digest, rows=dict(prepared.survey.manifest.rows),
            code_version=linli.__version__, reason=arguments["reason"], after=AFTER_FREEZE,
        )  # fmt: skip
    return {"digest": made.digest, "errors": 0}


@job("surveys.bulk", page=_upload_page)
def bulk(context: Context, **arguments: Any) -> dict[str, Any]:
    """Check a file from a data department and make a layer of it, ready to be kept.

    Parameters
    ----------
    context
        Of the job.
    arguments
        ``upload``; ``file``: its name in the upload's folder.

    Returns
    -------
    dict
        The state of the upload, and how many errors there are.
    """
    actor = _who(context)
    upload = list_uploads(actor.user, "edit").filter(pk=arguments["upload"]).first() if actor.user else None
    if upload is None:
        raise Refused("surveys.refuse.outside")
    sent = upload.path / arguments["file"]
    if upload.state == BulkUpload.State.CHECKING:
        around = bulk_around(upload.place, upload.layer)
        built = build(sent, upload.name, upload.layer, datum=upload.datum, encoding=upload.encoding, around=around,
                      progress=context.progress)  # fmt: skip
        if built.frame is not None:
            context.progress("surveys.stage.keep", 0.9)
            write_layer(built, upload.layer, upload.path)
        upload = upload_checked(actor=actor, upload=upload, built=built)
    # What was sent in is not kept: what was made of it is.
    for part in sent.parent.glob(f"{sent.stem}.*") if upload.folder else ():
        part.unlink()
    return {"state": upload.state, "errors": upload.summary.get("errors", 0)}


@job("surveys.remind", page=_round_page)
def remind(context: Context, **arguments: Any) -> dict[str, Any]:
    """Write to the people of every community that is late; a job that begins again goes on where it was.

    Parameters
    ----------
    context
        Of the job.
    arguments
        ``round``; ``since``: when it was asked for.

    Returns
    -------
    dict
        How many communities were written to, and how many have nobody with an address.
    """
    actor = _who(context)
    round_ = _round(actor, arguments["round"])
    since = datetime.fromisoformat(arguments["since"])
    late = late_returns(returns_of(actor.user, round_, "review")) if actor.user else None
    rows = [] if late is None else [one for one in late if one.reminded_at is None or one.reminded_at < since]
    contacts = contacts_of(actor.user, rows) if actor.user else {}
    sent = 0
    with get_connection() as connection:
        for at, one in enumerate(rows):
            context.progress("surveys.stage.mail", at / len(rows))
            to = sorted({person.email for person in contacts.get(one.place, ()) if person.email})
            if not to:
                continue
            said = {"community": one.community.name, "round": round_.name, "days": one.days_late,
                    "due": round_.due.isoformat(), "site": settings.SITE.config.name["zh"]}  # fmt: skip
            body = "\n\n".join(say("surveys.mail.body", lang, **said) for lang in ("zh", "en"))
            EmailMessage(say("surveys.mail.subject", "zh", **said), body, to=to, connection=connection).send()
            return_mark_reminded(one)
            sent += 1
    return {"sent": sent, "without_address": len(rows) - sent}
