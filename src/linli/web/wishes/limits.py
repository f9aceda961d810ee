"""How often one address may do something: counted in the site's cache, under a hash of the address that changes daily.

The counts only have to keep machines from flooding a form; two requests at the same instant may count as one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

__all__ = ["LIMITS", "Limit", "count", "is_over"]


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within so many seconds."""

    most: int
    seconds: int


LIMITS = {
    "guess": Limit(20, 600),  # tokens that do not exist, from one address
    "open_address": Limit(30, 3600),  # replies by the open link, from one address (a whole estate may share one)
    "open_all": Limit(600, 3600),  # replies by the open link, of one questionnaire
}
"""Technical limits by what is counted."""


def _key(what: str, whom: str) -> str:
    limit = LIMITS[what]
    window = int(time.time()) // limit.seconds
    # An address is personal data: what is kept of it for an hour cannot be turned back.
    mark = salted_hmac("linli.wishes.limits", f"{timezone.localdate()}:{whom}", algorithm="sha256").hexdigest()[:32]
    return f"wishes:{what}:{window}:{mark}"


def is_over(what: str, whom: str) -> bool:
    """Return whether somebody has had their share.

    Parameters
    ----------
    what
        A key of `LIMITS`.
    whom
        Address, or what else is counted by.

    Returns
    -------
    bool
        True until the time is over.
    """
    return int(cache.get(_key(what, whom), 0)) >= LIMITS[what].most


def count(what: str, whom: str) -> None:
    """Count one more.

    Parameters
    ----------
    what
        A key of `LIMITS`.
    whom
        Address, or what else is counted by.
    """
    key = _key(what, whom)
    if not cache.add(key, 1, LIMITS[what].seconds):
        try:
            cache.incr(key)
        except ValueError:  # it ran out this instant
            cache.set(key, 1, LIMITS[what].seconds)
