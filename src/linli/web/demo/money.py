"""Money of the demo: budgets, commitments, applications in every state, payments, a return, a statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.demo.cast import CITY_PATH, Cast
from linli.web.funds import services
from linli.web.funds.models import Application
from linli.web.funds.reconcile import Paid
from linli.web.projects.models import Project

__all__ = ["make_money"]

_BUDGET = Decimal(6_000_000)
_COMMITMENT = Decimal(700_000)
_ASKED = Decimal(300_000)
_WHY = "演示：核实无误"


def _apply(cast: Cast, project: Project) -> Application:
    year = timezone.localdate().year
    services.commitment_add(
        actor=cast.acts("city_office"), project=project, year=year, amount=_COMMITMENT, memo="列入创建名单后安排"
    )
    return services.application_submit(
        actor=cast.acts(cast.street_of(project.place)), project=project, year=year, amount=_ASKED, note="首期（演示）"
    )


def _decide(cast: Cast, application: Application, by: str, decision: str) -> Application:
    application.refresh_from_db()
    return services.application_decide(
        actor=cast.acts(by), application=application, base_version=application.version, decision=decision, reason=_WHY,
        amount=_ASKED if decision == "approve" else None,
    )  # fmt: skip


def _approved(cast: Cast, project: Project) -> Application:
    application = _apply(cast, project)
    _decide(cast, application, "city_office", "approve")
    return _decide(cast, application, "finance", "approve")


def _pay(cast: Cast, application: Application, amount: Decimal, voucher: str, on: dt.date) -> None:
    application.refresh_from_db()
    services.payment_make(
        actor=cast.acts("finance_2"), application=application, amount=amount, voucher=voucher, on=on, memo="奖补首期"
    )


def make_money(cast: Cast, cases: Mapping[str, Project]) -> None:
    """Take the money round: budget, commitment, application, approval, payment, return, reconciliation.

    Parameters
    ----------
    cast
        The people.
    cases
        Projects by state.
    """
    today = timezone.localdate()
    for path in cast.districts:
        services.budget_add(
            actor=cast.acts("city_office"), place=Place.objects.get(path=path), year=today.year, amount=_BUDGET,
            memo="市级奖补资金预算（演示）",
        )  # fmt: skip
    paid = _approved(cast, cases["operating"])
    _pay(cast, paid, _ASKED, "PZ-0001", today)
    part = _approved(cast, cases["building"])
    _pay(cast, part, _ASKED / 2, "PZ-0002", today)
    back = _approved(cast, cases["named"])
    _pay(cast, back, _ASKED, "PZ-0003", today)
    back.refresh_from_db()
    services.return_record(
        actor=cast.acts("finance_2"), application=back, amount=Decimal(50_000), voucher="PZ-0004", on=today,
        reason="结余退回（演示）",
    )  # fmt: skip
    _approved(cast, cases["acceptance"])
    _decide(cast, _apply(cast, cases["listed"]), "city_office", "return")
    _decide(cast, _apply(cast, cases["scheme_review"]), "city_office", "decline")
    _decide(cast, _apply(cast, cases["self_assessment"]), "city_office", "approve")
    _apply(cast, cases["province_review"])
    _reconcile(cast, today)


def _reconcile(cast: Cast, today: dt.date) -> None:
    """Hold the ledger against a treasury's statement that lacks one payment."""
    told = (("PZ-0001", _ASKED), ("PZ-0002", _ASKED / 2), ("PZ-0004", Decimal(-50_000)))
    services.statement_compare(
        actor=cast.acts("finance_2"), place=Place.objects.get(path=CITY_PATH), name="国库对账单（演示）",
        begins=today.replace(day=1), ends=today, rows=[Paid(voucher, today, amount, "") for voucher, amount in told],
        note="PZ-0003 次日入账",
    )  # fmt: skip
