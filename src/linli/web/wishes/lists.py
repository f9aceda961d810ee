"""The lists of questionnaires, of counts, slips and comments: columns, filters and order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from linli.web.pages.table import Column, Filter, Table
from linli.web.standards.catalogue import site_catalogue
from linli.web.wishes.models import Reply
from linli.web.wishes.results import is_met, per_cent, targets_on
from linli.web.wishes.vocabulary import group_of, type_title
from linli.web.words import current_language, named, say

__all__ = ["COMMENTS", "COUNTS", "QUESTIONNAIRES", "SLIPS"]

STATES = ("coming", "open", "over", "closed")
_PERCENT = 100


def _name(place: Any) -> str:
    return str(place.name_en or place.name) if current_language() == "en" else str(place.name)


def _share(row: Any) -> str:
    """Return the share in per cent, or the word that it is not known."""
    return say("wishes.word.unknown") if row.share is None else per_cent(row.share)


def _status(row: Any) -> str:
    return is_met(row.share, targets_on(site_catalogue(), row.round.surveyed_on, row.renewal))


def _households(row: Any) -> Any:
    return say("wishes.word.unknown") if row.households is None else int(row.households)


def _state(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    today = timezone.localdate()
    closed = Q(closed_at__isnull=False)
    wanted = {
        "closed": closed, "coming": ~closed & Q(begins__gt=today), "over": ~closed & Q(ends__lt=today),
        "open": ~closed & Q(begins__lte=today, ends__gte=today),
    }  # fmt: skip
    return rows.filter(wanted.get(asked, Q(pk__in=())))


def _search(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    return rows.filter(Q(community__name__icontains=asked) | Q(community__name_en__icontains=asked)
                       | Q(community__code__startswith=asked))  # fmt: skip


def _words(prefix: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, say(f"{prefix}.{code}")) for code in codes]


def _below(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    """Keep those whose share is below a number of per cent; unknown shares are kept, for they may be."""
    try:
        line = float(asked) / _PERCENT
    except ValueError:
        return rows.none()
    return rows.filter(Q(share__lt=line) | Q(share=None))


QUESTIONNAIRES = Table(
    name="wishes.list",
    order="community",
    columns=(
        Column("community", lambda q: _name(q.community), order=("place",),
               link=lambda q: reverse("wishes:questionnaire", args=[q.pk])),
        Column("code", lambda q: q.community.code, order=("community__code",), hidden=True),
        Column("round", lambda q: named(q.round), order=("round__surveyed_on",)),
        Column("state", lambda q: q.state, kind="words", words="wishes.state"),
        Column("begins", lambda q: q.begins, kind="date", order=("begins",), hidden=True),
        Column("ends", lambda q: q.ends, kind="date", order=("ends",)),
        Column("households", _households, kind="number", order=("households",)),
        Column("slips", lambda q: q.slips_made, kind="number", order=("slips_made",)),
        Column("asked", lambda q: q.asked, kind="number", order=("asked",)),
        Column("share", _share, kind="number", order=("share",)),
        Column("status", _status, kind="state", words="wishes.status"),
        Column("open_replies", lambda q: q.open_replies, kind="number", order=("open_replies",)),
    ),
    filters=(
        Filter("q", _search),
        Filter("round", lambda rows, asked: rows.filter(Q(round__code=asked) | Q(round__name__icontains=asked))),
        Filter("state", _state, kind="choice", choices=lambda: _words("wishes.state", STATES)),
        Filter("below", _below),
    ),
)  # fmt: skip
"""Questionnaires of communities with the share of households asked."""

COUNTS = Table(
    name="wishes.counts",
    order="-households",
    columns=(
        Column("type", lambda o: type_title(o.type), order=("position",)),
        Column("group", lambda o: group_of(o.type), kind="words", words="wishes.group"),
        Column("code", lambda o: o.type, order=("type",), hidden=True),
        Column("households", lambda o: o.households, kind="number", order=("households",)),
        Column("open_replies", lambda o: o.open_replies, kind="number", order=("open_replies",)),
    ),
    filters=(Filter("q", lambda rows, asked: rows.filter(type__in=_codes_like(asked))),),
    size=100,
)
"""How many households asked for each type."""


def _codes_like(asked: str) -> list[str]:
    rules = site_catalogue().facility_types
    small = asked.casefold()
    return [code for code, rule in rules.items() if small in f"{code} {rule.title['zh']} {rule.title['en']}".casefold()]


def _slip_state(rows: QuerySet[Any], asked: str) -> QuerySet[Any]:
    wanted = {
        "void": Q(void_at__isnull=False), "used": Q(used_on__isnull=False),
        "unused": Q(void_at=None, used_on=None),
    }  # fmt: skip
    return rows.filter(wanted.get(asked, Q(pk__in=())))


SLIPS = Table(
    name="wishes.slips",
    order="number",
    columns=(
        Column("number", lambda s: s.number, kind="number", order=("number",)),
        Column("state", lambda s: s.state, kind="words", words="wishes.slip_state"),
        Column("used_on", lambda s: s.used_on, kind="date", order=("used_on",)),
        Column("made_at", lambda s: s.made_at, kind="moment", order=("made_at",)),
        Column("made_by", lambda s: s.made_by.name, order=("made_by__name",)),
    ),
    filters=(
        Filter("state", _slip_state, kind="choice",
               choices=lambda: _words("wishes.slip_state", ("unused", "used", "void"))),
    ),
    size=100,
)  # fmt: skip
"""Slips and whether they were used."""

COMMENTS = Table(
    name="wishes.comments",
    order="-on",
    columns=(
        Column("on", lambda r: r.on, kind="date", order=("on",)),
        Column("comment", lambda r: r.comment, link=lambda r: reverse("wishes:comment", args=[r.pk])),
        Column("channel", lambda r: r.channel, kind="words", words="wishes.channel", order=("channel",)),
        Column("state", lambda r: r.comment_state, kind="words", words="wishes.comment_state",
               order=("comment_state",)),
        Column("moderated_by", lambda r: r.moderated_by.name if r.moderated_by else "", hidden=True),
    ),
    filters=(
        Filter("q", lambda rows, asked: rows.filter(comment__icontains=asked)),
        Filter("state", lambda rows, asked: rows.filter(comment_state=asked), kind="choice",
               choices=lambda: _words("wishes.comment_state", (
                   Reply.Comment.WAITING, Reply.Comment.SHOWN, Reply.Comment.HIDDEN))),
    ),
)  # fmt: skip
"""What households wrote."""
