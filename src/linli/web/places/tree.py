"""The jurisdiction tree that a layer of communities implies: their 12-digit codes hold city, district and street."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from linli.web.accounts.services import NewPlace

__all__ = ["LEVELS", "community_path", "tree_of"]

LEVELS: tuple[tuple[str, int], ...] = (("city", 4), ("district", 6), ("street", 9), ("community", 12))
"""Level, and how many digits of the code name a place of it."""


def community_path(community_id: str) -> str:
    """Return the jurisdiction path of a community's code.

    Parameters
    ----------
    community_id
        12 digits.

    Returns
    -------
    str
        As ``3301/330105/330105011/330105011001/``.

    Raises
    ------
    ValueError
        If it is no 12-digit code.
    """
    if len(community_id) != LEVELS[-1][1] or not community_id.isdigit():
        msg = f"`community_id` must have 12 digits. Got {community_id!r} instead."
        raise ValueError(msg)
    return "".join(f"{community_id[:digits]}/" for _, digits in LEVELS)


def tree_of(communities: Iterable[Mapping[str, Any]], city: str, city_en: str = "") -> list[NewPlace]:
    """Return the places that communities stand in, and themselves, each once.

    Parameters
    ----------
    communities
        Rows with ``community_id``, ``name``, ``district``, ``subdistrict``.
    city, city_en
        What the city is called.

    Returns
    -------
    list of NewPlace
        In the order of their paths.

    Raises
    ------
    ValueError
        If a code is no 12-digit code.
    """
    found: dict[str, NewPlace] = {}
    for row in communities:
        code = str(row["community_id"])
        names = (city, row.get("district"), row.get("subdistrict"), row["name"])
        path = community_path(code)
        for (level, digits), name in zip(LEVELS, names, strict=True):
            here = path[: path.index(f"{code[:digits]}/") + digits + 1]
            known = str(name) if isinstance(name, str) and name else code[:digits]
            found.setdefault(here, NewPlace(here, level, known, city_en if level == "city" else ""))
    return sorted(found.values(), key=lambda place: place.path)
