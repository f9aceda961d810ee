"""Sentences and key figures of a plan: what it holds, what it brings, who stays without, how sure it is.

The same phrases are used on pages, in the workbook and in documents, so that they cannot contradict one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.improve.choices import ImproveOptions
from linli.improve.outcome import WHY
from linli.improve.sites import NOTES, REASONS
from linli.report.formats import Format, known
from linli.report.plan.model import Change, CommunityChange, Part, PlanBook, Project
from linli.report.plan.money import Money
from linli.report.words import sentence_case
from linli.units import BAND_TITLES

__all__ = [
    "Card",
    "choice_rows",
    "clash_text",
    "community_cards",
    "community_lead",
    "limit_label",
    "need_lead",
    "part_cards",
    "part_lead",
    "project_notes",
    "read_first",
    "refusal",
    "result_rows",
    "status_text",
    "unplanned_reason",
    "why",
    "without_lead",
]

Card = Mapping[str, str]
"""A key figure: `name`, `value`, `sub` beneath it, `exact` to be seen when pointed at."""

_BUDGET = "budget"


def _needs(value: float, book: PlanBook, fmt: Format) -> str:
    return fmt.unit(value, fmt.words(f"needs.{book.unit}"))


def _levers(part: Part, fmt: Format) -> str:
    words = fmt.words
    found = [
        words(f"lever_count.{lever}", count=fmt.n(part.sums.by_lever[lever]))
        for lever in ("reallocate", "convert", "build")
        if part.sums.by_lever.get(lever)
    ]
    return words("number.dot").join(found)


def _areas(part: Part, fmt: Format) -> str:
    words, sums = fmt.words, part.sums
    areas = []
    if not sums.floor_area_m2 <= 0:
        areas.append(words("lead.floor", area=fmt.area(sums.floor_area_m2)))
    if not sums.site_area_m2 <= 0:
        areas.append(words("lead.site", area=fmt.area(sums.site_area_m2)))
    return words("number.dot").join(areas)


def _no_place(part: Part) -> float:
    """Return the share of needs still without that have no place for it, 0–1; NaN if there are none."""
    total = sum(part.sums.without.values())
    return part.sums.without.get("no_option", 0.0) / total if total > 0 else float("nan")


def part_lead(book: PlanBook, part: Part, fmt: Format) -> str:
    """Say what the plan holds and brings, for the whole or a district.

    Parameters
    ----------
    book, part
        The plan, and the part to speak of.
    fmt
        Numbers of the language.

    Returns
    -------
    str
        Two or three sentences.
    """
    words, sums = fmt.words, part.sums
    if book.plan["status"] == "infeasible":
        return words("lead.infeasible")
    if not sums.projects:
        return words("lead.nothing") + ("" if words.lang == "zh" else " ") + without_lead(book, part, fmt).strip()
    cost = words("lead.cost", cost=Money(words).amount(sums.cost_yuan)) if known(sums.cost_yuan) else ""
    text = words(
        "lead.chosen",
        projects=fmt.n(sums.projects),
        levers=_levers(part, fmt),
        communities=fmt.n(sums.communities),
        places=fmt.n(sums.places),
        area=_areas(part, fmt),
        cost=cost,
    )
    text += words(
        "lead.gain",
        gaining=fmt.folk(sums.gaining),
        before=fmt.pct(sums.needs.share_before),
        after=fmt.pct(sums.needs.share_after),
    )
    return text + without_lead(book, part, fmt)


def without_lead(book: PlanBook, part: Part, fmt: Format) -> str:
    """Say how many needs stay unserved, and how many of them because there is no place; empty if none.

    Parameters
    ----------
    book, part
        The plan, and the part to speak of.
    fmt
        Numbers of the language.

    Returns
    -------
    str
        One sentence.
    """
    if part.sums.needs.without <= 0:
        return ""
    share = fmt.pct(_no_place(part))
    return fmt.words("lead.without", without=_needs(part.sums.needs.without, book, fmt), share=share)


def need_lead(change: Change | None, fmt: Format) -> str:
    """Say who is within reach under one requirement before and after.

    Parameters
    ----------
    change
        Of the requirement, or None if it binds nobody.
    fmt
        Numbers of the language.

    Returns
    -------
    str
        One sentence.
    """
    if change is None or change.residents <= 0:
        return fmt.words("note_plan.nothing_without")
    words = fmt.words
    shares = words("chart.shift", before=fmt.pct(change.share_before), after=fmt.pct(change.share_after))
    told = words("map.change_described", newly=fmt.folk(change.newly), without=fmt.folk(change.without))
    stop, joined = ("。", "，") if words.lang == "zh" else (".", "; ")
    return f"{shares}{joined}{told}{stop}"


def community_lead(community: CommunityChange, fmt: Format) -> str:
    """Say what the plan does in one community.

    Parameters
    ----------
    community
        Any community.
    fmt
        Numbers of the language.

    Returns
    -------
    str
        One sentence.
    """
    needs = community.needs
    shares = {"before": fmt.pct(needs.share_before), "after": fmt.pct(needs.share_after)}
    if not community.projects:
        return fmt.words("lead.community_none", name=community.name, **shares)
    return fmt.words(
        "lead.community",
        name=community.name,
        projects=fmt.n(len(community.projects)),
        gaining=fmt.folk(community.gaining),
        **shares,
    )


def _card(name: str, value: str, sub: str = "", exact: str = "") -> Card:
    return {"name": name, "value": value, "sub": sub, "exact": exact}


def _people_key(book: PlanBook, key: str) -> str:
    return f"card.{key}_m2" if book.unit == "m2" else f"card.{key}"


def _money_card(part: Part, words: Any) -> Card:
    money, sums = Money(words), part.sums
    given = sums.subsidy_yuan + sums.other_yuan
    sub = words("card.cost_sub", yuan=money.amount(given)) if known(given) and given > 0 else ""
    exact = money.exact(sums.cost_yuan) if known(sums.cost_yuan) else ""
    return _card(words("card.cost"), money.amount(sums.cost_yuan), sub, exact)


def part_cards(book: PlanBook, part: Part, fmt: Format) -> list[Card]:
    """Return the key figures of the whole or a district.

    Parameters
    ----------
    book, part
        The plan, and the part to speak of.
    fmt
        Numbers of the language.

    Returns
    -------
    list of Card
        In the order in which they are shown; money only where costs are set.
    """
    words, sums = fmt.words, part.sums
    cards = [_card(words("card.projects"), fmt.n(sums.projects), _levers(part, fmt))]
    ground = words("card.area_sub", area=fmt.area(sums.site_area_m2)) if not sums.site_area_m2 <= 0 else ""
    cards.append(_card(words("card.area"), fmt.area(sums.floor_area_m2), ground))
    if sums.projects:
        cards.append(_money_card(part, words))
    told = known(sums.gaining_old_young)
    old_young = words("card.gaining_sub", count=fmt.folk(sums.gaining_old_young)) if told else ""
    cards.append(_card(words(_people_key(book, "gaining")), fmt.folk(sums.gaining), old_young))
    shares = words("chart.shift", before=fmt.pct(sums.needs.share_before), after=fmt.pct(sums.needs.share_after))
    cards.append(_card(words("card.share"), shares, words("card.share_sub", needs=_needs(sums.needs.newly, book, fmt))))
    before = words("card.lacking_sub", count=fmt.folk(sums.lacking_before))
    cards.append(_card(words(_people_key(book, "lacking")), fmt.folk(sums.lacking_after), before))
    share = words("card.without_sub", share=fmt.pct(_no_place(part))) if sums.without else ""
    cards.append(_card(words("card.without"), _needs(sums.needs.without, book, fmt), share))
    if sums.scheduled is not None and book.programme_years:
        ends = f"{book.programme_years[0]}–{book.programme_years[-1]}"
        sub = words("card.years_sub", scheduled=fmt.n(sums.scheduled), projects=fmt.n(sums.projects))
        cards.append(_card(words("card.years"), ends, sub))
    if part is book.city and book.plan["gap"] is not None:
        cards.append(_card(words("card.gap"), fmt.pct(book.plan["gap"], 2), status_text(book.plan["status"], fmt)))
    return cards


def community_cards(book: PlanBook, community: CommunityChange, fmt: Format) -> list[Card]:
    """Return the key figures of a community.

    Parameters
    ----------
    book, community
        The plan and the community.
    fmt
        Numbers of the language.

    Returns
    -------
    list of Card
        In the order in which they are shown.
    """
    words, needs = fmt.words, community.needs
    shares = words("chart.shift", before=fmt.pct(needs.share_before), after=fmt.pct(needs.share_after))
    before = words("card.lacking_sub", count=fmt.folk(community.lacking_before))
    return [
        _card(words(f"figure.residents.{book.unit}"), fmt.n(community.residents)),
        _card(words("card.projects"), fmt.n(len(community.projects))),
        _card(words("card.share"), shares, words("card.share_sub", needs=_needs(needs.newly, book, fmt))),
        _card(words(_people_key(book, "gaining")), fmt.folk(community.gaining)),
        _card(words(_people_key(book, "lacking")), fmt.folk(community.lacking_after), before),
        _card(words("card.without"), _needs(needs.without, book, fmt)),
    ]


def status_text(status: str, fmt: Format) -> str:
    """Return what a solver's status is called; as it is where it has no word."""
    key = f"status_plan.{status}"
    return fmt.words(key) if fmt.words.has(key) else status


def _own(texts: Mapping[str, Mapping[str, str]], code: str, fmt: Format) -> str:
    return sentence_case(fmt.words.pick(texts.get(code, {}), code))


def why(detail: str, fmt: Format) -> str:
    """Return why residents are still without, in words (code of `linli.improve.outcome.WHY`)."""
    return _own(WHY, detail, fmt)


def refusal(reason: str, fmt: Format) -> str:
    """Return why a type cannot go into a place, in words (code of `linli.improve.sites.REASONS`)."""
    return _own(REASONS, reason, fmt)


def unplanned_reason(reason: str, fmt: Format) -> str:
    """Return why a requirement is not planned for, in words."""
    code = reason.partition(":")[0]
    key = f"unplanned.{code}"
    return fmt.words(key) if fmt.words.has(key) else f"{fmt.words('unplanned.other')} ({reason})"


def project_notes(project: Project, fmt: Format) -> str:
    """Return what is to be known of a project: decided already, when free, what has to be made.

    Parameters
    ----------
    project
        Any project.
    fmt
        Words of the language.

    Returns
    -------
    str
        Notes joined by semicolons; may be empty.
    """
    notes = [fmt.words("word.decided")] if project.forced else []
    notes += [fmt.words.pick(NOTES[code]) for code in project.notes if code in NOTES and code != "cost_unset"]
    if project.available_from and project.start_year and project.available_from.year >= project.start_year:
        notes.append(fmt.words("word.available", date=fmt.date(project.available_from)))
    return fmt.words("number.semicolon").join(notes)


def _packs(book: PlanBook, fmt: Format) -> str:
    """Name the rules packs; a title is kept as «zh / en»."""
    titles = [pack.split(" / ") for pack in book.proposal["packs"]]
    return fmt.words("number.semicolon").join(one[0 if fmt.words.lang == "zh" else -1] for one in titles)


def read_first(book: PlanBook, fmt: Format) -> list[str]:
    """Return what a reader has to know before the figures: notes of the plan, what was not worked out."""
    lines = [sentence_case(fmt.words.pick(note)) for note in book.notes]
    if book.proposal["packs"]:
        lines.append(fmt.words("lead.packs", packs=_packs(book, fmt)))
    if book.programme is None and all(row["part"] != "programme" for row in book.left_out):
        lines.append(fmt.words("lead.no_programme"))
    return [*lines, *(sentence_case(fmt.words.pick(row)) for row in book.left_out)]


def clash_text(clash: Mapping[str, Any], fmt: Format) -> str:
    """Return one of the conditions that contradict each other, and by how much it would have to give."""
    more = clash.get("relax_by")
    colon = fmt.words("word.colon")
    text = f"{limit_kind(str(clash['kind']), fmt)}{colon}{limit_label(str(clash['label']), fmt)}"
    return f"{text} (+{fmt.n(more, 1)})" if known(more) and more else text


def limit_kind(kind: str, fmt: Format) -> str:
    """Return what a kind of limit is called."""
    key = f"limit_kind.{kind}"
    return fmt.words(key) if fmt.words.has(key) else kind


def limit_label(label: str, fmt: Format) -> str:
    """Return a limit's label with the city's budget in words."""
    return fmt.words("card.budget") if label == _BUDGET else label


def _mapping(value: Mapping[str, Any], name: str, book: PlanBook, fmt: Format) -> str:
    words, parts = fmt.words, []
    for key, one in value.items():
        title = _key_title(str(key), book, fmt)
        shown = _mapping(one, name, book, fmt) if isinstance(one, Mapping) else fmt.value(one)
        parts.append(f"{title} {shown}" if not isinstance(one, Mapping) else f"{title}{words('word.colon')}{shown}")
    return words("number.semicolon" if any(isinstance(v, Mapping) for v in value.values()) else "number.dot").join(
        parts
    )


def _key_title(key: str, book: PlanBook, fmt: Format) -> str:
    words, types = fmt.words, book.assessment.types
    if key in types:
        return sentence_case(words.pick(types[key].title))
    if key in BAND_TITLES:
        return BAND_TITLES[key][words.lang]
    for prefix in ("lever", "verb", "word"):
        if words.has(f"{prefix}.{key}"):
            return words(f"{prefix}.{key}")
    return key


def _choice(name: str, value: Any, book: PlanBook, fmt: Format) -> str:
    words = fmt.words
    if name == _BUDGET:
        lines = [
            " ".join(
                filter(None, [str(one.get("year") or ""), one.get("district") or "", Money(words).amount(one["yuan"])])
            )
            for one in value
        ]
        return words("number.semicolon").join(lines)
    if isinstance(value, Mapping):
        return _mapping(value, name, book, fmt)
    if isinstance(value, list | tuple):
        return words("number.dot").join(
            " ← ".join(map(str, one)) if isinstance(one, list | tuple) else _key_title(str(one), book, fmt)
            for one in value
        )
    return _key_title(value, book, fmt) if isinstance(value, str) else fmt.value(value)


def choice_rows(book: PlanBook, fmt: Format) -> list[dict[str, str]]:
    """Return the city's choices: those that differ from the default, and those that always matter.

    Parameters
    ----------
    book
        The plan.
    fmt
        Words and numbers of the language.

    Returns
    -------
    list of dict
        ``name``, ``value``.
    """
    plain = ImproveOptions().model_dump(mode="json")
    always = {"verbs", "levers", "gap", "seed", "divide_rooms", "old_young_weight"}
    rows = []
    for name, value in book.plan["choices"].items():
        if value is None or (name not in always and value == plain.get(name)):
            continue
        shown = fmt.pct(value, 2) if name == "gap" else _choice(name, value, book, fmt)
        rows.append({"name": fmt.words(f"choice_plan.{name}"), "value": shown})
    return rows


def result_rows(book: PlanBook, fmt: Format) -> list[dict[str, str]]:
    """Return how good the plan is and what it was made from.

    Parameters
    ----------
    book
        The plan.
    fmt
        Words and numbers of the language.

    Returns
    -------
    list of dict
        ``name``, ``value``: status, objective, bound, gap, solver, seed, versions.
    """
    words, plan, programme = fmt.words, book.plan, book.programme
    unit = (
        words(f"needs.{book.unit}") if plan["sense"] == "maximise" else (words("money.yuan") if book.costed else "m²")
    )
    standard = book.assessment.standard(book.standard)
    values = {
        "status": status_text(plan["status"], fmt),
        "sense": words(f"sense.{plan['sense']}"),
        "objective": fmt.unit(plan["objective"], unit),
        "bound": fmt.unit(plan["bound"], unit),
        "gap": fmt.pct(plan["gap"], 2),
        "method": words(f"method_plan.{plan['method']}")
        if words.has(f"method_plan.{plan['method']}")
        else plan["method"],
        "solver": plan["solver"],
        "seed": str(plan["seed"]),
        "standard": words.pick(standard.title) if standard else book.standard,
        "rules": plan["catalogue_version"],
        "packs": _packs(book, fmt) or words("word.none"),
        "on": fmt.date(book.on),
        "survey": plan["survey_digest"][:16] or fmt.unknown,
        "code": plan["code_version"],
    }
    if programme is not None:
        values["programme"] = status_text(programme["status"], fmt)
        values["programme_gap"] = fmt.pct(programme["gap"], 2)
        values["programme_until"] = str(programme["counted_until"])
    return [{"name": words(f"result.{key}"), "value": value} for key, value in values.items()]
