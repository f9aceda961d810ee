"""A whole district plan: cover, contents, summary, the eight chapters in their usual order, annexes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.improve.choices import LEVERS
from linli.report.district.annex import annexes
from linli.report.district.desk import Desk, total
from linli.report.district.document import Block, Contents, Cover, Document, Heading, Note, PageBreak, runs
from linli.report.district.findings import findings
from linli.report.district.foundation import foundation
from linli.report.district.funds import cost_parts, funds
from linli.report.district.goals import goals
from linli.report.district.layout import layout
from linli.report.district.operation import operation
from linli.report.district.safeguards import safeguards
from linli.report.district.yearly import yearly
from linli.report.formats import known

__all__ = ["district_document"]

CHAPTERS = (foundation, findings, goals, layout, yearly, funds, operation, safeguards)
"""The chapters in their usual order."""


def _cover(desk: Desk, title: str) -> Cover:
    book = desk.book
    years = book.programme_years
    period = desk.say("cover.period", first=years[0], last=years[-1]) if years else desk.say("undated")
    rules = desk.words("pdf.rules", rules=book.assessment.catalogue_version, on=desk.fmt.date(book.on))
    lines = [
        (desk.say("cover.scope"), desk.say("cover.communities", place=desk.place, count=len(desk.communities))),
        (desk.say("cover.period_name"), period),
        (desk.say("cover.standard"), desk.pick(desk.standard.title)),
        (desk.say("cover.data"), desk.fmt.date(book.surveyed_on)),
        (desk.say("cover.rules"), rules),
        (desk.say("cover.organisation"), desk.options.organisation or desk.say("to_fill")),
        (desk.say("cover.author"), desk.options.author or desk.say("to_fill")),
    ]
    return Cover(title, desk.say("cover.subtitle"), desk.say("cover.status"), tuple(lines))


def _money(desk: Desk) -> str:
    sums = desk.part.sums
    if not desk.part.projects:
        return ""
    if not known(sums.cost_yuan):
        return desk.say("summary.unset", floor=desk.fmt.area(sums.floor_area_m2), site=desk.fmt.area(sums.site_area_m2))
    return desk.say("summary.cost", cost=desk.money.amount(sums.cost_yuan), parts=cost_parts(desk))


def _years(desk: Desk) -> str:
    years = desk.part.years
    if not years:
        return desk.say("summary.no_years") if desk.part.projects else ""
    each = [desk.say("summary.year", year=one.year, started=one.started, opened=one.opened) for one in years]
    return desk.say("summary.years", years=desk.words("number.semicolon").join(each))


def _operation(desk: Desk) -> str:
    account = desk.part.account
    if account is None:
        return desk.say("summary.no_operation") if desk.part.projects else ""
    ratio, balance = desk.fmt.pct(account.self_financing_ratio), desk.money.amount(account.balance_yuan)
    return desk.say("summary.operation", ratio=ratio, balance=balance)


def _layout(desk: Desk) -> str:
    sums = desk.part.sums
    if not desk.part.projects:
        return desk.say("layout.none")
    levers = [
        desk.say("layout.lever", lever=desk.words(f"lever.{lever}"), count=sums.by_lever[lever])
        for lever in LEVERS
        if sums.by_lever.get(lever)
    ]
    return desk.say("summary.layout", projects=sums.projects, places=sums.places, levers=desk.joined(levers))


def _summary(desk: Desk) -> list[Block]:
    sums, plan = desk.part.sums, desk.book.plan
    residents, _ = total(one.residents for one in desk.communities)
    texts = [
        desk.say("summary.scope", place=desk.place, count=len(desk.communities), residents=desk.people(residents)),
        desk.say(
            "summary.findings",
            count=len(desk.book.requirements),
            share=desk.fmt.pct(sums.needs.share_before),
            lacking=desk.people(sums.lacking_before),
        ),
        desk.say(
            "summary.goal",
            after=desk.fmt.pct(sums.needs.share_after),
            gaining=desk.people(sums.gaining),
            old_young=desk.people(sums.gaining_old_young),
        ),
        _layout(desk),
        _years(desk),
        _money(desk),
        _operation(desk),
        desk.say(
            "summary.proof",
            status=desk.words(f"status_plan.{plan['status']}"),
            gap=desk.fmt.pct(plan["gap"], 2),
        ),
    ]
    blocks: list[Block] = [
        Heading(1, desk.say("summary.title"), numbered=False),
        desk.paragraph("summary.lead", date=desk.fmt.date(desk.book.surveyed_on)),
        *desk.bullets([text for text in texts if text]),
    ]
    missing = desk.left_out()
    if missing:
        blocks.append(Note(runs(desk.say("summary.missing", count=len(missing)))))
    return blocks


def _foot(desk: Desk) -> str:
    rules = desk.words("pdf.rules", rules=desk.book.assessment.catalogue_version, on=desk.fmt.date(desk.book.on))
    dated = desk.words("pdf.date", date=desk.fmt.date(desk.book.surveyed_on))
    return " · ".join((desk.place, dated, rules))


def _words(desk: Desk) -> Mapping[str, str]:
    out: dict[str, Any] = {key: desk.say(f"writer.{key}") for key in ("contents", "no_figure")}
    out |= {key: desk.say(f"writer.{key}", number="{number}") for key in ("table", "figure")}
    out["page"] = desk.words("pdf.page", page="{page}", pages="{pages}")
    return {**out, "unknown": desk.fmt.unknown}


def district_document(desk: Desk) -> Document:
    """Write the plan of one district.

    Parameters
    ----------
    desk
        The district in one language.

    Returns
    -------
    Document
        To be written by `linli.report.district.docx` and `linli.report.district.pdf`.
    """
    title = desk.say("title", place=desk.place)
    blocks: list[Block] = [Contents(2), PageBreak(), *_summary(desk)]
    for chapter in CHAPTERS:
        blocks += chapter(desk)
    blocks += annexes(desk)
    return Document(
        lang=desk.lang,
        title=title,
        author=desk.options.author or desk.options.organisation or "Linli",
        subject=desk.say("cover.subtitle"),
        keywords=desk.say("keywords"),
        dated=desk.book.on,
        cover=_cover(desk, title),
        blocks=tuple(blocks),
        foot=_foot(desk),
        words=_words(desk),
    )
