"""The words of the report, Chinese and English, from ``text.yaml``.

No text that a reader sees is written in code or templates; it is asked for by its key.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from linli.report.options import Language

__all__ = ["Words", "load_words", "sentence_case", "text_keys"]

_FILE = Path(__file__).with_name("text.yaml")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    table
        Text by dotted key.
    """

    lang: Language
    table: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        """Return the text of a key with its fields filled in.

        Raises
        ------
        KeyError
            If there is no such key, or a field is not given.
        """
        text = self.table[key]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Return whether there is a text of that key."""
        return key in self.table

    def pick(self, texts: Any, default: str = "") -> str:
        """Return the text of this language from ``{"zh": …, "en": …}``, or the other where it is missing."""
        if isinstance(texts, str):
            return texts
        if not isinstance(texts, Mapping):
            return default
        other = "en" if self.lang == "zh" else "zh"
        return str(texts.get(self.lang) or texts.get(other) or default)


def sentence_case(text: str) -> str:
    """Return a text with a capital first letter, for titles and the start of a sentence.

    Parameters
    ----------
    text
        Any text; Chinese stays as it is.

    Returns
    -------
    str
        The text.

    Examples
    --------
    >>> sentence_case("pharmacy"), sentence_case("药店")
    ('Pharmacy', '药店')
    """
    return text[:1].upper() + text[1:]


def _flat(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    if set(node) == {"zh", "en"}:
        yield ".".join(path), node
        return
    for key, child in node.items():
        yield from _flat(child, (*path, str(key)))


@cache
def _texts(file: Path = _FILE) -> dict[str, dict[str, str]]:
    return dict(_flat(yaml.safe_load(file.read_text(encoding="utf-8")), ()))


def load_words(lang: Language, *more: Path) -> Words:
    """Return the words of a language.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    more
        Files of further words, laid over the report's own: a part of the report brings those that only it needs.

    Returns
    -------
    Words
        Call it with a key.
    """
    return Words(lang, {key: both[lang] for file in (_FILE, *more) for key, both in _texts(file).items()})


def text_keys(file: Path = _FILE) -> dict[str, frozenset[str]]:
    """Return every key with the names of the fields its text has.

    Parameters
    ----------
    file
        The words' file; the report's own if left out.

    Returns
    -------
    dict
        Key → field names; the fields of both languages must be the same.

    Raises
    ------
    ValueError
        If the two languages of a key ask for different fields.
    """
    keys: dict[str, frozenset[str]] = {}
    for key, both in _texts(file).items():
        fields = {
            lang: frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
            for lang, text in both.items()
        }
        if fields["zh"] != fields["en"]:
            msg = f"{file.name}: `{key}` asks for {sorted(fields['zh'])} in zh and {sorted(fields['en'])} in en."
            raise ValueError(msg)
        keys[key] = fields["zh"]
    return keys
