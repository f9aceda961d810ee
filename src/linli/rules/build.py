"""From what a checked file says to the frozen records of the catalogue, and a pack's changes laid over them.

How a pack stands over the layer below: from the first date that the pack gives a value, only the pack's series
counts; before it, the layer below holds, without its ``unset`` entries (the pack has filled them from its date on;
before that date an unset entry still raises). A pack cannot unset what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from linli.errors import Problem
from linli.rules.checks import problem
from linli.rules.records import NATIONAL, Family, Frozen, Pack, Rule, Value, freeze, weakest
from linli.rules.schema import OVERLAY_LISTS
from linli.strictyaml import Located

__all__ = ["build_family", "build_pack", "build_rule", "overlay_rule"]

_IDENTITY = ("id", "title", "order", "group", "values")


def _value(rule: str, name: str, title: Mapping[str, str], dated: Mapping[str, Any], source: str) -> Value:
    return Value(
        rule=rule,
        name=name,
        title=freeze(title),
        value=dated.get("value"),
        unit=dated["unit"],
        valid_from=dated["valid_from"],
        reference=freeze(dated["reference"]),
        certainty=dated["certainty"],
        last_checked_on=dated["last_checked_on"],
        source=source,
        unsure=bool(dated.get("unsure", False)),
        note=freeze(dated["note"]) if "note" in dated else None,
    )


def _certainty(body: Mapping[str, Any], values: Mapping[str, tuple[Value, ...]]) -> Any:
    own = [body["certainty"]] if "certainty" in body else []
    return weakest([*own, *(series[-1].certainty for series in values.values())])


def build_rule(data: Mapping[str, Any], source: str = NATIONAL) -> Rule:
    """Return the record of a checked rule file.

    Parameters
    ----------
    data
        What the file says; it has passed `linli.rules.schema.check_rule`.
    source
        ``national``, or the pack it comes from.

    Returns
    -------
    Rule
        Frozen at every depth.
    """
    values = {
        name: tuple(_value(data["id"], name, value["title"], dated, source) for dated in value["dated"])
        for name, value in (data.get("values") or {}).items()
    }
    body = freeze({key: value for key, value in data.items() if key not in _IDENTITY})
    return Rule(
        id=data["id"],
        family=data["id"].partition("/")[0],
        title=freeze(data["title"]),
        order=data["order"],
        group=data.get("group"),
        body=body,
        values=Frozen(values),
        certainty=_certainty(body, values),
        source=source,
    )


def build_family(data: Mapping[str, Any]) -> Family:
    """Return the record of a checked ``_family.yaml``.

    Parameters
    ----------
    data
        What the file says; it has passed `linli.rules.schema.check_family`.

    Returns
    -------
    Family
        Frozen at every depth.
    """
    return Family(
        id=data["id"],
        title=freeze(data["title"]),
        description=freeze(data["description"]),
        order=data["order"],
        kind=data["kind"],
        groups=freeze(data.get("groups") or {}),
        documents=freeze(data["documents"]),
        roles=freeze(data.get("roles") or ()),
    )


def build_pack(data: Mapping[str, Any], name: str) -> Pack:
    """Return the record of a checked ``pack.yaml``.

    Parameters
    ----------
    data
        What the file says; it has passed `linli.rules.schema.check_pack_file`.
    name
        Folder name of the pack.

    Returns
    -------
    Pack
        Frozen.
    """
    return Pack(name=name, title=freeze(data["title"]), author=data["author"], order=data["order"])


def _overlay_series(
    below: tuple[Value, ...], above: tuple[Value, ...], located: Located
) -> tuple[tuple[Value, ...], list[Problem]]:
    path = ("values", above[0].name, "dated")
    found = []
    first = above[0].valid_from
    known = [value for value in below if value.certainty != "unset"]
    for i, value in enumerate(above):
        if value.certainty == "unset" and any(one.valid_from <= value.valid_from for one in known):
            found.append(problem(located, "pack.unsets", (*path, i, "certainty"), value=value.id))
    hidden = [value for value in known if value.valid_from > first]
    if hidden:
        shown = ", ".join(f"{value.value} ({value.valid_from})" for value in hidden)
        found.append(problem(located, "pack.hides", (*path, 0, "valid_from"), value=shown, date=first))
    return (*(value for value in below if value.valid_from < first), *above), found


def _overlay_value(
    rule: Rule, name: str, data: Mapping[str, Any], located: Located, source: str
) -> tuple[tuple[Value, ...], list[Problem]]:
    below = rule.values.get(name, ())
    path = ("values", name)
    if not below and "title" not in data:
        allowed = " | ".join(rule.values) or "–"
        return (), [problem(located, "pack.new_value", path, key=name, value=name, allowed=allowed)]
    title = data.get("title") or below[0].title
    above = tuple(_value(rule.id, name, title, dated, source) for dated in data["dated"])
    if below and above[0].unit != below[-1].unit:
        place = (*path, "dated", 0, "unit")
        return below, [problem(located, "value.unit_changes", place, value=above[0].unit, allowed=below[-1].unit)]
    return _overlay_series(below, above, located) if below else (above, [])


def overlay_rule(rule: Rule, located: Located, source: str) -> tuple[Rule, list[Problem]]:
    """Lay a pack's file over a rule and return a new rule; the one below is left as it is.

    Parameters
    ----------
    rule
        The rule below.
    located
        The pack's file; it has passed `linli.rules.schema.check_overlay`.
    source
        Name of the pack.

    Returns
    -------
    Rule
        With the pack's values over those below, and the pack noted in `packs`.
    list of Problem
        Values that the rule does not have, that change unit or unset what is known; and, as warnings, later values of
        the layer below that the pack now stands over.
    """
    found: list[Problem] = []
    values = dict(rule.values)
    for name, data in (located.data.get("values") or {}).items():
        values[name], wrong = _overlay_value(rule, name, data, located, source)
        found += wrong
    longer = {key: (*rule.body.get(key, ()), *located.data[key]) for key in OVERLAY_LISTS if key in located.data}
    notes = {"note": freeze(located.data["note"])} if "note" in located.data else {}
    body = Frozen({**rule.body, **longer, **notes})
    values = {name: series for name, series in values.items() if series}
    new = replace(
        rule, body=body, values=Frozen(values), certainty=_certainty(body, values), packs=(*rule.packs, source)
    )
    return new, found
