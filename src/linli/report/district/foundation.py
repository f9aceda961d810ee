"""Chapter 1, foundation: who lives here, in which communities and estates, and what there is to build on."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from linli.report import phrases
from linli.report.district.desk import Desk, total
from linli.report.district.document import Block
from linli.report.formats import known
from linli.units import AGE_BANDS, BAND_TITLES, OLD_AND_YOUNG

__all__ = ["foundation"]


def _surveyed(desk: Desk, layer: str) -> bool:
    """Whether a layer holds any row: where it holds none, nought is not known to be nought."""
    return bool(desk.book.assessment.manifest.get("rows", {}).get(layer, 0))


def _ages(desk: Desk) -> list[Block]:
    bands = {band: total(c.bands.get(band, math.nan) for c in desk.communities) for band in AGE_BANDS}
    if not any(known(value) for value, _ in bands.values()):
        return [desk.note("foundation.no_ages")]
    everybody, _ = total(value for value, _ in bands.values())
    rows = [
        [desk.pick(BAND_TITLES[band]), desk.fmt.n(value), desk.fmt.pct(value / everybody if everybody else math.nan)]
        for band, (value, _) in bands.items()
    ]
    old_young, _ = total(bands[band][0] for band in OLD_AND_YOUNG)
    missing = max(count for _, count in bands.values())
    share = desk.fmt.pct(old_young / everybody if everybody else math.nan)
    columns = [
        desk.column("band", width=2),
        desk.column(f"people.{desk.book.unit}", "right", 1.0),
        desk.column("share", "right"),
    ]
    notes = [desk.say("foundation.ages_missing", count=missing)] if missing else []
    table = desk.table("ages", columns, rows, notes)
    text = desk.paragraph("foundation.ages", see=desk.see(table), old_young=desk.people(old_young), share=share)
    return [text, *table]


def _people(desk: Desk) -> list[Block]:
    residents, unknown = total(c.residents for c in desk.communities)
    households, _ = total(c.households for c in desk.communities)
    out: list[Block] = [
        desk.heading(2, "foundation.people"),
        desk.paragraph(
            "foundation.scope",
            place=desk.place,
            communities=desk.fmt.n(len(desk.communities)),
            residents=desk.people(residents),
            households=desk.fmt.unit(households, "households"),
            date=desk.fmt.date(desk.book.surveyed_on),
            how=desk.pick(desk.book.assessment.manifest["residents"]["text"]),
        ),
    ]
    if unknown:
        out.append(desk.paragraph("foundation.residents_missing", count=unknown))
    if desk.book.unit == "m2":
        out.append(desk.note("foundation.m2"))
    return out + _ages(desk)


def _communities(desk: Desk) -> list[Block]:
    fmt, standard = desk.fmt, desk.standard.id
    streets = any(c.subdistrict for c in desk.communities)
    rows = []
    for one in desk.communities:
        score = one.scores.get(standard)
        row = [one.name, *([one.subdistrict] if streets else []), desk.words(f"kind.{one.kind}")]
        row += [fmt.n(one.residents), fmt.n(one.households), fmt.pct(phrases.old_young_share(one))]
        row.append(fmt.score(score.score, score.low, score.high) if score else fmt.unknown)
        rows.append([*row, str(one.priority.rank) if one.priority else fmt.unknown])
    columns = [desk.column("community", width=2)]
    columns += [desk.column("subdistrict", width=1.5)] if streets else []
    columns += [
        desk.column("kind"),
        desk.column(f"people.{desk.book.unit}", "right", 1.1),
        desk.column("households", "right"),
    ]
    columns += [desk.column("old_young", "right", 1.2), desk.column("score", "right", 1.5)]
    columns.append(desk.column("priority", "right", 0.9))
    note = desk.say("foundation.communities_note", standard=desk.pick(desk.standard.title))
    table = desk.table("communities", columns, rows, [note])
    text = desk.paragraph("foundation.communities_text", see=desk.see(table))
    return [desk.heading(2, "foundation.communities"), text, *table]


def _age_of(row: Mapping[str, Any]) -> str:
    old = row.get("old_estate")
    return "unknown" if not known(old) else "old" if bool(old) else "other"


def _estates(desk: Desk) -> list[Block]:
    head = desk.heading(2, "foundation.estates")
    estates = [row for one in desk.communities for row in one.estates]
    if not estates:
        key = "foundation.no_estates" if _surveyed(desk, "estates") else "foundation.estates_unasked"
        return [head, desk.paragraph(key)]
    rows = []
    for kind in ("old", "other", "unknown"):
        some = [row for row in estates if _age_of(row) == kind]
        if some:
            sums = [total(row.get(name, math.nan) for row in some)[0] for name in ("dwellings", "floor_area_m2")]
            parking, _ = total(row.get("parking_spaces", math.nan) for row in some)
            figures = [*sums, parking]
            rows.append([desk.say(f"estate.{kind}"), desk.fmt.n(len(some)), *(desk.fmt.n(one) for one in figures)])
    columns = [desk.column("estates", width=2), desk.column("number", "right"), desk.column("dwellings", "right")]
    columns += [desk.column("floor_area", "right", 1.4), desk.column("parking", "right")]
    old = sum(_age_of(row) == "old" for row in estates)
    table = desk.table("estates", columns, rows, [desk.say("foundation.known_only")])
    text = desk.paragraph("foundation.estates_text", count=len(estates), old=old, see=desk.see(table))
    return [head, text, *table]


def _supply(desk: Desk) -> list[list[str]]:
    """Return what there is of each facility type that is there or asked for, by group."""
    book, count, area = desk.book.assessment, defaultdict[str, float](float), defaultdict[str, list[float]](list)
    for community in desk.communities:
        for row in community.supply:
            code = str(row["type"])
            count[code] += float(row["count"]) if known(row.get("count")) else 0.0
            if known(row.get("floor_area_m2")) and row["floor_area_m2"] > 0:
                area[code].append(float(row["floor_area_m2"]))
    rows = []
    for code, kind in book.types.items():
        if not (count[code] or kind.asked_by):
            continue
        unseen = code in book.unsurveyed and not count[code]
        number = desk.fmt.unknown if unseen else desk.fmt.n(count[code])
        floor = desk.fmt.n(sum(area[code])) if area[code] else (desk.fmt.unknown if kind.sized and count[code] else "")
        asked = desk.say("yes") if kind.asked_by else ""
        rows.append([desk.words(f"group.{kind.group}"), desk.type(code), number, floor, asked])
    order = list(dict.fromkeys(row[0] for row in rows))
    return sorted(rows, key=lambda row: order.index(row[0]))


def _facilities(desk: Desk) -> list[Block]:
    rows = _supply(desk)
    columns = [desk.column("group", width=1.5), desk.column("type", width=2.4), desk.column("number", "right")]
    columns += [desk.column("floor_area", "right", 1.3), desk.column("asked", "center", 1.1)]
    lacking = [row[1] for row in rows if row[4] and row[2] == "0"]
    table = desk.table("facilities", columns, rows, [desk.say("foundation.area_note")])
    out: list[Block] = [
        desk.heading(2, "foundation.facilities"),
        desk.paragraph("foundation.facilities_text", see=desk.see(table), count=desk.fmt.n(_in_use(desk))),
    ]
    if lacking:
        out.append(desk.paragraph("foundation.facilities_none", types=desk.joined(lacking)))
    return [*out, *table]


def _in_use(desk: Desk) -> float:
    return total(float(row["count"]) for c in desk.communities for row in c.supply if known(row.get("count")))[0]


def _area(rows: Sequence[Mapping[str, Any]], name: str) -> float:
    return total(row.get(name, math.nan) for row in rows)[0]


def _owners(desk: Desk, rooms: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    kinds: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for room in rooms:
        kind = room.get("owner_kind")
        kinds[str(kind) if known(kind) and kind else "unknown"].append(room)
    order = ("government", "state_company", "collective", "owners", "private", "unknown")
    return [
        [desk.say(f"owner.{code}"), desk.fmt.n(len(kinds[code])), desk.fmt.n(_area(kinds[code], "floor_area_m2"))]
        for code in [*order, *sorted(set(kinds) - set(order))]
        if kinds.get(code)
    ]


def _spare(desk: Desk) -> list[Block]:
    rooms = [row for one in desk.communities for row in one.rooms]
    plots = [row for one in desk.communities for row in one.plots]
    out: list[Block] = [desk.heading(2, "foundation.spare")]
    if not rooms and not plots:
        asked = _surveyed(desk, "rooms") or _surveyed(desk, "plots")
        return [*out, desk.paragraph("foundation.no_spare" if asked else "foundation.spare_unasked")]
    values: dict[str, Any] = {
        "rooms": desk.fmt.n(len(rooms)),
        "room_area": desk.fmt.area(_area(rooms, "floor_area_m2") if rooms else 0.0),
        "plots": desk.fmt.n(len(plots)),
        "plot_area": desk.fmt.area(_area(plots, "site_area_m2") if plots else 0.0),
    }
    out.append(desk.paragraph("foundation.spare_text", **values))
    if rooms:
        columns = [desk.column("owner", width=2), desk.column("rooms", "right"), desk.column("floor_area", "right")]
        out += desk.table("rooms", columns, _owners(desk, rooms))
    return out


def foundation(desk: Desk) -> list[Block]:
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
    blocks: list[Block] = [desk.heading(1, "foundation.title")]
    for part in (_people, _communities, _estates, _facilities, _spare):
        blocks += part(desk)
    return blocks
