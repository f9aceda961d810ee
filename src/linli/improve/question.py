"""From options and choices to a siting question: demand rows with weights, coverage, and everything that binds.

A *demand row* is the need of one building under one demand, as far as some option reaches it. Everything that binds is
made by the named constraints of `linli.improve.siting`; this module only says which of them a city's choices mean:

- a room's floor area, a plot's buildable area and its land are divided among uses as far as they go,
- what is decided or ruled out is fixed, what rests on something else comes only with it,
- money: all projects together cost no more than there is, those of a district no more than its own and the city's,
- counts and m², the operating balance, and the floor of every community.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.errors import InputError, Problem, UnsetValueError
from linli.improve.choices import ANY, ImproveOptions
from linli.improve.need import band_weights, concerned, item_weights, old_young, weights
from linli.improve.options import Options
from linli.improve.sites import REASONS
from linli.improve.siting import (
    Constraint,
    Coverage,
    Effort,
    Floor,
    SitingModel,
    at_most,
    budget,
    coverage_from_pairs,
    covering_model,
    floor,
    force_in,
    force_out,
    least_cost_model,
    operating_balance,
    precedence,
    shared_area,
)

__all__ = ["Question", "effort_of", "make_question", "maximise", "minimise", "require_options"]

Floats = npt.NDArray[np.float64]
BUDGET = "budget"
"""Label of the row that holds all money together: what the frontier and what-ifs vary."""


@dataclass(frozen=True, eq=False)
class Question:
    """Tables for the siting engine.

    Parameters
    ----------
    options
        `Options.table` by option id.
    demand
        One row a building and demand that some option reaches: `demand`, `building`, `community_id`, `residents`
        (concerned, or m²), `old_young`, `weight`; index 0, 1, ….
    coverage
        Which option covers which row, with distances in m.
    constraints, floors
        What binds.
    choices
        The city's.
    """

    options: pd.DataFrame
    demand: pd.DataFrame
    coverage: Coverage
    constraints: tuple[Constraint, ...]
    floors: tuple[Floor, ...]
    choices: ImproveOptions


def effort_of(choices: ImproveOptions) -> Effort:
    """Return how long and how closely to solve.

    Parameters
    ----------
    choices
        The city's; time limit in s.

    Returns
    -------
    Effort
        For the siting engine.
    """
    return Effort(gap=choices.gap, time_limit_s=choices.time_limit_s, seed=choices.seed)


def _community_weights(options: Options, priority: pd.DataFrame | None) -> Floats:
    """Return the weight of each community, by code."""
    ids = options.ground.city.communities.index
    choices = options.choices
    own = np.array([choices.community_weights.get(str(one), 1.0) for one in ids], dtype="float64")
    if priority is None or not choices.priority_weight:
        return own
    score = priority.set_index("community_id")["score"].reindex(ids).fillna(0.0).to_numpy(dtype="float64")
    top = score.max(initial=0.0)
    result: Floats = own * (1.0 + choices.priority_weight * (score / top if top > 0 else score))
    return result


def _demand_rows(options: Options, priority: pd.DataFrame | None) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """Return the demand rows and the row of each link."""
    ground, links = options.ground, options.links
    n = max(len(ground.weight), 1)
    key = links["demand"].to_numpy("int64") * n + links["building"].to_numpy("int64")
    rows, of_link = np.unique(key, return_inverse=True)
    number, building = rows // n, rows % n
    people, elders, weight = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
    bands, items = band_weights(options.choices), item_weights(ground, options.demands, options.choices)
    for i, demand in enumerate(options.demands):
        mine = np.flatnonzero(number == i)
        if len(mine):
            at = building[mine]
            people[mine] = concerned(ground, demand)[at]
            elders[mine] = old_young(ground, demand)[at]
            weight[mine] = weights(ground, demand, bands)[at] * items[i]
    code = ground.city.building_code[building]
    weight *= _community_weights(options, priority)[code]
    table = pd.DataFrame(
        {
            "demand": number,
            "building": building,
            "community_id": ground.city.communities.index.to_numpy(dtype=object)[code],
            "residents": people,
            "old_young": elders,
            "weight": weight,
        }
    )
    return table, of_link.astype("int64")


def _areas(options: Options, table: pd.DataFrame) -> list[Constraint]:
    """Divide rooms and plots among uses."""
    places = options.places
    found = []
    for column, area, label in (("floor_m2", "floor_area_m2", "floor"), ("site_m2", "site_area_m2", "land")):
        several = table["place"].value_counts(sort=False)
        known = places[column].dropna()
        limit = {place: float(known[place]) for place in several.index[several.to_numpy() > 1] if place in known.index}
        if limit:
            shared = shared_area(table, limit, by="place", area=area)
            found.append(replace(shared, labels=tuple(f"{label} {place}" for place in limit)))
    return found


def _money(table: pd.DataFrame, choices: ImproveOptions) -> list[Constraint]:
    if not choices.budget:
        return []
    city = sum(line.yuan for line in choices.budget if line.district is None)
    own: dict[str, float] = {}
    for line in choices.budget:
        if line.district is not None:
            own[line.district] = own.get(line.district, 0.0) + line.yuan
    rows = [replace(budget(table, city + sum(own.values())), labels=(BUDGET,))]
    districts = list(pd.unique(table["district"].dropna()))
    limits = {name: own.get(name, 0.0) + city for name in districts}
    if own:
        rows.append(budget(table, limits, by="district"))
    return rows


def _by_community(table: pd.DataFrame, choices: ImproveOptions) -> Mapping[str, int]:
    """Return the limit of each community: those named, and all others where `any` has one."""
    limits = {name: limit for name, limit in choices.max_projects_by_community.items() if name != ANY}
    if ANY not in choices.max_projects_by_community:
        return limits
    others = dict.fromkeys(map(str, pd.unique(table["community_id"].dropna())), choices.max_projects_by_community[ANY])
    return {**others, **limits}


def _counts(table: pd.DataFrame, choices: ImproveOptions) -> list[Constraint]:
    rows = []
    if choices.max_projects is not None:
        rows.append(replace(at_most(table, choices.max_projects), labels=("projects",)))
    for by, limits in (
        ("district", choices.max_projects_by_district),
        ("type", choices.max_projects_by_type),
        ("community_id", _by_community(table, choices)),
    ):
        if limits:
            limited = at_most(table, dict(limits), by=by)
            rows.append(replace(limited, labels=tuple(f"projects {name}" for name in limits)))
    if choices.max_area_m2 is not None:
        area = table.assign(area_m2=_used_area(table))
        rows.append(replace(budget(area, choices.max_area_m2, cost="area_m2"), kind="area", labels=("area",)))
    return rows


def _used_area(table: pd.DataFrame) -> Floats:
    floors, land = table["floor_area_m2"].to_numpy("float64"), table["site_area_m2"].to_numpy("float64")
    return np.where(floors > 0, floors, land)


def require_options(options: Options, ids: Sequence[str], name: str) -> None:
    """Refuse ids that are no options; say why they are none, and what there is at the same place.

    Parameters
    ----------
    options
        From `linli.improve.options.find_options`.
    ids
        Option ids.
    name
        The choice that names them, for the message.

    Raises
    ------
    InputError
        Naming every id that is no option.
    """
    refused = options.refused.assign(id=options.refused["place"] + ":" + options.refused["type"])
    why = refused.drop_duplicates("id").set_index("id")["reason"]
    here = set(options.table["option_id"])
    problems = []
    for one in ids:
        if one in here:
            continue
        reason = REASONS.get(str(why.get(one, "")), {"zh": "没有此选项", "en": "there is no such option"})
        place = options.table.loc[options.table["place"] == one.rpartition(":")[0], "option_id"]
        problems.append(
            Problem(
                code="improve.no_option",
                severity="error",
                message={"zh": f"`{name}`：{reason['zh']}", "en": f"`{name}`: {reason['en']}"},
                fix={"zh": "请改正或删去。", "en": "Correct it or leave it out."},
                column=name,
                value=one,
                allowed=" | ".join(place.astype(str)) or None,
            )
        )
    if problems:
        raise InputError(problems)


def _fixed(options: Options, table: pd.DataFrame) -> list[Constraint]:
    choices = options.choices
    pairs = list(choices.needs)
    require_options(options, choices.force_in, "force_in")
    require_options(options, [one for pair in pairs for one in pair], "needs")
    rows = []
    if choices.force_in:
        rows.append(force_in(table, choices.force_in))
    # what is no option cannot be chosen anyhow
    out = [one for one in choices.forbid if one in table.index]
    if out:
        rows.append(force_out(table, out))
    if pairs:
        rows.append(precedence(table, pairs))
    return rows


def _balance(table: pd.DataFrame, choices: ImproveOptions) -> list[Constraint]:
    least = choices.operating_balance_yuan
    if least is None:
        return []
    lacking = table[["yearly_cost_yuan", "yearly_income_yuan"]].isna().any(axis=1).to_numpy()
    if lacking.any():
        kinds = ", ".join(sorted(set(table.loc[lacking, "type"]))[:5])
        msg = (
            f"`operating_balance_yuan` needs yearly cost and income of every option; unset for {int(lacking.sum())} "
            f"({kinds}). Fill `yearly_cost` and `yearly_income` (and rents), or operating templates in a pack, or "
            "leave the balance out."
        )
        raise UnsetValueError(msg)
    return [operating_balance(table, least, income="yearly_income_yuan", cost="yearly_cost_yuan")]


def _floors(options: Options, demand: pd.DataFrame) -> list[Floor]:
    """Bring every community to its share: rows that nothing reaches count in its total, those served in its level."""
    wanted = options.choices.floor_share
    if wanted is None:
        return []
    ground = options.ground
    ids, code = ground.city.communities.index, ground.city.building_code
    total, served = np.zeros(len(ids)), np.zeros(len(ids))
    for one in options.demands:
        people = concerned(ground, one)
        inside = code >= 0
        total += np.bincount(code[inside], weights=people[inside], minlength=len(ids))
        have = inside & one.served
        served += np.bincount(code[have], weights=people[have], minlength=len(ids))
    share = pd.Series(wanted, index=ids) if not isinstance(wanted, Mapping) else pd.Series(dict(wanted)).reindex(ids)
    level = share.fillna(0.0).to_numpy(dtype="float64") * total - served
    reach = demand.groupby("community_id")["residents"].sum().reindex(ids).fillna(0.0).to_numpy()
    if options.choices.floor_scope == "attainable":
        level = np.minimum(level, reach)
    levels = {name: float(value) for name, value in zip(ids, level, strict=True) if value > 0}
    return [floor(demand, levels, amount="residents", measure="amount")] if levels else []


def _affordable(options: Options) -> None:
    """Refuse a budget without any unit cost."""
    lacking = (options.refused["reason"] == "cost_unset").any()
    if options.choices.budget and lacking and options.table.empty:
        msg = (
            "`budget` needs unit costs and none is set. Fill `unit_costs` in the improve options (yuan per m² by lever "
            "and facility type), or `siting_needs/unit_cost` in a pack; or plan with `max_projects` or `max_area_m2`."
        )
        raise UnsetValueError(msg)


def make_question(options: Options, priority: pd.DataFrame | None = None) -> Question:
    """Put options and choices as a question.

    Parameters
    ----------
    options
        From `linli.improve.options.find_options`.
    priority
        The assessment's priority list, if communities are to be weighted by it.

    Returns
    -------
    Question
        Tables for the siting engine.

    Raises
    ------
    InputError
        If the choices force what is no option; the message says why it is none.
    UnsetValueError
        If there is a budget and no unit cost, or an operating balance without running costs.
    """
    _affordable(options)
    table = options.table.set_index("option_id", drop=False)
    demand, of_link = _demand_rows(options, priority)
    pairs = pd.DataFrame(
        {
            "option": table.index.to_numpy()[options.links["option"].to_numpy()],
            "demand": of_link,
            "distance_m": options.links["distance_m"].to_numpy(),
        }
    )
    constraints = [
        *_areas(options, table),
        *_fixed(options, table),
        *_money(table, options.choices),
        *_counts(table, options.choices),
        *_balance(table, options.choices),
    ]
    return Question(
        options=table,
        demand=demand,
        coverage=coverage_from_pairs(pairs, table.index, demand.index),
        constraints=tuple(constraints),
        floors=tuple(_floors(options, demand)),
        choices=options.choices,
    )


def maximise(question: Question) -> SitingModel:
    """Ask for the most weighted need newly served.

    Parameters
    ----------
    question
        From `make_question`.

    Returns
    -------
    SitingModel
        Maximising.
    """
    return covering_model(
        question.options,
        question.demand,
        question.coverage,
        constraints=question.constraints,
        floors=question.floors,
    )


def minimise(question: Question) -> SitingModel:
    """Ask for the least cost that keeps the floors; the least m² where no unit cost is set.

    Parameters
    ----------
    question
        From `make_question`, with floors.

    Returns
    -------
    SitingModel
        Minimising yuan, or m².
    """
    table = question.options
    by_money = not table["cost_yuan"].isna().any()
    costed = table.assign(least=table["cost_yuan"] if by_money else _used_area(table))
    return least_cost_model(
        costed,
        question.demand,
        question.coverage,
        cost="least",
        constraints=question.constraints,
        floors=question.floors,
    )
