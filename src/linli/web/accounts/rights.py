"""What a person may do, and where: their grants in force and those of the people they stand in for.

A *right* is a role's action on a module at or below a place. Rights are read once a request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from linli.web.accounts.roles import role_matrix
from linli.web.moment import once

if TYPE_CHECKING:
    from linli.web.accounts.models import User

__all__ = ["Right", "Rights", "rights_of"]


@dataclass(frozen=True, slots=True)
class Right:
    """A grant as it counts for one person.

    Parameters
    ----------
    role
        Code of the role.
    place
        Jurisdiction path; empty = the whole site.
    module
        The only module it is for; empty = all of the role's.
    holder
        Who was granted it: the person, or whom they stand in for.
    """

    role: str
    place: str
    module: str
    holder: int

    def covers(self, module: str, action: str) -> bool:
        """Return whether it lets one do that somewhere."""
        role = role_matrix().roles.get(self.role)
        return role is not None and self.module in {"", module} and role.may(module, action)


@dataclass(frozen=True, slots=True)
class Rights:
    """All that a person may do.

    Parameters
    ----------
    user
        The person's key.
    rights
        One for each grant.
    """

    user: int
    rights: tuple[Right, ...]

    def paths(self, module: str, action: str) -> tuple[str, ...]:
        """Return the places at or below which one may do that, without those that lie below others."""
        found = sorted({right.place for right in self.rights if right.covers(module, action)})
        return tuple(p for p in found if not any(p != other and p.startswith(other) for other in found))

    def may(self, module: str, action: str, place: str | None = None) -> bool:
        """Return whether one may do that at a place, or anywhere if none is given."""
        paths = self.paths(module, action)
        return bool(paths) if place is None else any(place.startswith(path) for path in paths)

    def holders(self, module: str, action: str) -> frozenset[int]:
        """Return whose grants let one do that."""
        return frozenset(right.holder for right in self.rights if right.covers(module, action))

    @property
    def roles(self) -> frozenset[str]:
        """Codes of all roles, those of people stood in for included."""
        return frozenset(right.role for right in self.rights)

    @property
    def places(self) -> tuple[str, ...]:
        """Return the places of all rights, without those that lie below others."""
        found = sorted({right.place for right in self.rights})
        return tuple(p for p in found if not any(p != other and p.startswith(other) for other in found))


def _read(user: User) -> Rights:
    grant, deputy = apps.get_model("accounts", "Grant"), apps.get_model("accounts", "Deputy")
    today = timezone.localdate()
    principals = deputy._all.filter(deputy=user, begins__lte=today, ends__gte=today, ended_at=None)
    stood_in_for = list(principals.filter(principal__is_active=True).values_list("principal_id", flat=True))
    rows = grant._all.in_force(today).filter(Q(user=user) | Q(user__in=stood_in_for))
    matrix = role_matrix()
    rights = [Right(row.role, row.place, row.module, row.user_id) for row in rows]
    # Administering a site is not something one does in somebody's stead.
    kept = [r for r in rights if r.holder == user.pk or not matrix.roles[r.role].administrator]
    return Rights(user.pk, tuple(kept))


def rights_of(user: User) -> Rights:
    """Return what a person may do today.

    Parameters
    ----------
    user
        The person; who is not active may do nothing.

    Returns
    -------
    Rights
        From the grants in force.
    """
    if not user.is_active:
        return Rights(user.pk, ())
    return once("rights", user.pk, lambda: _read(user))
