"""Evidence: the rows of the requirements table, each with what it was worked out from.

Every row carries, as JSON, the facilities or estates that were counted (id, 1-based row of the layer, what it
contributes), the distances, and every figure of the rule with clause, certainty and date: enough to work the number out
again by hand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import City
from linli.assess.measure import Evidence, Measure
from linli.assess.standards import Requirement
from linli.assess.status import status_of

__all__ = ["evidence_json", "requirement_rows"]

Bools = npt.NDArray[np.bool_]
DECIMALS = 1
"""Decimals of amounts in evidence: a tenth of a metre, a m², or a resident."""


def _source(city: City, requirement: Requirement) -> pd.DataFrame:
    """Return the table whose rows the evidence points to, with `id` and `row`."""
    if requirement.kind == "ratio":
        return pd.DataFrame({"id": city.estates["estate_id"], "row": city.estates["row"]})
    if requirement.kind == "answer":
        return pd.DataFrame({"id": city.answers["item"], "row": city.answers["row"]})
    return pd.DataFrame({"id": city.facilities.index, "row": city.facilities["row"].to_numpy()})


def _by_community(evidence: Evidence, source: pd.DataFrame, n: int) -> list[list[list[str | int | float]]]:
    ids = source["id"].to_numpy(dtype="object")[evidence.row].tolist()
    rows = source["row"].to_numpy()[evidence.row].tolist()
    amounts = evidence.amount.round(DECIMALS).tolist()
    triples = [list(triple) for triple in zip(ids, rows, amounts, strict=True)]
    bounds = np.searchsorted(evidence.code, np.arange(n + 1)).tolist()
    return [triples[start:end] for start, end in pairwise(bounds)]


def _fixed(requirement: Requirement) -> str:
    fixed = {
        "limits": [limit.as_dict() for limit in requirement.limits.values()],
        "alternatives": [
            {
                "kinds": list(other.kinds),
                "types": list(other.types),
                "limits": [limit.as_dict() for limit in other.limits.values()],
            }
            for other in requirement.alternatives
        ],
        "types": list(requirement.types),
        "bands": list(requirement.bands),
        "columns": list(requirement.columns),
    }
    return json.dumps(fixed, ensure_ascii=False, separators=(",", ":"))


def evidence_json(city: City, requirement: Requirement, measure: Measure) -> list[str]:
    """Write the evidence of one requirement, a JSON object a community.

    Parameters
    ----------
    city
        Any city.
    requirement, measure
        What was asked and what was found.

    Returns
    -------
    list of str
        Keys: ``rows`` (by role, lists of [id, row, amount]), ``nearest_m`` ([least, mean, greatest] or null, m),
        ``limits``, ``alternatives``, ``types``, ``bands``, ``columns``.
    """
    n = city.n_communities
    source = _source(city, requirement)
    roles = {role: _by_community(found, source, n) for role, found in measure.evidence.items()}
    fixed = _fixed(requirement)[1:]
    nearest = _nearest(measure, n)
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return [
        dump({"rows": {role: found[code] for role, found in roles.items() if found[code]}, "nearest_m": nearest[code]})[
            :-1
        ]
        + ","
        + fixed
        for code in range(n)
    ]


def _nearest(measure: Measure, n: int) -> list[list[float | None] | None]:
    if measure.nearest_m is None:
        return [None] * n
    rounded = measure.nearest_m.round(DECIMALS).tolist()
    return [None if math.isnan(row[0]) else [None if math.isnan(x) else x for x in row] for row in rounded]


def _notes(notes: Mapping[str, Bools], n: int) -> list[str]:
    present = {name: mask for name, mask in notes.items() if mask.any()}
    if not present:
        return [""] * n
    table = np.stack(list(present.values()), axis=1).tolist()
    names = list(present)
    return [";".join(name for name, yes in zip(names, row, strict=True) if yes) for row in table]


def _clause(requirement: Requirement) -> str:
    clauses = dict.fromkeys(limit.clause for limit in requirement.limits.values() if limit.clause)
    return "; ".join(clauses) or requirement.clause


def requirement_rows(
    city: City, requirement: Requirement, measure: Measure, applies: Bools, binding: Bools, met_share: float
) -> pd.DataFrame:
    """Tabulate one requirement, a row a community.

    Parameters
    ----------
    city
        Any city.
    requirement, measure
        What was asked and what was found.
    applies, binding
        Where it speaks to the community, and where it makes the item's status; shape (communities,).
    met_share
        Degree from which it counts as met, 0–1.

    Returns
    -------
    DataFrame
        Columns of the table `requirements` of an assessment: degrees 0–1, distances in m.
    """
    n = city.n_communities
    nothing = np.full(n, np.nan)
    status = status_of(measure.degree, applies, met_share)
    return pd.DataFrame(
        {
            "community_id": city.communities.index.to_numpy(dtype="object"),
            "standard": requirement.standard,
            "item": requirement.item,
            "requirement": requirement.id,
            "requirement_kind": requirement.kind,
            "verb": requirement.verb,
            "binding": binding,
            "status": status,
            "value": measure.value,
            "required": measure.required,
            "unit": measure.unit,
            "degree": np.where(applies, measure.degree, np.nan),
            "degree_low": np.where(applies, measure.low, np.nan),
            "degree_high": np.where(applies, measure.high, np.nan),
            "shortfall": measure.shortfall,
            "shortfall_unit": measure.shortfall_unit,
            "residents": nothing if measure.residents is None else measure.residents,
            "residents_without": nothing if measure.residents_without is None else measure.residents_without,
            "distance_m": measure.distance_m,
            "floor_area_short_m2": measure.short.get("floor_area_short_m2", nothing),
            "site_area_short_m2": measure.short.get("site_area_short_m2", nothing),
            "places_short": measure.short.get("places_short", nothing),
            "own_pace": measure.bands.get("own_pace", nothing),
            "clause": _clause(requirement),
            "certainty": requirement.certainty,
            "notes": _notes(measure.notes, n),
            "evidence": evidence_json(city, requirement, measure),
        }
    )
