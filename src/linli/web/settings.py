"""Django's settings, computed from the site's.

Nothing is decided here that an administrator may want otherwise: that is in `linli.web.config`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from linli.web.config import current_site, database_settings, mail_settings
from linli.web.logs import logging_settings

__all__ = ["SITE"]

SITE = current_site()
_config = SITE.config

SECRET_KEY = SITE.secret_key
DEBUG = False
ALLOWED_HOSTS = list(_config.hosts)
ROOT_URLCONF = "linli.web.urls"
WSGI_APPLICATION = "linli.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "linli.web.pages",
    "linli.web.accounts",
    "linli.web.audit",
    "linli.web.jobs",
    "linli.web.projects",
    "linli.web.funds",
    "linli.web.providers",
    "linli.web.places",
    "linli.web.rooms",
    "linli.web.surveys",
    "linli.web.imports",
    "linli.web.field",
    "linli.web.wishes",
    "linli.web.assessments",
    "linli.web.lifecircle",
    "linli.web.communities",
    "linli.web.plans",
    "linli.web.standards",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # for allauth's list of keys
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "linli.web.middleware.trace_request",
    "django.middleware.security.SecurityMiddleware",
    "linli.web.middleware.protect_response",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "linli.web.middleware.choose_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "linli.web.middleware.refuse_changes",
    "linli.web.accounts.doors.end_idle_session",
    "linli.web.accounts.doors.lead_to_duties",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["linli.web.pages.templatetags.linli"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.web.pages.context.page_context",
            ],
        },
    }
]

DATABASES = {"default": database_settings(SITE)}
CACHES = {
    # Counts of wrong passwords must be the same in every process, and Redis is not asked for: a table it is.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "linli_cache"},
}

# Language and time -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = {"zh": "zh-hans", "en": "en"}[_config.language]
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "linli_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = _config.time_zone

# Files -------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in (Path(__file__).parent / "static",) if path.is_dir()]
STATIC_ROOT = str(SITE.folder / "static") if SITE.saved else None
MEDIA_ROOT = str(SITE.files)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if SITE.saved
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not SITE.saved
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"/linli/assets/|\.[0-9a-f]{12}\.\w+$"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750

# Cookies and headers (the Content-Security-Policy is in `linli.web.middleware`) -------------------------------------
SESSION_COOKIE_NAME = "linli_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _config.https
SESSION_COOKIE_AGE = int(_config.session_hours * 3600)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "linli_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _config.https
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "linli.web.pages.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in _config.hosts if _config.https and host != "*"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = _config.https
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 31536000 if _config.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
X_FRAME_OPTIONS = "DENY"

# Signing in --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["linli.web.accounts.backend.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": _config.password_length},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "linli.web.accounts.passwords.VarietyValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600

ACCOUNT_ADAPTER = "linli.web.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(_config.reauthentication_minutes * 60)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _config.https else "http"
ACCOUNT_FORMS = {
    "login": "linli.web.accounts.forms.SignInForm",
    "change_password": "linli.web.accounts.forms.PasswordForm",
}
ACCOUNT_RATE_LIMITS = {
    "login_failed": f"50/m/ip,{_config.sign_in_tries}/{_config.lock_minutes}m/key",
    "login": "60/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 0  # waitress has already put the visitor's address in its place

MFA_ADAPTER = "linli.web.accounts.adapter.MfaAdapter"
MFA_FORMS = {
    "add_webauthn": "linli.web.accounts.forms.AddKeyForm",
    "edit_webauthn": "linli.web.accounts.forms.EditKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = _config.name["en"]
MFA_TOTP_TOLERANCE = 1

SOCIALACCOUNT_ADAPTER = "linli.web.accounts.adapter.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
# Who has an account here with the address that the service says it has verified is that person, from then on by its id.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": one.id,
                "name": one.name,
                "client_id": one.client_id,
                "secret": one.client_secret,
                "settings": {"server_url": one.server_url},
            }
            for one in _config.oidc
        ],
    }
}

# Work, mail, logs --------------------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
globals().update(mail_settings(SITE))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _config.mail_from
LOGGING = logging_settings(SITE, os.environ.get("LINLI_PART", "tool"))
