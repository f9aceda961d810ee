"""Before and after by requirement, age and community, and who is still without and why: what that page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linli.improve.outcome import WHY
from linli.improve.sites import REASONS
from linli.report.words import sentence_case
from linli.units import BAND_TITLES
from linli.web.plans.seen import Seen, chart
from linli.web.plans.sheet import NEED
from linli.web.words import current_language, pick, say

__all__ = ["coverage_page"]

_REASONS = ("no_option", "place_taken", "no_budget", "ruled_out", "not_worth_it")


def _names(seen: Seen) -> dict[str, str]:
    return {"before": seen.words("chart.before"), "after": seen.words("chart.after")}


def _by_requirement(seen: Seen) -> dict[str, Any]:
    rows = [
        {"label": seen.requirement(one["requirement"]), "before": one["share_before"], "after": one["share_after"]}
        for one in seen.changes(NEED)
    ]
    return chart("dumbbell", seen.words("chart.coverage_plan"), format="share", names=_names(seen), rows=rows,
                 unit=say("plans.word.within_reach"))  # fmt: skip


def _by_band(seen: Seen) -> dict[str, Any] | None:
    found = {one["band"]: one for one in seen.part["changes"] if not one["requirement"]}
    rows = [
        {
            "label": titles[current_language()],
            "before": found[band]["share_before"],
            "after": found[band]["share_after"],
        }
        for band, titles in BAND_TITLES.items()
        if band in found and band not in {NEED, "all"} and found[band]["residents"]
    ]
    return chart("dumbbell", seen.words("chart.bands_plan"), format="share", names=_names(seen), rows=rows,
                 unit=say("plans.word.within_reach")) if rows else None  # fmt: skip


def _requirements(seen: Seen) -> list[dict[str, Any]]:
    rows = []
    for one in seen.changes(NEED):
        requirement = seen.requirements[one["requirement"]]
        bands = [BAND_TITLES[band][current_language()] for band in requirement["bands"] if band in BAND_TITLES]
        whose = seen.words("number.dot").join(bands) or seen.words("word.everybody")
        known = {"clause": requirement["clause"], "distance_m": requirement["distance_m"], "whose": whose}
        title = seen.requirement(one["requirement"])
        rows.append({**one, **known, "title": title, "text": pick(requirement["text"])})
    return rows


def _reasons(seen: Seen, without: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Chart who is still without, requirement by requirement, by reason."""
    sums: dict[str, dict[str, float]] = {}
    for one in without:
        of = sums.setdefault(one["requirement"], {})
        of[one["reason"]] = of.get(one["reason"], 0.0) + one["residents"]
    present = [reason for reason in _REASONS if any(reason in of for of in sums.values())]
    rows = [
        {"label": seen.requirement(key), "values": [round(of.get(reason, 0.0)) for reason in present]}
        for key, of in sorted(sums.items(), key=lambda item: -sum(item[1].values()))
    ]
    series = [{"code": reason, "label": seen.words(f"reason.{reason}")} for reason in present]
    unit = seen.fmt.folk_unit()
    return chart("stacked", seen.words("chart.without_plan"), unit=unit, series=series, rows=rows) if rows else None


def _details(seen: Seen, without: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows = [
        {**one, "title": seen.requirement(one["requirement"]), "why": pick(WHY.get(one["detail"], {})) or one["detail"],
         "group": seen.words(f"reason.{one['reason']}")}
        for one in without
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -row["residents"])


def _community(seen: Seen, code: str) -> dict[str, Any] | None:
    """Return one community, requirement by requirement."""
    found = next((one for one in seen.part["communities"] if one["id"] == code), None)
    if found is None:
        return None
    changes = [
        {**one, "title": seen.requirement(one["requirement"])}
        for one in found["changes"].values()
        if one["requirement"]
    ]  # fmt: skip
    return {**found, "rows": changes, "details": _details(seen, found["without"]), "needs": found["changes"].get("")}


def coverage_page(seen: Seen, community: str = "") -> dict[str, Any]:
    """Return what the page of coverage shows.

    Parameters
    ----------
    seen
        The study and the place.
    community
        Code of a community to look at by itself; empty = none.

    Returns
    -------
    dict
        Charts, rows by requirement and community, and the reasons of who is still without.
    """
    without = seen.part["without"]
    return {
        "charts": [one for one in (_by_requirement(seen), _by_band(seen), _reasons(seen, without)) if one],
        "requirements": _requirements(seen),
        "communities": [{**one, "needs": one["changes"].get("")} for one in seen.part["communities"]],
        "without": _details(seen, without),
        "refused": _refused(seen),
        "one": _community(seen, community) if community else None,
    }


def _refused(seen: Seen) -> list[dict[str, Any]]:
    """Return why some places cannot be used, counted: of the whole survey."""
    return [
        {"kind": seen.words(f"place_kind.{one['place_kind']}"), "count": one["count"],
         "why": sentence_case(pick(REASONS.get(one["reason"], {})) or one["reason"])}
        for one in seen.book["refused"]
    ]  # fmt: skip
