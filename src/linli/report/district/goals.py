"""Chapter 3, goals: what the plan brings within reach, for whom, by requirement, age and community."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.report.district.desk import Desk
from linli.report.district.document import Block
from linli.report.formats import known
from linli.report.plan.model import Change
from linli.units import AGE_BANDS, BAND_TITLES

__all__ = ["goals"]


def _whole(desk: Desk) -> list[Block]:
    sums = desk.part.sums
    return [
        desk.heading(2, "goals.whole"),
        desk.paragraph(
            "goals.text",
            before=desk.fmt.pct(sums.needs.share_before),
            after=desk.fmt.pct(sums.needs.share_after),
            newly=desk.needs(sums.needs.newly),
            gaining=desk.people(sums.gaining),
            old_young=desk.people(sums.gaining_old_young),
            lacking_before=desk.people(sums.lacking_before),
            lacking_after=desk.people(sums.lacking_after),
        ),
        desk.paragraph("goals.needs_note", note=desk.words(f"needs.note.{desk.book.unit}")),
        *desk.bullets(_principles(desk)),
    ]


def _principles(desk: Desk) -> list[str]:
    """Say what was asked of the plan: sense, weights, floor, priority; only what was chosen."""
    choices: Mapping[str, Any] = desk.book.plan["choices"]
    out = [desk.say("goals.sense", sense=desk.words(f"sense.{desk.book.plan['sense']}"))]
    if choices["old_young_weight"] != 1:
        out.append(desk.say("goals.old_young_weight", weight=f"{choices['old_young_weight']:g}"))
    if choices["item_weights"] == "equal":
        out.append(desk.say("goals.items_equal"))
    if choices["priority_weight"]:
        out.append(desk.say("goals.priority_weight", weight=f"{1 + choices['priority_weight']:g}"))
    floor = choices["floor_share"]
    if isinstance(floor, Mapping):
        names = {one.id: one.name for one in desk.part.communities}
        shares = [f"{names[key]} {desk.fmt.pct(share)}" for key, share in floor.items() if key in names]
        if shares:
            out.append(desk.say("goals.floor_some", shares=desk.joined(shares)))
    elif floor is not None:
        out.append(desk.say(f"goals.floor_{choices['floor_scope']}", share=desk.fmt.pct(floor)))
    return out


def _row(desk: Desk, name: str, change: Change) -> list[str]:
    return [
        name,
        desk.fmt.n(change.residents),
        desk.fmt.pct(change.share_before),
        desk.fmt.pct(change.share_after),
        desk.fmt.n(change.newly),
        desk.fmt.n(change.without),
    ]


def _requirements(desk: Desk) -> list[Block]:
    rows = []
    for one in desk.book.requirements:
        change = desk.change(one.key)
        if change.residents > 0:
            rows.append(_row(desk, desk.requirement(one.key), change))
    columns = [desk.column("requirement", width=2.8), desk.column("concerned", "right", 1.2)]
    columns += [desk.column("share_before", "right"), desk.column("share_after", "right")]
    columns += [desk.column("newly", "right", 1.2), desk.column("still", "right", 1.2)]
    table = desk.table("goals", columns, rows)
    figure = desk.figure("coverage", desk.figures.coverage_before_after(desk.district))
    text = desk.paragraph("goals.requirements_text", see=desk.see(table, figure))
    return [desk.heading(2, "goals.requirements"), text, *table, *figure]


def _bands(desk: Desk) -> list[Block]:
    changes = {band: desk.change("", band) for band in AGE_BANDS}
    there = [(band, one) for band, one in changes.items() if known(one.residents) and one.residents > 0]
    head = desk.heading(2, "goals.bands")
    if not there:
        return [head, desk.paragraph("findings.no_ages")]
    rows = [_row(desk, desk.pick(BAND_TITLES[band]), one) for band, one in there]
    columns = [desk.column("band", width=1.6), desk.column("needs", "right", 1.2)]
    columns += [desk.column("share_before", "right"), desk.column("share_after", "right")]
    columns += [desk.column("newly", "right", 1.2), desk.column("still", "right", 1.2)]
    figure = desk.figure("bands", desk.figures.bands_before_after(desk.district), width=0.85)
    table = desk.table("bands", columns, rows)
    return [head, desk.paragraph("goals.bands_text", see=desk.see(table, figure)), *table, *figure]


def _communities(desk: Desk) -> list[Block]:
    rows = []
    for one in desk.part.communities:
        needs = one.needs
        shares = [desk.fmt.pct(needs.share_before), desk.fmt.pct(needs.share_after)]
        gained = [desk.fmt.n(one.gaining), desk.fmt.n(one.lacking_before), desk.fmt.n(one.lacking_after)]
        rows.append([one.name, desk.fmt.n(one.residents), *shares, *gained])
    columns = [desk.column("community", width=2.2), desk.column(f"people.{desk.book.unit}", "right", 1.1)]
    columns += [desk.column("share_before", "right", 1.2), desk.column("share_after", "right", 1.2)]
    columns += [desk.column("gaining", "right", 1.2), desk.column("lacking_before", "right", 1.3)]
    columns.append(desk.column("lacking_after", "right", 1.3))
    table = desk.table("communities_after", columns, rows, [desk.say("goals.communities_note")])
    figure = desk.figure("without_map", desk.figures.without_map(desk.district), width=0.82)
    text = desk.paragraph("goals.communities_text", see=desk.see(table, figure))
    return [desk.heading(2, "goals.communities"), text, *table, *figure]


def goals(desk: Desk) -> list[Block]:
    """Write the chapter.

    Parameters
    ----------
    desk
        One district in one language.

    Returns
    -------
    list of Block
        Headings, text, tables and figures.
    """
    blocks: list[Block] = [desk.heading(1, "goals.title")]
    if not desk.part.sums.needs.residents > 0:
        return [*blocks, desk.paragraph("findings.no_reach")]
    for part in (_whole, _requirements, _bands, _communities):
        blocks += part(desk)
    return blocks
