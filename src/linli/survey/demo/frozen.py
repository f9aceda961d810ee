"""The demo city as a finished `Survey`, without the way through files: for benchmarks and tests."""

from __future__ import annotations

from linli import __version__
from linli.survey.demo.city import DemoCity, Progress, make_city
from linli.survey.demo.plan import DISTRICT, CityPlan
from linli.survey.record import Manifest, ResidentsNote, Survey, make_survey
from linli.survey.schema import Words

__all__ = ["as_survey", "demo_survey"]


def as_survey(city: DemoCity) -> Survey:
    """Return an invented city as the record that a reading of its files would give.

    Parameters
    ----------
    city
        From `make_city`.

    Returns
    -------
    Survey
        Streets noded, communities filled in, residents by building; same city, same record.
    """
    note = ResidentsNote(
        method="buildings",
        total=float(city.layers["buildings"]["residents"].sum()),
        source=city.meta["note"]["en"],
        text=Words(zh="人口逐栋给出(虚构)", en="Residents are given building by building (invented)."),
    )
    manifest = Manifest(
        name=Words(**city.meta["name"]),
        surveyed_on=city.meta["surveyed_on"],
        round=str(city.meta["surveyed_on"].year),
        created_at=city.meta["created_at"],
        metric_crs=city.meta["metric_crs"],
        residents=note,
        code_version=__version__,
        attribution=(city.meta["note"]["zh"],),
    )
    return make_survey(city.layers, manifest)


def demo_survey(seed: int = 1, round_: int = 1, plan: CityPlan = DISTRICT, progress: Progress | None = None) -> Survey:
    """Invent a city and return it as a `Survey`.

    Parameters
    ----------
    seed
        Which city, ≥ 0.
    round_
        1, or 2 for the year after.
    plan
        Size and mix, e.g. `WHOLE_CITY`.
    progress
        Called with the stage and the share that is done (0 to 1).

    Returns
    -------
    Survey
        Ready to be frozen or assessed.

    Raises
    ------
    ValueError
        If `round_` is neither 1 nor 2, or `seed` is negative.
    """
    return as_survey(make_city(seed, round_, plan, progress))
