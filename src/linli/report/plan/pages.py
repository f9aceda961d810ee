"""The pages of a plan: one tree per language with the same names, in the frame of the report's pages."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

import linli
from linli.operate.lines import STREAMS
from linli.report.formats import Context, known
from linli.report.html import HTML_LANG, marks, page_environment
from linli.report.options import ReportOptions
from linli.report.palette import CLASS_COLOURS
from linli.report.plan import phrases
from linli.report.plan.figures import LEVER_COLOURS, PlanFigures
from linli.report.plan.model import Change, CommunityChange, Operating, Part, PlanBook, Without
from linli.report.words import sentence_case
from linli.units import AGE_BANDS, BAND_TITLES

__all__ = ["PlanSite", "write_plan_pages"]

_PACKAGE = "linli.report.plan"
_OPERATING_PARTS = ("appraisal", "operating", "operation", "accounts", "templates")


@dataclass(frozen=True, eq=False)
class PlanSite:
    """What the pages of one language are made from.

    Parameters
    ----------
    book, figures, context, options
        The records, the figures, words and notes, the choices of presentation.
    title
        Of the plan.
    files, documents
        Files to offer for download, and the district plans, relative to the folder, with their words; a document has
        its `district`.
    """

    book: PlanBook
    figures: PlanFigures
    context: Context
    options: ReportOptions
    title: str
    files: Sequence[Mapping[str, str]]
    documents: Sequence[Mapping[str, str]] = ()


def _unset(site: PlanSite) -> Callable[[Any], Any]:
    """Return what hatches a price that is not set."""
    word = site.context.words("money.unset")
    hatched = Markup('<span class="unknown">{}</span>').format(word)
    return lambda text: hatched if text == word else text


def _lever_marks(site: PlanSite) -> dict[str, Markup]:
    words = site.context.words
    shapes = {
        "reallocate": '<circle cx="6" cy="6" r="5.4"/>',
        "convert": '<rect x="1" y="1" width="10" height="10"/>',
        "build": '<path d="M6 .8L11.4 11H.6z"/>',
    }
    mark = '<span class="lever"><svg class="mark" viewBox="0 0 12 12" fill="{}" aria-hidden="true">{}</svg>{}</span>'
    return {
        key: Markup(mark).format(colour, Markup(shapes[key]), words(f"lever.{key}"))  # noqa: S704 - shapes are ours
        for key, colour in LEVER_COLOURS.items()
    }


def _heat(site: PlanSite) -> Callable[[Change | None], Markup]:
    """Return what writes a cell of the table of communities by requirements."""
    fmt = site.context.fmt

    def cell(change: Change | None) -> Markup:
        if change is None or not change.residents > 0:
            return Markup('<td data-v=""></td>')
        before, after = change.share_before, change.share_after
        rank = min(int(after * len(CLASS_COLOURS)), len(CLASS_COLOURS) - 1)
        ink = "#fff" if rank >= len(CLASS_COLOURS) - 2 else "#1f2933"
        small = Markup("<small>{}</small>").format(f"{before * 100:.0f}") if after - before > 1e-9 else ""  # noqa: PLR2004
        told = f"{fmt.pct(before)} → {fmt.pct(after)}"
        look = f"background:{CLASS_COLOURS[rank]};color:{ink}"
        return Markup('<td style="{}" data-v="{}" data-csv="{}" title="{}">{}{}</td>').format(
            look, after, f"{after * 100:.1f}", told, f"{after * 100:.0f}", small
        )

    return cell


def _cash_rows(site: PlanSite) -> Callable[[Part], dict[str, Any]]:
    """Return what brings a part's cash into a table: a row a source, a column a year, and sums."""

    def table(part: Part) -> dict[str, Any]:
        sums: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for one in part.cash:
            sums[one.source][one.year] += one.yuan
        years = sorted({one.year for one in part.cash} | set(site.book.programme_years))
        rows = [
            {
                "name": site.figures.source_title(source),
                "cells": [*(by.get(year, 0.0) for year in years), sum(by.values())],
            }
            for source, by in sums.items()
        ]
        totals = [sum(by.get(year, 0.0) for by in sums.values()) for year in years]
        back = any(one.yuan < 0 for one in part.cash)
        return {"years": years, "rows": rows, "totals": [*totals, sum(totals)], "back": back}

    return table


def _account_name(site: PlanSite) -> Callable[[Operating], str]:
    projects = {p.option_id: p for p in site.book.projects}
    communities = {c.id: c.name for c in site.book.communities}
    words = site.context.words

    def name(one: Operating) -> str:
        if one.level == "all":
            return words("head.total")
        project = projects.get(one.id)
        if project:
            return f"{project.number} {site.figures.type_titles[project.type]} · {project.place_name}"
        return communities.get(one.id, one.id)

    return name


def _band_name(site: PlanSite, band: str) -> str:
    if band in BAND_TITLES:
        return BAND_TITLES[band][site.context.words.lang]
    return site.context.words("word.everybody") if band == "all" else site.context.words("head.whose")


def _globals(site: PlanSite) -> dict[str, Any]:
    words, fmt, book, figures = site.context.words, site.context.fmt, site.book, site.figures
    levers, pages = _lever_marks(site), {one.key: str(i) for i, one in enumerate(book.requirements, start=1)}
    projects = book.projects
    return {
        **marks(site.context),
        "t": words,
        "f": fmt,
        "book": book.assessment,
        "plan": book,
        "districts": book.districts,
        "money": figures.money,
        "title": site.title,
        "place": site.context.place,
        "files": site.files,
        "documents": site.documents,
        "notes": site.context.notes,
        "options": site.options,
        "langs": site.options.lang,
        "html_lang": HTML_LANG[words.lang],
        "version": linli.__version__,
        "known": known,
        "cap": sentence_case,
        "script_words": {key: words(f"script.{key}") for key in ("filter", "columns", "csv", "rows", "save")},
        "show_money": _unset(site),
        "slugs": {c.id: c.slug for c in book.communities},
        "needs_unit": figures.needs_unit,
        "needs_page": pages,
        "title_of": figures.title_of,
        "type_name": lambda code: figures.type_titles.get(code, code),
        "lever_mark": levers.__getitem__,
        "source": figures.source_title,
        "stream": lambda code: sentence_case(words.pick(STREAMS.get(code, {}), code)),
        "heat": _heat(site),
        "cash_rows": _cash_rows(site),
        "account_name": _account_name(site),
        "band_name": lambda band: _band_name(site, band),
        "bands": AGE_BANDS,
        "need_bands": ("need", *AGE_BANDS),
        "why": lambda code: phrases.why(code, fmt),
        "refusal": lambda code: phrases.refusal(code, fmt),
        "unplanned": lambda code: phrases.unplanned_reason(code, fmt),
        "plan_status": lambda code: phrases.status_text(code, fmt),
        "project_notes": lambda project: phrases.project_notes(project, fmt),
        "clash_text": lambda clash: phrases.clash_text(clash, fmt),
        "whole": lambda value: _cell(value, fmt.n(value), words("status.not_applicable")),
        "ratio": lambda value: _cell(value, fmt.pct(value), words("status.not_applicable")),
        "payback": lambda value: _cell(value, fmt.n(value, 1), words("word.never")),
        "even": lambda value, text: _cell(value, text, words("word.none")),
        "any_cost": any(known(p.cost_yuan) for p in projects),
        "any_funding": any(known(p.cost_yuan) and p.subsidy_yuan + p.other_yuan > 0 for p in projects),
        "any_capacity": any(known(p.capacity) for p in projects),
        "scheduled": book.programme is not None,
        "read_first": phrases.read_first(book, fmt),
        "operating_parts": list(_OPERATING_PARTS),
        "mode_name": lambda mode: next(
            (str(row[f"title_{words.lang}"] or mode) for row in book.modes if row["mode"] == mode), mode
        ),
    }


def _cell(value: Any, text: str, none: str) -> Markup:
    """Write a cell whose empty value is an answer, not a gap in what is known."""
    there = known(value)
    return Markup('<td class="n" data-v="{}">{}</td>').format(value if there else "", text if there else none)


class _Writer:
    """Renders the pages of one language into a folder and remembers what was written."""

    def __init__(self, site: PlanSite, out: Path) -> None:
        self.site, self.out, self.written = site, out, list[Path]()
        self.common = _globals(site)
        self.environment = page_environment(_PACKAGE)

    def page(self, template: str, path: str, crumbs: Sequence[Mapping[str, str]], **values: Any) -> None:
        """Render one page; `path` is relative to the language's folder."""
        home = "../" * path.count("/")
        shown = {**self.common, "path": path, "home": home, "up": home + "../", "crumbs": crumbs, **values}
        target = self.out / self.site.context.words.lang / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(self.environment.get_template(template).render(shown), encoding="utf-8")
        self.written.append(target)

    def theme(self, name: str, **values: Any) -> None:
        """Render one of the pages of the menu."""
        crumb = {"text": self.site.context.words(f"plan_nav.{name}"), "href": ""}
        self.page(f"plan_{name}.html", f"{name}.html", [crumb], **values)


def _sorted(rows: Sequence[Without]) -> list[Without]:
    return sorted(rows, key=lambda one: -one.residents)


def _write_city(writer: _Writer) -> None:
    site, book, draw = writer.site, writer.site.book, writer.site.figures
    fmt, city = site.context.fmt, book.city
    cover = {
        "coverage": draw.coverage_before_after(),
        "bands_chart": draw.bands_before_after(),
        "types": draw.projects_by_type(),
        "served": draw.served_by_year(),
        "change_map": draw.change_map(),
        "without_chart": draw.without_reasons(),
        "cash": draw.cash_flow(),
        "funds": draw.funds(),
        "frontier": draw.frontier(),
    }
    writer.page(
        "plan_index.html",
        "index.html",
        [],
        lead=phrases.part_lead(book, city, fmt),
        figures=phrases.part_cards(book, city, fmt),
        places_map=draw.places_map(href="projects.html"),
        communities_chart=draw.communities_before_after(links=True),
        **cover,
    )
    postponed = [p for p in book.projects if p.start_year is None]
    writer.theme("projects", gantts=draw.gantts(), postponed=postponed, **cover)
    writer.theme("coverage", **cover)
    writer.theme("communities")
    writer.theme("without", lead=phrases.without_lead(book, city, fmt).strip(), without=_sorted(city.without), **cover)
    _write_money(writer, cover)
    _write_operation(writer)
    _write_method(writer)


def _write_money(writer: _Writer, cover: Mapping[str, Any]) -> None:
    site, book, draw = writer.site, writer.site.book, writer.site.figures
    words, sums, money = site.context.words, book.city.sums, draw.money
    by_option = {p.option_id: p for p in book.projects}
    order = []
    for row in book.order:
        project = by_option.get(str(row["option_id"]))
        order.append(
            {
                **row,
                "number": project.number if project else "",
                "facility": draw.type_titles.get(row["type"], row["type"]),
                "place": row["place_name"],
            }
        )
    figures = [
        {"name": words(f"card.{name}"), "value": money.amount(yuan), "sub": "", "exact": money.exact(yuan)}
        for name, yuan in (
            ("cost", sums.cost_yuan),
            ("subsidy", sums.subsidy_yuan),
            ("other", sums.other_yuan),
            ("own", sums.own_yuan),
        )
    ]
    extra = {"order": order, "figures": figures, "shadow": draw.shadow(), "alternatives": draw.alternatives()}
    writer.theme("money", **cover, **extra)


def _operating_cards(site: PlanSite, account: Operating) -> list[dict[str, str]]:
    words, fmt, money = site.context.words, site.context.fmt, site.figures.money

    def card(name: str, yuan: float, sub: str = "") -> dict[str, str]:
        return {"name": words(f"card.{name}"), "value": money.amount(yuan), "sub": sub, "exact": money.exact(yuan)}

    ratio = words("card.balance_sub", ratio=fmt.pct(account.self_financing_ratio))
    dependence = f"{words('card.dependence')} {fmt.pct(account.subsidy_dependence)}"
    cards = [
        card("balance", account.balance_yuan, ratio),
        card("income", account.income_yuan, dependence),
        card("operating_cost", account.cost_yuan),
    ]
    whole = next((row for row in site.book.worth if row["level"] == "all"), None)
    if whole and known(whole["npv_yuan"]):
        found = known(whole["payback_years"])
        years = fmt.unit(whole["payback_years"], "years", 1) if found else words("word.never")
        cards.append(card("npv", whole["npv_yuan"], f"{words('card.payback')} {years}"))
    return cards


def _write_operation(writer: _Writer) -> None:
    site, book, draw = writer.site, writer.site.book, writer.site.figures
    account = book.city.account
    name = writer.common["account_name"]

    def named(row: Mapping[str, Any]) -> dict[str, Any]:
        whole = site.context.words("head.total")
        of = Operating(str(row["id"]), str(row.get("level") or ""), *([math.nan] * 9))
        return {**row, "name": whole if row["id"] == "all" else name(of)}

    writer.theme(
        "operation",
        account=account,
        figures=_operating_cards(site, account) if account else [],
        operating=draw.operating(),
        community_accounts=book.city.operating,
        facility_accounts=book.facility_accounts,
        break_even=[named(row) for row in book.break_even if row["level"] == "facility"],
        worth=[named(row) for row in book.worth],
        range=[named(row) for row in book.range if row.get("measure", "balance") == "balance"],
        tornado=draw.tornado(),
        flows=draw.flows(),
        modes=draw.modes(),
    )


def _limit_rows(site: PlanSite) -> tuple[list[dict[str, Any]], str]:
    """Return the limits of the declaration, and one sentence on those of places."""
    words, fmt, money = site.context.words, site.context.fmt, site.figures.money
    rows, shared, full = [], 0, 0
    for one in site.book.limits:
        if one.kind in ("shared_area", "one_use"):
            shared += 1
            full += one.slack <= 1e-6 * max(abs(one.upper), 1.0)
            continue

        def write(value: float, kind: str = one.kind) -> str:
            if not math.isfinite(value):
                return words("word.unlimited")
            return money.amount(value) if kind in ("budget", "operating_balance") else fmt.n(value)

        numbers = {key: getattr(one, key) for key in ("used", "upper", "slack")}
        rows.append(
            {
                "kind": phrases.limit_kind(one.kind, fmt),
                "label": phrases.limit_label(one.label, fmt),
                **{key: write(value) for key, value in numbers.items()},
                **{f"{key}_v": value if math.isfinite(value) else "" for key, value in numbers.items()},
            }
        )
    told = words("note_plan.shared", count=fmt.n(shared), full=fmt.n(full)) if shared else ""
    return rows, told


def _assumed(site: PlanSite) -> list[str]:
    """Return what was assumed, each sentence once with how often."""
    words, counts = site.context.words, dict[str, int]()
    for row in site.book.assumed:
        text = sentence_case(words.pick(row))
        counts[text] = counts.get(text, 0) + 1
    return [text if count == 1 else words("map.key", text=text, count=count) for text, count in counts.items()]


def _write_method(writer: _Writer) -> None:
    site, fmt = writer.site, writer.site.context.fmt
    limits, shared = _limit_rows(site)
    writer.theme(
        "method",
        result=phrases.result_rows(site.book, fmt),
        choices=phrases.choice_rows(site.book, fmt),
        limits=limits,
        shared=shared,
        assumed=_assumed(site),
    )


def _write_needs(writer: _Writer) -> None:
    site, book, draw = writer.site, writer.site.book, writer.site.figures
    words = site.context.words
    for position, one in enumerate(book.requirements, start=1):
        crumbs = [
            {"text": words("plan_nav.coverage"), "href": "coverage.html"},
            {"text": draw.title_of(one.key), "href": ""},
        ]
        writer.page(
            "plan_need.html",
            f"needs/{position}.html",
            crumbs,
            r=one,
            lead=phrases.need_lead(book.city.changes.get((one.key, "need")), site.context.fmt),
            map=draw.change_map(one.key),
            without=_sorted([w for w in book.city.without if w.requirement == one.key]),
            projects=[p for p in book.projects if one.key in p.requirements],
        )


def _write_districts(writer: _Writer) -> None:
    site, book, draw = writer.site, writer.site.book, writer.site.figures
    fmt = site.context.fmt
    if len(book.districts) < 2:  # noqa: PLR2004 - one district is the whole
        return
    for part in book.districts:
        key = part.key
        writer.page(
            "plan_district.html",
            f"districts/{part.slug}.html",
            [{"text": key or site.context.words("status.unknown"), "href": ""}],
            d=part,
            lead=phrases.part_lead(book, part, fmt),
            figures=phrases.part_cards(book, part, fmt),
            places_map=draw.places_map(key),
            types=draw.projects_by_type(key),
            coverage=draw.coverage_before_after(key),
            gantts=draw.gantts(key),
            cash=draw.cash_flow(key),
            funds=draw.funds(key),
            change_map=draw.change_map("", key),
            documents_here=[file for file in site.documents if file.get("district") == key],
        )


def _write_communities(writer: _Writer, tell: Callable[[float], None]) -> None:
    site, book, draw = writer.site, writer.site.book, writer.site.figures
    words, fmt = site.context.words, site.context.fmt
    by_number = {p.number: p for p in book.projects}
    parts = {d.key: d for d in book.districts}
    facility = {one.id: one for one in book.facility_accounts}
    for position, community in enumerate(book.communities, start=1):
        crumbs = [{"text": words("plan_nav.communities"), "href": "communities.html"}]
        if len(parts) > 1 and community.district:
            part = parts[community.district]
            crumbs.append({"text": part.key, "href": f"districts/{part.slug}.html"})
        projects = [by_number[number] for number in community.projects]
        writer.page(
            "plan_community.html",
            f"communities/{community.slug}.html",
            [*crumbs, {"text": community.name, "href": ""}],
            c=community,
            lead=phrases.community_lead(community, fmt),
            figures=phrases.community_cards(book, community, fmt),
            coverage=draw.community(community),
            has_bands=_has_bands(community),
            projects=projects,
            without=_sorted(community.without),
            subsidies=[s for s in book.city.subsidies if s.community_id == community.id],
            accounts=[facility[p.option_id] for p in projects if p.option_id in facility],
        )
        tell(position / len(book.communities))


def _has_bands(community: CommunityChange) -> bool:
    return any(community.changes["", band].residents > 0 for band in AGE_BANDS if ("", band) in community.changes)


def write_plan_pages(site: PlanSite, out: Path, tell: Callable[[float], None] = lambda _done: None) -> list[Path]:
    """Write every page of one language.

    Parameters
    ----------
    site
        What the pages are made from.
    out
        The plan's folder; pages go to its subfolder ``zh`` or ``en``.
    tell
        Told the fraction done (0–1).

    Returns
    -------
    list of Path
        The pages written, the overview first.

    Raises
    ------
    OSError
        If a page cannot be written.
    """
    writer = _Writer(site, out)
    _write_city(writer)
    _write_needs(writer)
    _write_districts(writer)
    _write_communities(writer, tell)
    return writer.written
