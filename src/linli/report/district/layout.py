"""Chapter 4, layout: which rooms and plots become what, by lever, by type of facility, by community."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from linli.improve.choices import LEVERS
from linli.improve.sites import NOTES
from linli.report.district.desk import Desk, total
from linli.report.district.document import Block
from linli.report.formats import known
from linli.report.plan.model import Limit, Project

__all__ = ["layout"]

PLAIN_LABELS = ("budget", "projects", "area")
"""Labels of limits that say no more than their kind."""


def _places(desk: Desk) -> list[Block]:
    sums = desk.part.sums
    figure = desk.figure("places_map", desk.figures.places_map(desk.district))
    levers = [
        desk.say("layout.lever", lever=desk.words(f"lever.{lever}"), count=desk.fmt.n(sums.by_lever[lever]))
        for lever in LEVERS
        if sums.by_lever.get(lever)
    ]
    text = desk.paragraph(
        "layout.text",
        projects=desk.fmt.n(sums.projects),
        places=desk.fmt.n(sums.places),
        communities=desk.fmt.n(sums.communities),
        levers=desk.joined(levers),
        floor=desk.fmt.area(sums.floor_area_m2),
        site=desk.fmt.area(sums.site_area_m2),
        see=desk.see(figure),
    )
    forced = [one for one in desk.part.projects if one.forced]
    decided = [desk.paragraph("layout.forced", count=len(forced))] if forced else []
    return [desk.heading(2, "layout.places"), text, *decided, *figure]


def _sum(values: Iterable[float]) -> float:
    """Add up; unknown as soon as one is not known."""
    every = list(values)
    found, missing = total(every)
    return float("nan") if missing else found if every else 0.0


def _lever_row(desk: Desk, name: str, some: Sequence[Project]) -> list[str]:
    areas = [desk.area(_sum(getattr(one, key) for one in some)) for key in ("floor_area_m2", "site_area_m2")]
    cost = desk.money.cell(_sum(one.cost_yuan for one in some))
    return [name, desk.fmt.n(len(some)), *areas, cost, desk.fmt.n(_sum(one.served for one in some))]


def _levers(desk: Desk) -> list[Block]:
    projects = desk.part.projects
    rows = [
        _lever_row(desk, desk.say(f"lever.{lever}"), [one for one in projects if one.lever == lever])
        for lever in LEVERS
        if any(one.lever == lever for one in projects)
    ]
    rows.append(_lever_row(desk, desk.say("sum"), projects))
    columns = [desk.column("lever", width=2.4), desk.column("projects", "right"), desk.column("floor_area", "right")]
    columns += [
        desk.column("site_area", "right"),
        desk.column("cost", "right", 1.1),
        desk.column("served", "right", 1.2),
    ]
    table = desk.table("levers", columns, rows, [desk.say("layout.served_note")])
    text = desk.paragraph("layout.levers_text", see=desk.see(table))
    return [desk.heading(2, "layout.levers"), text, *table]


def _types(desk: Desk) -> list[Block]:
    rows = []
    for code, count in sorted(desk.part.sums.by_type.items(), key=lambda pair: (-pair[1], pair[0])):
        some = [one for one in desk.part.projects if one.type == code]
        levers = Counter(one.lever for one in some)
        each = [desk.fmt.n(levers[lever]) if levers[lever] else "" for lever in LEVERS]
        area = desk.fmt.n(_sum(one.area_m2 for one in some))
        rows.append([desk.type(code), desk.fmt.n(count), *each, area, desk.fmt.n(_sum(one.served for one in some))])
    columns = [desk.column("type", width=2.4), desk.column("projects", "right")]
    columns += [desk.column(lever, "right", 0.9) for lever in LEVERS]
    columns += [desk.column("area", "right", 1.1), desk.column("served", "right", 1.3)]
    table = desk.table("types", columns, rows)
    figure = desk.figure("types", desk.figures.projects_by_type(desk.district), width=0.9)
    text = desk.paragraph("layout.types_text", count=len(rows), see=desk.see(table, figure))
    return [desk.heading(2, "layout.types"), text, *table, *figure]


def _communities(desk: Desk) -> list[Block]:
    by_number = {one.number: one for one in desk.part.projects}
    rows, empty = [], []
    for community in desk.part.communities:
        some = [by_number[number] for number in community.projects if number in by_number]
        if not some:
            empty.append(community.name)
            continue
        levers = Counter(one.lever for one in some)
        each = [desk.fmt.n(levers[lever]) if levers[lever] else "" for lever in LEVERS]
        numbers = desk.numbers(one.number for one in some)
        area, cost = desk.fmt.n(_sum(one.area_m2 for one in some)), desk.money.cell(_sum(one.cost_yuan for one in some))
        rows.append([community.name, numbers, *each, area, cost, desk.fmt.n(community.gaining)])
    columns = [desk.column("community", width=2), desk.column("numbers", width=2.4)]
    columns += [desk.column(lever, "right") for lever in LEVERS]
    columns += [desk.column("area", "right"), desk.column("cost", "right", 1.2), desk.column("gaining", "right", 1.2)]
    table = desk.table("community_projects", columns, rows, [desk.say("layout.communities_note")])
    blocks: list[Block] = [desk.heading(2, "layout.communities")]
    if empty:
        blocks.append(desk.paragraph("layout.communities_without", names=desk.joined(empty), count=len(empty)))
    return [*blocks, desk.paragraph("layout.communities_text", see=desk.see(table)), *table]


def _limit(desk: Desk, limit: Limit) -> str:
    money = limit.kind == "budget" or "balance" in limit.kind
    written = desk.money.amount if money else desk.fmt.n
    key = f"limit.{limit.kind}"
    name = desk.say(key) if desk.words.has(f"district.{key}") else limit.kind
    if limit.label not in PLAIN_LABELS:
        name += desk.say("limit.of", label=limit.label)
    return desk.say("layout.limit", name=name, used=written(limit.used), upper=written(limit.upper))


def _conditions(desk: Desk) -> list[Block]:
    """Say what has to be seen to before works begin, and which limits held the plan back."""
    counts = Counter(note for one in desk.part.projects for note in one.notes)
    out = [
        desk.say("layout.condition", what=desk.pick(NOTES[code]), count=count)
        for code, count in counts.most_common()
        if code in NOTES
    ]
    held = [
        one
        for one in desk.book.limits
        if known(one.upper) and one.kind not in ("shared_area", "one_use") and desk.whole
    ]
    out += [_limit(desk, one) for one in held]
    if not out:
        return []
    return [desk.heading(2, "layout.conditions"), desk.paragraph("layout.conditions_text"), *desk.bullets(out)]


def layout(desk: Desk) -> list[Block]:
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
    blocks: list[Block] = [desk.heading(1, "layout.title")]
    if not desk.part.projects:
        return [*blocks, desk.note("layout.none")]
    for part in (_places, _levers, _types, _communities, _conditions):
        blocks += part(desk)
    return blocks
