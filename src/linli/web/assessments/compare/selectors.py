"""Reading comparisons and their figures through the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from linli.web.accounts.models import User
from linli.web.accounts.selectors import places_below
from linli.web.assessments.models import ComparedCommunity, ComparedItem, Comparison, Doubt, Loss, Run
from linli.web.assessments.pieces import verified
from linli.web.assessments.selectors import runs_within
from linli.web.jobs.models import Job
from linli.web.jobs.selectors import list_jobs
from linli.web.keep import Keep

__all__ = [
    "FILES",
    "Sums",
    "changes_in",
    "comparison_at_work",
    "comparison_job",
    "comparison_sums",
    "comparisons_within",
    "file_of",
    "list_communities",
    "list_comparisons",
    "list_doubts",
    "list_items",
    "list_losses",
    "reached",
    "runs_to_compare",
]

FILES = ("compare.zh.xlsx", "compare.en.xlsx", "compare.zh.md", "compare.en.md", "doubtful.csv")
"""What can be had of a comparison."""

_TABLES: Keep[pd.DataFrame] = Keep(16)


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the communities that a person may see.

    Parameters
    ----------
    communities
        How many.
    better, worse
        Items that got better or worse.
    gained, lost
        Residents who came within reach of what they had not, or no longer are, added up over facility types.
    opened, closed
        Facilities.
    opened_m2, brought_back_m2
        Floor area added, and of rooms brought back into use, m².
    open_doubts
        Doubtful matches that nobody has decided.
    """

    communities: int
    better: int
    worse: int
    gained: int
    lost: int
    opened: int
    closed: int
    opened_m2: int
    brought_back_m2: int
    open_doubts: int


def list_comparisons(user: User) -> QuerySet[Comparison]:
    """Return the comparisons that concern a person; `job_state` is how the job of each stands."""
    job = Job._all.filter(pk=OuterRef("job")).values("state")[:1]
    doubts = Doubt._all.filter(comparison=OuterRef("pk"), same=None).order_by()
    rows = Comparison.objects.visible_to(user).select_related("before__snapshot__round", "after__snapshot__round", "by")
    open_doubts = doubts.values("comparison").annotate(n=Count("pk")).values("n")
    return rows.annotate(job_state=Subquery(job), open_doubts=Subquery(open_doubts))


def comparisons_within(user: User, action: str) -> QuerySet[Comparison]:
    """Return the comparisons that a person may act on as a whole: of places at or below theirs.

    Parameters
    ----------
    user
        The person.
    action
        ``run`` or ``export``.
    """
    rows = Comparison.objects.visible_to(user, action)
    return rows.select_related("before__snapshot__round", "after__snapshot__round", "by")


def comparison_at_work(pk: int) -> Comparison:
    """Return a comparison for the job that makes it.

    Parameters
    ----------
    pk
        Its key.

    Raises
    ------
    Comparison.DoesNotExist
        If there is none.
    """
    rows = Comparison._all.select_related("before__snapshot__round", "after__snapshot__round", "by")
    return rows.get(pk=pk)


def comparison_job(user: User, comparison: Comparison) -> Job | None:
    """Return the job that makes a comparison, if the person may see it."""
    return list_jobs(user).filter(pk=comparison.job).first() if comparison.job else None


def runs_to_compare(user: User) -> QuerySet[Run]:
    """Return the runs that a person may put side by side, the newest round first."""
    rows = runs_within(user, "run").filter(state=Run.State.DONE)
    return rows.order_by("-snapshot__round__surveyed_on", "-current", "-number")


def list_communities(user: User, comparison: Comparison, action: str = "view") -> QuerySet[ComparedCommunity]:
    """Return the communities of a comparison that a person may see, or may do `action` on."""
    rows = ComparedCommunity.objects.visible_to(user, action).filter(comparison=comparison)
    return rows.select_related("community")


def list_items(user: User, comparison: Comparison, action: str = "view") -> QuerySet[ComparedItem]:
    """Return the items that changed in the communities that a person may see, or may do `action` on."""
    rows = ComparedItem.objects.visible_to(user, action).filter(comparison=comparison)
    return rows.select_related("community")


def list_losses(user: User, comparison: Comparison, action: str = "view") -> QuerySet[Loss]:
    """Return what got worse where a person may see it, or may do `action` on, most residents first."""
    rows = Loss.objects.visible_to(user, action).filter(comparison=comparison)
    return rows.select_related("community").order_by("rank")


def list_doubts(user: User, comparison: Comparison, action: str = "view") -> QuerySet[Doubt]:
    """Return the doubtful matches where a person may see them, or may do `action` on, decided ones included."""
    rows = Doubt.objects.visible_to(user, action).filter(comparison=comparison)
    return rows.select_related("community", "by")


def comparison_sums(user: User, comparison: Comparison) -> Sums:
    """Add up what changed over the communities that a person may see.

    Parameters
    ----------
    user
        The person.
    comparison
        Which.

    Returns
    -------
    Sums
        Zero where there is nothing; losses and gains are not netted.
    """
    names = ("better", "worse", "gained", "lost", "opened", "closed", "opened_m2", "brought_back_m2")
    found = list_communities(user, comparison).aggregate(n=Count("pk"), **{name: Sum(name) for name in names})
    doubts = list_doubts(user, comparison).filter(same=None).count()
    return Sums(communities=found["n"], open_doubts=doubts, **{name: round(found[name] or 0) for name in names})


def file_of(comparison: Comparison, name: str) -> Path | None:
    """Return where a file of a comparison is; ``None`` if there is no such file."""
    return comparison.path / name if name in FILES and comparison.digest else None


def _table(comparison: Comparison, name: str) -> pd.DataFrame:
    record = comparison.path / "outcome" / "outcome.json"

    def read() -> pd.DataFrame:
        frame: pd.DataFrame = pq.read_table(verified(record, comparison.digest, name)).to_pandas()
        return frame

    return _TABLES.get(f"{comparison.digest}/{name}", read)


def _codes(user: User) -> Sequence[str]:
    return list(places_below(user, "assessments").filter(level="community").values_list("code", flat=True))


def reached(user: User, comparison: Comparison) -> pd.DataFrame:
    """Add up, by facility type, who came within the circle's distance and who no longer is.

    Parameters
    ----------
    user
        The person: only residents of communities that they may see.
    comparison
        Done.

    Returns
    -------
    DataFrame
        `type`, `gained`, `lost`, `gained_old_young`, `lost_old_young`: residents (or m²), today's; most gained first.

    Raises
    ------
    SnapshotError
        If the file is missing or was changed.
    """
    table = _table(comparison, "coverage")
    near = (table["distance_m"].astype("float64") - float(comparison.circle_m or 0)).abs() < 1
    mine = table[near & table["community_id"].astype(str).isin(_codes(user))]
    columns = ["gained", "lost", "gained_old_young", "lost_old_young"]
    sums = mine.groupby(mine["type"].astype(str))[columns].sum().reset_index()
    return sums[(sums["gained"] > 0) | (sums["lost"] > 0)].sort_values(["gained", "type"], ascending=[False, True])


def changes_in(comparison: Comparison, code: str) -> list[dict[str, Any]]:
    """Return what changed of the facilities of one community; the caller has let the person see the community.

    Parameters
    ----------
    comparison
        Done.
    code
        The community's.

    Returns
    -------
    list of dict
        `change`, `type`, `name`, `column`, `before`, `after`, `evidence`.

    Raises
    ------
    SnapshotError
        If the file is missing or was changed.
    """
    table = _table(comparison, "changes")
    mine = table[(table["layer"] == "facilities") & (table["community_id"].astype(str) == code)]
    names = ["change", "type", "name", "column", "before", "after", "evidence"]
    plain = mine[names].astype(object)
    return [{str(k): v for k, v in row.items()} for row in plain.where(plain.notna(), None).to_dict("records")]
