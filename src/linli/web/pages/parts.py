"""Parts that an app above puts on a page of an app below, which does not know it: a project's measures, planned money.

A page says where there is room, `{% parts "projects:project" project %}`; an app registers what goes there with `part`,
in a module that its `apps.py` imports when it is ready. A part that has nothing to say gives ``None``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

__all__ = ["Part", "part", "render_parts"]

Part = Callable[[HttpRequest, Any], tuple[str, dict[str, Any]] | None]
"""Takes the request and what the page is about; gives a template and what it shows, or ``None``."""

_PARTS: dict[str, dict[str, Part]] = {}


def part(page: str) -> Callable[[Part], Part]:
    """Register a part of a page.

    Parameters
    ----------
    page
        Name of the place on a page, as its template says.

    Returns
    -------
    Callable
        A decorator that gives the function back unchanged; registering it twice is registering it once.
    """

    def decorate(function: Part) -> Part:
        _PARTS.setdefault(page, {})[f"{function.__module__}.{function.__name__}"] = function
        return function

    return decorate


def render_parts(page: str, request: HttpRequest, about: Any) -> SafeString:
    """Return what other apps have to say on a page.

    Parameters
    ----------
    page
        Name of the place.
    request
        The request; each part goes through the gate for its person.
    about
        What the page is about.

    Returns
    -------
    SafeString
        Rendered, in the order of registration.
    """
    found = (function(request, about) for function in _PARTS.get(page, {}).values())
    drawn = [render_to_string(template, values, request) for template, values in (one for one in found if one)]
    return mark_safe("".join(drawn))  # noqa: S308 - rendered by templates, which escape
