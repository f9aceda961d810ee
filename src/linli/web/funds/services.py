"""Every movement of money: budgets, commitments, applications, approvals, payments, returns, reversals, statements.

The person who applied decides nothing about the application and pays nothing on it; the two steps of an approval and
the payment are three people's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.errors import InputError, UnsetValueError
from linli.improve.subsidy import Payment, Step, Subsidy, compute_subsidy
from linli.improve.subsidy import Project as SubsidyProject
from linli.operate.money import to_fen
from linli.web.accounts.models import Place, User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.audit.services import record, state_of
from linli.web.funds.book import book_entry, book_reversal, lock_ledger, paid_of
from linli.web.funds.models import Application, Approval, Booking, Statement
from linli.web.funds.reconcile import Paid, Reconciliation, reconcile
from linli.web.projects.models import Project
from linli.web.refusal import Refused
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import current_language

__all__ = [
    "LISTED",
    "STEPS",
    "application_decide",
    "application_submit",
    "application_withdraw",
    "booking_reverse",
    "budget_add",
    "city_of",
    "commitment_add",
    "district_of",
    "payment_make",
    "return_record",
    "statement_compare",
    "work_out",
]

STEPS = {1: "approve", 2: "confirm"}
"""The right that each step of an approval needs."""

LISTED = frozenset({
    "listed", "scheme_review", "building", "suspended", "self_assessment", "district_check", "acceptance", "rectifying",
    "province_review", "named", "operating", "recheck",
})  # fmt: skip
"""States in which a project is on the creation list."""

_PAYABLE = LISTED - {"suspended"}
_DISTRICT_DEPTH = 2
_APPLICATION = ("number", "year", "asked_yuan", "computed_yuan", "approved_yuan", "state", "note")


def _must(condition: bool, key: str, field: str = "", **values: Any) -> None:
    if not condition:
        raise Refused(f"funds.refuse.{key}", field, **values)


def _hold(actor: Actor, action: str, place: str) -> User:
    if actor.user is None or not rights_of(actor.user).may("funds", action, place):
        raise Refused("funds.refuse.outside")
    return actor.user


def _hands(actor: Actor) -> set[int]:
    """Return who acts: the person, and whom the person stands in for."""
    return {one.pk for one in (actor.user, actor.on_behalf_of) if one is not None}


def _tell(event: str, actor: Actor, object_: Any, place: str, **more: Any) -> None:
    name = ""
    if isinstance(object_, Booking):  # all that befell a project's money is found by the project's number
        project = f"{object_.project.number} " if object_.project else ""
        name = f"{project}#{object_.number} {object_.amount_yuan:,.2f}"
    record(f"funds.{event}", actor=actor, module="funds", object_=object_, place=place, name=name, **more)


def _money(booking: Booking) -> dict[str, Any]:
    return state_of(booking, "number", "kind", "year", "place", "project_id", "amount_yuan", "voucher", "memo")


def _say_why(error: InputError) -> Refused:
    lang = current_language()
    joint = "；" if lang == "zh" else "; "
    told = joint.join(
        problem.message[lang] + (f" ({problem.allowed})" if problem.allowed else "") for problem in error.problems
    )
    return Refused("funds.refuse.ledger", "amount", why=told)


def district_of(path: str) -> str:
    """Return the district's path of a place: where its money is budgeted.

    Parameters
    ----------
    path
        Jurisdiction path of a district or anything below.

    Returns
    -------
    str
        Its first two parts; a city's own path stays.
    """
    parts = path.rstrip("/").split("/")[:_DISTRICT_DEPTH]
    return "/".join(parts) + "/"


def city_of(path: str) -> str:
    """Return the city's path of a place: whose office budgets.

    Parameters
    ----------
    path
        Any jurisdiction path.

    Returns
    -------
    str
        Its first part.
    """
    return path.partition("/")[0] + "/"


@transaction.atomic
def budget_add(*, actor: Actor, place: Place, year: int, amount: Decimal, memo: str, voucher: str = "") -> Booking:
    """Enter a budget of a district and year, from a document.

    Parameters
    ----------
    actor
        Who.
    place
        The district.
    year
        Budget year.
    amount
        Yuan, > 0.
    memo
        The document it rests on.
    voucher
        Its number.

    Returns
    -------
    Booking
        The entry.

    Raises
    ------
    Refused
        If the place is outside the actor's reach, nothing says what it rests on, or the amount will not do.
    """
    user = _hold(actor, "edit", city_of(place.path))
    _must(bool(memo.strip()), "memo", "memo")
    _must(district_of(place.path) == place.path, "district", "place")
    try:
        new = book_entry("budget", amount, on=timezone.localdate(), place=place.path, year=year, memo=memo.strip(),
                         by=user, voucher=voucher.strip())  # fmt: skip
    except InputError as error:
        raise _say_why(error) from None
    _tell("budget.add", actor, new, place.path, after=_money(new), reason=memo.strip())
    return new


@transaction.atomic
def commitment_add(*, actor: Actor, project: Project, year: int, amount: Decimal, memo: str) -> Booking:
    """Commit part of a district's budget to a project on the creation list.

    Parameters
    ----------
    actor
        Who.
    project
        Which project.
    year
        Budget year.
    amount
        Yuan, > 0, within what is left of the budget.
    memo
        What it rests on.

    Returns
    -------
    Booking
        The entry.

    Raises
    ------
    Refused
        If the project is not on the list, or the budget does not suffice.
    """
    locked = Project._all.select_for_update().get(pk=project.pk)
    place = district_of(locked.place)
    user = _hold(actor, "edit", place)
    _must(locked.state in LISTED, "not_listed", "project")
    _must(bool(memo.strip()), "memo", "memo")
    try:
        new = book_entry("commit", amount, on=timezone.localdate(), place=place, year=year, memo=memo.strip(), by=user,
                         project=locked)  # fmt: skip
    except InputError as error:
        raise _say_why(error) from None
    _tell("commitment.add", actor, new, place, after=_money(new), reason=memo.strip())
    return new


def work_out(project: Project, *, on: dt.date) -> Subsidy:
    """Work out by the rule what a project may have.

    Parameters
    ----------
    project
        With the figures of its application.
    on
        The date whose rules hold.

    Returns
    -------
    Subsidy
        With every step in words.

    Raises
    ------
    InputError
        If a figure is missing.
    UnsetValueError
        If nobody has filled in the ratio.
    RuleError
        If the pack's ratios or stages do not fit together.
    """
    district = Place.objects.filter(path=district_of(project.place)).first()
    asked = SubsidyProject(
        project_id=project.number, old_estate=project.old_estate, on_creation_list=project.state in LISTED,
        area_m2=project.area_m2, input_cost_yuan=project.input_cost_yuan,
        ordinary_subsidy_yuan=project.ordinary_subsidy_yuan, district=district.name if district else None,
        project_type=project.project_type,
    )  # fmt: skip
    return compute_subsidy(asked, site_catalogue(), on=on)


def _trace(subsidy: Subsidy) -> list[dict[str, str]]:
    rows: list[Step | Payment] = [*subsidy.steps, *subsidy.payments]
    told = [
        {"zh": step.words["zh"], "en": step.words["en"], "clause": step.clause, "certainty": step.certainty}
        for step in rows
    ]
    notes = [
        {"zh": note.words["zh"], "en": note.words["en"], "clause": "", "certainty": "note"} for note in subsidy.notes
    ]
    return told + notes


def _worked_out(project: Project) -> Subsidy:
    lang = current_language()
    try:
        return work_out(project, on=timezone.localdate())
    except InputError as error:
        joint = "；" if lang == "zh" else "; "
        why = joint.join(problem.message[lang] for problem in error.problems)
        raise Refused("funds.refuse.figures", why=why) from None
    except UnsetValueError as error:
        raise Refused("funds.refuse.unset", why=str(error)) from None


@transaction.atomic
def application_submit(*, actor: Actor, project: Project, year: int, amount: Decimal, note: str = "") -> Application:
    """Apply for the subsidy of a project; a returned application is submitted again.

    Parameters
    ----------
    actor
        Who.
    project
        Which project, on the creation list.
    year
        Budget year.
    amount
        Yuan asked for, > 0, not above what the rule gives.
    note
        What there is to say.

    Returns
    -------
    Application
        With the subsidy's trace as it is today.

    Raises
    ------
    Refused
        If the project is not on the list, figures are missing, nobody has filled in the ratio, or more is asked for
        than the rule gives.
    """
    locked = Project._all.select_for_update().get(pk=project.pk)
    user = _hold(actor, "apply", locked.place)
    _must(locked.state in LISTED, "not_listed", "project")
    subsidy = _worked_out(locked)
    _must(0 < amount <= subsidy.amount and amount == to_fen(amount), "above_rule", "amount", most=f"{subsidy.amount:,}")
    open_ = Application._all.select_for_update().filter(project=locked, year=year)
    old = open_.exclude(state__in=("declined", "withdrawn")).first()
    _must(old is None or old.state == "returned", "already", "year")
    values = {
        "asked_yuan": to_fen(amount), "computed_yuan": subsidy.amount, "trace": _trace(subsidy), "note": note.strip(),
        "catalogue_version": site_catalogue().version, "state": "submitted", "applied_by": user, "approved_yuan": None,
    }  # fmt: skip
    before = state_of(old, *_APPLICATION) if old else None
    new = old or Application(
        number=f"{locked.number}-{year}-{open_.count() + 1}", project=locked, year=year, place=locked.place,
        district=district_of(locked.place), version=0,
    )  # fmt: skip
    for name, value in values.items():
        setattr(new, name, value)
    new.version += 1
    new.applied_at = timezone.now()
    new.save()
    _tell("application.submit", actor, new, new.place, before=before, after=state_of(new, *_APPLICATION), reason=note)
    return new


def _lock_application(application: Application, base_version: int) -> Application:
    locked = Application._all.select_for_update().select_related("project").get(pk=application.pk)
    _must(locked.version == base_version, "changed", version=locked.version)
    return locked


@transaction.atomic
def application_withdraw(*, actor: Actor, application: Application, base_version: int, reason: str) -> Application:
    """Withdraw an application that is not approved yet.

    Parameters
    ----------
    actor
        Who.
    application
        Which.
    base_version
        The version that the actor looked at.
    reason
        Why.

    Returns
    -------
    Application
        As saved.

    Raises
    ------
    Refused
        If it was decided already, or there is no reason.
    """
    locked = _lock_application(application, base_version)
    _hold(actor, "apply", locked.place)
    _must(bool(reason.strip()), "reason", "reason")
    _must(locked.state in {"submitted", "first_approved", "returned"}, "decided")
    before = state_of(locked, "state")
    locked.state, locked.version = "withdrawn", locked.version + 1
    locked.save()
    _tell("application.withdraw", actor, locked, locked.place, before=before, after=state_of(locked, "state"),
          reason=reason.strip())  # fmt: skip
    return locked


def _rounds(application: Application) -> tuple[int, list[Approval]]:
    """Return the number of the round of deciding that is open, and its steps so far."""
    made = list(application.approvals.order_by("round", "step"))
    if not made:
        return 1, []
    last = made[-1].round
    closed = made[-1].decision != "approve"
    return (last + 1, []) if closed else (last, [one for one in made if one.round == last])


def _check_decision(
    actor: Actor, locked: Application, decision: str, amount: Decimal | None, reason: str
) -> tuple[int, User]:
    step = {"submitted": 1, "first_approved": 2}.get(locked.state, 0)
    _must(step > 0, "decided")
    user = _hold(actor, STEPS[step], locked.district)
    _must(locked.applied_by_id not in _hands(actor), "own")
    _must(locked.project.created_by_id not in _hands(actor), "own")
    _must(bool(reason.strip()), "reason", "reason")
    _must(decision in {"approve", "return", "decline"}, "decision", "decision")
    _, earlier = _rounds(locked)
    before = {who for one in earlier for who in (one.by_id, one.on_behalf_of_id) if who is not None}
    _must(not before & _hands(actor), "same_person")
    if decision == "approve":
        most = earlier[0].amount_yuan if earlier else locked.asked_yuan
        _must(amount is not None and 0 < amount <= (most or 0) and amount == to_fen(amount), "amount", "amount",
              most=f"{most:,}")  # fmt: skip
        _must(step == 1 or amount == most, "amount_changed", "amount", most=f"{most:,}")
    return step, user


@transaction.atomic
def application_decide(
    *,
    actor: Actor,
    application: Application,
    base_version: int,
    decision: str,
    reason: str,
    amount: Decimal | None = None,
) -> Application:
    """Take one of the two steps of deciding an application; the second one books the approval.

    Parameters
    ----------
    actor
        Who: not the applicant, and for the second step not who took the first.
    application
        Which.
    base_version
        The version that the actor looked at.
    decision
        ``approve``, ``return`` or ``decline``.
    reason
        Why.
    amount
        Yuan, for an approval: at the first step up to what is asked for, at the second the same amount.

    Returns
    -------
    Application
        As saved.

    Raises
    ------
    Refused
        If it was decided meanwhile, the actor may not, or the money committed to the project does not suffice.
    """
    locked = _lock_application(application, base_version)
    step, user = _check_decision(actor, locked, decision, amount, reason)
    before = state_of(locked, "state", "approved_yuan")
    round_, _ = _rounds(locked)
    Approval._all.create(
        application=locked, round=round_, step=step, decision=decision, by=user, on_behalf_of=actor.on_behalf_of,
        amount_yuan=amount if decision == "approve" else None, reason=reason.strip(),
    )  # fmt: skip
    states = {"approve": "first_approved" if step == 1 else "approved", "return": "returned", "decline": "declined"}
    locked.state, locked.version = states[decision], locked.version + 1
    if locked.state == "approved" and amount is not None:
        locked.approved_yuan = amount
        try:
            book_entry("approve", amount, on=timezone.localdate(), place=locked.district, year=locked.year,
                       memo=locked.number, by=user, project=locked.project, application=locked)  # fmt: skip
        except InputError as error:
            raise _say_why(error) from None
    locked.save()
    _tell(f"application.{decision}", actor, locked, locked.place, before=before,
          after={**state_of(locked, "state", "approved_yuan"), "step": step}, reason=reason.strip())  # fmt: skip
    return locked


@transaction.atomic
def payment_make(
    *, actor: Actor, application: Application, amount: Decimal, voucher: str, on: dt.date, memo: str
) -> Booking:
    """Pay on an approved application.

    Parameters
    ----------
    actor
        Who: neither the applicant nor one of those who approved.
    application
        Which.
    amount
        Yuan, > 0, within what was approved and is not paid yet.
    voucher
        Number of the payment voucher; no two payments have the same.
    on
        The day, not later than today.
    memo
        Which stage it is.

    Returns
    -------
    Booking
        The entry.

    Raises
    ------
    Refused
        If the actor may not, the project is suspended or closed, or more would be paid than was approved.
    """
    lock_ledger()
    locked = Application._all.select_for_update().select_related("project").get(pk=application.pk)
    user = _hold(actor, "pay", locked.district)
    _must(locked.applied_by_id not in _hands(actor), "own")
    deciders = {who for one in locked.approvals.all() for who in (one.by_id, one.on_behalf_of_id)}
    _must(not deciders & _hands(actor), "payer_decided")
    _must(locked.state == "approved", "not_approved")
    _must(locked.project.state in _PAYABLE, "project_state")
    _must(bool(voucher.strip()), "voucher", "voucher")
    _must(not Booking._all.filter(kind="pay", voucher=voucher.strip()).exists(), "voucher_used", "voucher")
    _must(on <= timezone.localdate(), "future", "on")
    left = (locked.approved_yuan or Decimal(0)) - paid_of(locked)
    _must(amount <= left, "above_approved", "amount", most=f"{left:,}")
    try:
        new = book_entry("pay", amount, on=on, place=locked.district, year=locked.year,
                         memo=memo.strip() or locked.number, by=user, voucher=voucher.strip(),
                         project=locked.project, application=locked)  # fmt: skip
    except InputError as error:
        raise _say_why(error) from None
    _tell("payment.make", actor, new, locked.place, after=_money(new), reason=memo.strip())
    return new


@transaction.atomic
def return_record(
    *, actor: Actor, application: Application, amount: Decimal, voucher: str, on: dt.date, reason: str
) -> Booking:
    """Record money that a project paid back.

    Parameters
    ----------
    actor
        Who.
    application
        On which application it had been paid.
    amount
        Yuan, > 0, within what was paid.
    voucher
        Number of the receipt.
    on
        The day, not later than today.
    reason
        Why it came back.

    Returns
    -------
    Booking
        The entry.

    Raises
    ------
    Refused
        If more would come back than was paid, or nothing says why.
    """
    lock_ledger()
    locked = Application._all.select_for_update().select_related("project").get(pk=application.pk)
    user = _hold(actor, "pay", locked.district)
    _must(bool(reason.strip()), "reason", "reason")
    _must(on <= timezone.localdate(), "future", "on")
    paid = paid_of(locked)
    _must(amount <= paid, "above_paid", "amount", most=f"{paid:,}")
    try:
        new = book_entry("return", amount, on=on, place=locked.district, year=locked.year, memo=reason.strip(), by=user,
                         voucher=voucher.strip(), project=locked.project, application=locked)  # fmt: skip
    except InputError as error:
        raise _say_why(error) from None
    _tell("return.record", actor, new, locked.place, after=_money(new), reason=reason.strip())
    return new


@transaction.atomic
def booking_reverse(*, actor: Actor, booking: Booking, reason: str) -> Booking:
    """Undo an entry that was a mistake, by its reversal.

    Parameters
    ----------
    actor
        Who: not who booked it.
    booking
        Which entry; approvals are not undone here, they are decisions.
    reason
        Why.

    Returns
    -------
    Booking
        The reversal.

    Raises
    ------
    Refused
        If it is an approval, was reversed already, the actor booked it, or the money has gone on.
    """
    user = _hold(actor, "edit", booking.place)
    _must(bool(reason.strip()), "reason", "reason")
    _must(booking.kind != "approve", "reverse_approval")
    _must(booking.by_id not in _hands(actor), "same_person")
    try:
        new = book_reversal(booking, on=timezone.localdate(), memo=reason.strip(), by=user)
    except InputError as error:
        raise _say_why(error) from None
    _tell(
        "booking.reverse", actor, new, booking.place, before=_money(booking), after=_money(new), reason=reason.strip()
    )
    return new


def _row(paid: Paid) -> dict[str, str]:
    return {"voucher": paid.voucher, "on": paid.on.isoformat(), "amount": str(paid.amount), "about": paid.about}


def _result(found: Reconciliation) -> dict[str, Any]:
    return {
        "matched": [_row(one) for one in found.matched],
        "differing": [{"ours": _row(one.ours), "theirs": _row(one.theirs)} for one in found.differing],
        "only_ours": [_row(one) for one in found.only_ours],
        "only_theirs": [_row(one) for one in found.only_theirs],
        "difference": str(found.difference),
    }


@transaction.atomic
def statement_compare(
    *, actor: Actor, place: Place, name: str, begins: dt.date, ends: dt.date, rows: Sequence[Paid], note: str = ""
) -> Statement:
    """Compare a treasury's statement with the ledger's payments of the same days, and keep both.

    Parameters
    ----------
    actor
        Who.
    place
        Whose payments: a district, or the city.
    name
        What the statement is called.
    begins, ends
        First and last day.
    rows
        Its payments; those that came back with the amount below zero.
    note
        What explains a difference.

    Returns
    -------
    Statement
        With what matches, differs, and stands on one side only.

    Raises
    ------
    Refused
        If the days are in the wrong order, or the place is outside the actor's reach.
    """
    user = _hold(actor, "pay", place.path)
    _must(begins <= ends, "days", "ends")
    bookings = Booking._all.filter(place__startswith=place.path, on__gte=begins, on__lte=ends).select_related("project")
    ours = [
        Paid(one.voucher, one.on, one.amount_yuan if one.kind == "pay" else -one.amount_yuan, str(one.project))
        for one in bookings.filter(kind__in=("pay", "return"))
    ]
    undone = bookings.filter(kind="reversal", reverses__kind__in=("pay", "return")).select_related("reverses")
    ours += [
        Paid(
            one.reverses.voucher, one.on,
            one.amount_yuan if one.reverses.kind == "pay" else -one.amount_yuan, str(one.project),
        )
        for one in undone
        if one.reverses is not None
    ]  # fmt: skip
    found = reconcile(ours, rows)
    new = Statement._all.create(
        name=name.strip(), begins=begins, ends=ends, rows=[_row(one) for one in rows], result=_result(found),
        agrees=found.agrees, note=note.strip(), by=user, place=place.path,
    )  # fmt: skip
    after = {
        **state_of(new, "name", "begins", "ends", "agrees"),
        "rows": len(rows),
        "difference": str(found.difference),
    }
    _tell("statement.compare", actor, new, place.path, after=after)
    return new
