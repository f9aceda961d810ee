"""Rounds of the demo: the register brought to what was found, bulk layers sent in, handed in, frozen, assessed."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import geopandas as gpd

from linli.survey import Survey
from linli.web.accounts.models import Place
from linli.web.assessments.models import Run
from linli.web.demo.cast import CITY_PATH, Cast
from linli.web.demo.register import put_in_register
from linli.web.jobs.worker import work
from linli.web.surveys import bulk, services
from linli.web.surveys.models import BULK_LAYERS, Return, Round

__all__ = ["hand_in", "open_round", "send_bulk", "survey_round"]

_WHY = "演示：已核对"


def send_bulk(cast: Cast, survey: Survey, day: dt.date) -> None:
    """Send streets and buildings in as a data department does, and keep them once they are checked.

    Parameters
    ----------
    cast
        The people.
    survey
        What is found.
    day
        Of which day the data are.
    """
    place = Place.objects.get(path=CITY_PATH)
    for layer in BULK_LAYERS:
        frame = survey.layers[layer]
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / f"{layer}.gpkg"
            gpd.GeoDataFrame(frame).to_file(file, layer=layer, driver="GPKG")
            upload = bulk.upload_receive(
                actor=cast.acts("city_office"), place=place, layer=layer, title="示范市数据局（虚构）", data_on=day,
                datum="wgs84", encoding="auto", name=file.name, chunks=[file.read_bytes()],
            )  # fmt: skip
        work(until_empty=True)
        upload.refresh_from_db()
        bulk.upload_keep(actor=cast.acts("city_office"), upload=upload, reason=_WHY)


def open_round(cast: Cast, code: str, name: str, name_en: str, day: dt.date, due: dt.date) -> Round:
    """Open a round of the whole city.

    Parameters
    ----------
    cast
        The people.
    code, name, name_en
        Its code and names.
    day
        The day that it tells of, on which it begins.
    due
        Until when it is to be handed in.

    Returns
    -------
    Round
        Open.
    """
    return services.round_open(
        actor=cast.acts("city_office"), place=Place.objects.get(path=CITY_PATH), code=code, name=name, name_en=name_en,
        surveyed_on=day, begins=day, due=due, options={"met_share": 0.9, "grades": {"A": 0.9, "B": 0.75, "C": 0.6}},
    )  # fmt: skip


def hand_in(cast: Cast, round_: Round) -> None:
    """Hand in every community's part of a round and accept it.

    Parameters
    ----------
    cast
        The people.
    round_
        Open.
    """
    for one in Return._all.filter(round=round_):  # noqa: SLF001 - the demo acts for everybody
        done = services.return_submit(
            actor=cast.acts(cast.street_of(one.place)), return_=one, base_version=one.version, note=_WHY
        )
        services.return_accept(
            actor=cast.acts(cast.district_of(one.place)), return_=done, base_version=done.version, note=_WHY
        )


def survey_round(cast: Cast, survey: Survey, code: str, name: str, name_en: str) -> Run:
    """Take the city through a whole round.

    Parameters
    ----------
    cast
        The people.
    survey
        What is found.
    code, name, name_en
        Of the round.

    Returns
    -------
    Run
        Its assessment.
    """
    day = survey.manifest.surveyed_on
    put_in_register(cast, survey, reason=name)
    send_bulk(cast, survey, day)
    round_ = open_round(cast, code, name, name_en, day, day + dt.timedelta(days=30))
    hand_in(cast, round_)
    round_.refresh_from_db()
    round_ = services.round_review(
        actor=cast.acts("city_office"), round_=round_, base_version=round_.version, reason=_WHY
    )
    services.round_freeze(actor=cast.acts("city_office"), round_=round_, base_version=round_.version, reason=_WHY)
    work(until_empty=True)
    return Run._all.get(snapshot__round=round_, current=True)  # noqa: SLF001
