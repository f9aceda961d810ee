"""The invented city put into the register: first as it was surveyed, a year later as it had changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from linli.survey import Survey
from linli.survey.demo import CityPlan, make_city, plan_for
from linli.survey.demo.frozen import as_survey
from linli.web.demo.cast import CITY_PATH, Cast
from linli.web.places.batch import NewRow, rows_of_frame
from linli.web.places.checking import keys_of
from linli.web.places.models import LAYERS
from linli.web.places.selectors import layer_frame
from linli.web.places.services import records_apply

__all__ = ["PLAN", "Done", "demo_year", "put_in_register"]

PLAN: CityPlan = replace(plan_for(24), subdistricts_per_district=3)
"""Two districts of three streets with four communities each."""

Done = tuple[str, str, float]
"""A room in which something was opened: its key, the type of facility, m²."""


def demo_year(year: int, carried_out: Sequence[Done] = ()) -> Survey:
    """Invent the city as it was found in the first or the second survey.

    Parameters
    ----------
    year
        1 or 2.
    carried_out
        What was opened in the year between, beside what chance brings.

    Returns
    -------
    Survey
        Every layer.
    """
    return as_survey(make_city(1, year, PLAN, carried_out=carried_out))


def _gone(layer: str, rows: Sequence[NewRow]) -> list[NewRow]:
    """Return what the register holds and the city does not any more."""
    there = rows_of_frame(layer, layer_frame(layer, CITY_PATH))
    kept = set(keys_of(layer, [row.values for row in rows]))
    keys = keys_of(layer, [row.values for row in there])
    return [replace(row, close=True) for row, key in zip(there, keys, strict=True) if key not in kept]


def put_in_register(cast: Cast, survey: Survey, *, reason: str) -> dict[str, dict[str, int]]:
    """Bring the register to what a survey of the whole city found.

    Parameters
    ----------
    cast
        The people.
    survey
        Of the demo city.
    reason
        Why, for the audit trail.

    Returns
    -------
    dict of dict
        By layer, how many records were created, changed, closed and left as they were.
    """
    done = {}
    for layer in LAYERS:
        rows = rows_of_frame(layer, survey.layers[layer])
        applied = records_apply(
            actor=cast.acts("city_office"), layer=layer, rows=[*rows, *_gone(layer, rows)], source="demo",
            place=CITY_PATH, reason=reason,
        )  # fmt: skip
        done[layer] = applied.counts
    return done
