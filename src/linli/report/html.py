"""The web report: a folder of pages that work offline, from a file, on paper and on a phone.

One tree of pages per language, ``zh/`` and ``en/``, with the same names, so that every page can switch; `index.html`
above them leads to either. Templates escape everything that comes from data.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import linli
from linli.assess.options import PRIORITY_COMPONENTS
from linli.errors import Problem, UnknownRuleError, UnsetValueError
from linli.report import phrases
from linli.report.figures import Figures
from linli.report.formats import Context, known
from linli.report.model import Book, Community, ItemInfo, RequirementResult, Result, StandardInfo
from linli.report.options import Language, ReportOptions
from linli.report.palette import STATUSES
from linli.report.profile import fact_rows, supply_rows
from linli.report.words import load_words, sentence_case
from linli.rules import CERTAINTIES, Catalogue, Value

__all__ = ["HTML_LANG", "Site", "marks", "page_environment", "write_pages", "write_root"]

HTML_LANG = {"zh": "zh-Hans", "en": "en"}
"""What a language is called in a page."""

FIRST = 12
"""How many communities the overview names in its priority list."""

LEAST = 20
"""How many facility types the overview shows: those that reach the fewest."""


@dataclass(frozen=True, eq=False)
class Site:
    """What the pages of one language are made from.

    Parameters
    ----------
    book, figures, context, catalogue, options
        The records, the figures, words and notes, the rules, the choices.
    title, place
        Of the report; name of the city.
    files
        Files to offer for download, relative to the report's folder, with their words.
    profiles
        Communities that have a PDF of their own, in the first language.
    """

    book: Book
    figures: Figures
    context: Context
    catalogue: Catalogue
    options: ReportOptions
    title: str
    place: str
    files: Sequence[Mapping[str, str]]
    profiles: tuple[Community, ...] = ()


@cache
def page_environment(*packages: str) -> Environment:
    """Return what renders the templates.

    Parameters
    ----------
    packages
        Packages whose ``templates`` come before the report's own: a part of the report brings its pages.

    Returns
    -------
    Environment
        Escapes everything that comes from data.
    """
    # nothing from data is ever marked safe; the only «safe» text is the SVG made by this floor, escaped when made
    return Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (*packages, "linli.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _rule_values(site: Site, item: ItemInfo) -> list[Value]:
    """Every figure of an item as used on the date of the assessment, or as it stands where none is in force."""
    found = []
    rule = site.catalogue.rule(item.id)
    for name, series in rule.values.items():
        try:
            found.append(site.catalogue.value(item.id, name, on=site.book.on))
        except (UnsetValueError, UnknownRuleError):
            found.append(series[-1])
    return found


def _by_group(standard: StandardInfo) -> list[ItemInfo]:
    groups = list(standard.groups)
    return sorted(standard.items, key=lambda item: groups.index(item.group))


def _names(book: Book) -> dict[str, str]:
    """Name of each facility and estate by id, for evidence."""
    names: dict[str, str] = {}
    for community in book.communities:
        for row in community.facilities:
            names[str(row["facility_id"])] = _text(row.get("name"))
        for row in community.estates:
            names[str(row["estate_id"])] = _text(row.get("name"))
    return names


def _text(value: Any) -> str:
    return str(value) if known(value) else ""


def marks(context: Context) -> dict[str, Any]:
    """Make the small pieces that stand in every table once: asking a macro for each takes most of the time.

    Parameters
    ----------
    context
        The language.

    Returns
    -------
    dict
        By name, for templates: ``status`` and ``certainty`` of a code, ``show`` a text (what is unknown is hatched),
        ``num`` a cell of a number in any unit with its text.
    """
    words, unknown = context.words, context.fmt.unknown
    hatched = Markup('<span class="unknown">{}</span>').format(unknown)
    statuses = {
        code: Markup(
            '<span class="st st-{0}"><svg class="mark" aria-hidden="true"><use href="#m-{0}"/></svg>{1}</span>'
        ).format(code, words(f"status.{code}"))
        for code in STATUSES
    }
    certainties: dict[str, Markup] = {
        code: Markup('<span class="cert cert-{}" title="{}">{}</span>').format(
            code, words(f"certainty.{code}_help"), words(f"certainty.{code}")
        )
        for code in CERTAINTIES
    }

    def show(text: str) -> str:
        return hatched if text == unknown else text

    def num(value: Any, text: str) -> Markup:
        sort = value if known(value) else ""
        return Markup('<td class="n" data-v="{}">{}</td>').format(sort, show(text))

    return {
        "status": statuses.__getitem__,
        "certainty": lambda code: certainties.get(str(code or ""), ""),
        "show": show,
        "num": num,
    }


def _globals(site: Site) -> dict[str, Any]:
    words, fmt, book = site.context.words, site.context.fmt, site.book
    names = _names(book)
    ranked = sorted(book.communities, key=lambda c: _rank(c, book.standards[0]))
    first = sorted((c for c in book.communities if c.priority), key=lambda c: c.priority.rank if c.priority else 0)

    def status_of(community: Community, standard: StandardInfo) -> dict[str, str]:
        return {r.item.id: r.status for r in community.results.get(standard.id, ())}

    def evidence(requirement: RequirementResult) -> list[str]:
        return phrases.evidence_lines(requirement, fmt, names)

    def shortfall(result: Result) -> str:
        return phrases.shortfall_text(result, fmt, book.unit)

    return {
        **marks(site.context),
        "t": words,
        "f": fmt,
        "book": book,
        "title": site.title,
        "place": site.place,
        "options": site.options,
        "langs": site.options.lang,
        "html_lang": HTML_LANG[words.lang],
        "version": linli.__version__,
        "notes": site.context.notes,
        "files": site.files,
        "statuses": list(STATUSES),
        "certainties": CERTAINTIES,
        "parts": PRIORITY_COMPONENTS,
        "main": book.standards[0],
        "mapped": frozenset(site.figures.material.mapped),
        "known": known,
        "text": _text,
        "cap": sentence_case,
        "script_words": {key: words(f"script.{key}") for key in ("filter", "columns", "csv", "rows", "save")},
        "old_young": phrases.old_young_share,
        "status_of": status_of,
        "by_group": _by_group,
        "rule_values": lambda item: _rule_values(site, item),
        "evidence": evidence,
        "shortfall": shortfall,
        "requirement_shortfall": lambda q: phrases.requirement_shortfall(q, fmt, book.unit),
        "measured": lambda q: phrases.measured(q, fmt),
        "asked": lambda q: phrases.required(q, fmt),
        "requirement_text": lambda q: words.pick(q.text, q.id),
        "reason": lambda p: phrases.reason(p, fmt),
        "part_text": lambda part, raw: phrases.part_text(part, raw, fmt),
        "weakest": lambda result: phrases.weakest_text(result, fmt),
        "score_note": _score_note(site),
        "ranked": ranked,
        "first": first,
        "warnings": [Problem(**row).text(words.lang) for row in book.manifest.get("warnings", ())],
    }


def _rank(community: Community, standard: StandardInfo) -> tuple[float, str]:
    score = community.scores.get(standard.id)
    return (float(score.rank) if score and score.rank else float("inf"), community.id)


def _score_note(site: Site) -> str:
    words = site.context.words
    weights = site.book.standards[0].weights
    named = words(f"weights.{weights}") if words.has(f"weights.{weights}") else weights
    return words("index.weights", weights=named)


def _choices(site: Site) -> list[dict[str, str]]:
    words, fmt, book = site.context.words, site.context.fmt, site.book
    options = book.meta["options"]
    grades = [words("choice.grade", grade=g, floor=fmt.pct(floor)) for g, floor in options["grades"].items()]
    weights = options["weights"]
    dot = words("number.dot")
    rows = {
        "standards": dot.join(words.pick(s.title) for s in book.standards),
        "rules": book.catalogue_version,
        "on": fmt.date(book.on),
        "circle": words(f"level.{options['circle']}"),
        "person": words(f"person.{options['person']}"),
        "met_share": fmt.pct(options["met_share"]),
        "grades": dot.join(grades),
        "weights": words(f"weights.{weights}") if isinstance(weights, str) else words("weights.options"),
    }
    return [{"name": words(f"choice.{key}"), "value": value} for key, value in rows.items()]


class _Writer:
    """Renders the pages of one language into a folder and remembers what was written."""

    def __init__(self, site: Site, out: Path) -> None:
        self.site, self.out, self.written = site, out, list[Path]()
        self.common = _globals(site)

    def page(self, template: str, path: str, crumbs: Sequence[Mapping[str, str]], **values: Any) -> None:
        """Render one page; `path` is relative to the language's folder."""
        depth = path.count("/")
        home = "../" * depth
        shown = {**self.common, "path": path, "home": home, "up": home + "../", "crumbs": crumbs, **values}
        text = page_environment().get_template(template).render(shown)
        target = self.out / self.site.context.words.lang / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self.written.append(target)


def _standard_figures(site: Site, standards: Iterable[StandardInfo]) -> dict[str, Any]:
    return {
        "maps": {s.id: site.figures.score_map(s, links=True) for s in standards},
        "haves": {s.id: site.figures.city_haves(s) for s in standards},
        "stacks": {s.id: site.figures.items(s) for s in standards},
    }


def _write_city(writer: _Writer) -> None:
    site, words = writer.site, writer.site.context.words
    first = writer.common["first"]
    charts = {"coverage_bars": site.figures.coverage_bars(), "curves": site.figures.curves()}
    lead = phrases.city_lead(site.book, site.context.fmt, site.place)
    figures = _standard_figures(site, site.book.standards)
    least = {
        "coverage_least": site.figures.coverage_bars(LEAST),
        "least": min(LEAST, len(site.figures.material.mapped)),
    }
    shown = {**figures, **charts, **least, "first": first[:FIRST]}
    writer.page("index.html", "index.html", [], lead=lead, **shown)
    here = {"text": words("nav.communities"), "href": ""}
    writer.page("communities.html", "communities.html", [here])
    writer.page("data.html", "data.html", [{"text": words("nav.data"), "href": ""}], choices=_choices(site))
    cover = {"text": words("nav.coverage"), "href": ""}
    writer.page("coverage_index.html", "coverage/index.html", [cover], **charts)
    for standard in site.book.standards:
        crumb = {"text": words.pick(standard.title), "href": ""}
        writer.page("standard.html", f"standards/{standard.id}.html", [crumb], standard=standard, **figures)


def _write_regions(writer: _Writer) -> None:
    for region in writer.site.book.regions:
        inside = {c.id for c in region.communities}
        ranked = [c for c in writer.common["ranked"] if c.id in inside]
        first = [c for c in writer.common["first"] if c.id in inside]
        crumb = {"text": region.key, "href": ""}
        writer.page("region.html", f"regions/{region.slug}.html", [crumb], region=region, ranked=ranked, first=first)


def _write_coverage(writer: _Writer, coverage: Mapping[tuple[str, str], Any]) -> None:
    site, words = writer.site, writer.site.context.words
    items = {item.id: item for s in site.book.standards for item in s.items}
    for code in site.figures.material.mapped:
        kind = site.book.types[code]
        rows = []
        for community in site.book.communities:
            row = coverage.get((community.id, code))
            if row is not None:
                without = row["residents"] - row["residents_within"]
                rows.append(
                    {
                        "community": community,
                        "residents": row["residents"],
                        "share": row["share"],
                        "low": row["share_low"],
                        "high": row["share_high"],
                        "without": without,
                    }
                )
        rows.sort(key=lambda r: (-r["without"] if known(r["without"]) else float("inf"), r["community"].id))
        crumbs = [
            {"text": words("nav.coverage"), "href": "coverage/index.html"},
            {"text": words.pick(kind.title), "href": ""},
        ]
        writer.page(
            "coverage.html",
            f"coverage/{code}.html",
            crumbs,
            type=kind,
            finding=site.figures.finding(code),
            map=site.figures.coverage_map(code),
            curve=site.figures.curve(code),
            asked=[items[key] for key in kind.asked_by if key in items],
            rows=rows,
        )


def _write_communities(writer: _Writer, coverage: Mapping[tuple[str, str], Any], tell: Callable[[float], None]) -> None:
    site, figures = writer.site, writer.site.figures
    regions = {region.key: region for region in site.book.regions}
    total = len(site.book.communities)
    by_id = {c.id: c for c in site.book.communities}
    own = {c.id for c in site.profiles}
    for position, community in enumerate(site.book.communities):
        crumbs = []
        region = regions.get(community.region)
        if region:
            crumbs.append({"text": region.key, "href": f"regions/{region.slug}.html"})
        if community.subdistrict and community.subdistrict != community.region:
            crumbs.append({"text": community.subdistrict, "href": f"regions/{region.slug}.html" if region else ""})
        crumbs.append({"text": community.name, "href": ""})
        writer.page(
            "community.html",
            f"communities/{community.slug}.html",
            crumbs,
            c=community,
            lead=phrases.community_lead(site.book, community, site.context.fmt),
            oy=phrases.old_young_share(community),
            facts=fact_rows(site.book, community, site.context.fmt),
            gaps={s.id: phrases.gaps(community, s.id) for s in site.book.standards},
            supply=supply_rows(site.book, community, coverage, site.context.fmt),
            peers=[by_id[peer] for peer in community.peers if peer in by_id],
            circle=figures.circle(community),
            ages=figures.ages(community),
            haves=figures.haves(community, site.book.standards[0]),
            scenes=figures.scenes(community),
            shortfalls=figures.shortfalls(community),
            wishes=figures.wishes(community),
            pdf=f"profiles/{site.options.lang[0]}/{community.slug}.pdf" if community.id in own else "",
        )
        tell((position + 1) / total)


def write_pages(
    site: Site,
    out: Path,
    coverage: Mapping[tuple[str, str], Any],
    tell: Callable[[float], None] = lambda _done: None,
) -> list[Path]:
    """Write every page of one language.

    Parameters
    ----------
    site
        What the pages are made from.
    out
        The report's folder; pages go to its subfolder ``zh`` or ``en``.
    coverage
        By community id and facility type: the row of the table `coverage` at the distance that is shown.
    tell
        Told the fraction done (0–1).

    Returns
    -------
    list of Path
        The pages written.

    Raises
    ------
    OSError
        If a page cannot be written.
    """
    writer = _Writer(site, out)
    _write_city(writer)
    _write_regions(writer)
    _write_coverage(writer, coverage)
    _write_communities(writer, coverage, tell)
    return writer.written


def write_root(out: Path, titles: Mapping[Language, str], opens: Mapping[Language, str] | None = None) -> list[Path]:
    """Write what the languages share: the page that leads to them, style and script.

    Parameters
    ----------
    out
        The report's folder.
    titles
        Title of the report by language, in the order in which they are offered.
    opens
        Words of the link to each language; those of the report if left out.

    Returns
    -------
    list of Path
        `index.html` first, then the files in `assets`.
    """
    words = opens or {lang: load_words(lang)("report.open") for lang in titles}
    choices = [
        {"lang": lang, "html_lang": HTML_LANG[lang], "title": title, "open": words[lang]}
        for lang, title in titles.items()
    ]
    first = choices[0]
    text = (
        page_environment()
        .get_template("root.html")
        .render(html_lang=first["html_lang"], title=first["title"], choices=choices)
    )
    index = out / "index.html"
    index.write_text(text, encoding="utf-8")
    folder = out / "assets"
    folder.mkdir(exist_ok=True)
    written = [index]
    sources = sorted(Path(__file__).with_name("static").iterdir())
    return written + [Path(shutil.copyfile(source, folder / source.name)) for source in sources]
