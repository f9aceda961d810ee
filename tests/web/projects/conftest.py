"""A project and the people who bring it from application to naming."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from linli.web.accounts.models import Place
from linli.web.audit.actor import Actor
from linli.web.projects import services
from linli.web.projects.acceptance import DIMENSIONS
from linli.web.projects.facts import items_of

PDF = b"%PDF-1.7 a document"
PNG = b"\x89PNG\r\n\x1a\n a picture"
HEMU = "3301/330105/330105011/330105011001/"

FIELDS = {
    "summary": "织补一老一小服务",
    "households": 3000,
    "residents": 8000,
    "area_m2": Decimal("10000"),
    "input_cost_yuan": Decimal("2500000"),
    "old_estate": True,
}

WAY = (
    # transition, who, documents
    ("submit", "street", ("application_form", "survey_summary")),
    ("recommend", "district", ()),
    ("put_on_list", "city", ("creation_list",)),
    ("submit_scheme", "street", ("scheme",)),
    ("approve_scheme", "city", ()),
    ("complete", "street", ("completion_report",)),
    ("apply_for_acceptance", "street", ("self_assessment",)),
    ("pass_district_check", "district", ()),
    ("accept", "city2", ("acceptance_opinion", "site_visit_record")),
    ("name", "city", ("province_approval",)),
    ("begin_operation", "street", ("operating_agreement",)),
)


def actor(user, stead=None):
    return Actor(user, user.username, "127.0.0.1", "test", stead)


@pytest.fixture
def case(city):  # noqa: C901 - the steps of a whole project
    """People, and `project`, `attach`, `move`, `prepare`, `bring(project, state)` to walk the way."""
    at = city.at
    who = {
        "street": city.user("street", at["street"]),
        "district": city.user("district_office", at["district"]),
        "city": city.user("city_office", at["city"]),
        "city2": city.user("city_office", at["city"]),
        "expert": city.user("reviewer", at["city"]),
        "finance": city.user("finance", at["city"]),
        "finance2": city.user("finance", at["city"]),
        "operator": city.user("operator", at["community"]),
    }

    def project(path=HEMU, **more):
        values = {"name": "和睦未来社区", "project_type": "inclusive", "year": 2026, **more}
        new = services.project_create(
            actor=actor(who["street"]),
            community=Place.objects.get(path=path),
            organisation=city.offices[at["street"]],
            **values,
        )
        return services.project_update(actor=actor(who["street"]), project=new, base_version=1, values=FIELDS)

    def attach(one, code, purpose="document", by="street", data=PDF, name="file.pdf"):
        return services.attachment_add(
            actor=actor(who[by]), project=one, purpose=purpose, code=code, name=name, data=data
        )

    def move(one, transition, by, reason="已核", stead=None):
        one.refresh_from_db()
        return services.project_move(
            actor=actor(who[by], stead), project=one, base_version=one.version, transition=transition, reason=reason
        )

    def prepare(one, transition):
        street = actor(who["street"])
        if transition == "submit_scheme":
            services.milestone_set(actor=street, project=one, title="开工", planned_on=dt.date(2026, 3, 1))
        if transition == "complete":
            day = dt.date(2026, 3, 1)
            services.milestone_set(actor=street, project=one, title="开工", planned_on=day, done_on=day)
        if transition == "apply_for_acceptance":
            for item in items_of(one):
                services.statement_set(actor=street, project=one, item=item.id, answer="yes")
                attach(one, item.id, "evidence", data=PNG, name="photo.png")
        if transition == "accept":
            services.expert_appoint(actor=actor(who["city"]), project=one, expert=who["expert"])
            points = dict.fromkeys(DIMENSIONS, Decimal("85.5"))
            services.scores_give(actor=actor(who["expert"]), project=one, points=points)
            day = dt.date(2026, 11, 1)
            services.visit_record(actor=actor(who["city"]), project=one, on=day, people="专家组", found="属实")
        if transition == "begin_operation":
            one.refresh_from_db()
            services.project_update(
                actor=street, project=one, base_version=one.version, values={"operator": "某运营公司"}
            )

    def bring(one, state):
        for transition, by, documents in WAY:
            one.refresh_from_db()
            if one.state == state:
                return one
            prepare(one, transition)
            for code in documents:
                attach(one, code, by="city" if by == "city2" else by)
            one = move(one, transition, by)
        assert one.state == state
        return one

    return SimpleNamespace(
        who=who, actor=actor, project=project, attach=attach, move=move, prepare=prepare, bring=bring, city=city
    )
