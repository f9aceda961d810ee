"""Reading events: those within one's jurisdiction, those by oneself, and those about one object."""

from __future__ import annotations

from django.db.models import Max, Model, Q, QuerySet

from linli.web.accounts.models import User
from linli.web.audit.models import Event
from linli.web.moment import once

__all__ = ["events_about", "events_concerning", "list_events", "newest_number"]


def list_events(user: User) -> QuerySet[Event]:
    """Return the events that a person may see: their own, and with the right to audit those of its places."""
    return Event.objects.visible_to(user).select_related("actor", "on_behalf_of")


def events_about(user: User, object_: Model) -> QuerySet[Event]:
    """Return the events about one object that the person has been let to see.

    Parameters
    ----------
    user
        The person; must be let to see the object itself (asked of its own gate).
    object_
        The object.

    Returns
    -------
    QuerySet of Event
        Newest first.
    """
    model = type(object_)
    gate = getattr(model, "objects", None)
    about = Q(object_type=model._meta.label_lower, object_id=str(object_.pk))
    if gate is None or not gate.visible_to(user).filter(pk=object_.pk).exists():
        return list_events(user).filter(about)
    return Event._all.filter(about).select_related("actor", "on_behalf_of")


def events_concerning(user: User) -> QuerySet[Event]:
    """Return the events about a person or by them, other than signing in and out: what concerns them.

    Parameters
    ----------
    user
        The person.

    Returns
    -------
    QuerySet of Event
        Newest first.
    """
    grants = [str(pk) for pk in user.grants.values_list("pk", flat=True)]
    mine = Q(actor=user) | Q(on_behalf_of=user)
    about_me = Q(object_type="accounts.user", object_id=str(user.pk)) | Q(
        object_type="accounts.grant", object_id__in=grants
    )
    return Event._all.filter(mine | about_me).exclude(event__startswith="accounts.session.").select_related("actor")


def newest_number(module: str) -> int:
    """Return the number of the newest event of a module: while it is the same, so is what the module holds.

    Every change leaves its event in the same transaction, and events are numbered in the order of these; so what was
    worked out of a module's data can be kept by this number. Asked once a request.

    Parameters
    ----------
    module
        As events name it.

    Returns
    -------
    int
        0 where there is none.
    """
    return once("newest_number", module, lambda: Event._all.filter(module=module).aggregate(n=Max("number"))["n"] or 0)
