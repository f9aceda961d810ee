"""The words of the district plan: those of report and plan, and from ``text.yaml`` those that only it needs."""

from __future__ import annotations

from pathlib import Path

from linli.report.options import Language
from linli.report.plan.words import TEXTS as PLAN_TEXTS
from linli.report.words import Words, load_words

__all__ = ["TEXTS", "district_words"]

TEXTS = Path(__file__).with_name("text.yaml")
"""The file of words."""


def district_words(lang: Language) -> Words:
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
    return load_words(lang, PLAN_TEXTS, TEXTS)
