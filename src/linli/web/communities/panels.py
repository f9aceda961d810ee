"""The panels of the overview: figures against targets, charts, money, projects, the survey; each by its module's right.

A panel that somebody may not see is ``None``, and the page leaves it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse

from linli.report.formats import points_range
from linli.report.words import sentence_case
from linli.rules.records import Value
from linli.web.accounts.models import User
from linli.web.communities.figures import ItemSum, Look
from linli.web.communities.overview import Moment, target_of
from linli.web.communities.sums import STATUSES, Sums
from linli.web.communities.writing import format_of, item_title, standard_title, sum_text
from linli.web.funds.ledger import Totals
from linli.web.funds.selectors import sum_funds
from linli.web.projects.selectors import list_projects
from linli.web.projects.standards import list_workflows
from linli.web.rooms.models import Offer
from linli.web.rooms.selectors import list_rooms
from linli.web.standards.catalogue import site_catalogue
from linli.web.surveys.models import Return, Round
from linli.web.surveys.selectors import count_states, current_round, returns_of
from linli.web.words import current_language, pick, say

__all__ = [
    "Figure",
    "SurveyPanel",
    "items_chart",
    "main_figures",
    "money_of",
    "projects_of",
    "range_text",
    "reach_chart",
    "rooms_of",
    "round_name",
    "survey_of_place",
    "trend_chart",
]

_SHOWN = ("met", "partly", "not_met", "unknown")
"""Statuses of a stacked bar: what does not apply is not drawn."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with what it is held against.

    Parameters
    ----------
    title, value
        In words.
    note
        Range, target, source.
    address
        Where it leads.
    """

    title: str
    value: str
    note: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class SurveyPanel:
    """How far the survey is.

    Parameters
    ----------
    round
        Under way, or the last one frozen.
    counts
        Returns by state, and ``late``.
    total
        How many communities take part.
    """

    round: Round
    counts: Mapping[str, int]
    total: int

    @property
    def done(self) -> int:
        """How many have handed in."""
        return self.counts.get(Return.State.SUBMITTED, 0) + self.counts.get(Return.State.ACCEPTED, 0)


def _target(target: Value | None) -> str:
    if target is None:
        return ""
    certainty = say(f"pages.certainty.{target.certainty}")
    return say(
        "communities.figure.target", title=pick(target.title), share=format_of().pct(target.value), certainty=certainty
    )


def main_figures(look: Look, sums: Sums) -> list[Figure]:
    """Return the figures at the head of an overview.

    Parameters
    ----------
    look
        What somebody looks at.
    sums
        What its communities come to.

    Returns
    -------
    list of Figure
        Each with its range and, where one was published, its target.
    """
    fmt, share, old = format_of(look.run), sums.met_share, sums.old_young.value
    listed = reverse("communities:list") + f"?place={look.place}&standard={look.standard}"
    young = fmt.pct(old / sums.residents.value if old is not None and sums.residents.value else None)
    met = say(
        "communities.figure.met_of",
        n=sums.standing.get("met", 0),
        share=fmt.degree(share[0], *share) if share else fmt.unknown,
    )
    score = fmt.words("figure.score", standard=standard_title(look.standard))
    target = _target(target_of(look.run.snapshot.round.surveyed_on))
    people = sentence_case(fmt.words(f"figure.residents.{look.run.unit}"))
    return [
        Figure(say("communities.figure.communities"), fmt.n(sums.communities), address=listed),
        Figure(people, sum_text(sums.residents, fmt), say("communities.figure.old_young", share=young)),
        Figure(score, fmt.score(sums.score), range_text(sums.low, sums.high, sums.score)),
        Figure(say("communities.figure.met"), met, target, f"{listed}&standing=met"),
    ]


def range_text(low: float | None, high: float | None, score: float | None) -> str:
    """Return the range of a score in words; nothing where it is one figure or unknown."""
    ends = points_range(low, high, score)
    return say("communities.figure.range", low=ends[0], high=ends[1]) if ends else ""


def _stack(one: ItemSum) -> list[int]:
    counts = dict(zip(STATUSES, one.counts, strict=True))
    return [counts[status] for status in _SHOWN]


def _in_order(look: Look, items: Sequence[ItemSum]) -> list[ItemSum]:
    """Return items in the order in which the standard has them."""
    order = {rule.id: position for position, rule in enumerate(site_catalogue().items(look.standard))}
    return sorted(items, key=lambda one: order.get(one.item, len(order)))


def items_chart(look: Look, items: Sequence[ItemSum]) -> dict[str, Any]:
    """Return the chart of how many communities have which status, item by item."""
    rows = [
        {"label": item_title(one.item), "values": _stack(one),
         "href": reverse("communities:list") + f"?lacking={one.item}&place={look.place}&standard={look.standard}"}
        for one in _in_order(look, items)
    ]  # fmt: skip
    return {
        "kind": "stacked", "title": say("communities.chart.items", standard=standard_title(look.standard)),
        "unit": say("communities.unit.communities"), "rows": rows, "series": [{"code": code} for code in _SHOWN],
        **_source(look),
    }  # fmt: skip


def reach_chart(look: Look, items: Sequence[ItemSum]) -> dict[str, Any] | None:
    """Return the chart of how many residents are within reach, item by item, the fewest first."""
    known = sorted((one for one in items if one.reached is not None), key=lambda one: (one.reached, one.item))
    if not known:
        return None
    rows = [{"label": item_title(one.item), "value": one.reached} for one in known]
    return {
        "kind": "bars", "title": say("communities.chart.reach"), "unit": say("communities.unit.share_of_residents"),
        "format": "share", "rows": rows, **_source(look),
    }  # fmt: skip


def trend_chart(look: Look, moments: Sequence[Moment]) -> dict[str, Any] | None:
    """Return the chart of the mean score by round; rounds that do not compare are left out. ``None`` below two."""
    shown = [one for one in moments if not one.refused]
    if len(shown) < 2:  # noqa: PLR2004 - one round is no trend
        return None
    rows = [
        {"label": f"{one.on.isoformat()} {round_name(one.run.snapshot.round)}", "value": _hundred(one.scores.score),
         "low": _hundred(one.scores.low), "high": _hundred(one.scores.high)}
        for one in shown
    ]  # fmt: skip
    return {
        "kind": "bars", "title": say("communities.chart.trend", standard=standard_title(look.standard)),
        "unit": say("communities.unit.points"), "format": "number", "digits": 1, "rows": rows,
    }  # fmt: skip


def _hundred(value: float | None) -> float | None:
    return None if value is None else value * 100


def round_name(round_: Round) -> str:
    """Return a round's name in the language of the page."""
    return round_.name_en if current_language() == "en" and round_.name_en else round_.name


def _source(look: Look) -> dict[str, str]:
    round_ = look.run.snapshot.round
    return {"date": round_.surveyed_on.isoformat(), "source": round_name(round_)}


def money_of(user: User, place: str = "") -> Totals | None:
    """Return what the ledger comes to at a place, as far as the person may see it; ``None`` without the right."""
    return sum_funds(user, place) if user.rights.may("funds", "view") else None


def projects_of(user: User, place: str = "") -> list[tuple[str, str, int]] | None:
    """Return how many creation projects are in each state at a place: state, its words, number.

    Parameters
    ----------
    user
        The person.
    place
        Jurisdiction path.

    Returns
    -------
    list or None
        In the order of the workflow; ``None`` without the right.
    """
    if not user.rights.may("projects", "view"):
        return None
    rows = list_projects(user).filter(place__startswith=place).order_by().values_list("state").annotate(Count("pk"))
    counts, lang = dict(rows), current_language()
    named = {state.id: state.title[lang] for flow in list_workflows() for state in flow.states}
    return [(state, title, counts[state]) for state, title in named.items() if state in counts]


def rooms_of(user: User, place: str = "") -> list[tuple[str, int]] | None:
    """Return how many spare rooms at a place are in each state; ``None`` without the right.

    Parameters
    ----------
    user
        The person.
    place
        Jurisdiction path.

    Returns
    -------
    list or None
        State and number, in the order in which a room goes through them; states without rooms are left out.
    """
    if not user.rights.may("places", "view"):
        return None
    rows: Any = list_rooms(user).filter(place__startswith=place, closed_at=None)
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    return [(state, counts[state]) for state in Offer.State.values if state in counts]


def survey_of_place(user: User, place: str | None = None) -> SurveyPanel | None:
    """Return how far the survey is at a place; ``None`` without the right or without a round."""
    if not user.rights.may("surveys", "view"):
        return None
    found = current_round(user, place)
    if found is None:
        return None
    returns = returns_of(user, found).filter(place__startswith=place or "")
    counts = count_states(returns)
    return SurveyPanel(found, counts, sum(n for state, n in counts.items() if state != "late"))
