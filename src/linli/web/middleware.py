"""What happens to every request: a number and a log line, protecting headers, the language, and read-only mode."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from linli.web.logs import request_number
from linli.web.moment import moment
from linli.web.words import LANGUAGES, Language

__all__ = [
    "CONTENT_POLICY",
    "choose_language",
    "content_policy",
    "protect_response",
    "refuse_changes",
    "trace_request",
]

Answer = Callable[[HttpRequest], HttpResponse]

_log = logging.getLogger("linli.request")

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from elsewhere, nothing inline, nothing evaluated."""

_TIANDITU = " ".join(f"https://t{n}.tianditu.gov.cn" for n in range(8))

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN_WHEN_READ_ONLY = (
    "/account/sign-in/",
    "/account/sign-out/",
    "/account/again/",
    "/language/",
    "/mfa/authenticate/",
)

SERVICE_UNAVAILABLE = 503


def trace_request(get_response: Answer) -> Answer:
    """Give every request a number, log it, and read once while it lasts what stays the same (`linli.web.moment`)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = request_number.set(uuid.uuid4().hex[:16])
        begun = time.perf_counter()
        try:
            with moment():
                response = get_response(request)
            response["X-Request-Id"] = request_number.get()
            # A view whose address is itself a secret (a household's slip) says what the log may hold.
            path = getattr(request, "log_path", request.path)
            about = {
                "method": request.method,
                "path": path,
                "status": response.status_code,
                "seconds": round(time.perf_counter() - begun, 4),
                "user": getattr(getattr(request, "user", None), "pk", None),
                "address": request.META.get("REMOTE_ADDR", ""),
            }
            _log.info("%s %s", request.method, path, extra=about)
            return response
        finally:
            request_number.reset(token)

    return middleware


def content_policy() -> str:
    """Return what pages may load: this site only, and the servers of 天地图 if the site has a key for it."""
    if not settings.SITE.config.tianditu_key:
        return CONTENT_POLICY
    return CONTENT_POLICY.replace("connect-src 'self'", f"connect-src 'self' {_TIANDITU}")


def protect_response(get_response: Answer) -> Answer:
    """Add the headers by which browsers protect people; keep pages of people out of shared caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", content_policy())
        response.headers.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=()"
        )
        response.headers.setdefault("X-Frame-Options", "DENY")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def choose_language(get_response: Answer) -> Answer:
    """Speak the language the person chose, else the one chosen in this browser, else the site's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code: Language = "en" if chosen == "en" else "zh" if chosen == "zh" else settings.SITE.config.language
        with translation.override(LANGUAGES[code]):
            request.LANGUAGE_CODE = LANGUAGES[code]
            response = get_response(request)
            response.headers.setdefault("Content-Language", {"zh": "zh-Hans", "en": "en"}[code])
        return response

    return middleware


def refuse_changes(get_response: Answer) -> Answer:
    """Refuse every change while the site is read-only, and say why."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in _SAFE or request.path.startswith(_OPEN_WHEN_READ_ONLY) or not settings.SITE.is_read_only:
            return get_response(request)
        note = settings.SITE.read_only_note
        why = note.read_text(encoding="utf-8").strip() if note.exists() else ""
        return render(request, "pages/read_only.html", {"why": why}, status=SERVICE_UNAVAILABLE)

    return middleware
