"""What a vacant room could do for those around it: who would come within reach of a service if it were opened there.

The life circle's own arithmetic: the room is put on the streets like an imagined facility, one search finds who lives
within, and of them those count who have no such facility within the same distance today.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.assess.walks import is_within
from linli.web.accounts.models import User
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import current_run
from linli.web.lifecircle.choices import ADULT, Kind, choices_of
from linli.web.lifecircle.stage import stage_of
from linli.web.lifecircle.what_if import imagine
from linli.web.places.allowed import is_allowed
from linli.web.places.models import Record
from linli.web.refusal import Refused
from linli.web.rooms.fitting import types_for_room

__all__ = ["Match", "Matches", "matches_of"]


@dataclass(frozen=True, slots=True)
class Match:
    """What a room could do as a facility of one type.

    Parameters
    ----------
    kind
        The type, with the ages it serves.
    newly
        Who would come within reach (people, or m² where floor area stands for them), of those ages.
    within
        All of those ages within reach of the room.
    allowed
        Whether the owner allows it.
    """

    kind: Kind
    newly: float
    within: float
    allowed: bool


@dataclass(frozen=True, slots=True)
class Matches:
    """What a room could do, by the round and the walk that it was worked out with.

    Parameters
    ----------
    run
        The assessment.
    limit_m, minutes
        How far is within reach: the standard's distance of the shortest circle.
    found
        Types that fit a room, of which somebody would newly come within reach, most people first.
    uncounted
        Buildings within reach of which nobody knows how many live there: they are in no figure.
    why
        Why nothing can be said, in words; empty if something can.
    """

    run: Run | None
    limit_m: float
    minutes: int
    found: tuple[Match, ...]
    uncounted: int
    why: str = ""


def matches_of(user: User, room: Record) -> Matches:
    """Work out what a room could do for those around it.

    Parameters
    ----------
    user
        Who asks: of the runs that they may see the current one counts.
    room
        A record of the layer ``rooms``.

    Returns
    -------
    Matches
        Empty with the reason if there is no assessment or the room has no place on the streets.
    """
    run = current_run(user, room.place)
    shape = room.shape
    if run is None or shape is None:
        return Matches(run, 0.0, 0, (), 0, "no_run" if run is None else "no_place")
    stage = stage_of(run)
    choices = choices_of(stage)
    if not choices.minutes or ADULT not in choices.walkers or not choices.kinds:
        return Matches(run, 0.0, 0, (), 0, "no_circle")
    point = shape.representative_point()
    minutes = choices.minutes[0].number
    limit_m = choices.walkers[ADULT].limits_m[minutes]
    try:
        imagined = imagine(stage, next(iter(choices.kinds)), [(point.x, point.y)], ())
    except Refused as refused:
        return Matches(run, limit_m, minutes, (), 0, str(refused))
    mine = stage.inside(room.place[: room.place.index("/", room.place.index("/") + 1) + 1])
    near = is_within(imagined.drops[0], limit_m) & mine
    found = []
    said = room.values.get("allowed_types")
    fitting = types_for_room(stage.catalogue, stage.on, said, choices.kinds)
    for kind in (one for code, one in choices.kinds.items() if code in fitting):
        who = np.nan_to_num(stage.who(kind.bands))
        newly = near & ~is_within(stage.field(kind.code), limit_m)
        match = Match(kind, float(who[newly].sum()), float(who[near].sum()),
                      is_allowed(said, kind.code))  # fmt: skip
        if match.newly > 0:
            found.append(match)
    found.sort(key=lambda one: (not one.allowed, -one.newly))
    uncounted = int(np.isnan(stage.who(())[near]).sum())
    return Matches(run, limit_m, minutes, tuple(found), uncounted)
