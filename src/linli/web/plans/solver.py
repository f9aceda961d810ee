"""The solver's own process: ``python -m linli.web.plans.solver`` reads one order from its input and does it.

No Django here, and no database: it reads folders, writes a folder, and tells what it does as lines of JSON on standard
output: ``stage`` and ``fraction`` while it works, and at the end ``done`` or ``problem`` (texts zh and en). It ends
when its input is closed: nobody waits for it any more.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from linli.assess import Assessment, load_assessment
from linli.errors import FontError, InputError, LinliError, Problem, UnsetValueError
from linli.improve.choices import BudgetLine, ImproveOptions
from linli.improve.explore import ask, set_up
from linli.improve.options import Options, find_options, newly_together
from linli.improve.proposal import Proposal, load_proposal, save_proposal
from linli.improve.propose import make_proposal
from linli.improve.record import Plan
from linli.improve.siting import SolverError
from linli.report.context import report_context
from linli.report.district.write import write_district_plans
from linli.report.figures import gather
from linli.report.fonts import Fonts, find_fonts
from linli.report.options import Language, ReportOptions
from linli.report.plan.build import build_plan_book
from linli.report.plan.figures import PlanFigures
from linli.report.plan.layers import write_plan_layers
from linli.report.plan.model import PlanBook
from linli.report.plan.words import plan_words
from linli.report.plan.workbook import write_plan_workbook
from linli.rules import Catalogue, load_catalogue
from linli.survey import Survey, load_snapshot
from linli.web.plans.choices import StudyChoices, check_districts, from_json, narrowed
from linli.web.plans.order import Order, read_order
from linli.web.plans.sheet import FOLDER, plain, write_sheets

__all__ = ["PACKS", "Material", "load_material", "main", "obey", "one_part", "trouble_of"]

PACKS = "packs"
"""Where a study keeps the city's rules that it was solved with."""

Tell = Callable[[str, float | None], None]

_LANGUAGES: tuple[Language, ...] = ("zh", "en")

_SOLVED = 0.85
"""Fraction of the work that is done when the plan stands; the rest is writing."""

_HALF = 0.5
"""Of a resident: a smaller change is none."""

_ABANDONED = 3
"""Exit code of a process that nobody waits for."""


@dataclass(frozen=True, eq=False)
class Material:
    """What a study is made from; `communities` are those of its place, ``None`` = all."""

    survey: Survey
    assessment: Assessment
    catalogue: Catalogue
    choices: StudyChoices
    communities: tuple[str, ...] | None


def load_material(order: Order) -> Material:
    """Read what an order names, and narrow its choices to its place.

    Parameters
    ----------
    order
        The order.

    Returns
    -------
    Material
        Verified by their hashes.

    Raises
    ------
    InputError
        If the rules have changed since the assessment, or the choices name districts that do not exist.
    SnapshotError
        If a folder is missing or was changed.
    """
    survey = load_snapshot(Path(order.snapshot))
    catalogue = load_catalogue([Path(pack) for pack in order.packs])
    if catalogue.version != order.catalogue_version:
        raise InputError([_other_rules(catalogue.version, order.catalogue_version)])
    choices, communities = from_json(order.choices), survey.layers["communities"]
    check_districts(choices, communities)
    inside = None
    if order.communities is not None:
        known = set(order.communities)  # of the tree, which may know more than the survey
        inside = tuple(one for one in communities["community_id"].astype(str) if one in known)
        choices = narrowed(choices, communities, inside)
    return Material(survey, load_assessment(Path(order.assessment)), catalogue, choices, inside)


def _other_rules(found: str, wanted: str) -> Problem:
    return Problem(
        "plans.other_rules", "error",
        {"zh": "评估之后规则已有变更", "en": "the rules have changed since the assessment"},
        {"zh": "请按现行规则重新评估后再求解。", "en": "Assess again with the rules in force, then solve."},
        value=found, allowed=wanted,
    )  # fmt: skip


def _label_names(plan: Plan, material: Material) -> dict[str, dict[str, str]]:
    """Return what the last word of a limit's label is called: facility types, communities, options."""
    types = material.catalogue.facility_types
    names = {code: dict(rule.title) for code, rule in types.items()}
    for row in material.survey.layers["communities"][["community_id", "name"]].to_dict("records"):
        names[str(row["community_id"])] = {"zh": str(row["name"]), "en": str(row["name"])}
    for row in plan.options[["option_id", "place_name", "place_id", "type"]].to_dict("records"):
        where = str(row["place_id"] if pd.isna(row["place_name"]) else row["place_name"])
        titles = names.get(str(row["type"]), {"zh": "", "en": ""})
        names[str(row["option_id"])] = {lang: f"{where} {title}".strip() for lang, title in titles.items()}
    return names


def _clash(plan: Plan, material: Material) -> list[dict[str, Any]]:
    names = _label_names(plan, material) if plan.meta.clash else {}
    return [
        {**plain(one), "name": names.get(str(one["label"]).rpartition(" ")[2], {})}
        for one in plan.meta.clash
    ]  # fmt: skip


def _copy_packs(order: Order, folder: Path) -> None:
    """Keep the rules beside the result, so that its documents can be written when the city's have changed."""
    (folder / PACKS).mkdir()
    for pack in map(Path, order.packs):
        shutil.copytree(pack, folder / PACKS / pack.name)
    names = [Path(pack).name for pack in order.packs]
    (folder / PACKS / "order.json").write_text(json.dumps(names), encoding="utf-8")


def _solved(order: Order, material: Material, tell: Tell, folder: Path) -> dict[str, Any]:
    chosen = material.choices
    proposal = make_proposal(
        material.survey, material.assessment, material.catalogue, chosen.improve, chosen.programme, chosen.proposal,
        lambda text, done: tell(text, None if done is None else _SOLVED * done),
    )  # fmt: skip
    tell("sheets", _SOLVED)
    save_proposal(proposal, folder)
    book = build_plan_book(proposal, material.survey, material.assessment, material.catalogue)
    write_sheets(book, proposal.plan, material.survey, folder / FOLDER, order.place, material.communities)
    _copy_packs(order, folder)
    return {
        "status": proposal.plan.meta.status,
        "clash": _clash(proposal.plan, material),
        "catalogue_version": material.catalogue.version,
    }


def _solve(order: Order, tell: Tell) -> dict[str, Any]:
    """Solve a study into a folder that appears when it is whole; one that is there already is taken as it is."""
    out = Path(order.out)
    if (out / "done.json").is_file():
        done: dict[str, Any] = json.loads((out / "done.json").read_text(encoding="utf-8"))
        return done
    material = load_material(order)
    out.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        done = _solved(order, material, tell, half)
        (half / "done.json").write_text(json.dumps(done, ensure_ascii=False), encoding="utf-8")
        half.chmod(0o755)
        with suppress(OSError):  # another process was quicker: both hold the same
            half.replace(out)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return done


def _sums(options: Options, plan: Plan) -> dict[str, Any]:
    chosen = plan.chosen
    residents, elders = newly_together(options, list(chosen["option_id"]))
    return {
        "projects": len(chosen),
        "cost_yuan": plain(chosen["cost_yuan"].sum(skipna=False)) if len(chosen) else 0.0,
        "floor_area_m2": plain(chosen["floor_area_m2"].sum()),
        "residents": plain(residents),
        "old_young": plain(elders),
        "objective": plan.meta.objective,
        "bound": plan.meta.bound,
        "gap": plan.meta.gap,
        "status": plan.meta.status,
    }


def _option_rows(plan: Plan, ids: Sequence[str], material: Material) -> list[dict[str, Any]]:
    names = material.survey.layers["communities"].drop_duplicates("community_id").set_index("community_id")["name"]
    types = material.catalogue.facility_types
    rows = plan.options[plan.options["option_id"].isin(list(ids))].to_dict("records")
    kept = ("option_id", "place_name", "place_id", "community_id", "lever", "type", "floor_area_m2", "cost_yuan",
            "newly")  # fmt: skip
    return [
        {
            **{name: plain(row[name]) for name in kept},
            "community": plain(names.get(row["community_id"])),
            "title": dict(types[str(row["type"])].title),
        }
        for row in rows
    ]


def _by_community(plan: Plan, other: Plan) -> list[dict[str, Any]]:
    """Return how many needs more, or fewer, are served in each community."""
    before, after = (one.served.groupby("community_id")["residents"].sum() for one in (plan, other))
    change = after.sub(before, fill_value=0.0)
    known = {str(key): round(float(value), 1) for key, value in change.items()}
    return [{"community_id": key, "needs": needs} for key, needs in known.items() if abs(needs) > _HALF]


def _money_enough(options: Options, choices: ImproveOptions) -> ImproveOptions:
    """Give a study without a budget one that does not bind, so that another budget can be asked for."""
    total = float(options.table["cost_yuan"].sum(skipna=False))
    return choices.model_copy(update={"budget": (BudgetLine(yuan=total),)}) if total == total else choices


def _ask(order: Order, tell: Tell) -> dict[str, Any]:
    material = load_material(order)
    question, improve = order.question, material.choices.improve
    options = find_options(material.survey, material.assessment, material.catalogue, improve, tell)
    if question.get("budget_yuan") is not None and not improve.budget:
        options = replace(options, choices=_money_enough(options, improve))
    tell("plan", 0.3)
    standing = set_up(options, material.assessment)
    tell("what_if", 0.7)
    other = ask(
        standing, force_in=question.get("force_in", ()), forbid=question.get("forbid", ()),
        budget_yuan=question.get("budget_yuan"),
    )  # fmt: skip
    plan = standing.plan
    before, after = (list(one.chosen["option_id"].astype(str)) for one in (plan, other))
    return {
        "before": _sums(options, plan),
        "after": _sums(options, other),
        "added": _option_rows(plan, sorted(set(after) - set(before)), material),
        "gone": _option_rows(plan, sorted(set(before) - set(after)), material),
        "communities": _by_community(plan, other),
        "clash": _clash(other, material),
        "unit": plan.meta.unit,
    }


def one_part(book: PlanBook, ids: Sequence[str] | None) -> PlanBook:
    """Return the book of one part of a survey, as if it were the whole: for the documents of one district.

    Parameters
    ----------
    book
        The whole.
    ids
        Communities of the part: those of one district, or all.

    Returns
    -------
    PlanBook
        With that part as its only one; tables of homes hold its communities alone.

    Raises
    ------
    KeyError
        If they are not those of a district.
    """
    if ids is None or len(ids) == len(book.communities):
        return book
    wanted = set(ids)
    part = next((one for one in book.districts if {c.id for c in one.communities} == wanted), None)
    if part is None:
        raise KeyError(", ".join(sorted(wanted)))

    def own(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["community_id"].astype(str).isin(wanted)].reset_index(drop=True)

    return replace(
        book, city=part, districts=(part,), buildings=own(book.buildings), building_needs=own(book.building_needs),
        served=own(book.served),
    )  # fmt: skip


def _fonts() -> Fonts | None:
    try:
        return find_fonts()
    except FontError:
        return None


def _write_documents(
    book: PlanBook, material: Material, out: Path, options: ReportOptions, tell: Tell
) -> list[Path]:  # fmt: skip
    fonts = _fonts()
    options = options if fonts is not None else options.model_copy(update={"pdf": False})
    grounds: dict[str, Any] = {}
    facts = gather(book.assessment, material.assessment, material.survey)
    words = {lang: plan_words(lang) for lang in options.lang}
    contexts = {lang: report_context(book.assessment, options, words[lang]) for lang in options.lang}
    figures = {lang: PlanFigures(book, contexts[lang], facts, grounds) for lang in options.lang}
    first = options.lang[0]
    tell("tables", 0.2)
    second = words[options.lang[1]] if len(options.lang) > 1 else None
    title = words[first]("plan.title", place=contexts[first].place)
    write_plan_workbook(book, figures[first], out / "plan.xlsx", title, second)
    write_plan_layers(book, material.survey, out / "plan.gpkg")
    tell("documents", 0.3)
    made = write_district_plans(
        book, figures, contexts, out, fonts, options,
        lambda text, done: tell(text, None if done is None else 0.3 + 0.7 * done),
    )  # fmt: skip
    return [out / "plan.xlsx", out / "plan.gpkg", *made]


def _documents(order: Order, tell: Tell) -> dict[str, Any]:
    """Write the documents of one place from a solved study: workbook, map layers, district plan."""
    material, out = load_material(order), Path(order.out)
    study = Path(str(order.question["study"]))
    proposal: Proposal = load_proposal(study)
    tell("sheets", 0.05)
    book = build_plan_book(proposal, material.survey, material.assessment, material.catalogue)
    part = one_part(book, material.communities)
    options = ReportOptions.model_validate(dict(order.report))
    out.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        made = _write_documents(part, material, half, options, tell)
        names = [path.relative_to(half).as_posix() for path in made]
        half.chmod(0o755)
        shutil.rmtree(out, ignore_errors=True)
        half.replace(out)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return {"files": names, "pdf": any(name.endswith(".pdf") for name in names)}


_TASKS: Mapping[str, Callable[[Order, Tell], dict[str, Any]]] = {
    "solve": _solve,
    "ask": _ask,
    "documents": _documents,
}


def obey(order: Order, tell: Tell) -> dict[str, Any]:
    """Do what an order says.

    Parameters
    ----------
    order
        The order.
    tell
        Told the stage under way and the fraction done (0–1), or ``None`` where it cannot be said.

    Returns
    -------
    dict
        What came of it, JSON-ready.

    Raises
    ------
    LinliError
        If what it names will not do; `trouble_of` says why in both languages.
    """
    return _TASKS[order.task](order, tell)


def trouble_of(error: LinliError) -> dict[str, str]:
    """Return why something could not be done, in both languages.

    Parameters
    ----------
    error
        What was raised.

    Returns
    -------
    dict
        ``zh``, ``en``, and ``kind``: ``input``, ``unset``, ``solver`` or ``other``.
    """
    if isinstance(error, InputError) and error.problems:
        zh, en = ("\n".join(one.text(lang) for one in error.problems) for lang in _LANGUAGES)
        return {"kind": "input", "zh": zh, "en": en}
    kind = "unset" if isinstance(error, UnsetValueError) else "solver" if isinstance(error, SolverError) else "other"
    return {"kind": kind, "zh": str(error), "en": str(error)}


def _say(**line: Any) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _end_with_the_caller() -> None:
    """Wait for the end of the input, which comes when whoever asked is no more or has had enough."""
    sys.stdin.read()
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)  # with the siting engine's own process, which would go on to its limit
    os._exit(_ABANDONED)


def main() -> None:
    """Read one order, do it, and say what came of it."""
    order = read_order(sys.stdin.readline())
    threading.Thread(target=_end_with_the_caller, daemon=True).start()
    try:
        _say(done=obey(order, lambda stage, fraction: _say(stage=stage, fraction=fraction)))
    except LinliError as error:
        _say(problem=trouble_of(error))


if __name__ == "__main__":
    main()
