"""Money from budget to payment and back, and every way in which a service says no."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.audit.models import Event
from linli.web.funds import services
from linli.web.funds.book import lines_of, paid_of, totals_of
from linli.web.funds.ledger import sum_totals
from linli.web.funds.models import Application, Approval, Booking, BookingLine
from linli.web.funds.reconcile import Paid
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db


def refused(key, call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    assert caught.value.key == f"funds.refuse.{key}"
    assert str(caught.value)
    return caught.value


def city_totals():
    return sum_totals(lines_of(BookingLine._all.all()))


def test_from_budget_to_payment_and_return_the_totals_are_the_sums_of_the_lines(money):
    application = money.approved()
    money.pay(application, "400000")
    services.return_record(
        actor=money.actor(money.who["finance2"]), application=application, amount=Decimal("0.01"), voucher="SH-1",
        on=timezone.localdate(), reason="多付",
    )  # fmt: skip
    totals = city_totals()
    assert (totals.planned, totals.allocated, totals.approved, totals.paid, totals.returned) == (
        Decimal(2000000), Decimal(1000000), Decimal(600000), Decimal(400000), Decimal("0.01"),
    )  # fmt: skip
    assert paid_of(application) == Decimal("399999.99")
    assert totals_of(money.project).kept == Decimal("399999.99")
    assert sum(BookingLine._all.values_list("fen", flat=True)) == 0
    booked = Event._all.filter(module="funds").exclude(event="funds.application.submit")
    assert booked.count() == 6


def test_the_amount_is_that_of_the_rule_with_its_trace(money):
    application = money.apply()
    assert application.computed_yuan == Decimal("1000000.00")  # 0.4 × min(2 500 000, 300 × 10 000)
    assert application.trace[0]["zh"]
    assert all(step["en"] for step in application.trace)
    assert refused("above_rule", money.apply, "1000000.01").field == "amount"


@pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
def test_what_is_asked_for_is_above_nothing_and_to_the_fen(money, amount):
    refused("above_rule", money.apply, amount)


def test_without_a_ratio_nobody_can_apply(money, monkeypatch):
    monkeypatch.undo()
    assert "subsidy/ratio" in str(refused("unset", money.apply))


def test_missing_figures_are_named(money):
    money.project.input_cost_yuan = None
    money.project.save()
    assert "投入" in str(refused("figures", money.apply))


def test_only_projects_on_the_list_are_paid_for(money):
    draft = money.case.project("3301/330105/330105011/330105011002/")
    refused("not_listed", money.apply, one=draft)
    refused("not_listed", money.commit, one=draft)


def test_there_is_one_application_a_year(money):
    money.apply()
    refused("already", money.apply)


@pytest.mark.parametrize("by", ["finance", "expert", "operator"])
def test_who_has_not_the_right_does_not_apply(money, by):
    refused("outside", money.apply, by=by)


def test_the_steps_belong_to_two_people_and_neither_is_the_applicant(money):
    who = money.who
    who["both"] = money.case.city.user("city_office", "3301/")
    money.case.city.give(who["both"], "street", "3301/330105/330105011/")
    money.case.city.give(who["both"], "finance", "3301/")
    own = money.apply(by="both")
    refused("own", money.decide, own, "both")
    refused("own", money.decide, own, "city", stead=who["both"])
    money.decide(own, "city")
    money.case.city.give(who["city"], "finance", "3301/")
    refused("same_person", money.decide, own, "city")
    refused("same_person", money.decide, own, "finance", stead=who["city"])
    assert money.decide(own, "finance").state == "approved"


@pytest.mark.parametrize("by", ["street", "district", "finance"])
def test_the_first_step_needs_its_right(money, by):
    refused("outside", money.decide, money.apply(), by)


def test_the_second_step_needs_its_right_and_changes_nothing(money):
    application = money.apply()
    money.decide(application, "city", amount="500000")
    refused("outside", money.decide, application, "city2", amount="500000")
    refused("amount_changed", money.decide, application, "finance", amount="400000")
    refused("amount", money.decide, application, "finance", amount="500000.01")
    assert money.decide(application, "finance", amount="500000").approved_yuan == Decimal(500000)


def test_no_more_is_approved_than_was_asked_for(money):
    refused("amount", money.decide, money.apply(), "city", amount="600000.01")


def test_no_more_is_approved_than_was_committed(money):
    services.booking_reverse(
        actor=money.actor(money.who["city2"]), booking=Booking._all.get(kind="commit"), reason="调减"
    )
    money.commit("500000")
    application = money.apply()
    money.decide(application, "city")
    answer = refused("ledger", money.decide, application, "finance")
    assert "超出已安排额" in str(answer)
    assert Application._all.get(pk=application.pk).state == "first_approved"
    assert not Approval._all.filter(step=2).exists()


def test_no_more_is_committed_than_is_budgeted(money):
    assert "可用预算不足" in str(refused("ledger", money.commit, "1000000.01"))
    money.commit("1000000")


def test_returned_and_applied_again_both_steps_are_taken_anew(money):
    application = money.apply()
    money.decide(application, "city")
    assert money.decide(application, "finance", "return").state == "returned"
    again = money.apply("550000")
    assert (again.pk, again.state, again.asked_yuan) == (application.pk, "submitted", Decimal(550000))
    money.decide(again, "city", amount="550000")
    assert money.decide(again, "finance", amount="550000").state == "approved"
    assert list(Approval._all.order_by("pk").values_list("round", "step")) == [(1, 1), (1, 2), (2, 1), (2, 2)]


def test_a_decision_says_why_and_is_taken_once(money):
    application = money.apply()
    refused("reason", money.decide, application, "city", reason=" ")
    money.decide(application, "city", "decline")
    refused("decided", money.decide, application, "finance")
    assert money.apply().number.endswith("-2")


def test_who_looked_at_an_older_version_is_told(money):
    application = money.apply()
    refused("changed", services.application_decide, actor=money.actor(money.who["city"]), application=application,
            base_version=0, decision="approve", reason="好", amount=Decimal(1))  # fmt: skip


def test_withdrawn_before_it_is_decided_and_not_after(money):
    application = money.apply()
    gone = services.application_withdraw(actor=money.actor(money.who["street"]), application=application,
                                         base_version=application.version, reason="材料有误")  # fmt: skip
    assert gone.state == "withdrawn"
    approved = money.approved()
    refused("decided", services.application_withdraw, actor=money.actor(money.who["street"]), application=approved,
            base_version=approved.version, reason="不要了")  # fmt: skip


def test_no_payment_above_what_was_approved(money):
    application = money.approved()
    money.pay(application, "599999.99")
    refused("above_approved", money.pay, application, "0.02", voucher="PZ-2")
    money.pay(application, "0.01", voucher="PZ-2")
    refused("above_approved", money.pay, application, "0.01", voucher="PZ-3")
    assert paid_of(application) == Decimal(600000)


def test_nothing_is_paid_before_it_is_approved(money):
    application = money.apply()
    refused("not_approved", money.pay, application, "1")
    money.decide(application, "city")
    refused("not_approved", money.pay, application, "1")


def test_who_approved_does_not_pay(money):
    refused("payer_decided", money.pay, money.approved(), "1", by="finance")


@pytest.mark.parametrize("by", ["street", "district", "city"])
def test_paying_needs_its_right(money, by):
    refused("outside", money.pay, money.approved(), "1", by=by)


def test_a_suspended_project_is_not_paid(money):
    application = money.approved()
    money.case.move(money.project, "suspend", "city", "停工")
    refused("project_state", money.pay, application, "1")


def test_vouchers_are_asked_for_once_each_and_days_do_not_lie_ahead(money):
    application = money.approved()
    refused("voucher", money.pay, application, "1", voucher=" ")
    money.pay(application, "1")
    refused("voucher_used", money.pay, application, "1")
    refused("future", money.pay, application, "1", voucher="PZ-9", on=timezone.localdate() + dt.timedelta(days=1))


def test_a_project_that_was_paid_cannot_be_withdrawn(money):
    money.pay(money.approved(), "1")
    with pytest.raises(Refused) as caught:
        money.case.move(money.project, "withdraw", "street", "不做了")
    assert "须先退回" in str(caught.value)


def test_no_more_comes_back_than_was_paid(money):
    application = money.approved()
    money.pay(application, "10")
    values = {"voucher": "SH-1", "on": timezone.localdate(), "reason": "退回"}
    refused("above_paid", services.return_record, actor=money.actor(money.who["finance2"]), application=application,
            amount=Decimal("10.01"), **values)  # fmt: skip


def test_mistakes_are_undone_by_reversal_by_somebody_else_and_once(money):
    application = money.approved()
    paid = money.pay(application, "100")
    undo = services.booking_reverse
    refused("same_person", undo, actor=money.actor(money.who["finance2"]), booking=paid, reason="付错")
    refused("reason", undo, actor=money.actor(money.who["finance"]), booking=paid, reason="")
    back = undo(actor=money.actor(money.who["finance"]), booking=paid, reason="付错")
    assert (back.amount_yuan, back.reverses) == (Decimal(-100), paid)
    assert paid_of(application) == 0
    refused("ledger", undo, actor=money.actor(money.who["finance"]), booking=paid, reason="再冲")
    refused(
        "ledger", undo, actor=money.actor(money.who["finance"]), booking=Booking._all.get(kind="commit"), reason="已用"
    )
    approval = Booking._all.get(kind="approve")
    refused("reverse_approval", undo, actor=money.actor(money.who["city2"]), booking=approval, reason="错")


def test_a_statement_is_compared_with_the_ledger(money):
    application = money.approved()
    money.pay(application, "100", voucher="PZ-1")
    wrong = money.pay(application, "200", voucher="PZ-2")
    services.booking_reverse(actor=money.actor(money.who["finance"]), booking=wrong, reason="付错")
    today = timezone.localdate()
    compare = {"place": Place.objects.get(path="3301/"), "name": "11月", "begins": today, "ends": today}
    actor = money.actor(money.who["finance"])
    rows = [Paid("PZ-1", today, Decimal(100)), Paid("PZ-2", today, Decimal(200)), Paid("PZ-2", today, Decimal(-200))]
    assert services.statement_compare(actor=actor, rows=rows, **compare).agrees
    found = services.statement_compare(actor=actor, rows=[*rows[:1], Paid("PZ-7", today, Decimal(7))], **compare)
    assert not found.agrees
    assert [row["voucher"] for row in found.result["only_theirs"]] == ["PZ-7"]
    refused("days", services.statement_compare, actor=actor, rows=rows,
            **{**compare, "ends": today - dt.timedelta(days=1)})  # fmt: skip


def test_budgets_are_of_districts_and_rest_on_a_document(money):
    actor = money.actor(money.who["city"])
    street = Place.objects.get(path="3301/330105/330105011/")
    add = services.budget_add
    refused("district", add, actor=actor, place=street, year=2026, amount=Decimal(1), memo="文")
    refused("memo", add, actor=actor, place=money.place, year=2026, amount=Decimal(1), memo="")
    refused("ledger", add, actor=actor, place=money.place, year=2026, amount=Decimal("0.001"), memo="文")
    refused("outside", add, actor=money.actor(money.who["district"]), place=money.place, year=2026, amount=Decimal(1),
            memo="文")  # fmt: skip


@pytest.mark.parametrize("model", [Booking, BookingLine, Approval])
def test_the_database_itself_keeps_the_ledger(money, model):
    money.approved()
    key = model._all.first().pk
    rows = model._all.filter(pk=key)
    field = {"Booking": "memo", "BookingLine": "account", "Approval": "reason"}[model.__name__]
    for change in (lambda: rows.update(**{field: "x"}), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert model._all.filter(pk=key).exists()


def together(*calls):
    """Call all at the same moment, each with its own connection; return the keys of refusals, or ``done``."""
    answers, ready = [], threading.Barrier(len(calls))

    def run(call):
        ready.wait()
        try:
            call()
            answers.append("done")
        except Refused as error:
            answers.append(error.key)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_is_told(money):
    application = money.apply()
    version = application.version

    def approve(who):
        return lambda: services.application_decide(
            actor=money.actor(money.who[who]), application=application, base_version=version, decision="approve",
            reason="同意", amount=Decimal(600000),
        )  # fmt: skip

    assert together(approve("city"), approve("city2")) == ["done", "funds.refuse.changed"]
    assert Approval._all.count() == 1


@pytest.mark.django_db(transaction=True)
def test_payments_at_once_never_go_above_what_was_approved(money):
    application = money.approved()
    calls = [lambda i=i: money.pay(application, "250000", voucher=f"PZ-{i}") for i in range(4)]
    assert together(*calls) == ["done", "done", "funds.refuse.above_approved", "funds.refuse.above_approved"]
    assert paid_of(application) == Decimal(500000)
    assert sorted(Booking._all.values_list("number", flat=True)) == list(range(1, Booking._all.count() + 1))
