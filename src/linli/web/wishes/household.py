"""The pages for households: open to everybody, closed outside the dates, nothing kept of who asks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_http_methods

from linli.web.accounts.access import access
from linli.web.pages.forms import add_refusal
from linli.web.refusal import Refused
from linli.web.wishes import limits, services
from linli.web.wishes.forms import HouseholdForm, TokenForm
from linli.web.wishes.models import Questionnaire
from linli.web.wishes.selectors import questionnaire_by_code, slip_by_token
from linli.web.wishes.tokens import new_browser_token, read_token
from linli.web.words import say

__all__ = ["household", "open_", "thanks"]

COOKIE = "linli_wishes"
"""A random mark by which a browser that used the open link is known again; it holds nothing else."""

_COOKIE_DAYS = 120
NOT_FOUND, TOO_MANY = 404, 429


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _page(request: HttpRequest, template: str, about: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = render(request, template, about, status=status)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    patch_vary_headers(answer, ["Cookie"])
    return answer


def _unknown(request: HttpRequest) -> HttpResponse:
    """Answer the same to every wrong code, and count who asks for many."""
    limits.count("guess", _address(request))
    return _page(request, "wishes/unknown.html", {"form": TokenForm()}, NOT_FOUND)


def _too_many(request: HttpRequest) -> HttpResponse:
    return _page(request, "wishes/unknown.html", {"too_many": True}, TOO_MANY)


def _shown(request: HttpRequest, one: Questionnaire, **more: Any) -> HttpResponse:
    return _page(request, "wishes/household.html", {"questionnaire": one, "state": one.state, **more})


@require_http_methods(["GET", "POST"])
@access(public=True)
def household(request: HttpRequest, token: str) -> HttpResponse:
    """Ask one household, by its slip."""
    request.log_path = "/wishes/h/…"  # type: ignore[attr-defined]  # a token is a secret until it is used
    if limits.is_over("guess", _address(request)):
        return _too_many(request)
    bare = read_token(token)
    slip = slip_by_token(bare)
    if slip is None:
        return _unknown(request)
    one = slip.questionnaire
    if one.state != "open" or slip.state != "unused":
        return _shown(request, one, slip=slip)
    form = HouseholdForm(request.POST or None, questionnaire=one)
    if form.is_valid():
        try:
            services.reply_by_slip(token=bare, answer=form.answer())
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect("wishes:thanks", code=one.code)
    return _shown(request, one, slip=slip, form=form)


def _typed(request: HttpRequest, one: Questionnaire) -> HttpResponse:
    """Lead whoever typed the code of a slip to its page."""
    if limits.is_over("guess", _address(request)):
        return _too_many(request)
    form = TokenForm(request.POST)
    token = read_token(form.data.get("token", ""))
    if slip_by_token(token) is not None:
        return redirect("wishes:household", token=token)
    limits.count("guess", _address(request))
    form.is_valid()
    form.add_error("token", say("wishes.refuse.no_slip"))
    return _shown(request, one, token_form=form)


@require_http_methods(["GET", "POST"])
@access(public=True)
def open_(request: HttpRequest, code: str) -> HttpResponse:
    """Tell of a questionnaire and ask for the slip's code; where there is an open link, ask everybody."""
    if limits.is_over("guess", _address(request)):
        return _too_many(request)
    one = questionnaire_by_code(code)
    if one is None:
        return _unknown(request)
    if one.state != "open":
        return _shown(request, one)
    if request.method == "POST" and "token" in request.POST:
        return _typed(request, one)
    if not one.open_link:
        return _shown(request, one, token_form=TokenForm())
    return _open_form(request, one)


def _open_form(request: HttpRequest, one: Questionnaire) -> HttpResponse:
    browser = request.COOKIES.get(COOKIE, "")
    form = HouseholdForm(request.POST or None, questionnaire=one)
    if form.is_valid():
        try:
            services.reply_by_browser(questionnaire=one, browser=browser, address=_address(request),
                                      answer=form.answer())  # fmt: skip
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect("wishes:thanks", code=one.code)
    answer = _shown(request, one, form=form, token_form=TokenForm(), is_open=True)
    if not browser:
        answer.set_cookie(COOKIE, new_browser_token(), max_age=_COOKIE_DAYS * 86400, httponly=True, samesite="Lax",
                          secure=settings.SESSION_COOKIE_SECURE)  # fmt: skip
    return answer


@require_GET
@access(public=True)
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Say that the answer was counted."""
    one = questionnaire_by_code(code)
    return _unknown(request) if one is None else _page(request, "wishes/thanks.html", {"questionnaire": one})
