"""Where a place of the tree lies on the map: the box around its communities in the register."""

from __future__ import annotations

from django.db.models import Max, Min

from linli.web.geometry import Box
from linli.web.places.models import Record

__all__ = ["place_bounds"]


def place_bounds(path: str) -> Box | None:
    """Return the box around the communities at or below a place. Where a place lies is no secret.

    Parameters
    ----------
    path
        Jurisdiction path.

    Returns
    -------
    Box or None
        West, south, east, north, degrees; ``None`` where the register has no outline of them.
    """
    rows = Record._all.filter(layer="communities", place__startswith=path, closed_at=None, west__isnull=False)  # noqa: SLF001 - no secret
    box = rows.aggregate(west=Min("west"), south=Min("south"), east=Max("east"), north=Max("north"))
    return None if box["west"] is None else (box["west"], box["south"], box["east"], box["north"])
