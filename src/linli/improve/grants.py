"""The special subsidy of a plan: one renewal project a community, its amount laid on the chosen projects.

A community's *renewal project* is all that the plan does in it: its input is what those projects cost, its area the
floor area of the community's estates (on the old-estate list, or all of them: the rule does not say), and it is on the
creation list if the community has a project type or the city says so. What the rule does not say is noted; what nobody
filled in is left out with the reason. The amount is shared among the projects in proportion to their cost, stage by
stage, to the fen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from linli.errors import InputError, RuleError, UnsetValueError
from linli.improve.choices import ProposalOptions
from linli.improve.co_funding import lag_of, share_out_in_stages
from linli.improve.proposal import as_table
from linli.improve.subsidy import Project, Subsidy, compute_subsidy
from linli.operate.money import to_decimal
from linli.operate.reasons import tell_error
from linli.rules import Catalogue

__all__ = ["Grants", "Renewal", "dated_payments", "grant", "renewals"]

SOURCE = "subsidy"
_WITHOUT_STAGES = "open"


@dataclass(frozen=True)
class Renewal:
    """What a plan does in one community, as the rule asks for it.

    Parameters
    ----------
    project
        For `linli.improve.subsidy.compute_subsidy`.
    estate_ids
        Estates whose area counts.
    options
        Option ids of its projects, and their cost, yuan; ``None`` = unset.
    notes
        Words, zh and en, of what was assumed.
    """

    project: Project
    estate_ids: tuple[str, ...]
    options: Mapping[str, Decimal | None]
    notes: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, eq=False)
class Grants:
    """The subsidy of a plan as tables (`linli.improve.proposal.COLUMNS`).

    Parameters
    ----------
    subsidies, steps, co_funding
        Tables.
    stages
        One row a stage, not dated yet: `community_id`, `event`, `title_zh`, `title_en`, `share`.
    notes, left_out
        Rows of the tables of that name.
    """

    subsidies: pd.DataFrame
    steps: pd.DataFrame
    co_funding: pd.DataFrame
    stages: pd.DataFrame
    notes: list[dict[str, str]]
    left_out: list[dict[str, str]]


def _text(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else str(value)


def _number(value: Any, name: str) -> Decimal | None:
    return None if value is None or pd.isna(value) else to_decimal(float(value), name)


def _sum(numbers: Iterable[Decimal | None]) -> Decimal | None:
    """Add up; unknown if one of them is."""
    found = list(numbers)
    known = [number for number in found if number is not None]
    return sum(known, Decimal(0)) if len(known) == len(found) else None


def _estates(
    estates: pd.DataFrame, choices: ProposalOptions
) -> tuple[bool | None, pd.DataFrame, list[Mapping[str, str]]]:
    """Return whether there is an old estate (``None`` = not known), the estates that count, and notes."""
    old = estates["old_estate"].astype("boolean")
    listed, unknown = estates[old.fillna(value=False).to_numpy(dtype=bool)], int(old.isna().sum())
    notes: list[Mapping[str, str]] = []
    if len(listed) and unknown and choices.subsidy_area == "old_estates":
        notes.append(
            {
                "zh": f"{unknown} 个小区是否在老旧小区改造名单不详，其面积未计",
                "en": f"whether {unknown} estates are on the old-estate list is not known; their area is not counted",
            }
        )
    answer = True if len(listed) else (None if unknown or estates.empty else False)
    return answer, listed if choices.subsidy_area == "old_estates" else estates, notes


def _is_created(community: str, project_type: str | None, choices: ProposalOptions) -> bool | None:
    if choices.creation_list is not None:
        return community in choices.creation_list
    return True if project_type is not None else None


def renewals(
    chosen: pd.DataFrame, communities: pd.DataFrame, estates: pd.DataFrame, choices: ProposalOptions
) -> tuple[Renewal, ...]:
    """Gather what a plan does, community by community.

    Parameters
    ----------
    chosen
        The plan's projects: `option_id`, `community_id`, `cost_yuan` (NaN = unset).
    communities
        `community_id`, `district`, `project_type`.
    estates
        `estate_id`, `community_id`, `old_estate`, `floor_area_m2`.
    choices
        The city's.

    Returns
    -------
    tuple of Renewal
        By community; those without projects, and projects outside every community, are none.
    """
    known = communities.set_index(communities["community_id"].astype(str))
    result = []
    for community, projects in chosen.dropna(subset=["community_id"]).groupby("community_id", sort=True):
        name = str(community)
        row = known.loc[name] if name in known.index else pd.Series({"district": None, "project_type": None})
        kind = _text(row["project_type"])
        mine = estates[estates["community_id"].astype(str) == name].sort_values("estate_id")
        old, counted, notes = _estates(mine, choices)
        costs = {
            str(option): _number(cost, "cost_yuan")
            for option, cost in zip(projects["option_id"], projects["cost_yuan"], strict=True)
        }
        areas = [_number(area, "floor_area_m2") for area in counted["floor_area_m2"]]
        project = Project(
            project_id=name,
            old_estate=old,
            on_creation_list=_is_created(name, kind, choices),
            area_m2=_sum(areas) if areas else None,
            input_cost_yuan=_sum(costs.values()),
            ordinary_subsidy_yuan=_number(choices.ordinary_yuan.get(name), "ordinary_yuan"),
            district=_text(row["district"]),
            tier=choices.tier,
            project_type=kind,
        )
        ids = tuple(counted["estate_id"].astype(str))
        result.append(Renewal(project, ids, costs, tuple(notes)))
    return tuple(result)


_SETTINGS = {
    "old_estate": ("estates 图层的 old_estate", "`old_estate` in the layer estates"),
    "on_creation_list": (
        "communities 图层的 project_type 或 proposal.creation_list",
        "`project_type` in the layer communities or `proposal.creation_list`",
    ),
    "area_m2": ("estates 图层的 floor_area_m2", "`floor_area_m2` in the layer estates"),
    "input_cost_yuan": (
        "improve.unit_costs 或规则包 siting_needs/unit_cost",
        "`improve.unit_costs` or `siting_needs/unit_cost` in a pack",
    ),
    "ordinary_subsidy_yuan": ("proposal.ordinary_yuan", "`proposal.ordinary_yuan`"),
    "tier": ("proposal.tier", "`proposal.tier`"),
    "district": ("communities 图层的 district", "`district` in the layer communities"),
    "project_type": ("communities 图层的 project_type", "`project_type` in the layer communities"),
}
"""Where a planner fills in what a project lacks."""


def _how_to_fill(error: RuleError | InputError) -> tuple[str, str]:
    """Say which setting is lacking, the same for all communities that lack it."""
    problems = error.problems if isinstance(error, InputError) else ()
    settings = [_SETTINGS[one.column] for one in problems if one.column in _SETTINGS]
    if not settings:
        told = tell_error(error)
        return told["zh"], told["en"]
    return "待填：" + "；".join(zh for zh, _ in settings), "fill in " + "; ".join(en for _, en in settings)


def _row(renewal: Renewal, catalogue: Catalogue, on: dt.date, found: Subsidy | None) -> dict[str, Any]:
    """Return the facts of a community, with what was worked out."""
    project, nothing = renewal.project, float("nan")
    area, cost = project.area_m2, project.input_cost_yuan
    row: dict[str, Any] = {
        "community_id": project.project_id,
        "district": project.district,
        "estate_ids": ";".join(renewal.estate_ids),
        "area_m2": nothing if area is None else float(area),
        "input_cost_yuan": nothing if cost is None else float(cost),
        "average_cost_yuan_m2": nothing if not area or cost is None else float(cost / area),
        "eligible": pd.NA,
    }
    try:
        row["cap_yuan_m2"] = float(catalogue.value("subsidy/unit_cap", "unit_cap", on=on).value)  # type: ignore[arg-type]
    except RuleError:
        row["cap_yuan_m2"] = nothing
    if found is None:
        return row
    steps = {step.code: step for step in found.steps}
    row |= {"base_yuan_m2": float(steps["cost"].amount or 0)} if "cost" in steps else {}
    row |= {"ratio": float(steps["ratio"].amount or 0)} if "ratio" in steps else {}
    last = steps.get("stacking") or steps.get("subsidy") or steps["eligibility"]
    return row | {
        "eligible": found.eligible,
        "amount_yuan": float(found.amount),
        "ordinary_yuan": nothing if found.ordinary is None else float(found.ordinary),
        "certainty": found.certainty,
        "reason_zh": last.words["zh"],
        "reason_en": last.words["en"],
    }


def _steps(found: Subsidy) -> list[dict[str, Any]]:
    return [
        {
            "community_id": found.project_id,
            "number": number,
            "code": step.code,
            "amount": float("nan") if step.amount is None else float(step.amount),
            "unit": step.unit,
            "zh": step.words["zh"],
            "en": step.words["en"],
            "clause": step.clause,
            "certainty": step.certainty,
        }
        for number, step in enumerate(found.steps, start=1)
    ]


def _stages(found: Subsidy) -> list[tuple[str, Mapping[str, str], Decimal, Decimal]]:
    """Return event, title, share and amount; where nobody filled the stages in, all of it on opening."""
    if found.payments:
        events: dict[str, tuple[str, Mapping[str, str], Decimal, Decimal]] = {}
        for one in found.payments:  # two stages on one event are paid together
            _, title, share, amount = events.get(one.event, (one.event, one.title, Decimal(0), Decimal(0)))
            events[one.event] = (one.event, title, share + one.share, amount + one.amount)
        return list(events.values())
    whole = {"zh": "拨付分期待填，按开放时一次拨付计", "en": "stages unset: taken as paid at once on opening"}
    return [(_WITHOUT_STAGES, whole, Decimal(1), found.amount)] if found.amount else []


def _laid_on(
    renewal: Renewal, found: Subsidy, choices: ProposalOptions, durations: Mapping[str, int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Share each stage among the projects; return rows of co-funding and of stages."""
    costs = {option: cost or Decimal(0) for option, cost in renewal.options.items()}
    funding, stages = [], []
    due = _stages(found)
    shared = share_out_in_stages([amount for *_, amount in due], list(costs.values()))
    for (event, title, share, _), parts in zip(due, shared, strict=True):
        when = choices.stage_years.get(event, _WITHOUT_STAGES)
        stages.append(
            {
                "community_id": found.project_id,
                "event": event,
                "title_zh": title["zh"],
                "title_en": title["en"],
                "share": float(share),
            }
        )
        funding += [
            {
                "option_id": option,
                "source": SOURCE,
                "yuan": float(part),
                "lag_years": lag_of(when, durations[option]),
                "event": event,
            }
            for option, part in zip(costs, parts, strict=True)
            if part
        ]
    return funding, stages


def _note(code: str, community: str, words: Mapping[str, str]) -> dict[str, str]:
    return {"part": "subsidy", "id": community, "code": code, "zh": words["zh"], "en": words["en"]}


def _notes(renewal: Renewal, found: Subsidy, choices: ProposalOptions) -> list[dict[str, str]]:
    name = renewal.project.project_id
    notes = [_note("estates", name, words) for words in renewal.notes]
    notes += [_note(note.code, name, note.words) for note in found.notes]
    events = {payment.event for payment in found.payments} - set(choices.stage_years)
    notes += [
        _note(
            "event",
            name,
            {
                "zh": f"拨付节点「{event}」的年份未定（stage_years），按开放当年计",
                "en": f"no year is set for the stage «{event}» (`stage_years`): the year of opening is taken",
            },
        )
        for event in sorted(events)
    ]
    return notes


def grant(
    found: Iterable[Renewal],
    catalogue: Catalogue,
    choices: ProposalOptions,
    durations: Mapping[str, int],
    *,
    on: dt.date,
) -> Grants:
    """Work out the subsidy of every community and lay it on its projects.

    Parameters
    ----------
    found
        From `renewals`.
    catalogue
        With the city's packs laid over.
    choices
        The city's.
    durations
        Years from start to opening by option.
    on
        The date for which rules hold.

    Returns
    -------
    Grants
        A community whose amount cannot be worked out has no amount, and its reason in both languages.
    """
    rows, steps, funding, stages = [], [], [], []
    notes: list[dict[str, str]] = []
    lacking: dict[tuple[str, str], int] = {}
    for renewal in found:
        try:
            subsidy = compute_subsidy(renewal.project, catalogue, on=on)
        except (InputError, RuleError) as error:
            told = tell_error(error)
            words = {"reason_zh": told["zh"], "reason_en": told["en"]}
            unset = "unset" if isinstance(error, UnsetValueError) else None
            rows.append({**_row(renewal, catalogue, on, None), **words, "certainty": unset})
            key = _how_to_fill(error)
            lacking[key] = lacking.get(key, 0) + 1
            continue
        rows.append(_row(renewal, catalogue, on, subsidy))
        steps += _steps(subsidy)
        notes += _notes(renewal, subsidy, choices)
        more, dated = _laid_on(renewal, subsidy, choices, durations)
        funding += more
        stages += dated
    columns = ["community_id", "event", "title_zh", "title_en", "share"]
    left = [
        {
            "part": "subsidy",
            "zh": f"{n} 个社区未能测算奖补：{zh}",
            "en": f"no subsidy worked out for {n} communities: {en}",
        }
        for (zh, en), n in lacking.items()
    ]
    return Grants(
        as_table("subsidies", rows),
        as_table("subsidy_steps", steps),
        as_table("co_funding", funding),
        pd.DataFrame(stages, columns=columns),
        notes,
        left,
    )


def dated_payments(grants: Grants, chosen: pd.DataFrame, starts: Mapping[str, float]) -> pd.DataFrame:
    """Say in which year each stage is paid.

    Parameters
    ----------
    grants
        From `grant`.
    chosen
        `option_id`, `community_id`.
    starts
        Year in which each project starts, by option; NaN or left out = in none.

    Returns
    -------
    DataFrame
        Rows of `linli.improve.proposal.COLUMNS` ``payments``: one a community, stage and year.
    """
    if grants.co_funding.empty:
        return as_table("payments")
    where = dict(zip(chosen["option_id"], chosen["community_id"], strict=True))
    money = grants.co_funding
    rows = pd.DataFrame(
        {
            "community_id": money["option_id"].map(where),
            "event": money["event"],
            "year": money["option_id"].map(dict(starts)).astype("float64") + money["lag_years"],
            "fen": np.rint(money["yuan"].to_numpy("float64") * 100),
        }
    )
    sums = rows.groupby(["community_id", "event", "year"], dropna=False, sort=False)["fen"].sum().reset_index()
    pairs = list(zip(grants.stages["community_id"], grants.stages["event"], strict=True))
    place = {pair: number for number, pair in enumerate(pairs)}
    dated = grants.stages.merge(sums, on=["community_id", "event"], how="left", validate="one_to_many")
    order = [place[pair] for pair in zip(dated["community_id"], dated["event"], strict=True)]
    dated = dated.assign(amount_yuan=dated["fen"] / 100, place=order)
    return as_table("payments", dated.sort_values(["place", "year"], kind="stable"))
