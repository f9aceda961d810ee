"""Reading runs and their figures through the gate, and the tables behind them as the machine reads them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, OuterRef, QuerySet, Subquery

from linli.assess import Assessment, load_assessment
from linli.survey import Survey, load_snapshot
from linli.web.accounts.models import User
from linli.web.assessments.keep import Keep
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.jobs.models import Job
from linli.web.surveys.models import Snapshot

__all__ = [
    "current_run",
    "latest_run",
    "list_items",
    "list_scores",
    "run_at_work",
    "runs_of",
    "survey_of",
    "survey_of_snapshot",
    "tables_of",
]

_SURVEYS: Keep[Survey] = Keep(2)
_TABLES: Keep[Assessment] = Keep(2)
"""A city's tables are large: those of two rounds, enough to compare them."""


def _steps(path: str) -> list[str]:
    """Return a path and those above it, highest first."""
    parts = path.rstrip("/").split("/") if path else []
    return ["/".join(parts[: i + 1]) + "/" for i in range(len(parts))]


def _above(paths: Iterable[str]) -> set[str]:
    return {step for path in paths for step in _steps(path)}


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
    mine = Run.objects.visible_to(user)
    # The rounds of the places above: their rows are narrowed by the gate, the run itself is no secret.
    held = Run._all.filter(place__in=_above(user.rights.paths("assessments", "view")))
    rows = (mine | held).select_related("snapshot", "snapshot__round", "by")
    rows = rows if snapshot is None else rows.filter(snapshot=snapshot)
    job = Job._all.filter(pk=OuterRef("job")).values("state")[:1]
    return rows.annotate(job_state=Subquery(job)).order_by(F("snapshot__round__surveyed_on").desc(), "-number")


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


def list_scores(user: User, run: Run, standard: str | None = None) -> QuerySet[ScoreRow]:
    """Return the communities of a run that a person may see, a row for each standard.

    Parameters
    ----------
    user
        The person.
    run
        The run.
    standard
        Only by one standard.

    Returns
    -------
    QuerySet of ScoreRow
        With their communities.
    """
    rows = ScoreRow.objects.visible_to(user).filter(run=run).select_related("community")
    return rows if standard is None else rows.filter(standard=standard)


def list_items(user: User, run: Run, standard: str | None = None) -> QuerySet[ItemRow]:
    """Return the items of a run in the communities that a person may see.

    Parameters
    ----------
    user
        The person.
    run
        The run.
    standard
        Only of one standard.

    Returns
    -------
    QuerySet of ItemRow
        With their communities.
    """
    rows = ItemRow.objects.visible_to(user).filter(run=run).select_related("community")
    return rows if standard is None else rows.filter(standard=standard)


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
