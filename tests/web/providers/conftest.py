"""A provider that can be listed, and the people who decide."""

from types import SimpleNamespace

import pytest

from linli.web.audit.actor import Actor
from linli.web.providers import services

PDF = b"%PDF-1.7 x"
RECORD = {
    "months": 12, "open_days": 360, "planned_days": 365, "satisfied": 90, "asked": 100, "complaints": 10,
    "answered": 10, "balance_yuan": None,
}  # fmt: skip


def actor(user):
    return Actor(user, user.username, "127.0.0.1", "test", None)


@pytest.fixture
def case(city):
    """People, and `draft`, `listed`, `publish`, `record` to bring a provider where a test needs it."""
    who = {
        "operator": city.user("operator", city.at["city"]),
        "city": city.user("city_office", city.at["city"]),
        "district": city.user("district_office", city.at["district"]),
    }

    def draft(name="某综合运营公司", categories=("integrated",)):
        one = services.provider_create(actor=actor(who["operator"]), name=name, place="3301/")
        values = {"categories": list(categories), "sites": 3, "services": "全面运营"}
        one = services.provider_update(actor=actor(who["operator"]), provider=one, base_version=1, values=values)
        for code in ("licence", "credit", "cases"):
            services.file_add(actor=actor(who["operator"]), provider=one, code=code, name="a.pdf", data=PDF)
        return one

    def decide(one, decision="approve", by="city"):
        one.refresh_from_db()
        return services.provider_decide(
            actor=actor(who[by]), provider=one, base_version=one.version, decision=decision, reason="材料齐全"
        )

    def publish(note="首版"):
        return services.directory_publish(actor=actor(who["city"]), place="3301/", note=note)

    def applied(**more):
        one = draft(**more)
        return services.provider_apply(actor=actor(who["operator"]), provider=one, base_version=one.version)

    def listed(**more):
        one = decide(applied(**more))
        publish()
        one.refresh_from_db()
        return one

    def record(one, year=2025, **change):
        values = {**RECORD, **change}
        return services.record_set(actor=actor(who["operator"]), provider=one, year=year, site="一号", values=values)

    def evaluate(one, year, decision):
        one.refresh_from_db()
        return services.evaluation_decide(
            actor=actor(who["city"]), provider=one, base_version=one.version, year=year, decision=decision,
            reason="按运营记录",
        )  # fmt: skip

    return SimpleNamespace(
        who=who, actor=actor, draft=draft, applied=applied, decide=decide, publish=publish, listed=listed,
        record=record, evaluate=evaluate, city=city,
    )  # fmt: skip
