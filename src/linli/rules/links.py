"""What rules say about each other: every name must exist, every code belong to one type only."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping

from linli.errors import Problem
from linli.rules.checks import problem
from linli.rules.records import Rule
from linli.rules.requirements import REFERENCE_UNITS, references
from linli.strictyaml import Located

__all__ = ["FACILITY_TYPES", "check_links", "normal_name", "split_reference"]

FACILITY_TYPES = "facility_types"
"""The family that holds the vocabulary of facilities."""

Places = Mapping[str, tuple[Located, ...]]


def normal_name(text: str) -> str:
    """Return a name as it is compared: width, case and spaces do not count.

    Parameters
    ----------
    text
        What somebody wrote.

    Returns
    -------
    str
        NFKC form in lower case without spaces, hyphens or underscores.

    Examples
    --------
    >>> normal_name("托儿所 (Nursery)") == normal_name("托儿所（nursery）")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if not letter.isspace() and letter not in "-_")


def split_reference(reference: str, within: str) -> tuple[str, str]:
    """Split a reference to a value into rule and name.

    Parameters
    ----------
    reference
        ``floor_area_min``, or ``family/rule.value``.
    within
        The rule that a bare name belongs to.

    Returns
    -------
    tuple of str
        Rule id and value name.

    Examples
    --------
    >>> split_reference("walking/distance.five_minute", "complete_community/nursery")
    ('walking/distance', 'five_minute')
    """
    rule, dot, name = reference.rpartition(".")
    return (rule, name) if dot else (within, reference)


def _check_orders(rules: Mapping[str, Rule], places: Places) -> Iterator[Problem]:
    seen: dict[tuple[str, int], str] = {}
    for rule in rules.values():
        other = seen.setdefault((rule.family, rule.order), rule.id)
        if other != rule.id:
            yield problem(places[rule.id][0], "rule.order", ("order",), value=rule.order, other=other)


def _check_references(
    rule: Rule, rules: Mapping[str, Rule], located: Located, broken: Collection[str]
) -> Iterator[Problem]:
    for i, requirement in enumerate(rule.requirements):
        for inner, key, reference in references(requirement):
            path = ("requirements", i, *inner)
            target, name = split_reference(reference, rule.id)
            if target in broken:
                continue
            series = rules[target].values.get(name) if target in rules else None
            if not series:
                yield problem(located, "requirement.value", path, key=f"{target}.{name}", value=reference)
            elif series[0].unit not in REFERENCE_UNITS[key]:
                allowed = " | ".join(REFERENCE_UNITS[key])
                yield problem(
                    located, "requirement.unit", path, key=f"{target}.{name}", value=series[0].unit, allowed=allowed
                )


def _check_types(rule: Rule, rules: Mapping[str, Rule], located: Located, broken: Collection[str]) -> Iterator[Problem]:
    for i, requirement in enumerate(rule.requirements):
        asked: list[tuple[tuple[str | int, ...], tuple[str, ...]]] = []
        asked.append((("requirements", i, "facility_types"), requirement.get("facility_types", ())))
        for j, alternative in enumerate(requirement.get("alternatives", ())):
            asked.append((("requirements", i, "alternatives", j, "facility_types"), alternative["facility_types"]))
        for path, types in asked:
            for k, code in enumerate(types):
                known = f"{FACILITY_TYPES}/{code}"
                if known not in rules and known not in broken:
                    yield problem(located, "requirement.facility_type", (*path, k), key=code, value=code)


def _check_names(rule: Rule, rules: Mapping[str, Rule], located: Located, broken: Collection[str]) -> Iterator[Problem]:
    named = [(("conflicts", i, "rule"), entry["rule"]) for i, entry in enumerate(rule.body.get("conflicts", ()))]
    for i, link in enumerate(rule.body.get("links", ())):
        named += [(("links", i, end), link[end]) for end in ("from", "to")]
    for path, name in named:
        if name not in rules and name not in broken:
            yield problem(located, "link.dangling", path, key=name, value=name)


def _claims(rule: Rule) -> Iterator[tuple[str, int, str]]:
    """Everything a facility type claims for itself: (key, position, what)."""
    for key in ("osm", "amap", "synonyms"):
        for i, text in enumerate(rule.body.get(key, ())):
            yield key, i, text
    yield "id", 0, rule.name
    yield "title", 0, rule.title["zh"]
    yield "title", 0, rule.title["en"]


def _check_claims(rules: Mapping[str, Rule], places: Places) -> Iterator[Problem]:
    owners: dict[tuple[str, str], str] = {}
    for rule in rules.values():
        if rule.family != FACILITY_TYPES:
            continue
        for key, i, text in _claims(rule):
            space = key if key in {"osm", "amap"} else "name"
            what = text if space != "name" else normal_name(text)
            other = owners.setdefault((space, what), rule.id)
            if other != rule.id:
                # a pack may have added it: point at the file that says it
                located = next((one for one in reversed(places[rule.id]) if text in one.data.get(key, ())), None)
                place = located or places[rule.id][0]
                at = list(place.data.get(key, ())).index(text) if located and key != "title" else i
                path = (key, at) if key in {"osm", "amap", "synonyms"} else (key,)
                yield problem(place, "facility.twice", path, key=text, value=text, other=other)


def check_links(rules: Mapping[str, Rule], places: Places, broken: Collection[str]) -> list[Problem]:
    """Check everything that rules say about each other.

    Parameters
    ----------
    rules
        Every sound rule, packs laid over, by id.
    places
        The files each rule comes from, the lowest layer first.
    broken
        Ids of rules whose own file is wrong: they exist, but cannot be looked into.

    Returns
    -------
    list of Problem
        Everything wrong, empty if nothing is.
    """
    found = [*_check_orders(rules, places), *_check_claims(rules, places)]
    for rule in rules.values():
        located = places[rule.id][0]
        for check in (_check_references, _check_types, _check_names):
            found += check(rule, rules, located, broken)
    return found
