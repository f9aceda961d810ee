"""The API under ``/api/v1``: the same gate, the same selectors and services as the pages.

An app adds its operations in its own `api.py` as a router, and names it in `ROUTERS`. Every operation carries `@access`
beneath ninja's decorator; one without it fails the tests like any other route.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router, Schema
from ninja.security import django_auth

import linli
from linli.web.accounts.access import NotSignedInError, access, user_of
from linli.web.assessments.api import router as assessments
from linli.web.funds.api import router as funds
from linli.web.imports.api import router as batches
from linli.web.places.api import router as records
from linli.web.plans.api import router as plans
from linli.web.projects.api import router as projects
from linli.web.providers.api import router as providers
from linli.web.refusal import Refused
from linli.web.surveys.api import rounds_router, snapshots_router

__all__ = ["ROUTERS", "Me", "api", "describe"]

UNREADABLE, UNAUTHORISED, FORBIDDEN, NOT_FOUND, CONFLICT, INVALID = 400, 401, 403, 404, 409, 422

api = NinjaAPI(title="Linli", version=linli.__version__, urls_namespace="api", docs_url=None, openapi_url=None)
"""The API; its description is at ``/api/v1/openapi.json`` for who is signed in."""

ROUTERS: dict[str, Router] = {
    "/assessments": assessments,
    "/projects": projects,
    "/funds": funds,
    "/providers": providers,
    "/records": records,
    "/batches": batches,
    "/plans": plans,
    "/rounds": rounds_router,
    "/snapshots": snapshots_router,
}
"""Routers of the apps by the beginning of their addresses."""

_own = Router(auth=django_auth)


class Me(Schema):
    """Who I am and what I may do."""

    username: str
    name: str
    organisation: str
    roles: list[str]
    places: list[str]


@_own.get("/me", response=Me, url_name="me")
@access(signed_in=True)
def me(request: HttpRequest) -> dict[str, Any]:
    """Say who asks, with what roles and where."""
    user = user_of(request)
    return {
        "username": user.username,
        "name": user.name,
        "organisation": user.organisation.name,
        "roles": sorted(user.rights.roles),
        "places": list(user.rights.places),
    }


_REFUSALS = {
    UNREADABLE: "What was sent is no JSON.",
    UNAUTHORISED: "Not signed in.",
    FORBIDDEN: "Without the right, or without the token against forged requests.",
    NOT_FOUND: "There is none, or it lies outside the jurisdiction.",
    CONFLICT: "Not allowed now: why is in `detail`, the field in `field`.",
    INVALID: "What was sent is not as described: each problem with its place.",
}
"""What every operation may answer besides what it describes itself."""


def describe() -> dict[str, Any]:
    """Return the description of the API (OpenAPI 3.1), with the refusals that every operation shares.

    Returns
    -------
    dict
        JSON-ready.
    """
    about = {"application/json": {"schema": {"type": "object", "required": ["detail"]}}}
    described: dict[str, Any] = api.get_openapi_schema()
    for operations in described["paths"].values():
        for operation in operations.values():
            for status, words in _REFUSALS.items():
                operation["responses"].setdefault(status, {"description": words, "content": about})
    return described


@_own.get("/openapi.json", include_in_schema=False, url_name="openapi")
@access(signed_in=True)
def openapi(request: HttpRequest) -> HttpResponse:
    """Give the description of the API."""
    return api.create_response(request, describe(), status=200)


@api.exception_handler(NotSignedInError)
def _not_signed_in(request: HttpRequest, _: Any) -> HttpResponse:
    return api.create_response(request, {"detail": "sign in"}, status=UNAUTHORISED)


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, _: Any) -> HttpResponse:
    return api.create_response(request, {"detail": "forbidden"}, status=FORBIDDEN)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Any) -> HttpResponse:
    answer = {"detail": str(refused), "code": refused.key, "field": refused.field}
    return api.create_response(request, answer, status=CONFLICT)


api.add_router("", _own)
for _prefix, _router in ROUTERS.items():
    api.add_router(_prefix, _router)
