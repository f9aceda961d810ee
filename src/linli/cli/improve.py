"""The command `linli improve`: from a declaration to a proposal, and what would be if something were otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.table import Table

from linli.cli.common import YOURS, JsonOption, LangOption, Language, console, progress_bar, show_json, show_problems
from linli.improve.proposal import Proposal
from linli.improve.record import Plan
from linli.pipeline import Improvement, WhatIf, improve, read_config, what_if
from linli.rules import load_catalogue

__all__ = ["app", "improve_command"]

app = typer.Typer()

SHOWN = 20
"""Projects written on the screen; the tables hold them all."""

WORDS: Mapping[str, Mapping[str, Any]] = {
    "zh": {
        "heads": ("地点", "设施", "方式", "面积 m²", "造价 元", "新增覆盖", "开工"),
        "lever": {"reallocate": "腾挪", "convert": "改造", "build": "建设"},
        "status": {"optimal": "已证明最优", "feasible": "可行", "time_limit": "到时限", "infeasible": "无解"},
        "plan": "方案：{n} 个项目，{people} {unit}受益，{ages}",
        "ages": "其中一老一小 {old} {unit}",
        "no_ages": "年龄结构待补",
        "solved": "求解：{status}；目标值 {objective}，上界 {bound}，差距 {gap}",
        "money": "资金：造价 {cost} 元，其中 {parts}",
        "no_money": "资金：造价待填（improve.unit_costs 或规则包 siting_needs/unit_cost），方案以面积和数量表示",
        "own": "市、区 {yuan} 元",
        "source": {"subsidy": "奖补", "owners_fund": "维修资金", "operator": "运营方"},
        "years": "年度：{years}",
        "year": "{year} 年 {n} 个",
        "clash": "约束互相矛盾：{labels}",
        "unit": {"residents": "人", "m2": "m²"},
        "todo": "未测算的，以及怎样补：",
        "notes": "说明：",
        "pack": "规则包：{name}",
        "out": "结果：{out}",
        "unset": "待填",
        "more": "…（共 {n} 个）",
        "join": "，",
        "was": "现方案",
        "now": "若改",
        "rows": ("项目", "造价 元", "受益", "其中一老一小", "目标值", "上界", "状态"),
        "in": "新增",
        "gone": "不再做",
        "same": "方案不变。",
        "impossible": "做不到：与资金、面积或其他约束矛盾。",
        "difference": "差",
    },
    "en": {
        "heads": ("place", "facility", "lever", "area m²", "cost yuan", "newly served", "start"),
        "lever": {"reallocate": "reallocate", "convert": "convert", "build": "build"},
        "status": {
            "optimal": "proven optimal",
            "feasible": "feasible",
            "time_limit": "time limit",
            "infeasible": "infeasible",
        },
        "plan": "Plan: {n} projects; {people} {unit} gain, {ages}",
        "ages": "{old} of them old or young",
        "no_ages": "of unknown age",
        "solved": "Solved: {status}; objective {objective}, bound {bound}, gap {gap}",
        "money": "Money: {cost} yuan, of which {parts}",
        "no_money": "Money: unit costs are unset (`improve.unit_costs`, or `siting_needs/unit_cost` in a pack): the "
        "plan is in m² and counts",
        "own": "city and districts {yuan}",
        "source": {"subsidy": "subsidy", "owners_fund": "owners' fund", "operator": "operator"},
        "years": "Years: {years}",
        "year": "{n} begin in {year}",
        "clash": "These cannot all be kept: {labels}",
        "unit": {"residents": "residents", "m2": "m²"},
        "todo": "Not worked out, and how to fill it in:",
        "notes": "Notes:",
        "pack": "Pack of rules: {name}",
        "out": "Results: {out}",
        "unset": "unset",
        "more": "… ({n} in total)",
        "join": ", ",
        "was": "as planned",
        "now": "what if",
        "rows": ("projects", "cost yuan", "gain", "of them old or young", "objective", "bound", "status"),
        "in": "added",
        "gone": "no more",
        "same": "The plan stays the same.",
        "impossible": "That cannot be: it does not fit the money, an area or another limit.",
        "difference": "difference",
    },
}


def _number(value: float | None, unset: str = "–") -> str:
    return unset if value is None or pd.isna(value) else f"{value:,.0f}"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as rows for JSON: what is missing is null."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _say(text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True, markup=False)


def _project_table(proposal: Proposal, words: Mapping[str, Any], lang: str) -> Table:
    types, unset = load_catalogue().facility_types, str(words["unset"])
    starts: dict[str, float] = {}
    if proposal.programme is not None:
        projects = proposal.programme.projects
        starts = dict(zip(projects["option_id"], projects["start_year"], strict=True))
    table = Table(*words["heads"], box=None)
    for row in proposal.plan.chosen.head(SHOWN).to_dict("records"):
        area = row["floor_area_m2"] if row["floor_area_m2"] > 0 else row["site_area_m2"]
        name = "" if pd.isna(row["place_name"]) else f"{row['place_name']} "
        year = starts.get(row["option_id"], float("nan"))
        table.add_row(
            f"{name}{row['place_id']}",
            types[str(row["type"])].title[lang],
            words["lever"][row["lever"]],
            _number(area),
            _number(row["cost_yuan"], unset),
            _number(row["served"]),
            "–" if pd.isna(year) else f"{year:.0f}",
        )
    return table


def _solved(plan: Plan, words: Mapping[str, Any]) -> str:
    meta = plan.meta
    return str(words["solved"]).format(
        status=words["status"][meta.status],
        objective=_number(meta.objective),
        bound=_number(meta.bound),
        gap="–" if meta.gap is None else f"{meta.gap:.2%}",
    )


def _money(proposal: Proposal, words: Mapping[str, Any]) -> str:
    cost = proposal.meta.cost_yuan
    if cost is None:
        return str(words["no_money"])
    others = proposal.co_funding.groupby("source", sort=False)["yuan"].sum()
    parts = [f"{words['source'].get(source, source)} {_number(yuan)}" for source, yuan in others.items()]
    parts.append(str(words["own"]).format(yuan=_number(cost - others.sum())))
    return str(words["money"]).format(cost=_number(cost), parts=words["join"].join(parts))


def _years(proposal: Proposal, words: Mapping[str, Any]) -> list[str]:
    if proposal.programme is None:
        return []
    begun = proposal.programme.projects["start_year"].dropna().astype("int64").value_counts().sort_index()
    said = [str(words["year"]).format(year=year, n=n) for year, n in begun.items()]
    return [str(words["years"]).format(years=words["join"].join(said))] if said else []


def _show(made: Improvement, lang: Language) -> None:
    words, proposal = WORDS[lang.value], made.proposal
    plan, n = proposal.plan, len(proposal.plan.chosen)
    console.print(_project_table(proposal, words, lang.value))
    if n > SHOWN:
        _say(str(words["more"]).format(n=n))
    meta, unit = proposal.meta, words["unit"][proposal.meta.unit]
    ages = words["no_ages"] if meta.old_young is None else words["ages"]
    ages = str(ages).format(old=_number(meta.old_young), unit=unit)
    _say(str(words["plan"]).format(n=n, people=_number(meta.residents), unit=unit, ages=ages))
    _say(_solved(plan, words))
    for line in [_money(proposal, words), *_years(proposal, words)]:
        _say(line)
    if plan.meta.clash:
        _say(str(words["clash"]).format(labels=words["join"].join(str(one["label"]) for one in plan.meta.clash)))
    for pack in proposal.meta.packs:
        zh, _, en = pack.partition(" / ")
        _say(str(words["pack"]).format(name=zh if lang.value == "zh" else en))
    notes = [*(str(one[lang.value]) for one in plan.meta.notes), *proposal.notes[lang.value]]
    for title, lines in (("notes", notes), ("todo", list(proposal.left_out[lang.value]))):
        if lines:
            _say(str(words[title]))
            for line in lines:
                _say(f"  · {line}")
    show_problems(made.problems, lang)
    page = made.out.resolve() / "index.html"
    _say(str(words["out"]).format(out=page if page.is_file() else made.out.resolve()))


def _json_of(made: Improvement) -> dict[str, Any]:
    proposal = made.proposal
    programme = proposal.programme
    shown = ("subsidies", "payments", "co_funding", "frontier", "shadow", "order", "alternatives", "notes", "left_out")
    return {
        "meta": proposal.plan.meta.model_dump(mode="json"),
        "chosen": _records(proposal.plan.chosen),
        "proposal": proposal.meta.model_dump(mode="json"),
        "programme": None if programme is None else _records(programme.projects),
        **{name: _records(getattr(proposal, name)) for name in shown},
        "out": str(made.out),
        "files": [str(file) for file in made.files],
    }


def _change(answer: WhatIf) -> tuple[list[str], list[str]]:
    before, after = (list(plan.chosen["option_id"].astype(str)) for plan in (answer.plan, answer.other))
    return [one for one in after if one not in set(before)], [one for one in before if one not in set(after)]


def _sums(plan: Plan, residents: float, old: float) -> dict[str, Any]:
    cost = plan.chosen["cost_yuan"].sum(skipna=False)
    return {
        "projects": len(plan.chosen),
        "cost_yuan": None if pd.isna(cost) else float(cost),
        "residents": residents,
        "old_young": old,
        "objective": plan.meta.objective,
        "bound": plan.meta.bound,
        "status": plan.meta.status,
    }


def _both(answer: WhatIf) -> tuple[dict[str, Any], dict[str, Any]]:
    people = zip((answer.plan, answer.other), answer.residents, answer.old_young, strict=True)
    before, after = (_sums(*one) for one in people)
    return before, after


def _show_answer(answer: WhatIf, lang: Language) -> None:
    words = WORDS[lang.value]
    before, after = _both(answer)
    table = Table("", words["was"], words["now"], words["difference"], box=None)
    for head, name in zip(words["rows"], before, strict=True):
        old, new = before[name], after[name]
        if name == "status":
            table.add_row(head, words["status"][old], words["status"][new], "")
            continue
        known = old is not None and new is not None
        table.add_row(head, _number(old), _number(new), f"{new - old:+,.0f}" if known else "–")
    console.print(table)
    if answer.other.meta.status == "infeasible":
        _say(str(words["impossible"]))
        return
    added, gone = _change(answer)
    for title, ids in ((words["in"], added), (words["gone"], gone)):
        for one in ids:
            _say(f"  {title} {one}")
    if not added and not gone:
        _say(str(words["same"]))


def _json_answer(answer: WhatIf) -> dict[str, Any]:
    before, after = _both(answer)
    added, gone = _change(answer)
    return {"plan": before, "what_if": after, "added": added, "gone": gone}


@app.command()
def improve_command(
    config: Annotated[Path, typer.Argument(help="The dataset's linli.yaml.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the results.")] = Path("plan"),
    inside: Annotated[
        list[str] | None,
        typer.Option("--what-if-in", help="What if this option were decided (its id, as in the plan's tables)?"),
    ] = None,
    outside: Annotated[
        list[str] | None, typer.Option("--what-if-out", help="What if this option were ruled out?")
    ] = None,
    budget: Annotated[
        float | None, typer.Option("--what-if-budget", help="What if there were so much money, yuan?", min=0)
    ] = None,
    pages: Annotated[
        bool,
        typer.Option("--pages/--no-pages", help="Write pages, workbook, map, district plans beside the tables."),
    ] = True,
    pdf: Annotated[
        bool | None, typer.Option("--pdf/--no-pdf", help="Make PDF files; as linli.yaml says if left out.")
    ] = None,
    lang: LangOption = YOURS,
    as_json: JsonOption = False,
) -> None:
    """Choose what to build, convert and re-allocate, with which money and in which year, as a `linli.yaml` declares.

    Its parts: `improve` (the choices), `programme` (the years) and `proposal` (subsidy, co-funding, other budgets,
    alternatives, operation). What is unset is not guessed: it is left out, and said. A what-if is answered beside the
    plan as declared and writes nothing.

    Example: `linli improve out/demo/round-1/linli.yaml -o out/plan`

    What if: `linli improve linli.yaml --what-if-out plot:P0006:supermarket --what-if-in room:R00007:canteen`
    """
    if inside or outside or budget is not None:
        with progress_bar() as progress:
            answer = what_if(config, inside=inside or (), outside=outside or (), budget_yuan=budget, progress=progress)
        if as_json:
            show_json(_json_answer(answer))
        else:
            _show_answer(answer, lang)
        return
    report = None if pdf is None else read_config(config).report.model_copy(update={"pdf": pdf})
    with progress_bar() as progress:
        made = improve(config, out, progress=progress, pages=pages, report=report)
    if as_json:
        show_json(_json_of(made))
    else:
        _show(made, lang)
