"""What pages of projects say of the items of an assessment."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from linli.web.assessments.matrix import item_address
from linli.web.assessments.models import ItemRow
from linli.web.assessments.titles import item_title, standard_title
from linli.web.words import say

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


@register.simple_tag
def standard_beside(row: ItemRow, rows: Sequence[ItemRow]) -> str:
    """Return of which standard an item is, where another of `rows` is called the same; else nothing."""
    names = [item_title(one.item).casefold() for one in rows]
    if names.count(item_title(row.item).casefold()) == 1:
        return ""
    return say("projects.word.of_standard", name=standard_title(row.item.partition("/")[0]))
