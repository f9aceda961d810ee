"""Money by year and source, the subsidy with its working, the programme of years, and what other budgets buy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from linli.web.plans.rows import subsidy_of, unknown_subsidies
from linli.web.plans.seen import Seen, chart
from linli.web.words import pick, say

__all__ = ["budgets_page", "money_page", "programme_page"]

_SOURCES = ("city", "district", "subsidy", "owners_fund", "operator")
_ALREADY = 0.005
"""Yuan; less is nothing."""


def _source(seen: Seen, source: str) -> str:
    key = f"source.{source}"
    return seen.words(key) if seen.words.has(key) else source


def _cash(seen: Seen) -> dict[str, Any]:
    """Return who pays how much in which year, as a table and, where nobody is paid back, as a chart."""
    sums: dict[tuple[str, int], float] = {}
    for one in seen.part["cash"]:
        key = one["source"], one["year"]
        sums[key] = sums.get(key, 0.0) + one["yuan"]
    years = sorted({year for _, year in sums})
    known = {source for source, _ in sums}
    sources = [*(one for one in _SOURCES if one in known), *sorted(known - set(_SOURCES))]
    rows = [
        {"source": _source(seen, source), "values": [sums.get((source, year)) for year in years],
         "sum": sum(sums.get((source, year), 0.0) for year in years)}
        for source in sources
    ]  # fmt: skip
    whole = [sum(sums.get((source, year), 0.0) for source in sources) for year in years]
    total = {"values": whole, "sum": sum(whole)}
    return {
        "years": years,
        "rows": rows,
        "total": total,
        "back": _pays_back(rows),
        "chart": _cash_chart(seen, years, rows),
    }


def _pays_back(rows: list[dict[str, Any]]) -> bool:
    """Return whether money that comes later pays back an advance."""
    return any(yuan is not None and yuan < -_ALREADY for row in rows for yuan in row["values"])


def _cash_chart(seen: Seen, years: list[int], rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    amounts = [yuan for row in rows for yuan in row["values"] if yuan is not None]
    if not amounts or _pays_back(rows):
        return None  # money that pays back an advance cannot be stacked
    scale, unit = seen.money.axis(max(amounts))
    series = [{"code": f"s{i}", "label": row["source"]} for i, row in enumerate(rows)]
    bars = [
        {"label": str(year), "values": [round((row["values"][i] or 0.0) / scale, 2) for row in rows]}
        for i, year in enumerate(years)
    ]
    return chart("stacked", seen.words("chart.cash"), unit=unit, digits=1, series=series, rows=bars)


def _reason(one: Mapping[str, Any]) -> str:
    """Return why a subsidy could not be worked out: the rule calls a community's works a project, by its code."""
    code, name = one["community_id"], one["community"] or one["community_id"]
    return pick(one["reason"]).replace(f"项目 {code}", name).replace(f"project {code}", name)


def _subsidies(seen: Seen) -> list[dict[str, Any]]:
    return [
        {
            **one,
            "reason": _reason(one),
            "steps": [{**step, "words": pick(step["words"])} for step in one["steps"]],
            "payments": [{**paid, "title": pick(paid["title"])} for paid in one["payments"]],
        }
        for one in seen.part["subsidies"]
    ]


def _left_out(seen: Seen, *parts: str) -> list[str]:
    return [pick(one) for one in seen.book["left_out"] if one["part"] in parts]


def _assumed(seen: Seen, *parts: str) -> list[str]:
    return [pick(one) for one in seen.book["assumed"] if one["part"] in parts]


def money_page(seen: Seen) -> dict[str, Any]:
    """Return what the page of money shows.

    Parameters
    ----------
    seen
        The study and the place.

    Returns
    -------
    dict
        Sums, cash by year and source, funds, the subsidy of each community step by step, what was not worked out.
    """
    return {
        "sums": seen.part["sums"],
        "subsidy_yuan": subsidy_of(seen.part),
        "unknown": len(unknown_subsidies(seen.part)),
        "cash": _cash(seen) if seen.part["cash"] else None,
        "funds": [{**one, "title": _source(seen, one["source"])} for one in seen.part["funds"]],
        "subsidies": _subsidies(seen),
        "left_out": _left_out(seen, "subsidy", "programme", "co_funding"),
        "assumed": _assumed(seen, "subsidy", "co_funding", "programme"),
    }


def _gantt(seen: Seen) -> dict[str, Any] | None:
    rows = [
        {"label": f"{one['number']} {one['place_name'] or one['place_id']} · {seen.facility(one['type'])}",
         "start": one["start_year"], "end": max(one["start_year"], one["open_year"] - 1),
         "group": seen.words(f"lever.{one['lever']}"),
         "note": say("plans.word.opens", year=one["open_year"])}
        for one in seen.part["projects"]
        if one["start_year"] and one["open_year"]
    ]  # fmt: skip
    return chart("gantt", seen.words("chart.gantt"), rows=rows) if rows else None


def _served(seen: Seen) -> dict[str, Any] | None:
    years = seen.part["years"]
    if not years:
        return None
    rows = [{"label": str(one["year"]), "value": round(one["residents"])} for one in years]
    return chart("bars", seen.words("chart.served"), unit=seen.needs_unit, rows=rows)


def programme_page(seen: Seen) -> dict[str, Any]:
    """Return what the page of the programme shows.

    Parameters
    ----------
    seen
        The study and the place.

    Returns
    -------
    dict
        Gantt chart, what each year brings, projects that are not in it and why.
    """
    late = [
        {**one, "facility": seen.facility(one["type"]), "why": seen.words(f"postponed.{one['postponed'] or 'none'}")}
        for one in seen.part["projects"]
        if not one["start_year"]
    ]
    return {
        "programme": seen.book["programme"],
        "charts": [one for one in (_gantt(seen), _served(seen)) if one],
        "years": seen.part["years"],
        "late": late if seen.book["programme"] else [],
        "left_out": _left_out(seen, "programme"),
    }


def _frontier(seen: Seen) -> dict[str, Any] | None:
    rows = seen.book["frontier"]
    if not rows:
        return None
    scale, unit = seen.money.axis(max(one["budget_yuan"] for one in rows))
    points = [
        {
            "x": round(one["budget_yuan"] / scale, 4),
            "y": one["objective"],
            "low": one["objective"],
            "high": one["bound"],
        }
        for one in rows
        if one["objective"] is not None
    ]
    needs = seen.words("chart.frontier_y", unit=seen.needs_unit)
    return chart("line", seen.words("chart.frontier"), unit=needs, x_title=seen.words("chart.frontier_x", unit=unit),
                 series=[{"label": seen.words("chart.found"), "points": points}])  # fmt: skip


def _alternatives(seen: Seen) -> dict[str, Any] | None:
    """Chart the share that each policy would reach: their objectives are in weights of their own."""
    rows = [{"label": pick(one["title"]), "value": one["share_after"]} for one in seen.book["alternatives"]]
    title, unit = seen.words("chart.alternatives"), say("plans.word.within_reach")
    return chart("bars", title, format="share", digits=1, unit=unit, rows=rows) if rows else None


def _in_order(seen: Seen, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "facility": seen.facility(one["type"])} for one in rows]


def budgets_page(seen: Seen) -> dict[str, Any]:
    """Return what the page of other budgets and policies shows: of the whole study.

    Parameters
    ----------
    seen
        The study.

    Returns
    -------
    dict
        Frontier as a band between what was found and what cannot be beaten, building order, alternatives.
    """
    return {
        "charts": [one for one in (_frontier(seen), _alternatives(seen)) if one],
        "frontier": seen.book["frontier"],
        "shadow": seen.book["shadow"],
        "shadow_title": seen.words("chart.shadow", step=seen.money.amount(seen.book["proposal"]["step_yuan"])),
        "order": _in_order(seen, seen.book["order"]),
        "alternatives": [{**one, "name": pick(one["title"])} for one in seen.book["alternatives"]],
        "left_out": _left_out(seen, "frontier", "alternatives"),
        "assumed": _assumed(seen, "frontier", "alternatives"),
    }
