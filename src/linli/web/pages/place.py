"""Where a place's page is, and the breadcrumb that leads to it: 杭州市 › 拱墅区 › 和睦街道 › 和睦社区."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from linli.web.accounts.models import Place
from linli.web.accounts.selectors import place_trail

__all__ = ["ROUTES", "Crumb", "crumbs_of", "place_address"]

ROUTES = {
    "city": "communities:overview",
    "district": "communities:district",
    "street": "communities:street",
    "community": "communities:profile",
}
"""By level of the tree: the route of a place's page, which takes its code."""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of a breadcrumb; `address` is empty where the person may not go."""

    place: Place
    address: str


def place_address(place: Place) -> str:
    """Return the address of a place's page, empty for a level that has none."""
    route = ROUTES.get(place.level)
    return reverse(route, args=[place.code]) if route else ""


def crumbs_of(user: Any, path: str) -> Sequence[Crumb]:
    """Return the steps from the city down to a place.

    Parameters
    ----------
    user
        The person; steps outside the jurisdiction lead nowhere.
    path
        Jurisdiction path of the place; empty = none.

    Returns
    -------
    sequence of Crumb
        Highest first.
    """
    seen = user.rights.paths("assessments", "view") if user.is_authenticated else ()
    return [
        Crumb(place, place_address(place) if any(place.path.startswith(one) for one in seen) else "")
        for place in place_trail(path)
    ]
