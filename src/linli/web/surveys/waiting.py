"""What of the survey waits for a person: parts to hand in, parts to review."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from linli.web.accounts.models import User
from linli.web.pages.todo import Todo
from linli.web.surveys.models import Return, Round
from linli.web.surveys.selectors import late_returns, list_returns

__all__ = ["waiting_for"]


def waiting_for(user: User) -> Iterator[Todo]:
    """Yield what waits for a person in the rounds under way, a line for each round.

    Parameters
    ----------
    user
        The person.

    Yields
    ------
    Todo
        Parts that a community worker has to hand in, and parts handed in that somebody above has to review.
    """
    live = list_returns(user, "submit").exclude(round__state=Round.State.FROZEN)
    state = Return.State
    for round_ in Round.objects.visible_to(user).exclude(state=Round.State.FROZEN):
        address = reverse("surveys:round", args=[round_.code])
        if user.rights.may("surveys", "review"):
            waits = list_returns(user, "review").filter(round=round_, state=state.SUBMITTED).exclude(submitted_by=user)
            yield Todo("surveys.todo.review", waits.count(), f"{address}?state={state.SUBMITTED}")
        else:
            mine = live.filter(round=round_, state__in=(state.FILLING, state.RETURNED))
            yield Todo("surveys.todo.submit", mine.count(), address, late_returns(mine).count())
