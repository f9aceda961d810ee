"""Chapter 8, safeguards: what has to be decided by whom, what to watch, what may go wrong, and the next survey."""

from __future__ import annotations

from collections import Counter

from linli.improve.choices import LEVERS
from linli.report.district.desk import Desk
from linli.report.district.document import Block
from linli.report.formats import known

__all__ = ["safeguards"]

LISTED = 12
"""How many notes of a kind are listed."""


def _owners(desk: Desk) -> str:
    """Say who owns the rooms that were chosen."""
    rooms = {str(row["room_id"]): row for one in desk.communities for row in one.rooms}
    chosen = {one.place_id for one in desk.part.projects if one.place_kind == "room"}
    kinds = Counter(
        str(rooms[key]["owner_kind"]) if key in rooms and known(rooms[key].get("owner_kind")) else "unknown"
        for key in chosen
    )
    named = [
        desk.say("safeguards.owner", kind=desk.say(f"owner.{kind}"), count=count) for kind, count in kinds.most_common()
    ]
    return desk.joined(named)


def _decisions(desk: Desk) -> list[Block]:
    sums = desk.part.sums
    plots = len({one.place_id for one in desk.part.projects if one.place_kind == "plot"})
    rooms = len({one.place_id for one in desk.part.projects if one.place_kind == "room"})
    facts = {
        "adopt": desk.say("safeguards.fact.adopt", projects=sums.projects, cost=desk.money.amount(sums.cost_yuan)),
        "residents": desk.say(
            "safeguards.fact.residents", communities=sums.communities, gaining=desk.people(sums.gaining)
        ),
    }
    if rooms:
        facts["rooms"] = desk.say("safeguards.fact.rooms", count=rooms, owners=_owners(desk))
    if plots:
        facts["plots"] = desk.say("safeguards.fact.plots", count=plots, area=desk.fmt.area(sums.site_area_m2))
    amounts = [one.amount_yuan for one in desk.part.subsidies if known(one.amount_yuan)]
    if desk.part.subsidies:
        facts["subsidy"] = desk.say(
            "safeguards.fact.subsidy", communities=len(desk.part.subsidies), amount=desk.money.amount(sum(amounts))
        )
    facts["operator"] = desk.say("safeguards.fact.operator", types=len(sums.by_type))
    rows = [
        [desk.say(f"safeguards.what.{key}"), desk.say(f"safeguards.who.{key}"), fact] for key, fact in facts.items()
    ]
    columns = [desk.column("matter", width=2), desk.column("who", width=2.2), desk.column("ground", width=3)]
    table = desk.table("decisions", columns, rows, [desk.say("safeguards.who_note")])
    text = desk.paragraph("safeguards.decisions_text", see=desk.see(table))
    return [desk.heading(2, "safeguards.decisions"), text, *table]


def _forecast(desk: Desk) -> list[Block]:
    """Lay out what can be watched: the plan's own forecast by year, or its end where there is no programme."""
    part, needs = desk.part, desk.part.sums.needs
    if not part.years:
        levers = [
            [desk.say(f"lever.{lever}"), "0", desk.fmt.n(part.sums.by_lever[lever])]
            for lever in LEVERS
            if part.sums.by_lever.get(lever)
        ]
        rows = [
            *levers,
            [desk.say("indicator.needs"), "0", desk.fmt.n(needs.newly)],
            [desk.say("indicator.share"), desk.fmt.pct(needs.share_before), desk.fmt.pct(needs.share_after)],
            [desk.say("indicator.lacking"), desk.fmt.n(part.sums.lacking_before), desk.fmt.n(part.sums.lacking_after)],
        ]
        columns = [desk.column("indicator", width=3), desk.column("now", "right"), desk.column("end", "right")]
        return desk.table("indicators", columns, rows, [desk.say("safeguards.indicators_end")])
    started, opened, spent = 0, 0, 0.0
    cells: dict[str, list[str]] = {key: ["0"] for key in ("started", "opened", "spent", "needs", "old_young")}
    cells["share"] = [desk.fmt.pct(needs.share_before)]
    for step in part.years:
        started, opened, spent = started + step.started, opened + step.opened, spent + step.yuan
        reached = min(needs.before + step.residents, needs.residents)
        cells["started"].append(desk.fmt.n(started))
        cells["opened"].append(desk.fmt.n(opened))
        cells["spent"].append(desk.money.cell(spent))
        cells["needs"].append(desk.fmt.n(step.residents))
        cells["old_young"].append(desk.fmt.n(step.old_young))
        cells["share"].append(desk.fmt.pct(reached / needs.residents if needs.residents > 0 else float("nan"), 1))
    cells["share"][0] = desk.fmt.pct(needs.share_before, 1)
    units = {"money": desk.money.unit, "needs": desk.words(f"needs.{desk.book.unit}")}
    rows = [[desk.say(f"indicator.{key}", **units), *figures] for key, figures in cells.items()]
    columns = [desk.column("indicator", width=3), desk.column("now", "right")]
    columns += [desk.year_column(step.year) for step in part.years]
    return desk.table("indicators", columns, rows, [desk.say("safeguards.indicators_note")])


def _monitoring(desk: Desk) -> list[Block]:
    table = _forecast(desk)
    text = desk.paragraph("safeguards.monitoring_text", see=desk.see(table))
    return [desk.heading(2, "safeguards.monitoring"), text, *table]


def _solver(desk: Desk) -> str:
    plan = desk.book.plan
    return desk.say(
        "safeguards.solver",
        status=desk.words(f"status_plan.{plan['status']}"),
        objective=desk.fmt.n(plan["objective"]),
        bound=desk.fmt.n(plan["bound"]),
        gap=desk.fmt.pct(plan["gap"], 2),
    )


def _risks(desk: Desk) -> list[Block]:
    results = [r for c in desk.communities for r in c.results.get(desk.standard.id, ())]
    unknown = sum(result.status == "unknown" for result in results)
    judged = sum(result.status != "not_applicable" for result in results)
    sure = Counter(item.certainty for item in desk.standard.items)
    without = [
        f"{desk.words(f'reason.{code}')} {desk.needs(value)}" for code, value in desk.part.sums.without.items() if value
    ]
    texts = [_solver(desk)]
    if judged:
        texts.append(desk.say("safeguards.unknown", count=unknown, share=desk.fmt.pct(unknown / judged)))
    doubtful = sure["recalled"] + sure["unset"]
    if doubtful:
        texts.append(desk.say("safeguards.recalled", count=doubtful, all=len(desk.standard.items)))
    if without:
        texts.append(desk.say("safeguards.without", reasons=desk.joined(without)))
    notes = [desk.pick(row) for row in (*desk.book.notes, *_assumed(desk))]
    blocks: list[Block] = [desk.heading(2, "safeguards.risks"), *desk.bullets(texts)]
    for key, lines in (("assumed", notes), ("unset", desk.left_out()), ("data", _data_notes(desk))):
        if lines:
            blocks += [desk.paragraph(f"safeguards.{key}"), *desk.bullets(list(dict.fromkeys(lines))[:LISTED])]
    return blocks


def _assumed(desk: Desk) -> list[dict[str, str]]:
    """Return what was assumed about this district or the whole, by its text."""
    inside = {one.id for one in desk.part.communities} | {one.option_id for one in desk.part.projects}
    out = []
    for row in desk.book.assumed:
        about = {key for key in str(row.get("id") or "").split(";") if key}
        if not about or about & inside:
            out.append({"zh": str(row["zh"]), "en": str(row["en"])})
    return out


def _data_notes(desk: Desk) -> list[str]:
    return [
        desk.say("safeguards.data_note", text=desk.pick(row), count=row["count"])
        for row in desk.book.assessment.meta["notes"]
    ]


def _next(desk: Desk) -> list[Block]:
    opens = [one.open_year for one in desk.part.projects if one.open_year is not None]
    key = "safeguards.next_dated" if opens else "safeguards.next_text"
    values = {"first": min(opens), "last": max(opens)} if opens else {}
    return [desk.heading(2, "safeguards.next"), desk.paragraph(key, **values), desk.paragraph("safeguards.compare")]


def safeguards(desk: Desk) -> list[Block]:
    """Write the chapter.

    Parameters
    ----------
    desk
        One district in one language.

    Returns
    -------
    list of Block
        Headings, text and tables.
    """
    blocks: list[Block] = [desk.heading(1, "safeguards.title")]
    for part in (_decisions, _monitoring, _risks, _next):
        blocks += part(desk)
    return blocks
