"""Chapter 7, operation: what running the places earns and costs, or what has to be filled in before anybody can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.operate import STREAMS
from linli.report.district.desk import Desk
from linli.report.district.document import Block, Column
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


def _streams(desk: Desk) -> list[Block]:
    rows = [
        [desk.words(f"side.{one.side}"), desk.pick(STREAMS.get(one.stream, one.stream)), desk.money.cell(one.yuan)]
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


def _break_even(desk: Desk) -> list[Block]:
    """Say at what occupancy and prices each facility breaks even; both count from what was filled in."""
    projects = {one.option_id: one for one in desk.part.projects}
    rows: list[tuple[int, list[str]]] = []
    others = 0
    for row in desk.book.break_even:
        project = projects.get(str(row.get("id")))
        if row.get("level") != "facility" or project is None:
            continue
        if not known(row.get("occupancy")) and not known(row.get("price_factor")):
            others += 1
            continue
        occupancy = desk.fmt.pct(row["occupancy"]) if known(row.get("occupancy")) else desk.say("operation.none")
        factor = desk.fmt.n(row["price_factor"], 2) if known(row.get("price_factor")) else desk.say("operation.none")
        rows.append((project.number, [str(project.number), desk.project_name(project), occupancy, factor]))
    columns = [desk.column("no", "center", 0.5), desk.column("project", width=3.4)]
    columns += [desk.column("occupancy", "right", 1.2), desk.column("factor", "right", 1.2)]
    notes = [desk.say("operation.break_even_note")]
    notes += [desk.say("operation.others", count=others)] if others else []
    ordered = [cells for _, cells in sorted(rows)]
    table = desk.table("break_even", columns, ordered, notes)
    if not table:
        return []
    text = desk.paragraph("operation.break_even_text", see=desk.see(table))
    return [desk.heading(2, "operation.break_even"), text, *_together(desk), *table]


def _together(desk: Desk) -> list[Block]:
    """Say at what prices everything together breaks even."""
    whole = [row for row in desk.book.break_even if row.get("level") == "all" and desk.whole]
    factors = [row["price_factor"] for row in whole if known(row.get("price_factor"))]
    return [desk.paragraph("operation.break_even_all", factor=desk.fmt.n(factors[0], 2))] if factors else []


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
    """Lay the assumptions of the modes side by side."""
    modes = {str(row["mode"]): desk.pick({"zh": row["title_zh"], "en": row["title_en"]}) for row in desk.book.modes}
    values: dict[str, dict[str, str]] = {}
    sources: list[str] = []
    for row in desk.book.assumptions:
        title = desk.pick({"zh": row["title_zh"], "en": row["title_en"]})
        values.setdefault(title, {})[str(row["mode"])] = desk.fmt.value(row["value"], row.get("unit"))
        source = str(row.get("source") or row.get("clause") or "")
        sources.append(
            desk.say("operation.source", source=source, certainty=desk.certainty(str(row.get("certainty") or "")))
        )
    rows = [[title, *(by_mode.get(mode, "") for mode in modes)] for title, by_mode in values.items()]
    columns = [desk.column("assumption", width=2.2), *(Column(title, "right", 1.1) for title in modes.values())]
    note = desk.say("operation.sources", sources=desk.words("number.semicolon").join(dict.fromkeys(sources)))
    return desk.table("assumptions", columns, rows, [note])


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
    key = f"operate_lever.{lever}"
    return desk.words(key) if desk.words.has(key) else lever


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
