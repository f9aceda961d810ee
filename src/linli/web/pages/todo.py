"""What waits for a person: each app says what it has to decide, hand in or put right, with the page to do it on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from linli.web.accounts.models import User

__all__ = ["SOURCES", "Todo", "todos_of"]


@dataclass(frozen=True, slots=True)
class Todo:
    """Things of one kind that wait.

    Parameters
    ----------
    words
        Key of its words, which have a field ``n``.
    count
        How many wait.
    address
        Where to do it.
    late
        How many of them are overdue.
    """

    words: str
    count: int
    address: str
    late: int = 0


SOURCES: list[Callable[[User], Iterable[Todo]]] = []
"""Asked for every person; an app appends its own when it is made ready. Each looks through the gate and counts only."""


def todos_of(user: User) -> list[Todo]:
    """Return what waits for a person.

    Parameters
    ----------
    user
        The person.

    Returns
    -------
    list of Todo
        What is overdue first; nothing that has a count of 0.
    """
    found = [todo for source in SOURCES for todo in source(user) if todo.count]
    return sorted(found, key=lambda todo: not todo.late)
