"""Looks over a site whose server was killed: what is half done, and what was answered with success and is not there.

``kill_check.py FOLDER SAID``: SAID is a file of what the server's answers said was done. With ``finish`` it waits first
until a running server has done the jobs that were left.
"""

import hashlib
import json
import sys
import time
from collections import Counter
from pathlib import Path

folder, said_in, *rest = sys.argv[1:]

from linli.web.site import open_site  # noqa: E402

open_site(Path(folder))

from django.conf import settings  # noqa: E402
from django.db.models import Count, Sum  # noqa: E402

from linli.survey import load_snapshot  # noqa: E402
from linli.web.assessments.models import ItemRow, Run, ScoreRow  # noqa: E402
from linli.web.audit.models import Event  # noqa: E402
from linli.web.audit.verify import verify  # noqa: E402
from linli.web.funds.models import Booking, BookingLine  # noqa: E402
from linli.web.imports.models import Batch  # noqa: E402
from linli.web.jobs.models import Job  # noqa: E402
from linli.web.places.models import Record, Version  # noqa: E402
from linli.web.surveys.models import Round, Snapshot  # noqa: E402

PATIENCE_S = 180


def digest_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def chain():
    for one in verify(settings.SITE.logs / "audit-heads.jsonl").breaks:
        yield f"chain: {one}"


def register(rows):
    """Every batch is in the register whole or not at all, and so is its file."""
    written = Counter(Version._all.filter(source__startswith="import:").values_list("source", flat=True))
    applied = Batch._all.filter(state="applied")
    for one in Batch._all.all():
        if digest_of(Path(one.file.path)) != one.sha256:
            yield f"batch {one}: its file is not what was sent"
        if written.pop(one.source, 0) != (rows if one.state == "applied" else 0):
            yield f"batch {one}: {one.state}, written in part"
    if written:
        yield f"rows of no batch: {written}"
    if applied.count() != Event._all.filter(event="imports.batch.apply").count():
        yield "batches applied without their event, or events without their batch"
    if Record._all.exclude(versions__number__gt=0).exists():
        yield "record without a version"


def ledger():
    for one in BookingLine._all.values("booking").annotate(total=Sum("fen")).exclude(total=0):
        yield f"booking {one['booking']} is not balanced"
    pays = Booking._all.filter(kind="pay")
    for one in pays.values("voucher").annotate(n=Count("pk")).filter(n__gt=1):
        yield f"voucher {one['voucher']} paid twice"
    if pays.count() != Event._all.filter(event="funds.payment.make").count():
        yield "payments without their event, or events without their payment"


def rounds():
    if set(Round._all.filter(state="frozen")) != {one.round for one in Snapshot._all.select_related("round")}:
        yield "a frozen round without a snapshot, or a snapshot of a round that is not frozen"
    for one in Snapshot._all.all():
        load_snapshot(settings.MEDIA_ROOT / Path(one.folder))
    done = Run._all.filter(state="done")
    for run in done:
        if digest_of(run.path / "assessment.json") != run.digest:
            yield f"run {run}: its files are not what was stored"
    sizes = {(ScoreRow._all.filter(run=run).count(), ItemRow._all.filter(run=run).count()) for run in done}
    if len(sizes) > 1 or (0, 0) in sizes:
        yield f"runs of different sizes: {sizes}"
    for run in Run._all.exclude(state="done"):
        if ItemRow._all.filter(run=run).exists():
            yield f"run {run} half stored"


def answered(said):
    """What was answered with success is there."""
    there = {
        "sent": Batch._all.values_list("number", flat=True),
        "applied": Batch._all.filter(state="applied").values_list("number", flat=True),
        "paid": Booking._all.filter(kind="pay").values_list("voucher", flat=True),
        "opened": Round._all.values_list("code", flat=True),
        "frozen": Job._all.filter(kind="surveys.freeze").values_list("arguments__round", flat=True),
        "asked": Run._all.values_list("pk", flat=True),
    }
    codes = dict(Round._all.values_list("pk", "code"))
    there["frozen"] = [codes[pk] for pk in there["frozen"]]
    for name, rows in there.items():
        if missing := set(said[name]) - set(rows):
            yield f"{name}, it was answered, and is not there: {sorted(missing)}"


def left_over(said):
    """Once the jobs are done: every one came to its end, and every round that people asked to freeze is frozen."""
    unfinished = Job._all.exclude(state__in=("done", "failed"))
    patience = time.monotonic() + PATIENCE_S
    while unfinished.exists() and time.monotonic() < patience:
        time.sleep(0.5)
    for one in unfinished:
        yield f"job left: {one.kind} {one.state}"
    for one in Job._all.filter(state="failed").exclude(error="lost"):
        yield f"job failed: {one.kind} {one.error}"
    lost = Job._all.filter(state="failed").values_list("kind", flat=True)
    if "surveys.freeze" not in lost and Round._all.filter(code__in=said["frozen"]).exclude(state="frozen").exists():
        yield "a round that was to be frozen is not"
    if "assessments.assess" not in lost and Run._all.exclude(state="done").exists():
        yield "a run that was asked for is not done"


said = json.loads(Path(said_in).read_text(encoding="utf-8"))
wrong = list(left_over(said)) if rest else []
for found in (chain(), register(said["rows"]), ledger(), rounds(), answered(said)):
    wrong += found
done = {
    "wrong": wrong, "events": Event._all.count(), "applied": Batch._all.filter(state="applied").count(),
    "paid": Booking._all.filter(kind="pay").count(), "frozen": Snapshot._all.count(),
    "runs": Run._all.filter(state="done").count(), "jobs": dict(Job._all.values_list("state").annotate(Count("pk"))),
}  # fmt: skip
sys.stdout.write(json.dumps(done) + "\n")
