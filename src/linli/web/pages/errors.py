"""When a page cannot be given: what happened and what to do next, in our words. Nothing of the inside is shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.web.logs import request_number

__all__ = ["bad_request", "csrf_failure", "forbidden", "not_found", "server_error"]


def _page(request: HttpRequest, status: int, name: str) -> HttpResponse:
    about = {"name": name, "status": status, "number": request_number.get()}
    return render(request, "pages/error.html", about, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request that makes no sense."""
    return _page(request, 400, "bad_request")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer who may not come in."""
    return _page(request, 403, "forbidden")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer where there is nothing, or nothing that this person may see."""
    return _page(request, 404, "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the fault is ours."""
    return _page(request, 500, "server_error")


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:  # noqa: ARG001
    """Answer a form that was open too long, or that came from elsewhere."""
    return _page(request, 403, "csrf")
