"""Looks over a site whose process was killed: what is half done; with ``finish`` it also does the jobs that were left."""

import json
import sys
from collections import Counter
from pathlib import Path

folder, *rest = sys.argv[1:]

from linli.web.site import open_site  # noqa: E402

open_site(Path(folder))

from django.conf import settings  # noqa: E402
from django.db.models import Count, Sum  # noqa: E402

from linli.web.assessments.models import ItemRow, Run, ScoreRow  # noqa: E402
from linli.web.audit.models import Event  # noqa: E402
from linli.web.audit.verify import verify  # noqa: E402
from linli.web.funds.models import Booking, BookingLine  # noqa: E402
from linli.web.jobs.models import Job  # noqa: E402
from linli.web.jobs.worker import work  # noqa: E402
from linli.web.places.models import Record, Version  # noqa: E402
from linli.web.surveys.models import Round, Snapshot  # noqa: E402

ROWS = 150

if rest:
    work(until_empty=True)

wrong = []
verdict = verify(settings.SITE.logs / "audit-heads.jsonl")
wrong += [f"chain: {one}" for one in verdict.breaks]
batches = Counter(Version._all.filter(source__startswith="kill:").values_list("source", flat=True))
wrong += [f"batch {name}: {n}" for name, n in batches.items() if n != ROWS]
told = Event._all.filter(event="places.records.apply", object_name__contains="kill:").count()
if told != len(batches):
    wrong.append(f"{told} events of {len(batches)} batches")
if Record._all.exclude(versions__number__gt=0).exists():
    wrong.append("record without a version")
unbalanced = BookingLine._all.values("booking").annotate(total=Sum("fen")).exclude(total=0)
wrong += [f"booking {one['booking']}" for one in unbalanced]
pays = Booking._all.filter(kind="pay")
twice = pays.values("voucher").annotate(n=Count("pk")).filter(n__gt=1)
wrong += [f"voucher {one['voucher']} paid twice" for one in twice]
if pays.count() != Event._all.filter(event="funds.payment.make").count():
    wrong.append("payments without their event, or events without their payment")
frozen = Round._all.filter(state="frozen").count()
if frozen != Snapshot._all.count():
    wrong.append("a frozen round without a snapshot")
counts = {
    (ScoreRow._all.filter(run=run).count(), ItemRow._all.filter(run=run).count())
    for run in Run._all.filter(state="done")
}
if len(counts) > 1 or (0, 0) in counts:
    wrong.append(f"runs of different sizes: {counts}")
half = [run.pk for run in Run._all.exclude(state="done") if ItemRow._all.filter(run=run).exists()]
wrong += [f"run {pk} half stored" for pk in half]
if Run._all.filter(current=True).count() > 1:
    wrong.append("two current runs")
jobs = dict(Job._all.values_list("state").annotate(Count("pk")))
if rest and set(jobs) - {"done", "failed"}:
    wrong.append(f"jobs left: {jobs}")
sys.stdout.write(json.dumps({"wrong": wrong, "events": Event._all.count(), "jobs": jobs, "paid": pays.count()}) + "\n")
