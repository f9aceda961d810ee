"""The report on paper: typeset by Typst from the same records, words and figures as the pages.

A document is a fixed template and a JSON file; what people or files said travels as data and is never read as markup.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from linli.errors import Problem
from linli.report import phrases
from linli.report.fonts import Fonts
from linli.report.formats import known
from linli.report.handout import Bundle, Document, profile_data, range_text
from linli.report.model import Community, StandardInfo
from linli.report.palette import STATUSES
from linli.report.svg import shorten

__all__ = ["Job", "pdf_jobs", "profile_job", "set_pdf"]

COVERAGE_MAPS = 6
"""How many coverage maps the whole report holds: the facility types that reach the fewest."""

PROFILES = 60
"""How many communities the whole report holds in full; beyond, they are in their own files."""

TALL = 26
"""From how many rows on a chart takes a page of its own."""

MATRIX_ROWS = 220
HEADING_EMS = 15.0
_FONT = re.compile(r' font-family="[^"]*"')


@dataclass(frozen=True, eq=False)
class Job:
    """A document ready to be typeset: where it goes, and every file it is made from by name."""

    path: Path
    inputs: Mapping[str, bytes]


_KEPT = threading.local()
"""The compiler of each thread: it has read the fonts, which is most of the work of a small document."""


def _words(document: Document) -> dict[str, Any]:
    words, book = document.context.words, document.book
    people = words(f"figure.residents.{book.unit}")
    titles = {
        "contents": "pdf.contents",
        "overview": "pdf.overview",
        "maps": "pdf.maps",
        "items": "pdf.items",
        "coverage": "pdf.coverage",
        "priority": "pdf.priority",
        "tables": "pdf.tables",
        "profiles": "pdf.profiles",
        "data": "pdf.data",
        "page": "pdf.page",
        "circle": "profile.circle",
        "who": "profile.who",
        "no_ages": "profile.no_ages",
        "missing": "profile.missing",
        "nothing_missing": "profile.nothing_missing",
        "there": "profile.there",
        "no_facilities": "profile.no_facilities",
        "wishes": "profile.wishes",
        "no_wishes": "profile.no_wishes",
        "rooms": "profile.rooms",
        "no_rooms": "profile.no_rooms",
        "peers": "profile.peers",
        "why": "profile.why",
        "degree": "table.degree",
        "unknown": "status.unknown",
        "priority_note": "index.priority_note",
    }
    heads = {
        "gap_head": (
            "table.item",
            "table.status",
            "table.degree",
            "table.shortfall",
            "table.clause",
            "table.certainty",
        ),
        "supply_head": ("table.type", "profile.count", "profile.area_m2", "profile.within"),
        "room_head": ("profile.room", "profile.floor_area_m2", "profile.available"),
        "priority_head": ("table.order", "table.community", "table.priority_score", "table.reason"),
    }
    out: dict[str, Any] = {key: words(name) for key, name in titles.items()}
    # the template fills these two itself, page by page
    out["page"] = words("pdf.page", page="{page}", pages="{pages}")
    out |= {key: [words(name) for name in names] for key, names in heads.items()}
    out |= {f"status_{code}": words(f"status.{code}") for code in STATUSES}
    out["peer_head"] = [words("table.community"), people, *(words.pick(s.title) for s in book.standards)]
    return out


def _frame(document: Document, kind: str, title: str, fonts: Fonts) -> dict[str, Any]:
    words, book, fmt = document.context.words, document.book, document.context.fmt
    rules = words("pdf.rules", rules=book.catalogue_version, on=fmt.date(book.on))
    foot = [words.pick(book.name), words("pdf.date", date=fmt.date(book.surveyed_on)), rules]
    return {
        "kind": kind,
        "lang": words.lang,
        "font": [fonts.family],
        "title": title,
        "author": document.options.author or document.options.organisation or "Linli",
        "foot": " · ".join(foot),
        "statuses": list(STATUSES),
        "words": _words(document),
    }


def _sums(document: Document, sums: Any, standard: StandardInfo) -> list[dict[str, str]]:
    words, fmt, book = document.context.words, document.context.fmt, document.book
    score = words("figure.score", standard=words.pick(standard.title))
    rows = [
        {"name": words("figure.communities"), "value": fmt.n(sums.communities)},
        {
            "name": words(f"figure.residents.{document.book.unit}"),
            "value": fmt.folk(sums.residents) if book.unit == "m2" else fmt.n(sums.residents),
        },
        {"name": words("figure.households"), "value": fmt.n(sums.households)},
        {"name": score, "value": fmt.score(sums.score), "note": range_text(document, sums.low, sums.high)},
    ]
    of_items = words("figure.of_items")
    counted = [code for code in STATUSES if code != "not_applicable"]
    return rows + [
        {"name": words(f"status.{code}"), "value": fmt.n(sums.counts.get(code, 0)), "note": of_items}
        for code in counted
    ]


def _standard(document: Document, standard: StandardInfo, bundle: Bundle) -> dict[str, Any]:
    words, figures = document.context.words, document.figures
    weights = f"weights.{standard.weights}"
    named = words(weights) if words.has(weights) else standard.weights
    return {
        "title": words.pick(standard.title),
        "map": bundle.put(f"map-{standard.id}", figures.score_map(standard)),
        "map_alt": words("map.score_title", standard=words.pick(standard.title)),
        "haves": bundle.put(f"haves-{standard.id}", figures.city_haves(standard)),
        "items": bundle.put(f"items-{standard.id}", figures.items(standard)),
        "tall": len(standard.items) > TALL,
        "note": words("index.weights", weights=named),
    }


def _community_table(document: Document) -> dict[str, Any]:
    words, fmt, book = document.context.words, document.context.fmt, document.book
    standard = book.standards[0]
    head = [words("table.region"), words("table.community"), words("table.kind")]
    head += [words(f"figure.residents.{book.unit}"), words("figure.households"), words("table.old_young")]
    head += [words.pick(s.title) for s in book.standards]
    head += [words(f"status.{code}") for code in STATUSES] + [words("table.priority")]
    rows = []
    for c in sorted(book.communities, key=lambda c: (c.region, c.id)):
        score = c.scores.get(standard.id)
        row = [c.region, c.name, words(f"kind.{c.kind}"), fmt.n(c.residents), fmt.n(c.households)]
        row.append(fmt.pct(phrases.old_young_share(c)))
        for s in book.standards:
            one = c.scores.get(s.id)
            row.append(fmt.score(one.score, one.low, one.high) if one else fmt.unknown)
        row += [fmt.n(score.counts.get(code, 0)) if score else fmt.unknown for code in STATUSES]
        rows.append([*row, str(c.priority.rank) if c.priority else fmt.unknown])
    if not any(c.region for c in book.communities):
        head, rows = head[1:], [row[1:] for row in rows]
    return {
        "title": words("pdf.tables"),
        "head": head,
        "rows": rows,
        "text": len(head) - len(STATUSES) - 4 - len(book.standards),
    }


def _matrix(document: Document, standard: StandardInfo) -> dict[str, Any]:
    words, book = document.context.words, document.book
    rows = []
    for community in sorted(book.communities, key=lambda c: (c.region, c.id))[:MATRIX_ROWS]:
        found = {r.item.id: r.status for r in community.results.get(standard.id, ())}
        rows.append({"name": community.name, "codes": [found.get(item.id, "unknown") for item in standard.items]})
    return {
        "title": words("standard.matrix", standard=words.pick(standard.title)),
        "corner": words("table.community"),
        "items": [shorten(words.pick(item.title), 1.0, HEADING_EMS) for item in standard.items],
        "rows": rows,
    }


def _coverage_maps(document: Document, bundle: Bundle) -> list[dict[str, str]]:
    figures, book = document.figures, document.book
    there = [code for code in figures.material.mapped if book.city_facilities.get(code)]
    there.sort(key=lambda code: (book.coverage[code]["share"] if known(book.coverage[code]["share"]) else 2.0, code))
    return [
        {
            "name": bundle.put(f"coverage-{code}", figures.coverage_map(code)),
            "title": document.context.words("coverage.title", type=figures.type_titles[code]),
            "finding": figures.finding(code),
        }
        for code in there[:COVERAGE_MAPS]
    ]


def _notes(document: Document) -> list[dict[str, Any]]:
    words, book = document.context.words, document.book
    residents = words.pick(book.manifest["residents"]["text"])
    how = ("coverage", "status", "score", "range", "index", "priority", "maps")
    sections = [
        {"title": words("data.residents"), "lines": [residents]},
        {"title": words("data.sources"), "lines": list(document.context.notes)},
        {"title": words("data.how"), "lines": [f"{words(f'how.{k}.title')}: {words(f'how.{k}.text')}" for k in how]},
    ]
    unknown = [words.pick(note) for note in book.meta["notes"]]
    warnings = [Problem(**row).text(words.lang) for row in book.manifest["warnings"]]
    for key, lines in (("data.unknown", unknown), ("data.warnings", warnings)):
        if lines:
            sections.append({"title": words(key), "lines": lines[:20]})
    return sections


def _whole(document: Document, fonts: Fonts) -> Bundle:
    words, fmt, book = document.context.words, document.context.fmt, document.book
    bundle = Bundle(_frame(document, "report", document.title, fonts), {})
    listed = book.communities if len(book.communities) <= PROFILES else ()
    cover = [document.options.organisation, document.options.author]
    cover += [words("pdf.date", date=fmt.date(book.surveyed_on))]
    cover += [words("pdf.rules", rules=book.catalogue_version, on=fmt.date(book.on)), *document.context.notes]
    bundle.put("coverage", document.figures.coverage_bars())
    bundle.put("curves", document.figures.curves())
    first = sorted((c for c in book.communities if c.priority), key=lambda c: c.priority.rank if c.priority else 0)
    bundle.data |= {
        "subtitle": " · ".join(words.pick(s.title) for s in book.standards),
        "cover": [line for line in cover if line],
        "lead": phrases.city_lead(book, fmt, document.context.place),
        "warning": words("data.m2_stands") if book.unit == "m2" else "",
        "figures": _sums(document, book.figures[book.standards[0].id], book.standards[0]),
        "standards": [_standard(document, s, bundle) for s in book.standards],
        "coverage_tall": len(document.figures.material.mapped) > TALL,
        "coverage_maps": _coverage_maps(document, bundle),
        "priority": [
            [str(c.priority.rank), c.name, fmt.n(c.priority.score, 2), phrases.reason(c.priority, fmt)]
            for c in first[:PROFILES]
            if c.priority
        ],
        "tables": [_community_table(document)],
        "matrices": [_matrix(document, s) for s in book.standards],
        "profiles": [profile_data(document, c, bundle, items=False) for c in listed],
        "more": "" if listed else words("pdf.no_profiles"),
        "notes": _notes(document),
    }
    return bundle


def _job(bundle: Bundle, fonts: Fonts, path: Path) -> Job:
    family = f' font-family="{fonts.family}"'
    inputs = {
        "main.typ": files("linli.report").joinpath("templates/report.typ").read_bytes(),
        "data.json": json.dumps(bundle.data, ensure_ascii=False).encode(),
        **{f"{name}.svg": _FONT.sub(family, svg, count=1).encode() for name, svg in bundle.svgs.items()},
    }
    return Job(path, inputs)


def pdf_jobs(document: Document, out: Path, fonts: Fonts, profiles: Sequence[Community] = ()) -> list[Job]:
    """Prepare the whole report of one language as PDF, and two-page PDFs of some communities.

    Parameters
    ----------
    document
        What they are made from.
    out
        The report's folder: ``report-zh.pdf`` and ``profiles/zh/<community>.pdf``.
    fonts
        The font to print with.
    profiles
        Communities that get a file of their own.

    Returns
    -------
    list of Job
        The whole report first; nothing is typeset yet.
    """
    lang = document.context.words.lang
    jobs = [_job(_whole(document, fonts), fonts, out / f"report-{lang}.pdf")]
    folder = out / "profiles" / lang
    return jobs + [profile_job(document, one, folder / f"{one.slug}.pdf", fonts) for one in profiles]


def profile_job(document: Document, community: Community, path: Path, fonts: Fonts) -> Job:
    """Prepare the two-page PDF of one community.

    Parameters
    ----------
    document
        What it is made from.
    community
        Whose profile.
    path
        The file to write.
    fonts
        The font to print with.

    Returns
    -------
    Job
        Nothing is typeset yet.
    """
    title = document.context.words("report.profile_title", name=community.name)
    bundle = Bundle(_frame(document, "profile", title, fonts), {})
    bundle.data["community"] = profile_data(document, community, bundle)
    return _job(bundle, fonts, path)


def set_pdf(job: Job, fonts: Fonts) -> Path:
    """Typeset one document; several threads may do so at once.

    Parameters
    ----------
    job
        From `pdf_jobs`.
    fonts
        The font to print with.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    if not hasattr(_KEPT, "compiler"):
        _KEPT.compiler = typst.Compiler(font_paths=[str(fonts.folder)], ignore_system_fonts=True)
    job.path.parent.mkdir(parents=True, exist_ok=True)
    job.path.write_bytes(_KEPT.compiler.compile(input=job.inputs, format="pdf"))
    return job.path
