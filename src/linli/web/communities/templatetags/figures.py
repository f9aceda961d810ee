"""How figures of communities are written in templates."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from linli.operate.money import write_yuan
from linli.survey import layer_schema
from linli.survey.schema import LAYERS
from linli.web.communities.writing import format_of, item_title
from linli.web.pages.badge import badge_of
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import pick, say

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
def sign(code: str) -> SafeString:
    """Draw a status by its shape alone, with its word for those who cannot see it."""
    badge = badge_of(code, say(f"pages.status.{code}"))
    look = '<span class="st st-{}" role="img" aria-label="{}" title="{}">{}</span>'
    return format_html(look, badge.style, badge.text, badge.text, badge.mark)


@register.filter
def in_words(texts: Mapping[str, str]) -> str:
    """Return a text in the language of the page."""
    return pick(texts)


@register.filter
def known(value: Any) -> str:
    """Return a value of the register as text; a word where nobody knows."""
    if value is None or value == "":
        return say("pages.status.unknown")
    if isinstance(value, bool):
        return say(f"pages.word.{'yes' if value else 'no'}")
    if isinstance(value, int | float):
        return f"{value:,g}" if float(value).is_integer() else f"{value:,.1f}"
    return str(value)


@register.filter
def year(value: Any) -> str:
    """Return a year; a word where nobody knows."""
    return say("pages.status.unknown") if value is None else f"{value:.0f}"


@register.filter
def yuan_known(amount: Decimal | None) -> str:
    """Return an amount in 万元; a word where nobody knows."""
    return say("pages.status.unknown") if amount is None else wan(amount)


@register.filter
def type_title(code: str) -> str:
    """Return what a type of facility is called."""
    rule = site_catalogue().facility_types.get(code)
    return pick(rule.title) if rule else code


@register.filter
def choice(value: Any, column: str) -> str:
    """Return a choice of the survey's schema in words; ``column`` is ``<layer>.<column>``."""
    layer, _, name = column.partition(".")
    titles = next((one.choices for one in layer_schema(layer).columns if one.name == name), None) or {}
    return pick(dict(titles[value])) if value in titles else known(value)


_LAYERS = {"community": "communities", "sizes": "facilities"}


@register.filter
def field_title(what: str, part: str) -> str:
    """Return what a fact asked of a community is called: a column, a place on the map, a type of facility, an item."""
    if what == "geometry":
        return say("communities.survey.geometry")
    layer = _LAYERS.get(part, part)
    if layer in LAYERS:
        titles = {column.name: column.title for column in layer_schema(layer).columns}
        if what in titles:
            return pick(dict(titles[what]))
    return item_title(what) if "/" in what else type_title(what)
