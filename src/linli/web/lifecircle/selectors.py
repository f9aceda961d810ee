"""Which places a person may see the life circle of, and by which run."""

from __future__ import annotations

from django.db.models import QuerySet

from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import places_below
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import current_run

__all__ = ["circle_place", "circle_run", "first_place", "places_inside"]

_MODULE = "assessments"


def circle_place(user: User, code: str) -> Place | None:
    """Return a place by its code, if the person may see assessments there."""
    return places_below(user, _MODULE).filter(code=code).order_by("path").first()


def first_place(user: User) -> Place | None:
    """Return the place that a person is shown first: the highest of theirs, or the only one that it holds."""
    return places_below(user, _MODULE).order_by("path").first()


def places_inside(user: User, place: Place) -> QuerySet[Place]:
    """Return the places directly below one, as far as the person may see assessments there."""
    below = places_below(user, _MODULE).filter(path__startswith=place.path).exclude(pk=place.pk)
    return below.exclude(path__regex=rf"^{place.path}[^/]+/[^/]+/")


def circle_run(user: User, place: Place, number: str = "") -> Run | None:
    """Return the run whose figures are shown at a place.

    Parameters
    ----------
    user
        Who may see assessments at the place.
    place
        The place.
    number
        Key of the run that a page was made from, so that all its data are of the same; the current one of the newest
        round that holds the place if left out.

    Returns
    -------
    Run or None
        ``None`` if nothing was assessed there, or by no such run.
    """
    if not number:
        return current_run(user, place.path)
    if not number.isdecimal():
        return None
    # What a run says of itself is no secret where it reaches; its figures are narrowed to the place by whoever asks.
    run = Run._all.select_related("snapshot").filter(pk=int(number), state=Run.State.DONE).first()
    return run if run is not None and place.path.startswith(run.place) else None
