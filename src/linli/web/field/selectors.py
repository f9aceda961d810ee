"""Every reading of what phones sent in, and of what is to be surveyed: through the gate, or figures of the machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.field.columns import field_title
from linli.web.field.models import Conflict, Entry, Picture, Remark, Submission
from linli.web.places.models import Record
from linli.web.places.vocabulary import kind_title, question_of, record_title
from linli.web.surveys.completeness import Fact
from linli.web.surveys.models import Return, Round
from linli.web.surveys.selectors import current_round, facts_asked

__all__ = [
    "Progress",
    "Thing",
    "Work",
    "communities_of",
    "community_of",
    "conflicts_of",
    "entry_of",
    "list_conflicts",
    "list_entries",
    "list_pictures",
    "list_remarks",
    "list_submissions",
    "neighbours_of",
    "outline_of",
    "progress_of",
    "record_for",
    "work_in",
]

_LAYERS = ("facilities", "rooms")
_Row = TypeVar("_Row", bound=models.Model)


# What was sent in ---------------------------------------------------------------------------------------------------
def _named(rows: QuerySet[_Row], path: str) -> QuerySet[_Row]:
    """Give rows what their place is called: ``place_zh``, ``place_en`` (empty where it is not in the tree)."""
    places = Place.objects.filter(path=OuterRef(path))
    named: QuerySet[_Row] = rows.annotate(
        place_zh=Coalesce(Subquery(places.values("name")[:1]), Value("")),
        place_en=Coalesce(Subquery(places.values("name_en")[:1]), Value("")),
    )
    return named


def list_entries(user: User, action: str = "view") -> QuerySet[Entry]:
    """Return what phones sent in, as far as a person may see it, or may do `action` on it."""
    rows = Entry.objects.visible_to(user, action).select_related("by", "record", "round")
    return _named(rows, "place")


def entry_of(user: User, client: UUID | str, action: str = "view") -> Entry | None:
    """Return an entry by its id, if the person may see it, or may do `action` on it."""
    return list_entries(user, action).filter(client=client).first()


def list_submissions(user: User, entry: Entry) -> QuerySet[Submission]:
    """Return every sending of an entry, the latest first."""
    return Submission.objects.visible_to(user).filter(entry=entry)


def list_pictures(user: User) -> QuerySet[Picture]:
    """Return the pictures that came along, as far as a person may see them."""
    return Picture.objects.visible_to(user).select_related("entry", "photo")


def list_remarks(user: User, entry: Entry) -> QuerySet[Remark]:
    """Return what was said about an entry, the oldest first."""
    return Remark.objects.visible_to(user).filter(entry=entry).select_related("by")


def list_conflicts(user: User, action: str = "view") -> QuerySet[Conflict]:
    """Return conflicts that a person may see, or may do `action` on."""
    rows = Conflict.objects.visible_to(user, action)
    rows = rows.select_related("entry", "entry__by", "entry__record", "submission", "decided_by")
    return _named(rows, "entry__place")


def conflicts_of(user: User, entry: Entry) -> QuerySet[Conflict]:
    """Return the conflicts of an entry, the latest first."""
    return list_conflicts(user).filter(entry=entry)


# What is to be surveyed ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Thing:
    """Something to look at in the street.

    Parameters
    ----------
    layer, key
        The record; no key where there is none yet.
    title, kind
        What it is called, and what it is.
    version
        The record's; ``None`` where there is none.
    position
        Longitude and latitude of its inner point, degrees; ``None`` = not known.
    confirmed_on
        The day it was last confirmed or changed in this round; ``None`` = not yet.
    missing
        Titles of what is asked of it and not known.
    asks
        ``record`` (look at it), ``type`` (is there one of this type?) or ``question`` (an answer).
    note
        For a question: the question.
    """

    layer: str
    key: str
    title: str
    kind: str
    version: int | None
    position: tuple[float, float] | None
    confirmed_on: dt.date | None
    missing: tuple[str, ...]
    asks: str
    note: str = ""

    @property
    def is_todo(self) -> bool:
        """Whether something is left to do."""
        return self.confirmed_on is None or bool(self.missing)

    @property
    def record(self) -> str:
        """Layer and key, as a phone names it."""
        return f"{self.layer}/{self.key}"


@dataclass(frozen=True, slots=True)
class Work:
    """A community's part in the round under way, as somebody in the street sees it.

    Parameters
    ----------
    community
        Which.
    round
        The round under way; ``None`` if there is none.
    part
        The community's return; ``None`` if it has none.
    things
        Facilities and rooms, then questions, then types of which none is known.
    """

    community: Place
    round: Round | None
    part: Return | None
    things: tuple[Thing, ...]

    @property
    def records(self) -> tuple[Thing, ...]:
        """Those that are rows of the register."""
        return tuple(one for one in self.things if one.asks == "record")

    @property
    def confirmed(self) -> int:
        """How many rows were looked at in this round."""
        return sum(one.confirmed_on is not None for one in self.records)

    @property
    def left(self) -> int:
        """How many things are to do."""
        return sum(one.is_todo for one in self.things)


def communities_of(user: User) -> QuerySet[Place]:
    """Return the communities in which a person may fill in forms."""
    return places_below(user, "surveys", "edit").filter(level="community")


def community_of(user: User, code: str) -> Place | None:
    """Return a community by its code, if the person may fill in forms there."""
    return communities_of(user).filter(code=code).first()


def _missing(facts: Iterable[Fact]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    for fact in facts:
        if fact.key and not fact.known and fact.layer in _LAYERS:
            found.setdefault((fact.layer, fact.key), []).append(field_title(fact.layer, fact.what))
    return {key: tuple(titles) for key, titles in found.items()}


def _thing(row: Record, since: dt.datetime | None, missing: Mapping[tuple[str, str], tuple[str, ...]]) -> Thing:
    shape = row.shape
    point = None if shape is None else shape.representative_point()
    seen = since is not None and row.changed_at >= since
    return Thing(
        row.layer, row.key, record_title(row), kind_title(row.layer, row.kind), row.version,
        None if point is None else (round(point.x, 6), round(point.y, 6)),
        timezone.localtime(row.changed_at).date() if seen else None, missing.get((row.layer, row.key), ()), "record",
    )  # fmt: skip


def _questions(community: Place, facts: Sequence[Fact], since: dt.datetime | None) -> list[Thing]:
    rows = {row.key.partition("|")[2]: row for row in Record._all.filter(
        layer="answers", place=community.path, closed_at=None)}  # fmt: skip
    things = []
    for fact in facts:
        if fact.part != "answers":
            continue
        row = rows.get(fact.what)
        seen = row is not None and since is not None and row.changed_at >= since
        day = timezone.localtime(row.changed_at).date() if row is not None and seen else None
        missing = () if row is not None else (field_title("answers", "value"),)
        key, version = (row.key, row.version) if row is not None else ("", None)
        title, question = kind_title("answers", fact.what), question_of(fact.what)
        things.append(
            Thing("answers", key, title, fact.what, version, None, day, missing, "question", question)
        )  # fmt: skip
    return things


def _types(facts: Sequence[Fact]) -> list[Thing]:
    """Return the types of facilities that are asked and of which nothing is known, not even that there is none."""
    lacking = [fact.what for fact in facts if fact.part == "facilities" and not fact.key and not fact.known]
    return [
        Thing("facilities", "", kind_title("facilities", code), code, None, None, None, (), "type") for code in lacking
    ]


def work_in(user: User, community: Place) -> Work:
    """Return what is to be surveyed in a community.

    Parameters
    ----------
    user
        Who may fill in forms there (`community_of`).
    community
        Which.

    Returns
    -------
    Work
        With every facility and room of the register, confirmed or not.
    """
    round_ = current_round(user, community.path)
    if round_ is not None and round_.state == Round.State.FROZEN:
        round_ = None
    part = None
    if round_ is not None:
        part = Return.objects.visible_to(user).filter(round=round_, community=community).first()
    facts = facts_asked(part) if part is not None else []
    since = None
    if round_ is not None:
        since = timezone.make_aware(dt.datetime.combine(round_.begins, dt.time()))
    missing = _missing(facts)
    rows = Record.objects.visible_to(user, "view").filter(
        layer__in=_LAYERS, place__startswith=community.path, closed_at=None
    )
    things = [_thing(row, since, missing) for row in rows.order_by("layer", "name", "key")]
    things += _questions(community, facts, since)
    return Work(community, round_, part, (*things, *_types(facts)))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a community is in the street: rows of the register, and how many were looked at in the round."""

    community: Place
    rows: int
    confirmed: int
    waiting: int


def progress_of(user: User) -> list[Progress]:
    """Return how far each community is in which a person may fill in forms.

    Parameters
    ----------
    user
        The person.

    Returns
    -------
    list of Progress
        In the order of their paths.
    """
    communities = list(communities_of(user))
    round_ = current_round(user, communities[0].path) if communities else None
    open_ = round_ is not None and round_.state != Round.State.FROZEN
    since = timezone.make_aware(dt.datetime.combine(round_.begins, dt.time())) if round_ and open_ else timezone.now()
    rows = Record.objects.visible_to(user).filter(layer__in=_LAYERS, closed_at=None).order_by()
    counts = rows.values("place").annotate(n=Count("pk"), seen=Count("pk", filter=Q(changed_at__gte=since)))
    found = {row["place"]: (row["n"], row["seen"]) for row in counts}
    conflicts = Conflict.objects.visible_to(user, "edit").filter(state=Conflict.State.OPEN).order_by()
    waiting = dict(conflicts.values_list("entry__place").annotate(n=Count("pk")))
    return [Progress(one, *found.get(one.path, (0, 0)), waiting.get(one.path, 0)) for one in communities]


def record_for(user: User, community: Place, layer: str, key: str) -> Record | None:
    """Return a record of a community that a person may fill in, if it is open."""
    rows = Record.objects.visible_to(user, "edit").filter(layer=layer, key=key, closed_at=None)
    return rows.filter(place__startswith=community.path).first()


def outline_of(community: Place) -> Record | None:
    """Return the community's own record, whose outline the map shows: a figure of the machine."""
    return Record._all.filter(layer="communities", key=community.code, closed_at=None).first()


def neighbours_of(user: User, community: Place, layer: str) -> QuerySet[Record]:
    """Return the records of a layer in a community that have a position, so that nobody enters one twice."""
    rows = Record.objects.visible_to(user).filter(layer=layer, place__startswith=community.path, closed_at=None)
    return rows.exclude(wkb=None)
