"""Figures as pages write them: the words and numbers of the library's reports, in the language of the page."""

from __future__ import annotations

from functools import cache

from linli.report.formats import Format
from linli.report.words import Words, load_words, sentence_case
from linli.web.assessments.models import Run
from linli.web.communities.sums import Sum
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import Language, current_language, pick, say

__all__ = ["format_of", "group_title", "item_title", "standard_title", "sum_text"]


@cache
def _words(lang: Language) -> Words:
    return load_words(lang)


def format_of(run: Run | None = None) -> Format:
    """Return how numbers are written.

    Parameters
    ----------
    run
        Whose people are written: residents, or m² of housing that stand for them.

    Returns
    -------
    Format
        In the language of the page.
    """
    return Format(_words(current_language()), run.unit if run else "residents")


def standard_title(standard: str) -> str:
    """Return what a standard is called; its code if the site's rules do not hold it any more."""
    family = site_catalogue().families.get(standard)
    return pick(family.title) if family else standard


def group_title(standard: str, group: str) -> str:
    """Return what a group of a standard's items is called (one of the six haves, a level of the life circle)."""
    family = site_catalogue().families.get(standard)
    return pick(family.groups.get(group, group)) if family else group


def item_title(item: str) -> str:
    """Return what an item is called; its id if the site's rules do not hold it any more."""
    rule = site_catalogue().rules.get(item)
    return sentence_case(pick(rule.title)) if rule else item


def sum_text(found: Sum, fmt: Format, *, unit: bool = False) -> str:
    """Write a sum: what is known of it, and of how many communities it is not known.

    Parameters
    ----------
    found
        The sum, people or households.
    fmt
        How numbers are written.
    unit
        Whether the unit of people is written too.

    Returns
    -------
    str
        ``39,924``, or ``39,924 (3 communities unknown)``.
    """
    if found.value is None:
        return fmt.unknown
    text = fmt.folk(found.value) if unit else fmt.n(found.value)
    return say("communities.sum.partly", known=text, n=found.unknown) if found.unknown else text
