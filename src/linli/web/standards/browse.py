"""A rule as a page shows it: wording, requirements, values with clause and date, and where else it is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.rules import NATIONAL, Rule
from linli.web.standards.catalogue import site_catalogue
from linli.web.standards.selectors import value_rows
from linli.web.words import Language, current_language, has_words, say

__all__ = ["rule_page"]

_TEXTS = ("description", "text", "text_new", "text_existing", "note")


def _source(name: str) -> str:
    if name == NATIONAL:
        return say("standards.word.national")
    titles = {pack.name: pack.title[current_language()] for pack in site_catalogue().packs}
    return titles.get(name, name)


def _values(rule: Rule, only: str) -> list[dict[str, Any]]:
    lang = current_language()
    return [
        {
            "name": row.value.name,
            "title": row.title,
            "text": row.text,
            "value": row.value,
            "source": _source(row.value.source),
            "newest": row.value is rule.values[row.value.name][-1],
            "note": row.value.note[lang] if row.value.note else "",
        }
        for row in value_rows([rule])
        if only in {"", row.value.name}
    ]


def _plain(value: Any, lang: Language) -> str:
    if isinstance(value, Mapping):
        return str(value[lang]) if lang in value else "; ".join(f"{k}: {_plain(v, lang)}" for k, v in value.items())
    if isinstance(value, tuple):
        return ", ".join(_plain(part, lang) for part in value)
    return str(value)


def _requirement(body: Mapping[str, Any], rule: Rule, lang: Language) -> dict[str, Any]:
    """Return a requirement: how binding, what is measured, with its figures by name."""
    catalogue = site_catalogue()
    words = body.get("question") or body.get("text")
    types = [catalogue.facility_types[one].title[lang] for one in body.get("facility_types", ())
             if one in catalogue.facility_types]  # fmt: skip
    figures = [(rule.values[name][-1].title[lang], name) for name in body.values()
               if isinstance(name, str) and name in rule.values]  # fmt: skip
    kind = f"standards.kind.{body['kind']}"
    return {
        "verb": say(f"standards.verb.{body['verb']}") if has_words(f"standards.verb.{body['verb']}") else body["verb"],
        "kind": say(kind) if has_words(kind) else body["kind"],
        "words": words[lang] if words else "",
        "types": types,
        "figures": [title for title, _ in figures],
        "communities": [say(f"standards.community.{one}") for one in body.get("kinds", ())],
    }


def rule_page(rule: Rule, only: str = "") -> dict[str, Any]:
    """Return all that a page says of a rule.

    Parameters
    ----------
    rule
        Packs laid over.
    only
        Only the values of this name; empty = all.

    Returns
    -------
    dict
        Everything the templates show of it: ``rule``, ``title``, ``texts``, ``values``, ``requirements``, ``links`` …
    """
    lang, catalogue = current_language(), site_catalogue()
    family = catalogue.families[rule.family]
    asked = catalogue.asked_by(rule.name) if rule.name in catalogue.facility_types else ()
    return {
        "rule": rule,
        "title": rule.title[lang],
        "family": family.title[lang],
        "group": family.groups[rule.group][lang] if rule.group and rule.group in family.groups else "",
        "documents": [document["title"][lang] for document in family.documents],
        "texts": [(say(f"standards.text.{key}"), rule.body[key][lang]) for key in _TEXTS if key in rule.body],
        "reference": rule.body.get("reference", {}),
        "checked_on": rule.body.get("last_checked_on"),
        "values": _values(rule, only),
        "packs": [_source(name) for name in dict.fromkeys((rule.source, *rule.packs)) if name != NATIONAL],
        "requirements": [_requirement(one, rule, lang) for one in rule.requirements],
        "conflicts": [(one["rule"], catalogue.rules[one["rule"]].title[lang], one[lang])
                      for one in rule.body.get("conflicts", ()) if one["rule"] in catalogue.rules],
        "links": [(_plain(one["from"], lang), _plain(one["to"], lang), one["reason"][lang])
                  for one in rule.body.get("links", ())],
        "asked_by": [(one, catalogue.rules[one].title[lang]) for one in asked if one in catalogue.rules],
    }  # fmt: skip
