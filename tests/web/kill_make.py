"""Prepares the site that is killed: a round in review, an approved application, people whose sessions are given."""

import json
import shutil
import sys
import time
from decimal import Decimal
from pathlib import Path

folder = Path(sys.argv[1])

from linli.web.site import init_site, open_site, upgrade_site  # noqa: E402

init_site(folder)
open_site(folder)
upgrade_site()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402

from linli.survey.demo import PACK, demo_survey  # noqa: E402
from linli.web.accounts.models import Place, User  # noqa: E402
from linli.web.audit.actor import Actor  # noqa: E402
from linli.web.audit.models import Event  # noqa: E402
from linli.web.demo.cases import make_cases  # noqa: E402
from linli.web.demo.cast import CITY_PATH, make_cast  # noqa: E402
from linli.web.demo.register import put_in_register  # noqa: E402
from linli.web.demo.rounds import hand_in, open_round, send_bulk  # noqa: E402
from linli.web.funds import services as funds  # noqa: E402
from linli.web.places.models import Record  # noqa: E402
from linli.web.projects.models import Project  # noqa: E402
from linli.web.surveys import services as surveys  # noqa: E402

MONEY = Decimal(200_000)


def acts(name):
    return Actor(User.objects.get(username=name), name, "console", "kill")


def approve():
    Project._all.update(old_estate=True)  # of new estates the rule would give nothing to pay out
    project, year = Project._all.get(), timezone.localdate().year
    funds.commitment_add(actor=acts("city_office"), project=project, year=year, amount=MONEY, memo="安排")
    applied = funds.application_submit(actor=acts("street"), project=project, year=year, amount=MONEY)
    for by in ("city_office", "finance"):
        applied.refresh_from_db()
        funds.application_decide(actor=acts(by), application=applied, base_version=applied.version, decision="approve",
                                 reason="核实", amount=MONEY)  # fmt: skip
    return applied.number


def session_of(name):
    """Sign a person in without their password, which counts as just entered as long as the test lasts."""
    User.objects.filter(username=name).update(must_change_password=False)
    user, session = User.objects.get(username=name), SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "linli.web.accounts.backend.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "username": name, "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return session.session_key


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
    number = approve()
    community = Place.objects.filter(level="community").order_by("path").first()
    spot = Record._all.get(layer="communities", key=community.code).shape.representative_point()
    return {
        "sessions": {name: session_of(name) for name in ("city_office", "finance_2")}, "application": number,
        "community": community.code, "spot": [spot.x, spot.y], "events": Event._all.count(),
        "city": Place.objects.get(path=CITY_PATH).pk, "today": timezone.localdate().isoformat(),
    }  # fmt: skip


sys.stdout.write(json.dumps(make()) + "\n")
