"""What a rule file may say: keys, shapes, and the form of dated values.

What belongs here: checks that need one file only. What one file says about another (does the facility type exist?)
is checked in `linli.rules.links`; the requirements of an item in `linli.rules.requirements`.

A rule file::

    id: complete_community/nursery            # its folder and file name
    title: {zh: 托儿所, en: Nursery}
    order: 3                                  # place in its family
    values:
      floor_area_min:
        title: {zh: 建筑面积下限, en: Least floor area}
        dated:
          - value: 200                        # null ends the rule; left out when certainty is unset
            unit: m2
            valid_from: 2020-08-18
            reference: {title: …, clause: …}
            certainty: recalled               # published | recalled | unset
            last_checked_on: 2026-11-23
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from linli.errors import Problem
from linli.rules.checks import problem
from linli.rules.records import CERTAINTIES
from linli.rules.requirements import CONDITIONS, REQUIREMENT_LISTS, check_requirements
from linli.strictyaml import Located
from linli.units import AGE_BANDS

__all__ = ["FAMILY_KINDS", "UNITS", "check_family", "check_overlay", "check_pack_file", "check_rule"]

FAMILY_KINDS: tuple[str, ...] = ("standard", "facts", "vocabulary", "crosswalk")

UNITS: dict[str, dict[str, str]] = {
    "m": {"zh": "米", "en": "m"},
    "m2": {"zh": "平方米", "en": "m²"},
    "ha": {"zh": "公顷", "en": "ha"},
    "m2_per_person": {"zh": "平方米/人", "en": "m² per person"},
    "m2_per_place": {"zh": "平方米/座", "en": "m² per place"},
    "m2_per_100_households": {"zh": "平方米/百户", "en": "m² per 100 households"},
    "m2_per_1000_residents": {"zh": "平方米/千人", "en": "m² per 1,000 residents"},
    "per_1000_residents": {"zh": "个/千人", "en": "per 1,000 residents"},
    "per_dwelling": {"zh": "个/套", "en": "per dwelling"},
    "share": {"zh": "比例（0—1）", "en": "share (0–1)"},
    "factor": {"zh": "倍", "en": "×"},
    "floor_area_ratio": {"zh": "", "en": ""},
    "minutes": {"zh": "分钟", "en": "min"},
    "seconds": {"zh": "秒", "en": "s"},
    "years": {"zh": "年", "en": "years"},
    "m_per_s": {"zh": "米/秒", "en": "m/s"},
    "residents": {"zh": "人", "en": "residents"},
    "households": {"zh": "户", "en": "households"},
    "dwellings": {"zh": "套", "en": "dwellings"},
    "places": {"zh": "个（座、床位）", "en": "places"},
    "count": {"zh": "个", "en": ""},
    "storeys": {"zh": "层", "en": "storeys"},
    "points": {"zh": "分", "en": "points"},
    "yuan": {"zh": "元", "en": "yuan"},
    "yuan_per_m2": {"zh": "元/平方米", "en": "yuan per m²"},
    "yuan_per_m2_month": {"zh": "元/平方米·月", "en": "yuan per m² and month"},
    "yuan_per_m2_year": {"zh": "元/平方米·年", "en": "yuan per m² and year"},
    "text": {"zh": "", "en": ""},
    "yes_no": {"zh": "是/否", "en": "yes or no"},
}
"""Units that a value may have, and how they are written."""

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
OSM = re.compile(r"[\w:]+=[^\s=+]+( \+ [\w:]+=[^\s=+]+)*\Z")
AMAP = re.compile(r"\d{6}\Z")


def _is_bilingual(data: Any) -> bool:
    return isinstance(data, Mapping) and set(data) == {"zh", "en"} and all(_is_text(text) for text in data.values())


def _is_text(data: Any) -> bool:
    return isinstance(data, str) and bool(data.strip())


def _is_texts(data: Any) -> bool:
    return isinstance(data, list) and bool(data) and all(_is_text(text) for text in data)


def _is_whole(data: Any) -> bool:
    return isinstance(data, int) and not isinstance(data, bool)


def _is_date(data: Any) -> bool:
    return isinstance(data, dt.date) and not isinstance(data, dt.datetime)


SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "text": (_is_text, "text"),
    "bilingual": (_is_bilingual, "{zh: text, en: text}"),
    "integer": (_is_whole, "a whole number"),
    "boolean": (lambda data: isinstance(data, bool), "true | false"),
    "date": (_is_date, "YYYY-MM-DD"),
    "texts": (_is_texts, "[text, …]"),
    "mapping": (lambda data: isinstance(data, Mapping) and bool(data), "keys and values"),
    "list": (lambda data: isinstance(data, list) and bool(data), "a list"),
    "scalar": (
        lambda data: data is None or isinstance(data, bool | int | float | str),
        "number | text | true | false | null",
    ),
}


@dataclass(frozen=True, slots=True)
class Key:
    """What may stand under a key.

    Parameters
    ----------
    shape
        A key of `SHAPES`.
    required
        Whether it must be there.
    words
        The words allowed; any if empty.
    """

    shape: str
    required: bool = False
    words: tuple[str, ...] = ()


def _key_problem(located: Located, path: tuple[str | int, ...], data: Any, key: Key) -> Problem | None:
    fits, allowed = SHAPES[key.shape]
    name = str(path[-1])
    if not fits(data):
        code = "key.date" if key.shape == "date" else "key.type"
        return problem(located, code, path, key=name, value=data, allowed=allowed)
    words = data if isinstance(data, list) else [data]
    wrong = [word for word in words if key.words and word not in key.words]
    if wrong:
        return problem(located, "key.choice", path, key=name, value=wrong[0], allowed=" | ".join(key.words))
    return None


def check_keys(located: Located, path: tuple[str | int, ...], data: Any, keys: Mapping[str, Key]) -> Iterator[Problem]:
    """Check the keys of one mapping: none unknown, none missing, each of its shape.

    Parameters
    ----------
    located
        The file.
    path
        Where the mapping stands in it.
    data
        The mapping.
    keys
        What is allowed, by key.

    Yields
    ------
    Problem
        One for each thing wrong.
    """
    if not isinstance(data, Mapping):
        yield problem(located, "key.type", path, key=path[-1] if path else "", value=data, allowed="keys and values")
        return
    for name in data:
        if name not in keys:
            yield problem(located, "key.unknown", (*path, str(name)), key=name, allowed=" | ".join(keys))
    for name, key in keys.items():
        if name not in data:
            if key.required:
                yield problem(located, "key.missing", path, key=name)
        elif wrong := _key_problem(located, (*path, name), data[name], key):
            yield wrong


REFERENCE = {"title": Key("text", True), "clause": Key("text"), "href": Key("text")}
SOURCE = {
    "reference": Key("mapping"),
    "certainty": Key("text", words=CERTAINTIES),
    "unsure": Key("boolean"),
    "last_checked_on": Key("date"),
}
RULE = {
    "id": Key("text", True),
    "title": Key("bilingual", True),
    "order": Key("integer", True),
    "group": Key("text"),
    "role": Key("text"),
    "description": Key("bilingual"),
    "note": Key("bilingual"),
    "conflicts": Key("list"),
    **SOURCE,
    "values": Key("mapping"),
}
BY_KIND: dict[str, dict[str, Key]] = {
    "standard": {
        **RULE,
        "levels": Key("texts"),
        "text": Key("bilingual"),
        "text_new": Key("bilingual"),
        "text_existing": Key("bilingual"),
        "weight_group": Key("text"),
        "requirements": Key("list"),
        "steps": Key("list"),
    },
    "facts": RULE,
    "vocabulary": {
        **RULE,
        "age_bands": Key("texts", True, ("all", *AGE_BANDS)),
        "osm": Key("texts"),
        "amap": Key("texts"),
        "synonyms": Key("texts", True),
    },
    "crosswalk": {**RULE, "links": Key("list", True)},
}
VALUE = {"title": Key("bilingual"), "dated": Key("list", True)}
DATED = {
    "value": Key("scalar"),
    "unit": Key("text", True, tuple(UNITS)),
    "valid_from": Key("date", True),
    "reference": Key("mapping", True),
    "certainty": Key("text", True, CERTAINTIES),
    "unsure": Key("boolean"),
    "last_checked_on": Key("date", True),
    "note": Key("bilingual"),
}
FAMILY = {
    "id": Key("text", True),
    "title": Key("bilingual", True),
    "order": Key("integer", True),
    "kind": Key("text", True, FAMILY_KINDS),
    "description": Key("bilingual", True),
    "documents": Key("list", True),
    "groups": Key("mapping"),
    "roles": Key("texts"),
}
DOCUMENT = {
    "title": Key("bilingual", True),
    "number": Key("text"),
    "issued_on": Key("date"),
    "in_force_from": Key("date"),
    "note": Key("bilingual"),
}
PACK = {
    "title": Key("bilingual", True),
    "author": Key("text", True),
    "order": Key("integer", True),
    "note": Key("bilingual"),
}
CONFLICT = {"rule": Key("text", True), "zh": Key("text", True), "en": Key("text", True)}
LINK = {"from": Key("text", True), "to": Key("text", True), "reason": Key("bilingual", True)}
STEP = {"id": Key("text", True), "title": Key("bilingual", True)}
LISTS = {"conflicts": CONFLICT, "links": LINK, "steps": STEP}
OVERLAY_LISTS = ("osm", "amap", "synonyms")
"""What a pack may lengthen in an existing facility type."""


def _suits(value: Any, unit: Any) -> bool:
    if unit == "text":
        return _is_text(value)
    if unit == "yes_no":
        return isinstance(value, bool)
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _check_dated(located: Located, path: tuple[str | int, ...], data: Any) -> Iterator[Problem]:
    wrong = list(check_keys(located, path, data, DATED))
    yield from wrong
    if not isinstance(data, Mapping):
        return
    if isinstance(data.get("reference"), Mapping):
        yield from check_keys(located, (*path, "reference"), data["reference"], REFERENCE)
    certainty, value = data.get("certainty"), data.get("value")
    if certainty == "unset" and value is not None:
        yield problem(located, "value.unset_with_value", (*path, "value"), value=value)
    elif certainty in CERTAINTIES and certainty != "unset" and "value" not in data:
        yield problem(located, "value.missing", path)
    elif value is not None and not wrong and not _suits(value, data["unit"]):
        yield problem(located, "value.kind", (*path, "value"), value=value, allowed=data["unit"])
    if data.get("unsure") and certainty in CERTAINTIES and certainty != "recalled":
        yield problem(located, "value.unsure", (*path, "unsure"), value=certainty)


def _check_series(located: Located, path: tuple[str | int, ...], dated: list[Any]) -> Iterator[Problem]:
    entries = [entry if isinstance(entry, Mapping) else {} for entry in dated]
    for i, (before, after) in enumerate(pairwise(entries), start=1):
        dates = (before.get("valid_from"), after.get("valid_from"))
        if all(_is_date(date) for date in dates) and dates[0] >= dates[1]:  # type: ignore[operator]
            yield problem(located, "value.dates", (*path, i, "valid_from"), value=dates[1])
        if before.get("unit") in UNITS and after.get("unit") in UNITS and before["unit"] != after["unit"]:
            yield problem(
                located, "value.unit_changes", (*path, i, "unit"), value=after["unit"], allowed=before["unit"]
            )


def _check_values(located: Located, values: Mapping[str, Any], *, title_required: bool) -> Iterator[Problem]:
    keys = {**VALUE, "title": Key("bilingual", title_required)}
    for name, value in values.items():
        path: tuple[str | int, ...] = ("values", str(name))
        if not (isinstance(name, str) and NAME.match(name)):
            yield problem(located, "key.type", path, key=name, value=name, allowed="a-z, 0-9, _")
        yield from check_keys(located, path, value, keys)
        if isinstance(value, Mapping) and isinstance(value.get("dated"), list):
            for i, dated in enumerate(value["dated"]):
                yield from _check_dated(located, (*path, "dated", i), dated)
            yield from _check_series(located, (*path, "dated"), value["dated"])


def _check_id(located: Located, data: Mapping[str, Any], expected: str) -> Iterator[Problem]:
    if not all(NAME.match(part) for part in expected.split("/")):
        yield problem(located, "rule.name", (), value=expected)
    elif _is_text(data.get("id")) and data["id"] != expected:
        yield problem(located, "rule.id", ("id",), value=data["id"], expected=expected)


def _check_source(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    keys = ("reference", "certainty", "last_checked_on")
    given = [key for key in keys if key in data]
    if given or not data.get("values"):
        for key in keys:
            if key not in data:
                yield problem(located, "rule.no_source", (), key=key)
    if isinstance(data.get("reference"), Mapping):
        yield from check_keys(located, ("reference",), data["reference"], REFERENCE)
    if data.get("unsure") and data.get("certainty") in CERTAINTIES and data["certainty"] != "recalled":
        yield problem(located, "value.unsure", ("unsure",), value=data["certainty"])


def _check_words(located: Located, data: Mapping[str, Any], family: Mapping[str, Any]) -> Iterator[Problem]:
    """Group and role must be among those the family names."""
    groups, roles = family.get("groups"), family.get("roles")
    known = tuple(groups) if isinstance(groups, Mapping) else ()
    for key, words in (("group", known), ("role", tuple(roles) if isinstance(roles, list | tuple) else ())):
        if _is_text(data.get(key)) and data[key] not in words:
            yield problem(
                located, "key.choice", (key,), key=key, value=data[key], allowed=" | ".join(map(str, words)) or "–"
            )
        elif words and key not in data:
            yield problem(located, "key.missing", (), key=key)


def _check_lists(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    for key, keys in LISTS.items():
        if isinstance(data.get(key), list):
            for i, entry in enumerate(data[key]):
                yield from check_keys(located, (key, i), entry, keys)


def _check_codes(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    for key, pattern in (("osm", OSM), ("amap", AMAP)):
        for i, text in enumerate(data.get(key) or ()):
            if isinstance(text, str) and not pattern.match(text):
                yield problem(located, f"facility.{key}", (key, i), value=text)


def _check_requirements(located: Located, data: Mapping[str, Any]) -> Iterator[Problem]:
    requirements = data.get("requirements")
    if not isinstance(requirements, list) or not requirements:
        return
    if "text" not in data and not ("text_new" in data and "text_existing" in data):
        yield problem(located, "item.text", ("requirements",))
    for i, requirement in enumerate(requirements):
        path = ("requirements", i)
        kind = requirement.get("kind") if isinstance(requirement, Mapping) else None
        keys = REQUIREMENT_LISTS.get(str(kind), REQUIREMENT_LISTS["any"])
        yield from check_keys(located, path, requirement, {name: Key(*key) for name, key in keys.items()})
        if isinstance(requirement, Mapping) and isinstance(requirement.get("numerator_where"), Mapping):
            where = {column: Key("texts", words=words) for column, words in CONDITIONS.items()}
            yield from check_keys(located, (*path, "numerator_where"), requirement["numerator_where"], where)
        if isinstance(requirement, Mapping) and isinstance(requirement.get("alternatives"), list):
            alternative = {name: Key(*key) for name, key in REQUIREMENT_LISTS["alternative"].items()}
            for j, entry in enumerate(requirement["alternatives"]):
                yield from check_keys(located, (*path, "alternatives", j), entry, alternative)
    yield from check_requirements(located, requirements)


def check_rule(located: Located, expected: str, family: Mapping[str, Any]) -> list[Problem]:
    """Check a whole rule file.

    Parameters
    ----------
    located
        The file as read.
    expected
        The id that its place asks for, ``family/name``.
    family
        What its ``_family.yaml`` says.

    Returns
    -------
    list of Problem
        Everything wrong in it, empty if nothing is.
    """
    data = located.data
    if not isinstance(data, Mapping):
        return [problem(located, "file.empty", ())] if not located.problems else []
    keys = BY_KIND.get(str(family.get("kind")), RULE)
    found = [*_check_id(located, data, expected), *check_keys(located, (), data, keys)]
    found += [*_check_source(located, data), *_check_words(located, data, family), *_check_lists(located, data)]
    if isinstance(data.get("values"), Mapping):
        found += _check_values(located, data["values"], title_required=True)
    return [*found, *_check_codes(located, data), *_check_requirements(located, data)]


def check_overlay(located: Located, expected: str, kind: str) -> list[Problem]:
    """Check a pack's file that changes an existing rule: it may add values, and names to a facility type.

    Parameters
    ----------
    located
        The file as read.
    expected
        The id that its place asks for, ``family/name``.
    kind
        Kind of the family, one of `FAMILY_KINDS`.

    Returns
    -------
    list of Problem
        Everything wrong in it, empty if nothing is.
    """
    data = located.data
    if not isinstance(data, Mapping):
        return [problem(located, "file.empty", ())] if not located.problems else []
    whole = BY_KIND.get(kind, RULE)
    keys = {"id": Key("text"), "note": whole["note"], "values": whole["values"]}
    if kind == "vocabulary":
        keys |= {name: Key("texts") for name in OVERLAY_LISTS}
    found = list(_check_id(located, data, expected))
    found += [
        problem(located, "pack.key", (str(name),), key=name) for name in data if name in whole and name not in keys
    ]
    changes = {name: value for name, value in data.items() if name in keys or name not in whole}
    found += check_keys(located, (), changes, keys)
    if isinstance(data.get("values"), Mapping):
        found += _check_values(located, data["values"], title_required=False)
    return [*found, *_check_codes(located, data)]


def check_family(located: Located, expected: str) -> list[Problem]:
    """Check a ``_family.yaml``.

    Parameters
    ----------
    located
        The file as read.
    expected
        The id that its folder asks for.

    Returns
    -------
    list of Problem
        Everything wrong in it, empty if nothing is.
    """
    data = located.data
    if not isinstance(data, Mapping):
        return [problem(located, "file.empty", ())] if not located.problems else []
    found = [*_check_id(located, data, expected), *check_keys(located, (), data, FAMILY)]
    for i, document in enumerate(data.get("documents") or ()):
        found += check_keys(located, ("documents", i), document, DOCUMENT)
    if isinstance(data.get("groups"), Mapping):
        found += check_keys(located, ("groups",), data["groups"], dict.fromkeys(data["groups"], Key("bilingual")))
    return found


def check_pack_file(located: Located) -> list[Problem]:
    """Check a ``pack.yaml``.

    Parameters
    ----------
    located
        The file as read.

    Returns
    -------
    list of Problem
        Everything wrong in it, empty if nothing is.
    """
    if not isinstance(located.data, Mapping):
        return [problem(located, "file.empty", ())] if not located.problems else []
    return list(check_keys(located, (), located.data, PACK))
