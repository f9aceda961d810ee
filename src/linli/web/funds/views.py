"""The pages of money: parse, call a service or selector, render."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from linli.errors import InputError, RuleError
from linli.improve.subsidy import Subsidy, explain_subsidy
from linli.web.accounts.access import access, actor_of, user_of
from linli.web.audit.selectors import events_about
from linli.web.funds import services
from linli.web.funds.book import paid_of, totals_of
from linli.web.funds.forms import ApplyForm, BudgetForm, CommitForm, DecideForm, PayForm, ReturnForm, StatementForm
from linli.web.funds.lists import APPLICATIONS, LEDGER
from linli.web.funds.models import Application
from linli.web.funds.selectors import (
    fund_rows,
    list_applications,
    list_bookings,
    list_decidable,
    list_statements,
    sum_rows,
)
from linli.web.pages.asking import ask as ask_page
from linli.web.pages.export import FORMATS, export_table
from linli.web.pages.forms import ReasonForm
from linli.web.pages.table import show_table
from linli.web.projects.models import Project
from linli.web.projects.selectors import list_projects
from linli.web.words import current_language, say

__all__ = [
    "application",
    "applications",
    "applications_export",
    "apply",
    "budget",
    "commit",
    "decide",
    "give_back",
    "ledger",
    "ledger_export",
    "overview",
    "pay",
    "reverse_entry",
    "statement",
    "statement_new",
    "statements",
    "withdraw",
]

_LATEST = 20
ask = partial(ask_page, template="funds/ask.html")


def _exports(request: HttpRequest, route: str) -> list[tuple[str, str]]:
    if not user_of(request).rights.may("funds", "export"):
        return []
    return [(kind, reverse(route, args=[kind])) for kind in FORMATS]


def _application(request: HttpRequest, number: str, action: str = "view") -> Application:
    return get_object_or_404(list_applications(user_of(request), action), number=number)


def _project(request: HttpRequest, number: str, action: str) -> Project:
    """Return a project that the person may see and whose money the person may deal with."""
    user = user_of(request)
    one = get_object_or_404(list_projects(user), number=number)
    place = one.place if action == "apply" else services.district_of(one.place)
    return get_object_or_404(list_projects(user), pk=one.pk if user.rights.may("funds", action, place) else 0)


@require_GET
@access("funds", "view")
def overview(request: HttpRequest) -> HttpResponse:
    """Show what is planned, allocated, approved, paid and returned, by year and district, and what waits for me."""
    user = user_of(request)
    rows = fund_rows(user)
    years = sorted({row.year for row in rows}, reverse=True)
    by_year = [(year, [row for row in rows if row.year == year]) for year in years]
    about = {
        "years": [(year, group, sum_rows(group)) for year, group in by_year],
        "waiting": list_decidable(user)[:_LATEST],
        "may_edit": user.rights.may("funds", "edit"),
    }
    return render(request, "funds/overview.html", about)


@require_GET
@access("funds", "view")
def applications(request: HttpRequest) -> HttpResponse:
    """List applications."""
    rows = list_applications(user_of(request))
    shown = show_table(APPLICATIONS, rows, request.GET, exports=_exports(request, "funds:applications_export"))
    return render(request, "funds/list.html", {"table": shown})


@require_GET
@access("funds", "export")
def applications_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the list of applications as a file."""
    return export_table(request, APPLICATIONS, list_applications(user_of(request), "export"), kind, module="funds")


@require_GET
@access("funds", "view")
def ledger(request: HttpRequest) -> HttpResponse:
    """List the entries of the ledger."""
    user = user_of(request)
    may = user.rights.may("funds", "edit")
    table = LEDGER if may else replace(LEDGER, columns=tuple(c for c in LEDGER.columns if c.key != "reverse"))
    shown = show_table(table, list_bookings(user), request.GET, exports=_exports(request, "funds:ledger_export"))
    return render(request, "funds/list.html", {"table": shown})


@require_GET
@access("funds", "export")
def ledger_export(request: HttpRequest, kind: str) -> FileResponse:
    """Give the ledger as a file."""
    return export_table(request, LEDGER, list_bookings(user_of(request), "export"), kind, module="funds")


@require_GET
@access("funds", "view")
def application(request: HttpRequest, number: str) -> HttpResponse:
    """Show an application: what the rule gives and why, the steps of its decision, and its payments."""
    user, one = user_of(request), _application(request, number)
    rights, lang = user.rights, current_language()
    trace = [{"words": step[lang], "clause": step["clause"], "certainty": step["certainty"]} for step in one.trace]
    paid = paid_of(one)
    step = {"submitted": "approve", "first_approved": "confirm"}.get(one.state, "")
    about = {
        "application": one, "trace": trace, "approvals": one.approvals.select_related("by"), "paid": paid,
        "left": (one.approved_yuan or Decimal("0.00")) - paid,
        "bookings": list_bookings(user).filter(application=one), "events": events_about(user, one)[:_LATEST],
        "may_decide": bool(step) and rights.may("funds", step, one.district) and one.applied_by_id != user.pk,
        "may_withdraw": one.state in {"submitted", "first_approved", "returned"}
        and rights.may("funds", "apply", one.place),
        "may_pay": one.state == "approved" and rights.may("funds", "pay", one.district),
    }  # fmt: skip
    return render(request, "funds/application.html", about)


def _worked_out(project: Project) -> tuple[Subsidy | None, str]:
    """Return what the rule gives, or why that cannot be said."""
    lang = current_language()
    try:
        return services.work_out(project, on=timezone.localdate()), ""
    except InputError as error:
        return None, "\n".join(problem.message[lang] for problem in error.problems)
    except RuleError as error:
        return None, str(error)


@require_http_methods(["GET", "POST"])
@access("funds", "apply")
def apply(request: HttpRequest, number: str) -> HttpResponse:
    """Apply for a project's subsidy: what the rule gives is shown first, in words."""
    one = _project(request, number, "apply")
    subsidy, why = _worked_out(one)
    told = explain_subsidy(subsidy, current_language()).splitlines() if subsidy else []
    known = {"year": timezone.localdate().year, "amount": subsidy.amount if subsidy else None}
    form = ApplyForm(request.POST or None, initial=known)

    def do(said: dict[str, Any]) -> None:
        services.application_submit(actor=actor_of(request), project=one, **said)

    return ask(request, form, do, title=f"{say('funds.page.apply')} · {one.number}", said="funds.said.applied",
               back=reverse("projects:project", args=[one.number]), template="funds/apply.html",
               about={"project": one, "told": told, "why": why})  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("funds", "view", fresh=True)
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Take a step of the decision; which right it needs depends on the step, and the service asks for it."""
    one = _application(request, number)
    first = one.approvals.order_by("-pk").first()
    amount = first.amount_yuan if one.state == "first_approved" and first else one.asked_yuan
    form = DecideForm(request.POST or None, initial={"version": one.version, "amount": amount})

    def do(said: dict[str, Any]) -> None:
        values = {**said}
        version = values.pop("version")
        services.application_decide(actor=actor_of(request), application=one, base_version=version, **values)

    return ask(request, form, do, title=f"{say('funds.page.decide')} · {one.number}", said="funds.said.decided",
               back=reverse("funds:application", args=[one.number]))  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("funds", "apply")
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw an application."""
    one = _application(request, number, "apply")

    def do(said: dict[str, Any]) -> None:
        services.application_withdraw(actor=actor_of(request), application=one, base_version=one.version,
                                      reason=said["reason"])  # fmt: skip

    return ask(request, ReasonForm(request.POST or None), do, title=f"{say('funds.page.withdraw')} · {one.number}",
               back=reverse("funds:application", args=[one.number]), said="funds.said.withdrawn")  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("funds", "pay", fresh=True)
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Pay on an application."""
    one = _application(request, number, "pay")
    form = PayForm(request.POST or None)

    def do(said: dict[str, Any]) -> None:
        services.payment_make(actor=actor_of(request), application=one, **said)

    left = (one.approved_yuan or Decimal("0.00")) - paid_of(one)
    return ask(request, form, do, title=f"{say('funds.page.pay')} · {one.number}", said="funds.said.paid",
               lead=say("funds.page.pay_lead", left=f"{left:,}"),
               back=reverse("funds:application", args=[one.number]))  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("funds", "pay", fresh=True)
def give_back(request: HttpRequest, number: str) -> HttpResponse:
    """Record money that came back."""
    one = _application(request, number, "pay")

    def do(said: dict[str, Any]) -> None:
        services.return_record(actor=actor_of(request), application=one, **said)

    return ask(request, ReturnForm(request.POST or None), do, title=f"{say('funds.page.return')} · {one.number}",
               back=reverse("funds:application", args=[one.number]), said="funds.said.returned")  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("funds", "edit", fresh=True)
def budget(request: HttpRequest) -> HttpResponse:
    """Enter a budget."""
    form = BudgetForm(request.POST or None, user=user_of(request), initial={"year": timezone.localdate().year})

    def do(said: dict[str, Any]) -> None:
        services.budget_add(actor=actor_of(request), **said)

    return ask(
        request, form, do, title=say("funds.page.budget"), back=reverse("funds:overview"), said="funds.said.booked"
    )


@require_http_methods(["GET", "POST"])
@access("funds", "edit", fresh=True)
def commit(request: HttpRequest, number: str) -> HttpResponse:
    """Commit money to a project."""
    one = _project(request, number, "edit")
    form = CommitForm(request.POST or None, initial={"year": timezone.localdate().year})

    def do(said: dict[str, Any]) -> None:
        services.commitment_add(actor=actor_of(request), project=one, **said)

    lead = say("funds.page.commit_lead", allocated=f"{totals_of(one).allocated:,}")
    return ask(request, form, do, title=f"{say('funds.page.commit')} · {one.number}", lead=lead,
               back=reverse("projects:project", args=[one.number]), said="funds.said.booked")  # fmt: skip


@require_http_methods(["GET", "POST"])
@access("funds", "edit", fresh=True)
def reverse_entry(request: HttpRequest, number: int) -> HttpResponse:
    """Undo an entry."""
    one = get_object_or_404(list_bookings(user_of(request), "edit"), number=number)

    def do(said: dict[str, Any]) -> None:
        services.booking_reverse(actor=actor_of(request), booking=one, reason=said["reason"])

    lead = say("funds.page.reverse_lead", memo=one.memo or say(f"funds.kind.{one.kind}"), amount=f"{one.amount_yuan:,}")
    return ask(request, ReasonForm(request.POST or None), do, title=say("funds.page.reverse", number=one.number),
               lead=lead, back=reverse("funds:ledger"), said="funds.said.booked")  # fmt: skip


@require_GET
@access("funds", "view")
def statements(request: HttpRequest) -> HttpResponse:
    """List statements and whether they agree."""
    user = user_of(request)
    about = {"rows": list_statements(user), "may_pay": user.rights.may("funds", "pay")}
    return render(request, "funds/statements.html", about)


@require_http_methods(["GET", "POST"])
@access("funds", "pay")
def statement_new(request: HttpRequest) -> HttpResponse:
    """Compare a statement with the ledger."""
    form = StatementForm(request.POST or None, user=user_of(request))

    def do(said: dict[str, Any]) -> None:
        services.statement_compare(actor=actor_of(request), **said)

    return ask(request, form, do, title=say("funds.page.statement"), lead=say("funds.page.statement_lead"),
               back=reverse("funds:statements"), said="funds.said.compared")  # fmt: skip


@require_GET
@access("funds", "view")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what comparing a statement gave."""
    one = get_object_or_404(list_statements(user_of(request)), pk=pk)
    return render(request, "funds/statement.html", {"statement": one, "result": one.result})
