"""The tags of every template: words, badges, figures, dates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from linli.web.pages.badge import badge_of
from linli.web.pages.parts import render_parts
from linli.web.pages.place import crumbs_of, place_address
from linli.web.words import CODES, has_words, named, pick, say

__all__ = ["register"]

register = template.Library()


@register.simple_tag
def t(key: str, *more: Any, **values: Any) -> str:
    """Return the words of a key; further parts are joined to it by dots."""
    return say(".".join([key, *(str(part) for part in more)]), **values)


@register.simple_tag
def t_or(default: str, key: str, *more: Any) -> str:
    """Return the words of a key, or the default where there are none."""
    whole = ".".join([key, *(str(part) for part in more)])
    return say(whole) if has_words(whole) else default


@lru_cache(maxsize=1024)
def _badge(code: str, text: str, look: str = "") -> SafeString:
    return render_to_string("components/badge.html", {"badge": badge_of(code, text, look)})


@register.simple_tag
def badge(code: str, words: str, look: str = "") -> SafeString:
    """Draw a state: shape and word."""
    key = f"{words}.{code}"
    return _badge(code, say(key) if has_words(key) else code, look)


@register.simple_tag
def badge_text(code: str, text: str) -> SafeString:
    """Draw a state whose words are known already."""
    return _badge(code, text)


@register.inclusion_tag("components/crumbs.html", takes_context=True)
def crumbs(context: dict[str, Any], path: str, here: bool = False) -> dict[str, Any]:
    """Draw the steps from the city to a place, each with its link; `here` says that the page is the place's own."""
    return {"crumbs": crumbs_of(context["user"], path), "here": here}


@register.inclusion_tag("components/place.html", takes_context=True)
def place_name(context: dict[str, Any], place: Any) -> dict[str, Any]:
    """Draw a place's name, as a link where the person may go."""
    user = context["user"]
    may = user.is_authenticated and user.rights.may("assessments", "view", place.path)
    return {"place": place, "address": place_address(place) if may else ""}


@register.simple_tag
def place_link(place: Any) -> str:
    """Return the address of a place's page."""
    return place_address(place)


@register.simple_tag
def mark(cell: Any) -> SafeString:
    """Draw a narrow state of a table: its shape, and a figure beside it; the words are said and shown as a hint.

    A page has thousands of them, so no template is rendered for each.
    """
    badge = badge_of(cell.code, cell.text)
    inside = format_html(
        '<span class="mark" aria-hidden="true">{}</span><span class="away">{} </span>{}',
        badge.mark, cell.words, badge.text,
    )  # fmt: skip
    if cell.link:
        link = '<a href="{}" class="st st-{}" title="{}">{}</a>'
        return format_html(link, cell.link, badge.style, cell.words, inside)
    return format_html('<span class="st st-{}" title="{}">{}</span>', badge.style, cell.words, inside)


def _escaped(text: Any) -> str:
    return str(text) if hasattr(text, "__html__") else escape(str(text))


def _inside(cell: Any) -> str:
    if cell.kind == "mark":
        return mark(cell)
    if cell.link:
        return f'<a href="{_escaped(cell.link)}">{_escaped(cell.text)}</a>'
    return _badge(cell.code, cell.text) if cell.code else _escaped(cell.text)


@register.simple_tag
def table_rows(rows: Iterable[Sequence[Any]]) -> SafeString:
    """Draw the rows of a table: a page has thousands of cells, so no template is rendered for each."""
    lines = (
        "".join(f'<td class="{cell.style}">{_inside(cell)}</td>' if cell.style else f"<td>{_inside(cell)}</td>"
                for cell in row)
        for row in rows
    )  # fmt: skip
    return SafeString("".join(f"<tr>{line}</tr>" for line in lines))


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any) -> SafeString:
    """Draw the options of a select: there may be hundreds."""
    return SafeString(
        "".join(
            f'<option value="{_escaped(value)}"{" selected" if value == chosen else ""}>{_escaped(text)}</option>'
            for value, text in choices
        )
    )


@register.simple_tag(takes_context=True)
def parts(context: dict[str, Any], page: str, about: Any = None) -> str:
    """Draw what other apps have to say on a page (`linli.web.pages.parts`)."""
    return render_parts(page, context["request"], about)


@register.filter
def may(rights: Any, what: str) -> bool:
    """Return whether rights let one do ``module action`` anywhere."""
    module, action = what.split()
    return bool(rights.may(module, action))


@register.filter
def job_words(kind: str) -> str:
    """Return a job's kind in words: ``<app>.<verb>`` has ``<app>.job.<verb>``."""
    app, _, verb = kind.partition(".")
    key = f"{app}.job.{verb}"
    return say(key) if has_words(key) else kind


@register.filter
def said(text: str) -> str:
    """Return the words of a key, or a text that is none as it is: what a job is at."""
    return say(text) if has_words(text) else text


@register.filter
def error_count(form: forms.Form) -> int:
    """Return how many errors a form has."""
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def moment(value: Any) -> str:
    """Return a moment as 2026-11-23 14:05 in the site's time zone, a date as 2026-11-23."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else ""


@register.filter
def digits(value: Any) -> str:
    """Return a number with its digits grouped."""
    return f"{value:,}" if isinstance(value, int | float) else str(value)


@register.filter
def of(table: Any, key: Any) -> Any:
    """Return the entry of a mapping, or the key itself where there is none."""
    return table.get(key, key) if hasattr(table, "get") else key


@register.filter
def in_language(place: Any) -> str:
    """Return a place's or organisation's name in the page's language."""
    return named(place)


@register.filter
def in_words(texts: Any) -> str:
    """Return the page's language of ``{"zh": …, "en": …}``."""
    return pick(texts) if texts else ""


@register.filter
def event_words(code: str) -> str:
    """Return an event's words: ``accounts.grant.create`` has ``accounts.event.grant.create``."""
    app, _, rest = code.partition(".")
    key = f"{app}.event.{rest}"
    return say(key) if has_words(key) else code


def _first_words(keys: Iterable[str], otherwise: str) -> str:
    return next((say(key) for key in keys if has_words(key)), otherwise)


@register.filter
def field_words(name: str, event: str = "") -> str:
    """Return what a field of an event is called: as on the forms and lists of its app, else as the audit trail says."""
    app = event.partition(".")[0]
    own = [f"{app}.{kind}.{name}" for kind in ("form", "field", "dimension", "list.column")] if app else []
    return _first_words((*own, f"audit.field.{name}"), name)


@register.simple_tag
def value_words(event: str, name: str, value: Any) -> str:
    """Return a value of an event: in words where its app has words for the code, as it is otherwise."""
    app = event.partition(".")[0]
    kind = f"{app}.{({'proposal': 'decision', 'project_type': 'type'}).get(name, name)}"
    code = value if isinstance(value, str) and value.isidentifier() else ""
    if code and kind in CODES:
        return pick(CODES[kind](code) or code)
    return _first_words((f"{kind}.{code}",) if code else (), str(plain(value)))


@register.filter
def actor_words(event: Any) -> str:
    """Return who did what an event tells: a person's user name; of the machine, which of its jobs.

    Parameters
    ----------
    event
        Of the audit trail: ``actor_name``, and ``actor_id`` where it was a person.
    """
    app, _, verb = event.actor_name.partition(".")
    key = f"{app}.job.{verb}"
    if event.actor_id is not None or not has_words(key):
        return str(event.actor_name)
    return say("audit.machine_job", job=say(key))


@register.filter
def plain(value: Any) -> str:
    """Return a value of an event as text."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return say(f"pages.word.{'yes' if value else 'no'}")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@register.filter
def is_checkbox(field: forms.BoundField) -> bool:
    """Return whether a field is a box to tick."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def minutes(seconds: int | None) -> str:
    """Return how long something may still take, in words."""
    if seconds is None:
        return ""
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return say("pages.word.seconds", n=seconds)
    return say("pages.word.minutes", n=round(seconds / 60))
