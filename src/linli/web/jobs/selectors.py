"""Reading jobs: one's own, and those of the places that one may watch over."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from linli.web.accounts.models import User
from linli.web.jobs.models import Job

__all__ = ["job_counts", "jobs_of", "list_jobs"]


def list_jobs(user: User, action: str = "view") -> QuerySet[Job]:
    """Return the jobs that a person may see (their own among them), or may do `action` on."""
    return Job.objects.visible_to(user, action).select_related("requested_by")


def jobs_of(user: User) -> QuerySet[Job]:
    """Return a person's own jobs, newest first."""
    return list_jobs(user).filter(requested_by=user)


def job_counts() -> dict[str, int]:
    """Return how many jobs there are in each state: a figure of the machine, not of anybody's work."""
    found = dict(Job._all.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state, 0) for state in Job.State.values}
