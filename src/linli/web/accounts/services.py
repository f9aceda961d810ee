"""Every change to people, places, organisations, grants and deputies: each in a transaction with its event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from linli.web.accounts.models import Deputy, Grant, Organisation, Place, User
from linli.web.accounts.passwords import new_password
from linli.web.accounts.roles import role_matrix
from linli.web.audit.actor import Actor
from linli.web.audit.services import record, state_of
from linli.web.moment import forget
from linli.web.refusal import Refused

__all__ = [
    "AFTER_PLACES",
    "NewPlace",
    "deputy_create",
    "deputy_end",
    "grant_create",
    "grant_end",
    "grant_revoke",
    "language_choose",
    "organisation_create",
    "organisation_update",
    "password_renew",
    "places_add",
    "user_activate",
    "user_create",
    "user_deactivate",
    "user_update",
]

AFTER_PLACES: list[Callable[[Actor, Sequence[Place]], None]] = []
"""What other apps do within the transaction in which places are added; each adds its own when it is ready."""

_USER = ("username", "name", "email", "phone", "title", "organisation_id", "is_active")
_GRANT = ("user_id", "role", "place", "module", "begins", "ends")
_DEPUTY = ("principal_id", "deputy_id", "begins", "ends")
_ORGANISATION = ("name", "name_en", "kind", "parent_id", "place", "is_active")


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place to be added: its path, level (as in roles.yaml) and names."""

    path: str
    level: str
    name: str
    name_en: str = ""


def _must_hold(actor: Actor, action: str, place: str) -> None:
    """Hold the second wall: a service refuses what the page should not have offered."""
    if actor.user is not None and not actor.user.rights.may("people", action, place):
        raise Refused("accounts.refuse.outside", "place")


def _must_say_why(reason: str) -> None:
    if not reason.strip():
        raise Refused("accounts.refuse.reason", "reason")


@transaction.atomic
def places_add(*, actor: Actor, places: Iterable[NewPlace], reason: str) -> int:
    """Add places to the tree, or rename those that are there.

    Parameters
    ----------
    actor
        Who.
    places
        In any order; the one above each must be among them or there already.
    reason
        Why.

    Returns
    -------
    int
        How many were added or renamed.

    Raises
    ------
    Refused
        If a path is malformed, its level does not fit its depth, or the place above is missing.
    """
    _must_say_why(reason)
    there = {place.path: place for place in Place._all.all()}
    levels = role_matrix().levels
    changed = 0
    added: list[Place] = []
    for new in sorted(places, key=lambda one: one.path):
        parts = new.path.rstrip("/").split("/")
        above = "/".join(parts[:-1]) + "/" if len(parts) > 1 else ""
        fits = (
            new.path.endswith("/") and all(parts) and len(parts) <= len(levels) and levels[len(parts) - 1] == new.level
        )
        if not fits or (above and above not in there):
            raise Refused("accounts.refuse.path", "path", path=new.path)
        old = there.get(new.path)
        if old is not None and (old.name, old.name_en) == (new.name, new.name_en):
            continue
        before = state_of(old, "name", "name_en") if old else None
        place, _ = Place._all.update_or_create(
            path=new.path,
            defaults={"code": parts[-1], "level": new.level, "name": new.name, "name_en": new.name_en},
        )
        record(
            "accounts.place.update" if old else "accounts.place.create",
            actor=actor,
            module="people",
            object_=place,
            place=place.path,
            before=before,
            after=state_of(place, "path", "name", "name_en"),
            reason=reason,
        )
        there[new.path] = place
        changed += 1
        if old is None:
            added.append(place)
    for follow in AFTER_PLACES:
        follow(actor, added)
    return changed


@transaction.atomic
def organisation_create(
    *,
    actor: Actor,
    name: str,
    kind: str,
    place: str,
    reason: str,
    parent: Organisation | None = None,
    name_en: str = "",
) -> Organisation:
    """Add an organisation.

    Parameters
    ----------
    actor
        Who.
    name, name_en
        What it is called.
    kind
        One of `Organisation.Kind`.
    place
        Path of the place it belongs to.
    reason
        Why.
    parent
        The one above it.

    Returns
    -------
    Organisation
        As saved.

    Raises
    ------
    Refused
        If the place is outside the actor's reach or unknown, or the name is taken.
    """
    _must_say_why(reason)
    _must_hold(actor, "edit", place)
    if place and not Place._all.filter(path=place).exists():
        raise Refused("accounts.refuse.place", "place")
    if Organisation._all.filter(parent=parent, name=name).exists():
        raise Refused("accounts.refuse.organisation_name", "name")
    new = Organisation._all.create(name=name, name_en=name_en, kind=kind, place=place, parent=parent)
    after = state_of(new, *_ORGANISATION)
    record(
        "accounts.organisation.create",
        actor=actor,
        module="people",
        object_=new,
        place=place,
        after=after,
        reason=reason,
    )
    return new


@transaction.atomic
def organisation_update(
    *, actor: Actor, organisation: Organisation, values: Mapping[str, Any], reason: str
) -> Organisation:
    """Change an organisation's name or whether it is active.

    Parameters
    ----------
    actor
        Who.
    organisation
        Which.
    values
        ``name``, ``name_en``, ``is_active``.
    reason
        Why.

    Returns
    -------
    Organisation
        As saved.

    Raises
    ------
    Refused
        If it is outside the actor's reach.
    """
    _must_say_why(reason)
    locked = Organisation._all.select_for_update().get(pk=organisation.pk)
    _must_hold(actor, "edit", locked.place)
    before = state_of(locked, *_ORGANISATION)
    for name in ("name", "name_en", "is_active"):
        if name in values:
            setattr(locked, name, values[name])
    locked.save()
    record(
        "accounts.organisation.update",
        actor=actor,
        module="people",
        object_=locked,
        place=locked.place,
        before=before,
        after=state_of(locked, *_ORGANISATION),
        reason=reason,
    )
    return locked


def _must_be_free(*, username: str = "", email: str = "", but: int | None = None) -> None:
    others = User.objects.all() if but is None else User.objects.exclude(pk=but)
    if username and others.filter(username__iexact=username).exists():
        raise Refused("accounts.refuse.username", "username")
    if email and others.filter(email__iexact=email).exists():
        raise Refused("accounts.refuse.email", "email")


@transaction.atomic
def user_create(
    *,
    actor: Actor,
    username: str,
    name: str,
    organisation: Organisation,
    reason: str,
    email: str = "",
    phone: str = "",
    title: str = "",
) -> tuple[User, str]:
    """Make an account with a random first password, which must be changed at the first signing in.

    Parameters
    ----------
    actor
        Who.
    username
        To sign in with; unique without regard to case.
    name, title
        Of the person.
    organisation
        Whom the person belongs to.
    reason
        Why.
    email, phone
        How to reach the person; may be empty.

    Returns
    -------
    tuple of User and str
        The account, and the password: it is shown once and kept nowhere.

    Raises
    ------
    Refused
        If the organisation is outside the actor's reach, or the name or e-mail is taken.
    """
    _must_say_why(reason)
    _must_hold(actor, "edit", organisation.place)
    _must_be_free(username=username, email=email)
    user = User(username=username, name=name, organisation=organisation, email=email, phone=phone, title=title)
    password = new_password()
    user.set_password(password)
    user.save()
    record(
        "accounts.user.create",
        actor=actor,
        module="people",
        object_=user,
        place=organisation.place,
        after=state_of(user, *_USER),
        reason=reason,
    )
    return user, password


def _locked_user(actor: Actor, user: User, action: str = "edit") -> User:
    locked = User.objects.select_for_update().get(pk=user.pk)
    _must_hold(actor, action, locked.organisation.place)
    return locked


def _user_event(event: str, actor: Actor, user: User, before: Mapping[str, Any] | None, reason: str) -> None:
    after = state_of(user, *_USER) if before is not None else None
    record(
        event,
        actor=actor,
        module="people",
        object_=user,
        place=user.organisation.place,
        before=before,
        after=after,
        reason=reason,
    )


@transaction.atomic
def user_update(*, actor: Actor, user: User, values: Mapping[str, Any], reason: str) -> User:
    """Change what is known of a person.

    Parameters
    ----------
    actor
        Who.
    user
        The person.
    values
        ``name``, ``email``, ``phone``, ``title``, ``organisation``.
    reason
        Why.

    Returns
    -------
    User
        As saved.

    Raises
    ------
    Refused
        If the person or the new organisation is outside the actor's reach, or the e-mail is taken.
    """
    _must_say_why(reason)
    locked = _locked_user(actor, user)
    before = state_of(locked, *_USER)
    _must_be_free(email=values.get("email", ""), but=locked.pk)
    for name in ("name", "email", "phone", "title", "organisation"):
        if name in values:
            setattr(locked, name, values[name])
    _must_hold(actor, "edit", locked.organisation.place)
    locked.save()
    _user_event("accounts.user.update", actor, locked, before, reason)
    return locked


def _sign_out_everywhere(user: User) -> None:
    """End every session of a person. Sessions are few (the expired are cleared away), so they are read through."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


@transaction.atomic
def user_deactivate(*, actor: Actor, user: User, reason: str) -> User:
    """Close an account and sign the person out everywhere. What they did keeps their name.

    Parameters
    ----------
    actor
        Who; never the person.
    user
        The person.
    reason
        Why.

    Returns
    -------
    User
        As saved.

    Raises
    ------
    Refused
        If it is the actor's own account, or outside their reach.
    """
    _must_say_why(reason)
    if actor.user is not None and actor.user.pk == user.pk:
        raise Refused("accounts.refuse.oneself")
    locked = _locked_user(actor, user)
    before = state_of(locked, *_USER)
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    _sign_out_everywhere(locked)
    _user_event("accounts.user.deactivate", actor, locked, before, reason)
    forget("rights")
    return locked


@transaction.atomic
def user_activate(*, actor: Actor, user: User, reason: str) -> User:
    """Open a closed account again.

    Parameters
    ----------
    actor
        Who.
    user
        The person.
    reason
        Why.

    Returns
    -------
    User
        As saved.

    Raises
    ------
    Refused
        If it is outside the actor's reach.
    """
    _must_say_why(reason)
    locked = _locked_user(actor, user)
    before = state_of(locked, *_USER)
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    _user_event("accounts.user.activate", actor, locked, before, reason)
    forget("rights")
    return locked


@transaction.atomic
def password_renew(*, actor: Actor, user: User, reason: str, password: str = "") -> str:
    """Give a person a new first password and sign them out everywhere.

    Parameters
    ----------
    actor
        Who.
    user
        The person.
    reason
        Why.
    password
        The new one; a random one if empty.

    Returns
    -------
    str
        The password: it is shown once and kept nowhere.

    Raises
    ------
    Refused
        If the person is outside the actor's reach, or the password breaks the rules.
    """
    _must_say_why(reason)
    locked = _locked_user(actor, user)
    new = password or new_password()
    try:
        validate_password(new, locked)
    except ValidationError as error:
        raise Refused("accounts.refuse.password", "password", why=" ".join(error.messages)) from None
    locked.set_password(new)
    locked.must_change_password = True
    locked.save(update_fields=["password", "must_change_password"])
    _sign_out_everywhere(locked)
    _user_event("accounts.password.renew", actor, locked, None, reason)
    return new


def language_choose(*, user: User, language: str) -> None:
    """Keep the language a person chose; no event: it concerns nobody else.

    Parameters
    ----------
    user
        The person.
    language
        ``zh`` or ``en``.
    """
    User.objects.filter(pk=user.pk).update(language=language)


def _must_fit(user: User, role_code: str, place: str, module: str) -> None:
    role = role_matrix().roles.get(role_code)
    if role is None:
        raise Refused("accounts.refuse.role", "role")
    level = Place._all.filter(path=place).values_list("level", flat=True).first()
    if level is None:
        raise Refused("accounts.refuse.place", "place")
    if level not in role.levels:
        raise Refused("accounts.refuse.level", "place")
    if module and module not in role.actions:
        raise Refused("accounts.refuse.module", "module")
    today = timezone.localdate()
    held = [grant for grant in Grant._all.filter(user=user, revoked_at=None) if not (grant.ends and grant.ends < today)]
    for grant in held:
        other = role_matrix().roles[grant.role]
        if other.code in role.never_with or role.code in other.never_with:
            raise Refused("accounts.refuse.separation", "role")
        if (grant.role, grant.place, grant.module) == (role_code, place, module):
            raise Refused("accounts.refuse.held", "role")


@transaction.atomic
def grant_create(
    *,
    actor: Actor,
    user: User,
    role: str,
    place: str,
    reason: str,
    module: str = "",
    begins: date | None = None,
    ends: date | None = None,
) -> Grant:
    """Grant a role at a place.

    Parameters
    ----------
    actor
        Who; never the person.
    user
        The person.
    role
        Code of the role.
    place
        Path of a place of a level that the role has.
    reason
        Why.
    module
        The only module it is for; empty = all of the role's.
    begins, ends
        First and last day; today and no end if left out.

    Returns
    -------
    Grant
        As saved.

    Raises
    ------
    Refused
        If it is for oneself, outside the actor's reach, at the wrong level, held already, against the separation of
        administrators, or ends before it begins or in the past.
    """
    _must_say_why(reason)
    if actor.user is not None and actor.user.pk == user.pk:
        raise Refused("accounts.refuse.oneself")
    _must_hold(actor, "grant", place)
    locked = User.objects.select_for_update().get(pk=user.pk)
    _must_fit(locked, role, place, module)
    first = begins or timezone.localdate()
    if ends is not None and (ends < first or ends < timezone.localdate()):
        raise Refused("accounts.refuse.ends", "ends")
    grant = Grant._all.create(user=locked, role=role, place=place, module=module, begins=first, ends=ends)
    _grant_event("accounts.grant.create", actor, grant, None, reason)
    return grant


def _grant_event(event: str, actor: Actor, grant: Grant, before: Mapping[str, Any] | None, reason: str) -> None:
    record(
        event,
        actor=actor,
        module="people",
        object_=grant,
        place=grant.place,
        before=before,
        after=state_of(grant, *_GRANT, "revoked_at"),
        reason=reason,
    )
    forget("rights")


def _locked_grant(actor: Actor, grant: Grant, version: int | None) -> Grant:
    locked = Grant._all.select_for_update().get(pk=grant.pk)
    _must_hold(actor, "grant", locked.place)
    if locked.revoked_at is not None:
        raise Refused("accounts.refuse.revoked")
    if version is not None and version != locked.version:
        raise Refused("accounts.refuse.changed")
    locked.version += 1
    return locked


@transaction.atomic
def grant_end(*, actor: Actor, grant: Grant, ends: date | None, reason: str, version: int | None = None) -> Grant:
    """Set or change the last day of a grant.

    Parameters
    ----------
    actor
        Who.
    grant
        Which.
    ends
        The last day; ``None`` = no end.
    reason
        Why.
    version
        The grant's version that the actor saw; not checked if left out.

    Returns
    -------
    Grant
        As saved.

    Raises
    ------
    Refused
        If it is outside the actor's reach, revoked, changed by somebody else meanwhile, or ends before it begins.
    """
    _must_say_why(reason)
    locked = _locked_grant(actor, grant, version)
    if actor.user is not None and actor.user.pk == locked.user_id:
        raise Refused("accounts.refuse.oneself")
    if ends is not None and (ends < locked.begins or ends < timezone.localdate()):
        raise Refused("accounts.refuse.ends", "ends")
    before = state_of(locked, *_GRANT, "revoked_at")
    locked.ends = ends
    locked.save()
    _grant_event("accounts.grant.end", actor, locked, before, reason)
    return locked


@transaction.atomic
def grant_revoke(*, actor: Actor, grant: Grant, reason: str, version: int | None = None) -> Grant:
    """Take a grant back at once.

    Parameters
    ----------
    actor
        Who.
    grant
        Which.
    reason
        Why.
    version
        The grant's version that the actor saw; not checked if left out.

    Returns
    -------
    Grant
        As saved.

    Raises
    ------
    Refused
        If it is outside the actor's reach, revoked already, or changed by somebody else meanwhile.
    """
    _must_say_why(reason)
    locked = _locked_grant(actor, grant, version)
    before = state_of(locked, *_GRANT, "revoked_at")
    locked.revoked_at = timezone.now()
    locked.save()
    _grant_event("accounts.grant.revoke", actor, locked, before, reason)
    return locked


def _deputy_event(event: str, actor: Actor, row: Deputy, before: Mapping[str, Any] | None, reason: str) -> None:
    record(
        event,
        actor=actor,
        module="people",
        object_=row,
        place=row.principal.organisation.place,
        before=before,
        after=state_of(row, *_DEPUTY, "ended_at"),
        reason=reason,
    )
    forget("rights")


def _must_be_own_or_held(actor: Actor, principal: User) -> None:
    if actor.user is None or actor.user.pk != principal.pk:
        _must_hold(actor, "grant", principal.organisation.place)


@transaction.atomic
def deputy_create(*, actor: Actor, principal: User, deputy: User, begins: date, ends: date, reason: str) -> Deputy:
    """Let somebody stand in for a person: for oneself, or by who may grant.

    Parameters
    ----------
    actor
        Who: the person, or one who may grant there.
    principal
        The person stood in for.
    deputy
        Who stands in.
    begins, ends
        First and last day.
    reason
        Why.

    Returns
    -------
    Deputy
        As saved.

    Raises
    ------
    Refused
        If they are the same person, the deputy is not active, the dates are wrong, or it is outside the actor's reach.
    """
    _must_say_why(reason)
    _must_be_own_or_held(actor, principal)
    if principal.pk == deputy.pk or not deputy.is_active:
        raise Refused("accounts.refuse.deputy", "deputy")
    if ends < begins or ends < timezone.localdate():
        raise Refused("accounts.refuse.ends", "ends")
    row = Deputy._all.create(principal=principal, deputy=deputy, begins=begins, ends=ends)
    _deputy_event("accounts.deputy.create", actor, row, None, reason)
    return row


@transaction.atomic
def deputy_end(*, actor: Actor, deputy: Deputy, reason: str) -> Deputy:
    """End a standing-in at once.

    Parameters
    ----------
    actor
        Who: the person stood in for, or one who may grant there.
    deputy
        Which.
    reason
        Why.

    Returns
    -------
    Deputy
        As saved.

    Raises
    ------
    Refused
        If it has ended already or is outside the actor's reach.
    """
    _must_say_why(reason)
    locked = Deputy._all.select_for_update().get(pk=deputy.pk)
    _must_be_own_or_held(actor, locked.principal)
    if locked.ended_at is not None:
        raise Refused("accounts.refuse.revoked")
    before = state_of(locked, *_DEPUTY, "ended_at")
    locked.ended_at = timezone.now()
    locked.save()
    _deputy_event("accounts.deputy.end", actor, locked, before, reason)
    return locked
