"""Every reading of vacant rooms, through the register's own gate."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Coalesce

from linli.web.accounts.models import User
from linli.web.places.models import Record
from linli.web.places.selectors import list_records
from linli.web.projects.models import Project
from linli.web.projects.selectors import list_projects
from linli.web.rooms.models import Offer, Step

__all__ = ["count_states", "list_rooms", "offer_of", "projects_at", "steps_of"]


def list_rooms(user: User, action: str = "view") -> QuerySet[Record]:
    """Return the rooms that a person may see, or may do `action` on, each with its `state`."""
    rows = list_records(user, "rooms", action)
    state = Coalesce(F("offer__state"), Value("offered"), output_field=CharField())
    return rows.annotate(state=state).select_related("offer", "offer__project", "offer__facility")


def count_states(user: User) -> dict[str, int]:
    """Return how many rooms that a person may see are in each state."""
    rooms: Any = list_rooms(user)  # the stubs do not know what was annotated
    counted = rooms.order_by().values_list("state")
    return dict(counted.annotate(n=Count("pk")))


def offer_of(room: Record) -> Offer:
    """Return how a room stands; a new one, not saved, if nothing was done with it yet."""
    return Offer._all.filter(room=room).select_related("project", "facility").first() or Offer(
        room=room, place=room.place
    )


def steps_of(user: User, room: Record) -> QuerySet[Step]:
    """Return what was done with a room, the newest first."""
    return Step.objects.visible_to(user).filter(offer__room=room).select_related("by").order_by("-number")


def projects_at(user: User, room: Record) -> QuerySet[Project]:
    """Return the projects for which a room may be reserved: those of its community that a person may see."""
    return list_projects(user).filter(place=room.place)
