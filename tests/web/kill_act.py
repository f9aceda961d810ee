"""Works on a site until it is killed: ``make`` prepares it, ``act N`` imports, pays, freezes and assesses without end."""

import json
import shutil
import sys
from decimal import Decimal
from itertools import count
from pathlib import Path

folder, verb, *rest = Path(sys.argv[1]), *sys.argv[2:]

from linli.web.site import init_site, open_site, upgrade_site  # noqa: E402

if verb == "make":
    init_site(folder)
open_site(folder)
if verb == "make":
    upgrade_site()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from linli.survey.demo import PACK, demo_survey  # noqa: E402
from linli.web.accounts.models import Place, User  # noqa: E402
from linli.web.assessments.services import run_request  # noqa: E402
from linli.web.audit.actor import Actor  # noqa: E402
from linli.web.audit.models import Event  # noqa: E402
from linli.web.demo.cases import make_cases  # noqa: E402
from linli.web.demo.cast import CITY_PATH, make_cast  # noqa: E402
from linli.web.demo.register import put_in_register  # noqa: E402
from linli.web.demo.rounds import hand_in, open_round, send_bulk  # noqa: E402
from linli.web.funds import services as funds  # noqa: E402
from linli.web.funds.models import Application  # noqa: E402
from linli.web.jobs.worker import work  # noqa: E402
from linli.web.places.batch import NewRow  # noqa: E402
from linli.web.places.models import Record  # noqa: E402
from linli.web.places.services import records_apply  # noqa: E402
from linli.web.projects.models import Project  # noqa: E402
from linli.web.refusal import Refused  # noqa: E402
from linli.web.surveys import services as surveys  # noqa: E402
from linli.web.surveys.models import Round, Snapshot  # noqa: E402

ROWS = 150


def acts(name):
    return Actor(User.objects.get(username=name), name, "console", "kill")


def make():
    shutil.copytree(PACK, settings.SITE.folder / "packs" / PACK.name)
    survey = demo_survey()
    cast = make_cast(survey.layers["communities"])
    put_in_register(cast, survey, reason="演示")
    send_bulk(cast, survey, survey.manifest.surveyed_on)
    round_ = open_round(cast, "2025", "调查", "Survey", survey.manifest.surveyed_on, timezone.localdate())
    hand_in(cast, round_)
    round_.refresh_from_db()
    surveys.round_review(actor=acts("city_office"), round_=round_, base_version=round_.version, reason="演示")
    make_cases(cast, ("operating",))
    for path in cast.districts:
        funds.budget_add(actor=acts("city_office"), place=Place.objects.get(path=path), year=timezone.localdate().year,
                         amount=Decimal(90_000_000), memo="预算")  # fmt: skip
    approve()


def import_batch(name):
    community = Place.objects.filter(level="community").first()
    values = {"type": "barber", "name": f"批次{name}", "community_id": community.code}
    spot = Record._all.get(layer="communities", key=community.code).shape.representative_point()
    rows = [NewRow(f"K{name}-{i}", values, spot) for i in range(ROWS)]
    records_apply(
        actor=acts("city_office"), layer="facilities", rows=rows, source=f"kill:{name}", place=CITY_PATH, reason="演示"
    )


def approve():
    project, year = Project._all.get(), timezone.localdate().year
    funds.commitment_add(actor=acts("city_office"), project=project, year=year, amount=Decimal(200_000), memo="安排")
    applied = funds.application_submit(actor=acts("street"), project=project, year=year, amount=Decimal(200_000))
    for by in ("city_office", "finance"):
        applied.refresh_from_db()
        funds.application_decide(actor=acts(by), application=applied, base_version=applied.version, decision="approve",
                                 reason="核实", amount=Decimal(200_000))  # fmt: skip


def pay(name):
    funds.payment_make(actor=acts("finance_2"), application=Application._all.get(), amount=Decimal(100),
                       voucher=f"PZ-{name}", on=timezone.localdate(), memo="付款")  # fmt: skip


def freeze_or_assess(number):
    round_ = Round._all.get()
    snapshot = Snapshot._all.filter(round=round_).first()
    try:
        if snapshot is None:
            surveys.round_freeze(actor=acts("city_office"), round_=round_, base_version=round_.version, reason="演示")
        else:
            run_request(actor=acts("city_office"), snapshot=snapshot, options={"met_share": 0.5 + number / 1000})
    except Refused:
        pass  # a job of the process before is on its way
    work(until_empty=True)


def act(number):
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for i in count():
        import_batch(f"{number}-{i}")
        pay(f"{number}-{i}")
        freeze_or_assess(number * 50 + i)


if verb == "make":
    make()
    made = {"facilities": Record._all.filter(layer="facilities").count(), "events": Event._all.count()}
    sys.stdout.write(json.dumps(made) + "\n")
else:
    act(int(rest[0]))
