"""Rows that are no table's: sums and the like, in a list that tables show, sort and export as they do querysets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from django.db.models import QuerySet
from django.db.models.expressions import OrderBy

__all__ = ["Rows"]


class Rows:
    """A list that is ordered and paged as a queryset is.

    Parameters
    ----------
    found
        The rows, already through the gate; filters of the table take and give `Rows` and narrow by `keep`.
    """

    def __init__(self, found: Sequence[Any]) -> None:
        self._found = list(found)

    @classmethod
    def of(cls, found: Sequence[Any]) -> QuerySet[Any]:
        """Return rows under the type that tables ask for."""
        return cast("QuerySet[Any]", cls(found))

    def keep(self, test: Callable[[Any], bool]) -> Rows:
        """Return the rows that pass a test."""
        return Rows([row for row in self._found if test(row)])

    def order_by(self, *names: str | OrderBy) -> Rows:
        """Return the rows by attributes, ``-`` before one for descending; what is unknown comes last either way.

        Parameters
        ----------
        *names
            Attributes, or what a table makes of them; one that rows do not have (``pk``) is passed over.
        """
        found = self._found
        for one in reversed(names):
            name = one if isinstance(one, str) else _name(one)
            key = name.lstrip("-")
            if not found or not hasattr(found[0], key):
                continue
            known = [row for row in found if getattr(row, key) is not None]
            known.sort(key=lambda row, key=key: getattr(row, key), reverse=name.startswith("-"))  # type: ignore[misc]
            found = known + [row for row in found if getattr(row, key) is None]
        return Rows(found)

    def iterator(self, chunk_size: int = 0) -> Iterator[Any]:  # noqa: ARG002 - as a queryset's
        """Yield the rows."""
        return iter(self._found)

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._found)

    def __getitem__(self, index: Any) -> Any:
        return self._found[index]


def _name(order: OrderBy) -> str:
    return ("-" if order.descending else "") + str(getattr(order.expression, "name", ""))
