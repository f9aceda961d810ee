"""The charts of a questionnaire, as the chart island reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from linli.web.wishes.models import Option, Questionnaire
from linli.web.wishes.results import Share
from linli.web.wishes.vocabulary import band_title, type_title
from linli.web.words import say

__all__ = ["answered_chart", "counts_chart", "people_chart"]


def _frame(title: str, unit: str) -> dict[str, Any]:
    return {"kind": "bars", "title": title, "unit": unit, "source": say("wishes.chart.source"),
            "date": timezone.localdate().isoformat()}  # fmt: skip


def answered_chart(questionnaire: Questionnaire, share: Share) -> dict[str, Any]:
    """Return the share of households asked, against the target that applies.

    Parameters
    ----------
    questionnaire
        Which.
    share
        Of its community.

    Returns
    -------
    dict
        A bar; its value is unknown where the number of households is.
    """
    place = questionnaire.community
    rows: list[dict[str, Any]] = [
        {"label": {"zh": place.name, "en": place.name_en or place.name}, "value": share.share}
    ]
    if share.status != "unknown":
        rows[0]["status"] = share.status
    chart = {**_frame(say("wishes.chart.share"), say("wishes.chart.share_unit")), "format": "share", "rows": rows}
    known = [target for target in share.targets if target.share is not None]
    if len(known) == 1 and known[0].share is not None:
        text = say("wishes.chart.target", share=f"{known[0].share:.0%}")
        chart["target"] = {"value": known[0].share, "label": text}
    return chart


def counts_chart(options: Iterable[Option]) -> dict[str, Any]:
    """Return how many households asked for each type, most first.

    Parameters
    ----------
    options
        With their counts (`selectors.list_options`).

    Returns
    -------
    dict
        One bar a type.
    """
    rows = [(option.households, option.type) for option in options]  # type: ignore[attr-defined]
    rows.sort(key=lambda row: -row[0])
    bars = [{"label": type_title(code), "value": n} for n, code in rows]
    return {**_frame(say("wishes.chart.counts"), say("wishes.chart.households")), "format": "number", "rows": bars}


def people_chart(questionnaire: Questionnaire, told: int, people: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return how many people of each age band live in the households that told of them; none if no household did.

    Parameters
    ----------
    questionnaire
        Which.
    told
        How many households told.
    people
        By age band.

    Returns
    -------
    list of dict
        One chart or none.
    """
    if not told or not questionnaire.ask_people:
        return []
    title = say("wishes.chart.people", n=told)
    bars = [{"label": band_title(band), "value": n} for band, n in people.items()]
    return [{**_frame(title, say("wishes.chart.people_unit")), "format": "number", "rows": bars}]
