"""Who does something, from where, and in whose stead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linli.web.accounts.models import User

__all__ = ["Actor", "system_actor"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something.

    Parameters
    ----------
    user
        The person; ``None`` for the machine itself.
    name
        What to call them, kept as it was then.
    address
        From where: an IP address, or ``console``.
    request
        The number of the request, for the logs.
    on_behalf_of
        Whose right was used, where a deputy acts.
    """

    user: User | None
    name: str
    address: str = ""
    request: str = ""
    on_behalf_of: User | None = None


def system_actor(what: str) -> Actor:
    """Return the actor of a command or a job that nobody in particular asked for.

    Parameters
    ----------
    what
        What runs, e.g. ``linli site createadmin``.

    Returns
    -------
    Actor
        Without a person.
    """
    return Actor(user=None, name=what, address="console")
