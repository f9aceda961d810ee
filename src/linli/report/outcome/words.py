"""The words of these pages: the report's own, and those of ``text.yaml`` here laid over them."""

from __future__ import annotations

from pathlib import Path

from linli.report.options import Language
from linli.report.words import Words, load_words

__all__ = ["TEXT", "outcome_words"]

TEXT = Path(__file__).with_name("text.yaml")
"""The further words."""


def outcome_words(lang: Language) -> Words:
    """Return the words of a language.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.

    Returns
    -------
    Words
        Call it with a key.
    """
    return load_words(lang, TEXT)
