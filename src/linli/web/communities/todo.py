"""What waits for a person in the apps below that do not say so themselves: batches, projects, money, providers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from linli.web.accounts.models import User
from linli.web.funds.selectors import list_decidable
from linli.web.imports.models import Batch
from linli.web.imports.selectors import list_batches
from linli.web.pages.todo import Todo
from linli.web.projects.selectors import list_projects
from linli.web.projects.standards import list_workflows
from linli.web.projects.workflow import PREVIOUS, Workflow
from linli.web.providers.selectors import list_providers

__all__ = ["OWN"]


def _onward(flow: Workflow) -> Iterator[tuple[str, str, str]]:
    """Yield the states that a case is taken on from, with role and module of who may: not aside, not to an end."""
    ends = {state.id for state in flow.states if state.kind in {"aside", "final"}} | {PREVIOUS}
    for one in flow.transitions:
        if one.target not in ends:
            yield from ((source, who.role, who.module) for source in one.sources for who in one.who)


def _mine(user: User) -> Q:
    """Return the condition that a project can be taken on by a person, as far as roles and places say."""
    mine = Q(pk__in=())
    for flow in list_workflows():
        for right in user.rights.rights:
            states = {
                source for source, role, module in _onward(flow) if role == right.role and right.module in {"", module}
            }
            if states:
                mine |= Q(workflow=flow.id, state__in=states, place__startswith=right.place)
    return mine


def _projects(user: User) -> Iterable[Todo]:
    if not user.rights.may("projects", "edit"):
        return
    rows = list_projects(user, "edit").filter(_mine(user))
    late = rows.filter(due_on__lt=timezone.localdate()).count()
    yield Todo("communities.todo.projects", rows.count(), reverse("projects:list"), late)


def _money(user: User) -> Iterable[Todo]:
    if user.rights.may("funds", "approve") or user.rights.may("funds", "confirm"):
        yield Todo("communities.todo.money", list_decidable(user).count(), reverse("funds:overview"))


def _providers(user: User) -> Iterable[Todo]:
    if user.rights.may("providers", "review"):
        waiting = list_providers(user, "review").filter(state="applied").exclude(created_by=user)
        yield Todo("communities.todo.providers", waiting.count(), reverse("providers:list") + "?state=applied")


def _batches(user: User) -> Iterable[Todo]:
    if user.rights.may("surveys", "edit"):
        mine = list_batches(user).filter(created_by=user, state__in=(Batch.State.READY, Batch.State.ERRORS))
        yield Todo("communities.todo.batches", mine.count(), reverse("imports:list"))


OWN: tuple[Callable[[User], Iterable[Todo]], ...] = (_batches, _projects, _money, _providers)
"""Asked for every person, as `linli.web.pages.todo.SOURCES`."""
