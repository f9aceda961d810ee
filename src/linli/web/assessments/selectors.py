"""Reading runs and their figures through the gate, and the tables behind them as the machine reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from linli.assess import Assessment, load_assessment
from linli.survey import Survey, load_snapshot
from linli.web.accounts.models import User
from linli.web.accounts.selectors import place_names, places_below
from linli.web.assessments.files import FILES, file_of
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.jobs.models import Job
from linli.web.jobs.selectors import list_jobs
from linli.web.keep import Keep
from linli.web.surveys.models import Snapshot
from linli.web.words import current_language

__all__ = [
    "RunFile",
    "areas_of",
    "current_run",
    "having_status",
    "latest_run",
    "list_items",
    "list_scores",
    "run_at_work",
    "run_files",
    "run_items",
    "run_job",
    "runs_of",
    "runs_within",
    "survey_of",
    "survey_of_snapshot",
    "tables_of",
    "with_degree",
]


@dataclass(frozen=True, slots=True)
class RunFile:
    """A file of a run; `size` in bytes, ``None`` if it is not there."""

    name: str
    size: int | None
    under_way: bool


_SURVEYS: Keep[Survey] = Keep(2)
_ITEMS: Keep[tuple[tuple[str, str], ...]] = Keep(32)
_TABLES: Keep[Assessment] = Keep(2)
"""A city's tables are large: those of two rounds, enough to compare them."""


def _steps(path: str) -> list[str]:
    """Return a path and those above it, highest first."""
    parts = path.rstrip("/").split("/") if path else []
    return ["/".join(parts[: i + 1]) + "/" for i in range(len(parts))]


def runs_of(user: User, snapshot: Snapshot | None = None) -> QuerySet[Run]:
    """Return the runs that concern a person: of rounds at or below their places, and of rounds that hold these.

    What a run says of itself (when, what rules, what choices) is for everybody it concerns; its figures go through the
    gate by themselves (`list_scores`, `list_items`).

    Parameters
    ----------
    user
        The person.
    snapshot
        Only those of a round.

    Returns
    -------
    QuerySet of Run
        Newest round first; `job_state` is how its job stands.
    """
    rows = Run.objects.visible_to(user).select_related("snapshot", "snapshot__round", "by")
    rows = rows if snapshot is None else rows.filter(snapshot=snapshot)
    job = Job._all.filter(pk=OuterRef("job")).values("state")[:1]
    return rows.annotate(job_state=Subquery(job)).order_by(F("snapshot__round__surveyed_on").desc(), "-number")


def runs_within(user: User, action: str) -> QuerySet[Run]:
    """Return the runs that a person may act on as a whole: of rounds at or below their places.

    Parameters
    ----------
    user
        The person.
    action
        ``run`` or ``export``.
    """
    return Run.objects.visible_to(user, action).select_related("snapshot", "snapshot__round", "by")


def run_job(user: User, run: Run) -> Job | None:
    """Return the job that makes a run, if the person may see it."""
    return list_jobs(user).filter(pk=run.job).first() if run.job else None


def run_files(run: Run) -> list[RunFile]:
    """Return the files of a run: which are there, which are being written.

    Parameters
    ----------
    run
        Done, and the person may take all of it.

    Returns
    -------
    list of RunFile
        In the order of `linli.web.assessments.files.FILES`.
    """
    jobs = Job._all.filter(kind="assessments.file", state__in=(Job.State.QUEUED, Job.State.RUNNING))
    under_way = {str(job.arguments["name"]) for job in jobs if job.arguments.get("run") == run.pk}
    found = []
    for name in FILES:
        path = file_of(run, name)
        size = path.stat().st_size if path is not None and path.is_file() else None
        found.append(RunFile(name, size, under_way=name in under_way))
    return found


def current_run(user: User, place: str | None = None) -> Run | None:
    """Return the run that pages show a person.

    Parameters
    ----------
    user
        The person.
    place
        Jurisdiction path that the round must hold; if left out, the newest round that holds all the person's places,
        else the widest.

    Returns
    -------
    Run or None
        The current one of its round; ``None`` if nothing was assessed yet.
    """
    found = list(runs_of(user).filter(current=True, state=Run.State.DONE))
    if place is not None:
        steps = set(_steps(place))
        found = [run for run in found if run.place in steps]
        return max(found, key=lambda run: run.snapshot.round.surveyed_on, default=None)
    paths = user.rights.paths("assessments", "view")

    def rank(run: Run) -> tuple[bool, int, object]:
        holds_all = all(path.startswith(run.place) for path in paths)
        return holds_all, 0 if holds_all else -len(run.place), run.snapshot.round.surveyed_on

    return max(found, key=rank, default=None)


def latest_run(place: str) -> Run | None:
    """Return the run in force at a place: for the machine and for what is published, not for anybody's page.

    Parameters
    ----------
    place
        Jurisdiction path that the round must hold.

    Returns
    -------
    Run or None
        The current run of the newest round.
    """
    rows = Run._all.filter(current=True, state=Run.State.DONE, place__in=_steps(place))
    return rows.select_related("snapshot", "snapshot__round").order_by("-snapshot__round__surveyed_on", "-pk").first()


def run_at_work(pk: int) -> Run:
    """Return a run for the job that makes it.

    Parameters
    ----------
    pk
        Its key.

    Returns
    -------
    Run
        With its snapshot, round and who asked.

    Raises
    ------
    Run.DoesNotExist
        If there is none.
    """
    return Run._all.select_related("snapshot", "snapshot__round", "by").get(pk=pk)


def list_scores(user: User, run: Run, standard: str | None = None, action: str = "view") -> QuerySet[ScoreRow]:
    """Return the communities of a run that a person may see, a row for each standard.

    Parameters
    ----------
    user
        The person.
    run
        The run.
    standard
        Only by one standard.
    action
        ``view``, or ``export``.

    Returns
    -------
    QuerySet of ScoreRow
        With their communities.
    """
    rows = ScoreRow.objects.visible_to(user, action).filter(run=run).select_related("community")
    return rows if standard is None else rows.filter(standard=standard)


def list_items(user: User, run: Run, standard: str | None = None, action: str = "view") -> QuerySet[ItemRow]:
    """Return the items of a run in the communities that a person may see.

    Parameters
    ----------
    user
        The person.
    run
        The run.
    standard
        Only of one standard.
    action
        ``view``, or ``export``.

    Returns
    -------
    QuerySet of ItemRow
        With their communities.
    """
    rows = ItemRow.objects.visible_to(user, action).filter(run=run).select_related("community")
    return rows if standard is None else rows.filter(standard=standard)


def _same_row(**more: Any) -> QuerySet[ItemRow]:
    """Return the items of an outer score row; by all four columns of the unique index, else each is a long search."""
    outer = {name: OuterRef(name) for name in ("run", "community", "standard")}
    return ItemRow._all.filter(**outer, **more)


def with_degree(rows: QuerySet[ScoreRow], item: str) -> QuerySet[ScoreRow]:
    """Add to communities the degree of one item, as `item_degree`, to sort by.

    Parameters
    ----------
    rows
        Already through the gate.
    item
        Id of the item.
    """
    return rows.annotate(item_degree=Subquery(_same_row(item=item).values("degree")[:1]))


def having_status(rows: QuerySet[ScoreRow], status: str, items: Sequence[str]) -> QuerySet[ScoreRow]:
    """Keep communities in which one of some items has a status.

    Parameters
    ----------
    rows
        Already through the gate.
    status
        One of the five.
    items
        Ids.
    """
    return rows.filter(Exists(_same_row(status=status, item__in=items)))


def run_items(run: Run, standard: str) -> tuple[tuple[str, str], ...]:
    """Return the items of a standard that a run assessed, each with its group, in the standard's order.

    Parameters
    ----------
    run
        Done.
    standard
        Name of the family.

    Returns
    -------
    tuple of pairs of str
        Id and group.
    """

    def read() -> tuple[tuple[str, str], ...]:
        rows = ItemRow._all.filter(run=run, standard=standard)
        first = rows.order_by("pk").values_list("community", flat=True).first()
        return tuple(rows.filter(community=first).order_by("pk").values_list("item", "group"))

    return _ITEMS.get(f"{run.pk}/{run.digest}/{standard}", read)


def areas_of(user: User, run: Run) -> list[tuple[str, str]]:
    """Return the districts and streets of a run in which a person may see results, to choose from.

    Parameters
    ----------
    user
        The person.
    run
        The run.

    Returns
    -------
    list of pairs of str
        Path, and name from the district down.
    """
    found = places_below(user, "assessments").filter(path__startswith=run.place, level__in=("district", "street"))
    paths = [path for path in found.values_list("path", flat=True) if path != run.place]
    names = place_names(paths, current_language())
    return [(path, names[path]) for path in paths]


def tables_of(run: Run) -> Assessment:
    """Return every table of a run: of the whole round, so narrow it by the gate before anybody sees it.

    Parameters
    ----------
    run
        Done.

    Returns
    -------
    Assessment
        Kept in memory by digest; the files' hashes are verified when they are read. Do not change it.

    Raises
    ------
    SnapshotError
        If a file is missing or was changed.
    """
    return _TABLES.get(run.digest, lambda: load_assessment(run.path))


def survey_of(run: Run) -> Survey:
    """Return the survey that a run assessed; as `survey_of_snapshot`."""
    return survey_of_snapshot(run.snapshot)


def survey_of_snapshot(snapshot: Snapshot) -> Survey:
    """Return what a frozen round left: of the whole round, so narrow it by the gate before anybody sees it.

    Parameters
    ----------
    snapshot
        The snapshot.

    Returns
    -------
    Survey
        Kept in memory by digest; the files' hashes are verified when they are read. Do not change it.

    Raises
    ------
    SnapshotError
        If a file is missing or was changed.
    """
    return _SURVEYS.get(snapshot.digest, lambda: load_snapshot(snapshot.path))
