"""Every reading of rounds, returns, bulk layers and snapshots, through the gate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count, F, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from linli.web.accounts.models import Grant, Place, User
from linli.web.accounts.selectors import place_names, places_below
from linli.web.places.models import Record
from linli.web.surveys.asked import Asked, asked_by
from linli.web.surveys.completeness import Community, Completeness, Fact, count_facts, facts_of
from linli.web.surveys.models import BULK_LAYERS, BulkLayer, BulkUpload, Finding, Return, Round, Snapshot
from linli.web.surveys.options import read_options
from linli.web.words import current_language

__all__ = [
    "Contact",
    "active_layers",
    "asked_in",
    "communities_without_return",
    "completeness",
    "contacts_of",
    "count_states",
    "current_round",
    "facts_asked",
    "findings_of",
    "late_returns",
    "list_layers",
    "list_returns",
    "list_rounds",
    "list_snapshots",
    "list_uploads",
    "parents_of",
    "place_name",
    "places_for_rounds",
    "places_for_uploads",
    "register_state",
    "returns_of",
    "with_place_name",
]

_Row = TypeVar("_Row", bound=Model)

_UPLOAD_LEVELS = ("city", "district")
_CONTACT_ROLES = ("community_worker", "street")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to ask about a community's return."""

    place: str
    role: str
    name: str
    phone: str
    email: str


def with_place_name(rows: QuerySet[_Row]) -> QuerySet[_Row]:
    """Give each row the name of its place in the page's language, as ``place_name``."""
    places = Place.objects.filter(path=OuterRef("place"))
    names = [NullIf(Subquery(places.values(name)[:1]), Value("")) for name in ("name_en", "name")]
    wanted = names if current_language() == "en" else names[1:]
    named: QuerySet[_Row] = rows.annotate(place_name=Coalesce(*wanted, F("place")))
    return named


def place_name(path: str) -> str:
    """Return what a place is called, from the second level down, in the page's language."""
    return place_names([path], current_language()).get(path, path)


def parents_of(path: str) -> list[str]:
    """Return the paths above a place and its own, highest first."""
    parts = path.rstrip("/").split("/") if path else []
    return ["/".join(parts[: i + 1]) + "/" for i in range(len(parts))]


def list_rounds(user: User, action: str = "view") -> QuerySet[Round]:
    """Return the rounds that a person may see (those of places above among them), or may do `action` on."""
    return Round.objects.visible_to(user, action).select_related("created_by")


def current_round(user: User, place: str | None = None) -> Round | None:
    """Return the round that concerns a place now: the one under way, else the last one frozen.

    Parameters
    ----------
    user
        The person.
    place
        Jurisdiction path; where the person's own rights begin if left out.

    Returns
    -------
    Round or None
        Of the place itself or of one above it.
    """
    if place is None:
        paths = user.rights.paths("surveys", "view")
        if not paths:
            return None
        place = paths[0]
    rows = list_rounds(user).filter(place__in=parents_of(place))
    under_way = rows.exclude(state=Round.State.FROZEN).order_by("-place").first()
    return under_way or rows.order_by("-surveyed_on", "-place", "-pk").first()


def list_returns(user: User, action: str = "view") -> QuerySet[Return]:
    """Return the parts of rounds that a person may see, or may do `action` on."""
    return Return.objects.visible_to(user, action).select_related("round", "community", "changed_by")


def returns_of(user: User, round_: Round, action: str = "view") -> QuerySet[Return]:
    """Return the parts of a round that a person may see, or may do `action` on, by place."""
    return list_returns(user, action).filter(round=round_).order_by("place")


def count_states(returns: QuerySet[Return]) -> dict[str, int]:
    """Return how many returns are in each state, and how many of them are late."""
    found = dict(returns.order_by().values_list("state").annotate(Count("pk")))
    counts = {state: found.get(state, 0) for state in Return.State.values}
    return {**counts, "late": late_returns(returns).count()}


def late_returns(returns: QuerySet[Return]) -> QuerySet[Return]:
    """Return those of some returns that are due and not handed in."""
    waiting = Q(state__in=(Return.State.FILLING, Return.State.RETURNED))
    return returns.filter(waiting, round__due__lt=timezone.localdate()).exclude(round__state=Round.State.FROZEN)


def communities_without_return(round_: Round) -> QuerySet[Place]:
    """Return the communities of a round's place that have no part in it yet."""
    below = Place.objects.filter(level="community", path__startswith=round_.place)
    return below.exclude(pk__in=Return._all.filter(round=round_).values("community"))


def asked_in(round_: Round) -> Asked:
    """Return what a round asks of its communities."""
    return asked_by(read_options(round_.options), round_.surveyed_on)


def _as_community(one: Return) -> Community:
    return Community(one.community.code, one.community.path, frozenset(one.none_of))


def completeness(round_: Round, returns: Iterable[Return] | None = None) -> dict[str, Completeness]:
    """Return how much is known of the communities of a round: a figure of the machine.

    Parameters
    ----------
    round_
        The round.
    returns
        Of which communities, already through the gate; of all if left out.

    Returns
    -------
    dict of Completeness
        By community code.
    """
    rows = list(Return._all.filter(round=round_).select_related("community") if returns is None else returns)
    if not rows:
        return {}
    counts: dict[str, Sequence[int]] = {}
    for layer in active_layers(round_.place).get("buildings", ()):
        counts.update(layer.counts)
    below = rows[0].place if len(rows) == 1 else round_.place
    return count_facts([_as_community(one) for one in rows], asked_in(round_), below, counts)


def facts_asked(one: Return) -> list[Fact]:
    """Return everything asked of a community in its round, known or not."""
    return facts_of(_as_community(one), asked_in(one.round))


def contacts_of(user: User, returns: Sequence[Return]) -> dict[str, list[Contact]]:
    """Return whom to ask about returns: the people of each community and of its street, by the community's path.

    Parameters
    ----------
    user
        Who asks; contacts are given only where the person reviews returns.
    returns
        Already through the gate.

    Returns
    -------
    dict
        Contacts by path, the community's own people first.
    """
    paths = [one.place for one in returns if user.rights.may("surveys", "review", one.place)]
    streets = {path: parents_of(path)[-2] for path in paths if len(parents_of(path)) > 1}
    wanted = {*paths, *streets.values()}
    below = _shared(wanted)
    grants = Grant._all.in_force(timezone.localdate()).filter(role__in=_CONTACT_ROLES, place__startswith=below)
    people: dict[str, list[Contact]] = {}
    for grant in grants.filter(user__is_active=True).select_related("user").order_by("role", "user__name"):
        if grant.place in wanted:
            person = grant.user
            people.setdefault(grant.place, []).append(
                Contact(grant.place, grant.role, person.name, person.phone, person.email)
            )
    return {path: [*people.get(path, []), *people.get(streets.get(path, ""), [])] for path in paths}


def _shared(paths: Iterable[str]) -> str:
    """Return the lowest place that all paths lie at or below."""
    chains = [parents_of(path) for path in paths]
    shared = ""
    for steps in zip(*chains, strict=False):
        if len(set(steps)) > 1:
            break
        shared = steps[0]
    return shared


def findings_of(user: User, of: Round | BulkUpload, action: str = "view") -> QuerySet[Finding]:
    """Return what the last check of a round or an upload found, as far as a person may see it."""
    rows = Finding.objects.visible_to(user, action)
    return rows.filter(round=of) if isinstance(of, Round) else rows.filter(upload=of)


def places_for_rounds(user: User) -> QuerySet[Place]:
    """Return the places at which a person may open a round."""
    return places_below(user, "surveys", "manage")


def places_for_uploads(user: User) -> QuerySet[Place]:
    """Return the places for which a person may send in bulk layers."""
    return places_below(user, "surveys", "edit").filter(level__in=_UPLOAD_LEVELS)


def list_layers(user: User, action: str = "view") -> QuerySet[BulkLayer]:
    """Return the bulk layers that a person may see, or may do `action` on."""
    return BulkLayer.objects.visible_to(user, action).select_related("by")


def list_uploads(user: User, action: str = "view") -> QuerySet[BulkUpload]:
    """Return the uploads of bulk layers that a person may see, or may do `action` on."""
    return BulkUpload.objects.visible_to(user, action).select_related("by", "kept")


def active_layers(place: str) -> Mapping[str, tuple[BulkLayer, ...]]:
    """Return the bulk layers that count for a round at a place: a figure of the machine.

    The nearest one of the place itself or above it; where there is none, all of those below together.

    Parameters
    ----------
    place
        Jurisdiction path.

    Returns
    -------
    mapping
        By layer; one that nobody sent in is left out.
    """
    found: dict[str, tuple[BulkLayer, ...]] = {}
    for layer in BULK_LAYERS:
        rows = BulkLayer._all.filter(layer=layer, active=True)
        over = rows.filter(place__in=parents_of(place)).order_by("-place").first()
        below = tuple(rows.filter(place__startswith=place).order_by("place"))
        if over is not None or below:
            found[layer] = (over,) if over is not None else below
    return found


def free_code(year: int) -> str:
    """Return the first year from one on that is no round's code yet."""
    taken = set(Round._all.filter(code__gte=str(year)).values_list("code", flat=True))
    while str(year) in taken:
        year += 1
    return str(year)


def list_snapshots(user: User, action: str = "view") -> QuerySet[Snapshot]:
    """Return the snapshots that a person may see, or may do `action` on."""
    return Snapshot.objects.visible_to(user, action).select_related("round")


def register_state(place: str) -> tuple[str, int]:
    """Return what the register holds at or below a place, as a hash of its open records' versions, and how many.

    Parameters
    ----------
    place
        Jurisdiction path.

    Returns
    -------
    tuple of str and int
        SHA-256: it names the very versions that a snapshot was made of.
    """
    rows = Record._all.filter(place__startswith=place, closed_at=None).order_by("layer", "key")
    digest, count = hashlib.sha256(), 0
    for layer, key, version in rows.values_list("layer", "key", "version").iterator(chunk_size=5000):
        digest.update(f"{layer}|{key}|{version}\n".encode())
        count += 1
    return digest.hexdigest(), count
