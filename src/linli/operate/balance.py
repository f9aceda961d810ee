"""Monthly income and cost, by facility and by community, with every figure told in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import pandas as pd

from linli.operate.account import Account
from linli.operate.lines import LEVERS, LINES, MEASURES, STREAMS, Line, work_out
from linli.operate.money import to_fen, write_number, write_yuan
from linli.operate.record import Balance, Entry, Level, Origin
from linli.rules import weakest

__all__ = ["balance_facilities", "balance_table", "combine", "entries_table"]

_PER = {
    True: {"zh": "元", "en": "yuan"},
    False: {"zh": "元/月", "en": "yuan a month"},
}
_OTHER = {
    "months": {"zh": "12 个月", "en": "12 months"},
    "earned": {"zh": "经营收入", "en": "what is earned"},
    "overhead_share": {"zh": "管理费比例", "en": "share for management"},
}


def _factor(account: Account, name: str, earned: Decimal, lang: str) -> str:
    """One factor of a product, as in «餐价 12»."""
    if name == "months":
        return _OTHER["months"][lang]
    number = earned if name == "earned" else account.figures[name]
    if name in MEASURES:
        title = MEASURES[name][lang]
    else:
        title = account.titles.get(name, _OTHER.get(name, {"zh": name, "en": name}))[lang]
    return f"{title} {write_number(number)}"


def _words(account: Account, line: Line, amount: Decimal, earned: Decimal, lang: str) -> str:
    product = " × ".join(_factor(account, name, earned, lang) for name in line.times)
    if line.over:
        product += "".join(f" ÷ {_factor(account, name, earned, lang)}" for name in line.over)
    result = f"{write_yuan(amount)} {_PER[line.side == 'capital'][lang]}"
    if account.mode is None:
        return f"{STREAMS[line.stream][lang]} = {product} = {result}"
    mode = account.mode.title[lang]
    note = f"（{mode}）" if lang == "zh" else f" ({mode})"
    return f"{STREAMS[line.stream][lang]}{note} = {product} = {result}"


def _source(account: Account, line: Line) -> tuple[str, Origin]:
    """Clauses and certainty of the rules behind a line; a mode lends its own to the lines it turns."""
    used = (*line.times, *line.over)
    values = [account.rules[name] for name in used if name in account.rules]
    if account.mode is not None:
        turned = {f"{lever}_factor" for lever, names in LEVERS.items() if set(names) & set(used)}
        values += [value for value in account.mode.assumptions if value.name in {*turned, *used}]
    if not values:
        return "", "given"
    clauses = dict.fromkeys(value.clause for value in values)
    certainty = weakest(value.certainty for value in values)
    return "; ".join(clauses), "published" if certainty == "published" else "recalled"


def _entries(account: Account) -> tuple[Entry, ...]:
    amounts = work_out(account.figures)
    earned = sum((amounts[line.name] for line in LINES if line.side == "earned" and line.name in amounts), Decimal(0))
    entries = []
    for line in LINES:
        if line.name not in amounts:
            continue
        amount = to_fen(amounts[line.name])
        clause, certainty = _source(account, line)
        entries.append(
            Entry(
                facility_id=account.facility.facility_id,
                community_id=account.facility.community_id,
                type=account.facility.type,
                line=line.name,
                side=line.side,
                stream=line.stream,
                amount=amount,
                words={lang: _words(account, line, amount, earned, lang) for lang in ("zh", "en")},
                clause=clause,
                certainty=certainty,
            )
        )
    return tuple(entries)


def balance_facilities(accounts: Iterable[Account]) -> tuple[Balance, ...]:
    """Draw up the monthly account of every facility.

    Parameters
    ----------
    accounts
        From `linli.operate.account.open_accounts`.

    Returns
    -------
    tuple of Balance
        In the same order; each line rounded to the fen, half up, so that sums are sums of what is shown.
    """
    return tuple(Balance(account.facility.facility_id, "facility", _entries(account)) for account in accounts)


def combine(balances: Sequence[Balance], level: Level) -> tuple[Balance, ...]:
    """Put the accounts of facilities together.

    Parameters
    ----------
    balances
        Accounts of facilities.
    level
        ``community``: one a community, in order of first appearance; ``all``: one of everything; ``facility``: as
        they are.

    Returns
    -------
    tuple of Balance
        Empty if there are no accounts.
    """
    if level == "facility":
        return tuple(balances)
    every = [entry for balance in balances for entry in balance.entries]
    if level == "all":
        return (Balance("all", level, tuple(every)),) if balances else ()
    groups: dict[str, list[Entry]] = {}
    for entry in every:
        groups.setdefault(entry.community_id, []).append(entry)
    return tuple(Balance(name, level, tuple(entries)) for name, entries in groups.items())


def entries_table(balances: Iterable[Balance]) -> pd.DataFrame:
    """Write the lines of accounts as a table.

    Parameters
    ----------
    balances
        Accounts of one level.

    Returns
    -------
    DataFrame
        One row a line: ``facility_id, community_id, type, line, side, stream, yuan, words_zh, words_en, clause,
        certainty``; `yuan` float64, exact to the fen when shown with two decimals.
    """
    columns = ["facility_id", "community_id", "type", "line", "side", "stream", "yuan"]
    columns += ["words_zh", "words_en", "clause", "certainty"]
    rows = [
        (
            *(entry.facility_id, entry.community_id, entry.type, entry.line, entry.side, entry.stream),
            *(float(entry.amount), entry.words["zh"], entry.words["en"], entry.clause, entry.certainty),
        )
        for balance in balances
        for entry in balance.entries
    ]
    return pd.DataFrame(rows, columns=columns).astype({"yuan": "float64"})


def balance_table(balances: Iterable[Balance]) -> pd.DataFrame:
    """Write accounts as a table, one row each.

    Parameters
    ----------
    balances
        Accounts of any level.

    Returns
    -------
    DataFrame
        ``id, level, earned_yuan, subsidy_yuan, income_yuan, cost_yuan, depreciation_yuan, balance_yuan`` (a month),
        ``capital_yuan``, ``self_financing_ratio``, ``subsidy_dependence`` (NaN = over nothing); float64.
    """
    money = ("earned", "subsidy", "income", "cost", "depreciation", "balance", "capital")
    ratios = ("self_financing_ratio", "subsidy_dependence")
    rows = [
        (
            *(one.id, one.level),
            *(float(getattr(one, name)) for name in money),
            *(getattr(one, name) for name in ratios),
        )
        for one in balances
    ]
    columns = ["id", "level", *(f"{name}_yuan" for name in money), *ratios]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype(dict.fromkeys(columns[2:], "float64"))
