"""Sentences made of figures: what is missing, what stands behind a result, why a community comes first.

The same phrases are used on pages, in the workbook and in the PDF, so that they cannot contradict one another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from linli.assess.measure import note_text
from linli.report.formats import Format, known
from linli.report.model import Book, Community, Priority, RequirementResult, Result
from linli.units import BAND_TITLES, OLD_AND_YOUNG

__all__ = [
    "city_lead",
    "community_lead",
    "evidence_lines",
    "gaps",
    "measured",
    "old_young_share",
    "part_text",
    "people_text",
    "reason",
    "required",
    "requirement_shortfall",
    "shortfall_text",
    "weakest_text",
]

_NAMES_SHOWN = 6
_LACKING = ("not_met", "partly")


def old_young_share(community: Community) -> float:
    """Return the share of residents of 60 and over and under 6, 0–1, NaN = unknown.

    Parameters
    ----------
    community
        Any community.

    Returns
    -------
    float
        Share, 0–1.
    """
    those = sum(community.bands.get(band, math.nan) for band in OLD_AND_YOUNG)
    return those / community.residents if community.residents > 0 else math.nan


def gaps(community: Community, standard: str | None = None, *, most: int | None = None) -> list[Result]:
    """Return what is missing, the worst first: items that fall short.

    Parameters
    ----------
    community
        Any community.
    standard
        Of which standard, or None for every one.
    most
        How many at most, or None for all.

    Returns
    -------
    list of Result
        Not met before partly met; then by degree.
    """
    asked = [standard] if standard else list(community.results)
    short = [r for name in asked for r in community.results.get(name, ()) if r.status in _LACKING]
    short.sort(key=lambda r: (_LACKING.index(r.status), r.degree if known(r.degree) else 1.0))
    return short[:most]


def shortfall_text(result: Result, fmt: Format, unit: str) -> str:
    """Say what is missing of an item, in physical units; the word for unknown where nobody knows.

    Parameters
    ----------
    result
        Any result.
    fmt
        Numbers of the language.
    unit
        Unit of people: ``residents`` or ``m2``.

    Returns
    -------
    str
        ``1,250 residents; 150 m²``, or empty where nothing is missing.
    """
    if result.status in ("met", "not_applicable"):
        return ""
    row = result.row
    parts: list[str] = []
    if known(result.shortfall) and result.shortfall > 0:
        name = unit if result.shortfall_unit in ("residents", "people") else result.shortfall_unit
        digits = 1 if 0 < result.shortfall < 1 else 0
        parts.append(fmt.unit(result.shortfall, name, digits))
    sizes: list[Any] = [row.get(column) for column in ("floor_area_short_m2", "site_area_short_m2")]
    parts += [fmt.area(size) for size in sizes if known(size) and size > 0 and result.shortfall_unit != "m2"]
    if known(row.get("places_short")) and row["places_short"] > 0 and result.shortfall_unit != "places":
        parts.append(fmt.unit(row["places_short"], "places"))
    if parts:
        return fmt.words("number.semicolon").join(dict.fromkeys(parts))
    return fmt.unknown if result.status == "unknown" or not known(result.shortfall) else ""


def _amount(value: Any, unit: str, fmt: Format) -> str:
    if not known(value):
        return fmt.unknown
    if unit == "share":
        return fmt.pct(value)
    if unit == "answer":
        return fmt.words("number.yes" if value >= 1 else "number.partly" if value > 0 else "number.no")
    if float(value).is_integer():
        return fmt.unit(value, unit)
    digits = 2 if unit.startswith("per_") or abs(float(value)) < 1 else 1 if unit.startswith("m2_per") else 0
    return fmt.unit(value, unit, digits)


def measured(requirement: RequirementResult, fmt: Format) -> str:
    """Say what was found for a requirement, with its range.

    Parameters
    ----------
    requirement
        Any requirement.
    fmt
        Numbers of the language.

    Returns
    -------
    str
        ``62–71 %``, ``0.8 per dwelling``, or the word for unknown.
    """
    row = requirement.row
    if row.get("unit") == "share" and row.get("requirement_kind") == "reach":
        return fmt.degree(row.get("value"), row.get("degree_low"), row.get("degree_high"))
    return _amount(row.get("value"), str(row.get("unit") or ""), fmt)


def required(requirement: RequirementResult, fmt: Format) -> str:
    """Say what a requirement asks for, empty where it asks for no figure.

    Parameters
    ----------
    requirement
        Any requirement.
    fmt
        Numbers of the language.

    Returns
    -------
    str
        With the walking distance where there is one.
    """
    row = requirement.row
    parts = []
    if known(row.get("required")) and row.get("unit") != "answer":
        parts.append(_amount(row["required"], str(row.get("unit") or ""), fmt))
    if known(row.get("distance_m")):
        parts.append(f"≤{fmt.metres(row['distance_m'])}")
    return " · ".join(parts)


def _names(triples: Sequence[Sequence[Any]], names: Mapping[str, str], fmt: Format) -> str:
    shown = [names.get(str(one[0]), "") or str(one[0]) for one in triples[:_NAMES_SHOWN]]
    text = fmt.words("number.dot").join(shown)
    if len(triples) > _NAMES_SHOWN:
        text += fmt.words("evidence.more", count=len(triples))
    return text


def _limits(evidence: Mapping[str, Any], fmt: Format) -> list[str]:
    out = []
    for limit in evidence.get("limits") or ():
        value = fmt.value(limit.get("value"), limit.get("unit"))
        out.append(fmt.words("evidence.limit", rule=limit.get("rule", ""), value=value))
    return out


def evidence_lines(requirement: RequirementResult, fmt: Format, names: Mapping[str, str]) -> list[str]:
    """Say what stands behind a requirement: facilities, distances, figures of the rule, remarks.

    Parameters
    ----------
    requirement
        Any requirement.
    fmt
        Numbers of the language.
    names
        Name of each facility or estate by id.

    Returns
    -------
    list of str
        Phrases, most telling first; empty if there is nothing to say.
    """
    found, words = requirement.evidence, fmt.words
    lines: list[str] = []
    bands = [BAND_TITLES[band][words.lang] for band in found.get("bands") or () if band in BAND_TITLES]
    if bands:
        lines.append(words("evidence.bands", bands=words("number.dot").join(bands)))
    for role, triples in (found.get("rows") or {}).items():
        key = f"evidence.{role}"
        text = _names(triples, names, fmt)
        lines.append(words(key, names=text) if words.has(key) else words("evidence.other", role=role, names=text))
    nearest = found.get("nearest_m")
    if nearest:
        least, mean, most = (fmt.metres(value) for value in nearest)
        lines.append(words("evidence.nearest", least=least, mean=mean, most=most))
    lines += _limits(found, fmt)
    notes = [note_text(note, words.lang) for note in str(requirement.row.get("notes") or "").split(";") if note]
    if notes:
        lines.append(words("evidence.note", notes=words("number.semicolon").join(notes)))
    return lines


def part_text(part: str, raw: Any, fmt: Format) -> str:
    """Write a component of the priority list in its own unit.

    Parameters
    ----------
    part
        Code of the component.
    raw
        Its figure: a share (0–1), people, or m².
    fmt
        Numbers of the language.

    Returns
    -------
    str
        Figure with unit.
    """
    if part in ("old_estates", "wishes"):
        return fmt.pct(raw)
    if part == "spare_rooms":
        return fmt.area(raw)
    return fmt.folk(raw)


def reason(priority: Priority, fmt: Format) -> str:
    """Return why a community has its place, without the place itself.

    Parameters
    ----------
    priority
        Place and reason.
    fmt
        Words of the language.

    Returns
    -------
    str
        One line.
    """
    text = fmt.words.pick(priority.reason)
    for mark in ("：", ": ", ":"):
        head, found, rest = text.partition(mark)
        if found and str(priority.rank) in head:
            return rest.strip()
    return text


def people_text(value: Any, fmt: Format) -> str:
    """Write a number of residents, or say that it is housing that is counted.

    Parameters
    ----------
    value
        Residents, or m² of residential floor area.
    fmt
        Words and numbers of the language.

    Returns
    -------
    str
        ``1,994 residents`` or ``152,278 m² of housing``.
    """
    written = fmt.folk(value)
    return fmt.words("number.housing", area=written) if fmt.people == "m2" and written != fmt.unknown else written


def city_lead(book: Book, fmt: Format, place: str) -> str:
    """Say in one sentence how the whole city stands against the first standard.

    Parameters
    ----------
    book
        The whole.
    fmt
        Words and numbers of the language.
    place
        Name of the city.

    Returns
    -------
    str
        A sentence.
    """
    standard = book.standards[0]
    sums = book.figures[standard.id]
    total = sum(n for status, n in sums.counts.items() if status != "not_applicable")
    part = {
        key: (sums.counts.get(key, 0) / total if total else math.nan) for key in ("met", "partly", "not_met", "unknown")
    }
    return fmt.words(
        "index.lead_residents",
        place=place,
        communities=fmt.n(sums.communities),
        residents=people_text(sums.residents, fmt),
        standard=fmt.words.pick(standard.title),
        met=fmt.pct(part["met"]),
        short=fmt.pct(part["partly"] + part["not_met"]),
        unknown=fmt.pct(part["unknown"]),
        score=fmt.score(sums.score, sums.low, sums.high),
    )


def community_lead(book: Book, community: Community, fmt: Format) -> str:
    """Say in one or two sentences how a community stands.

    Parameters
    ----------
    book
        The whole.
    community
        One of it.
    fmt
        Words and numbers of the language.

    Returns
    -------
    str
        Sentences.
    """
    standard = book.standards[0]
    score = community.scores.get(standard.id)
    results = community.results.get(standard.id, ())
    short = gaps(community, standard.id)
    text = fmt.words(
        "profile.lead",
        kind=fmt.words(f"kind.{community.kind}"),
        residents=people_text(community.residents, fmt),
        standard=fmt.words.pick(standard.title),
        score=fmt.score(score.score, score.low, score.high) if score else fmt.unknown,
        short=len(short),
        unknown=sum(1 for r in results if r.status == "unknown"),
    )
    if short:
        worst = fmt.words("number.dot").join(fmt.words.pick(r.item.title) for r in short[:3])
        text += fmt.words("profile.lead_gaps", items=worst)
    return text


def requirement_shortfall(requirement: RequirementResult, fmt: Format, unit: str) -> str:
    """Say what is missing of one requirement, empty where nothing is.

    Parameters
    ----------
    requirement
        Any requirement.
    fmt
        Numbers of the language.
    unit
        Unit of people: ``residents`` or ``m2``.

    Returns
    -------
    str
        ``1,250 residents``.
    """
    row = requirement.row
    amount, name = row.get("shortfall"), str(row.get("shortfall_unit") or "")
    if row.get("status") in ("met", "not_applicable") or not known(amount) or not amount:
        return ""
    return fmt.unit(amount, unit if name in ("residents", "people") else name, 1 if 0 < float(amount) < 1 else 0)


def weakest_text(result: Result, fmt: Format) -> str:
    """Say which part of an item holds it back, in short: what is asked, how far, and how much of it is there.

    Parameters
    ----------
    result
        Any result.
    fmt
        Words and numbers of the language.

    Returns
    -------
    str
        ``nursery ≤300 m: 39 %``; empty where no requirement binds.
    """
    name = result.row.get("weakest_requirement")
    found = next((r for r in result.requirements if r.id == name), None)
    if found is None:
        return ""
    kind = fmt.words(f"measure.{found.row['requirement_kind']}")
    distance = found.row.get("distance_m")
    if known(distance):
        kind += f" ≤{fmt.metres(distance)}"
    return fmt.words("measure.line", kind=kind, found=measured(found, fmt))
