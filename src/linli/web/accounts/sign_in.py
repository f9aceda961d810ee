"""Addresses of signing in, passwords and second factors: allauth's views, each let in by name and by our gate."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.urls import URLPattern, path, re_path

from linli.web.accounts.access import access

__all__ = ["urlpatterns"]

_everybody = access(public=True)
_oneself = access(signed_in=True)


def _public(route: str, view: Any, name: str) -> URLPattern:
    return path(route, _everybody(view), name=name)


def _own(route: str, view: Any, name: str) -> URLPattern:
    return path(route, _oneself(view), name=name)


urlpatterns = [
    _public("account/sign-in/", account.login, "account_login"),
    _public("account/sign-out/", account.logout, "account_logout"),
    _public("account/closed/", account.account_inactive, "account_inactive"),
    _public("account/none/", account.signup, "account_signup"),
    _own("account/again/", account.reauthenticate, "account_reauthenticate"),
    _own("account/password/", account.password_change, "account_change_password"),
    _public("mfa/authenticate/", mfa.authenticate, "mfa_authenticate"),
    _own("mfa/", mfa.index, "mfa_index"),
    _own("mfa/again/", mfa.reauthenticate, "mfa_reauthenticate"),
    _own("mfa/app/activate/", totp.activate_totp, "mfa_activate_totp"),
    _own("mfa/app/deactivate/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _own("mfa/codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _own("mfa/codes/generate/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _own("mfa/codes/download/", codes.download_recovery_codes, "mfa_download_recovery_codes"),
    _own("mfa/keys/", keys.list_webauthn, "mfa_list_webauthn"),
    _own("mfa/keys/add/", keys.add_webauthn, "mfa_add_webauthn"),
    _own("mfa/keys/again/", keys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _own("mfa/keys/<int:pk>/remove/", keys.remove_webauthn, "mfa_remove_webauthn"),
    _own("mfa/keys/<int:pk>/edit/", keys.edit_webauthn, "mfa_edit_webauthn"),
    _public("mfa/keys/sign-in/", keys.login_webauthn, "mfa_login_webauthn"),
]

if settings.SITE.config.smtp_url:
    urlpatterns += [
        _public("account/password/reset/", account.password_reset, "account_reset_password"),
        _public("account/password/reset/sent/", account.password_reset_done, "account_reset_password_done"),
        re_path(
            r"^account/password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
            _everybody(account.password_reset_from_key),
            name="account_reset_password_from_key",
        ),
        _public(
            "account/password/reset/done/", account.password_reset_from_key_done, "account_reset_password_from_key_done"
        ),
    ]

if settings.SITE.config.oidc:
    urlpatterns += [
        _public("account/sso/<str:provider_id>/", oidc.login, "openid_connect_login"),
        _public("account/sso/<str:provider_id>/back/", oidc.callback, "openid_connect_callback"),
        _public("account/sso-error/", social.login_error, "socialaccount_login_error"),
        _public("account/sso-cancelled/", social.login_cancelled, "socialaccount_login_cancelled"),
        _public("account/sso-none/", social.signup, "socialaccount_signup"),
        _own("account/sso-connections/", social.connections, "socialaccount_connections"),
    ]
