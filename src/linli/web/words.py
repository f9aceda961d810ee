"""The words of every page, Chinese and English, from the `words.yaml` of each app.

No text that a reader sees is written in code or templates; it is asked for by its key, ``<app>.<…>``. What Django and
allauth themselves say comes from the catalogues they ship.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from django.utils.translation import get_language

__all__ = [
    "CODES",
    "LANGUAGES",
    "Language",
    "both",
    "current_language",
    "has_words",
    "named",
    "pick",
    "say",
    "word_fields",
    "word_table",
]

Language = Literal["zh", "en"]

LANGUAGES: dict[Language, str] = {"zh": "zh-hans", "en": "en"}
"""Our languages, and what Django calls them."""

CODES: dict[str, Callable[[str], Mapping[str, str] | None]] = {}
"""What codes are called that data name and no `words.yaml` does, such as states of a workflow: by ``<app>.<field>``."""

_HERE = Path(__file__).parent


def _flat(node: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    if {"zh", "en"} <= set(node) <= {"zh", "en", "one"}:
        yield ".".join(path), {lang: str(text) for lang, text in node.items()}
        return
    for key, child in node.items():
        yield from _flat(child, (*path, str(key)))


@cache
def word_table() -> Mapping[str, Mapping[str, str]]:
    """Return every key with its text in both languages, and in English for ``n`` = 1 where that differs (``one``)."""
    table: dict[str, dict[str, str]] = {}
    for file in sorted(_HERE.glob("*/words.yaml")):
        table.update(_flat(yaml.safe_load(file.read_text(encoding="utf-8")), (file.parent.name,)))
    return table


def word_fields() -> dict[str, frozenset[str]]:
    """Return every key with the names of the fields its text has.

    Raises
    ------
    ValueError
        If the two languages of a key ask for different fields.
    """
    fields: dict[str, frozenset[str]] = {}
    for key, texts in word_table().items():
        asked = {
            lang: frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
            for lang, text in texts.items()
        }
        if asked["zh"] != asked["en"] or not asked.get("one", frozenset()) <= asked["en"]:
            msg = f"`{key}` asks for {sorted(asked['zh'])} in zh and {sorted(asked['en'])} in en."
            raise ValueError(msg)
        fields[key] = asked["zh"]
    return fields


def current_language() -> Language:
    """Return the language of the request at hand."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def named(thing: Any) -> str:
    """Return the name of a place, an organisation, a round … in the language of the request at hand.

    Parameters
    ----------
    thing
        With a `name` and perhaps a `name_en`; anything else is written as it is.
    """
    english = getattr(thing, "name_en", "")
    return str(english) if english and current_language() == "en" else str(getattr(thing, "name", thing))


def has_words(key: str) -> bool:
    """Return whether there is a text of that key."""
    return key in word_table()


def say(key: str, lang: Language | None = None, **values: Any) -> str:
    """Return the text of a key with its fields filled in.

    Parameters
    ----------
    key
        ``<app>.<…>``.
    lang
        The language; the request's if left out.
    values
        What the text's fields stand for.

    Returns
    -------
    str
        The text.

    Raises
    ------
    KeyError
        If there is no such key, or a field is not given.
    """
    texts, wanted = word_table()[key], lang or current_language()
    text = texts["one"] if wanted == "en" and "one" in texts and str(values.get("n")) == "1" else texts[wanted]
    return text.format(**values) if values else text


def both(key: str, **values: Any) -> dict[str, str]:
    """Return the text of a key in both languages, for what is kept and read by whoever comes."""
    return {lang: say(key, lang, **values) for lang in LANGUAGES}


def pick(texts: Mapping[str, str] | str, lang: Language | None = None) -> str:
    """Return the text of a language from ``{"zh": …, "en": …}``, or the other where it is empty."""
    if isinstance(texts, str):
        return texts
    wanted = lang or current_language()
    other: Language = "en" if wanted == "zh" else "zh"
    return texts.get(wanted) or texts.get(other) or ""
