"""The pages of a comparison: one tree per language with the same names, in the frame of the report's pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

import linli
from linli.feedback.compare import DOUBTFUL
from linli.feedback.items import CHANGES_OF_ITEMS
from linli.feedback.people import WISH_OUTCOMES
from linli.feedback.projects import STATES
from linli.feedback.reuse import USES
from linli.feedback.summary import figure
from linli.feedback.totals import load_form
from linli.feedback.words import say, say_value
from linli.report.formats import Context, known
from linli.report.html import HTML_LANG, marks, page_environment
from linli.report.options import ReportOptions
from linli.report.outcome.figures import OutcomeFigures, points
from linli.report.outcome.model import VERDICTS, CommunityChange, ItemChange, OutcomeBook
from linli.report.palette import STATUSES
from linli.report.words import sentence_case
from linli.units import BAND_TITLES

__all__ = ["OutcomeSite", "write_outcome_pages"]

FIRST = 10
"""How many of what got worse the overview shows."""

ROWS = 1500
"""A table of a page holds no more rows; the workbook holds them all."""

NAMES = 4
WAN = 10_000.0
_SERVICE = ("opened", "reopened", "closed", "suspended", "moved")
_TOLD = ("same_place_m", "match_m", "place_m", "alike", "degree_step")
_OWN = ("worse", "places", "changes", "wishes", "residents")
_PACKAGE = "linli.report.outcome"


@dataclass(frozen=True, eq=False)
class OutcomeSite:
    """What the pages of one language are made from.

    Parameters
    ----------
    outcome, figures, context, options
        The records, the figures, words and notes, the choices of presentation.
    title, place
        Of the comparison; name of the city.
    files
        Files to offer for download, relative to the folder of the comparison, with their words.
    """

    outcome: OutcomeBook
    figures: OutcomeFigures
    context: Context
    options: ReportOptions
    title: str
    place: str
    files: Sequence[Mapping[str, str]]

    def say(self, key: str, **values: Any) -> str:
        """Return a word of the comparison itself."""
        return say(key, self.context.words.lang, **values)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _worse(site: OutcomeSite, table: pd.DataFrame) -> list[dict[str, Any]]:
    words = site.context.words
    many = len(site.outcome.outcome.meta.standards) > 1
    rows = []
    for row in _records(table):
        standard = str(row["subject"]).partition("/")[0] if row["kind"] == "item" and many else ""
        rows.append(
            {
                "kind": site.say(f"kind.{row['kind']}"),
                "community": site.outcome.community(row["community_id"]),
                "text": sentence_case(row[words.lang]),
                "standard": site.figures.standard(standard) if standard else "",
                "residents": row["residents"],
                "lost": row["lost"],
                "cause": site.say(f"cause.{row['cause']}") if row["cause"] else "",
            }
        )
    return rows


def _totals(site: OutcomeSite) -> list[dict[str, Any]]:
    """Return the sections of the form with their lines, numbers written."""
    lang, table = site.context.words.lang, site.outcome.outcome.totals

    def written(value: Any, unit: str) -> str:
        return figure(float(value), unit, lang) if known(value) else ""

    sections = []
    for code, title in load_form()["sections"].items():
        lines = []
        for row in _records(table[table["section"] == code]):
            high = row["high"] if known(row["high"]) and row["high"] != row["value"] else float("nan")
            lines.append(
                {
                    **row,
                    "title": sentence_case(row[lang]),
                    "written": written(row["value"], row["unit"]) or site.context.fmt.unknown,
                    "was": written(row["before"], row["unit"]),
                    "now": written(row["after"], row["unit"]),
                    "most": written(high, row["unit"]),
                    "note": row[f"note_{lang}"],
                }
            )
        if lines:
            sections.append({"code": code, "title": sentence_case(title[lang]), "lines": lines})
    return sections


def _cards(site: OutcomeSite) -> list[dict[str, Any]]:
    """Return the figures at the head of the overview."""
    words, lang, book = site.context.words, site.context.words.lang, site.outcome
    changed = {code: [c for c in book.communities if c.count(code)] for code in ("better", "worse")}

    def card(key: str, value: str, href: str, sub: str = "", kind: str = "") -> dict[str, Any]:
        return {"name": words(f"outcome.figure.{key}"), "value": value, "href": href, "sub": sub, "kind": kind}

    def total(line: str) -> str:
        row = book.total(line)
        return figure(float(row["value"]), str(row["unit"]), lang)

    def counted(key: str, number: int) -> str:
        return words(f"outcome.figure.{key}{'_one' if number == 1 else ''}", count=f"{number:,}")

    cards = []
    for code, href in (("worse", "worse.html"), ("better", "items.html")):
        number = int((book.outcome.items["change"] == code).sum())
        kind = {"worse": "not_met", "better": "met"}[code] if number else ""
        cards.append(card(code, f"{number:,}", href, counted("communities", len(changed[code])), kind))
    rooms = int(np.nan_to_num(float(book.total("brought_back_rooms")["value"])))
    cards.append(card("added", total("added_service_floor"), "space.html"))
    cards.append(card("back", total("brought_back_floor"), "space.html", counted("places", rooms)))
    cards.append(card("opened", _plain(book.total("opened")["value"], site), "space.html"))
    cards.append(card("stopped", _plain(book.total("stopped")["value"], site), "space.html"))
    wishes = book.outcome.wishes
    if len(wishes):
        of = words("outcome.figure.of", count=f"{int((wishes['wish_before'] > 0).sum()):,}")
        cards.append(card("wishes", _plain(book.total("wishes_answered")["value"], site), "people.html", of))
    if book.outcome.meta.planned:
        of = words("outcome.figure.of", count=f"{len(book.outcome.projects):,}")
        cards.append(card("done", _plain(book.total("projects_done")["value"], site), "plan.html", of))
    if len(book.outcome.doubtful):
        cards.append(card("doubtful", f"{len(book.outcome.doubtful):,}", "doubtful.html", "", "partly"))
    return cards


def _plain(value: Any, site: OutcomeSite) -> str:
    return site.context.fmt.n(value)


def _because(site: OutcomeSite, change: ItemChange) -> list[str]:
    """Name the facilities behind a change."""
    words, lines = site.context.words, []
    for part in ("came", "went", "altered"):
        names = list(dict.fromkeys(change.facilities[part]))
        if names:
            text = words("number.dot").join(names[:NAMES])
            if len(names) > NAMES:
                text += words("outcome.items.and_more", count=len(names) - NAMES)
            lines.append(words(f"outcome.items.{part}", names=text))
    return lines


def _lead(site: OutcomeSite) -> str:
    words, lang, book, meta = site.context.words, site.context.words.lang, site.outcome, site.outcome.outcome.meta
    if book.outcome.is_empty:
        return words("outcome.nothing")
    numbers = {code: f"{int((book.outcome.items['change'] == code).sum()):,}" for code in ("better", "worse")}
    text = words(
        "outcome.lead",
        before=site.context.fmt.date(meta.before.surveyed_on),
        after=site.context.fmt.date(meta.after.surveyed_on),
        added=figure(float(book.total("added_service_floor")["value"]), "m2", lang),
        back=figure(float(book.total("brought_back_floor")["value"]), "m2", lang),
        **numbers,
    )
    worse = len(book.outcome.worse)
    told = words("outcome.lead_worse", count=f"{worse:,}") if worse else words("outcome.lead_none")
    return text + ("" if lang == "zh" else " ") + told


def _tally(site: OutcomeSite, codes: pd.Series, order: Sequence[str], group: str) -> list[dict[str, Any]]:
    counts = codes.value_counts()
    return [
        {"name": sentence_case(site.say(f"{group}.{code}")), "count": int(counts[code])}
        for code in order
        if code in counts
    ]


def _places(site: OutcomeSite, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rooms and plots with what became of them."""
    table = table.assign(_order=table["use"].map({use: i for i, use in enumerate(USES)}))
    table = table.sort_values(["_order", "area_before_m2"], ascending=[True, False], kind="stable")
    rows = []
    for row in _records(table.head(ROWS)):
        names = [site.outcome.names.get(one, one) for one in str(row["facilities"] or "").split(";") if one]
        rows.append(
            {
                **row,
                "community": site.outcome.community(row["community_id"]),
                "layer_name": site.say(f"layer.{row['layer']}"),
                "use_name": site.say(f"use.{row['use']}"),
                "started": site.context.words("number.dot").join(names),
            }
        )
    return rows


def _other_changes(site: OutcomeSite, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return changes of facilities other than those drawn on the map."""
    lang = site.context.words.lang
    table = table[(table["layer"] == "facilities") & ~table["change"].isin(_SERVICE)]
    rows = []
    for row in _records(table.head(ROWS)):
        column = str(row["column"])
        is_type = column == "type"
        cells = {
            side: site.figures.type(row[side]) if is_type else say_value("facilities", column, str(row[side]), lang)
            for side in ("before", "after")
        }
        rows.append(
            {
                **row,
                "community": site.outcome.community(row["community_id"]),
                "change_name": site.say(f"change.{row['change']}"),
                "type_name": site.figures.type(row["type"]),
                "column_name": site.say(f"column.{column}"),
                **cells,
            }
        )
    return rows


def _wishes(site: OutcomeSite, table: pd.DataFrame) -> list[dict[str, Any]]:
    table = table.assign(_order=table["outcome"].map({code: i for i, code in enumerate(WISH_OUTCOMES)}))
    table = table.sort_values(["_order", "wish_before"], ascending=[True, False], kind="stable")
    rows = []
    for row in _records(table.head(ROWS)):
        by = str(row["by"] or "")
        names = [site.outcome.names.get(one, one) for one in by.split(";") if one]
        rows.append(
            {
                **row,
                "community": site.outcome.community(row["community_id"]),
                "type_name": site.figures.type(row["type"]),
                "outcome_name": site.say(f"wish.{row['outcome']}"),
                "by_names": site.context.words("number.dot").join(names),
            }
        )
    return rows


def _projects(site: OutcomeSite) -> list[dict[str, Any]]:
    words, rows = site.context.words, []
    table = site.outcome.outcome.projects
    table = table.assign(_order=table["state"].map({state: i for i, state in enumerate(STATES)}))
    listed = {str(place["place_id"]): place for place in _records(site.outcome.outcome.places)}
    for row in _records(table.sort_values("_order", kind="stable").head(ROWS)):
        lever = f"outcome.plan.lever_{row['lever']}"
        place = listed.get(str(row["place_id"]), {})  # a bare table of projects says neither name nor community
        community = row["community_id"] if known(row["community_id"]) else place.get("community_id")
        rows.append(
            {
                **row,
                "place_name": row["place_name"] or place.get("name"),
                "community": site.outcome.community(str(community)),
                "type_name": site.figures.type(row["type"]),
                "lever_name": words(lever) if words.has(lever) else row["lever"],
                "state_name": site.say(f"state.{row['state']}"),
                "planned_m2": row["floor_area_m2"] if row["floor_area_m2"] else row["site_area_m2"],
                "cost_wan": row["cost_yuan"] / WAN if known(row["cost_yuan"]) else float("nan"),
            }
        )
    return rows


def _forecast(site: OutcomeSite) -> list[dict[str, Any]]:
    titles = site.outcome.outcome.meta.titles["items"]
    table = site.outcome.outcome.forecast
    table = table[table["progress"].notna()]
    table = table.assign(_size=(table["share_forecast"] - table["share_before"]) * table["residents"])
    rows = []
    for row in _records(table.sort_values("_size", ascending=False, kind="stable").head(ROWS)):
        item = site.context.words.pick(titles.get(str(row["item"])), str(row["item"]))
        rows.append({**row, "community": site.outcome.community(row["community_id"]), "title": item})
    return rows


def _plan_lead(site: OutcomeSite) -> list[str]:
    words, lang, book = site.context.words, site.context.words.lang, site.outcome

    def area(line: str) -> str:
        return figure(float(book.total(line)["value"]), "m2", lang)

    lines = [
        words(
            "outcome.plan.lead",
            planned=f"{len(book.outcome.projects):,}",
            done=_plain(book.total("projects_done")["value"], site),
            added=area("added_service_floor"),
            explained=area("explained_floor"),
            back=area("brought_back_floor"),
            reuse=area("explained_reuse"),
        )
    ]
    hoped = book.outcome.forecast[book.outcome.forecast["progress"].notna()]
    people = hoped["residents"].astype("float64")
    gain = float(((hoped["share_forecast"] - hoped["share_before"]) * people).sum())
    if gain > 0:
        came = float(((hoped["share_now"] - hoped["share_before"]) * people).sum())
        reached = round(came / gain * 100)
        share = f"{'−' if reached < 0 else ''}{abs(reached):,}\u202f%"
        lines.append(words("outcome.plan.forecast", share=share, count=f"{len(hoped):,}"))
    return lines


def _doubtful(site: OutcomeSite) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "community": site.outcome.community(row["community_id"]),
            "layer_name": site.say(f"layer.{row['layer']}"),
            "type_name": site.figures.type(row["type"]) if row["layer"] in ("facilities", "in_place") else "",
            "text": row[site.context.words.lang],
            "cells": ["" if not known(row[name]) else str(row[name]) for name in DOUBTFUL],
        }
        for row in _records(site.outcome.outcome.doubtful.head(ROWS))
    ]


def _choices(site: OutcomeSite) -> list[dict[str, str]]:
    words, fmt, meta = site.context.words, site.context.fmt, site.outcome.outcome.meta
    written = {
        name: fmt.metres(getattr(meta.options, name)) if name.endswith("_m") else fmt.pct(getattr(meta.options, name))
        for name in _TOLD
    }
    rows = {
        "standards": words("number.dot").join(site.figures.standard(one) for one in meta.standards),
        "circle": fmt.metres(meta.circle_m),
        **written,
        "plan": words(f"number.{'yes' if meta.planned else 'no'}"),
    }
    return [{"name": words(f"outcome.data.{key}"), "value": value} for key, value in rows.items()]


def _pair(site: OutcomeSite) -> Callable[..., Markup]:
    """Return a cell that tells a figure before and after; sorts by what changed."""

    def pair(before: Any, after: Any, write: Callable[[Any], str]) -> Markup:
        arrow, unknown = site.context.words("outcome.steps.label"), site.context.fmt.unknown
        sides = [write(one) if known(one) else unknown for one in (before, after)]
        text = sides[0] if sides[0] == sides[1] else arrow.format(before=sides[0], after=sides[1])
        sort = after - before if known(before) and known(after) else ""
        return Markup('<td class="n" data-v="{}">{}</td>').format(sort, text)

    return pair


def _globals(site: OutcomeSite) -> dict[str, Any]:
    words, fmt, meta = site.context.words, site.context.fmt, site.outcome.outcome.meta

    def in_words(change: ItemChange) -> str:
        return site.context.words.pick(change.title, change.item)

    return {
        **marks(site.context),
        "t": words,
        "f": fmt,
        "say": site.say,
        "book": site.outcome.book,
        "o": site.outcome,
        "meta": meta,
        "title": site.title,
        "place": site.place,
        "options": site.options,
        "langs": site.options.lang,
        "html_lang": HTML_LANG[words.lang],
        "version": linli.__version__,
        "notes": site.context.notes,
        "files": site.files,
        "statuses": list(STATUSES),
        "verdicts": VERDICTS,
        "item_changes": [code for code in CHANGES_OF_ITEMS if code != "same"],
        "known": known,
        "cap": sentence_case,
        "points": points,
        "pair": _pair(site),
        "main": site.outcome.main,
        "standard_name": site.figures.standard,
        "type_name": site.figures.type,
        "item_name": in_words,
        "because": lambda change: _because(site, change),
        "text": lambda value: str(value) if known(value) else "",
        "band_name": lambda band: BAND_TITLES[band][words.lang] if band in BAND_TITLES else words("outcome.people.all"),
        "unit": fmt.folk_unit(),
        "script_words": {key: words(f"script.{key}") for key in ("filter", "columns", "csv", "rows", "save")},
        "warnings": [sentence_case(problem.text(words.lang)) for problem in meta.problems()],
        "max_rows": ROWS,
    }


class _Writer:
    """Renders the pages of one language into a folder and remembers what was written."""

    def __init__(self, site: OutcomeSite, out: Path) -> None:
        self.site, self.out, self.written = site, out, list[Path]()
        self.common = _globals(site)

    def page(self, template: str, path: str, crumb: str = "", **values: Any) -> None:
        """Render one page; `path` is relative to the language's folder."""
        home = "../" * path.count("/")
        crumbs = [{"text": crumb, "href": ""}] if crumb else []
        shown = {**self.common, "path": path, "home": home, "up": home + "../", "crumbs": crumbs, **values}
        text = page_environment(_PACKAGE).get_template(template).render(shown)
        target = self.out / self.site.context.words.lang / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self.written.append(target)


def _write_city(writer: _Writer) -> None:
    site, words = writer.site, writer.site.context.words
    figures, outcome = site.figures, site.outcome.outcome
    main = site.outcome.main
    worse = _worse(site, outcome.worse)
    writer.page(
        "outcome_index.html",
        "index.html",
        lead=_lead(site),
        cards=_cards(site),
        worse=worse[:FIRST],
        worse_count=len(worse),
        map=figures.verdicts(main, "communities/"),
        steps=figures.steps(main),
        scores=figures.scores(main, "communities/"),
        totals=_totals(site),
        plan_lead=_plan_lead(site) if outcome.meta.planned else [],
        states=_tally(site, outcome.projects["state"], STATES, "state"),
    )
    writer.page("outcome_worse.html", "worse.html", words("outcome.nav.worse"), worse=worse[:ROWS], count=len(worse))
    writer.page(
        "outcome_items.html",
        "items.html",
        words("outcome.nav.items"),
        charts={one: figures.steps(one, changed_only=one != main) for one in outcome.meta.standards},
        maps={one: figures.verdicts(one, "communities/") for one in outcome.meta.standards},
        changes=site.outcome.items[:ROWS],
        count=len(site.outcome.items),
    )
    writer.page("outcome_communities.html", "communities.html", words("outcome.nav.communities"))


def _write_themes(writer: _Writer) -> None:
    site, words, figures = writer.site, writer.site.context.words, writer.site.figures
    outcome = site.outcome.outcome
    form = _totals(site)
    writer.page(
        "outcome_space.html",
        "space.html",
        words("outcome.nav.space"),
        map=figures.happened() if site.outcome.places else "",
        opened=figures.opened(),
        yearly=form[0],
        uses=[
            {"name": site.say(f"layer.{layer}"), "rows": _tally(site, some["use"], USES, "use")}
            for layer, some in outcome.places.groupby("layer", sort=False)
        ],
        places=_places(site, outcome.places),
        other=_other_changes(site, outcome.changes),
    )
    writer.page(
        "outcome_people.html",
        "people.html",
        words("outcome.nav.people"),
        reach=figures.reach(),
        wishes=_wishes(site, outcome.wishes),
        tally_rows=_tally(site, outcome.wishes["outcome"], WISH_OUTCOMES, "wish"),
    )
    if outcome.meta.planned:
        writer.page(
            "outcome_plan.html",
            "plan.html",
            words("outcome.nav.plan"),
            lead=_plan_lead(site),
            states=_tally(site, outcome.projects["state"], STATES, "state"),
            projects=_projects(site),
            forecast=_forecast(site),
            forecast_chart=figures.forecast(),
            explained=figures.explained(),
        )
    head = {"columns": list(DOUBTFUL), "name": "doubtful.csv"}
    rows = _doubtful(site)
    writer.page("outcome_doubtful.html", "doubtful.html", words("outcome.nav.doubtful"), rows=rows, head=head)
    writer.page("outcome_data.html", "data.html", words("outcome.nav.data"), choices=_choices(site))


def _by_community(table: pd.DataFrame) -> Callable[[str], pd.DataFrame]:
    """Part a table by community once, for a city may have more than a thousand."""
    parts = {str(key): part for key, part in table.groupby("community_id", sort=False)}
    return lambda community: parts.get(community, table.iloc[:0])


def _write_communities(writer: _Writer, tell: Callable[[float], None]) -> None:
    site = writer.site
    items: dict[str, list[ItemChange]] = {}
    for change in site.outcome.items:
        items.setdefault(change.community.id, []).append(change)
    places: dict[str, list[Any]] = {}
    for place in site.outcome.places:
        places.setdefault(place.community.id if place.community else "", []).append(place)
    own = {name: _by_community(getattr(site.outcome.outcome, name)) for name in _OWN}
    for position, community in enumerate(site.outcome.communities):
        writer.page(
            "outcome_community.html",
            f"communities/{community.slug}.html",
            community.name,
            c=community,
            worse=_worse(site, own["worse"](community.id)),
            changes=items.get(community.id, []),
            happened=places.get(community.id, []),
            places=_places(site, own["places"](community.id)),
            other=_other_changes(site, own["changes"](community.id)),
            wishes=_wishes(site, own["wishes"](community.id)),
            residents=_records(own["residents"](community.id)),
            alone=_alone(community),
        )
        tell((position + 1) / len(site.outcome.communities))


def _alone(community: CommunityChange) -> bool:
    return all(community.verdict(standard) == "alone" for standard in community.changes)


def write_outcome_pages(site: OutcomeSite, out: Path, tell: Callable[[float], None] = lambda _done: None) -> list[Path]:
    """Write every page of one language.

    Parameters
    ----------
    site
        What the pages are made from.
    out
        The folder of the comparison; pages go to its subfolder ``zh`` or ``en``, the script that exports decisions to
        ``assets``.
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
    _write_themes(writer)
    _write_communities(writer, tell)
    assets = out / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    for source in sorted(Path(__file__).with_name("static").iterdir()):
        shutil.copyfile(source, assets / source.name)
    return writer.written
