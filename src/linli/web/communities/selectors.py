"""Every reading of the overview, the district page and the profile, through the gate."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.places.models import LAYERS, Record

__all__ = ["children_of", "list_places", "record_counts"]


def list_places(user: User, level: str = "") -> QuerySet[Place]:
    """Return the places whose assessment a person may see.

    Parameters
    ----------
    user
        The person.
    level
        ``city``, ``district``, ``street`` or ``community``; all of them if left out.

    Returns
    -------
    QuerySet of Place
        In the order of their paths.
    """
    rows = places_below(user, "assessments")
    return rows.filter(level=level) if level else rows


def children_of(user: User, place: Place | None) -> QuerySet[Place]:
    """Return the places directly below one, as far as a person may see their assessment.

    Parameters
    ----------
    user
        The person.
    place
        The place; ``None`` = the highest places of the person's own, and what lies directly below a city.

    Returns
    -------
    QuerySet of Place
        In the order of their paths.
    """
    if place is None:
        own = Q(path__in=user.rights.paths("assessments", "view")) & ~Q(level="city")
        return list_places(user).filter(own | Q(level="district"))
    below = list_places(user).filter(path__startswith=place.path).exclude(pk=place.pk)
    return below.exclude(path__regex=rf"^{place.path}[^/]+/[^/]+/")


def record_counts(user: User, place: Place) -> dict[str, int]:
    """Return how many records of each layer the register has at or below a place, as far as a person may see them.

    Parameters
    ----------
    user
        The person.
    place
        The place.

    Returns
    -------
    dict
        Number by layer; a layer without records has 0.
    """
    rows = Record.objects.visible_to(user).filter(place__startswith=place.path, closed_at=None)
    counted = dict(rows.order_by().values_list("layer").annotate(Count("pk")))
    return {layer: counted.get(layer, 0) for layer in LAYERS}
