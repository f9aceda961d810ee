"""The round in force, for the top bar of every page."""

from __future__ import annotations

from typing import Any

from django import template

from linli.web.accounts.models import User
from linli.web.surveys.selectors import current_round

__all__ = ["register", "round_in_force"]

register = template.Library()


@register.inclusion_tag("surveys/in_force.html", takes_context=True)
def round_in_force(context: dict[str, Any]) -> dict[str, Any]:
    """Draw the round that concerns the page's place (`place_path`), else the person's own, with its state."""
    user = context.get("user")
    path = context.get("place_path")
    return {"round": current_round(user, path) if isinstance(user, User) else None, "lang": context.get("lang")}
