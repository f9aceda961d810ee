"""What kinds of long work there are: a function for each, registered under its name.

A job's function must be *idempotent*: a worker that was killed half-way is followed by another that begins again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["KINDS", "Context", "JobFunction", "Page", "job", "page_of"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a job's function is given besides its arguments.

    Parameters
    ----------
    job_id
        The job's key, text.
    requested_by
        Key of the person who asked, or ``None``.
    progress
        To be called with the stage in words and the fraction done (0–1 or ``None``); raises
        `linli.web.jobs.runner.CancelledError` when the job was cancelled.
    """

    job_id: str
    requested_by: int | None
    progress: Callable[[str, float | None], None]


class JobFunction(Protocol):
    """Long work: takes the context and its own JSON-ready arguments, returns a JSON-ready result."""

    def __call__(self, context: Context, **arguments: Any) -> dict[str, Any] | None:
        """Do the work."""


KINDS: dict[str, JobFunction] = {}
"""Every kind, filled by `job` when an app's `work.py` is imported."""


Page = Callable[[Any, Mapping[str, Any]], str]
"""Takes a person and a job's arguments, gives the address of the page where its result stands, or nothing."""

_PAGES: dict[str, Page] = {}


def page_of(kind: str, user: Any, arguments: Mapping[str, Any]) -> str:
    """Return the address of the page where what a job was about stands; empty where there is none for this person."""
    page = _PAGES.get(kind)
    return page(user, arguments) if page else ""


def job(kind: str, page: Page | None = None) -> Callable[[JobFunction], JobFunction]:
    """Register a function as the work of a kind.

    Parameters
    ----------
    kind
        ``<app>.<verb>``; its words are ``jobs.kind.<app>.<verb>`` or ``<app>.job.<verb>``.
    page
        Where its result is to be seen; asks the gate, as every page does.

    Returns
    -------
    Callable
        A decorator that gives the function back unchanged.

    Raises
    ------
    ValueError
        If the kind is taken by another function.
    """

    def decorate(function: JobFunction) -> JobFunction:
        if KINDS.get(kind, function) is not function:
            msg = f"kind {kind!r} is taken"
            raise ValueError(msg)
        KINDS[kind] = function
        if page is not None:
            _PAGES[kind] = page
        return function

    return decorate
