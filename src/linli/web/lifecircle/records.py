"""Vector tiles of the register: where the records of a layer stand, as far as a person may see them.

What a person may see is read through the register's own gate, and kept by that scope and the version of what was read:
a record that was changed, added or closed makes a new version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from linli.web.accounts.models import User
from linli.web.keep import Keep
from linli.web.places.models import Record
from linli.web.places.selectors import list_records, newest_change
from linli.web.standards.catalogue import site_catalogue
from linli.web.tiles import Dots, Look, Tile, dot_layer
from linli.web.vector_tile import encode

__all__ = ["record_tile", "records_version"]

_OTHER = ""
"""Group of records that are no facilities."""


@dataclass(frozen=True, eq=False)
class _Marks:
    """Records of a layer in somebody's scope."""

    dots: Dots
    key: npt.NDArray[np.object_]
    name: npt.NDArray[np.object_]
    group: npt.NDArray[np.int64]
    groups: tuple[str, ...]


_MARKS: Keep[_Marks] = Keep(12)


def _visible(user: User, layer: str) -> QuerySet[Record]:
    return list_records(user, layer).filter(closed_at=None, west__isnull=False)


def records_version(user: User, layer: str) -> tuple[str, ...]:
    """Return what tells one state of the records that a person may see from another.

    Parameters
    ----------
    user
        The person.
    layer
        Of the register.

    Returns
    -------
    tuple of str
        Layer, scope, last change; part of the key of every answer made from them.
    """
    return layer, ",".join(user.rights.paths("places", "view")), str(newest_change(user, layer))


def _marks(user: User, layer: str) -> _Marks:
    fields = ("key", "name", "kind", "west", "south", "east", "north")
    found: list[Any] = list(_visible(user, layer).order_by("pk").values_list(*fields))
    box = np.array([row[3:] for row in found], dtype=np.float64).reshape(-1, 4)
    of_kind = {code: rule.group or _OTHER for code, rule in site_catalogue().facility_types.items()}
    named = [of_kind.get(row[2], _OTHER) for row in found]
    groups = tuple(sorted({*named, _OTHER}))
    number = {name: i for i, name in enumerate(groups)}
    return _Marks(
        dots=Dots((box[:, :2] + box[:, 2:]) / 2),
        key=np.array([row[0] for row in found], dtype=object),
        name=np.array([row[1] or row[0] for row in found], dtype=object),
        group=np.array([number[name] for name in named], dtype=np.int64),
        groups=groups,
    )


def record_tile(user: User, layer: str, version: tuple[str, ...], where: Tile) -> bytes:
    """Return a tile of a layer of the register.

    Parameters
    ----------
    user
        Who asks: nobody else's records are in it.
    layer
        Of the register; also the name of the tile's layer.
    version
        From `records_version`.
    where
        Which tile.

    Returns
    -------
    bytes
        Points in the middle of each record, with ``id``, ``name`` and ``group``; where they are too many, several as
        one with their number ``n``.
    """
    marks = _MARKS.get("\x1f".join(version), lambda: _marks(user, layer))
    look = Look(
        keep=lambda rows: np.ones(len(rows), dtype=bool),
        group=lambda rows: marks.group[rows],
        groups=marks.groups,
        weight=lambda rows: np.full(len(rows), np.nan),
        about=lambda rows: {"id": marks.key[rows], "name": marks.name[rows]},
    )
    return encode([dot_layer(layer, where, marks.dots, look)])
