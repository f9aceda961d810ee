"""Every change to questionnaires, slips and replies: each in a transaction with its event.

Households are nobody in particular: their replies are recorded as an event without person, address or choices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from linli.units import AGE_BANDS
from linli.web.accounts.models import Place, User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.audit.services import record, state_of
from linli.web.places.batch import NewRow
from linli.web.places.services import records_apply
from linli.web.refusal import Refused
from linli.web.standards.catalogue import site_catalogue
from linli.web.surveys.models import Round
from linli.web.wishes import limits
from linli.web.wishes.models import Browser, Option, Questionnaire, Reply, Slip, TakeOver
from linli.web.wishes.selectors import guess_renewal, rows_to_take
from linli.web.wishes.tokens import browser_digest, slip_token, token_digest

__all__ = [
    "FIELDS",
    "MOST_PEOPLE",
    "MOST_SLIPS",
    "Answer",
    "comment_moderate",
    "counts_take_over",
    "questionnaire_close",
    "questionnaire_reopen",
    "questionnaire_update",
    "questionnaires_open",
    "reply_by_browser",
    "reply_by_slip",
    "reply_on_paper",
    "slip_void",
    "slips_make",
]

FIELDS = ("begins", "ends", "open_link", "ask_people", "ask_comment", "most", "renewal", "note")
MOST_SLIPS = 5000
"""Slips made at once."""
MOST_PEOPLE = 30
"""People of one age band in one household."""
LONGEST = 500
"""Letters of a comment."""
_HOUSEHOLD = "wishes"
"""Whom the audit trail names for replies: nobody in particular."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a household ticked.

    Parameters
    ----------
    types
        Codes of facility types; none = nothing is missing.
    people
        Number of people by age band; a band that is not there was not said.
    comment
        In its own words.
    """

    types: Sequence[str]
    people: Mapping[str, int] = field(default_factory=dict)
    comment: str = ""


def _must(condition: bool, key: str, field_: str = "", **values: Any) -> None:
    if not condition:
        raise Refused(f"wishes.refuse.{key}", field_, **values)


def _hold(actor: Actor, action: str, place: str) -> User:
    if actor.user is None or not rights_of(actor.user).may("surveys", action, place):
        raise Refused("wishes.refuse.outside")
    return actor.user


def _lock(questionnaire: Questionnaire, base_version: int | None = None) -> Questionnaire:
    locked = Questionnaire._all.select_for_update().get(pk=questionnaire.pk)
    if base_version is not None and locked.version != base_version:
        raise Refused("wishes.refuse.changed", version=locked.version)
    return locked


def _tell(event: str, actor: Actor, questionnaire: Questionnaire, **more: Any) -> None:
    record(f"wishes.{event}", actor=actor, module="surveys", object_=questionnaire, place=questionnaire.place, **more)


def _save(questionnaire: Questionnaire) -> Questionnaire:
    questionnaire.version += 1
    questionnaire.save()
    return questionnaire


def _check_types(types: Sequence[str]) -> None:
    known = site_catalogue().facility_types
    _must(bool(types), "no_types", "types")
    _must(all(code in known for code in types) and len(set(types)) == len(types), "type", "types")


def _check_dates(begins: dt.date, ends: dt.date) -> None:
    _must(begins <= ends, "dates", "ends")


@transaction.atomic
def questionnaires_open(
    *, actor: Actor, round_: Round, place: Place, types: Sequence[str], values: Mapping[str, Any]
) -> list[Questionnaire]:
    """Open a questionnaire in every community at or below a place that has none in a round yet.

    Parameters
    ----------
    actor
        Who.
    round_
        Of which round.
    place
        A community, street, district or city.
    types
        Facility types that households may ask for, in order.
    values
        Settings by field, of `FIELDS`; where `renewal` is not known it is looked up in the register.

    Returns
    -------
    list of Questionnaire
        The new ones.

    Raises
    ------
    Refused
        If the place is outside the actor's reach, the round is frozen, dates or types will not do, or every community
        has one already.
    """
    user = _hold(actor, "edit", place.path)
    _must(place.path.startswith(round_.place), "round_place", "place")
    _must(round_.state != Round.State.FROZEN, "frozen", "round")
    _check_dates(values["begins"], values["ends"])
    _check_types(types)
    have = Questionnaire._all.filter(round=round_).values_list("community_id", flat=True)
    missing = Place.objects.filter(path__startswith=place.path, level="community").exclude(pk__in=have)
    made = []
    known = {name: values[name] for name in FIELDS if name in values}
    for community in missing:
        renewal = known.get("renewal")
        settings = {**known, "renewal": guess_renewal(community.path) if renewal is None else renewal}
        one = Questionnaire(round=round_, community=community, place=community.path, created_by=user, **settings)
        one.save(force_insert=True)
        made.append(one)
    _must(bool(made), "all_open", "place")
    Option._all.bulk_create(
        [Option(questionnaire=one, type=code, position=at) for one in made for at, code in enumerate(types)]
    )
    after = {"questionnaires": len(made), "types": list(types), **{name: known[name] for name in ("begins", "ends")}}
    record("wishes.questionnaire.open", actor=actor, module="surveys", object_=made[0], place=place.path,
           name=f"{place} {round_}", after=after)  # fmt: skip
    return made


@transaction.atomic
def questionnaire_update(
    *, actor: Actor, questionnaire: Questionnaire, base_version: int, values: Mapping[str, Any],
    types: Sequence[str] | None = None,
) -> Questionnaire:  # fmt: skip
    """Change a questionnaire; what is offered only until the first household has answered.

    Parameters
    ----------
    actor
        Who.
    questionnaire
        Which.
    base_version
        The version that the actor looked at.
    values
        New values by field, of `FIELDS`.
    types
        New facility types in order, or ``None`` to leave them.

    Returns
    -------
    Questionnaire
        As saved.

    Raises
    ------
    Refused
        If somebody else changed it meanwhile, dates or types will not do, or types are to change after a reply.
    """
    locked = _lock(questionnaire, base_version)
    _hold(actor, "edit", locked.place)
    changed = {name: value for name, value in values.items() if name in FIELDS and value != getattr(locked, name)}
    before, after = state_of(locked, *changed), dict(changed)
    for name, value in changed.items():
        setattr(locked, name, value)
    _check_dates(locked.begins, locked.ends)
    had = list(locked.options.values_list("type", flat=True))
    if types is not None and list(types) != had:
        _check_types(types)
        _must(not locked.replies.exists(), "answered", "types")
        locked.options.all().delete()
        Option._all.bulk_create([Option(questionnaire=locked, type=code, position=i) for i, code in enumerate(types)])
        before["types"], after["types"] = had, list(types)
    if not after:
        return locked
    _save(locked)
    _tell("questionnaire.update", actor, locked, before=before, after=after)
    return locked


def _set_closed(actor: Actor, questionnaire: Questionnaire, base_version: int, close: bool, reason: str) -> None:
    locked = _lock(questionnaire, base_version)
    _hold(actor, "edit", locked.place)
    _must((locked.closed_at is None) is close, "closed_already" if close else "not_closed")
    _must(bool(reason.strip()), "reason", "reason")
    before = state_of(locked, "closed_at")
    locked.closed_at = timezone.now() if close else None
    _save(locked)
    event = "questionnaire.close" if close else "questionnaire.reopen"
    _tell(event, actor, locked, before=before, after=state_of(locked, "closed_at"), reason=reason.strip())


@transaction.atomic
def questionnaire_close(*, actor: Actor, questionnaire: Questionnaire, base_version: int, reason: str) -> None:
    """Close a questionnaire before its last day.

    Parameters
    ----------
    actor
        Who.
    questionnaire
        Which.
    base_version
        The version that the actor looked at.
    reason
        Why.

    Raises
    ------
    Refused
        If it is closed already, there is no reason, or somebody else changed it.
    """
    _set_closed(actor, questionnaire, base_version, True, reason)


@transaction.atomic
def questionnaire_reopen(*, actor: Actor, questionnaire: Questionnaire, base_version: int, reason: str) -> None:
    """Open a closed questionnaire again, within its dates.

    Parameters
    ----------
    actor
        Who.
    questionnaire
        Which.
    base_version
        The version that the actor looked at.
    reason
        Why.

    Raises
    ------
    Refused
        If it is not closed, there is no reason, or somebody else changed it.
    """
    _set_closed(actor, questionnaire, base_version, False, reason)


@transaction.atomic
def slips_make(*, actor: Actor, questionnaire: Questionnaire, count: int) -> tuple[int, int]:
    """Make slips for households.

    Parameters
    ----------
    actor
        Who.
    questionnaire
        Which.
    count
        How many more, at most `MOST_SLIPS`.

    Returns
    -------
    tuple of int
        First and last number of the new ones.

    Raises
    ------
    Refused
        If there are too many, or the questionnaire is closed.
    """
    locked = _lock(questionnaire)
    user = _hold(actor, "edit", locked.place)
    _must(0 < count <= MOST_SLIPS, "slips", "count", most=MOST_SLIPS)
    _must(locked.state in {"coming", "open"}, "not_open")
    last = int(locked.slips.aggregate(Max("number"))["number__max"] or 0)
    numbers = range(last + 1, last + count + 1)
    Slip._all.bulk_create(
        [
            Slip(questionnaire=locked, number=n, digest=token_digest(slip_token(locked.code, n)), made_by=user)
            for n in numbers
        ],
        batch_size=1000,
    )
    _tell("slips.make", actor, locked, after={"count": count, "first": numbers[0], "last": numbers[-1]})
    return numbers[0], numbers[-1]


@transaction.atomic
def slip_void(*, actor: Actor, questionnaire: Questionnaire, number: int, reason: str) -> Slip:
    """Declare a slip that was not used void: lost, or given to the wrong household.

    Parameters
    ----------
    actor
        Who.
    questionnaire
        Which.
    number
        Number of the slip.
    reason
        Why.

    Returns
    -------
    Slip
        Void.

    Raises
    ------
    Refused
        If there is no such slip, it was used or is void already, or there is no reason.
    """
    locked = _lock(questionnaire)
    _hold(actor, "edit", locked.place)
    _must(bool(reason.strip()), "reason", "reason")
    slip = locked.slips.filter(number=number).first()
    if slip is None:
        raise Refused("wishes.refuse.no_slip", "number")
    _must(slip.state == "unused", "slip_" + slip.state, "number")
    slip.void_at = timezone.now()
    slip.save(update_fields=["void_at"])
    _tell("slip.void", actor, locked, after={"number": number}, reason=reason.strip())
    return slip


def _options_of(questionnaire: Questionnaire, answer: Answer) -> list[Option]:
    offered = {option.type: option for option in questionnaire.options.all()}
    _must(all(code in offered for code in answer.types), "type", "types")
    most = questionnaire.most
    _must(most is None or len(answer.types) <= most, "too_many", "types", most=most)
    _must(len(answer.comment) <= LONGEST, "long", "comment", most=LONGEST)
    good = all(band in AGE_BANDS and 0 <= n <= MOST_PEOPLE for band, n in answer.people.items())
    _must(good, "people", "", most=MOST_PEOPLE)
    return [offered[code] for code in dict.fromkeys(answer.types)]


def _keep(questionnaire: Questionnaire, answer: Answer, channel: Reply.Channel, actor: Actor) -> Reply:
    _must(questionnaire.state == "open", "not_open")
    options = _options_of(questionnaire, answer)
    comment = answer.comment.strip() if questionnaire.ask_comment else ""
    people = dict(answer.people) if questionnaire.ask_people else {}
    state = Reply.Comment.WAITING if comment else Reply.Comment.NONE
    new = Reply(
        questionnaire=questionnaire, channel=channel, on=timezone.localdate(), people=people, comment=comment,
        comment_state=state,
    )  # fmt: skip
    new.save(force_insert=True)
    new.options.set(options)
    # Of the questionnaire, not of the reply: the trail must not say which reply came at what hour.
    _tell("reply.add", actor, questionnaire, after={"channel": channel.value})
    return new


@transaction.atomic
def reply_by_slip(*, token: str, answer: Answer) -> Questionnaire:
    """Take a household's answer by its slip; the slip is used up.

    Parameters
    ----------
    token
        As `tokens.read_token` gives it.
    answer
        What it ticked.

    Returns
    -------
    Questionnaire
        Whose it was.

    Raises
    ------
    Refused
        If the slip does not exist, is void or was used, the questionnaire is not open, or the answer will not do.
    """
    slip = Slip._all.select_for_update().filter(digest=token_digest(token)).first() if token else None
    if slip is None:
        raise Refused("wishes.refuse.no_slip")
    _must(slip.state == "unused", "slip_" + slip.state)
    questionnaire = Questionnaire._all.get(pk=slip.questionnaire_id)
    _keep(questionnaire, answer, Reply.Channel.SLIP, Actor(None, _HOUSEHOLD))
    slip.used_on = timezone.localdate()
    slip.save(update_fields=["used_on"])
    return questionnaire


@transaction.atomic
def reply_on_paper(*, actor: Actor, questionnaire: Questionnaire, number: int, answer: Answer) -> None:
    """Enter what a household ticked on paper; its slip is used up.

    Parameters
    ----------
    actor
        Who enters it.
    questionnaire
        Which.
    number
        Number of the household's slip.
    answer
        What it ticked.

    Raises
    ------
    Refused
        If there is no such slip, it is void or was used, the questionnaire is not open, or the answer will not do.
    """
    _hold(actor, "edit", questionnaire.place)
    slip = Slip._all.select_for_update().filter(questionnaire=questionnaire, number=number).first()
    if slip is None:
        raise Refused("wishes.refuse.no_slip", "number")
    _must(slip.state == "unused", "slip_" + slip.state, "number")
    _keep(questionnaire, answer, Reply.Channel.PAPER, actor)
    slip.used_on = timezone.localdate()
    slip.save(update_fields=["used_on"])


def reply_by_browser(*, questionnaire: Questionnaire, browser: str, address: str, answer: Answer) -> None:
    """Take an answer by the open link: one a browser, so many an hour.

    Parameters
    ----------
    questionnaire
        Which.
    browser
        The mark in the browser's cookie.
    address
        Where it comes from; only counted, not kept.
    answer
        What was ticked.

    Raises
    ------
    Refused
        If there is no open link, the browser has answered, too many came at once, or the answer will not do.
    """
    _must(questionnaire.open_link, "no_open_link")
    _must(bool(browser), "no_cookie")
    whom = f"{questionnaire.pk}:{address}"
    over = limits.is_over("open_address", whom) or limits.is_over("open_all", str(questionnaire.pk))
    _must(not over, "too_often")
    digest = browser_digest(questionnaire.code, browser)
    try:
        with transaction.atomic():
            Browser._all.create(questionnaire=questionnaire, digest=digest, used_on=timezone.localdate())
            _keep(questionnaire, answer, Reply.Channel.OPEN, Actor(None, _HOUSEHOLD))
    except IntegrityError:
        raise Refused("wishes.refuse.browser_used") from None
    limits.count("open_address", whom)
    limits.count("open_all", str(questionnaire.pk))


@transaction.atomic
def comment_moderate(*, actor: Actor, reply: Reply, show: bool) -> Reply:
    """Decide whether a comment may be shown.

    Parameters
    ----------
    actor
        Who.
    reply
        Whose comment.
    show
        Whether to show it.

    Returns
    -------
    Reply
        As saved.

    Raises
    ------
    Refused
        If it has no comment.
    """
    locked = Reply._all.select_for_update().select_related("questionnaire").get(pk=reply.pk)
    user = _hold(actor, "edit", locked.questionnaire.place)
    _must(locked.comment_state != Reply.Comment.NONE, "no_comment")
    before = state_of(locked, "comment_state")
    locked.comment_state = Reply.Comment.SHOWN if show else Reply.Comment.HIDDEN
    locked.moderated_by, locked.moderated_at = user, timezone.now()
    locked.save(update_fields=["comment_state", "moderated_by", "moderated_at"])
    _tell("comment.moderate", actor, locked.questionnaire, before=before, after=state_of(locked, "comment_state"))
    return locked


@transaction.atomic
def counts_take_over(*, actor: Actor, questionnaire: Questionnaire, base_version: int, reason: str) -> TakeOver:
    """Write the counts into the register's layer of wishes: types that were offered get their count, others are closed.

    Only households that answered by slip or paper are counted. A type that nobody asked for is a known nought.

    Parameters
    ----------
    actor
        Who.
    questionnaire
        Which.
    base_version
        The version that the actor looked at.
    reason
        Why.

    Returns
    -------
    TakeOver
        What was written.

    Raises
    ------
    Refused
        If no household has answered, there is no reason, or the register says no.
    """
    locked = _lock(questionnaire, base_version)
    user = _hold(actor, "edit", locked.place)
    _must(bool(reason.strip()), "reason", "reason")
    asked, rows = rows_to_take(locked)
    _must(asked > 0, "nobody")
    code = locked.community.code
    new = []
    for row in rows:
        named = {"community_id": code, "type": row.type}
        known = {} if row.now is None else {"households_asked": asked, "count": row.now}
        new.append(NewRow(row.key, {**named, **known}, close=row.now is None))
    records_apply(actor=actor, layer="wishes", rows=new, source=f"wishes:{locked.pk}", place=locked.place,
                  reason=reason.strip())  # fmt: skip
    counts = {row.type: row.now for row in rows if row.now is not None}
    taken = TakeOver(questionnaire=locked, households_asked=asked, counts=counts, by=user, reason=reason.strip())
    taken.save(force_insert=True)
    _save(locked)
    _tell("counts.take_over", actor, locked, after={"households_asked": asked, "counts": counts}, reason=reason.strip())
    return taken
