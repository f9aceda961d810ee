"""Lists: columns, filters, order and pages, all of them in the address; the same rows on screen and in files.

A `Table` is declared once beside the views that use it; `show_table` turns rows and a query into what the template
``components/table.html`` draws. Words: ``<name>.column.<key>``, ``<name>.filter.<key>``, ``<name>.title``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils import timezone

from linli.web.words import has_words, say

__all__ = ["Cell", "Column", "Filter", "Head", "Shown", "Table", "cell_text", "narrow", "show_table", "title_of"]

Kind = Literal["text", "number", "date", "moment", "state", "words", "mark"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Parameters
    ----------
    key
        Its name in the address and in its words.
    value
        Takes a row, gives text, number, date, or for ``state`` and ``words`` a code.
    kind
        How it is written; numbers stand to the right. ``mark`` is a narrow state: its shape, and `text` beside it.
    order
        Fields to sort by; empty = cannot be sorted.
    link
        Takes a row, gives the address the value leads to, or empty.
    words
        For ``state``, ``words`` and ``mark``: prefix of the code's words.
    hidden
        Whether it is shown only when chosen.
    unknown
        Key of the words for what is not known; such rows then come last, whatever the order.
    title
        Gives its title where that is data, not a word of the site.
    group
        Title above it and its neighbours of the same group.
    text
        For ``mark``: takes a row, gives what stands beside the shape.
    minor
        Whether it is left out where there is little room: on a phone.
    """

    key: str
    value: Callable[[Any], Any]
    kind: Kind = "text"
    order: tuple[str, ...] = ()
    link: Callable[[Any], str] | None = None
    words: str = ""
    hidden: bool = False
    unknown: str = ""
    title: Callable[[], str] | None = None
    group: str = ""
    text: Callable[[Any], str] | None = None
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to narrow a list.

    Parameters
    ----------
    key
        Its name in the address and in its words.
    apply
        Takes rows and what was asked for, gives fewer rows.
    kind
        ``search``, ``choice`` or ``date``.
    choices
        For ``choice``: gives pairs of value and text.
    """

    key: str
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    kind: Literal["search", "choice", "date"] = "search"
    choices: Callable[[], Iterable[tuple[str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A list.

    Parameters
    ----------
    name
        Prefix of its words, ``<app>.<list>``; also the name of its file when exported.
    columns
        In order.
    order
        Key of the column it is sorted by at first, ``-`` before it for descending.
    filters
        In order.
    size
        Rows a page.
    """

    name: str
    columns: tuple[Column, ...]
    order: str
    filters: tuple[Filter, ...] = ()
    size: int = 50

    def column(self, key: str) -> Column | None:
        """Return a column by its key."""
        return next((column for column in self.columns if column.key == key), None)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is shown."""

    text: str
    kind: str
    link: str = ""
    code: str = ""
    words: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: title, the address that sorts by it, and how it is sorted now."""

    key: str
    title: str
    kind: str
    sort: str = ""
    sorted: str = ""
    group: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the template draws.

    Parameters
    ----------
    name
        The table's.
    heads
        Of the columns shown.
    rows
        Cells of the rows of this page.
    filters
        ``{key, title, kind, value, choices}`` of each.
    columns
        ``{key, title, on}`` of each column there is.
    page
        The page.
    query
        The query of this list without the page, for links to it and to its files.
    narrowed
        Whether a filter is on.
    exports
        Pairs of format and address.
    kept
        Pairs of name and value of the query that are no filter and stay when filters change.
    """

    name: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    filters: Sequence[dict[str, Any]]
    columns: Sequence[dict[str, Any]]
    page: Page[Any]
    query: str
    narrowed: bool
    exports: Sequence[tuple[str, str]] = field(default=())
    kept: Sequence[tuple[str, str]] = field(default=())

    @property
    def groups(self) -> Sequence[tuple[str, int, str]]:
        """Titles above the heads, with how many each stands above; above a head without one is a cell of its style."""
        if not any(head.group for head in self.heads):
            return ()
        spans: list[tuple[str, int, str]] = []
        for head in self.heads:
            if head.group and spans and spans[-1][0] == head.group:
                spans[-1] = head.group, spans[-1][1] + 1, ""
            else:
                spans.append((head.group, 1, "" if head.group else head.style))
        return spans

    @property
    def is_grid(self) -> bool:
        """Whether it is a grid of marks, whose heads and first column stay in sight."""
        return any(head.kind == "mark" for head in self.heads)

    @property
    def cleared(self) -> str:
        """The query without any filter."""
        return urlencode(self.kept)

    @property
    def total(self) -> int:
        """How many rows there are on all pages."""
        return self.page.paginator.count


def cell_text(value: Any, column: Column) -> str:
    """Return a value as text.

    Parameters
    ----------
    value
        As the column gives it; ``None`` is empty.
    column
        The column.

    Returns
    -------
    str
        Dates as 2026-11-23, moments in the site's time zone, digits grouped, codes in words.
    """
    if value is None or value == "":
        return say(column.unknown) if column.unknown else ""
    if column.kind in {"state", "words", "mark"}:
        key = f"{column.words}.{value}"
        return say(key) if has_words(key) else str(value)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal) and column.kind == "number":
        return f"{value:,}"
    return str(value)


def _cell(row: Any, column: Column) -> Cell:
    value = column.value(row)
    words = cell_text(value, column)
    return Cell(
        text=column.text(row) if column.text else words,
        kind=column.kind,
        link=column.link(row) if column.link else "",
        code=str(value) if column.kind in {"state", "mark"} else "",
        words=words,
        style=_style(column),
    )


_STYLES = {"number": "n", "mark": "m", "moment": "when", "date": "when"}


def _style(column: Column) -> str:
    """Return the CSS classes of a column's cells."""
    return " ".join(name for name in (_STYLES.get(column.kind, ""), "minor" if column.minor else "") if name)


def title_of(table: Table, column: Column) -> str:
    """Return the title of a column in the request's language."""
    return column.title() if column.title else say(f"{table.name}.column.{column.key}")


def _order(table: Table, params: QueryDict) -> tuple[Column, bool]:
    asked = params.get("sort", table.order)
    column = table.column(asked.lstrip("-"))
    if column is None or not column.order:
        asked = table.order
        column = table.column(asked.lstrip("-"))
    if column is None:
        msg = f"table {table.name}: no column {table.order!r}"
        raise KeyError(msg)
    return column, asked.startswith("-")


def narrow(table: Table, rows: QuerySet[Any], params: QueryDict) -> QuerySet[Any]:
    """Return the rows that a query asks for, in its order: those of the screen and those of a file.

    Parameters
    ----------
    table
        The table.
    rows
        Already through the gate.
    params
        The query of the address.

    Returns
    -------
    QuerySet
        All pages of them.
    """
    for one in table.filters:
        asked = params.get(one.key, "").strip()
        if asked:
            rows = one.apply(rows, asked)
    column, descending = _order(table, params)
    names: list[Any] = [f"-{name}" if descending else name for name in column.order]
    if column.unknown:
        names = [F(name).desc(nulls_last=True) if descending else F(name).asc(nulls_last=True) for name in column.order]
    return rows.order_by(*names, "-pk" if descending else "pk")


def _chosen(table: Table, params: QueryDict) -> list[Column]:
    asked = set(params.getlist("column"))
    chosen = [c for c in table.columns if (c.key in asked if asked else not c.hidden)]
    return chosen or [c for c in table.columns if not c.hidden]


def _heads(table: Table, params: QueryDict, chosen: Sequence[Column]) -> Iterator[Head]:
    sorted_by, descending = _order(table, params)
    for column in chosen:
        query = params.copy()
        query.pop("page", None)
        now = ""
        if column is sorted_by:
            now = "descending" if descending else "ascending"
        query["sort"] = f"-{column.key}" if now == "ascending" else column.key
        sort = query.urlencode() if column.order else ""
        yield Head(column.key, title_of(table, column), column.kind, sort, now, column.group, _style(column))


def _filter(table: Table, one: Filter, params: QueryDict) -> dict[str, Any]:
    choices = list(one.choices()) if one.choices else []
    title = say(f"{table.name}.filter.{one.key}")
    return {"key": one.key, "title": title, "kind": one.kind, "value": params.get(one.key, ""), "choices": choices}


def show_table(
    table: Table,
    rows: QuerySet[Any],
    params: QueryDict,
    *,
    exports: Sequence[tuple[str, str]] = (),
    keep: Sequence[str] = (),
    prepare: Callable[[Sequence[Any]], None] | None = None,
    count: Callable[[QuerySet[Any]], int] | None = None,
) -> Shown:
    """Turn rows and a query into what the template draws.

    Parameters
    ----------
    table
        The table.
    rows
        Already through the gate.
    params
        The query of the address.
    exports
        Pairs of format and address, if the list may be exported.
    keep
        Names in the query that are no filter and stay when filters change: what the list is about.
    prepare
        Told the rows of the page before their cells are asked for, to read at once what these need.
    count
        Counts the rows on all pages, where that is not to be done anew each time.

    Returns
    -------
    Shown
        One page.
    """
    found = narrow(table, rows, params)
    paginator = Paginator(found, table.size)
    if count is not None:
        paginator.count = count(found)
    page = paginator.get_page(params.get("page"))
    page.object_list = list(page.object_list)
    if prepare is not None:
        prepare(page.object_list)
    chosen = _chosen(table, params)
    query = params.copy()
    query.pop("page", None)
    on = {column.key for column in chosen}
    return Shown(
        name=table.name,
        heads=list(_heads(table, params, chosen)),
        rows=[[_cell(row, column) for column in chosen] for row in page.object_list],
        filters=[_filter(table, one, params) for one in table.filters],
        columns=[{"key": c.key, "title": title_of(table, c), "on": c.key in on} for c in table.columns],
        page=page,
        query=query.urlencode(),
        narrowed=any(params.get(one.key, "").strip() for one in table.filters),
        exports=exports,
        kept=[(name, value) for name in keep for value in params.getlist(name)],
    )
