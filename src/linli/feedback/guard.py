"""Whether two rounds can be compared at all, and what a reader has to know if they can.

Refused, because the numbers would lie: residents in different units, no standard or no community in common, other
choices of the assessment (whose walk, which circle, from which share an item is met), an assessment made from another
survey than the one beside it. Told, because the numbers mean less: other rules, other sources of facilities, residents
placed by another method, other streets or boundaries, ids given anew.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from linli.assess import Assessment
from linli.errors import InputError, Problem
from linli.survey import Survey

__all__ = ["REFUSED_OPTIONS", "TOLD_OPTIONS", "check_plan", "check_rounds", "common_standards"]

Round = tuple[Survey, Assessment]

REFUSED_OPTIONS: tuple[str, ...] = ("circle", "person", "met_share", "ages_unknown", "absent_types")
"""Choices that decide what a degree or a status is."""

TOLD_OPTIONS: tuple[str, ...] = ("max_offset_m", "island_m", "weights", "grades", "catchment")
"""Choices that shift scores or single rows."""

_TABLES = (".xlsx", ".xlsm", ".csv")
_FOUND_AGAIN = 0.5
_RESHAPED = 0.01
_SHOWN = 5


def _problem(code: str, zh: str, en: str, fix_zh: str = "", fix_en: str = "", **more: Any) -> Problem:
    error = more.pop("error", False)
    fix = {"zh": fix_zh or "阅读结果时请注意。", "en": fix_en or "Keep it in mind when reading the results."}
    return Problem(f"compare.{code}", "error" if error else "warning", {"zh": zh, "en": en}, fix, **more)


def common_standards(before: Assessment, after: Assessment) -> tuple[str, ...]:
    """Return the standards that both assessments hold, in the order of the later one.

    Parameters
    ----------
    before, after
        Any two assessments.

    Returns
    -------
    tuple of str
        Names of families.
    """
    return tuple(name for name in after.meta.options.standards if name in before.meta.options.standards)


def _own_survey(before: Round, after: Round) -> list[Problem]:
    found = []
    for survey, assessment in (before, after):
        own, said = survey.manifest.digest or "", assessment.meta.survey_digest
        if own and not said:
            words = "评估没有记下所用的快照，无法核对", "the assessment does not say which survey it was made from"
            found.append(_problem("unproven", *words, value=own[:12]))
        elif own != said:
            words = "评估不是由旁边的快照得出", "the assessment was made from another survey"
            fix = "请用同一次运行的快照和评估。", "Use snapshot and assessment of one run."
            found.append(_problem("other_survey", *words, *fix, value=said[:12], error=True))
    return found


def _unit(before: Round, after: Round) -> list[Problem]:
    units = before[1].meta.unit, after[1].meta.unit
    if units[0] == units[1]:
        return []
    fix = (
        "请用同一种人口口径重新调查或评估其中一轮。",
        "Survey or assess one of them again with residents in the same unit.",
    )
    return [
        _problem(
            "unit", "两轮的人口单位不同，不能相减", "the rounds count people in different units",
            *fix, value=" / ".join(units), error=True,
        )
    ]  # fmt: skip


def _standards(before: Round, after: Round) -> list[Problem]:
    one, other = before[1].meta.options.standards, after[1].meta.options.standards
    value = f"{', '.join(one)} / {', '.join(other)}"
    if not common_standards(before[1], after[1]):
        fix = "请用同一标准重新评估其中一轮。", "Assess one of the rounds again by the other's standard."
        return [_problem("no_standard", "没有共同的标准", "no standard in common", *fix, value=value, error=True)]
    if set(one) != set(other):
        return [
            _problem(
                "standards",
                "标准不尽相同，只比较共同的标准",
                "not the same standards: only those in common are compared",
                value=value,
            )
        ]
    return []


def _options(before: Round, after: Round) -> list[Problem]:
    one, other = before[1].meta.options, after[1].meta.options
    found = []
    for name in (*REFUSED_OPTIONS, *TOLD_OPTIONS):
        values = getattr(one, name), getattr(other, name)
        if values[0] == values[1]:
            continue
        value, refused = f"{values[0]} / {values[1]}", name in REFUSED_OPTIONS
        if refused:
            words = (
                "评估选项不同，程度和状态不可比",
                "another choice of the assessment: degrees and statuses do not compare",
            )
            fix = "请用同样的选项重新评估其中一轮。", "Assess one of the rounds again by the other's options."
        else:
            words, fix = (
                ("评估选项不同，得分等可能受影响", "another choice of the assessment: scores may differ by it"),
                ("", ""),
            )
        found.append(_problem("option", *words, *fix, column=name, value=value, error=refused))
    return found


def _rules(before: Round, after: Round) -> list[Problem]:
    one, other = before[1].meta, after[1].meta
    found = []
    if one.catalogue_version != other.catalogue_version:
        found.append(
            _problem(
                "catalogue",
                "规则目录版本不同：要求有变化的指标单列，不作好坏比较；得分可能受影响",
                "other versions of the rules: items whose demand changed are set apart; scores may differ by it",
                value=f"{one.catalogue_version} / {other.catalogue_version}",
            )
        )  # fmt: skip
    if one.code_version != other.code_version:
        found.append(
            _problem(
                "code", "程序版本不同", "other versions of Linli", value=f"{one.code_version} / {other.code_version}"
            )
        )
    return found


def _dates(before: Round, after: Round) -> list[Problem]:
    one, other = before[0].manifest, after[0].manifest
    value = f"{one.surveyed_on} / {other.surveyed_on}"
    if one.surveyed_on > other.surveyed_on:
        return [_problem("order", "前一轮晚于后一轮", "the first round is later than the second", value=value)]
    if one.digest and one.digest == other.digest:
        return [_problem("same", "两轮是同一次调查", "both rounds are the same survey", value=one.digest[:12])]
    return []


def _communities(before: Round, after: Round) -> list[Problem]:
    ids = [set(one[1].communities["community_id"].astype(str)) for one in (before, after)]
    if not ids[0] & ids[1]:
        fix = "请核对社区编号。", "Check the ids of the communities."
        return [_problem("no_community", "没有共同的社区", "no community in common", *fix, error=True)]
    found = []
    for which, (zh, en) in enumerate(
        (
            ("社区只在前一轮", "communities only in the first round"),
            ("社区只在后一轮", "communities only in the second round"),
        )
    ):
        alone = sorted(ids[which] - ids[1 - which])
        if alone:
            value = ", ".join(alone[:_SHOWN]) + (f" … ({len(alone)})" if len(alone) > _SHOWN else "")
            found.append(
                _problem(
                    "communities",
                    zh + "，不参与逐社区比较",
                    en + ": left out of what is compared by community",
                    value=value,
                )
            )
    return found + _boundaries(before[0], after[0])


def _boundaries(before: Survey, after: Survey) -> list[Problem]:
    crs = after.manifest.metric_crs
    areas = [gpd.GeoDataFrame(one.layers["communities"]).to_crs(crs) for one in (before, after)]
    shapes = [area.set_index(area["community_id"].astype(str)).geometry for area in areas]
    both = shapes[0].index.intersection(shapes[1].index)
    one, other = (shapely.make_valid(shape.loc[both].to_numpy()) for shape in shapes)
    reshaped = shapely.area(shapely.symmetric_difference(one, other)) > _RESHAPED * shapely.area(other)
    if not reshaped.any():
        return []
    return [
        _problem(
            "boundaries", "社区边界有变化，逐社区的增减不全是服务变化",
            "boundaries of communities changed: differences by community are not all changes of service",
            value=", ".join(map(str, both[reshaped][:_SHOWN])) + f" ({int(reshaped.sum())})",
        )
    ]  # fmt: skip


def _residents(before: Round, after: Round) -> list[Problem]:
    methods = before[0].manifest.residents.method, after[0].manifest.residents.method
    if methods[0] == methods[1]:
        return []
    return [
        _problem(
            "residents_method", "居民分布的推算方法不同，居民增减部分来自方法",
            "residents were placed by another method: part of their change comes from it",
            value=" / ".join(methods),
        )
    ]  # fmt: skip


def _kinds_of_source(survey: Survey) -> set[str]:
    files = [source.file for source in survey.manifest.sources if source.layer == "facilities"]
    return {"survey" if PurePath(file).suffix.lower() in _TABLES else "map" for file in files}


def _sources(before: Round, after: Round) -> list[Problem]:
    kinds = [_kinds_of_source(one[0]) for one in (before, after)]
    if kinds[0] == kinds[1]:
        return []
    return [
        _problem(
            "sources", "设施来源不同（地图或调查表）：「新开」「关闭」可能只是名录不同",
            "facilities come from other sources (maps, survey tables): opened and closed may be a matter of lists",
            value=" / ".join("+".join(sorted(kind)) or "-" for kind in kinds),
        )
    ]  # fmt: skip


def _ids(before: Round, after: Round) -> list[Problem]:
    found = []
    for layer, key in (("facilities", "facility_id"), ("buildings", "building_id"), ("estates", "estate_id")):
        ids = [set(one[0].layers[layer][key].astype(str)) for one in (before, after)]
        least = min(len(some) for some in ids)
        if least and len(ids[0] & ids[1]) < _FOUND_AGAIN * least:
            found.append(
                _problem(
                    "ids", "多数编号在两轮中不同：按名称和位置对应，住宅楼、小区则无法对应",
                    "most ids differ: facilities are matched by name and place, buildings and estates cannot be",
                    "下一轮请沿用编号。", "Keep the ids in the next round.", layer=layer,
                )
            )  # fmt: skip
    return found


def _streets(before: Round, after: Round) -> list[Problem]:
    def shape(survey: Survey) -> pd.Series:
        streets = survey.layers["streets"]
        lines = shapely.to_wkb(shapely.normalize(streets.geometry.to_numpy()))
        return pd.Series(lines, dtype=object).sort_values(ignore_index=True)

    if shape(before[0]).equals(shape(after[0])):
        return []
    counts = [len(one[0].layers["streets"]) for one in (before, after)]
    return [
        _problem(
            "streets", "道路数据不同：可达的变化可能来自地图的修订",
            "the streets differ: changes of reach may come from edits of the map",
            value=f"{counts[0]:,} / {counts[1]:,}",
        )
    ]  # fmt: skip


_CHECKS: tuple[Callable[[Round, Round], list[Problem]], ...] = (
    _own_survey, _unit, _standards, _options, _rules, _dates, _communities, _residents, _sources, _ids, _streets,
)  # fmt: skip


def check_plan(plan: Any, before: Survey) -> tuple[Problem, ...]:
    """Check whether a plan was made from the first round.

    Parameters
    ----------
    plan
        A plan whose `meta` names its survey; anything else says nothing.
    before
        The first round.

    Returns
    -------
    tuple of Problem
        A warning if it was made from another survey.
    """
    said, own = getattr(getattr(plan, "meta", None), "survey_digest", None), before.manifest.digest or ""
    if said is None or said == own:
        return ()
    words = "方案不是由首轮调查得出", "the plan was made from another survey than the first round"
    return (_problem("other_plan", *words, value=str(said)[:12] or None),)


def check_rounds(before: Round, after: Round) -> tuple[Problem, ...]:
    """Check whether two rounds can be compared.

    Parameters
    ----------
    before, after
        Survey and assessment of each round.

    Returns
    -------
    tuple of Problem
        What a reader has to know: warnings.

    Raises
    ------
    InputError
        If the numbers would lie; carries every problem found, warnings included.
    """
    problems = tuple(problem for check in _CHECKS for problem in check(before, after))
    if any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    return problems
