"""What waits for a person among questionnaires: comments that nobody has read yet."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from linli.web.accounts.models import User
from linli.web.pages.todo import Todo
from linli.web.wishes.models import Reply
from linli.web.wishes.selectors import list_comments

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
        With its count and the page to do it on.
    """
    if not user.rights.may("surveys", "edit"):
        return
    rows = list_comments(user, "edit").filter(comment_state=Reply.Comment.WAITING)
    first = rows.first()
    address = reverse("wishes:comments", args=[first.questionnaire_id]) if first else reverse("wishes:list")
    yield Todo("wishes.todo.comments", rows.count(), address)
