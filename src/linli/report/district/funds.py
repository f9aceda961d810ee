"""Chapter 6, funds: what it costs, who pays in which year, the subsidy, and what more or less money would buy."""

from __future__ import annotations

import math
from collections import defaultdict

from linli.report.district.desk import Desk, total
from linli.report.district.document import Block
from linli.report.formats import known
from linli.report.plan.model import Subsidy

__all__ = ["cost_parts", "funds"]


def _whole(desk: Desk) -> list[Block]:
    sums = desk.part.sums
    head = desk.heading(2, "funds.whole")
    if not known(sums.cost_yuan):
        priced, _ = total(one.cost_yuan for one in desk.part.projects)
        out: list[Block] = [
            head,
            desk.note(
                "funds.unset",
                count=sums.unpriced,
                projects=sums.projects,
                floor=desk.fmt.area(sums.floor_area_m2),
                site=desk.fmt.area(sums.site_area_m2),
            ),
        ]
        if known(priced):
            out.append(
                desk.paragraph("funds.priced", count=sums.projects - sums.unpriced, cost=desk.money.amount(priced))
            )
        return out
    text = desk.paragraph(
        "funds.text",
        cost=desk.money.amount(sums.cost_yuan),
        parts=cost_parts(desk),
        per=desk.money.exact(sums.cost_yuan / sums.gaining if sums.gaining > 0 else math.nan),
        folk=desk.fmt.folk_unit(),
    )
    return [head, text]


def cost_parts(desk: Desk) -> str:
    """Say who pays what of the cost; only those who do.

    Parameters
    ----------
    desk
        One district in one language.

    Returns
    -------
    str
        ``city and district 30.1 million yuan, subsidy 4.2 million yuan``.
    """
    sums = desk.part.sums
    amounts = {"own": sums.own_yuan, "subsidy": sums.subsidy_yuan, "other": sums.other_yuan}
    return desk.joined(
        desk.say("funds.part", source=desk.words(f"source.{key}"), amount=desk.money.amount(yuan))
        for key, yuan in amounts.items()
        if key == "own" or yuan
    )


def _cash(desk: Desk) -> list[Block]:
    """Write who pays in which year; nothing without a programme and costs."""
    part = desk.part
    if not part.cash:
        return [desk.heading(2, "funds.cash"), desk.paragraph("funds.no_cash")]
    years = sorted({one.year for one in part.cash})
    paid: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for one in part.cash:
        paid[one.source][one.year] += one.yuan
    rows = [
        [
            desk.figures.source_title(source),
            *(desk.money.cell(by_year[year]) if year in by_year else "" for year in years),
            desk.money.cell(sum(by_year.values())),
        ]
        for source, by_year in paid.items()
    ]
    sums = [sum(by_year.get(year, 0.0) for by_year in paid.values()) for year in years]
    rows.append([desk.say("sum"), *(desk.money.cell(one) for one in sums), desk.money.cell(sum(sums))])
    columns = [desk.column("source", width=1.8), *map(desk.year_column, years), desk.column("sum", "right", 1.2)]
    table = desk.table("cash", columns, rows, [desk.say("funds.cash_note")])
    figure = desk.figure("cash_flow", desk.figures.cash_flow(desk.district), width=0.85)
    text = desk.paragraph("funds.cash_text", see=desk.see(table, figure))
    return [desk.heading(2, "funds.cash"), text, *table, *figure, *_left(desk)]


def _left(desk: Desk) -> list[Block]:
    rows = [
        [
            desk.figures.source_title(one.source) + (f"（{one.district}）" if one.district and desk.whole else ""),
            str(one.year),
            desk.money.cell(one.budget_yuan),
            desk.money.cell(one.spent_yuan),
            desk.money.cell(one.left_yuan),
        ]
        for one in desk.part.funds
        if one.budget_yuan or one.spent_yuan
    ]
    columns = [desk.column("source", width=2), desk.column("year", "right"), desk.column("budget", "right")]
    columns += [desk.column("spent", "right"), desk.column("left", "right")]
    return desk.table("funds", columns, rows)


def _eligible(desk: Desk, one: Subsidy) -> str:
    return desk.fmt.unknown if one.eligible is None else desk.say("yes" if one.eligible else "no")


def _subsidies(desk: Desk) -> list[Block]:
    head, missing = desk.heading(2, "funds.subsidy"), desk.left_out("subsidy")
    found = desk.part.subsidies
    if not found:
        return [head, desk.paragraph("funds.no_subsidy"), *desk.bullets(missing)]
    rows = []
    for one in found:
        figures = [desk.fmt.n(one.area_m2), desk.fmt.n(one.average_cost_yuan_m2, 2)]
        figures += [desk.fmt.n(one.base_yuan_m2, 2), desk.fmt.pct(one.ratio)]
        if one.eligible is False:  # what is not worked out then is not wanting
            figures = [desk.words("status.not_applicable") if text == desk.fmt.unknown else text for text in figures]
        row = [one.community, *figures, _eligible(desk, one)]
        rows.append([*row, desk.money.cell(one.amount_yuan), desk.pick(one.reason)])
    columns = [desk.column("community", width=1.5)]
    columns += [desk.column(name, "right", 1.25) for name in ("area", "average_cost", "base", "ratio")]
    columns += [desk.column("eligible", "center", 1.1), desk.column("amount", "right", 1.25)]
    columns.append(desk.column("remark", width=2.8))
    table = desk.table("subsidies", columns, rows, [desk.say("funds.subsidy_note")])
    amount, unset = total(one.amount_yuan for one in found)
    text = desk.paragraph(
        "funds.subsidy_text",
        communities=len(found),
        amount=desk.money.amount(amount),
        unset=unset,
        see=desk.see(table),
    )
    return [head, text, *desk.bullets(missing), *table, *_payments(desk)]


def _payments(desk: Desk) -> list[Block]:
    rows = [
        [
            one.community,
            desk.pick(payment.title),
            desk.fmt.pct(payment.share),
            desk.money.cell(payment.amount_yuan),
            desk.year(payment.year),
        ]
        for one in desk.part.subsidies
        for payment in one.payments
    ]
    columns = [desk.column("community", width=1.8), desk.column("event", width=2.5), desk.column("share", "right")]
    columns += [desk.column("amount", "right"), desk.column("year", "right")]
    return desk.table("payments", columns, rows)


def _frontier(desk: Desk) -> list[Block]:
    """Write what other budgets buy; it is worked out for the whole plan."""
    points = desk.book.frontier
    head = desk.heading(2, "funds.frontier")
    if not points:
        return [head, desk.paragraph("funds.no_frontier"), *desk.bullets(desk.left_out("frontier"))]
    rows = [
        [
            desk.money.cell(one.budget_yuan),
            desk.money.cell(one.cost_yuan),
            desk.fmt.n(one.projects),
            desk.fmt.n(one.objective),
            desk.fmt.n(one.bound),
            desk.fmt.pct(one.gap, 2),
            desk.fmt.n(one.residents),
        ]
        for one in points
    ]
    columns = [desk.column("budget", "right"), desk.column("cost", "right"), desk.column("projects", "right")]
    columns += [desk.column("objective", "right", 1.2), desk.column("bound", "right", 1.2), desk.column("gap", "right")]
    columns.append(desk.column("gaining", "right", 1.2))
    table = desk.table("frontier", columns, rows, [desk.say("funds.frontier_note")])
    figure = desk.figure("frontier", desk.figures.frontier(), width=0.85)
    text = desk.paragraph("funds.frontier_text", count=len(points), see=desk.see(table, figure))
    scope = [] if desk.whole else [desk.paragraph("funds.whole_city")]
    return [head, text, *scope, *table, *figure, *_shadow(desk)]


def _shadow(desk: Desk) -> list[Block]:
    rows = []
    for row in desk.book.shadow:
        low, high = row.get("gained_low"), row.get("gained_bound")
        between = f"{desk.fmt.n(low)}–{desk.fmt.n(high)}" if known(low) and known(high) else desk.fmt.unknown
        per = desk.fmt.n(row.get("per_step_yuan"))
        rows.append(
            [
                desk.money.cell(row["from_yuan"]),
                desk.money.cell(row["to_yuan"]),
                desk.fmt.n(row["gained"]),
                between,
                per,
            ]
        )
    step = desk.money.amount(desk.book.proposal.get("step_yuan"))
    columns = [desk.column("from", "right"), desk.column("to", "right"), desk.column("gained", "right")]
    columns += [desk.column("between", "right", 1.2), desk.column("per_step", "right", 1.3)]
    table = desk.table("shadow", columns, rows, step=step)
    return [desk.paragraph("funds.shadow_text", step=step, see=desk.see(table)), *table] if table else []


def _alternatives(desk: Desk) -> list[Block]:
    head = desk.heading(2, "funds.alternatives")
    if not desk.book.alternatives:
        return [head, desk.paragraph("funds.no_alternatives"), *desk.bullets(desk.left_out("alternatives"))]
    rows = [
        [
            desk.pick(one.title),
            desk.fmt.n(one.projects),
            desk.money.cell(one.cost_yuan),
            desk.fmt.n(one.floor_area_m2),
            desk.fmt.n(one.residents),
            desk.fmt.n(one.old_young),
            desk.fmt.pct(one.share_after),
            desk.words(f"status_plan.{one.status}") if desk.words.has(f"status_plan.{one.status}") else one.status,
            desk.fmt.pct(one.gap, 2),
        ]
        for one in desk.book.alternatives
    ]
    columns = [
        desk.column("alternative", width=2.4),
        desk.column("projects", "right", 0.9),
        desk.column("cost", "right"),
    ]
    columns += [desk.column("floor_area", "right"), desk.column("gaining", "right", 1.1)]
    columns += [
        desk.column("of_old_young", "right", 1.1),
        desk.column("share_after", "right"),
        desk.column("proof", width=1.3),
        desk.column("gap", "right", 0.9),
    ]
    table = desk.table("alternatives", columns, rows, [desk.say("funds.alternatives_note")])
    figure = desk.figure("alternatives", desk.figures.alternatives(), width=0.85)
    scope = [] if desk.whole else [desk.paragraph("funds.whole_city")]
    text = desk.paragraph("funds.alternatives_text", count=len(rows), see=desk.see(table, figure))
    return [head, text, *scope, *table, *figure]


def funds(desk: Desk) -> list[Block]:
    """Write the chapter.

    Parameters
    ----------
    desk
        One district in one language.

    Returns
    -------
    list of Block
        Headings, text, tables and figures; what is unset is said.
    """
    blocks: list[Block] = [desk.heading(1, "funds.title")]
    if not desk.part.projects:
        return [*blocks, desk.note("layout.none")]
    for part in (_whole, _cash, _subsidies, _frontier, _alternatives):
        blocks += part(desk)
    return blocks
