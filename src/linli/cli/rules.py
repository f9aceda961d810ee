"""`linli rules`: list the standards, show a rule with clause and certainty, check a city's pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from linli.cli.common import YOURS, JsonOption, LangOption, Language, console, show_error, show_json, show_problems
from linli.errors import LinliError, UnknownRuleError, UnsetValueError
from linli.rules import NATIONAL, Catalogue, Rule, Value, check_pack, load_catalogue
from linli.rules.describe import CERTAINTY_TITLES, describe_value

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="标准 The standards as dated, cited data.")

PackOption = Annotated[
    list[Path] | None, typer.Option("--pack", help="Folder of a city's pack to lay over; repeat in ascending order.")
]

_HEADS: dict[str, dict[str, tuple[str, ...]]] = {
    "list": {
        "zh": ("规则", "名称", "类别", "可信度"),
        "en": ("rule", "title", "group", "certainty"),
    },
    "show": {
        "zh": ("取值", "数值", "依据"),
        "en": ("value", "figure", "basis"),
    },
}
_STYLES = {"published": "green", "recalled": "yellow", "unset": "red"}
_WORDS = {
    "ok": {"zh": "✓ 规则包无误：{}", "en": "✓ the pack is sound: {}"},
    "changes": {"zh": "增补或改写", "en": "adds or changes"},
    "not_yet": {"zh": "当日无有效取值", "en": "not in force on that date"},
    "asked_by": {"zh": "要求它的项目", "en": "asked for by"},
    "conflicts": {"zh": "与其他标准不同", "en": "differs from other standards"},
    "requirements": {"zh": "要求", "en": "requirements"},
    "links": {"zh": "对应", "en": "links"},
    "new": {"zh": "新建", "en": "new"},
    "existing": {"zh": "既有", "en": "existing"},
    "basis": {"zh": "自 {} · {} · 核对于 {}", "en": "from {} · {} · checked {}"},
    "more": {"zh": "其他", "en": "more"},
}


@contextmanager
def _told(lang: Language) -> Iterator[None]:
    """End the command with what is wrong: a name that does not exist is wrong usage (2), a broken file is data (1)."""
    try:
        yield
    except LinliError as error:
        show_error(error, lang)
        raise typer.Exit(2 if isinstance(error, UnknownRuleError) else 1) from error


def _entry(catalogue: Catalogue, rule: Rule) -> dict[str, Any]:
    data = rule.as_dict()
    if rule.name in catalogue.facility_types and rule.family == "facility_types":
        data["asked_by"] = list(catalogue.asked_by(rule.name))
    return data


def _group(catalogue: Catalogue, rule: Rule, lang: Language) -> str:
    groups = catalogue.families[rule.family].groups
    return groups[rule.group][lang] if rule.group and rule.group in groups else ""


def _certainty(certainty: str, lang: Language) -> str:
    return f"[{_STYLES[certainty]}]{CERTAINTY_TITLES[certainty][lang]}[/]"


@app.command("list")
def list_rules(
    lang: LangOption = YOURS,
    family: Annotated[str | None, typer.Option("--family", help="Only this family, e.g. complete_community.")] = None,
    pack: PackOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the rules with their certainty.

    Examples: `linli rules list --family complete_community` · `linli rules list --json` ·
    `linli rules list --pack packs/zhejiang --pack packs/hangzhou`
    """
    with _told(lang):
        catalogue = load_catalogue(pack or ())
        families = [family] if family else list(catalogue.families)
        rules = {name: catalogue.family(name) for name in families}
    if as_json:
        show_json([_entry(catalogue, rule) for name in families for rule in rules[name]])
        return
    for name in families:
        table = Table(title=catalogue.families[name].title[lang], title_justify="left")
        for head in _HEADS["list"][lang]:
            table.add_column(head, overflow="fold")
        for rule in rules[name]:
            packs = "".join(f" + {one}" for one in (rule.source, *rule.packs) if one != NATIONAL)
            certainty = _certainty(rule.certainty, lang) + escape(packs)
            table.add_row(rule.id, rule.title[lang], _group(catalogue, rule, lang), certainty)
        console.print(table)


def _basis(value: Value, lang: Language) -> str:
    words = _WORDS["basis"][lang]
    unsure = " ?" if value.unsure else ""
    lines = [
        words.format(value.valid_from, _certainty(value.certainty, lang) + unsure, value.last_checked_on),
        escape(value.clause),
    ]
    return "\n".join(lines if value.source == NATIONAL else [*lines, escape(value.source)])


def _rows(rule: Rule, on: dt.date | None, lang: Language) -> Iterator[tuple[str, ...]]:
    for name, series in rule.values.items():
        shown = [value for value in series if on is None or value.valid_from <= on]
        title = f"{name}\n{series[0].title[lang]}"
        if not shown:
            yield title, "–", _WORDS["not_yet"][lang]
        for value in shown if on is None else shown[-1:]:
            yield title, describe_value(value, lang.value), _basis(value, lang)


def _requirement(body: Mapping[str, Any], lang: Language) -> str:
    kinds = "/".join(_WORDS[kind][lang] for kind in body["kinds"])
    rest = {key: value for key, value in body.items() if key not in {"id", "kind", "verb", "kinds", "question", "text"}}
    words = body.get("question") or body.get("text")
    details = ", ".join(f"{key}={_plain(value, lang)}" for key, value in rest.items())
    said = " ".join(part for part in (words[lang] if words else "", details) if part)
    return f"{body['verb']} · {kinds} · {body['kind']}: {said}"


def _plain(value: Any, lang: Language) -> str:
    if isinstance(value, Mapping):
        return str(value[lang]) if lang in value else "; ".join(f"{k}={_plain(v, lang)}" for k, v in value.items())
    if isinstance(value, tuple):
        return " | ".join(_plain(part, lang) for part in value)
    return str(value)


def _print_lines(title: str, lines: list[str]) -> None:
    if lines:
        console.print(f"[bold]{title}[/bold]")
        for line in lines:
            console.print(f"  · {line}", markup=False, highlight=False)


def _print_body(catalogue: Catalogue, rule: Rule, lang: Language) -> None:
    body = rule.body
    for key in ("description", "text", "text_new", "text_existing", "note"):
        if key in body:
            before = {"text_new": _WORDS["new"][lang] + ": ", "text_existing": _WORDS["existing"][lang] + ": "}
            console.print(before.get(key, "") + body[key][lang], markup=False, highlight=False)
    sections: dict[str, Callable[[Any], str]] = {
        "requirements": lambda entry: _requirement(entry, lang),
        "conflicts": lambda entry: f"{entry['rule']}: {entry[lang]}",
        "links": lambda entry: f"{entry['from']} → {entry['to']}: {entry['reason'][lang]}",
    }
    for key, write in sections.items():
        _print_lines(_WORDS[key][lang], [write(entry) for entry in body.get(key, ())])
    told = {"description", "text", "text_new", "text_existing", "note", "reference", "last_checked_on", "certainty"}
    more = [f"{key}: {_plain(value, lang)}" for key, value in body.items() if key not in told and key not in sections]
    _print_lines(_WORDS["more"][lang], more)
    if rule.family == "facility_types":
        _print_lines(_WORDS["asked_by"][lang], list(catalogue.asked_by(rule.name)))


def _in_force(catalogue: Catalogue, rule: Rule, on: dt.date) -> dict[str, Any]:
    """Values in force on a date: a dictionary each, or ``None`` where there is none."""

    def look(name: str) -> Value | None:
        try:
            return catalogue.value(rule.id, name, on=on)
        except UnsetValueError:
            return next(value for value in reversed(rule.values[name]) if value.valid_from <= on)
        except UnknownRuleError:
            return None

    return {name: value.as_dict() if (value := look(name)) else None for name in rule.values}


@app.command("show")
def show_rule(
    rule: Annotated[str, typer.Argument(help="family/rule, e.g. complete_community/nursery.")],
    lang: LangOption = YOURS,
    on: Annotated[
        dt.datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Only the values in force on this date."),
    ] = None,
    pack: PackOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a rule: wording, requirements, and every value with clause, certainty and date.

    Examples: `linli rules show complete_community/nursery` · `linli rules show subsidy/ratio --on 2026-11-23` ·
    `linli rules show facility_types/nursery --json`
    """
    day = on.date() if on else None
    with _told(lang):
        catalogue = load_catalogue(pack or ())
        found = catalogue.rule(rule)
    if as_json:
        data = _entry(catalogue, found)
        if day:
            data |= {"on": day.isoformat(), "values": _in_force(catalogue, found, day)}
        show_json(data)
        return
    title = f"{found.id}  {found.title['zh']} · {found.title['en']}  {_certainty(found.certainty, lang)}"
    console.print(title, highlight=False)
    _print_body(catalogue, found, lang)
    if found.values:
        table = Table(*_HEADS["show"][lang], show_lines=True)
        for row in _rows(found, day, lang):
            table.add_row(*row)
        console.print(table)


@app.command("check")
def check(
    pack: Annotated[Path, typer.Argument(help="Folder of the pack.", exists=True, file_okay=False)],
    lang: LangOption = YOURS,
    below: Annotated[list[Path] | None, typer.Option("--over", help="Packs that lie under it, lowest first.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a pack over the national catalogue: every problem of every file, with line and fix.

    Examples: `linli rules check packs/hangzhou` · `linli rules check packs/xihu --over packs/hangzhou`
    """
    with _told(lang):
        problems = check_pack(pack, below or ())
        failed = any(problem.severity == "error" for problem in problems)
        catalogue = None if failed else load_catalogue([*(below or ()), pack])
    if as_json:
        show_json([problem.as_dict() for problem in problems])
    else:
        show_problems(problems, lang)
    if failed:
        raise typer.Exit(1)
    if catalogue and not as_json:
        name = catalogue.packs[-1].name
        changed = [rule.id for rule in catalogue.rules.values() if name in (rule.source, *rule.packs)]
        console.print(_WORDS["ok"][lang].format(name), highlight=False)
        _print_lines(_WORDS["changes"][lang], changed)
