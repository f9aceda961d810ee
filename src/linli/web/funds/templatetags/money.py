"""How money is written on pages."""

from __future__ import annotations

from decimal import Decimal

from django import template

from linli.operate.money import write_yuan

__all__ = ["register"]

register = template.Library()


@register.filter
def yuan(amount: Decimal | str | None) -> str:
    """Return an amount with its two decimals, thousands separated; a dash where there is none."""
    return "–" if amount in (None, "") else write_yuan(Decimal(amount))
