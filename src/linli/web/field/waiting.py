"""What waits for a person among what phones sent in: conflicts to decide, entries to look at, issues to put right."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from linli.web.accounts.models import User
from linli.web.field.models import Conflict, Entry
from linli.web.field.selectors import list_conflicts, list_entries
from linli.web.pages.todo import Todo

__all__ = ["waiting"]


def waiting(user: User) -> Iterator[Todo]:
    """Yield what waits for a person.

    Parameters
    ----------
    user
        The person.

    Yields
    ------
    Todo
        Each with its count and the page to do it on.
    """
    rights = user.rights
    if rights.may("surveys", "edit"):
        open_ = list_conflicts(user, "edit").filter(state=Conflict.State.OPEN).count()
        yield Todo("field.todo.conflicts", open_, reverse("field:conflicts"))
    if rights.may("surveys", "review"):
        rows = list_entries(user, "review").filter(state=Entry.State.ACCEPTED, review=Entry.Review.RECEIVED)
        yield Todo("field.todo.review", rows.exclude(by=user).count(), f"{reverse('field:entries')}?review=received")
    issues = list_entries(user).filter(by=user, review=Entry.Review.ISSUES).count()
    yield Todo("field.todo.issues", issues, f"{reverse('field:mine')}?review=issues")
