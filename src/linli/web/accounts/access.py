"""The gate of routes: every view says by `@access` who may come in; one that does not say fails the tests.

Coming in is not seeing: which rows a person gets is decided by `visible_to` (see `scope`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from linli.web.accounts.models import User
from linli.web.accounts.roles import role_matrix
from linli.web.audit.actor import Actor
from linli.web.logs import request_number

__all__ = [
    "Access",
    "NotSignedInError",
    "Route",
    "access",
    "access_of",
    "actor_of",
    "ask_password",
    "list_routes",
    "user_of",
]

P = ParamSpec("P")
R = TypeVar("R")

UNAUTHORISED = 401

_API_ROOT = "api:api-root"
"""Ninja's own address, of which there is nothing to be had: it answers 404."""


class NotSignedInError(PermissionDenied):
    """The API was asked by nobody in particular."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in.

    Parameters
    ----------
    module, action
        The right that is needed, at any place; empty if none is.
    public
        Whether everybody may, signed in or not.
    fresh
        Whether the password must have been entered within the last minutes.
    """

    module: str = ""
    action: str = ""
    public: bool = False
    fresh: bool = False

    def admits(self, user: Any) -> bool:
        """Return whether a person may come in."""
        if self.public:
            return True
        if not user.is_authenticated:
            return False
        return not self.module or user.rights.may(self.module, self.action)


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the site.

    Parameters
    ----------
    name
        By which it is reversed; for an operation of the API ``api:<name>:<METHOD>``.
    pattern
        Its address with the names of its arguments.
    access
        Who may come in; ``None`` if nobody said: a fault.
    view
        The view.
    """

    name: str
    pattern: str
    access: Access | None
    view: Callable[..., Any]


def access(
    module: str = "", action: str = "view", *, public: bool = False, signed_in: bool = False, fresh: bool = False
) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Say who may come in to a view.

    Parameters
    ----------
    module, action
        The right that is needed, as in roles.yaml.
    public
        Everybody, signed in or not.
    signed_in
        Everybody who is signed in.
    fresh
        Only with the password entered again within the last minutes: for sensitive actions.

    Returns
    -------
    Callable
        A decorator for a view whose first argument is the request.

    Raises
    ------
    ValueError
        If it does not say exactly one of the three, or names a right that roles.yaml does not know.
    """
    if sum((bool(module), public, signed_in)) != 1:
        msg = "say one of: a module and action, `public`, `signed_in`"
        raise ValueError(msg)
    if module and not role_matrix().knows(module, action):
        msg = f"roles.yaml has no action {action!r} of module {module!r}"
        raise ValueError(msg)
    rule = Access(module, action if module else "", public=public, fresh=fresh)

    def decorate(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
            if not rule.public and not request.user.is_authenticated:
                return cast("R", _send_to_sign_in(request))
            if not rule.admits(request.user):
                raise PermissionDenied
            if rule.fresh:
                ask_password(request)
            request.access = rule  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded.access = rule  # type: ignore[attr-defined]
        return cast("Callable[Concatenate[HttpRequest, P], R]", guarded)

    return decorate


def _send_to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        raise NotSignedInError
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=UNAUTHORISED)
        answer["HX-Refresh"] = "true"
        return answer
    return redirect_to_login(request.get_full_path())


def ask_password(request: HttpRequest) -> None:
    """Ask for the password again, unless it was entered within the last minutes: where only the step at hand says so.

    Raises
    ------
    ReauthenticationRequired
        If it was not; the person is sent to enter it and comes back.
    """
    if is_reauthentication_required(request, app="account"):
        raise ReauthenticationRequired


def user_of(request: HttpRequest) -> User:
    """Return the person who asks, in a view that only lets in people who are signed in.

    Raises
    ------
    PermissionDenied
        If nobody is signed in.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """Return who does what the request asks for, for the service that does it.

    Parameters
    ----------
    request
        The request, already let in by `access`.

    Returns
    -------
    Actor
        With whose right is used, where it is not the person's own.
    """
    user = user_of(request)
    rule: Access | None = getattr(request, "access", None)
    stead = None
    if rule is not None and rule.module:
        holders = user.rights.holders(rule.module, rule.action)
        if holders and user.pk not in holders:
            stead = User.objects.get(pk=min(holders))
    return Actor(user, user.username, request.META.get("REMOTE_ADDR", ""), request_number.get(), stead)


def access_of(view: Any) -> Access | None:
    """Return who may come in to a view, or ``None`` if it does not say."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None


def _path_view(view: Any) -> PathView | None:
    """Return what stands behind an address of the API; ninja wraps it in a function."""
    if not inspect.isfunction(view):
        return None
    held = inspect.getclosurevars(view).nonlocals.get("self")
    return held if isinstance(held, PathView) else None


def _operations(path_view: PathView, name: str, pattern: str) -> Iterator[Route]:
    """Yield an API path's operations, each of which says by itself who may come in."""
    for operation in path_view.operations:
        for method in operation.methods:
            yield Route(f"{name}:{method}", pattern, access_of(operation.view_func), operation.view_func)


def list_routes(resolver: URLResolver | None = None, prefix: str = "", space: str = "") -> Iterator[Route]:
    """Yield every address of the site.

    Parameters
    ----------
    resolver
        Where to begin; the whole site if left out.
    prefix, space
        Address and namespace of what lies above.

    Yields
    ------
    Route
        One address, or one operation of the API.
    """
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from list_routes(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            view = entry.callback
            name = f"{space}{entry.name or ''}"
            operations = _path_view(view)
            if operations is not None:
                yield from _operations(operations, name, pattern)
            elif name != _API_ROOT:
                yield Route(name, pattern, access_of(view), view)
