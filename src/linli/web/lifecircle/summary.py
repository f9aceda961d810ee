"""What the map says beside itself: totals, ages, communities, and where most people without live; before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
from django.urls import reverse

from linli.units import AGE_BANDS, BAND_TITLES
from linli.web.lifecircle.choices import Asked
from linli.web.lifecircle.figures import Totals, farthest_without, rows_of, totals_of, whole
from linli.web.lifecircle.lists import Line, lines_of
from linli.web.lifecircle.stage import Stage
from linli.web.lifecircle.what_if import Imagined

__all__ = ["MOST_LINES", "MOST_WITHOUT", "summary_of"]

Floats = npt.NDArray[np.float64]

MOST_LINES = 60
"""Communities that the map lists; the table has all."""

MOST_WITHOUT = 60
"""Buildings without that are listed beside a large place's map."""


def _totals(totals: Totals) -> dict[str, Any]:
    return {key: whole(value) for key, value in asdict(totals).items()}


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _line(line: Line) -> dict[str, Any]:
    whom = line.whom
    people = {key: whole(getattr(whom, key)) for key in ("within", "without", "unknown")}
    shares = {key: _share(getattr(whom, key)) for key in ("share", "low", "high")}
    gains = {band: whole(value) for band, value in line.gains.items()}
    address = reverse("communities:profile", args=[line.code])
    return {
        "code": line.code,
        "name": line.name,
        "href": address,
        **people,
        **shares,
        "gain": whole(line.gain),
        "gains": gains,
    }


def _first(lines: Sequence[Line], *, imagined: bool) -> list[Line]:
    """Return the communities that change most if something is imagined, and those with most people without."""

    def rank(line: Line) -> tuple[float, float, str]:
        return (-abs(line.gain or 0.0) if imagined else 0.0, -(line.without or 0.0), line.code)

    return sorted(lines, key=rank)[:MOST_LINES]


def _ages(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Add the communities up by age; what no community knows is unknown."""
    found = []
    for band in AGE_BANDS:
        known = [line.bands[band] for line in lines if line.bands[band].within is not None]
        gains = [gain for line in lines if (gain := line.gains[band]) is not None]
        sums = {key: sum(getattr(one, key) for one in known) for key in ("within", "without", "unknown")}
        about = {key: whole(value) if known else None for key, value in sums.items()}
        title = BAND_TITLES[band]
        found.append({"band": band, "title": dict(title), **about, "gain": whole(sum(gains)) if gains else None})
    return found


def _wanting(stage: Stage, path: str, field: Floats, asked: Asked) -> list[dict[str, Any]]:
    rows = farthest_without(stage, path, field, asked.limit_m, asked.kind.bands, MOST_WITHOUT)
    people = stage.who(asked.kind.bands)
    return [
        {
            "id": str(stage.city.building_ids[row]),
            "name": name,
            "at": [round(float(side), 7) for side in stage.city.building_lonlat[row]],
            "residents": whole(people[row]),
            "metres": whole(field[row]),
        }
        for row, name in zip(rows, stage.names(rows), strict=True)
    ]


def summary_of(stage: Stage, path: str, asked: Asked, imagined: Imagined) -> dict[str, Any]:
    """Return the figures of a place.

    Parameters
    ----------
    stage
        The stage.
    path
        Jurisdiction path of the place.
    asked
        Facility type, person and minutes.
    imagined
        Distances as they would be.

    Returns
    -------
    dict
        JSON-ready: ``now``, ``then`` (both totals), ``ages``, ``communities`` (the first of them; ``of`` = how many
        there are), ``wanting``.
    """
    now, then, bands = stage.field(asked.kind.code), imagined.best, asked.kind.bands
    changed = bool(len(imagined.drops) or len(imagined.closed))
    before = rows_of(stage, path, now, asked.limit_m, bands)
    after = rows_of(stage, path, then, asked.limit_m, bands) if changed else before
    lines = lines_of(before, after)
    return {
        "now": _totals(totals_of(stage, path, now, asked.limit_m, bands)),
        "then": _totals(totals_of(stage, path, then, asked.limit_m, bands)),
        "ages": _ages(lines),
        "communities": [_line(line) for line in _first(lines, imagined=changed)],
        "of": len(lines),
        "wanting": _wanting(stage, path, then, asked),
    }
