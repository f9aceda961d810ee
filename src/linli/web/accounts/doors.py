"""What stands between signing in and working: sessions that idle end, and duties come first.

*Duties*: a first password must be changed; who must have a second factor must set one up.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse

from linli.web.accounts.models import User
from linli.web.accounts.roles import role_matrix

__all__ = ["end_idle_session", "lead_to_duties", "needs_second_factor"]

Answer = Callable[[HttpRequest], HttpResponse]

_STAMP = "seen"
_EVERY_S = 60
"""The session is written at most this often."""

_FREE = frozenset(
    {
        "account_logout",
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "set_language",
        "health",
        "metrics",
    }
)
"""Routes that stay open to who has a duty."""


def needs_second_factor(user: User) -> bool:
    """Return whether a person must have a second factor by the site's settings and has none.

    Parameters
    ----------
    user
        The person.

    Returns
    -------
    bool
        True if the way to the site is by way of setting one up.
    """
    wanted = settings.SITE.config.second_factor
    if wanted == "optional":
        return False
    roles = role_matrix().roles
    concerned = wanted == "everybody" or any(roles[code].administrator for code in user.rights.roles)
    return bool(concerned and not is_mfa_enabled(user))


def end_idle_session(get_response: Answer) -> Answer:
    """Sign out whoever has not asked for anything for a while."""
    idle_s = settings.SITE.config.idle_minutes * 60

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(_STAMP, now)
            if now - seen > idle_s:
                logout(request)
            elif _STAMP not in request.session or now - seen > _EVERY_S:
                request.session[_STAMP] = now
        return get_response(request)

    return middleware


def lead_to_duties(get_response: Answer) -> Answer:
    """Lead whoever has a duty to it, and nowhere else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return get_response(request)
        if user.must_change_password:
            duty = "account_change_password"
        elif needs_second_factor(user):
            duty = "mfa_index"
        else:
            return get_response(request)
        if resolve(request.path_info).url_name in _FREE or request.path_info.startswith(settings.STATIC_URL):
            return get_response(request)
        return redirect(reverse(duty))

    return middleware
