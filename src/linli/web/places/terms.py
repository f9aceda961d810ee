"""How a name is found: by any part of it in characters, by its sound in pinyin, by the initials of its sound.

A name of n characters gives n *terms*, one from each character to the end; what is looked for is the beginning of one.
So two characters are enough, and ordinary indexes serve on every database. Characters that are read in several ways
(`heteronyms.yaml`) give terms for each of their readings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

import yaml
from django.db import connection
from django.db.models import Q
from pypinyin import lazy_pinyin

from linli.web.places.models import INITIALS, SOUND, TEXT

__all__ = ["Spelling", "begins", "is_found", "plain_name", "search_words", "terms_of", "word_filter"]

Spelling = tuple[str, str, str]
"""Characters, sound and initials from one character of a name to its end; empty where there is nothing new to say."""

_WORD = re.compile(r"[a-z0-9]+|[^a-z0-9]+")
_LAST = "\U0010ffff"


@cache
def _heteronyms() -> Mapping[str, Sequence[str]]:
    file = Path(__file__).parent / "heteronyms.yaml"
    found: Mapping[str, Sequence[str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def plain_name(text: str) -> str:
    """Return a name's letters, digits and characters only, in their plain width and small."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    return "".join(letter for letter in folded if letter.isalnum())


def _readings(name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the reading of a name, then those that other readings of one character give, with its position."""
    usual = [sound.replace("ü", "v") for sound in lazy_pinyin(name, errors=cast("Any", list))]
    if len(usual) != len(name):  # a character that the dictionary takes apart: letters stand for themselves
        usual = list(name)
    yield len(name) - 1, usual
    for at, letter in enumerate(name):
        for other in _heteronyms().get(letter, ()):
            if other != usual[at]:
                yield at, [*usual[:at], other, *usual[at + 1 :]]


def terms_of(name: str) -> list[Spelling]:
    """Return the terms by which a name is found.

    Parameters
    ----------
    name
        As it is written.

    Returns
    -------
    list of Spelling
        At least one for each letter, digit or character.

    Examples
    --------
    >>> terms_of("和睦")
    [('和睦', 'hemu', 'hm'), ('睦', 'mu', 'm')]
    """
    plain = plain_name(name)
    terms: dict[Spelling, None] = {}
    for number, (last, sounds) in enumerate(_readings(plain) if plain else ()):
        for at in range(last + 1):
            text = "" if number else plain[at : at + TEXT]
            sound = "".join(sounds[at:])[:SOUND]
            initials = "".join(one[:1] for one in sounds[at:])[:INITIALS]
            terms[(text, sound, initials)] = None
    return list(terms)


@lru_cache(maxsize=20_000)
def _known_terms(name: str) -> tuple[Spelling, ...]:
    return tuple(terms_of(name))


def search_words(text: str) -> list[str]:
    """Return the words that are looked for: parts in characters and parts in letters, each in its plain form.

    Parameters
    ----------
    text
        As it was typed.

    Returns
    -------
    list of str
        Each has to be found; empty if there is nothing to look for.

    Examples
    --------
    >>> search_words("和睦 YangLao")
    ['和睦', 'yanglao']
    """
    return [word for part in text.split() for word in _WORD.findall(plain_name(part))]


def is_found(name: str, words: Sequence[str]) -> bool:
    """Return whether all words are found in a name."""
    terms = _known_terms(name)
    return all(any(part.startswith(word) for term in terms for part in term) for word in words)


def begins(column: str, word: str) -> Q:
    """Return the condition that a column begins with a word, as its index can answer it.

    Parameters
    ----------
    column
        A column of `Term`.
    word
        As `search_words` gives it.

    Returns
    -------
    Q
        By pattern on PostgreSQL, by range on SQLite.
    """
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": word})
    return Q(**{f"{column}__gte": word, f"{column}__lt": word + _LAST})


def word_filter(word: str) -> Q:
    """Return the condition that a term begins with a word: in characters, and if it is in letters, also by its sound.

    Parameters
    ----------
    word
        As `search_words` gives it.

    Returns
    -------
    Q
        For `Term`.
    """
    found = begins("text", word[:TEXT])
    if word.isascii():
        found |= begins("sound", word[:SOUND]) | begins("initials", word[:INITIALS])
    return found
