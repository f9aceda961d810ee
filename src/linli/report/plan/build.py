"""From a proposal to the records that its documents show.

Sums over projects, requirements and communities are added here and nowhere else, so that pages, workbook and district
plans cannot contradict one another.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from linli.assess.record import Assessment
from linli.improve.need import Demand
from linli.improve.programme import Programme
from linli.improve.proposal import Proposal
from linli.improve.record import Plan
from linli.report.build import build_book, slugs
from linli.report.model import Book
from linli.report.plan.homes import Homes, find_homes
from linli.report.plan.model import (
    Alternative,
    Cash,
    Change,
    CommunityChange,
    FrontierPoint,
    Fund,
    Limit,
    Operating,
    Part,
    Payment,
    PlanBook,
    Project,
    Requirement,
    Stream,
    Subsidy,
    SubsidyStep,
    Sums,
    Without,
    YearStep,
)
from linli.rules import Catalogue
from linli.survey import Survey
from linli.units import AGE_BANDS

__all__ = ["build_plan_book"]

NAN = float("nan")
SUBSIDY = "subsidy"
"""The source of co-funding that is a subsidy; every other one is other people's money."""

REACH = "reach"
"""Requirements of this name stand for their whole item."""

KINDS = {
    "new": {"zh": "新建社区", "en": "new"},
    "existing": {"zh": "既有社区", "en": "existing"},
}
NEED = "need"
BANDS: tuple[str, ...] = (NEED, "all", *AGE_BANDS)
Row = dict[str, Any]


def _float(value: Any) -> float:
    if value is None or value is pd.NA or isinstance(value, str):
        return NAN
    return float(value)


def _text(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value)


def _numbers(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: _float(row.get(name)) for name in names}


def _year(value: Any) -> int | None:
    number = _float(value)
    return None if math.isnan(number) else int(number)


def _day(value: Any) -> dt.date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


def _rows(table: pd.DataFrame | None) -> list[Row]:
    if table is None:
        return []
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _plain(table: pd.DataFrame | None) -> tuple[Row, ...]:
    """Return rows with None for what is missing."""
    return tuple({key: None if _missing(value) else value for key, value in row.items()} for row in _rows(table))


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def _table(proposal: Proposal, name: str) -> pd.DataFrame | None:
    """Return a table of the proposal; None where it was not asked for."""
    found: pd.DataFrame = getattr(proposal, name)
    return found if len(found) else None


def _pair(row: Row) -> dict[str, str]:
    return {"zh": _text(row.get("zh")), "en": _text(row.get("en"))}


def _title(demand: Demand, catalogue: Catalogue) -> dict[str, str]:
    """Name a requirement by its item, or by its first facility type where it is but one part of the item."""
    requirement = demand.requirement
    if requirement.id.startswith(REACH) or not requirement.types:
        return dict(catalogue.rule(requirement.item).title)
    first = catalogue.facility_types[requirement.types[0]].title
    more = len(requirement.types) > 1
    return {"zh": first["zh"] + "等" * more, "en": first["en"] + " etc." * more}


def _titles(demands: Sequence[Demand], catalogue: Catalogue) -> list[dict[str, str]]:
    """Name every requirement so that no two are called the same."""
    titles = [_title(one, catalogue) for one in demands]
    times = Counter(title["zh"] for title in titles)
    found = []
    for one, title in zip(demands, titles, strict=True):
        kinds = one.requirement.kinds
        if times[title["zh"]] < 2 or len(kinds) > 1:  # noqa: PLR2004 - two of one name
            found.append(title)
        else:
            kind = KINDS[kinds[0]]
            found.append({"zh": f"{title['zh']}（{kind['zh']}）", "en": f"{title['en']} ({kind['en']})"})
    return found


def _requirements(demands: Sequence[Demand], catalogue: Catalogue) -> tuple[Requirement, ...]:
    found = []
    for demand, title in zip(demands, _titles(demands, catalogue), strict=True):
        one, rule = demand.requirement, catalogue.rule(demand.requirement.item)
        texts = one.text or rule.body.get("text") or rule.body.get("text_existing") or {}
        reference = rule.body.get("reference") or {}
        distance = one.value("distance")
        found.append(
            Requirement(
                key=demand.key,
                item=one.item,
                id=one.id,
                title=title,
                item_title=dict(rule.title),
                text=dict(texts),
                types=one.types,
                bands=one.bands,
                distance_m=NAN if distance is None else float(distance),
                clause=one.clause or str(reference.get("clause", "")),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Share:
    """Co-funding of one project, and its years."""

    subsidy: float = 0.0
    other: float = 0.0


def _co_funding(proposal: Proposal, programme: Programme | None) -> dict[str, _Share]:
    table = _table(proposal, "co_funding")
    if table is None and programme is not None:
        table = programme.co_funding
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in _rows(table):
        sums[_text(row["option_id"])][0 if row["source"] == SUBSIDY else 1] += _float(row["yuan"])
    return {key: _Share(*pair) for key, pair in sums.items()}


def _projects(
    plan: Plan, programme: Programme | None, proposal: Proposal, names: Mapping[str, Any]
) -> tuple[Project, ...]:
    """Give the chosen options numbers: by year, then district, community, place and type."""
    funding = _co_funding(proposal, programme)
    when = {_text(row["option_id"]): row for row in _rows(None if programme is None else programme.projects)}
    order = {_text(row["option_id"]): int(row["position"]) for row in _rows(_table(proposal, "order"))}
    forced = set(plan.meta.choices.force_in)
    place = {key: position for position, key in enumerate(names)}
    found = []
    for row in _rows(plan.chosen):
        key, community = _text(row["option_id"]), _text(row["community_id"])
        cost, share, dated = _float(row["cost_yuan"]), funding.get(key, _Share()), when.get(key, {})
        found.append(
            Project(
                number=0,
                option_id=key,
                place_id=_text(row["place_id"]),
                place_kind=_text(row["place_kind"]),
                place_name=_text(row["place_name"]) or _text(row["place_id"]),
                community_id=community,
                community=names[community].name if community in names else community,
                district=_text(row["district"]),
                lever=_text(row["lever"]),
                type=_text(row["type"]),
                floor_area_m2=_float(row["floor_area_m2"]),
                site_area_m2=_float(row["site_area_m2"]),
                capacity=_float(row["capacity"]),
                cost_yuan=cost,
                subsidy_yuan=share.subsidy if not math.isnan(cost) else NAN,
                other_yuan=share.other if not math.isnan(cost) else NAN,
                own_yuan=cost - share.subsidy - share.other,
                start_year=_year(dated.get("start_year")),
                open_year=_year(dated.get("open_year")),
                postponed=_text(dated.get("reason")),
                served=_float(row["served"]),
                served_old_young=_float(row["served_old_young"]),
                newly=_float(row["newly"]),
                newly_old_young=_float(row["newly_old_young"]),
                yearly_cost_yuan=_float(row["yearly_cost_yuan"]),
                yearly_income_yuan=_float(row["yearly_income_yuan"]),
                available_from=_day(row["available_from"]),
                requirements=tuple(filter(None, _text(row["items"]).split(";"))),
                forced=key in forced,
                order=order.get(key),
                notes=tuple(filter(None, _text(row["note"]).split(";"))),
                x=_float(row["x"]),
                y=_float(row["y"]),
            )
        )
    last = len(place)
    found.sort(
        key=lambda p: (
            p.start_year is None,
            p.start_year or 0,
            p.district,
            place.get(p.community_id, last),
            p.place_id,
            p.type,
        )
    )
    return tuple(replace(one, number=number) for number, one in enumerate(found, start=1))


def _add(changes: Iterable[Change], requirement: str, band: str) -> Change:
    found = list(changes)
    return Change(
        requirement,
        band,
        math.fsum(one.residents for one in found),
        math.fsum(one.before for one in found),
        math.fsum(one.after for one in found),
    )


def _with_total(
    changes: dict[tuple[str, str], Change], requirements: Sequence[Requirement]
) -> dict[tuple[str, str], Change]:
    """Add the sums over requirements, in needs: of a band, over the requirements that concern it."""
    total = {}
    for band in BANDS:
        mine = [
            changes[one.key, band]
            for one in requirements
            if (one.key, band) in changes and (band in (NEED, "all") or not one.bands or band in one.bands)
        ]
        total["", band] = _add(mine, "", band)
    return {**total, **changes}


def _changes(plan: Plan, requirements: Sequence[Requirement]) -> dict[str, dict[tuple[str, str], Change]]:
    """By community, then (requirement, band)."""
    out: dict[str, dict[tuple[str, str], Change]] = defaultdict(dict)
    for row in _rows(plan.coverage):
        key = f"{row['item']}.{row['requirement']}"
        change = Change(key, str(row["band"]), *(_float(row[name]) for name in ("residents", "before", "after")))
        out[_text(row["community_id"])][key, change.band] = change
    return {community: _with_total(found, requirements) for community, found in out.items()}


def _without(plan: Plan) -> dict[str, list[Without]]:
    out: dict[str, list[Without]] = defaultdict(list)
    for row in _rows(plan.without):
        out[_text(row["community_id"])].append(
            Without(
                f"{row['item']}.{row['requirement']}",
                str(row["reason"]),
                str(row["detail"]),
                _float(row["residents"]),
                _float(row["old_young"]),
                int(row["buildings"]),
            )
        )
    return out


def _communities(
    book: Book, plan: Plan, requirements: Sequence[Requirement], projects: Sequence[Project], homes: Homes
) -> tuple[CommunityChange, ...]:
    changes, without = _changes(plan, requirements), _without(plan)
    mine: dict[str, list[int]] = defaultdict(list)
    for project in projects:
        mine[project.community_id].append(project.number)
    columns = ["gaining", "lacking_before", "lacking_after"]
    sums = homes.buildings.groupby("community_id")[columns].sum()
    people = {str(key): row for key, row in zip(sums.index, sums.to_dict("records"), strict=True)}
    nothing = {("", band): Change("", band, 0.0, 0.0, 0.0) for band in BANDS}
    found = []
    for one in book.communities:
        here = people.get(one.id, {})
        found.append(
            CommunityChange(
                id=one.id,
                slug=one.slug,
                name=one.name,
                district=one.district,
                residents=one.residents,
                changes=changes.get(one.id, nothing),
                projects=tuple(mine.get(one.id, ())),
                without=tuple(without.get(one.id, ())),
                gaining=float(here.get("gaining", 0.0)),
                lacking_before=float(here.get("lacking_before", 0.0)),
                lacking_after=float(here.get("lacking_after", 0.0)),
            )
        )
    return tuple(found)


def _sum_without(communities: Sequence[CommunityChange]) -> tuple[Without, ...]:
    sums: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for community in communities:
        for one in community.without:
            total = sums[one.requirement, one.reason, one.detail]
            for position, value in enumerate((one.residents, one.old_young, one.buildings)):
                total[position] += value
    return tuple(Without(*key, total[0], total[1], int(total[2])) for key, total in sums.items())


def _sum_changes(
    communities: Sequence[CommunityChange], requirements: Sequence[Requirement]
) -> dict[tuple[str, str], Change]:
    by_key: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for community in communities:
        for key, change in community.changes.items():
            if key[0]:
                by_key[key].append(change)
    summed = {key: _add(found, *key) for key, found in by_key.items()}
    return _with_total(summed, requirements)


def _total(values: Iterable[float]) -> float:
    """Add up; NaN if any is unknown, 0 if there are none."""
    return float(sum(values, 0.0))


def _sums(
    communities: Sequence[CommunityChange],
    projects: Sequence[Project],
    changes: Mapping[tuple[str, str], Change],
    without: Sequence[Without],
    people: Mapping[str, float],
    scheduled: bool,
) -> Sums:
    by_reason: dict[str, float] = defaultdict(float)
    for one in without:
        by_reason[one.reason] += one.residents
    area: dict[str, float] = defaultdict(float)
    for project in projects:
        area[project.lever] += project.area_m2
    return Sums(
        projects=len(projects),
        places=len({(p.place_kind, p.place_id) for p in projects}),
        communities=len({p.community_id for p in projects}),
        by_lever=dict(Counter(p.lever for p in projects)),
        by_type=dict(Counter(p.type for p in projects).most_common()),
        area_by_lever=dict(area),
        floor_area_m2=_total(p.floor_area_m2 for p in projects),
        site_area_m2=_total(p.site_area_m2 for p in projects),
        cost_yuan=_total(p.cost_yuan for p in projects),
        subsidy_yuan=_total(p.subsidy_yuan for p in projects),
        other_yuan=_total(p.other_yuan for p in projects),
        own_yuan=_total(p.own_yuan for p in projects),
        unpriced=sum(math.isnan(p.cost_yuan) for p in projects),
        scheduled=sum(p.start_year is not None for p in projects) if scheduled else None,
        people=_total(c.residents for c in communities),
        gaining=people["gaining"],
        gaining_old_young=people["gaining_old_young"],
        lacking_before=people["lacking_before"],
        lacking_after=people["lacking_after"],
        needs=changes["", NEED],
        without=dict(by_reason),
    )


def _years(
    plan: Plan, programme: Programme | None, projects: Sequence[Project], cash: Sequence[Cash], inside: set[str]
) -> tuple[YearStep, ...]:
    """Say what each year brings to some communities, counted anew from the plan's rows."""
    if programme is None:
        return ()
    opens = pd.Series({p.option_id: p.open_year for p in projects if p.open_year is not None}, dtype="float64")
    # a need is served from the year in which the first facility that reaches it opens
    first = plan.reach.assign(year=plan.reach["option_id"].astype(object).map(opens)).groupby("row")["year"].min()
    served = plan.served[plan.served["community_id"].astype(object).isin(inside)]
    year = served["row"].map(first).to_numpy(dtype="float64")
    years = list(programme.meta.choices.years)
    last = max([years[-1], *(int(value) for value in opens.to_numpy())])
    mine = [p for p in projects if p.community_id in inside]
    steps = []
    for now in range(years[0], last + 1):
        there = year <= now
        steps.append(
            YearStep(
                now,
                sum(p.start_year == now for p in mine),
                sum(p.open_year == now for p in mine),
                math.fsum(one.yuan for one in cash if one.year == now) if programme.meta.costed else NAN,
                float(served["residents"].to_numpy()[there].sum()),
                float(served["old_young"].to_numpy()[there].sum()),
            )
        )
    return tuple(steps)


def _cash(programme: Programme | None) -> tuple[Cash, ...]:
    if programme is None or not programme.meta.costed:
        return ()
    return tuple(
        Cash(int(row["year"]), _text(row["district"]), str(row["source"]), _float(row["yuan"]))
        for row in _rows(programme.cash)
    )


def _funds(programme: Programme | None) -> tuple[Fund, ...]:
    names = ("budget_yuan", "spent_yuan", "left_yuan")
    return tuple(
        Fund(str(row["source"]), _text(row["district"]), int(row["year"]), *(_float(row[name]) for name in names))
        for row in _rows(None if programme is None else programme.funds)
    )


def _subsidies(proposal: Proposal, names: Mapping[str, Any]) -> tuple[Subsidy, ...]:
    steps: dict[str, list[SubsidyStep]] = defaultdict(list)
    for row in _rows(_table(proposal, "subsidy_steps")):
        steps[_text(row["community_id"])].append(
            SubsidyStep(
                int(row["number"]),
                _text(row["code"]),
                _float(row["amount"]),
                _text(row["unit"]),
                _pair(row),
                _text(row["clause"]),
                _text(row["certainty"]),
            )
        )
    payments: dict[str, list[Payment]] = defaultdict(list)
    for row in _rows(_table(proposal, "payments")):
        title = {"zh": _text(row["title_zh"]), "en": _text(row["title_en"])}
        payments[_text(row["community_id"])].append(
            Payment(
                _text(row["event"]), title, _float(row["share"]), _float(row["amount_yuan"]), _year(row.get("year"))
            )
        )
    money = (
        *("area_m2", "input_cost_yuan", "average_cost_yuan_m2", "cap_yuan_m2", "base_yuan_m2", "ratio"),
        *("amount_yuan", "ordinary_yuan"),
    )
    found = []
    for row in _rows(_table(proposal, "subsidies")):
        key, eligible = _text(row["community_id"]), row.get("eligible")
        found.append(
            Subsidy(
                community_id=key,
                community=names[key].name if key in names else key,
                district=_text(row.get("district")),
                estate_ids=tuple(filter(None, _text(row.get("estate_ids")).split(";"))),
                **_numbers(row, money),
                eligible=None if eligible is None or pd.isna(eligible) else bool(eligible),
                certainty=_text(row.get("certainty")),
                reason={"zh": _text(row.get("reason_zh")), "en": _text(row.get("reason_en"))},
                steps=tuple(steps.get(key, ())),
                payments=tuple(payments.get(key, ())),
            )
        )
    return tuple(found)


_MONEY = (
    *("earned_yuan", "subsidy_yuan", "income_yuan", "cost_yuan", "depreciation_yuan", "balance_yuan", "capital_yuan"),
)
_RATIOS = ("self_financing_ratio", "subsidy_dependence")


def _operating(proposal: Proposal) -> tuple[Operating, ...]:
    return tuple(
        Operating(id=_text(row["id"]), level=_text(row["level"]), **_numbers(row, (*_MONEY, *_RATIOS)))
        for row in _rows(_table(proposal, "operating_balances"))
    )


def _together(accounts: Sequence[Operating]) -> Operating:
    """Add accounts of communities up; a ratio over nothing is unknown."""
    money: dict[str, Any] = {name: _total(getattr(one, name) for one in accounts) for name in _MONEY}
    own = money["earned_yuan"] / money["cost_yuan"] if money["cost_yuan"] else NAN
    dependence = money["subsidy_yuan"] / money["income_yuan"] if money["income_yuan"] else NAN
    both: dict[str, Any] = {"self_financing_ratio": own, "subsidy_dependence": dependence}
    return Operating(id="all", level="all", **money, **both)


def _streams(lines: Sequence[Row], inside: set[str]) -> tuple[Stream, ...]:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in lines:
        if _text(row["community_id"]) in inside and row["side"] != "capital":
            sums[str(row["side"]), str(row["stream"])] += _float(row["yuan"])
    return tuple(Stream(*key, yuan) for key, yuan in sums.items())


@dataclass(frozen=True, eq=False)
class _Whole:
    """What the parts are cut from."""

    plan: Plan
    programme: Programme | None
    requirements: tuple[Requirement, ...]
    communities: tuple[CommunityChange, ...]
    projects: tuple[Project, ...]
    homes: Homes
    cash: tuple[Cash, ...]
    funds: tuple[Fund, ...]
    subsidies: tuple[Subsidy, ...]
    operating: tuple[Operating, ...]
    lines: tuple[Row, ...]


def _people(homes: Homes, inside: set[str], everywhere: bool) -> dict[str, float]:
    names = ["gaining", "gaining_old_young", "lacking_before", "lacking_after"]
    table = homes.buildings
    here = table if everywhere else table[table["community_id"].isin(inside)]
    return {name: float(here[name].sum(min_count=1)) if len(here) else 0.0 for name in names}  # unknown stays unknown


def _part(whole: _Whole, key: str | None, slug: str) -> Part:
    """Cut out a district, or the whole where `key` is None."""
    communities = tuple(c for c in whole.communities if key is None or c.district == key)
    inside = {c.id for c in communities}
    projects = tuple(p for p in whole.projects if key is None or p.community_id in inside)
    cash = tuple(c for c in whole.cash if key is None or c.district == key)
    funds = tuple(f for f in whole.funds if key is None or (f.source != "city" and f.district == key))
    by_community = tuple(o for o in whole.operating if o.level == "community" and (key is None or o.id in inside))
    changes, without = _sum_changes(communities, whole.requirements), _sum_without(communities)
    people = _people(whole.homes, inside, key is None)
    account = (_together(by_community),) if by_community else ()
    return Part(
        key=key or "",
        slug=slug,
        communities=communities,
        projects=projects,
        sums=_sums(communities, projects, changes, without, people, whole.programme is not None),
        changes=changes,
        without=without,
        years=_years(whole.plan, whole.programme, whole.projects, cash, inside),
        cash=cash,
        funds=funds,
        subsidies=tuple(s for s in whole.subsidies if key is None or s.community_id in inside),
        operating=(*by_community, *account),
        streams=_streams(whole.lines, inside),
    )


def _count(value: Any) -> int:
    return 0 if _missing(value) else int(value)


def _frontier(proposal: Proposal) -> tuple[FrontierPoint, ...]:
    names = ("budget_yuan", "cost_yuan", "objective", "bound", "gap", "residents", "old_young")
    return tuple(
        FrontierPoint(**_numbers(row, names), projects=_count(row.get("projects")), status=_text(row.get("status")))
        for row in _rows(_table(proposal, "frontier"))
    )


def _order(proposal: Proposal) -> tuple[Row, ...]:
    """Return the building order with place and type of each option, chosen by this plan or not."""
    options = proposal.plan.options.drop_duplicates("option_id")
    named = {_text(row["option_id"]): row for row in _rows(options[["option_id", "place_name", "type"]])}
    rows = []
    for row in _plain(_table(proposal, "order")):
        option = named.get(_text(row["option_id"]), {})
        rows.append({**row, "place_name": _text(option.get("place_name")), "type": _text(option.get("type"))})
    return tuple(rows)


def _alternatives(proposal: Proposal) -> tuple[Alternative, ...]:
    names = (
        *("cost_yuan", "floor_area_m2", "objective", "bound", "gap"),
        *("residents", "old_young", "share_before", "share_after"),
    )
    return tuple(
        Alternative(
            name=_text(row["name"]),
            title=_pair(row),
            projects=_count(row.get("projects")),
            status=_text(row.get("status")),
            **_numbers(row, names),
            row={key: None if _missing(value) else value for key, value in row.items()},
        )
        for row in _rows(_table(proposal, "alternatives"))
    )


def _limits(plan: Plan) -> tuple[Limit, ...]:
    names = ("lower", "used", "upper", "slack")
    return tuple(
        Limit(str(row["kind"]), str(row["label"]), *(_float(row[name]) for name in names)) for row in _rows(plan.limits)
    )


def _refused(plan: Plan) -> tuple[Row, ...]:
    counts = plan.refused.groupby(["place_kind", "reason"]).size() if len(plan.refused) else pd.Series(dtype="int64")
    table = counts.rename("count").reset_index() if len(counts) else None
    rows = [{**row, "count": int(row["count"])} for row in _rows(table)]
    return tuple(sorted(rows, key=lambda row: -row["count"]))


def _unplanned(plan: Plan, catalogue: Catalogue) -> tuple[Row, ...]:
    rows = []
    for one in plan.meta.left_out:
        item = one["requirement"].partition(".")[0]
        title = dict(catalogue.rule(item).title) if item in catalogue.ids else {"zh": item, "en": item}
        rows.append({"requirement": one["requirement"], "reason": one["reason"], "title": title})
    return tuple(rows)


def _districts(book: Book) -> list[str]:
    return list(dict.fromkeys(community.district for community in book.communities))


def _whole(proposal: Proposal, book: Book, requirements: tuple[Requirement, ...], homes: Homes) -> _Whole:
    plan, programme = proposal.plan, proposal.programme
    names = {community.id: community for community in book.communities}
    projects = _projects(plan, programme, proposal, names)
    return _Whole(
        plan=plan,
        programme=programme,
        requirements=requirements,
        communities=_communities(book, plan, requirements, projects, homes),
        projects=projects,
        homes=homes,
        cash=_cash(programme),
        funds=_funds(programme),
        subsidies=_subsidies(proposal, names),
        operating=_operating(proposal),
        lines=tuple(_rows(_table(proposal, "operating_lines"))),
    )


def build_plan_book(proposal: Proposal, survey: Survey, assessment: Assessment, catalogue: Catalogue) -> PlanBook:
    """Bring everything the plan's documents show into one record.

    Parameters
    ----------
    proposal
        Plan, programme, subsidies, frontier, operation.
    survey, assessment, catalogue
        What the plan was made from.

    Returns
    -------
    PlanBook
        For the whole city and each district; money in yuan, areas in m², people in the survey's unit.

    Raises
    ------
    KeyError
        If the catalogue is not the one that the plan was made with.
    """
    plan, programme = proposal.plan, proposal.programme
    book = build_book(assessment, survey, catalogue)
    homes = find_homes(survey, assessment, catalogue, plan)
    requirements = _requirements(homes.demands, catalogue)
    whole = _whole(proposal, book, requirements, homes)
    files = slugs(name for name in _districts(book) if name)
    years = () if programme is None else tuple(programme.meta.choices.years)
    return PlanBook(
        name=plan.meta.name,
        surveyed_on=plan.meta.surveyed_on,
        on=plan.meta.on,
        unit=plan.meta.unit,
        standard=plan.meta.standard,
        costed=bool(len(plan.chosen)) and not plan.chosen["cost_yuan"].isna().any(),
        requirements=requirements,
        city=_part(whole, None, "city"),
        districts=tuple(_part(whole, name, files.get(name, "district")) for name in _districts(book)),
        programme_years=years,
        proposal=proposal.meta.model_dump(mode="json"),
        plan=plan.meta.model_dump(mode="json"),
        programme=None if programme is None else programme.meta.model_dump(mode="json"),
        frontier=_frontier(proposal),
        shadow=_plain(_table(proposal, "shadow")),
        order=_order(proposal),
        alternatives=_alternatives(proposal),
        limits=_limits(plan),
        refused=_refused(plan),
        flows=_plain(_table(proposal, "operating_flows")),
        worth=_plain(_table(proposal, "operating_worth")),
        tornado=_plain(_table(proposal, "operating_tornado")),
        range=_plain(_table(proposal, "operating_range")),
        modes=_plain(_table(proposal, "operating_modes")),
        assumptions=_plain(_table(proposal, "operating_assumptions")),
        break_even=_plain(_table(proposal, "operating_break_even")),
        facility_accounts=tuple(one for one in whole.operating if one.level == "facility"),
        operating_lines=_plain(_table(proposal, "operating_lines")),
        notes=tuple(dict(note) for note in plan.meta.notes),
        assumed=_plain(_table(proposal, "notes")),
        left_out=_plain(_table(proposal, "left_out")),
        unplanned=_unplanned(plan, catalogue),
        buildings=homes.buildings,
        building_needs=homes.needs,
        served=plan.served,
        assessment=book,
    )
