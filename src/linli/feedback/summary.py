"""A comparison on one page, as Markdown that also reads as plain text; every row is in the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from linli.feedback.people import WISH_OUTCOMES
from linli.feedback.projects import STATES
from linli.feedback.record import Outcome
from linli.feedback.reuse import USES
from linli.feedback.totals import load_form
from linli.feedback.values import rows_of
from linli.feedback.words import Language, say

__all__ = ["figure", "write_summary"]

_SHOWN = 12
_WAN = 10_000.0
_HUNDRED = 100.0


def figure(value: float, unit: str, lang: Language) -> str:
    """Write a total: digits grouped, large areas in 万m² in Chinese, what is not known as a word.

    Parameters
    ----------
    value
        In `unit`; NaN = not known.
    unit
        ``m2``, or what is counted.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    str
        The number with its unit.

    Examples
    --------
    >>> figure(134_800.0, "m2", "zh")
    '13.48 万m²'
    >>> figure(134_800.0, "m2", "en")
    '134,800 m²'
    """
    if np.isnan(value):
        return say("summary.not_known", lang)
    if unit == "m2" and lang == "zh" and abs(value) >= _WAN:
        return f"{value / _WAN:,.2f} {say('unit.wan_m2', lang)}"
    name = say(f"unit.{unit}", lang)
    return f"{value:,.0f} {name}" if lang == "zh" or unit == "m2" else f"{value:,.0f}"


def _bullets(lines: Iterable[str], lang: Language, total: int) -> list[str]:
    shown = [f"- {line}" for line in lines]
    if not shown:
        return [f"- {say('summary.none', lang)}"]
    return [*shown, f"- {say('summary.more', lang, count=f'{total:,}')}"] if total > len(shown) else shown


def _totals(outcome: Outcome, lang: Language) -> list[str]:
    lines = []
    for section, title in load_form()["sections"].items():
        rows = rows_of(outcome.totals[outcome.totals["section"] == section])
        if not rows:
            continue
        heads = [title[lang], *(say(f"summary.{key}", lang) for key in ("value", "before", "after", "range"))]
        lines += ["", f"| {' | '.join(heads)} |", "|---|---:|---:|---:|---:|"]
        for row in rows:
            stock = [("" if np.isnan(one) else figure(one, row.unit, lang)) for one in (row.before, row.after)]
            high = "" if np.isnan(row.high) or row.high == row.value else figure(row.high, row.unit, lang)
            name = ("　" if lang == "zh" else "– ") * row.level + getattr(row, lang)
            if row.unknown:
                name += f" ({say('summary.unknown', lang)} {row.unknown:.0f})"
            lines.append(f"| {name} | {figure(row.value, row.unit, lang)} | {stock[0]} | {stock[1]} | {high} |")
    return lines


def _worse(outcome: Outcome, lang: Language) -> list[str]:
    colon = "：" if lang == "zh" else ": "
    head = outcome.worse.head(_SHOWN)
    texts = [f"{row.community}{colon}{getattr(row, lang)}{_aside(row, outcome, lang)}" for row in rows_of(head)]
    return _bullets(texts, lang, len(outcome.worse))


def _aside(row: Any, outcome: Outcome, lang: Language) -> str:
    """Say by which standard, how many it is about and why, where the text does not say so itself."""
    if row.kind == "farther":
        return ""
    parts = [_standard(row.subject, outcome, lang)] if row.kind == "item" else []
    if not np.isnan(row.residents):
        parts.append(say(f"people.{outcome.meta.unit}", lang, count=f"{row.residents:,.0f}"))
    if row.cause:
        parts.append(say(f"cause.{row.cause}", lang))
    told = ("，" if lang == "zh" else ", ").join(part for part in parts if part)
    return ("" if not told else f"（{told}）") if lang == "zh" else ("" if not told else f" ({told})")


def _standard(item: str, outcome: Outcome, lang: Language) -> str:
    """Name the standard of an item where there is more than one."""
    name = item.partition("/")[0]
    if len(outcome.meta.standards) == 1:
        return ""
    return outcome.meta.titles["standards"].get(name, {}).get(lang, name)


def _better(outcome: Outcome, lang: Language) -> list[str]:
    items = outcome.items[outcome.items["change"] == "better"]
    ordered = items.sort_values("concerned", ascending=False, kind="stable").head(_SHOWN)
    names = dict(zip(outcome.communities["community_id"], outcome.communities["name"], strict=True))
    texts = []
    for row in rows_of(ordered):
        title = outcome.meta.titles["items"].get(row.item, {}).get(lang, row.item)
        change = f"{say(f'status.{row.status_before}', lang)} → {say(f'status.{row.status_after}', lang)}"
        degrees = f"{row.degree_before * _HUNDRED:.0f}% → {row.degree_after * _HUNDRED:.0f}%"
        said = change if row.status_before != row.status_after else degrees
        standard = _standard(row.item, outcome, lang)
        where = f"{names.get(row.community_id, row.community_id)}{'：' if lang == 'zh' else ': '}"
        aside = "" if not standard else f"（{standard}）" if lang == "zh" else f" ({standard})"
        texts.append(f"{where}{title}{aside} {said}")
    return _bullets(texts, lang, len(items))


def _tally(values: pd.Series, order: Sequence[str], group: str, lang: Language) -> list[str]:
    counts = values.value_counts()
    return [
        say("summary.tally", lang, what=say(f"{group}.{code}", lang), count=f"{counts[code]:,}")
        for code in order
        if code in counts
    ]


def _places(outcome: Outcome, lang: Language) -> list[str]:
    return [
        f"{say(f'layer.{layer}', lang)} · {line}"
        for layer, some in outcome.places.groupby("layer", sort=False)
        for line in _tally(some["use"], USES, "use", lang)
    ]


def _facilities(outcome: Outcome, lang: Language) -> list[str]:
    mine = outcome.changes[outcome.changes["layer"] == "facilities"]
    codes = list(dict.fromkeys(mine["change"]))
    return _bullets(_tally(mine["change"], codes, "change", lang), lang, 0)


def _doubtful(outcome: Outcome, lang: Language) -> list[str]:
    colon = "：" if lang == "zh" else ": "
    texts = [
        f"{row.id_before} {row.name_before or ''} / {row.id_after} {row.name_after or ''}{colon}{getattr(row, lang)}"
        for row in rows_of(outcome.doubtful.head(_SHOWN))
    ]
    lines = _bullets(texts, lang, len(outcome.doubtful))
    return [*lines, "", say("summary.decide", lang)] if len(outcome.doubtful) else lines


def _plan(outcome: Outcome, lang: Language) -> list[str]:
    lines = _tally(outcome.projects["state"], STATES, "state", lang)
    hoped = outcome.forecast[outcome.forecast["progress"].notna()].astype({"residents": "float64"})
    gain = ((hoped["share_forecast"] - hoped["share_before"]) * hoped["residents"]).sum()
    if gain > 0:
        # of all residents together: the mean of the shares would hang on requirements that concern a handful
        came = ((hoped["share_now"] - hoped["share_before"]) * hoped["residents"]).sum()
        lines.append(say("summary.forecast", lang, share=f"{came / gain * _HUNDRED:.0f}%", count=f"{len(hoped):,}"))
    return _bullets(lines, lang, 0)


def write_summary(outcome: Outcome, lang: Language) -> str:
    """Write a comparison on one page.

    Parameters
    ----------
    outcome
        What to write about.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    str
        Markdown; shares in %, areas in m², residents in the outcome's unit.
    """
    meta = outcome.meta
    dates = {"before": meta.before.surveyed_on.isoformat(), "after": meta.after.surveyed_on.isoformat()}
    notes = [problem.text(lang) for problem in meta.problems()]
    parts: list[tuple[str, list[str]]] = [
        (say("summary.notes", lang), _bullets(notes, lang, 0)),
        (say("summary.worse", lang, count=len(outcome.worse)), _worse(outcome, lang)),
        (say("summary.totals", lang), _totals(outcome, lang)),
        (say("summary.better", lang, count=int((outcome.items["change"] == "better").sum())), _better(outcome, lang)),
        (say("summary.facilities", lang), _facilities(outcome, lang)),
        (say("summary.reuse", lang), _bullets(_places(outcome, lang), lang, 0)),
        (
            say("summary.wishes", lang),
            _bullets(_tally(outcome.wishes["outcome"], WISH_OUTCOMES, "wish", lang), lang, 0),
        ),
    ]
    if meta.planned:
        parts.append((say("summary.projects", lang), _plan(outcome, lang)))
    parts.append((say("summary.doubtful", lang, count=len(outcome.doubtful)), _doubtful(outcome, lang)))
    lines = [f"# {say('summary.title', lang, name=meta.name[lang], **dates)}"]
    if outcome.is_empty:
        lines += ["", say("summary.nothing", lang)]
    for title, body in parts:
        lines += ["", f"## {title}", *([] if body[0] == "" else [""]), *body]
    return "\n".join(lines) + "\n"
