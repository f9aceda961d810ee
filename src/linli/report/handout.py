"""A profile on paper as data: two A4 pages about one community, and how long they will be.

What belongs here: the *bundle* of one document (its data and drawings), and everything a profile puts into it. Heights
are estimated, because to measure a page exactly costs as much as to set it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linli.report import phrases
from linli.report.figures import Figures
from linli.report.formats import Context, Format, known
from linli.report.model import Book, Community
from linli.report.options import ReportOptions
from linli.report.profile import fact_rows, supply_rows
from linli.report.svg import text_width

__all__ = ["Bundle", "Document", "profile_data", "range_text"]

GAPS = 10
"""How many gaps a profile on paper names."""

SUPPLY = 14
"""How many facility types a profile on paper names."""

FEW = 4
"""How many spare rooms a profile on paper names."""

_PAGE = 735.0
"""Height of a page without its margins, points, less some to be on the safe side."""

_LINE = 13.5
_COLUMNS = {"zh": 5, "en": 4}
_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')

Coverage = Mapping[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Document:
    """What a document is made from.

    Parameters
    ----------
    book, figures, context, options
        Records, drawings, words and notes, choices.
    title
        Of the whole report.
    coverage
        By community id and facility type: residents within the distance shown.
    """

    book: Book
    figures: Figures
    context: Context
    options: ReportOptions
    title: str
    coverage: Coverage


@dataclass
class Bundle:
    """Data and drawings of one document under way."""

    data: dict[str, Any]
    svgs: dict[str, str]

    def put(self, name: str, svg: str) -> str:
        """Take a drawing in; return its name, or empty text if there is none."""
        if svg:
            self.svgs[name] = svg
            return name
        return ""


def range_text(document: Document, low: float, high: float) -> str:
    """Write the range of a score, empty where worst and best case are the same to the eye.

    Parameters
    ----------
    document
        For its words.
    low, high
        Scores, 0–1, NaN = unknown.

    Returns
    -------
    str
        ``range 44–54``.
    """
    if not (known(low) and known(high)) or high - low < 0.005:  # noqa: PLR2004 - half a point of a hundred
        return ""
    return document.context.words("figure.range", low=f"{low * 100:.0f}", high=f"{high * 100:.0f}")


def _bare(fmt: Format, value: float) -> str:
    """Write people without their unit, which the name beside it says; floor area keeps its own."""
    return fmt.folk(value) if fmt.people == "m2" else fmt.n(value)


def _community_figures(document: Document, community: Community) -> list[dict[str, str]]:
    words, fmt, book = document.context.words, document.context.fmt, document.book
    share = phrases.old_young_share(community)
    note = words("figure.old_young", share=fmt.pct(share)) if known(share) else ""
    rows = [
        {"name": words(f"figure.residents.{book.unit}"), "value": _bare(fmt, community.residents), "note": note},
        {"name": words("figure.households"), "value": fmt.n(community.households)},
    ]
    for standard in book.standards:
        score = community.scores.get(standard.id)
        if score is None:
            continue
        parts = [
            words("profile.grade", grade=score.grade) if score.grade else "",
            range_text(document, score.low, score.high),
        ]
        if score.rank:
            parts.append(words("profile.rank", rank=score.rank, count=book.total))
        note = " · ".join(part for part in parts if part)
        rows.append({"name": words.pick(standard.title), "value": fmt.score(score.score), "note": note})
    index = community.index.get("index_old_young")
    if known(index):
        rows.append({"name": words("profile.index"), "value": fmt.score(index)})
    if community.priority:
        rows.append({"name": words("table.priority"), "value": f"{community.priority.rank} / {book.total}"})
    return rows


def _where(document: Document, community: Community) -> tuple[str, ...]:
    project = document.context.words(f"project.{community.project_type}") if community.project_type else ""
    return community.district, community.subdistrict, project


def _gaps(document: Document, community: Community) -> list[list[Any]]:
    words, fmt = document.context.words, document.context.fmt
    out = []
    for result in phrases.gaps(community, document.book.standards[0].id, most=GAPS):
        certainty = str(result.row.get("certainty") or result.item.certainty)
        out.append(
            [
                words.pick(result.item.title),
                {"status": result.status},
                fmt.degree(result.degree, result.low, result.high),
                phrases.shortfall_text(result, fmt, document.book.unit),
                result.item.clause,
                words(f"certainty.{certainty}"),
            ]
        )
    return out


def _supply(document: Document, community: Community) -> list[list[str]]:
    rows = supply_rows(document.book, community, document.coverage, document.context.fmt)
    rows.sort(key=lambda row: (not row["count"], not document.book.types[row["code"]].asked_by))
    return [[row["name"], document.context.fmt.n(row["count"]), row["area"], row["within"]] for row in rows[:SUPPLY]]


def _rooms(document: Document, community: Community) -> list[list[str]]:
    fmt = document.context.fmt
    rows = []
    for room in community.rooms[:FEW]:
        name = room["name"] if known(room.get("name")) else room["room_id"]
        rows.append([str(name), fmt.n(room.get("floor_area_m2")), fmt.date(room.get("available_from"))])
    return rows


def _peers(document: Document, community: Community) -> list[list[str]]:
    fmt, by_id = document.context.fmt, {c.id: c for c in document.book.communities}
    rows = []
    for peer in (by_id[key] for key in community.peers if key in by_id):
        scores = [peer.scores.get(standard.id) for standard in document.book.standards]
        written = [fmt.score(score.score) if score else fmt.unknown for score in scores]
        rows.append([peer.name, fmt.n(peer.residents), *written])
    return rows


def _tall(svg: str, width_pt: float) -> float:
    """Height of a drawing at a width, points."""
    found = _BOX.search(svg)
    return width_pt * float(found[2]) / float(found[1]) if found else 0.0


def _lines(text: str, size: float, width: float) -> int:
    return max(1, -int(-text_width(text, size) // width))


def _first_page(document: Document, community: Community, facts: list[dict[str, str]]) -> float:
    """Height of the first page of a profile, points, estimated."""
    lead = 15 * _lines(phrases.community_lead(document.book, community, document.context.fmt), 10, 490)
    tiles = _community_figures(document, community)
    room = 499 / len(tiles) - 10
    notes = max(10 * _lines(r.get("note", ""), 7.5, room) + 10 * _lines(r["name"], 8, room) for r in tiles)
    left = _tall(document.figures.circle(community), 302)
    right = _tall(document.figures.ages(community), 187) + _LINE * len(facts)
    gaps = [
        max(_lines(row[0], 8, 112), _lines(row[3], 8, 99), _lines(row[4], 8, 72)) for row in _gaps(document, community)
    ]
    peers = 36 + 12 * len(community.peers) if community.peers else 0
    return 28 + lead + 24 + notes + 20 + max(left, right) + 44 + sum(2 + 10 * n for n in gaps) + peers


def _second_page(document: Document, community: Community, *, items: bool) -> float:
    """Height of the second page of a profile, points, estimated."""
    figures, words = document.figures, document.context.words
    charts = [figures.haves(community, document.book.standards[0]), figures.scenes(community)]
    tall = [_tall(svg, 244) for svg in (*charts, *figures.shortfalls(community)[:2]) if svg]
    pairs = sum(max(tall[i : i + 2]) + 10 for i in range(0, len(tall), 2))
    there = 30 + sum(1 + 10.5 * _lines(row[0], 7.5, 110) for row in _supply(document, community))
    beside = _tall(figures.wishes(community), 244) + 11.5 * len(community.rooms[:FEW]) + 60
    columns = _COLUMNS[words.lang]
    room = 499 / columns - 20
    listed = 0.0
    for results in community.results.values() if items else ():
        rows = [10.7 * _lines(words.pick(r.item.title), 7.5, room) - 2 for r in results]
        listed += 20 + sum(rows) / columns + 6
    return 34 + pairs + max(there, beside) + listed


def _long(document: Document, community: Community, facts: list[dict[str, str]], *, items: bool) -> bool:
    """Whether a profile may be longer than its two pages; to measure it exactly would cost as much as to set it."""
    return max(_first_page(document, community, facts), _second_page(document, community, items=items)) > _PAGE


def profile_data(document: Document, community: Community, bundle: Bundle, *, items: bool = True) -> dict[str, Any]:
    """Return the data of one profile; its drawings go into the bundle.

    Parameters
    ----------
    document
        What it is made from.
    community
        Whose profile.
    bundle
        Takes the drawings.
    items
        Whether every item is listed with its status; the whole report has them in its tables.

    Returns
    -------
    dict
        JSON-ready, every figure already in words.
    """
    words, fmt, figures = document.context.words, document.context.fmt, document.figures
    standard, slug = document.book.standards[0], community.slug
    more = len(phrases.gaps(community)) - len(phrases.gaps(community, standard.id, most=GAPS))
    facts = fact_rows(document.book, community, fmt)
    shortfalls = [
        bundle.put(f"shortfall-{position}-{slug}", svg)
        for position, svg in enumerate(figures.shortfalls(community)[:2])
    ]
    return {
        "name": community.name,
        "columns": _COLUMNS[words.lang],
        "fit": _long(document, community, facts, items=items),
        "place": " · ".join(part for part in _where(document, community) if part),
        "lead": phrases.community_lead(document.book, community, fmt),
        "figures": _community_figures(document, community),
        "circle": bundle.put(f"circle-{slug}", figures.circle(community)),
        "circle_alt": words("map.circle_description", name=community.name),
        "ages": bundle.put(f"ages-{slug}", figures.ages(community)),
        "facts": [{"name": row["name"], "value": row["value"]} for row in facts],
        "gaps": _gaps(document, community),
        "gaps_more": words("profile.more_gaps", count=more) if more > 0 else "",
        "reason": phrases.reason(community.priority, fmt) if community.priority else "",
        "haves": bundle.put(f"haves-{slug}", figures.haves(community, standard)),
        "scenes": bundle.put(f"scenes-{slug}", figures.scenes(community)),
        "shortfalls": shortfalls,
        "supply": _supply(document, community),
        "wishes": bundle.put(f"wishes-{slug}", figures.wishes(community)),
        "rooms": _rooms(document, community),
        "peers": _peers(document, community),
        "items": [
            {
                "title": words.pick(s.title),
                "results": [
                    {"status": r.status, "title": words.pick(r.item.title)} for r in community.results.get(s.id, ())
                ],
            }
            for s in document.book.standards
            if items
        ],
    }
