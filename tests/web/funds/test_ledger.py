"""The ledger's rules, held against a slow twin over random histories."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import InputError
from linli.web.funds.ledger import (
    ACCOUNTS,
    KINDS,
    Entry,
    Line,
    Totals,
    balances,
    check_entry,
    make_entry,
    reverse_entry,
    sum_totals,
)

ON = dt.date(2026, 11, 23)
DISTRICTS = ("3301/330105/", "3301/330106/")
FEN = st.integers(1, 10_000).map(lambda fen: Decimal(fen) / 100)
STEP = st.tuples(
    st.sampled_from([*KINDS, "reversal"]), FEN, st.sampled_from(DISTRICTS), st.sampled_from(("P1", "P2")),
    st.integers(0, 30),
)  # fmt: skip


def book(entries, kind, amount, place, project, which):
    number = len(entries) + 1
    if kind == "reversal":
        if not entries:
            return None
        return reverse_entry(number, entries[which % len(entries)], on=ON, memo="错")
    project = "" if kind == "budget" else project
    return make_entry(number, kind, amount, on=ON, place=place, year=2026, project=project)


def play(steps):
    entries, refused = [], 0
    for one in steps:
        try:
            entry = book(entries, *one)
            if entry is None:
                continue
            before = balances(line for other in entries for line in other.lines)
            check_entry(entry, before, [other.reverses for other in entries if other.reverses])
        except InputError:
            refused += 1
        else:
            entries.append(entry)
    return entries


def twin_totals(entries):
    """Totals by kind of entry, reversed ones left out: the way a clerk would do it."""
    undone = {entry.reverses for entry in entries if entry.reverses}
    sums = dict.fromkeys(KINDS, Decimal("0.00"))
    for entry in entries:
        if entry.kind != "reversal" and entry.number not in undone:
            sums[entry.kind] += entry.amount
    return Totals(sums["budget"], sums["commit"], sums["approve"], sums["pay"], sums["return"])


@given(st.lists(STEP, max_size=30))
def test_whatever_is_booked_the_books_balance_and_the_order_holds(steps):
    entries = play(steps)
    lines = [line for entry in entries for line in entry.lines]
    assert sum((line.amount for line in lines), Decimal(0)) == 0
    for account, amount in balances(lines).items():
        assert account.name == "source" or amount >= 0
    for place in DISTRICTS:
        here = [line for line in lines if line.account.place == place]
        totals = sum_totals(here)
        assert totals.returned <= totals.paid <= totals.approved <= totals.allocated <= totals.planned
        for project in ("P1", "P2"):
            own = sum_totals(line for line in here if line.account.project == project)
            assert own.returned <= own.paid <= own.approved <= own.allocated


@given(st.lists(STEP, max_size=30))
def test_totals_are_the_sums_of_what_was_not_reversed(steps):
    entries = play(steps)
    assert sum_totals(line for entry in entries for line in entry.lines) == twin_totals(entries)


@given(st.lists(STEP, max_size=30))
def test_the_city_is_the_sum_of_its_districts(steps):
    lines = [line for entry in play(steps) for line in entry.lines]
    parts = [sum_totals(line for line in lines if line.account.place == place) for place in DISTRICTS]
    assert sum_totals(lines) == sum(parts, Totals())


def entry(number, kind, amount, project="P1"):
    project = "" if kind == "budget" else project
    return make_entry(number, kind, Decimal(amount), on=ON, place=DISTRICTS[0], year=2026, project=project)


CHAIN = [
    entry(1, "budget", "1000"), entry(2, "commit", "800"), entry(3, "approve", "500"), entry(4, "pay", "300.10"),
    entry(5, "return", "0.10"),
]  # fmt: skip
LINES = [line for one in CHAIN for line in one.lines]


def test_the_chain_adds_up():
    totals = sum_totals(LINES)
    assert totals == Totals(Decimal(1000), Decimal(800), Decimal(500), Decimal("300.10"), Decimal("0.10"))
    assert (totals.available, totals.unpaid, totals.kept) == (Decimal(200), Decimal("199.90"), Decimal(300))


@pytest.mark.parametrize(
    ("kind", "amount", "code"),
    [
        ("commit", "200.01", "available"),
        ("approve", "300.01", "committed"),
        ("pay", "199.91", "approved"),
        ("return", "300.01", "paid"),
    ],
)
def test_a_fen_too_much_is_refused_and_the_last_fen_is_not(kind, amount, code):
    with pytest.raises(InputError) as caught:
        check_entry(entry(6, kind, amount), balances(LINES))
    (problem,) = caught.value.problems
    assert problem.code == f"ledger.overdrawn_{code}"
    assert problem.allowed.startswith("≤ ")
    check_entry(entry(6, kind, str(Decimal(amount) - Decimal("0.01"))), balances(LINES))


def test_another_projects_money_is_not_this_ones():
    with pytest.raises(InputError):
        check_entry(entry(6, "pay", "1", project="P2"), balances(LINES))


def test_what_has_gone_on_cannot_be_reversed_beneath_it():
    with pytest.raises(InputError) as caught:
        check_entry(reverse_entry(6, CHAIN[2], on=ON, memo="错"), balances(LINES))
    assert caught.value.problems[0].code == "ledger.overdrawn_approved"


def test_a_reversal_undoes_once():
    undone = reverse_entry(6, CHAIN[4], on=ON, memo="错")
    assert undone.amount == Decimal("-0.10")
    check_entry(undone, balances(LINES))
    with pytest.raises(InputError) as caught:
        check_entry(undone, balances(LINES), [5])
    assert "ledger.reversed_twice" in {problem.code for problem in caught.value.problems}
    with pytest.raises(InputError):
        reverse_entry(7, undone, on=ON, memo="再")


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "Infinity", "1e13"])
def test_amounts_are_above_nothing_and_to_the_fen(amount):
    with pytest.raises(InputError) as caught:
        entry(1, "budget", amount)
    assert caught.value.problems[0].code == "ledger.amount"


@pytest.mark.parametrize(("kind", "project"), [("budget", "P1"), ("pay", "")])
def test_a_budget_has_no_project_and_all_else_has(kind, project):
    with pytest.raises(InputError) as caught:
        make_entry(1, kind, Decimal(1), on=ON, place=DISTRICTS[0], year=2026, project=project)
    assert caught.value.problems[0].code == "ledger.project"


def test_an_unknown_kind_is_refused():
    with pytest.raises(InputError):
        make_entry(1, "gift", Decimal(1), on=ON, place=DISTRICTS[0], year=2026)


@pytest.mark.parametrize("lines", [(), (Line(LINES[1].account, Decimal(1)),)])
def test_lines_that_do_not_balance_are_refused(lines):
    with pytest.raises(InputError) as caught:
        check_entry(Entry(1, "budget", ON, lines), {})
    assert caught.value.problems[0].code == "ledger.unbalanced"


def test_the_accounts_are_those_that_the_kinds_move_between():
    assert {name for pair in KINDS.values() for name in pair} == set(ACCOUNTS)
