"""Who lives where and what they gain: needs and people by building, before and after a plan.

What belongs here: the one place where the plan's demands are looked at again building by building, so that maps can be
drawn and people be counted once, however many requirements they gain or lack. The sums over buildings are the plan's
own: `linli.report.plan.build` holds them against its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import NEEDS
from linli.assess.ground import Ground, prepare
from linli.assess.record import Assessment
from linli.improve.need import Demand, ages_known, concerned, find_demands, people
from linli.improve.record import Plan
from linli.rules import Catalogue
from linli.survey import Survey
from linli.units import OLD_AND_YOUNG

__all__ = ["Homes", "find_homes"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Homes:
    """Buildings and what they gain.

    Parameters
    ----------
    demands
        Requirements planned for, in the order of the standard.
    buildings
        `building_id`, `community_id`, `x`, `y` (degrees), `residents`; `needs`, `before`, `after` (residents times
        requirements: bound, served before, served after); `gaining`, `gaining_old_young`, `lacking_before`,
        `lacking_after` (residents, each once).
    needs
        One row a building and requirement not served before: `building_id`, `community_id`, `requirement`
        (``item.id``), `residents`, `newly`, `x`, `y`.
    """

    demands: tuple[Demand, ...]
    buildings: pd.DataFrame
    needs: pd.DataFrame


def _ground(survey: Survey, assessment: Assessment, catalogue: Catalogue, plan: Plan) -> Ground:
    """Return the ground that the plan stands on: its standard and date, without the facilities given up."""
    options = assessment.meta.options.model_copy(update={"standards": (plan.meta.standard,), "on": plan.meta.on})
    closed = list(plan.meta.choices.close)
    if closed:
        facilities = survey.layers["facilities"]
        kept = facilities[~facilities["facility_id"].astype(str).isin(closed)].reset_index(drop=True)
        survey = replace(survey, layers={**survey.layers, "facilities": kept})
    return prepare(survey, catalogue, options, lambda _text, _done: None)


def _once(columns: Floats) -> Floats:
    """Return people from the most of each band over several requirements: everybody includes those counted by band."""
    total: Floats = np.maximum(columns[:, 0], columns[:, 1:].sum(axis=1))
    return total


def _most(ground: Ground, demands: Sequence[Demand], masks: Sequence[Bools]) -> Floats:
    """Return the most of each band, shape (buildings, bands), over the requirements whose mask holds."""
    most = np.zeros_like(ground.weight)
    for demand, mask in zip(demands, masks, strict=True):
        most = np.maximum(most, np.where(mask[:, None], people(ground, demand), 0.0))
    return most


def _old_young(ground: Ground, most: Floats) -> Floats:
    """Return the old and young among people gained: all of them where everybody gains, else those of the bands.

    NaN where nobody's age is known.
    """
    if not ages_known(ground):
        return np.full(len(most), np.nan)
    columns = [NEEDS.index(band) for band in OLD_AND_YOUNG]
    everybody = most[:, 0] > 0
    shares: Floats = np.where(everybody[:, None], ground.weight[:, columns], most[:, columns]).sum(axis=1)
    return shares


def _newly(ground: Ground, demands: Sequence[Demand], plan: Plan) -> list[Bools]:
    """Tell, requirement by requirement, which buildings the plan newly serves."""
    place = pd.Index(ground.city.building_ids)
    keys = plan.served["item"].astype(str) + "." + plan.served["requirement"].astype(str)
    masks = []
    for demand in demands:
        mask = np.zeros(len(place), dtype=bool)
        rows = plan.served.loc[(keys == demand.key).to_numpy(), "building_id"]
        mask[place.get_indexer(pd.Index(rows.astype(object)))] = True
        masks.append(mask)
    return masks


def find_homes(survey: Survey, assessment: Assessment, catalogue: Catalogue, plan: Plan) -> Homes:
    """Count needs and people by building, before and after a plan.

    Parameters
    ----------
    survey, assessment, catalogue
        What the plan was made from.
    plan
        The plan.

    Returns
    -------
    Homes
        Residents, or m² where floor area stands for them.
    """
    ground = _ground(survey, assessment, catalogue, plan)
    demands, _ = find_demands(ground, plan.meta.standard, plan.meta.choices)
    newly = _newly(ground, demands, plan)
    ids, lonlat = ground.city.building_ids, ground.city.building_lonlat
    codes = ground.city.communities.index.to_numpy(dtype=object)
    code = ground.city.building_code
    # the last name stands for buildings outside every community: their code is −1
    owner = np.array([*codes.tolist(), None], dtype=object)[code]
    sums = {name: np.zeros(len(ids)) for name in ("needs", "before", "after")}
    lacking, parts = [], []
    for demand, mask in zip(demands, newly, strict=True):
        whose = concerned(ground, demand)
        sums["needs"] += whose
        sums["before"] += whose * demand.served
        sums["after"] += whose * (demand.served | mask)
        lacking.append(demand.without)
        rows = np.flatnonzero(demand.without & (whose > 0))
        parts.append(
            pd.DataFrame(
                {
                    "building_id": ids[rows],
                    "community_id": owner[rows],
                    "requirement": demand.key,
                    "residents": whose[rows],
                    "newly": mask[rows],
                    "x": lonlat[rows, 0],
                    "y": lonlat[rows, 1],
                }
            )
        )
    gained = _most(ground, demands, newly)
    left = [without & ~mask for without, mask in zip(lacking, newly, strict=True)]
    columns = {
        "building_id": ids,
        "community_id": owner,
        "x": lonlat[:, 0],
        "y": lonlat[:, 1],
        "residents": ground.weight[:, 0],
        **sums,
        "gaining": _once(gained),
        "gaining_old_young": _old_young(ground, gained),
        "lacking_before": _once(_most(ground, demands, lacking)),
        "lacking_after": _once(_most(ground, demands, left)),
    }
    names = ["building_id", "community_id", "requirement", "residents", "newly", "x", "y"]
    needs = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)
    return Homes(demands, pd.DataFrame(columns), needs)
