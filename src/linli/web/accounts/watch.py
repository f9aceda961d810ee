"""Events of what allauth does by itself: signing out, changed passwords, second factors."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from linli.web.accounts.adapter import record_about_self
from linli.web.accounts.models import User

__all__: list[str] = []


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: Any, **_: Any) -> None:
    if isinstance(user, User):
        record_about_self("accounts.session.end", request, user)


@receiver(password_changed)
@receiver(password_reset)
def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    record_about_self("accounts.password.change", request, user)


@receiver(authenticator_added)
@receiver(authenticator_reset)
def _factor_added(request: HttpRequest, user: User, **_: Any) -> None:
    record_about_self("accounts.factor.add", request, user)


@receiver(authenticator_removed)
def _factor_removed(request: HttpRequest, user: User, **_: Any) -> None:
    record_about_self("accounts.factor.remove", request, user)
