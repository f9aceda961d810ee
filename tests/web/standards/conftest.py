"""Proposals for the city's pack, and who decides on them; the pack is written to a folder of the test's own."""

import datetime as dt
from types import SimpleNamespace

import pytest

from linli.web.accounts.models import Place
from linli.web.audit.actor import Actor
from linli.web.standards import services

RULE, NAME = "subsidy/ratio", "ratio"
VALUES = {
    "value": 0.4, "valid_from": dt.date(2026, 1, 1), "reference_title": "某市奖补细则（市建〔2026〕1号）", "clause": "第五条",
    "href": "", "certainty": "published", "note": "", "checked_on": dt.date(2026, 11, 1),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path, settings):
    settings.SITE = settings.SITE.model_copy(update={"folder": tmp_path})
    return tmp_path


@pytest.fixture
def desk(city, folder):
    who = {"planner": city.user("planner"), "city": city.user("city_office"), "reviewer": city.user("reviewer"),
           "district": city.user("district_office", city.at["district"])}  # fmt: skip

    def acts(name):
        return Actor(who[name], name, "127.0.0.1", "test", None)

    def draft(by="planner", **more):
        return services.change_create(
            actor=acts(by), place="3301/", rule=RULE, value_name=NAME, values={**VALUES, **more}
        )

    def submitted(**more):
        one = draft(**more)
        return services.change_submit(actor=acts("planner"), change=one, base_version=one.version)

    def decide(one, by="city", decision="approve", reason="与原文一致"):
        one.refresh_from_db()
        return services.change_decide(
            actor=acts(by), change=one, base_version=one.version, decision=decision, reason=reason
        )

    def waive(by="district", path=None, item="complete_community/nursery", **more):
        days = {"begins": dt.date(2026, 1, 1), "ends": dt.date(2027, 12, 31), **more}
        place = Place.objects.get(path=path or city.at["community"])
        return services.waiver_propose(actor=acts(by), place=place, item=item, reason="用地紧张", **days)

    return SimpleNamespace(who=who, acts=acts, draft=draft, submitted=submitted, decide=decide, waive=waive, city=city)
