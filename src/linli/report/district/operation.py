"""Chapter 7, operation: what running the places earns and costs, or what has to be filled in before anybody can say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from linli.report.district.desk import Desk
from linli.report.district.document import Block
from linli.report.formats import known
from linli.report.plan.model import Operating

__all__ = ["operation"]

RISKS = 10
"""How many levers the table of sensitivity shows."""


def _account(desk: Desk, account: Operating) -> list[Block]:
    names = {one.id: one.name for one in desk.part.communities}
    rows = []
    for one in (*(one for one in desk.part.operating if one.level == "community"), account):
        row = [names.get(one.id, desk.say("sum")), desk.money.cell(one.earned_yuan), desk.money.cell(one.subsidy_yuan)]
        row += [desk.money.cell(one.cost_yuan), desk.money.cell(one.balance_yuan)]
        rows.append([*row, desk.fmt.pct(one.self_financing_ratio), desk.fmt.pct(one.subsidy_dependence)])
    columns = [desk.column("community", width=2), desk.column("earned", "right"), desk.column("run_subsidy", "right")]
    columns += [desk.column("run_cost", "right"), desk.column("balance", "right")]
    columns += [desk.column("self_financing", "right"), desk.column("dependence", "right", 1.1)]
    table = desk.table("operating", columns, rows, [desk.say("operation.account_note")])
    figure = desk.figure("operating", desk.figures.operating(desk.district), width=0.9)
    text = desk.paragraph(
        "operation.account_text",
        earned=desk.money.amount(account.earned_yuan),
        cost=desk.money.amount(account.cost_yuan),
        balance=desk.money.amount(account.balance_yuan),
        ratio=desk.fmt.pct(account.self_financing_ratio),
        see=desk.see(table, figure),
    )
    return [desk.heading(2, "operation.account"), text, *table, *figure, *_streams(desk)]


def _stream(desk: Desk, stream: str) -> str:
    key = f"stream.{stream}"
    return desk.say(key) if desk.words.has(f"district.{key}") else stream


def _streams(desk: Desk) -> list[Block]:
    rows = [
        [desk.words(f"side.{one.side}"), _stream(desk, one.stream), desk.money.cell(one.yuan)]
        for side in ("earned", "subsidy", "cost")
        for one in desk.part.streams
        if one.side == side
    ]
    columns = [desk.column("side"), desk.column("stream", width=2), desk.column("a_month", "right")]
    return desk.table("streams", columns, rows)


def _inside(desk: Desk, row: Mapping[str, Any]) -> bool:
    """Whether a row of a community belongs here; rows of the whole belong to the whole."""
    if row.get("level") == "community":
        return row["id"] in {one.id for one in desk.part.communities}
    return row.get("level") == "all" and desk.whole


def _names(desk: Desk, row: Mapping[str, Any]) -> str:
    names = {one.id: one.name for one in desk.part.communities}
    return names.get(str(row.get("id")), desk.say("sum"))


def _factor(desk: Desk, value: Any) -> str:
    return desk.fmt.n(value, 2) if known(value) else desk.say("operation.never")


def _break_even(desk: Desk) -> list[Block]:
    rows = []
    for row in desk.book.break_even:
        if not _inside(desk, row):
            continue
        prices = row.get("prices")
        found = json.loads(prices) if isinstance(prices, str) and prices else {}
        shown = desk.joined(f"{name} {value:g}" for name, value in found.items() if known(value))
        occupancy = desk.fmt.pct(row["occupancy"]) if known(row.get("occupancy")) else desk.say("operation.never")
        rows.append([_names(desk, row), occupancy, _factor(desk, row.get("price_factor")), shown])
    if any(row[3] for row in rows):
        columns = [
            desk.column("community", width=1.6),
            desk.column("occupancy", "right"),
            desk.column("factor", "right"),
        ]
        columns.append(desk.column("prices", width=3))
    else:
        columns = [desk.column("community", width=2), desk.column("occupancy", "right"), desk.column("factor", "right")]
        rows = [row[:3] for row in rows]
    table = desk.table("break_even", columns, rows, [desk.say("operation.break_even_note")])
    if not table:
        return []
    text = desk.paragraph("operation.break_even_text", see=desk.see(table))
    return [desk.heading(2, "operation.break_even"), text, *table]


def _modes(desk: Desk) -> list[Block]:
    """Compare modes of operation; they are worked out for everything together."""
    if not desk.book.modes:
        return []
    rows = []
    for row in desk.book.modes:
        title = {"zh": row["title_zh"], "en": row["title_en"]}
        money = [desk.money.cell(row[name]) for name in ("earned_yuan", "subsidy_yuan", "cost_yuan", "balance_yuan")]
        years = (
            desk.fmt.n(row.get("payback_years"), 1) if known(row.get("payback_years")) else desk.say("operation.never")
        )
        rows.append(
            [
                desk.pick(title),
                *money,
                desk.fmt.pct(row["self_financing_ratio"]),
                desk.money.cell(row["npv_yuan"]),
                years,
            ]
        )
    columns = [desk.column("mode", width=2.2), desk.column("earned", "right"), desk.column("run_subsidy", "right")]
    columns += [
        desk.column("run_cost", "right"),
        desk.column("balance", "right"),
        desk.column("self_financing", "right"),
    ]
    columns += [desk.column("npv", "right", 1.1), desk.column("payback", "right", 1.1)]
    table = desk.table("modes", columns, rows)
    figure = desk.figure("modes", desk.figures.modes(), width=0.85)
    text = desk.paragraph("operation.modes_text", count=len(rows), see=desk.see(table, figure))
    return [desk.heading(2, "operation.modes"), text, *_scope(desk), *table, *figure, *_assumptions(desk)]


def _scope(desk: Desk) -> list[Block]:
    return [] if desk.whole else [desk.paragraph("funds.whole_city")]


def _assumptions(desk: Desk) -> list[Block]:
    titles = {row["mode"]: {"zh": row["title_zh"], "en": row["title_en"]} for row in desk.book.modes}
    rows = [
        [
            desk.pick(titles.get(row["mode"], str(row["mode"]))),
            desk.pick({"zh": row["title_zh"], "en": row["title_en"]}),
            desk.fmt.value(row["value"], row.get("unit")),
            str(row.get("source") or row.get("clause") or ""),
            desk.certainty(str(row.get("certainty") or "")),
        ]
        for row in desk.book.assumptions
    ]
    columns = [desk.column("mode", width=1.6), desk.column("assumption", width=2), desk.column("value", "right", 1.2)]
    columns += [desk.column("basis", width=2), desk.column("certainty", width=0.9)]
    return desk.table("assumptions", columns, rows)


def _risk(desk: Desk) -> list[Block]:
    shown = [row for row in desk.book.tornado if row.get("measure") == "balance"]
    shown.sort(key=lambda row: -abs(float(row["width"])) if known(row.get("width")) else 0.0)
    rows = [
        [
            _lever(desk, str(row["lever"])),
            f"±{desk.fmt.pct(row['swing'])}",
            *(desk.money.cell(row[name]) for name in ("at_low", "base", "at_high")),
        ]
        for row in shown[:RISKS]
    ]
    columns = [desk.column("assumption", width=2), desk.column("swing", "right")]
    columns += [desk.column(name, "right", 1.2) for name in ("at_low", "base_case", "at_high")]
    table = desk.table("tornado", columns, rows)
    figure = desk.figure("tornado", desk.figures.tornado(), width=0.85)
    out = [*table, *figure, *_range(desk)]
    if not out:
        return []
    text = desk.paragraph("operation.risk_text", see=desk.see(out))
    return [desk.heading(2, "operation.risk"), text, *_scope(desk), *out]


def _lever(desk: Desk, lever: str) -> str:
    return desk.words(f"figure_lever.{lever}") if desk.words.has(f"figure_lever.{lever}") else lever


def _range(desk: Desk) -> list[Block]:
    rows = []
    for row in desk.book.range:
        if row.get("id") != "all":
            continue
        written = desk.money.cell
        figures = [written(row[name]) for name in ("p05", "p50", "p95", "mean")]
        rows.append([desk.say(f"measure.{row['measure']}"), *figures, desk.fmt.pct(row["loss_share"])])
    columns = [desk.column("measure", width=2), *(desk.column(name, "right") for name in ("p05", "p50", "p95", "mean"))]
    return desk.table("range", [*columns, desk.column("loss", "right", 1.1)], rows)


def _worth(desk: Desk) -> list[Block]:
    rows = [
        [
            _names(desk, row),
            desk.money.cell(row["npv_yuan"]),
            desk.fmt.n(row["payback_years"], 1) if known(row.get("payback_years")) else desk.say("operation.never"),
        ]
        for row in desk.book.worth
        if _inside(desk, row)
    ]
    columns = [desk.column("community", width=2), desk.column("npv", "right"), desk.column("payback", "right")]
    table = desk.table("worth", columns, rows, [desk.say("operation.worth_note")])
    figure = desk.figure("flows", desk.figures.flows(), width=0.85) if desk.whole else []
    if not table and not figure:
        return []
    text = desk.paragraph("operation.worth_text", see=desk.see(table, figure))
    return [desk.heading(2, "operation.worth"), text, *table, *figure]


def operation(desk: Desk) -> list[Block]:
    """Write the chapter.

    Parameters
    ----------
    desk
        One district in one language.

    Returns
    -------
    list of Block
        Headings, text, tables and figures; or what must be filled in.
    """
    blocks: list[Block] = [desk.heading(1, "operation.title"), desk.paragraph("operation.lead")]
    missing = desk.left_out("operat")
    if desk.part.account is None:
        return [*blocks, desk.note("operation.unset" if missing else "operation.unasked"), *desk.bullets(missing)]
    if missing:
        blocks += [desk.paragraph("operation.missing"), *desk.bullets(missing)]
    blocks += _account(desk, desk.part.account)
    for part in (_break_even, _worth, _modes, _risk):
        blocks += part(desk)
    return blocks
