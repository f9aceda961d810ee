"""Every change to the city's own values and to waivers: proposed by one person, decided by another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.errors import UnknownRuleError
from linli.rules import Rule
from linli.web.accounts.models import Place, User
from linli.web.accounts.rights import rights_of
from linli.web.audit.actor import Actor
from linli.web.audit.services import record, state_of
from linli.web.refusal import Refused
from linli.web.standards.catalogue import site_catalogue
from linli.web.standards.models import Change, Waiver
from linli.web.standards.packs import pack_problems, write_pack
from linli.web.words import current_language

__all__ = [
    "FIELDS",
    "change_create",
    "change_decide",
    "change_submit",
    "change_update",
    "change_withdraw",
    "waiver_decide",
    "waiver_propose",
    "waiver_revoke",
]

FIELDS = ("value", "valid_from", "reference_title", "clause", "href", "certainty", "note", "checked_on")
"""What a proposal says about a value; its unit is the rule's."""

_TOLD = ("rule", "value_name", "unit", *FIELDS)
_OPEN = frozenset({"draft", "returned"})
_DECISIONS = {"approve": "approved", "return": "returned"}
_WAIVING = {"grant": "granted", "decline": "declined"}


def _must(condition: bool, key: str, field: str = "", **values: Any) -> None:
    if not condition:
        raise Refused(f"standards.refuse.{key}", field, **values)


def _hold(actor: Actor, action: str, place: str) -> User:
    if actor.user is None or not rights_of(actor.user).may("standards", action, place):
        raise Refused("standards.refuse.outside")
    return actor.user


def _hands(actor: Actor) -> set[int]:
    return {user.pk for user in (actor.user, actor.on_behalf_of) if user is not None}


def _tell(event: str, actor: Actor, object_: Change | Waiver, **more: Any) -> None:
    record(f"standards.{event}", actor=actor, module="standards", object_=object_, place=object_.place, **more)


def _lock_change(change: Change, base_version: int) -> Change:
    locked = Change._all.select_for_update().get(pk=change.pk)
    _must(locked.version == base_version, "changed", version=locked.version)
    return locked


def _lock_waiver(waiver: Waiver, base_version: int) -> Waiver:
    locked = Waiver._all.select_for_update().get(pk=waiver.pk)
    _must(locked.version == base_version, "changed", version=locked.version)
    return locked


def _save(row: Change | Waiver, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()


def _rule(rule: str, value_name: str) -> Rule:
    try:
        found = site_catalogue().rule(rule)
    except UnknownRuleError:
        raise Refused("standards.refuse.rule") from None
    _must(value_name in found.values, "value_name")
    return found


def _sound(change: Change) -> None:
    """Refuse a value that the rules would not take, with every problem in words."""
    approved = [*Change._all.filter(state=Change.State.APPROVED).order_by("decided_at", "pk"), change]
    lang = current_language()
    wrong = [one for one in pack_problems(approved) if one.severity == "error"]
    joint = "；" if lang == "zh" else "; "
    told = joint.join(f"{one.message[lang]} {one.fix[lang]}".strip() for one in wrong)
    _must(not wrong, "unsound", "value", why=told)


@transaction.atomic
def change_create(*, actor: Actor, place: str, rule: str, value_name: str, values: Mapping[str, Any]) -> Change:
    """Draft a value for the city's pack.

    Parameters
    ----------
    actor
        Who.
    place
        Path of the city.
    rule, value_name
        ``family/rule`` and the name of one of its values.
    values
        Of `FIELDS`.

    Returns
    -------
    Change
        A draft.

    Raises
    ------
    Refused
        If there is no such value, the place is outside the actor's reach, or the rules would not take the value.
    """
    user = _hold(actor, "edit", place)
    series = _rule(rule, value_name).values[value_name]
    new = Change(place=place, rule=rule, value_name=value_name, unit=series[-1].unit, created_by=user)
    for name in FIELDS:
        if name in values:
            setattr(new, name, values[name])
    _sound(new)
    new.save()
    _tell("change.create", actor, new, after=state_of(new, *_TOLD))
    return new


@transaction.atomic
def change_update(*, actor: Actor, change: Change, base_version: int, values: Mapping[str, Any]) -> Change:
    """Correct a draft or a returned proposal.

    Parameters
    ----------
    actor
        Who.
    change
        Which.
    base_version
        The version that the actor looked at.
    values
        New values by field, of `FIELDS`.

    Returns
    -------
    Change
        As saved.

    Raises
    ------
    Refused
        If it is under review or decided, somebody changed it meanwhile, or the rules would not take the value.
    """
    locked = _lock_change(change, base_version)
    _hold(actor, "edit", locked.place)
    _must(locked.state in _OPEN, "not_open")
    changed = {name: value for name, value in values.items() if name in FIELDS and value != getattr(locked, name)}
    if not changed:
        return locked
    before = state_of(locked, *changed)
    for name, value in changed.items():
        setattr(locked, name, value)
    _sound(locked)
    _save(locked)
    _tell("change.update", actor, locked, before=before, after=state_of(locked, *changed))
    return locked


@transaction.atomic
def change_submit(*, actor: Actor, change: Change, base_version: int) -> Change:
    """Hand a proposal in for review.

    Parameters
    ----------
    actor
        Who.
    change
        A draft, or a returned one.
    base_version
        The version that the actor looked at.

    Returns
    -------
    Change
        Submitted.

    Raises
    ------
    Refused
        If it is not open any more, or the rules would not take the value now.
    """
    locked = _lock_change(change, base_version)
    _hold(actor, "edit", locked.place)
    _must(locked.state in _OPEN, "not_open")
    _sound(locked)
    before = state_of(locked, "state")
    _save(locked, state=Change.State.SUBMITTED)
    _tell("change.submit", actor, locked, before=before, after=state_of(locked, "state"))
    return locked


@transaction.atomic
def change_withdraw(*, actor: Actor, change: Change, base_version: int, reason: str) -> Change:
    """Withdraw a proposal, or take an approved value out of the pack again.

    Parameters
    ----------
    actor
        Who: of an approved value somebody who may review.
    change
        Which.
    base_version
        The version that the actor looked at.
    reason
        Why.

    Returns
    -------
    Change
        Withdrawn.

    Raises
    ------
    Refused
        If it is withdrawn already, or no reason is given.
    """
    locked = _lock_change(change, base_version)
    approved = locked.state == Change.State.APPROVED
    _hold(actor, "review" if approved else "edit", locked.place)
    _must(locked.state != Change.State.WITHDRAWN, "not_open")
    _must(bool(reason.strip()), "reason", "reason")
    before = state_of(locked, "state")
    _save(locked, state=Change.State.WITHDRAWN)
    if approved:
        transaction.on_commit(write_pack)
    _tell("change.withdraw", actor, locked, before=before, after=state_of(locked, "state"), reason=reason.strip())
    return locked


@transaction.atomic
def change_decide(*, actor: Actor, change: Change, base_version: int, decision: str, reason: str) -> Change:
    """Approve a proposal, which puts it into the pack, or return it; never one's own.

    Parameters
    ----------
    actor
        Who.
    change
        Submitted.
    base_version
        The version that the actor looked at.
    decision
        ``approve`` or ``return``.
    reason
        Why; for an approval, what it was compared with.

    Returns
    -------
    Change
        As decided.

    Raises
    ------
    Refused
        If it is not under review, the actor wrote it, no reason is given, or the rules would not take it now.
    """
    locked = _lock_change(change, base_version)
    user = _hold(actor, "review", locked.place)
    _must(locked.state == Change.State.SUBMITTED, "not_submitted")
    _must(locked.created_by_id not in _hands(actor), "own")
    _must(decision in _DECISIONS, "decision", "decision")
    _must(bool(reason.strip()), "reason", "reason")
    before = state_of(locked, "state")
    if decision == "approve":
        _sound(locked)
        transaction.on_commit(write_pack)
    _save(locked, state=_DECISIONS[decision], decided_by=user, decided_at=timezone.now(),
          decision_reason=reason.strip())  # fmt: skip
    _tell(f"change.{decision}", actor, locked, before=before, after=state_of(locked, "state", *_TOLD),
          reason=reason.strip())  # fmt: skip
    return locked


@transaction.atomic
def waiver_propose(
    *, actor: Actor, place: Place, item: str, reason: str, begins: dt.date, ends: dt.date, public: bool = True
) -> Waiver:
    """Propose that an item is not asked of a place for a time.

    Parameters
    ----------
    actor
        Who.
    place
        A community, or a place above for all communities in it.
    item
        ``family/rule`` of a standard.
    reason
        Why, as it is to be printed with the result.
    begins, ends
        First and last day.
    public
        Whether residents read it too.

    Returns
    -------
    Waiver
        Proposed.

    Raises
    ------
    Refused
        If there is no such item, the days are in the wrong order, no reason is given, or the place is outside the
        actor's reach.
    """
    user = _hold(actor, "waive", place.path)
    catalogue = site_catalogue()
    _must(item in catalogue.rules and catalogue.rule(item).is_item, "item", "item")
    _must(begins <= ends, "days", "ends")
    _must(bool(reason.strip()), "reason", "reason")
    new = Waiver._all.create(
        place=place.path, item=item, reason=reason.strip(), begins=begins, ends=ends, public=public, created_by=user
    )
    _tell("waiver.propose", actor, new, after=state_of(new, "item", "begins", "ends", "public"), reason=reason.strip())
    return new


@transaction.atomic
def waiver_decide(*, actor: Actor, waiver: Waiver, base_version: int, decision: str, reason: str) -> Waiver:
    """Grant a waiver or decline it; never one's own proposal.

    Parameters
    ----------
    actor
        Who.
    waiver
        Proposed.
    base_version
        The version that the actor looked at.
    decision
        ``grant`` or ``decline``.
    reason
        Why.

    Returns
    -------
    Waiver
        As decided.

    Raises
    ------
    Refused
        If it was decided already, the actor proposed it, or no reason is given.
    """
    locked = _lock_waiver(waiver, base_version)
    user = _hold(actor, "review", locked.place)
    _must(locked.state == Waiver.State.PROPOSED, "not_submitted")
    _must(locked.created_by_id not in _hands(actor), "own")
    _must(decision in _WAIVING, "decision", "decision")
    _must(bool(reason.strip()), "reason", "reason")
    before = state_of(locked, "state")
    _save(locked, state=_WAIVING[decision], decided_by=user, decided_at=timezone.now(), decision_reason=reason.strip())
    _tell(f"waiver.{decision}", actor, locked, before=before, after=state_of(locked, "state"), reason=reason.strip())
    return locked


@transaction.atomic
def waiver_revoke(*, actor: Actor, waiver: Waiver, base_version: int, reason: str) -> Waiver:
    """End a waiver before its time, or take a proposal back.

    Parameters
    ----------
    actor
        Who.
    waiver
        Proposed or granted.
    base_version
        The version that the actor looked at.
    reason
        Why.

    Returns
    -------
    Waiver
        Revoked.

    Raises
    ------
    Refused
        If it is over already, or no reason is given.
    """
    locked = _lock_waiver(waiver, base_version)
    _hold(actor, "waive", locked.place)
    _must(locked.state in {"proposed", "granted"}, "not_open")
    _must(bool(reason.strip()), "reason", "reason")
    before = state_of(locked, "state")
    _save(locked, state=Waiver.State.REVOKED)
    _tell("waiver.revoke", actor, locked, before=before, after=state_of(locked, "state"), reason=reason.strip())
    return locked
