"""What a run says of a community, for its profile (一社一画像): figures, gaps, items, haves, scenes, peers, changes.

What other apps have of it is in `linli.web.communities.around`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from linli.report.words import sentence_case
from linli.units import BAND_TITLES
from linli.web.accounts.models import Place
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.communities.figures import Look
from linli.web.communities.overview import compared
from linli.web.communities.panels import Figure, range_text, round_name
from linli.web.communities.writing import format_of, group_title, item_title, standard_title
from linli.web.standards.catalogue import site_catalogue
from linli.web.words import current_language, pick, say

__all__ = [
    "Change",
    "Gap",
    "Peer",
    "ages_chart",
    "changes_since",
    "figures_of",
    "gaps_of",
    "items_of",
    "means_chart",
    "peers_of",
    "supply_of",
]

_GAPS = 10

Portrait = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gap:
    """An item as a profile lists it, its texts in the language of the page.

    Parameters
    ----------
    item
        Id of the rule; `standard` and `slug` are its parts.
    title, status, degree, short, weakest, clause, source, certainty
        What the run says of it.
    """

    item: str
    title: str
    group: str
    status: str
    degree: str
    short: str
    weakest: str
    clause: str
    source: str
    certainty: str

    @property
    def standard(self) -> str:
        """Family of the rule."""
        return self.item.partition("/")[0]

    @property
    def slug(self) -> str:
        """Name of the rule within its family."""
        return self.item.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Peer:
    """A community that is like this one, with its scores by standard; `may` says whether its profile may be seen."""

    place: Place
    residents: str
    scores: tuple[str, ...]
    may: bool


@dataclass(frozen=True, slots=True)
class Change:
    """An item whose status is another than in the round before."""

    title: str
    before: str
    after: str


def _score_note(row: ScoreRow, total: int | None) -> str:
    parts = [
        say("communities.profile.grade", grade=row.grade) if row.grade else "",
        range_text(row.score_low, row.score_high, row.score),
        say("communities.profile.rank", rank=row.rank, total=total) if row.rank and total else "",
    ]
    return " · ".join(part for part in parts if part)


def figures_of(look: Look, rows: Sequence[ScoreRow], portrait: Portrait | None) -> list[Figure]:
    """Return the figures at the head of a profile.

    Parameters
    ----------
    look
        What somebody looks at.
    rows
        The community by each standard.
    portrait
        What the run says of it.

    Returns
    -------
    list of Figure
        Residents, households, scores by standard with grade, range and rank, the 一老一小 index, priority.
    """
    if not rows:
        return []
    fmt, first = format_of(look.run), rows[0]
    total = portrait["total"] if portrait else None
    share = first.old_young / first.residents if first.residents and first.old_young is not None else None
    young = say("communities.figure.old_young", share=fmt.pct(share))
    index = first.index_old_young
    figures = [
        Figure(sentence_case(fmt.words(f"figure.residents.{look.run.unit}")), fmt.n(first.residents), young),
        Figure(sentence_case(fmt.words("figure.households")), fmt.n(first.households)),
        *(Figure(standard_title(row.standard), fmt.score(row.score), _score_note(row, total)) for row in rows),
        Figure(fmt.words("profile.index"), fmt.score(index), range_text(first.index_low, first.index_high, index)),
    ]
    if first.priority_rank:
        place = f"{first.priority_rank} / {total}" if total else str(first.priority_rank)
        figures.append(Figure(fmt.words("table.priority"), place))
    return figures


def _gap(one: Mapping[str, Any]) -> Gap:
    return Gap(
        one["item"], pick(one["title"]), one["group"], one["status"], pick(one["degree"]), pick(one["short"]),
        pick(one["weakest"]), one["clause"], one["source"], one["certainty"],
    )  # fmt: skip


def gaps_of(portrait: Portrait, standard: str) -> tuple[list[Gap], int]:
    """Return what a community falls short of, the worst first, and how many more there are."""
    by_id = {one["item"]: one for one in portrait["items"].get(standard, ())}
    found = [_gap(by_id[item]) for item in portrait["gaps"].get(standard, ()) if item in by_id]
    return found[:_GAPS], max(len(found) - _GAPS, 0)


def items_of(portrait: Portrait) -> list[tuple[str, str, list[tuple[str, list[Gap]]]]]:
    """Return every item by standard and group: code and title of the standard, title of each group, its items."""
    found = []
    for standard, items in portrait["items"].items():
        groups = groupby((_gap(one) for one in items), key=lambda gap: gap.group)
        listed = [(group_title(standard, group), list(some)) for group, some in groups]
        found.append((standard, standard_title(standard), listed))
    return found


def means_chart(
    look: Look, means: Sequence[Mapping[str, Any]], title: str, standard: str | None = None
) -> dict[str, Any] | None:
    """Return the chart of mean degrees (the six haves, the nine scenes) with their ranges; ``None`` without any.

    Parameters
    ----------
    look
        What somebody looks at.
    means
        Of the portrait.
    title
        Of the chart.
    standard
        Whose groups they are, for their order; as they stand if left out.

    Returns
    -------
    dict or None
        Bars of shares, 0–1.
    """
    if not means:
        return None
    family = site_catalogue().families.get(standard or "")
    order = {group: position for position, group in enumerate(family.groups)} if family else {}
    rows = [
        {"label": pick(one["title"]) or one["key"], "value": one["score"], "low": one["low"], "high": one["high"]}
        for one in sorted(means, key=lambda one: order.get(one["key"], 0))
    ]
    round_ = look.run.snapshot.round
    return {
        "kind": "bars", "title": title, "unit": say("communities.unit.degree"), "format": "share", "rows": rows,
        "date": round_.surveyed_on.isoformat(), "source": round_name(round_),
    }  # fmt: skip


def ages_chart(look: Look, portrait: Portrait) -> dict[str, Any] | None:
    """Return the chart of residents by age; ``None`` where no age is known."""
    bands = portrait["bands"]
    if all(value is None for value in bands.values()):
        return None
    lang, round_ = current_language(), look.run.snapshot.round
    rows = [{"label": BAND_TITLES[band][lang], "value": value} for band, value in bands.items()]
    return {
        "kind": "bars", "title": say("communities.chart.ages"), "unit": say(f"communities.unit.{look.run.unit}"),
        "format": "number", "digits": 0, "rows": rows, "date": round_.surveyed_on.isoformat(),
        "source": round_name(round_),
    }  # fmt: skip


def supply_of(portrait: Portrait) -> list[dict[str, Any]]:
    """Return what there is of each type of facility that is there or asked for: name, count, area, within, distance."""
    return [
        {**row, "name": pick(row["name"]), "area": pick(row["area"]), "within": pick(row["within"]),
         "distance": pick(row["distance"])}
        for row in portrait["supply"]
    ]  # fmt: skip


def peers_of(look: Look, codes: Sequence[str], standards: Sequence[str]) -> list[Peer]:
    """Return the communities that are most like one, as far as the person may see their figures.

    Parameters
    ----------
    look
        What somebody looks at.
    codes
        Of the peers, most alike first.
    standards
        Whose scores are shown.

    Returns
    -------
    list of Peer
        A peer outside the jurisdiction is named without figures.
    """
    fmt = format_of(look.run)
    places = {place.code: place for place in Place.objects.filter(level="community", code__in=codes)}
    here = [place.path for place in places.values()]
    rows = ScoreRow.objects.visible_to(look.user).filter(run=look.run, place__in=here).order_by()
    found = {(row.community_id, row.standard): row for row in rows}
    peers = []
    for place in (places[code] for code in codes if code in places):
        mine = [found.get((place.pk, standard)) for standard in standards]
        residents = next((fmt.n(row.residents) for row in mine if row), "")
        peers.append(Peer(place, residents, tuple(fmt.score(row.score) if row else "" for row in mine), any(mine)))
    return peers


def changes_since(look: Look, before: Run) -> tuple[list[Change], tuple[str, ...], tuple[str, ...]]:
    """Return the items of a community whose status is another than in a round before.

    Parameters
    ----------
    look
        The community, in the later run.
    before
        The earlier run.

    Returns
    -------
    tuple
        The changes; why they cannot be compared (then there are none); what to know if they can.
    """
    refused, told = compared(before, look.run, look.standard)
    if refused:
        return [], refused, told

    def statuses(run: Run) -> dict[str, str]:
        rows = ItemRow.objects.visible_to(look.user).filter(run=run, standard=look.standard, place=look.place)
        return dict(rows.order_by().values_list("item", "status"))

    then, now = statuses(before), statuses(look.run)
    changed = [
        Change(item_title(item), then[item], now[item])
        for item in sorted(now)
        if then.get(item, now[item]) != now[item]
    ]
    return changed, (), told
