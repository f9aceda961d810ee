"""Every reading of people, places, organisations and grants, through the gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet

from linli.web.accounts.models import Deputy, Grant, Organisation, Place, User
from linli.web.accounts.scope import within

__all__ = [
    "active_people",
    "deputies_of",
    "grantable_places",
    "grants_of",
    "list_grants",
    "list_organisations",
    "list_people",
    "place_names",
    "place_trail",
    "places_below",
]


def list_people(user: User, action: str = "view") -> QuerySet[User]:
    """Return the people whom a person may see, or may do `action` on."""
    return User.objects.visible_to(user, action).select_related("organisation")


def list_organisations(user: User, action: str = "view") -> QuerySet[Organisation]:
    """Return the organisations that a person may see, or may do `action` on."""
    return Organisation.objects.visible_to(user, action).select_related("parent")


def list_grants(user: User, action: str = "view") -> QuerySet[Grant]:
    """Return the grants that a person may see, or may do `action` on."""
    return Grant.objects.visible_to(user, action).select_related("user", "user__organisation")


def grants_of(user: User, person: User) -> QuerySet[Grant]:
    """Return a person's grants, as far as `user` may see them."""
    return list_grants(user).filter(user=person)


def deputies_of(user: User, person: User) -> QuerySet[Deputy]:
    """Return who stands in for a person, and for whom the person does, as far as `user` may see it."""
    rows = Deputy.objects.visible_to(user).select_related("principal", "deputy")
    return rows.filter(Q(principal=person) | Q(deputy=person))


def grantable_places(user: User) -> QuerySet[Place]:
    """Return the places at which a person may grant roles."""
    return Place.objects.filter(within(user.rights.paths("people", "grant"), "path"))


def places_below(user: User, module: str = "", action: str = "view") -> QuerySet[Place]:
    """Return the places within a person's jurisdiction.

    Parameters
    ----------
    user
        The person.
    module, action
        Only where one may do that; wherever one has any right if left out.

    Returns
    -------
    QuerySet of Place
        In the order of their paths.
    """
    paths = user.rights.paths(module, action) if module else user.rights.places
    return Place.objects.filter(within(paths, "path"))


def place_trail(path: str) -> list[Place]:
    """Return the places above a path and its own, highest first: a breadcrumb."""
    parts = path.rstrip("/").split("/") if path else []
    above = ["/".join(parts[: i + 1]) + "/" for i in range(len(parts))]
    return list(Place.objects.filter(path__in=above).order_by("path"))


def place_names(paths: Iterable[str], lang: str = "zh") -> Mapping[str, str]:
    """Return what each path is called, from the second level down (``拱墅区 › 和睦街道``), in one query.

    Parameters
    ----------
    paths
        Jurisdiction paths.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    mapping
        Name by path; a path that is not in the tree keeps its code.
    """
    wanted = {path for path in paths if path}
    needed: set[str] = set()
    for path in wanted:
        parts = path.rstrip("/").split("/")
        needed.update("/".join(parts[: i + 1]) + "/" for i in range(len(parts)))
    found = {place.path: place for place in Place.objects.filter(path__in=needed)}

    def name(path: str) -> str:
        parts = path.rstrip("/").split("/")
        steps = ["/".join(parts[: i + 1]) + "/" for i in range(len(parts))]
        places = [found[step] for step in steps if step in found]
        shown = places[1:] if len(places) > 1 else places
        return " › ".join((place.name_en or place.name) if lang == "en" else place.name for place in shown) or path

    return {path: name(path) for path in wanted}


def active_people() -> int:
    """Return how many accounts are open: a figure of the machine."""
    return User.objects.filter(is_active=True).count()
