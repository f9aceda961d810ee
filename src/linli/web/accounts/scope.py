"""The one gate: which rows of a table a person may see, or act on.

A model that belongs to a place says so by its `scope`; its `objects` then offers nothing but `visible_to`. Lists, maps,
tiles, exports, API, search and counts all read through it. The raw manager is `_all`, for services and migrations only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from django.db import models
from django.db.models import Q

from linli.web.accounts.rights import rights_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from linli.web.accounts.models import User

__all__ = ["Gate", "Scope", "Scoped", "scope_filter", "within"]

_M = TypeVar("_M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Scope:
    """How a table is seen through the gate.

    Parameters
    ----------
    module
        The module whose right is needed, as in roles.yaml.
    path
        Look-up of the column that holds the jurisdiction path, e.g. ``place`` or ``community__path``.
    own
        Look-ups of people who always see the row (not act on it), e.g. ``requested_by``.
    above
        Whether a row of a place above is seen too (not acted on): a city's round concerns every community in it.
    """

    module: str
    path: str = "place"
    own: tuple[str, ...] = ()
    above: bool = False


def within(paths: Iterable[str], lookup: str) -> Q:
    """Return the condition that a path lies at or below one of some paths.

    Parameters
    ----------
    paths
        Jurisdiction paths, each ending in ``/``; an empty one is the whole site.
    lookup
        Column to compare.

    Returns
    -------
    Q
        False for everything if there are no paths.
    """
    condition = Q(pk__in=())
    for path in paths:
        condition |= Q(**{f"{lookup}__startswith": path}) if path else ~Q(pk__in=())
    return condition


def _parents(paths: Iterable[str]) -> set[str]:
    """Return the places above some places, and themselves."""
    parts = [path.rstrip("/").split("/") for path in paths if path]
    return {"/".join(steps[: i + 1]) + "/" for steps in parts for i in range(len(steps))}


def scope_filter(scope: Scope, user: User | AnonymousUser, action: str = "view") -> Q:
    """Return the condition by which a person sees, or may act on, the rows of a table.

    Parameters
    ----------
    scope
        The table's scope.
    user
        The person; nobody sees nothing.
    action
        ``view`` or another action of the module.

    Returns
    -------
    Q
        The condition.
    """
    if not user.is_authenticated:
        return Q(pk__in=())
    paths = rights_of(user).paths(scope.module, action)
    condition = within(paths, scope.path)
    if action == "view":
        if scope.above:
            condition |= Q(**{f"{scope.path}__in": _parents(paths)})
        for lookup in scope.own:
            condition |= Q(**{lookup: user.pk})
    return condition


class Gate(Generic[_M]):
    """The public manager of a scoped model: `Model.objects.visible_to(user)`."""

    _model: type[_M]

    def __set_name__(self, owner: type[_M], name: str) -> None:
        self._model = owner

    def __get__(self, instance: _M | None, owner: type[_M]) -> Gate[_M]:
        if instance is not None:
            msg = "the gate is asked of the model, not of a row"
            raise AttributeError(msg)
        gate: Gate[_M] = Gate()
        gate._model = owner
        return gate

    def visible_to(self, user: User | AnonymousUser, action: str = "view") -> models.QuerySet[_M]:
        """Return the rows that a person may see, or may do `action` on.

        Parameters
        ----------
        user
            The person.
        action
            ``view`` or another action of the model's module.

        Returns
        -------
        QuerySet
            Narrow it further at will; it never holds more.
        """
        model = cast("Any", self._model)
        rows: models.QuerySet[_M] = model._all.filter(scope_filter(model.scope, user, action))
        return rows


class Scoped(models.Model):
    """Base of models that belong to a place: a column `place` with the jurisdiction path, and the gate."""

    scope: ClassVar[Scope]

    place = models.CharField(max_length=200, db_index=True)

    _all: ClassVar[models.Manager[Any]] = models.Manager()
    objects: ClassVar[Gate[Any]] = Gate()

    class Meta:
        abstract = True
