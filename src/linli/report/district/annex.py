"""Annexes: a sheet for each community, who is still without and why, the subsidy step by step, data and method."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from linli.errors import Problem
from linli.improve.outcome import WHY
from linli.improve.sites import REASONS
from linli.report import phrases
from linli.report.district.desk import Desk
from linli.report.district.document import Block, Cell, Heading, PageBreak
from linli.report.formats import known
from linli.report.model import Community
from linli.report.plan.model import CommunityChange, Project
from linli.report.profile import fact_rows

__all__ = ["annexes"]

SHEETS = 150
"""Up to how many communities every one has a sheet; beyond, those with projects have one."""

REASONS_NAMED = 12
"""How many reasons for refusing places are listed."""


def _annex(desk: Desk, key: str) -> Heading:
    return Heading(1, desk.say(key), annex=True)


# ---------------------------------------------------------------------- sheets


def _facts(desk: Desk, community: Community) -> list[Block]:
    fmt = desk.fmt
    pairs = [
        (desk.words(f"figure.residents.{desk.book.unit}"), fmt.folk(community.residents)),
        (desk.words("figure.households"), fmt.unit(community.households, "households")),
    ]
    pairs += [(row["name"], row["value"]) for row in fact_rows(desk.book.assessment, community, fmt)]
    if len(pairs) % 2:
        pairs.append(("", ""))
    half = len(pairs) // 2
    rows = [[*left, *right] for left, right in zip(pairs[:half], pairs[half:], strict=True)]
    columns = [desk.column("fact", width=1.5), desk.column("value", "right", 1.2)] * 2
    return desk.plain(columns, rows)


def _items(desk: Desk, community: Community, change: CommunityChange, projects: list[Project]) -> list[Block]:
    """Lay out every item: status and degree now, the share within reach before and after, the projects for it."""
    by_item: dict[str, list[str]] = defaultdict(list)
    for one in desk.book.requirements:
        by_item[one.item].append(one.key)
    rows: list[list[str | Cell]] = []
    for result in community.results.get(desk.standard.id, ()):
        reach = ""
        changes = [
            change.changes[key, "need"] for key in by_item.get(result.item.id, ()) if (key, "need") in change.changes
        ]
        worst = min((one for one in changes if one.residents > 0), key=lambda one: one.share_after, default=None)
        if worst is not None:
            before, after = desk.fmt.pct(worst.share_before), desk.fmt.pct(worst.share_after)
            reach = f"{before} → {after}" if before != after else before
        serving = [one.number for one in projects if set(one.requirements) & set(by_item.get(result.item.id, ()))]
        degree = "" if result.status == "not_applicable" else desk.fmt.degree(result.degree, result.low, result.high)
        rows.append([desk.pick(result.item.title), desk.status(result.status), degree, reach, desk.numbers(serving)])
    columns = [desk.column("item", width=2.6), desk.column("status", width=1.2), desk.column("degree", "right", 1.1)]
    columns += [desk.column("reach", "center", 1.6), desk.column("numbers", width=1.2)]
    return desk.plain(columns, rows)


def _own_projects(desk: Desk, projects: list[Project]) -> list[Block]:
    rows = [
        [
            str(one.number),
            one.place_name,
            desk.type(one.type),
            desk.lever(one.lever),
            desk.fmt.n(one.area_m2),
            desk.money.cell(one.cost_yuan),
            desk.year(one.start_year),
        ]
        for one in projects
    ]
    columns = [desk.column("no", "center", 0.6), desk.column("place", width=2.4), desk.column("type", width=2)]
    columns += [desk.column("lever"), desk.column("area", "right"), desk.column("cost", "right", 1.1)]
    return desk.plain([*columns, desk.column("start", "right", 0.8)], rows)


def _sheet(desk: Desk, community: Community, change: CommunityChange) -> list[Block]:
    by_number = {one.number: one for one in desk.part.projects}
    projects = [by_number[number] for number in change.projects if number in by_number]
    gained = desk.say(
        "annex.gained",
        before=desk.fmt.pct(change.needs.share_before),
        after=desk.fmt.pct(change.needs.share_after),
        gaining=desk.people(change.gaining),
        lacking=desk.people(change.lacking_after),
    )
    lead = phrases.community_lead(desk.book.assessment, community, desk.fmt)
    gap = "" if desk.lang == "zh" else " "
    blocks: list[Block] = [
        Heading(3, community.name),
        desk.paragraph("annex.lead", text=lead + gap + gained),
        *_facts(desk, community),
        *_items(desk, community, change, projects),
    ]
    if projects:
        blocks += _own_projects(desk, projects)
    else:
        blocks.append(desk.paragraph("annex.no_projects"))
    return blocks


def _sheets(desk: Desk) -> list[Block]:
    changes = {one.id: one for one in desk.part.communities}
    shown = [one for one in desk.communities if len(desk.communities) <= SHEETS or changes[one.id].projects]
    blocks: list[Block] = [PageBreak(), _annex(desk, "annex.sheets")]
    left = len(desk.communities) - len(shown)
    if left:
        blocks.append(desk.paragraph("annex.sheets_left", count=left, shown=len(shown)))
    streets = list(dict.fromkeys(one.subdistrict for one in shown))
    for street in streets:
        inside = [one for one in shown if one.subdistrict == street]
        for position, community in enumerate(inside):
            if position or street != streets[0]:
                blocks.append(PageBreak())
            if not position:
                blocks.append(Heading(2, street or desk.say("annex.no_subdistrict")))
            blocks += _sheet(desk, community, changes[community.id])
    return blocks if shown else []


# ---------------------------------------------------------------------- still without


def _without(desk: Desk) -> list[Block]:
    rows = []
    order = {one.key: position for position, one in enumerate(desk.book.requirements)}
    found = sorted(desk.part.without, key=lambda one: (order.get(one.requirement, 0), -one.residents, one.detail))
    for one in found:
        why = desk.pick(WHY[one.detail]) if one.detail in WHY else one.detail
        row = [desk.requirement(one.requirement), why]
        rows.append([*row, desk.fmt.n(one.residents), desk.fmt.n(one.old_young), desk.fmt.n(one.buildings)])
    columns = [desk.column("requirement", width=2.2), desk.column("detail", width=3.6)]
    columns += [
        desk.column("still", "right"),
        desk.column("of_old_young", "right"),
        desk.column("buildings", "right", 0.8),
    ]
    table = desk.table("without", columns, rows)
    figure = desk.figure("without", desk.figures.without_reasons(desk.district), width=0.95)
    blocks: list[Block] = [PageBreak(), _annex(desk, "annex.without")]
    if not table:
        return [*blocks, desk.paragraph("annex.nobody_without")]
    sums = desk.part.sums
    text = desk.paragraph("annex.without_text", still=desk.needs(sums.needs.without), see=desk.see(table, figure))
    return [*blocks, text, *figure, *table]


# ---------------------------------------------------------------------- subsidy


def _subsidy(desk: Desk) -> list[Block]:
    found = [one for one in desk.part.subsidies if one.steps]
    if not found:
        return []
    clauses = list(dict.fromkeys(step.clause for one in found for step in one.steps if step.clause))
    rows = [
        [
            one.community if position == 0 else "",
            str(step.number),
            desk.pick(step.words),
            f"[{clauses.index(step.clause) + 1}]" if step.clause else "",
            desk.certainty(step.certainty),
        ]
        for one in found
        for position, step in enumerate(one.steps)
    ]
    columns = [desk.column("community", width=1.4), desk.column("step", "center", 0.5), desk.column("working", width=5)]
    columns += [desk.column("clause", "center", 0.6), desk.column("certainty", width=0.9)]
    notes = [f"[{number}] {clause}" for number, clause in enumerate(clauses, start=1)]
    table = desk.table("subsidy_steps", columns, rows, notes)
    text = desk.paragraph("annex.subsidy_text", see=desk.see(table))
    return [PageBreak(), _annex(desk, "annex.subsidy"), text, *table]


# ---------------------------------------------------------------------- data and method


def _provenance(desk: Desk) -> list[Block]:
    book, fmt = desk.book, desk.fmt
    plan, programme = book.plan, book.programme
    status = desk.words(f"status_plan.{plan['status']}")
    rows = [
        ("survey", desk.pick(book.name)),
        ("surveyed_on", fmt.date(book.surveyed_on)),
        ("residents", desk.pick(book.assessment.manifest["residents"]["text"])),
        ("standard", desk.pick(desk.standard.title)),
        ("rules", f"{book.assessment.catalogue_version} · {fmt.date(book.on)}"),
        ("packs", desk.joined(map(str, book.proposal.get("packs") or ())) or desk.say("none")),
        ("sense", desk.words(f"sense.{plan['sense']}")),
        ("proof", status),
        ("objective", desk.say("annex.bounds", objective=fmt.n(plan["objective"]), bound=fmt.n(plan["bound"]))),
        ("gap", fmt.pct(plan["gap"], 2)),
        ("solver", f"{plan['solver']} · {_method(desk, plan)} · {desk.say('annex.seed', seed=plan['seed'])}"),
    ]
    if programme is not None:
        proven = desk.words(f"status_plan.{programme['status']}")
        rows.append(("programme", f"{proven} · {fmt.pct(programme['gap'], 2)}"))
    rows += [("digest", str(plan["survey_digest"])[:16]), ("code", str(plan["code_version"]))]
    rows = [row for row in rows if row[1]]
    columns = [desk.column("matter", width=1), desk.column("value", width=3)]
    return desk.table("provenance", columns, [[desk.say(f"provenance.{key}"), value] for key, value in rows])


def _method(desk: Desk, plan: Mapping[str, Any]) -> str:
    key = f"method_plan.{plan['method']}"
    return desk.words(key) if desk.words.has(key) else str(plan["method"])


def _sources(desk: Desk) -> list[Block]:
    manifest = desk.book.assessment.manifest
    blocks: list[Block] = [desk.heading(2, "annex.sources"), *desk.bullets(list(desk.notes))]
    rows = []
    for one in manifest.get("sources") or ():
        layer = desk.words(f"layer.{one['layer']}") if desk.words.has(f"layer.{one['layer']}") else str(one["layer"])
        rows.append([str(one["file"]), layer, desk.fmt.n(one.get("rows")), str(one.get("sha256", ""))[:12]])
    columns = [desk.column("file", width=2.5), desk.column("layer", width=1.2), desk.column("rows", "right")]
    table = desk.table("sources", [*columns, desk.column("digest", width=1.5)], rows)
    warnings = [Problem(**row).text(desk.lang) for row in manifest.get("warnings") or ()]
    if warnings:
        table.append(desk.paragraph("annex.warnings", count=len(warnings)))
    return [*blocks, *table] if table or desk.notes else []


def _unplanned(desk: Desk) -> list[Block]:
    names = list(dict.fromkeys(desk.pick(row["title"]) for row in desk.book.unplanned))
    out: list[Block] = []
    if names:
        out.append(desk.paragraph("annex.unplanned", items=desk.joined(names)))
    counts: Counter[str] = Counter()
    for row in desk.book.refused:
        counts[str(row["reason"])] += int(row["count"])
    rows = [
        [desk.pick(REASONS[code]), desk.fmt.n(count)]
        for code, count in counts.most_common(REASONS_NAMED)
        if code in REASONS
    ]
    columns = [desk.column("why_refused", width=4), desk.column("pairs", "right")]
    table = desk.table("refused", columns, rows)
    if table:
        out += [desk.paragraph("annex.refused", see=desk.see(table)), *table]
    return [desk.heading(2, "annex.left_aside"), *out] if out else []


def _data(desk: Desk) -> list[Block]:
    how = ("coverage", "status", "score", "range", "priority")
    lines = [f"{desk.words(f'how.{key}.title')}{desk.say('colon')}{desk.words(f'how.{key}.text')}" for key in how]
    clash = [
        desk.say("annex.clash", kind=str(row["kind"]), label=str(row["label"]), by=desk.fmt.n(row["relax_by"]))
        for row in desk.book.plan["clash"]
        if known(row.get("relax_by"))
    ]
    return [
        PageBreak(),
        _annex(desk, "annex.data"),
        desk.heading(2, "annex.provenance"),
        desk.paragraph("annex.provenance_text"),
        *_provenance(desk),
        *desk.bullets(clash),
        desk.heading(2, "annex.method"),
        *desk.bullets([*lines, desk.words(f"needs.note.{desk.book.unit}")]),
        *_unplanned(desk),
        *_sources(desk),
    ]


def annexes(desk: Desk) -> list[Block]:
    """Write the annexes.

    Parameters
    ----------
    desk
        One district in one language.

    Returns
    -------
    list of Block
        Each annex begins a page.
    """
    return [*_sheets(desk), *_without(desk), *_subsidy(desk), *_data(desk)]
