"""How figures of communities are written in templates."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from linli.operate.money import write_yuan
from linli.web.communities.writing import format_of
from linli.web.pages.badge import badge_of
from linli.web.words import say

__all__ = ["register"]

register = template.Library()

_WAN = Decimal(10_000)
_YI = Decimal(100_000_000)
_POINTS = 100


@register.filter
def points(value: float | None) -> str:
    """Return a score, 0–1, as points of 100; a word where nobody knows."""
    return format_of().score(value)


@register.filter
def plain_number(text: str) -> str:
    """Return a written number without its grouping, for sorting; empty where nobody knows."""
    return "" if text == say("pages.status.unknown") else text.replace(",", "")


@register.filter
def wan(amount: Decimal) -> str:
    """Return an amount in 万元, or in 亿元 from one on; small ones to the fen."""
    if abs(amount) >= _YI:
        return say("communities.unit.yi", n=f"{amount / _YI:,.2f}")
    if abs(amount) >= _WAN:
        return say("communities.unit.wan", n=f"{amount / _WAN:,.2f}")
    return say("communities.unit.yuan", n=write_yuan(amount))


@register.filter
def whole(value: float | None) -> str:
    """Return a number without decimals, its digits grouped; a word where nobody knows."""
    return format_of().n(value)


@register.filter
def hundred(value: float | None) -> str:
    """Return a score, 0–1, as whole points of 100; a word where nobody knows."""
    return format_of().n(None if value is None else value * _POINTS)


@register.filter
def words_of(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


@register.simple_tag
def mark(code: str) -> SafeString:
    """Draw a status by its shape alone, with its word for those who cannot see it."""
    badge = badge_of(code, say(f"pages.status.{code}"))
    look = '<span class="st st-{}" role="img" aria-label="{}" title="{}">{}</span>'
    return format_html(look, badge.style, badge.text, badge.text, badge.mark)
