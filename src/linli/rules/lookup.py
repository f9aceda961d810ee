"""Asking the catalogue: rules by id, values by date. What is not known raises; nothing is guessed.

Look-ups always take a date. Before the first date of a value, and from the date on which it ends, they raise
`UnknownRuleError`; where nobody published a value they raise `UnsetValueError`, which says how to fill it in a pack.
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from linli.errors import UnknownRuleError, UnsetValueError
from linli.rules.links import FACILITY_TYPES, normal_name, split_reference
from linli.rules.records import Family, Pack, Rule, Value

__all__ = ["Catalogue"]

_DIGITS = 12


def _near(name: str, names: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, names, n=3)
    return f" Did you mean {', '.join(near)}?" if near else f" There are: {', '.join(names[:20]) or 'none'}."


def _how_to_fill(value: Value) -> str:
    file = f"{value.rule}.yaml"
    return (
        f"`{value.id}` ({value.title['zh']} / {value.title['en']}) is unset: nobody published it "
        f"({value.clause}). Fill it in a pack, file <pack>/{file}:\n"
        f"    id: {value.rule}\n"
        f"    values:\n"
        f"      {value.name}:\n"
        f"        dated:\n"
        f"          - value: …\n"
        f"            unit: {value.unit}\n"
        f"            valid_from: {value.valid_from.isoformat()}\n"
        f"            reference: {{title: …, clause: …}}\n"
        f"            certainty: published\n"
        f"            last_checked_on: YYYY-MM-DD\n"
        f"and name the pack in linli.yaml (`rules: {{packs: [<pack>]}}`) or with --pack."
    )


@dataclass(frozen=True, repr=False)
class Catalogue:
    """The standards as data: the national catalogue with packs laid over it.

    Parameters
    ----------
    families
        By id, in order.
    rules
        By id, in order of family and of rule.
    packs
        The packs laid over, lowest first.
    """

    families: Mapping[str, Family]
    rules: Mapping[str, Rule]
    packs: tuple[Pack, ...] = ()
    _types: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names: dict[str, str] = {}
        for rule in self.rules.values():
            if rule.family == FACILITY_TYPES:
                for text in (rule.name, rule.title["zh"], rule.title["en"], *rule.body.get("synonyms", ())):
                    names[normal_name(text)] = rule.name
        object.__setattr__(self, "_types", names)

    def __repr__(self) -> str:
        """Return a short text: the whole would fill a book wherever a catalogue is printed."""
        return f"Catalogue({self.version}, {len(self.rules)} rules)"

    @cached_property
    def version(self) -> str:
        """First 12 hexadecimal digits of the SHA-256 over everything it says, packs included."""
        content = {
            "families": {
                name: [family.order, family.kind, dict(family.groups)] for name, family in self.families.items()
            },
            "rules": [rule.as_dict() for rule in self.rules.values()],
            "packs": [[pack.name, pack.order] for pack in self.packs],
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]

    @property
    def ids(self) -> tuple[str, ...]:
        """Every rule id, in order of family and of rule."""
        return tuple(self.rules)

    @property
    def standards(self) -> tuple[str, ...]:
        """Families that a community can be assessed against."""
        return tuple(name for name in self.families if self.items(name))

    @property
    def facility_types(self) -> Mapping[str, Rule]:
        """The vocabulary of facilities: rules of `facility_types` by code, in order."""
        return {rule.name: rule for rule in self.rules.values() if rule.family == FACILITY_TYPES}

    def rule(self, rule_id: str) -> Rule:
        """Return a rule.

        Parameters
        ----------
        rule_id
            ``family/name``.

        Returns
        -------
        Rule
            The rule, packs laid over.

        Raises
        ------
        UnknownRuleError
            If there is none; the message names the nearest.
        """
        if rule_id not in self.rules:
            msg = f"There is no rule `{rule_id}`.{_near(rule_id, self.ids)}"
            raise UnknownRuleError(msg)
        return self.rules[rule_id]

    def family(self, family: str) -> tuple[Rule, ...]:
        """Return the rules of a family in their stated order.

        Parameters
        ----------
        family
            Family id, e.g. ``complete_community``.

        Returns
        -------
        tuple of Rule
            In order.

        Raises
        ------
        UnknownRuleError
            If there is no such family.
        """
        if family not in self.families:
            msg = f"There is no family `{family}`.{_near(family, tuple(self.families))}"
            raise UnknownRuleError(msg)
        return tuple(rule for rule in self.rules.values() if rule.family == family)

    def items(self, standard: str) -> tuple[Rule, ...]:
        """Return the assessable items of a standard, in order: its rules that have requirements.

        Parameters
        ----------
        standard
            Family id.

        Returns
        -------
        tuple of Rule
            Empty for a family that is not a standard.

        Raises
        ------
        UnknownRuleError
            If there is no such family.
        """
        return tuple(rule for rule in self.family(standard) if rule.is_item)

    def value(self, rule_id: str, name: str, *, on: dt.date) -> Value:
        """Return the value of a rule in force on a date.

        Parameters
        ----------
        rule_id
            ``family/name``.
        name
            Name of the value, e.g. ``floor_area_min``.
        on
            The date.

        Returns
        -------
        Value
            With unit, citation and certainty.

        Raises
        ------
        UnknownRuleError
            If there is no such rule or value, or none in force on that date.
        UnsetValueError
            If nobody published it; the message says how to fill it.
        """
        rule = self.rule(rule_id)
        if name not in rule.values:
            msg = f"Rule `{rule_id}` has no value `{name}`.{_near(name, tuple(rule.values))}"
            raise UnknownRuleError(msg)
        series = rule.values[name]
        in_force = [value for value in series if value.valid_from <= on]
        if not in_force:
            msg = f"`{rule_id}.{name}` is not in force on {on}: it begins on {series[0].valid_from}."
            raise UnknownRuleError(msg)
        value = in_force[-1]
        if value.certainty == "unset":
            raise UnsetValueError(_how_to_fill(value))
        if value.value is None:
            msg = f"`{rule_id}.{name}` is not in force on {on}: it ended on {value.valid_from} ({value.clause})."
            raise UnknownRuleError(msg)
        return value

    def resolve(self, reference: str, within: str, *, on: dt.date) -> Value:
        """Return the value that a requirement names.

        Parameters
        ----------
        reference
            ``floor_area_min`` (of the rule itself) or ``family/rule.value``.
        within
            Id of the rule whose requirement it is.
        on
            The date.

        Returns
        -------
        Value
            With unit, citation and certainty.

        Raises
        ------
        UnknownRuleError
            If there is no such rule or value, or none in force on that date.
        UnsetValueError
            If nobody published it.
        """
        rule_id, name = split_reference(reference, within)
        return self.value(rule_id, name, on=on)

    def asked_by(self, facility_type: str) -> tuple[str, ...]:
        """Return the items that ask for a type of facility.

        Parameters
        ----------
        facility_type
            Code of the type, e.g. ``nursery``.

        Returns
        -------
        tuple of str
            Ids of items whose requirements, or their alternatives, name the type.

        Raises
        ------
        UnknownRuleError
            If there is no such type.
        """
        self.rule(f"{FACILITY_TYPES}/{facility_type}")
        return tuple(rule.id for rule in self.rules.values() if facility_type in _types_of(rule))

    def facility_type(self, name: str) -> str | None:
        """Return the code of a type of facility that somebody wrote in words.

        Parameters
        ----------
        name
            A code, a Chinese or English name, or one of the synonyms; width, case and spaces do not count.

        Returns
        -------
        str or None
            The code; ``None`` if the name is not known.
        """
        return self._types.get(normal_name(name))


def _types_of(rule: Rule) -> set[str]:
    types: set[str] = set()
    for requirement in rule.requirements:
        for asked in (requirement, *requirement.get("alternatives", ())):
            types.update(asked.get("facility_types", ()))
    return types
