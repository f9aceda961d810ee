"""How the figures of plans are written on pages: digits, shares, money; what is not known is a mark and a word."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from linli.report.formats import THIN, Format, known, number, share
from linli.report.plan.money import Money
from linli.report.plan.words import plan_words
from linli.web.pages.badge import badge_of
from linli.web.plans.lists import facility_words, status_words
from linli.web.words import current_language, pick

__all__ = ["register"]

register = template.Library()


def _unknown(key: str = "status.unknown") -> SafeString:
    text = plan_words(current_language())(key)
    return format_html('<span class="st st-unknown"><span class="mark" aria-hidden="true">?</span>{}</span>', text)


@register.filter
def num(value: Any, digits: int = 0) -> str:
    """Return a number with its digits grouped, or that it is not known."""
    return number(value, digits) or _unknown()


@register.filter
def percent(value: Any, digits: int = 0) -> str:
    """Return a share (0–1) as a percentage, or that it is not known."""
    return share(value, digits) or _unknown()


@register.filter
def folk(value: Any, unit: str) -> str:
    """Return a number of residents, or of m² where floor area stands for them, with its unit."""
    return Format(plan_words(current_language()), unit).folk(value) if known(value) else _unknown()


@register.filter
def m2(value: Any) -> str:
    """Return an area with its unit, or that it is not known."""
    return Format(plan_words(current_language())).area(value) if known(value) else _unknown()


@register.filter
def money(yuan: Any) -> str:
    """Return an amount of money as large as it is, yuan and fen at the pointer, or that it is not set."""
    if not known(yuan):
        return _unknown("money.unset")
    written = Money(plan_words(current_language()))
    # A plain space: on a phone the unit may stand beneath the figure.
    return format_html('<span title="{}">{}</span>', written.exact(yuan), written.amount(yuan).replace(THIN, " "))


@register.filter
def cell(yuan: Any) -> str:
    """Return an amount for a table, in the unit of its head, or that it is not set."""
    if not known(yuan):
        return _unknown("money.unset")
    written = Money(plan_words(current_language()))
    return format_html('<span title="{}">{}</span>', written.exact(yuan), written.cell(yuan))


@register.simple_tag
def cell_unit() -> str:
    """Return the unit of the amounts that `cell` writes."""
    return Money(plan_words(current_language())).unit


@register.simple_tag
def lib(key: str, *more: Any) -> str:
    """Return the library's words of a key; further parts are joined to it by dots. A code without words is itself."""
    words = plan_words(current_language())
    whole = ".".join([key, *(str(part) for part in more)])
    return words(whole) if words.has(whole) else str(more[-1] if more else key)


@register.simple_tag
def proven(status: str, gap: float | None) -> SafeString:
    """Draw what the solver proved: shape and word."""
    badge = badge_of(status, status_words(status, gap))
    return render_to_string("components/badge.html", {"badge": badge})


@register.filter
def own(texts: Any) -> str:
    """Return the text of the page's language from ``{"zh": …, "en": …}``."""
    return pick(texts) if texts else ""


@register.filter
def entry(table: Any, key: Any) -> Any:
    """Return the entry of a mapping, or nothing where there is none."""
    return table.get(key) if hasattr(table, "get") else None


@register.filter
def facility(code: str) -> str:
    """Return what a facility type is called."""
    return facility_words(code)


@register.filter
def is_picks(field: forms.BoundField) -> bool:
    """Return whether a field is several boxes to tick."""
    return isinstance(field.field.widget, forms.CheckboxSelectMultiple)
