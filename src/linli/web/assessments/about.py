"""What a page of results is about: which run, which standard, seen how. All of it is in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from linli.web.accounts.access import user_of
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import current_run, runs_of
from linli.web.assessments.titles import standard_title
from linli.web.words import say

__all__ = ["BY", "KEEP", "About", "Tab", "about", "run_asked"]

By = Literal["item", "group", "scene"]

BY: tuple[By, ...] = ("item", "group", "scene")
"""How a standard is seen: item by item, by its groups (the six haves, the levels), through the nine scenes."""

KEEP = ("run", "standard", "by")
"""What stays in the address when filters change."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to see the same page."""

    code: str
    title: str
    query: str
    here: bool


@dataclass(frozen=True, slots=True)
class About:
    """What a page is about.

    Parameters
    ----------
    run
        Whose results.
    standard
        By which standard.
    by
        Seen how.
    query
        The address's part that says so, for links to other pages about the same.
    run_query
        The part of it that names the run; empty for the current one.
    standards, ways
        What else it could be about.
    """

    run: Run
    standard: str
    by: By
    query: str
    run_query: str
    standards: Sequence[Tab]
    ways: Sequence[Tab]

    @property
    def met_share(self) -> float:
        """Degree from which something counts as met, 0–1."""
        return float(self.run.options.get("met_share", 1.0))


def run_asked(request: HttpRequest, place: str | None = None) -> Run | None:
    """Return the run that an address asks for, or the current one if it names none.

    Parameters
    ----------
    request
        The request.
    place
        Jurisdiction path that the current run must hold.

    Returns
    -------
    Run or None
        Done; ``None`` if nothing was assessed yet.

    Raises
    ------
    Http404
        If there is no such run, it does not concern the person, or nothing came of it.
    """
    user, asked = user_of(request), request.GET.get("run", "")
    if not asked:
        return current_run(user, place)
    if not asked.isdigit():
        raise Http404
    return get_object_or_404(runs_of(user).filter(state=Run.State.DONE), pk=asked)


def _query(request: HttpRequest, **values: str) -> str:
    kept = {"run": request.GET.get("run", ""), **values}
    return urlencode({name: value for name, value in kept.items() if value})


def _by(params: QueryDict) -> By:
    return next((way for way in BY if way == params.get("by", "")), "item")


def about(request: HttpRequest, place: str | None = None) -> About | None:
    """Read from the address what a page is about.

    Parameters
    ----------
    request
        The request: ``run``, ``standard``, ``by``.
    place
        As `run_asked`.

    Returns
    -------
    About or None
        The first standard of the run where the address names none of it; ``None`` if nothing was assessed yet.

    Raises
    ------
    Http404
        As `run_asked`.
    """
    run = run_asked(request, place)
    if run is None:
        return None
    names = [str(name) for name in run.options.get("standards", ())]
    asked, by = request.GET.get("standard", ""), _by(request.GET)
    standard = asked if asked in names else names[0]
    tabs = [Tab(name, standard_title(name), _query(request, standard=name, by=by), name == standard) for name in names]
    ways = [Tab(way, say(f"assessments.by.{way}"), _query(request, standard=standard, by=way), way == by) for way in BY]
    return About(run, standard, by, _query(request, standard=standard, by=by), _query(request), tabs, ways)
