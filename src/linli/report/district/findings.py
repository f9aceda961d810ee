"""Chapter 2, findings: where the standard is not met, who is out of reach, and which communities come first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from linli.report import phrases
from linli.report.district.desk import Desk, total
from linli.report.district.document import Block
from linli.report.formats import known
from linli.report.model import Result
from linli.report.palette import STATUSES
from linli.report.plan.model import Change
from linli.units import AGE_BANDS, BAND_TITLES, OLD_AND_YOUNG

__all__ = ["findings"]

WORST = 3
"""How many are named in a sentence."""

FIRST = 15
"""How many communities of the priority list are shown."""


def _by_item(desk: Desk) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {item.id: [] for item in desk.standard.items}
    for community in desk.communities:
        for result in community.results.get(desk.standard.id, ()):
            found[result.item.id].append(result)
    return found


def _counts(results: Mapping[str, list[Result]]) -> Counter[str]:
    return Counter(result.status for some in results.values() for result in some)


def _items(desk: Desk) -> list[Block]:
    found = _by_item(desk)
    counts = _counts(found)
    judged = sum(counts.values()) - counts["not_applicable"]
    share = {code: desk.fmt.pct(counts[code] / judged if judged else math.nan) for code in STATUSES}
    rows = []
    for item in desk.standard.items:
        each = Counter(result.status for result in found[item.id])
        without, _ = total(result.row.get("residents_without", math.nan) for result in found[item.id])
        shown = desk.fmt.n(without) if known(without) else ""
        rows.append([desk.pick(item.title), *(desk.fmt.n(each[code]) for code in STATUSES), shown])
    columns = [desk.column("item", width=3)]
    columns += [desk.column(code, "right") for code in STATUSES] + [desk.column("without", "right", 1.5)]
    table = desk.table("items", columns, rows, [desk.say("findings.items_note")])
    score, low, high = _score(desk)
    blocks: list[Block] = [
        desk.heading(2, "findings.items"),
        desk.paragraph(
            "findings.items_text",
            standard=desk.pick(desk.standard.title),
            count=len(desk.standard.items),
            score=desk.fmt.score(score, low, high),
            met=share["met"],
            partly=share["partly"],
            not_met=share["not_met"],
            unknown=share["unknown"],
            see=desk.see(table),
        ),
    ]
    worst = sorted(rows, key=lambda row: -int(row[3].replace(",", "")))[:WORST]
    named = [desk.say("findings.worst_item", item=row[0], count=row[3]) for row in worst if row[3] != "0"]
    if named:
        blocks.append(desk.paragraph("findings.items_worst", items=desk.words("number.semicolon").join(named)))
    return [*blocks, *table, *_map(desk)]


def _score(desk: Desk) -> tuple[float, float, float]:
    """Return the mean score of the communities by residents (alike where any number is unknown), worst and best."""
    scores = [(c.residents, c.scores[desk.standard.id]) for c in desk.communities if desk.standard.id in c.scores]
    scores = [(weight, one) for weight, one in scores if known(one.score)]
    weighted = bool(scores) and all(known(weight) for weight, _ in scores) and sum(weight for weight, _ in scores) > 0
    weights = [weight if weighted else 1.0 for weight, _ in scores]
    if not scores:
        return math.nan, math.nan, math.nan
    whole = sum(weights)
    means = [
        sum(weight * getattr(one, name) for weight, (_, one) in zip(weights, scores, strict=True)) / whole
        for name in ("score", "low", "high")
    ]
    return means[0], means[1], means[2]


def _map(desk: Desk) -> list[Block]:
    if not desk.whole:
        return []
    return desk.figure("score_map", desk.figures.assessment.score_map(desk.standard), width=0.82)


def _reach(desk: Desk) -> list[Block]:
    changes = {one.key: desk.change(one.key) for one in desk.book.requirements}
    rows, short = [], []
    for one in desk.book.requirements:
        change = changes[one.key]
        if not change.residents > 0:
            continue
        away = change.residents - change.before
        short.append((away, desk.requirement(one.key), change.share_before))
        bands = desk.joined(desk.pick(BAND_TITLES[band]) for band in one.bands) or desk.say("everybody")
        rows.append(
            [
                desk.requirement(one.key),
                desk.fmt.metres(one.distance_m),
                bands,
                desk.fmt.n(change.residents),
                desk.fmt.pct(change.share_before),
                desk.fmt.n(away),
            ]
        )
    columns = [desk.column("requirement", width=2.6), desk.column("distance", "center"), desk.column("whose", width=2)]
    columns += [desk.column("concerned", "right", 1.2), desk.column("share_before", "right", 1.1)]
    columns.append(desk.column("away", "right", 1.2))
    head = desk.heading(2, "findings.reach")
    if not rows:
        return [head, desk.paragraph("findings.no_reach")]
    short.sort(key=lambda row: (-row[0], row[1]))
    named = [
        desk.say("findings.worst_reach", requirement=name, people=desk.people(away), share=desk.fmt.pct(share))
        for away, name, share in short[:WORST]
        if away > 0
    ]
    table = desk.table("reach", columns, rows, [desk.words(f"needs.note.{desk.book.unit}")])
    text = desk.paragraph(
        "findings.reach_text",
        count=len(rows),
        share=desk.fmt.pct(desk.part.sums.needs.share_before),
        lacking=desk.people(desk.part.sums.lacking_before),
        part=desk.fmt.pct(_ratio(desk.part.sums.lacking_before, desk.part.sums.people)),
        see=desk.see(table),
    )
    blocks: list[Block] = [head, text]
    if named:
        blocks.append(desk.paragraph("findings.reach_worst", items=desk.words("number.semicolon").join(named)))
    return [*blocks, *table]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _old_young(desk: Desk) -> list[Block]:
    changes: dict[str, Change] = {band: desk.change("", band) for band in AGE_BANDS}
    there = {band: change for band, change in changes.items() if known(change.residents) and change.residents > 0}
    head = desk.heading(2, "findings.old_young")
    if not there:
        return [head, desk.paragraph("findings.no_ages")]
    those = [there[band] for band in OLD_AND_YOUNG if band in there]
    needs, before = sum(one.residents for one in those), sum(one.before for one in those)
    index, _ = total(c.index.get("index_old_young", math.nan) * c.residents for c in desk.communities)
    weight, _ = total(c.residents for c in desk.communities if known(c.index.get("index_old_young", math.nan)))
    rows = [
        [
            desk.pick(BAND_TITLES[band]),
            desk.fmt.n(change.residents),
            desk.fmt.pct(change.share_before),
            desk.fmt.n(change.residents - change.before),
        ]
        for band, change in there.items()
    ]
    columns = [desk.column("band", width=1.6), desk.column("needs", "right"), desk.column("share_before", "right")]
    columns.append(desk.column("needs_away", "right", 1.2))
    table = desk.table("bands_before", columns, rows)
    text = desk.paragraph(
        "findings.old_young_text",
        share=desk.fmt.pct(_ratio(before, needs)),
        everybody=desk.fmt.pct(desk.part.sums.needs.share_before),
        away=desk.needs(needs - before),
        index=desk.fmt.score(_ratio(index, weight)),
        see=desk.see(table),
    )
    return [head, text, *table]


def _priority(desk: Desk) -> list[Block]:
    ranked = sorted((c for c in desk.communities if c.priority), key=lambda c: c.priority.rank if c.priority else 0)
    head = desk.heading(2, "findings.priority")
    if not ranked:
        return [head, desk.paragraph("findings.no_priority")]
    rows = [
        [str(one.priority.rank), one.name, desk.fmt.n(one.priority.score, 2), phrases.reason(one.priority, desk.fmt)]
        for one in ranked[:FIRST]
        if one.priority
    ]
    columns = [desk.column("priority", "right", 0.7), desk.column("community", width=1.6)]
    columns += [desk.column("priority_score", "right", 0.8), desk.column("reason", width=5)]
    table = desk.table("priority", columns, rows, [desk.words("index.priority_note")])
    return [head, desk.paragraph("findings.priority_text", count=len(rows), see=desk.see(table)), *table]


def findings(desk: Desk) -> list[Block]:
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
    blocks: list[Block] = [desk.heading(1, "findings.title")]
    for part in (_items, _reach, _old_young, _priority):
        blocks += part(desk)
    return blocks
