"""The words of the plan: those of the report, and from ``text.yaml`` those that only a plan needs."""

from __future__ import annotations

from pathlib import Path

from linli.report.options import Language
from linli.report.words import Words, load_words

__all__ = ["TEXTS", "plan_words"]

TEXTS = Path(__file__).with_name("text.yaml")
"""The file of words."""


def plan_words(lang: Language) -> Words:
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
    return load_words(lang, TEXTS)
