"""What the chapters of a district plan are written with: the records of one district, words, numbers, small blocks.

A *desk* holds everything about one district in one language. Chapters take a desk and return blocks; they write no
figure that is not in its records. What is unknown or unset is said in words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from linli.report import phrases
from linli.report.district.document import (
    Align,
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    Heading,
    Note,
    Paragraph,
    Table,
    cell,
    ref,
    runs,
)
from linli.report.formats import THIN, Format, known
from linli.report.model import Community, StandardInfo
from linli.report.options import Language, ReportOptions
from linli.report.plan.figures import PlanFigures
from linli.report.plan.model import Change, Part, PlanBook, Project
from linli.report.plan.money import Money
from linli.report.words import Words, sentence_case

__all__ = ["Desk", "total"]


def total(values: Iterable[float]) -> tuple[float, int]:
    """Add up what is known.

    Parameters
    ----------
    values
        Numbers in one unit, NaN = unknown.

    Returns
    -------
    tuple
        Sum of those known (NaN if none is), and how many are not.
    """
    every = list(values)
    there = [float(one) for one in every if known(one)]
    return (math.fsum(there) if there else math.nan), len(every) - len(there)


@dataclass(frozen=True, eq=False)
class Desk:
    """One district in one language.

    Parameters
    ----------
    book, part
        The plan's records, and those of the district.
    district
        What the figures are asked for: name of the district, None = the whole.
    place
        What the district is called.
    figures
        Drawings in the same language.
    words
        With those of the district plan.
    notes
        Attribution and approval number, for the sources.
    options
        Title, author, organisation.
    """

    book: PlanBook
    part: Part
    district: str | None
    place: str
    figures: PlanFigures
    words: Words
    notes: tuple[str, ...]
    options: ReportOptions

    @property
    def lang(self) -> Language:
        """The language."""
        return self.words.lang

    @cached_property
    def fmt(self) -> Format:
        """Numbers in words."""
        return Format(self.words, self.book.unit)

    @cached_property
    def money(self) -> Money:
        """Money in words."""
        return Money(self.words)

    @cached_property
    def communities(self) -> tuple[Community, ...]:
        """What the assessment says of the district's communities, in the order of the plan."""
        by_id = {one.id: one for one in self.book.assessment.communities}
        return tuple(by_id[one.id] for one in self.part.communities if one.id in by_id)

    @cached_property
    def standard(self) -> StandardInfo:
        """The standard planned for; the first that was assessed if it is not among them."""
        return self.book.assessment.standard(self.book.standard) or self.book.assessment.standards[0]

    @property
    def whole(self) -> bool:
        """Whether the document is about everything that was planned."""
        return self.district is None

    def change(self, requirement: str, band: str = "need") -> Change:
        """Return coverage before and after; nobody where the requirement binds no community here."""
        return self.part.changes.get((requirement, band)) or Change(requirement, band, 0.0, 0.0, 0.0)

    # ------------------------------------------------------------------ words

    def say(self, key: str, **values: Any) -> str:
        """Return a text of the district plan."""
        return self.words(f"district.{key}", **values)

    def pick(self, texts: Any) -> str:
        """Return the text of this language."""
        return self.words.pick(texts)

    def joined(self, items: Iterable[str]) -> str:
        """Return items as a list in a sentence."""
        return self.words("number.dot").join(items)

    def people(self, value: Any) -> str:
        """Write people with their unit."""
        return phrases.people_text(value, self.fmt)

    def needs(self, value: Any) -> str:
        """Write needs with their unit."""
        return self.fmt.unit(value, None) + THIN + self.words(f"needs.{self.book.unit}")

    def type(self, code: str) -> str:
        """Return what a facility type is called."""
        kind = self.book.assessment.types.get(code)
        return sentence_case(self.pick(kind.title)) if kind else code

    def lever(self, code: str) -> str:
        """Return what a lever is called in a cell."""
        return self.say(f"head.{code}")

    def requirement(self, key: str) -> str:
        """Return what a requirement is called."""
        return sentence_case(self.pick(self.book.requirement(key).title))

    def project_name(self, project: Project) -> str:
        """Return the name of a project: its place and what it becomes."""
        return self.say("project_name", place=project.place_name, type=self.type(project.type))

    def numbers(self, numbers: Iterable[int]) -> str:
        """Write project numbers, those that follow one another as a range."""
        out: list[list[int]] = []
        for one in sorted(set(numbers)):
            if out and one == out[-1][1] + 1:
                out[-1][1] = one
            else:
                out.append([one, one])
        return self.joined(
            str(first)
            if first == last
            else f"{first}–{last}"
            if last > first + 1
            else self.joined(map(str, (first, last)))
            for first, last in out
        )

    def year(self, year: int | None) -> str:
        """Write a year, or that there is none."""
        return str(year) if year is not None else self.say("undated")

    def area(self, value: float) -> str:
        """Write an area that a cell holds, without its unit; one that takes nothing is empty."""
        return "" if known(value) and not value else self.fmt.n(value)

    # ------------------------------------------------------------------ blocks

    def heading(self, level: int, key: str, **values: Any) -> Heading:
        """Return a heading."""
        return Heading(level, self.say(key, **values))

    def paragraph(self, key: str, **values: Any) -> Paragraph:
        """Return a paragraph of one text."""
        return Paragraph(runs(self.say(key, **values)))

    def note(self, key: str, **values: Any) -> Note:
        """Return a box of one text."""
        return Note(runs(self.say(key, **values)))

    def bullets(self, texts: Sequence[str]) -> list[Block]:
        """Return a list; nothing for no texts."""
        return [Bullets(tuple(runs(text) for text in texts))] if texts else []

    def column(self, name: str, align: Align = "left", width: float = 1.0) -> Column:
        """Return a column whose head is a word of the district plan, with the units that it names."""
        units = {
            "money": self.money.unit,
            "folk": self.fmt.folk_unit(),
            "needs": self.words(f"needs.{self.book.unit}"),
        }
        return Column(self.say(f"head.{name}", **units), align, width)

    def year_column(self, year: int) -> Column:
        """Return a column of figures of one year."""
        return Column(self.say("in_year", year=year), "right", 1.0)

    def table(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[str | Cell]],
        notes: Sequence[str] = (),
        **values: Any,
    ) -> list[Block]:
        """Return a numbered table; nothing where there is no row."""
        made = tuple(tuple(cell(one) for one in row) for row in rows)
        caption = self.say(f"caption.{name}", **values)
        return [Table(name, caption, tuple(columns), made, tuple(notes))] if made else []

    def plain(self, columns: Sequence[Column], rows: Iterable[Sequence[str | Cell]]) -> list[Block]:
        """Return a table without a number; nothing where there is no row."""
        made = tuple(tuple(cell(one) for one in row) for row in rows)
        return [Table("", "", tuple(columns), made)] if made else []

    def figure(self, name: str, svg: str, *, width: float = 1.0, alt: str = "", **values: Any) -> list[Block]:
        """Return a numbered figure; nothing where there is no drawing."""
        return self.figure_as(name, svg, self.say(f"caption.{name}", **values), width=width, alt=alt)

    def figure_as(self, name: str, svg: str, caption: str, *, width: float = 1.0, alt: str = "") -> list[Block]:
        """Return a numbered figure with a caption of its own; nothing where there is no drawing."""
        return [Figure(f"figure_{name}", caption, svg, alt or caption, width)] if svg else []

    def see(self, *groups: Sequence[Block]) -> str:
        """Return words that point at the tables and figures among some blocks; nothing where there are none."""
        keys = [one.key for some in groups for one in some if isinstance(one, Table | Figure) and one.caption]
        return self.say("see", refs=self.joined(ref(key) for key in keys)) if keys else ""

    def status(self, code: str) -> Cell:
        """Return a cell with a status."""
        return Cell(self.words(f"status.{code}"), status=code)

    def certainty(self, code: str) -> str:
        """Return the word for how sure a figure is; as it is where there is no word."""
        return self.words(f"certainty.{code}") if self.words.has(f"certainty.{code}") else code

    def left_out(self, *parts: str) -> list[str]:
        """Return what was not worked out of some parts, and which setting fills it."""
        rows: Sequence[Mapping[str, Any]] = self.book.left_out
        return [self.pick(row) for row in rows if not parts or str(row.get("part", "")).startswith(parts)]
