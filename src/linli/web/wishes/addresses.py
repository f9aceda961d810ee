"""Where residents find a questionnaire: addresses that are printed, so a phone outside must reach them."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from linli.web.wishes.models import Questionnaire

__all__ = ["household_address", "is_reachable", "open_address"]


def _whole(request: HttpRequest, path: str) -> str:
    own = settings.SITE.config.public_address
    return f"{own.rstrip('/')}{path}" if own else request.build_absolute_uri(path)


def open_address(request: HttpRequest, questionnaire: Questionnaire) -> str:
    """Return where a poster leads to.

    Parameters
    ----------
    request
        Who prints it: its host is taken where the site's settings name no address for residents.
    questionnaire
        Which.

    Returns
    -------
    str
        The whole address.
    """
    return _whole(request, reverse("wishes:open", args=[questionnaire.code]))


def household_address(request: HttpRequest, token: str) -> str:
    """Return where a slip leads to.

    Parameters
    ----------
    request
        Who prints it.
    token
        The slip's.

    Returns
    -------
    str
        The whole address.
    """
    return _whole(request, reverse("wishes:household", args=[token]))


def is_reachable(address: str) -> bool:
    """Return whether a phone outside this office could reach an address, as far as the address itself tells.

    Parameters
    ----------
    address
        Whole.

    Returns
    -------
    bool
        False for this machine and for private networks.
    """
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal", ".lan"))
