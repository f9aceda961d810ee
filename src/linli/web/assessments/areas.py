"""Where a row's community lies: its name, the district and street above it, and filters by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from linli.web.accounts.models import User
from linli.web.accounts.selectors import place_names
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import areas_of
from linli.web.pages.place import place_address
from linli.web.pages.table import Column, Filter
from linli.web.words import current_language

__all__ = ["Areas", "area_filters", "community_name"]


def community_name(row: Any) -> str:
    """Return what a row's community is called in the request's language; empty if it lies in none."""
    place = row.community
    if place is None:
        return ""
    return str(place.name_en) if place.name_en and current_language() == "en" else str(place.name)


def _above(row: Any) -> str:
    """Return the path of the place above a row's community."""
    parent: str = row.place.rstrip("/").rpartition("/")[0]
    return f"{parent}/" if parent else row.place


def _profile(row: Any) -> str:
    return place_address(row.community) if row.community else ""


class Areas:
    """The names of the places above the communities of some rows, read at once."""

    def __init__(self) -> None:
        self._names: Mapping[str, str] = {}

    def read(self, rows: Iterable[Any]) -> None:
        """Read the names that rows need.

        Parameters
        ----------
        rows
            Rows with `place`, or their paths.
        """
        above = {_above(row) for row in rows}
        self._names = place_names(above, current_language())

    def name(self, row: Any) -> str:
        """Return district and street of a row's community."""
        return self._names.get(_above(row), "")

    def columns(self) -> tuple[Column, ...]:
        """Return the columns that say which community a row is about."""
        return (
            Column("community", community_name, order=("place",), link=_profile),
            Column("area", self.name, order=("place",), minor=True),
            Column(
                "code", lambda row: row.community.code if row.community else "", order=("community__code",), hidden=True
            ),
        )


def _search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    found = Q(community__name__icontains=asked) | Q(community__name_en__icontains=asked)
    return rows.filter(found | Q(community__code__startswith=asked))


def _within(rows: QuerySet[Any], path: str) -> QuerySet[Any]:
    return rows.filter(place__startswith=path)


def area_filters(user: User, run: Run) -> tuple[Filter, ...]:
    """Return the filters by name and by district or street.

    Parameters
    ----------
    user
        The person, who chooses among the places within reach.
    run
        Whose results are listed.
    """
    return (Filter("q", _search), Filter("area", _within, "choice", lambda: areas_of(user, run)))
