"""A bounded memory of what is slow to read: folders named by their digest never change, so nothing gets stale.

What belongs here: `Keep`, shared by all threads of a process. Two threads that ask for the same thing at once read it
once; what was asked for least lately is let go of.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Keep"]

_T = TypeVar("_T")


class Keep(Generic[_T]):
    """Values by key, at most so many.

    Parameters
    ----------
    size
        How many values are held, ≥ 1.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, _T] = OrderedDict()
        self._making: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], _T]) -> _T:
        """Return the value of a key, made if it is not held.

        Parameters
        ----------
        key
            Names what never changes, such as a digest.
        make
            Makes it; called by one thread at a time for one key. What it raises is raised, and nothing is held.

        Returns
        -------
        object
            The value. It is shared: do not change it.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._values[key]
            try:
                value = make()
                with self._lock:
                    self._values[key] = value
                    while len(self._values) > self._size:
                        self._values.popitem(last=False)
            finally:
                with self._lock:
                    self._making.pop(key, None)
            return value

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._values.clear()

    def __len__(self) -> int:
        return len(self._values)
