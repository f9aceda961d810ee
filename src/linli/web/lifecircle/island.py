"""What the page tells its map: choices with their sources, and where its data are to be had."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from linli.assess.standards import Limit
from linli.rules.describe import CERTAINTY_TITLES
from linli.units import BAND_TITLES, residents_column
from linli.web.accounts.models import Place
from linli.web.assessments.models import Run
from linli.web.lifecircle.choices import Asked, Choices, Kind, Walker
from linli.web.lifecircle.layers import MOST_FEATURES, box_of
from linli.web.lifecircle.stage import Stage
from linli.web.lifecircle.what_if import MOST
from linli.web.pages.maps import map_frame
from linli.web.words import current_language, named, pick, say

__all__ = ["cited", "is_large", "island_config", "unit_words", "whom_words"]


def is_large(stage: Stage, place: Place) -> bool:
    """Return whether a place has more buildings than are sent whole."""
    return int(stage.inside(place.path).sum()) > MOST_FEATURES


def unit_words(stage: Stage) -> str:
    """Return the unit that people are counted in: people, or m² where floor area stands for them."""
    return say(f"lifecircle.unit.{stage.city.unit}")


def whom_words(kind: Kind) -> str:
    """Return whose need counts: the ages that a facility type serves."""
    if not kind.bands:
        return pick(BAND_TITLES["all"])
    return say("lifecircle.word.and").join(pick(BAND_TITLES[band]) for band in kind.bands)


def cited(limit: Limit) -> str:
    """Return a figure's source in words: title and clause, since when, and how sure."""
    return say(
        "lifecircle.word.cited",
        clause=limit.clause,
        since=limit.valid_from,
        certainty=CERTAINTY_TITLES[limit.certainty][current_language()],
    )


def walker_words(walker: Walker) -> tuple[str, str, str]:
    """Return whose walk it is, how fast and how far in words, and the source of the speed."""
    limits = [
        say("lifecircle.page.limit", minutes=minutes, metres=f"{metres:g}")
        for minutes, metres in walker.limits_m.items()
    ]
    speed = say("lifecircle.page.speed_text", n=f"{walker.speed.value:g}")
    title = say("lifecircle.page.speed", person=say(f"lifecircle.person.{walker.code}"))
    return title, f"{speed} {say('lifecircle.word.and').join(limits)}", cited(walker.speed)


def _address(name: str, place: Place, run: Run | None, **query: str) -> str:
    """Return an address with fields that the browser fills in; data are of the run that the page was made from."""
    fields = [f"{key}={{{value}}}" for key, value in query.items()]
    query_ = "&".join([*fields, f"run={run.pk}"] if run else fields)
    return f"{reverse(f'lifecircle:{name}', args=[place.code])}?{query_}"


def _tiles(place: Place, run: Run) -> str:
    base = reverse("lifecircle:tile", args=[place.code, 0, 0, 0]).removesuffix("0/0/0")
    return f"{base}{{z}}/{{x}}/{{y}}?type={{type}}&person={{person}}&minute={{minutes}}&run={run.pk}"


def _choices(stage: Stage, choices: Choices) -> dict[str, Any]:
    bands = {kind: [residents_column(band) for band in one.bands or ("all",)] for kind, one in choices.kinds.items()}
    return {
        "types": [
            {
                "code": one.code,
                "label": pick(one.title),
                "group": one.group,
                "residents": bands[one.code],
                "whom": whom_words(one),
            }
            for one in choices.kinds.values()
        ],
        "persons": [
            {
                "code": code,
                "label": say(f"lifecircle.person.{code}"),
                "metres_per_minute": round((one.speed.value or 0) * 60, 3),
                "limits": {str(minutes): metres for minutes, metres in one.limits_m.items()},
            }
            for code, one in choices.walkers.items()
        ],
        "minutes": [one.number for one in choices.minutes],
        "unit": unit_words(stage),
    }


def island_config(
    request: HttpRequest, place: Place, run: Run, stage: Stage, choices: Choices, asked: Asked
) -> dict[str, Any]:
    """Return the configuration of the life circle's map.

    Parameters
    ----------
    request
        Who asks, in which language.
    place
        Of which place.
    run, stage
        The run that is shown.
    choices, asked
        What can be chosen, and what was.

    Returns
    -------
    dict
        As the island ``life-circle`` reads it.
    """
    large = is_large(stage, place)
    source = say("lifecircle.page.source", round=named(run.snapshot.round), number=run.number)
    title = say("lifecircle.page.map", place=place.name_en or place.name if current_language() == "en" else place.name)
    frame = map_frame(
        request, title=title, data_on=run.snapshot.round.surveyed_on, source=source, bounds=box_of(stage, place.path)
    )
    data = {"tiles": _tiles(place, run)} if large else {
        "buildings": _address("buildings", place, run),
        "facilities": _address("facilities", place, run, type="type"),
        "boundary": _address("boundary", place, run),
        "reach": _address("reach", place, run, type="type"),
    }  # fmt: skip
    return {
        **frame,
        **_choices(stage, choices),
        **data,
        "type": asked.kind.code,
        "person": asked.walker.code,
        "minute": asked.minutes,
        "path": _address("way", place, run, type="type", person="person", building="building"),
        "what_if": _address("what_if", place, run, type="type"),
        "summary": _address("summary", place, run, type="type", person="person", minute="minutes"),
        "rooms": _address("rooms", place, run, type="type"),
        "table": _address("table", place, None, type="type", person="person", minute="minutes"),
        "most": MOST,
    }
