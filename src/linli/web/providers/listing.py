"""The directory as published: versions, what changed between two, who may enter, and the yearly evaluation.

A *version* is a numbered, dated list that is never changed; the next one replaces it (动态更新). An *evaluation* looks
at a year's operating record, says every reason in words, and only proposes: people warn and remove.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from linli.web.providers.criteria import Criteria, Thresholds

__all__ = ["Change", "Comparison", "Evaluation", "Listing", "Reason", "Record", "Version", "compare_versions",
           "evaluate_year", "why_not_listed"]  # fmt: skip

Proposal = Literal["keep", "warn", "remove", "not_evaluated"]


@dataclass(frozen=True, slots=True)
class Listing:
    """A provider as a version lists it.

    Parameters
    ----------
    provider_id
        Its lasting public number.
    name
        Its name.
    categories
        Codes of its categories.
    services
        What it offers, in its own words.
    since
        The day it was first listed.
    status
        ``listed``, or ``warned`` with `note` saying why.
    note
        Reason of a warning.
    sites
        How many places it runs.
    """

    provider_id: str
    name: str
    categories: tuple[str, ...]
    services: str
    since: dt.date
    status: Literal["listed", "warned"] = "listed"
    note: str = ""
    sites: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """One published version.

    Parameters
    ----------
    number
        1, 2, 3 ….
    published_on
        The day.
    listings
        Who is on it.
    left
        Who is no longer on it, with the reason, by `provider_id`.
    """

    number: int
    published_on: dt.date
    listings: tuple[Listing, ...]
    left: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a listing that changed."""

    provider_id: str
    name: str
    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two versions.

    Parameters
    ----------
    entered
        On the later one only.
    left
        On the earlier one only, each with its reason (empty if none was given).
    changed
        Fields that differ, by provider and field.
    unchanged
        How many are the same in both.
    """

    entered: tuple[Listing, ...]
    left: tuple[tuple[Listing, str], ...]
    changed: tuple[Change, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class Record:
    """A year's operating record of one place that a provider runs.

    Parameters
    ----------
    site
        What it is called.
    months
        Months on record, 1–12.
    open_days, planned_days
        Days it was open, and was to be.
    satisfied, asked
        Residents who were satisfied, of those asked.
    complaints, answered
        Complaints, and those answered in time.
    balance_yuan
        Income less cost; ``None`` = not known.
    """

    site: str
    months: int
    open_days: int
    planned_days: int
    satisfied: int
    asked: int
    complaints: int
    answered: int
    balance_yuan: float | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One figure of an evaluation and what follows from it.

    Parameters
    ----------
    measure
        ``open_share``, ``satisfaction``, ``complaints_answered``, ``loss_share``, ``months`` or ``warnings``.
    value
        Share 0–1, or a count.
    verdict
        What it asks for by itself: ``keep``, ``warn``, ``remove``.
    words
        ``{"zh": …, "en": …}``.
    """

    measure: str
    value: float
    verdict: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A year's evaluation: what is proposed, and every reason."""

    proposal: Proposal
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]
    """Measures that nobody recorded: they neither help nor harm."""


_FIELDS = ("name", "categories", "services", "status", "note", "sites")


def compare_versions(before: Version, after: Version) -> Comparison:
    """Say what changed from one version to a later one.

    Parameters
    ----------
    before, after
        The versions.

    Returns
    -------
    Comparison
        Sorted by provider.
    """
    old = {one.provider_id: one for one in before.listings}
    new = {one.provider_id: one for one in after.listings}
    both = sorted(old.keys() & new.keys())
    changed = tuple(
        Change(key, new[key].name, name, getattr(old[key], name), getattr(new[key], name))
        for key in both
        for name in _FIELDS
        if getattr(old[key], name) != getattr(new[key], name)
    )
    return Comparison(
        entered=tuple(new[key] for key in sorted(new.keys() - old.keys())),
        left=tuple((old[key], after.left.get(key, "")) for key in sorted(old.keys() - new.keys())),
        changed=changed,
        unchanged=len(both) - len({change.provider_id for change in changed}),
    )


def why_not_listed(
    categories: Iterable[str], evidence: Iterable[str], sites: int, criteria: Criteria
) -> tuple[Mapping[str, str], ...]:
    """Say why a provider may not be listed.

    Parameters
    ----------
    categories
        Codes it applies for.
    evidence
        Ids of the evidence it has shown.
    sites
        Places it runs, ≥ 0.
    criteria
        The rules.

    Returns
    -------
    tuple of mapping
        Every reason, ``{"zh", "en"}``; empty = it may be listed.
    """
    wanted, shown = frozenset(categories), frozenset(evidence)
    known = {one.id for one in criteria.categories}
    reasons = [{"zh": f"没有类别「{name}」", "en": f"there is no category “{name}”"} for name in sorted(wanted - known)]
    if not wanted:
        reasons.append({"zh": "未选择类别", "en": "no category is chosen"})
    reasons += [
        {"zh": f"缺少「{asked.title['zh']}」", "en": f"“{asked.title['en']}” is missing"}
        for asked in criteria.asked_of(wanted)
        if asked.id not in shown
    ]
    least = criteria.entry.min_sites
    if sites < least:
        reasons.append(
            {
                "zh": f"在运营项目 {sites} 个，至少须 {least} 个",
                "en": f"it runs {sites} places, at least {least} are asked",
            }
        )
    return tuple(reasons)


_TITLES = {
    "open_share": ("开放天数占比", "days open"),
    "satisfaction": ("满意率", "residents satisfied"),
    "complaints_answered": ("投诉按时办结率", "complaints answered in time"),
    "loss_share": ("亏损点位占比", "places run at a loss"),
}
_ENDS = {
    "keep": ("达到要求", "as asked"),
    "warn": ("应予警示", "a warning is due"),
    "remove": ("应予移出", "removal is due"),
}


def _shares(records: Sequence[Record]) -> dict[str, float | None]:
    """Work out the measures; over nothing, a measure is not known."""

    def share(part: float, whole: float) -> float | None:
        return part / whole if whole else None

    balances = [one.balance_yuan for one in records if one.balance_yuan is not None]
    return {
        "open_share": share(sum(one.open_days for one in records), sum(one.planned_days for one in records)),
        "satisfaction": share(sum(one.satisfied for one in records), sum(one.asked for one in records)),
        "complaints_answered": share(sum(one.answered for one in records), sum(one.complaints for one in records)),
        "loss_share": share(sum(balance < 0 for balance in balances), len(balances)),
    }


def _judge(measure: str, value: float, limits: Thresholds) -> Reason:
    sign = -1 if measure == "loss_share" else 1  # a loss is bad when it is large
    verdict = "keep"
    if sign * value < sign * limits.warn:
        verdict = "warn"
    if limits.remove is not None and sign * value < sign * limits.remove:
        verdict = "remove"
    limit = limits.remove if verdict == "remove" and limits.remove is not None else limits.warn
    (zh, en), (end_zh, end_en) = _TITLES[measure], _ENDS[verdict]
    edge = ("上限", "at most") if sign < 0 else ("下限", "at least")
    return Reason(
        measure,
        value,
        verdict,
        {
            "zh": f"{zh} {value:.0%}，{edge[0]} {limit:.0%}：{end_zh}",
            "en": f"{en} {value:.0%}, {edge[1]} {limit:.0%}: {end_en}",
        },
    )


def evaluate_year(records: Sequence[Record], criteria: Criteria, *, warnings_before: int = 0) -> Evaluation:
    """Evaluate a provider's year.

    Parameters
    ----------
    records
        One a place that it ran.
    criteria
        The rules.
    warnings_before
        Years in a row, up to the last, in which it was warned, ≥ 0.

    Returns
    -------
    Evaluation
        The severest of all reasons is proposed. Too few months on record: it is not evaluated.
    """
    rules = criteria.evaluation
    months = max((one.months for one in records), default=0)
    if months < rules.min_months:
        words = {
            "zh": f"运营记录 {months} 个月，不足 {rules.min_months} 个月：不作评价",
            "en": f"{months} months on record, fewer than {rules.min_months}: not evaluated",
        }
        return Evaluation("not_evaluated", (Reason("months", months, "keep", words),), ())
    shares = _shares(records)
    reasons = [_judge(name, value, getattr(rules, name)) for name, value in shares.items() if value is not None]
    verdicts = {reason.verdict for reason in reasons}
    proposal: Proposal = "remove" if "remove" in verdicts else "warn" if "warn" in verdicts else "keep"
    if proposal == "warn" and warnings_before + 1 >= rules.warnings_to_removal:
        years = warnings_before + 1
        words = {"zh": f"连续 {years} 年应予警示：应予移出", "en": f"warned {years} years in a row: removal is due"}
        reasons.append(Reason("warnings", years, "remove", words))
        proposal = "remove"
    return Evaluation(proposal, tuple(reasons), tuple(name for name, value in shares.items() if value is None))
