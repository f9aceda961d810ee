"""A project on the creation list with money committed to it."""

import importlib.util
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone

from linli.rules import load_catalogue
from linli.web.accounts.models import Place
from linli.web.funds import services
from linli.web.standards import catalogue

_SPEC = importlib.util.spec_from_file_location(
    "case_of_projects", Path(__file__).parents[1] / "projects" / "conftest.py"
)
_PROJECTS = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_PROJECTS)
case = _PROJECTS.case
actor = _PROJECTS.actor

DISTRICT = "3301/330105/"

RATIO = """\
id: subsidy/ratio
values:
  ratio:
    dated:
      - value: 0.4
        unit: share
        valid_from: 2022-03-01
        reference: {title: 市级奖补细则}
        certainty: published
        last_checked_on: 2026-11-23
"""


@pytest.fixture(scope="session")
def city_rules(tmp_path_factory):
    """The national rules with a pack that fills in the ratio."""
    folder = tmp_path_factory.mktemp("pack")
    (folder / "pack.yaml").write_text("title: {zh: 市, en: City}\nauthor: 市\norder: 1\n", encoding="utf-8")
    (folder / "subsidy").mkdir()
    (folder / "subsidy" / "ratio.yaml").write_text(RATIO, encoding="utf-8")
    return load_catalogue(packs=[folder])


@pytest.fixture
def money(case, city_rules, monkeypatch):
    """`project` on the list, 1 000 000 yuan committed of a budget of 2 000 000; `apply`, `decide`, `pay`."""
    monkeypatch.setattr(services, "site_catalogue", lambda: city_rules)
    assert catalogue.site_catalogue() is not city_rules
    who = case.who
    place = Place.objects.get(path=DISTRICT)
    project = case.bring(case.project(), "listed")

    def budget(amount="2000000", year=2026):
        return services.budget_add(
            actor=actor(who["city"]), place=place, year=year, amount=Decimal(amount), memo="杭财〔2026〕1号"
        )

    def commit(amount="1000000", one=project):
        return services.commitment_add(
            actor=actor(who["city"]), project=one, year=2026, amount=Decimal(amount), memo="安排"
        )

    def apply(amount="600000", by="street", one=project):
        return services.application_submit(actor=actor(who[by]), project=one, year=2026, amount=Decimal(amount))

    def decide(application, by, decision="approve", amount="600000", stead=None, reason="核实无误"):
        application.refresh_from_db()
        return services.application_decide(
            actor=actor(who[by], stead),
            application=application,
            base_version=application.version,
            decision=decision,
            reason=reason,
            amount=Decimal(amount) if decision == "approve" else None,
        )

    def approved(amount="600000"):
        application = apply(amount)
        decide(application, "city", amount=amount)
        return decide(application, "finance", amount=amount)

    def pay(application, amount, by="finance2", voucher="PZ-1", **more):
        return services.payment_make(
            actor=actor(who[by]),
            application=application,
            amount=Decimal(amount),
            voucher=voucher,
            on=more.pop("on", timezone.localdate()),
            memo=more.pop("memo", "首期"),
            **more,
        )

    budget()
    commit()
    return SimpleNamespace(
        case=case, who=who, actor=actor, place=place, project=project, budget=budget, commit=commit, apply=apply,
        decide=decide, approved=approved, pay=pay,
    )  # fmt: skip
