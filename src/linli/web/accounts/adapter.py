"""How allauth behaves here: nobody signs up by themselves, signing in and out leaves events, secrets are encrypted."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from linli.web.accounts.models import User
from linli.web.audit.actor import Actor
from linli.web.audit.services import record
from linli.web.logs import request_number

__all__ = ["AccountAdapter", "MfaAdapter", "SocialAdapter", "record_about_self"]


def record_about_self(event: str, request: HttpRequest | None, user: User | None, name: str = "") -> None:
    """Record what a person did to their own account, or what somebody tried on it.

    Parameters
    ----------
    event
        ``accounts.session.begin`` and the like.
    request
        The request, if there is one.
    user
        The person; ``None`` if it is not known who.
    name
        What was typed as the user's name.
    """
    address = request.META.get("REMOTE_ADDR", "") if request is not None else ""
    who = user.username if user is not None else name
    with transaction.atomic():
        record(
            event,
            actor=Actor(user, who or "?", address, request_number.get()),
            module="people",
            object_=user,
            name=who,
            place=user.organisation.place if user is not None else "",
        )


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's protocol
        """Return False."""
        return False

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave an event of a wrong password; whether there is such a person is not told to who typed it."""
        super().authentication_failed(request, **credentials)
        name = str(credentials.get("username", ""))[:50]
        user = User.objects.filter(username__iexact=name).first()
        with transaction.atomic():
            record(
                "accounts.session.refuse",
                actor=Actor(None, name or "?", request.META.get("REMOTE_ADDR", ""), request_number.get()),
                module="people",
                object_=user,
                name=name,
                place=user.organisation.place if user else "",
            )

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign a person in and leave an event."""
        super().login(request, user)
        record_about_self("accounts.session.begin", request, user)

    def set_password(self, user: User, password: str) -> None:
        """Set a password that the person chose, which ends the duty to choose one."""
        user.must_change_password = False
        super().set_password(user, password)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send mail only where the site can."""
        if settings.SITE.config.smtp_url:
            super().send_notification_mail(*args, **kwargs)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are encrypted with the site's key."""

    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"mfa:" + settings.SECRET_KEY.encode()).digest()))

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret as it is used."""
        return self._fernet().decrypt(encrypted_text.encode()).decode()


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on lets in who has an account here with the same verified e-mail, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Return False."""
        return False
