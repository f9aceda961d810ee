"""A study as a page shows it: its sheets, the place that is looked at, and the words and numbers of the language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.report.formats import THIN, Format, known
from linli.report.plan.money import Money
from linli.report.plan.words import plan_words
from linli.report.words import Words, sentence_case
from linli.web.plans.models import Study
from linli.web.plans.rows import subsidy_of, unknown_subsidies
from linli.web.plans.selectors import sheet_of
from linli.web.words import current_language, pick, say

__all__ = ["Seen", "chart", "figures_of", "notes_of", "see"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A solved study, looked at as a whole or for one district.

    Parameters
    ----------
    study
        The study.
    book, part
        Its sheets (`linli.web.plans.sheet`).
    """

    study: Study
    book: Mapping[str, Any]
    part: Mapping[str, Any]

    @property
    def words(self) -> Words:
        """The library's words in the page's language."""
        return plan_words(current_language())

    @property
    def fmt(self) -> Format:
        """How numbers are written."""
        return Format(self.words, self.book["unit"])

    @property
    def money(self) -> Money:
        """How money is written."""
        return Money(self.words)

    @property
    def needs_unit(self) -> str:
        """The unit of needs: a resident under one requirement."""
        return self.words(f"needs.{self.book['unit']}")

    @property
    def requirements(self) -> Mapping[str, Mapping[str, Any]]:
        """Requirements planned for, by key."""
        return {one["key"]: one for one in self.book["requirements"]}

    def requirement(self, key: str) -> str:
        """Return the short name of a requirement."""
        found = self.requirements.get(key)
        return sentence_case(pick(found["title"])) if found else key

    def facility(self, code: str) -> str:
        """Return what a facility type is called."""
        found = self.book["types"].get(code)
        return sentence_case(pick(found["title"])) if found else code

    def changes(self, band: str) -> list[Mapping[str, Any]]:
        """Return the changes of a band, requirement by requirement, without the sum over all."""
        return [one for one in self.part["changes"] if one["band"] == band and one["requirement"]]


def see(study: Study, code: str) -> Seen:
    """Look at a study.

    Parameters
    ----------
    study
        With a result.
    code
        Code of its place, or of a district within it.

    Returns
    -------
    Seen
        With its sheets.

    Raises
    ------
    FileNotFoundError
        If the study holds nothing of that place.
    """
    return Seen(study, sheet_of(study, "book"), sheet_of(study, f"part-{code}"))


def chart(kind: str, title: str, **more: Any) -> dict[str, Any]:
    """Return the configuration of a chart island; what is ``None`` is left out.

    Parameters
    ----------
    kind
        ``bars``, ``dumbbell``, ``stacked``, ``line`` or ``gantt``.
    title
        Its title.
    **more
        As the island reads it.

    Returns
    -------
    dict
        JSON-ready.
    """
    return {"kind": kind, "title": title, **{name: value for name, value in more.items() if value is not None}}


def figures_of(seen: Seen) -> Sequence[tuple[str, str, str]]:
    """Return the figures at the head of a plan: title, value, note. What is not known is said so.

    Parameters
    ----------
    seen
        The study and the place.

    Returns
    -------
    sequence of tuple of str
        For ``components/figures.html``.
    """
    sums, words, fmt, money = seen.part["sums"], seen.words, seen.fmt, seen.money
    m2 = seen.book["unit"] == "m2"
    levers = words("number.dot").join(
        words(f"lever_count.{lever}", count=count) for lever, count in sums["by_lever"].items() if count
    )
    cost = money.amount(sums["cost_yuan"]).replace(THIN, " ")
    unpriced = say("plans.figure.unpriced", n=sums["unpriced"]) if sums["unpriced"] else ""
    elders = fmt.n(sums["gaining_old_young"]) if known(sums["gaining_old_young"]) else fmt.unknown
    shares, ground = sums["needs"], fmt.area(sums["site_area_m2"])
    return [
        (words("card.projects"), str(sums["projects"]), levers),
        (words("card.area"), fmt.area(sums["floor_area_m2"]), words("card.area_sub", area=ground)),
        (words("card.cost"), cost, unpriced or _subsidy_note(seen)),
        (words(f"card.gaining{'_m2' * m2}"), fmt.n(sums["gaining"]), words("card.gaining_sub", count=elders)),
        (words("card.share"), f"{fmt.pct(shares['share_before'])} → {fmt.pct(shares['share_after'])}", ""),
        (words(f"card.lacking{'_m2' * m2}"), fmt.n(sums["lacking_after"]),
         words("card.lacking_sub", count=fmt.n(sums["lacking_before"]))),
    ]  # fmt: skip


def _subsidy_note(seen: Seen) -> str:
    if not known(seen.part["sums"]["cost_yuan"]):
        return ""
    found, unknown = subsidy_of(seen.part), len(unknown_subsidies(seen.part))
    if found is None:
        return say("plans.figure.subsidy_unset")
    yuan = seen.money.amount(found)
    return say("plans.figure.subsidy_some", yuan=yuan, n=unknown) if unknown else say("plans.figure.subsidy", yuan=yuan)


def notes_of(seen: Seen) -> list[str]:
    """Return what a reader has to know before the figures.

    Parameters
    ----------
    seen
        The study.

    Returns
    -------
    list of str
        Notes of the plan; that it is in m² and counts where no unit cost is set; packs; no programme.
    """
    book, words = seen.book, seen.words
    lines = [sentence_case(pick(one)) for one in book["notes"]]
    if book["proposal"]["packs"]:
        named = [pack.split(" / ")[0 if words.lang == "zh" else -1] for pack in book["proposal"]["packs"]]
        lines.append(words("lead.packs", packs=words("number.semicolon").join(named)))
    if book["programme"] is None:
        lines.append(say("plans.word.no_programme"))
    return lines
