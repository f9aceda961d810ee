"""The API of the directory: published versions, for everybody."""

# No postponed annotations here: ninja looks names up in the module of the decorator `access`, where they are not.

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from linli.web.accounts.access import access
from linli.web.providers.models import DirectoryVersion
from linli.web.providers.selectors import get_version, newest_version

__all__ = ["DirectoryOut", "router"]

router = Router(tags=["providers"])

_LARGEST = 2**31 - 1


class ListingOut(Schema):
    """A provider as it is listed."""

    provider_id: str
    name: str
    categories: list[str]
    services: str
    since: date
    status: str
    note: str
    sites: int


class DirectoryOut(Schema):
    """A published version."""

    number: int
    published_on: date
    criteria: str
    sha256: str
    listings: list[ListingOut]
    left: dict[str, str]


def _out(found: DirectoryVersion | None) -> dict[str, Any]:
    if found is None:
        raise Http404
    return {name: getattr(found, name) for name in DirectoryOut.model_fields}


@router.get("/directory", response=DirectoryOut, url_name="directory")
@access(public=True)
def directory(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """Give the version in force."""
    return _out(newest_version())


@router.get("/directory/{number}", response=DirectoryOut, url_name="directory_version")
@access(public=True)
def version(request: HttpRequest, number: int) -> dict[str, Any]:  # noqa: ARG001
    """Give a published version."""
    return _out(get_version(number) if 0 < number <= _LARGEST else None)
