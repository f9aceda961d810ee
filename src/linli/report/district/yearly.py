"""Chapter 5, projects by year: what begins and opens when, and the table of every project."""

from __future__ import annotations

from linli.report.district.desk import Desk
from linli.report.district.document import Block, Landscape
from linli.report.plan.model import Project

__all__ = ["yearly"]


def _steps(desk: Desk) -> list[Block]:
    book, part = desk.book, desk.part
    rows = [
        [
            str(one.year),
            desk.fmt.n(one.started),
            desk.fmt.n(one.opened),
            desk.money.cell(one.yuan),
            desk.fmt.n(one.residents),
            desk.fmt.n(one.old_young),
        ]
        for one in part.years
    ]
    columns = [desk.column("year"), desk.column("started", "right"), desk.column("opened", "right")]
    columns += [desk.column("spent", "right", 1.3), desk.column("served_by", "right", 1.5)]
    columns.append(desk.column("old_young_by", "right", 1.5))
    table = desk.table("years", columns, rows, [desk.words(f"needs.note.{book.unit}")])
    served = desk.figure("served_by_year", desk.figures.served_by_year(desk.district), width=0.85)
    text = desk.paragraph(
        "yearly.text",
        first=book.programme_years[0],
        last=book.programme_years[-1],
        scheduled=desk.fmt.n(part.sums.scheduled),
        projects=desk.fmt.n(part.sums.projects),
        see=desk.see(table, served),
    )
    return [desk.heading(2, "yearly.steps"), text, *table, *served]


def _gantt(desk: Desk) -> list[Block]:
    charts = [one for one in desk.figures.gantts(desk.district) if one]
    figures = [block for page, svg in enumerate(charts, start=1) for block in _chart(desk, svg, page, len(charts))]
    if not figures:
        return []
    text = desk.paragraph("yearly.gantt_text", see=desk.see(figures))
    return [desk.heading(2, "yearly.gantt"), text, *figures]


def _chart(desk: Desk, svg: str, page: int, pages: int) -> list[Block]:
    if pages == 1:
        return desk.figure("gantt", svg)
    caption = desk.say("caption.gantt_page", page=page, pages=pages)
    return desk.figure_as(f"gantt_{page}", svg, caption)


def _row(desk: Desk, one: Project) -> list[str]:
    row = [str(one.number), one.place_name, desk.type(one.type), one.community, desk.lever(one.lever)]
    row += [desk.area(one.floor_area_m2), desk.area(one.site_area_m2), desk.money.cell(one.cost_yuan)]
    row += [desk.money.cell(one.subsidy_yuan), desk.year(one.start_year), desk.year(one.open_year)]
    return [*row, desk.fmt.n(one.served)]


def _projects(desk: Desk) -> list[Block]:
    columns = [desk.column("no", "center", 0.6), desk.column("place", width=2.6), desk.column("type", width=2.6)]
    columns += [desk.column("community", width=1.7), desk.column("lever", width=1.1)]
    columns += [desk.column("floor_area", "right"), desk.column("site_area", "right"), desk.column("cost", "right")]
    columns += [desk.column("subsidy", "right"), desk.column("start", "right", 0.8), desk.column("open", "right", 0.8)]
    columns.append(desk.column("served", "right", 1.1))
    notes = [desk.say("yearly.projects_note"), desk.words(f"needs.note.{desk.book.unit}")]
    table = desk.table("projects", columns, [_row(desk, one) for one in desk.part.projects], notes)
    text = desk.paragraph("yearly.projects_text", count=desk.fmt.n(len(desk.part.projects)), see=desk.see(table))
    return [desk.heading(2, "yearly.projects"), text, *table]


def _postponed(desk: Desk) -> list[Block]:
    rows = [
        [str(one.number), desk.project_name(one), one.community, desk.words(f"postponed.{one.postponed or 'none'}")]
        for one in desk.part.projects
        if one.start_year is None
    ]
    if not rows or desk.book.programme is None:
        return []
    columns = [desk.column("no", "center", 0.5), desk.column("project", width=3), desk.column("community", width=1.5)]
    table = desk.table("postponed", [*columns, desk.column("reason", width=2.5)], rows)
    text = desk.paragraph("yearly.postponed_text", count=len(rows), see=desk.see(table))
    return [desk.heading(2, "yearly.postponed"), text, *table]


def yearly(desk: Desk) -> list[Block]:
    """Write the chapter.

    Parameters
    ----------
    desk
        One district in one language.

    Returns
    -------
    list of Block
        Headings, text, tables and figures; the table of projects lies on turned pages.
    """
    blocks: list[Block] = [desk.heading(1, "yearly.title")]
    if not desk.part.projects:
        return [*blocks, desk.note("layout.none")]
    if desk.book.programme is None or not desk.book.programme_years:
        blocks.append(desk.note("yearly.none"))
    elif desk.book.programme["status"] == "infeasible":
        blocks.append(desk.note("yearly.infeasible"))
    else:
        blocks += [*_steps(desk), *_gantt(desk)]
    return [*blocks, Landscape((*_projects(desk), *_postponed(desk)))]
