"""Every reading of questionnaires and replies: through the gate, or figures of the machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, NullIf

from linli.units import AGE_BANDS
from linli.web.accounts.models import Place, User
from linli.web.places.checking import KEY_JOINT
from linli.web.places.models import Record
from linli.web.standards.catalogue import site_catalogue
from linli.web.wishes.models import Option, Questionnaire, Reply, Slip, TakeOver
from linli.web.wishes.results import Share, targets_on
from linli.web.wishes.tokens import token_digest

__all__ = [
    "TakenRow",
    "comments_of",
    "guess_renewal",
    "households_of",
    "list_comments",
    "list_options",
    "list_questionnaires",
    "list_slips",
    "people_of",
    "questionnaire_by_code",
    "questionnaires_of",
    "rows_to_take",
    "share_of",
    "slip_by_token",
    "takeovers_of",
]

_HOUSEHOLDS = Q(channel__in=(Reply.Channel.SLIP, Reply.Channel.PAPER))


def _number(rows: QuerySet[Any]) -> Any:
    """Return the subquery that counts the rows of each questionnaire."""
    counted = rows.filter(questionnaire=OuterRef("pk")).order_by().values("questionnaire").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def list_questionnaires(user: User, action: str = "view") -> QuerySet[Questionnaire]:
    """Return the questionnaires that a person may see, or may do `action` on, each with its figures.

    Parameters
    ----------
    user
        The person.
    action
        ``view`` or another action.

    Returns
    -------
    QuerySet of Questionnaire
        With ``households`` (``None`` where not known), ``asked``, ``open_replies``, ``slips_made`` and ``share``.
    """
    known = Record._all.filter(layer="communities", key=OuterRef("community__code"), closed_at=None)
    households = known.annotate(n=Cast(KT("values__households"), FloatField())).values("n")[:1]
    return (
        Questionnaire.objects.visible_to(user, action)
        .select_related("round", "community", "created_by")
        .annotate(
            households=Subquery(households, output_field=FloatField()),
            asked=_number(Reply._all.filter(_HOUSEHOLDS)),
            open_replies=_number(Reply._all.filter(channel=Reply.Channel.OPEN)),
            slips_made=_number(Slip._all.filter(void_at=None)),
        )
        .annotate(share=Cast(F("asked"), FloatField()) / NullIf(F("households"), Value(0.0)))
    )


def questionnaires_of(user: User, community: Place) -> QuerySet[Questionnaire]:
    """Return a community's questionnaires that a person may see, the newest first, without their figures."""
    rows = Questionnaire.objects.visible_to(user).filter(community=community)
    return rows.select_related("round", "community").order_by("-pk")


def list_options(user: User, questionnaire: Questionnaire) -> QuerySet[Option]:
    """Return what a questionnaire offers, each with how many ticked it.

    Parameters
    ----------
    user
        The person.
    questionnaire
        Which.

    Returns
    -------
    QuerySet of Option
        With ``households`` (by slip or paper) and ``open_replies``.
    """
    by_slip = Q(replies__channel__in=(Reply.Channel.SLIP, Reply.Channel.PAPER))
    return (
        Option.objects.visible_to(user)
        .filter(questionnaire=questionnaire)
        .annotate(
            households=Count("replies", filter=by_slip),
            open_replies=Count("replies", filter=Q(replies__channel=Reply.Channel.OPEN)),
        )
    )


def list_slips(user: User, questionnaire: Questionnaire, action: str = "view") -> QuerySet[Slip]:
    """Return a questionnaire's slips."""
    return Slip.objects.visible_to(user, action).filter(questionnaire=questionnaire).select_related("made_by")


def list_comments(user: User, action: str = "view") -> QuerySet[Reply]:
    """Return the replies that have a comment, as far as a person may see them, or may do `action` on."""
    rows = Reply.objects.visible_to(user, action).exclude(comment_state=Reply.Comment.NONE)
    return rows.select_related("questionnaire__community", "questionnaire__round", "moderated_by")


def comments_of(user: User, questionnaire: Questionnaire, action: str = "view") -> QuerySet[Reply]:
    """Return the replies of a questionnaire that have a comment."""
    return list_comments(user, action).filter(questionnaire=questionnaire)


def takeovers_of(user: User, questionnaire: Questionnaire) -> QuerySet[TakeOver]:
    """Return when a questionnaire's counts were written into the register."""
    return TakeOver.objects.visible_to(user).filter(questionnaire=questionnaire).select_related("by")


def households_of(questionnaire: Questionnaire) -> int | None:
    """Return how many households the register says a community has: a figure of the machine."""
    found = Record._all.filter(layer="communities", key=questionnaire.community.code, closed_at=None).first()
    said = found.values.get("households") if found else None
    return int(said) if isinstance(said, int | float) and said > 0 else None


def share_of(questionnaire: Questionnaire) -> Share:
    """Return the share of households asked, and the targets that apply: figures of the machine."""
    asked = Reply._all.filter(_HOUSEHOLDS, questionnaire=questionnaire).count()
    targets = targets_on(site_catalogue(), questionnaire.round.surveyed_on, questionnaire.renewal)
    return Share(asked, households_of(questionnaire), targets)


def people_of(questionnaire: Questionnaire) -> tuple[int, Mapping[str, int]]:
    """Return how many households told of their people, and how many people by age band: figures of the machine."""
    rows: Sequence[Mapping[str, int]] = [
        people
        for people in Reply._all.filter(_HOUSEHOLDS, questionnaire=questionnaire).values_list("people", flat=True)
        if people
    ]
    return len(rows), {band: sum(row.get(band, 0) for row in rows) for band in AGE_BANDS}


def guess_renewal(place: str) -> bool | None:
    """Return whether the register knows an estate of a community on the list of old estates to be renewed.

    Parameters
    ----------
    place
        The community's path.

    Returns
    -------
    bool or None
        ``None`` where estates do not say.
    """
    rows = Record._all.filter(layer="estates", place__startswith=place, closed_at=None)
    said = {values.get("old_estate") for values in rows.values_list("values", flat=True)}
    if True in said:
        return True
    return False if said == {False} else None


def questionnaire_by_code(code: str) -> Questionnaire | None:
    """Return the questionnaire that a poster leads to; its code is public."""
    return Questionnaire._all.select_related("round", "community").filter(code=code).first()


def slip_by_token(token: str) -> Slip | None:
    """Return the slip of a token, for whoever holds it."""
    rows = Slip._all.select_related("questionnaire__round", "questionnaire__community")
    return rows.filter(digest=token_digest(token)).first() if token else None


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A row of the register's wishes as it is and as it would be.

    Parameters
    ----------
    key
        Of the record.
    type
        Facility type.
    was, was_asked
        Count and households asked now in the register; ``None`` = no such row, or not known.
    now
        The new count; ``None`` = the row is closed, because this questionnaire did not offer the type.
    """

    key: str
    type: str
    was: int | None
    was_asked: int | None
    now: int | None

    @property
    def kind(self) -> str:
        """``new``, ``changed``, ``same`` or ``closed``."""
        if self.now is None:
            return "closed"
        if self.was is None:
            return "new"
        return "same" if self.was == self.now else "changed"


def rows_to_take(questionnaire: Questionnaire) -> tuple[int, list[TakenRow]]:
    """Return how many households answered, and what the register's wishes would become: figures of the machine.

    Parameters
    ----------
    questionnaire
        Which.

    Returns
    -------
    tuple
        Households asked; rows in the order of the questionnaire, then those that it did not offer.
    """
    asked = Reply._all.filter(_HOUSEHOLDS, questionnaire=questionnaire).count()
    code = questionnaire.community.code
    there = {
        str(one.values.get("type")): one
        for one in Record._all.filter(layer="wishes", place=questionnaire.place, closed_at=None)
    }
    by_slip = Q(replies__channel__in=(Reply.Channel.SLIP, Reply.Channel.PAPER))
    offered = Option._all.filter(questionnaire=questionnaire).annotate(n=Count("replies", filter=by_slip))
    rows = []
    for option in offered.order_by("position"):
        old = there.pop(option.type, None)
        values = old.values if old else {}
        key = old.key if old else f"{code}{KEY_JOINT}{option.type}"
        rows.append(TakenRow(key, option.type, values.get("count"), values.get("households_asked"), option.n))
    rows += [
        TakenRow(old.key, code_, old.values.get("count"), old.values.get("households_asked"), None)
        for code_, old in there.items()
    ]
    return asked, rows
