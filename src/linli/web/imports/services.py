"""Every change to batches: sent in, checked, decided, applied, undone, discarded; each in a transaction with its event.

A dry run is all that happens until somebody applies the batch; applying is one transaction: all of it or nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from linli.errors import Problem
from linli.web.accounts.models import User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor, system_actor
from linli.web.audit.services import record, state_of
from linli.web.imports.checking import CheckedRow, Report
from linli.web.imports.compare import GEOMETRY, contested
from linli.web.imports.files import check_file
from linli.web.imports.levels import level_of, levels_of
from linli.web.imports.models import DECISIONS, Batch, BatchRow, Finding, Outcome
from linli.web.imports.selectors import undecided, versions_now
from linli.web.imports.texts import allowed_of, column_named, fix_of, help_of
from linli.web.jobs.services import job_enqueue
from linli.web.moment import moment
from linli.web.places.batch import Applied, Change, NewRow
from linli.web.places.models import LAYERS
from linli.web.places.services import RecordRefused, records_apply, records_undo
from linli.web.refusal import Refused

__all__ = [
    "MOST_FINDINGS",
    "batch_apply",
    "batch_check_again",
    "batch_decide",
    "batch_discard",
    "batch_send",
    "batch_stop",
    "batch_store_report",
    "batch_undo",
    "file_hand_out",
    "template_hand_out",
]

CHECK = "imports.check"
"""The kind of job that checks a file."""
MOST_FINDINGS = 20_000
"""So many findings of a file are kept; a file with more is wrong as a whole."""
_CHUNK = 2000
_VALUE_LENGTH = 100


def _must(condition: bool, key: str, field: str = "", **values: Any) -> None:
    if not condition:
        raise Refused(f"imports.refuse.{key}", field, **values)


def _hold(actor: Actor, place: str) -> User:
    """Hold the second wall: who sends in files edits the survey and the register there."""
    user = actor.user
    may = user is not None and all(rights_of(user).may(module, "edit", place) for module in ("surveys", "places"))
    if user is None or not may:
        raise Refused("imports.refuse.outside", "place")
    return user


def _lock(batch: Batch, base_version: int) -> Batch:
    locked = Batch._all.select_for_update().get(pk=batch.pk)
    _must(locked.version == base_version, "changed", version=locked.version)
    return locked


def _reason(reason: str) -> str:
    _must(bool(reason.strip()), "reason", "reason")
    return reason.strip()


def _tell(verb: str, actor: Actor, batch: Batch, **more: Any) -> None:
    record(f"imports.batch.{verb}", actor=actor, module="surveys", object_=batch, place=batch.place, **more)


def _save(batch: Batch) -> Batch:
    batch.version += 1
    batch.save()
    return batch


def _keep(sha256: str, kind: str, data: bytes) -> str:
    """Keep a file under its hash, once however often it is sent in; return its name.

    It is written aside and then moved: a process that is killed leaves nothing that a later sender would be given.
    """
    name = f"imports/{sha256[:2]}/{sha256}.{kind}"
    target = Path(default_storage.path(name))
    if not target.exists():
        half = Path(default_storage.path(default_storage.save(f"{name}.{uuid.uuid4().hex}.part", ContentFile(data))))
        half.replace(target)
    return name


def _ask_for_check(batch: Batch, actor: Actor) -> None:
    batch.job = job_enqueue(CHECK, actor=actor, place=batch.place, subject=str(batch), arguments={"batch": batch.pk})
    batch.save(update_fields=["job"])


@transaction.atomic
def batch_send(
    *, actor: Actor, place: str, name: str, data: bytes, layer: str = "", datum: str = "wgs84", encoding: str = "auto"
) -> Batch:
    """Send in a file for a place and ask for its check. Nothing of it is applied.

    Parameters
    ----------
    actor
        Who.
    place
        Jurisdiction path.
    name, data
        The file.
    layer
        Of a CSV file whose name does not tell it.
    datum
        Of its coordinates, one of `DATUMS`.
    encoding
        Of a CSV file, one of `ENCODINGS`.

    Returns
    -------
    Batch
        Under check, with its job.

    Raises
    ------
    Refused
        If the place is outside the actor's reach, or the file will not do; then it is not kept.
    """
    user = _hold(actor, place)
    sent = check_file(name, data, most_mb=settings.SITE.config.upload_mb, encoding=encoding)
    new = Batch._all.create(
        number=f"~{uuid.uuid4().hex[:18]}", place=place, name=sent.name, kind=sent.kind, sha256=sent.sha256,
        size=len(data),
        file=_keep(sent.sha256, sent.kind, data), layer=layer, datum=datum, encoding=encoding, created_by=user,
    )  # fmt: skip
    # by the database's own counting: two who send at the same moment get two numbers
    new.number = f"IM-{new.pk:06d}"
    new.save(update_fields=["number"])
    _tell("send", actor, new, after=state_of(new, "number", "name", "sha256", "size", "place", "datum", "encoding"))
    _ask_for_check(new, actor)
    return new


@transaction.atomic
def batch_check_again(
    *, actor: Actor, batch: Batch, base_version: int, layer: str = "", datum: str = "wgs84", encoding: str = "auto"
) -> Batch:
    """Check a file anew: the register has moved on, or it was read in the wrong datum or encoding.

    Parameters
    ----------
    actor
        Who.
    batch
        Which.
    base_version
        The version that the actor looked at.
    layer, datum, encoding
        As for `batch_send`.

    Returns
    -------
    Batch
        Under check; what was found and decided before is forgotten.

    Raises
    ------
    Refused
        If it is outside the actor's reach, applied, discarded or under check.
    """
    locked = _lock(batch, base_version)
    _hold(actor, locked.place)
    _must(locked.is_open, "not_open")
    before = state_of(locked, "layer", "datum", "encoding")
    locked.layer, locked.datum, locked.encoding = layer, datum, encoding
    locked.state = Batch.State.CHECKING
    _save(locked)
    _tell("check_again", actor, locked, before=before, after=state_of(locked, "layer", "datum", "encoding"))
    _ask_for_check(locked, actor)
    return locked


def _finding(batch: Batch, number: int, one: Problem, report: Report) -> Finding:
    layer, name = report.columns.get((one.layer, one.column or ""), ("", ""))
    column = column_named(layer, name) if layer else None
    return Finding(
        batch=batch, number=number, level=level_of(one.code), code=one.code, severity=one.severity,
        sheet=(one.layer or "")[:100], row=one.row, column=(one.column or "")[:200],
        value=(one.value or "")[:_VALUE_LENGTH], message=one.message, allowed=allowed_of(one, column), fix=fix_of(one),
        help=dict(help_of(column)),
    )  # fmt: skip


def _batch_row(batch: Batch, one: CheckedRow) -> BatchRow:
    row = BatchRow(
        batch=batch, layer=one.layer, sheet=one.sheet[:100], row=one.row, key=one.key, name=one.name,
        action=one.action, seen_version=one.seen_version, values=dict(one.values), changes=dict(one.changes),
        merged=one.merged,
    )  # fmt: skip
    row.locate(one.shape)
    return row


def _tables(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "layer": table.layer, "sheet": table.note.source_layer or "", "rows": table.note.rows,
            "left_out": table.left_out, "ignored": list(table.note.ignored_columns), "encoding": table.note.encoding,
            "why": table.note.encoding_reason.model_dump() if table.note.encoding_reason else None,
            "preview": list(table.note.preview),
        }
        for table in report.intake.tables
    ]  # fmt: skip


@transaction.atomic
def batch_store_report(*, batch: Batch, report: Report) -> Batch:
    """Store what checking found; whatever was stored before gives way.

    Parameters
    ----------
    batch
        Which.
    report
        What was found.

    Returns
    -------
    Batch
        With errors, or ready; as it was if it is not under check any more.
    """
    locked = Batch._all.select_for_update().get(pk=batch.pk)
    if locked.state != Batch.State.CHECKING:
        return locked
    Finding._all.filter(batch=locked).delete()
    BatchRow._all.filter(batch=locked).delete()
    kept = report.problems[:MOST_FINDINGS]
    findings = [_finding(locked, number, one, report) for number, one in enumerate(kept, 1)]
    Finding._all.bulk_create(findings, batch_size=_CHUNK)
    BatchRow._all.bulk_create([_batch_row(locked, one) for one in report.rows], batch_size=_CHUNK)
    levels = levels_of(report.problems, is_readable=report.intake.is_readable)
    locked.state = Batch.State.ERRORS if report.has_errors else Batch.State.READY
    locked.levels, locked.counts = [level.as_json() for level in levels], dict(report.counts)
    locked.about, locked.tables = dict(report.intake.about), _tables(report)
    locked.findings_left, locked.checked_at = len(report.problems) - len(kept), timezone.now()
    _save(locked)
    counts = {"errors": sum(level.errors for level in levels), "warnings": sum(level.warnings for level in levels)}
    _tell("check", system_actor(CHECK), locked, after={"state": locked.state, **counts, **locked.totals})
    return locked


@transaction.atomic
def batch_stop(*, batch: Batch) -> Batch:
    """Say that a check came to no end: it was cancelled, or failed; it can be asked for again."""
    locked = Batch._all.select_for_update().get(pk=batch.pk)
    if locked.state == Batch.State.CHECKING:
        locked.state = Batch.State.STOPPED
        _save(locked)
        _tell("stop", system_actor(CHECK), locked, after=state_of(locked, "state"))
    return locked


def _decided(row: BatchRow, decision: str) -> str:
    """Return what a decided conflict counts as."""
    if decision == "mine":
        return "changed"
    if decision == "out":
        return "left_out"
    return "changed" if _values_of(row, decision) or _shape_stays(row, decision) else "unchanged"


def _shape_stays(row: BatchRow, decision: str) -> bool:
    return row.wkb is not None and (decision != "theirs" or GEOMETRY not in contested(row.changes))


def _values_of(row: BatchRow, decision: str) -> dict[str, Any]:
    """Return what a row would write after the decision: the register's columns are left to it if it wins."""
    lost = contested(row.changes) if decision == "theirs" else frozenset()
    return {name: value for name, value in row.values.items() if name in row.changes and name not in lost}


def _count_decisions(batch: Batch) -> None:
    """Count decided conflicts as what they became, so that the sum stays what was read."""
    for layer, counts in batch.counts.items():
        rows = list(BatchRow._all.filter(batch=batch, layer=layer, action="conflict"))
        plain = counts.setdefault("plain", {name: counts[name] for name in ("changed", "unchanged", "left_out")})
        became = [_decided(row, row.decision) for row in rows if row.decision]
        for name in plain:
            counts[name] = plain[name] + became.count(name)
        counts["conflict"] = len(rows) - len(became)


@transaction.atomic
def batch_decide(*, actor: Actor, batch: Batch, base_version: int, decisions: Mapping[int, str]) -> Batch:
    """Decide conflicts: rows that both the file and the register changed.

    Parameters
    ----------
    actor
        Who.
    batch
        Which; it must be ready.
    base_version
        The version that the actor looked at.
    decisions
        One of `DECISIONS` by the row's key; ``""`` takes a decision back.

    Returns
    -------
    Batch
        As saved.

    Raises
    ------
    Refused
        If it is outside the actor's reach, is not ready, or a decision is none.
    """
    locked = _lock(batch, base_version)
    _hold(actor, locked.place)
    _must(locked.state == Batch.State.READY, "not_ready")
    _must(set(decisions.values()) <= {*DECISIONS, ""}, "decision")
    rows = list(BatchRow._all.filter(batch=locked, action="conflict", pk__in=list(decisions)))
    changed = [row for row in rows if row.decision != decisions[row.pk]]
    if not changed:
        return locked
    before = {row.key: row.decision for row in changed}
    for row in changed:
        row.decision = decisions[row.pk]
    BatchRow._all.bulk_update(changed, ["decision"], batch_size=_CHUNK)
    _count_decisions(locked)
    _save(locked)
    _tell("decide", actor, locked, before=before, after={row.key: row.decision for row in changed})
    return locked


def _new_row(row: BatchRow) -> NewRow:
    decision = row.decision or "mine"
    keys = {name: value for name, value in row.values.items() if name not in row.changes}
    values = row.values if row.action == "new" else {**keys, **_values_of(row, decision)}
    shape = row.shape if row.action == "new" or _shape_stays(row, decision) else None
    return NewRow(row.key, values, shape, row.cell, row.seen_version, close=row.action == "missing")


def _rows_to_write(batch: Batch, layer: str, *, close_missing: bool) -> list[BatchRow]:
    actions = ["new", "changed", "conflict", *(["missing"] if close_missing else [])]
    rows = BatchRow._all.filter(batch=batch, layer=layer, action__in=actions).exclude(decision="out")
    return [row for row in rows.order_by("pk") if row.action != "conflict" or _decided(row, row.decision) == "changed"]


def _must_be_as_seen(layer: str, rows: Sequence[BatchRow]) -> None:
    """Refuse if the register is not what the rows were compared with."""
    now = versions_now(layer, [row.key for row in rows])
    moved = sum(now.get(row.key) != row.seen_version for row in rows)
    _must(moved == 0, "moved", n=moved)


def _write(batch: Batch, layer: str, rows: Sequence[BatchRow], actor: Actor, reason: str) -> Applied:
    _must_be_as_seen(layer, rows)
    try:
        with moment():  # asked of every row, and the same for all
            applied = records_apply(actor=actor, layer=layer, rows=[_new_row(row) for row in rows], place=batch.place,
                                    source=batch.source, reason=reason)  # fmt: skip
    except RecordRefused as refused:
        raise Refused("imports.refuse.register", n=len(refused.problems), what=str(refused)) from refused
    fresh = {row.key for row in rows if row.seen_version is None}
    _must({one.key for one in applied.created} == fresh, "moved", n=len(fresh))
    return applied


def _outcomes(batch: Batch, kind: str, applied: Iterable[Applied]) -> list[Outcome]:
    made = [
        Outcome(batch=batch, kind=kind, layer=one.layer, counts=one.counts, left=list(one.left),
                changes=[change.as_json() for change in one.changes])
        for one in applied
    ]  # fmt: skip
    return Outcome._all.bulk_create(made)


@transaction.atomic
def batch_apply(*, actor: Actor, batch: Batch, base_version: int, reason: str, close_missing: bool = False) -> Batch:
    """Write a batch into the register, all of it or nothing.

    Parameters
    ----------
    actor
        Who.
    batch
        Which; it must be ready, with every conflict decided.
    base_version
        The version that the actor looked at.
    reason
        Why.
    close_missing
        Whether records of its layers and place that the file does not hold are closed.

    Returns
    -------
    Batch
        Applied.

    Raises
    ------
    Refused
        If it is outside the actor's reach, is not ready, conflicts are open, there is no reason, the register has moved
        on since the check, or does not take a row.
    """
    locked = _lock(batch, base_version)
    _hold(actor, locked.place)
    _must(locked.state == Batch.State.READY, "not_ready")
    why = _reason(reason)
    left = undecided(locked).count()
    _must(left == 0, "undecided", n=left)
    applied = []
    for layer in LAYERS:
        rows = _rows_to_write(locked, layer, close_missing=close_missing)
        if rows:
            applied.append(_write(locked, layer, rows, actor, why))
    outcomes = _outcomes(locked, "apply", applied)
    locked.state, locked.applied_at = Batch.State.APPLIED, timezone.now()
    locked.reason, locked.ended_by, locked.closed_missing = why, actor.user, close_missing
    _save(locked)
    _tell("apply", actor, locked, after={one.layer: one.about() for one in outcomes}, reason=why)
    return locked


@transaction.atomic
def batch_undo(*, actor: Actor, batch: Batch, base_version: int, reason: str) -> Batch:
    """Take an applied batch back: what it made is closed, what it changed or closed becomes what it was.

    Records that somebody changed since are left as they are and listed; nothing is deleted.

    Parameters
    ----------
    actor
        Who.
    batch
        Which; it must be applied.
    base_version
        The version that the actor looked at.
    reason
        Why.

    Returns
    -------
    Batch
        Undone.

    Raises
    ------
    Refused
        If it is outside the actor's reach, is not applied, there is no reason, or what was is no longer allowed.
    """
    locked = _lock(batch, base_version)
    _hold(actor, locked.place)
    _must(locked.state == Batch.State.APPLIED, "not_applied")
    why = _reason(reason)
    done = list(Outcome._all.filter(batch=locked, kind="apply").order_by("-pk"))
    undone = []
    for outcome in done:
        changes = [Change.from_json(values) for values in outcome.changes]
        try:
            with moment():
                undone.append(records_undo(actor=actor, layer=outcome.layer, changes=changes, place=locked.place,
                                           source=f"undo:{locked.number}", reason=why))  # fmt: skip
        except RecordRefused as refused:
            raise Refused("imports.refuse.register", n=len(refused.problems), what=str(refused)) from refused
    outcomes = _outcomes(locked, "undo", undone)
    locked.state, locked.undone_at, locked.ended_by = Batch.State.UNDONE, timezone.now(), actor.user
    _save(locked)
    _tell("undo", actor, locked, after={one.layer: one.about() for one in outcomes}, reason=why)
    return locked


@transaction.atomic
def batch_discard(*, actor: Actor, batch: Batch, base_version: int, reason: str) -> Batch:
    """Put a batch aside that will not be applied; its file and findings stay.

    Parameters
    ----------
    actor
        Who.
    batch
        Which; neither applied nor under check.
    base_version
        The version that the actor looked at.
    reason
        Why.

    Returns
    -------
    Batch
        Discarded.

    Raises
    ------
    Refused
        If it is outside the actor's reach, is applied or under check, or there is no reason.
    """
    locked = _lock(batch, base_version)
    _hold(actor, locked.place)
    _must(locked.is_open, "not_open")
    why = _reason(reason)
    before = state_of(locked, "state")
    locked.state, locked.reason, locked.ended_by = Batch.State.DISCARDED, why, actor.user
    _save(locked)
    _tell("discard", actor, locked, before=before, after=state_of(locked, "state"), reason=why)
    return locked


@transaction.atomic
def file_hand_out(*, actor: Actor, batch: Batch, what: Literal["file", "marked"]) -> None:
    """Record that a batch's file was taken: as it was sent in, or with its findings marked.

    Parameters
    ----------
    actor
        Who.
    batch
        Whose.
    what
        Which of the two.
    """
    _tell("export", actor, batch, after={"what": what, "sha256": batch.sha256})


@transaction.atomic
def template_hand_out(*, actor: Actor, place: str, about: Mapping[str, Any]) -> None:
    """Record that a template was taken: filled, it is an export of the register.

    Parameters
    ----------
    actor
        Who.
    place
        Jurisdiction path.
    about
        Layers, rows by layer, hash, language, whether it is filled.

    Raises
    ------
    Refused
        If it is outside the actor's reach.
    """
    user = actor.user
    if user is None or not rights_of(user).may("places", "export", place):
        raise Refused("imports.refuse.outside", "place")
    record("imports.template.export", actor=actor, module="places", name=str(about["name"]), place=place,
           after=dict(about))  # fmt: skip
