"""What is the same for as long as a request lasts is read once and forgotten with it: a person's rights, the rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

__all__ = ["forget", "moment", "once"]

_T = TypeVar("_T")

_memory: ContextVar[dict[tuple[str, Hashable], Any] | None] = ContextVar("moment", default=None)


@contextmanager
def moment() -> Iterator[None]:
    """Remember what `once` reads while the block runs: a request, or one look at many rows."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def once(name: str, key: Hashable, make: Callable[[], _T]) -> _T:
    """Return what was made of that name and key in this moment; outside of one it is made each time.

    Parameters
    ----------
    name
        What it is, to forget it by.
    key
        Of which one.
    make
        Makes it.

    Returns
    -------
    object
        Shared within the moment: do not change it.
    """
    memory = _memory.get()
    if memory is None:
        return make()
    if (name, key) not in memory:
        memory[name, key] = make()
    found: _T = memory[name, key]
    return found


def forget(name: str) -> None:
    """Read everything of a name again: it was changed within the moment."""
    memory = _memory.get() or {}
    for known in [known for known in memory if known[0] == name]:
        del memory[known]
