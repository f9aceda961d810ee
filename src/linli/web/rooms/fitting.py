"""Which facility types could go into a vacant room: those that siting puts into rooms, and those its owner names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from linli.improve.choices import ImproveOptions
from linli.improve.sites import site_needs
from linli.rules import Catalogue
from linli.web.places.allowed import allowed_types

__all__ = ["types_for_room"]

_IN_ROOMS = "indoor"


def types_for_room(catalogue: Catalogue, on: dt.date, said: object, kinds: Iterable[str]) -> frozenset[str]:
    """Return which of some facility types a room could become.

    Parameters
    ----------
    catalogue, on
        The rules and their date; `siting_needs/place` says what goes into a room.
    said
        What the owner says of the room's use, as the register keeps it.
    kinds
        Facility types.

    Returns
    -------
    frozenset of str
        A type that needs a ground, a building or a line of its own only where the owner names it.
    """
    named, choices = allowed_types(said), ImproveOptions()
    return frozenset(
        kind for kind in kinds if kind in named or site_needs(catalogue, kind, on, choices).place == _IN_ROOMS
    )
