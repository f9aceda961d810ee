"""A page that asks: a form, a service behind it, and the service's answer put back into the form if it says no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from linli.errors import InputError
from linli.web.pages.forms import add_problem, add_refusal
from linli.web.refusal import Refused
from linli.web.words import current_language, say

__all__ = ["ask"]


def ask(
    request: HttpRequest, form: forms.Form, do: Callable[[dict[str, Any]], Any], *, title: str, back: str, said: str,
    lead: str = "", template: str = "pages/ask.html", about: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Show a form, or do what it asks for and go back.

    Parameters
    ----------
    request
        The request.
    form
        Bound if it was sent.
    do
        Takes the cleaned data and calls the service.
    title, lead
        What the page is called, and what it does, in words.
    back
        Address to go to afterwards.
    said
        Key of the words that say that it was done.
    template
        The page; its breadcrumb is the `trail` in `about`, pairs of title and address.
    about
        What else the page shows.

    Returns
    -------
    HttpResponse
        The form with all its errors, or a redirect.
    """
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        except InputError as error:
            for problem in error.problems:
                add_problem(form, problem, current_language())
        else:
            messages.success(request, say(said))
            return redirect(back)
    shown = {"form": form, "title": title, "lead": lead, "back": back, **(about or {})}
    return render(request, template, shown, status=200)
