"""From the sheet of a study to the rows that pages list: figures copied as they are, money to the fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from linli.operate.money import to_fen
from linli.web.accounts.models import Place
from linli.web.plans.models import Instalment, Measure, Study

__all__ = ["instalment_rows", "measure_rows", "subsidy_of", "unknown_subsidies", "yuan_of"]

_LONGEST = 200


def yuan_of(value: float | None) -> Decimal | None:
    """Return an amount of a sheet as money; what is not known stays so."""
    return None if value is None else to_fen(Decimal(str(value)))


def unknown_subsidies(part: Mapping[str, Any]) -> set[str]:
    """Return the communities with projects whose subsidy could not be worked out, or was not asked for.

    Parameters
    ----------
    part
        A sheet of a part.

    Returns
    -------
    set of str
        Their ids: what projects there receive is not nothing but not known.
    """
    known = {one["community_id"] for one in part["subsidies"] if one["amount_yuan"] is not None}
    return {one["community_id"] for one in part["projects"]} - known


def subsidy_of(part: Mapping[str, Any]) -> Decimal | None:
    """Return the sum of the subsidies that are known; ``None`` where none is.

    Parameters
    ----------
    part
        A sheet of a part.

    Returns
    -------
    Decimal or None
        Yuan, to the fen.
    """
    known = [yuan for one in part["subsidies"] if (yuan := yuan_of(one["amount_yuan"])) is not None]
    return sum(known, Decimal("0.00")) if known else None


def measure_rows(study: Study, part: Mapping[str, Any], places: Mapping[str, Place]) -> list[Measure]:
    """Return the rows of a study's chosen options.

    Parameters
    ----------
    study
        The study.
    part
        The sheet of its part; `projects` as `linli.report.plan.model.Project`, JSON.
    places
        Communities of the tree by code; a project in none of them is left out.

    Returns
    -------
    list of Measure
        Not saved.
    """
    unknown = unknown_subsidies(part)
    return [
        Measure(
            study=study, place=places[one["community_id"]].path, community=places[one["community_id"]],
            number=one["number"], option=one["option_id"], lever=one["lever"], facility_type=one["type"],
            place_kind=one["place_kind"], place_key=one["place_id"], place_name=(one["place_name"] or "")[:_LONGEST],
            floor_area_m2=one["floor_area_m2"], site_area_m2=one["site_area_m2"], capacity=one["capacity"],
            cost_yuan=yuan_of(one["cost_yuan"]), other_yuan=yuan_of(one["other_yuan"]), residents=one["served"],
            subsidy_yuan=yuan_of(None if one["community_id"] in unknown else one["subsidy_yuan"]),
            own_yuan=yuan_of(None if one["community_id"] in unknown else one["own_yuan"]),
            old_young=one["served_old_young"], alone=one["newly"], begin_year=one["start_year"],
            open_year=one["open_year"], forced=one["forced"], longitude=one["x"], latitude=one["y"],
        )
        for one in part["projects"]
        if one["community_id"] in places
    ]  # fmt: skip


def instalment_rows(
    study: Study, subsidies: Iterable[Mapping[str, Any]], places: Mapping[str, Place]
) -> list[Instalment]:
    """Return the rows of a study's planned subsidies by year; amounts that are not known have none.

    Parameters
    ----------
    study
        The study.
    subsidies
        Of its part (`linli.report.plan.model.Subsidy`, JSON).
    places
        Communities of the tree by code.

    Returns
    -------
    list of Instalment
        Not saved.
    """
    found = []
    for one in subsidies:
        place = places.get(one["community_id"])
        for payment in one["payments"] if place else ():
            amount = yuan_of(payment["amount_yuan"])
            if place is not None and amount:
                known = {"event": payment["event"], "year": payment["year"], "amount_yuan": amount}
                found.append(Instalment(study=study, place=place.path, community=place, **known))
    return found
