"""Every reading of the overview, the district page and the profile, through the gate."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from linli.web.accounts.models import Place, User
from linli.web.accounts.scope import within
from linli.web.accounts.selectors import places_below
from linli.web.jobs.models import Job

__all__ = ["BUNDLE", "branch_of", "children_of", "list_bundles", "list_places"]

BUNDLE = "communities.bundle"
"""Kind of the job that packs profiles."""


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


def branch_of(user: User, place: Place | None) -> list[tuple[Place, bool]]:
    """Return the next branches of the tree of places, and whether each has places below it.

    Parameters
    ----------
    user
        The person.
    place
        From where; ``None`` = from where the person's own places begin.

    Returns
    -------
    list of tuple
        In the order of their paths.
    """
    if place is None:
        rows = list_places(user).filter(path__in=user.rights.paths("assessments", "view"))
        if not rows.exists():  # who may see the whole site
            rows = list_places(user, "city")
    else:
        rows = children_of(user, place)
    return [(one, one.level != "community") for one in rows]


def list_bundles(user: User) -> QuerySet[Job]:
    """Return the files of profiles that were asked for at places whose assessments a person may export."""
    rows = Job._all.filter(within(user.rights.paths("assessments", "export"), "place"), kind=BUNDLE)
    return rows.select_related("requested_by")
