"""What other apps have of a community, for its profile: register, wishes, projects, plan, survey, photos and events.

A panel that a person may not see, because their roles lack its module there, is ``None``, and the page leaves it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet

from linli.web.accounts.models import Place, User
from linli.web.audit.models import Event
from linli.web.audit.selectors import list_events
from linli.web.communities.writing import format_of
from linli.web.funds.book import totals_of
from linli.web.funds.ledger import Totals
from linli.web.places.models import Photo, Record
from linli.web.places.selectors import list_photos, list_records
from linli.web.plans.models import Measure
from linli.web.plans.selectors import measures_of
from linli.web.projects.lists import state_words
from linli.web.projects.models import Attachment, Project
from linli.web.projects.selectors import list_files, list_projects
from linli.web.rooms.selectors import list_rooms
from linli.web.standards.catalogue import site_catalogue
from linli.web.surveys.completeness import Completeness
from linli.web.surveys.models import Return
from linli.web.surveys.selectors import completeness, current_round, facts_asked, returns_of
from linli.web.wishes.models import Questionnaire
from linli.web.wishes.results import Share
from linli.web.wishes.selectors import questionnaires_of, share_of
from linli.web.words import pick

__all__ = [
    "Case",
    "Latest",
    "Register",
    "SurveyState",
    "Wish",
    "cases_of",
    "latest_of",
    "measures_here",
    "register_of",
    "survey_state",
    "wishes_of",
]

_LATEST = 8
_WISHES = 10
_ROUNDS = 3
_MISSING = 12


@dataclass(frozen=True, slots=True)
class Register:
    """What the register has of a community now; ``None`` in a count means that nobody looked yet."""

    estates: Sequence[Record]
    rooms: Sequence[Record]
    plots: Sequence[Record]
    facilities: Sequence[tuple[str, str, int]]
    operators: Sequence[tuple[str, int]]
    counts: Mapping[str, int]
    changed_at: Any


@dataclass(frozen=True, slots=True)
class Case:
    """A creation project with its state in words, and its money where one may see it."""

    project: Project
    state: str
    money: Totals | None


@dataclass(frozen=True, slots=True)
class Wish:
    """A type of facility that households asked for."""

    title: str
    count: int
    share: str


@dataclass(frozen=True, slots=True)
class SurveyState:
    """Where a community stands in the round under way.

    Parameters
    ----------
    return_
        Its part in the round.
    complete
        Facts known of facts asked.
    missing
        What to survey: part, name of the row, what is not known.
    more
        How many further facts are missing.
    """

    return_: Return
    complete: Completeness | None
    missing: Sequence[tuple[str, str, str]]
    more: int


@dataclass(frozen=True, slots=True)
class Latest:
    """What came last: photos of records, documents of projects, events."""

    photos: Sequence[Photo]
    files: Sequence[Attachment]
    events: Sequence[Event]


def register_of(user: User, place: Place) -> Register | None:
    """Return what the register has of a community now.

    Parameters
    ----------
    user
        The person.
    place
        The community.

    Returns
    -------
    Register or None
        ``None`` where the person may not see the register there.
    """
    if not user.rights.may("places", "view", place.path):
        return None
    # Put in order here: SQLite would walk through a whole layer in the order of names to find one community's.
    rows = Record.objects.visible_to(user).filter(place=place.path, closed_at=None).order_by()
    found = list(rows.values_list("layer").annotate(n=Count("pk"), changed=Max("changed_at")))
    counts = {layer: n for layer, n, _ in found}
    by_layer: dict[str, list[Record]] = {}
    shown = rows.filter(layer__in=("estates", "plots")).defer("wkb")
    for row in sorted(shown, key=lambda one: (one.name, one.key)) if counts.keys() & {"estates", "plots"} else ():
        by_layer.setdefault(row.layer, []).append(row)
    # There may be hundreds: only what is counted is read of them.
    facilities = sorted(rows.filter(layer="facilities").values_list("kind", "values__operator"), key=str)
    kinds = Counter(kind for kind, _ in facilities)
    operators = Counter(str(operator) for _, operator in facilities if operator)
    types = site_catalogue().facility_types
    named = [(kind, pick(types[kind].title) if kind in types else kind, n) for kind, n in kinds.most_common()]
    rooms = list(list_rooms(user).filter(place=place.path, closed_at=None)) if "rooms" in counts else []
    changed = max((when for _, _, when in found), default=None)
    return Register(
        by_layer.get("estates", []), rooms, by_layer.get("plots", []), named, operators.most_common(_WISHES), counts,
        changed,
    )  # fmt: skip


def wishes_of(user: User, place: Place) -> tuple[list[Wish], Sequence[tuple[Questionnaire, Share]]] | None:
    """Return what households asked for as the register has it, and the questionnaires; ``None`` without the right."""
    if not user.rights.may("surveys", "view", place.path):
        return None
    fmt, types = format_of(), site_catalogue().facility_types
    wished = []
    rows = list_records(user, "wishes").filter(place=place.path, closed_at=None).order_by("key")
    for values in rows.values_list("values", flat=True):
        count, asked, kind = (values.get(name) for name in ("count", "households_asked", "type"))
        if kind and count is not None:
            title = pick(types[kind].title) if kind in types else str(kind)
            wished.append(Wish(title, int(count), fmt.pct(count / asked if asked else None)))
    wished.sort(key=lambda wish: -wish.count)
    newest = questionnaires_of(user, place)[:_ROUNDS]
    return wished[:_WISHES], [(one, share_of(one)) for one in newest]


def cases_of(user: User, place: Place) -> list[Case] | None:
    """Return the creation projects of a community with state and money; ``None`` without the right."""
    if not user.rights.may("projects", "view", place.path):
        return None
    sees_money = user.rights.may("funds", "view", place.path)
    rows = list_projects(user).filter(community=place)
    return [Case(one, state_words(one), totals_of(one) if sees_money else None) for one in rows]


def measures_here(user: User, place: Place) -> QuerySet[Measure] | None:
    """Return what an adopted plan puts in a community; ``None`` without the right."""
    if not user.rights.may("plans", "view", place.path):
        return None
    rows = measures_of(user, community=place.path)
    return rows.select_related("study", "project").order_by("begin_year", "number")


def survey_state(user: User, place: Place) -> SurveyState | None:
    """Return where a community stands in the round under way, and what to survey; ``None`` without right or round."""
    if not user.rights.may("surveys", "view", place.path):
        return None
    round_ = current_round(user, place.path)
    mine = returns_of(user, round_).filter(place=place.path).first() if round_ else None
    if round_ is None or mine is None:
        return None
    missing = [fact for fact in facts_asked(mine) if not fact.known]
    told = [(fact.part, fact.name or fact.key, fact.what) for fact in missing[:_MISSING]]
    return SurveyState(mine, completeness(round_, [mine]).get(place.code), told, max(len(missing) - _MISSING, 0))


def latest_of(user: User, place: Place) -> Latest:
    """Return the newest photos, documents and events of a community, each as far as the person may see them."""
    photos = list_photos(user).filter(record__place=place.path).order_by("-at")
    files = list_files(user).filter(project__community=place, withdrawn_at=None).order_by("-at")
    events = list_events(user).filter(place=place.path).order_by("-pk")
    return Latest(list(photos[:_LATEST]), list(files[:_LATEST]), list(events[:_LATEST]))
