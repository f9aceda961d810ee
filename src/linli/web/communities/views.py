"""The pages of the city, its districts and streets, and of each community: parse, call a selector, render."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from linli.web.accounts.access import access, user_of
from linli.web.accounts.models import Place
from linli.web.accounts.selectors import place_trail
from linli.web.communities.selectors import children_of, list_places, record_counts

__all__ = ["district", "overview", "profile", "street"]


def _page(request: HttpRequest, place: Place, template: str) -> HttpResponse:
    user = user_of(request)
    about = {
        "place": place,
        "trail": place_trail(place.path),
        "children": children_of(user, place),
        "counts": record_counts(user, place),
    }
    return render(request, template, about)


def _place(request: HttpRequest, level: str, code: str) -> Place:
    return get_object_or_404(list_places(user_of(request), level), code=code)


@require_GET
@access("assessments", "view")
def overview(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show the city, or as much of it as lies within one's jurisdiction."""
    if code:
        return _page(request, _place(request, "city", code), "communities/place.html")
    about = {"children": list_places(user_of(request)).filter(level__in=("district", "community"))}
    return render(request, "communities/overview.html", about)


@require_GET
@access("assessments", "view")
def district(request: HttpRequest, code: str) -> HttpResponse:
    """Show a district."""
    return _page(request, _place(request, "district", code), "communities/place.html")


@require_GET
@access("assessments", "view")
def street(request: HttpRequest, code: str) -> HttpResponse:
    """Show a street."""
    return _page(request, _place(request, "street", code), "communities/place.html")


@require_GET
@access("assessments", "view")
def profile(request: HttpRequest, code: str) -> HttpResponse:
    """Show all that concerns a community: 一社一画像."""
    return _page(request, _place(request, "community", code), "communities/profile.html")
