"""What pages of projects say of the items of an assessment."""

from __future__ import annotations

from django import template

from linli.web.assessments.matrix import item_address
from linli.web.assessments.models import ItemRow
from linli.web.assessments.titles import item_title

__all__ = ["register"]

register = template.Library()


@register.simple_tag
def item_link(row: ItemRow) -> str:
    """Return the address of an item of a community, with its evidence."""
    return item_address(row.community.code, row.item)


@register.filter
def item_words(item: str) -> str:
    """Return what an item of a standard is called."""
    return item_title(item)
