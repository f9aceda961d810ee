"""From two results of ``linli run`` to a comparison that people read: matched, compared, written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from linli.errors import Problem, UnknownRuleError
from linli.feedback import CompareOptions, Outcome, compare_rounds
from linli.feedback.outcome import load_round, read_decisions
from linli.feedback.outcome import write_outcome as write_tables
from linli.improve.programme import Programme, load_programme
from linli.improve.record import Plan, load_plan
from linli.pipeline.config import load_rules, read_config
from linli.pipeline.run import Progress
from linli.report.options import ReportOptions
from linli.report.outcome import write_outcome
from linli.rules import load_catalogue

__all__ = ["Comparison", "compare", "read_plan"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of a comparison.

    Parameters
    ----------
    outcome
        What changed.
    out
        The folder it was written to.
    files
        Files for people to open; the first page comes first where there are pages.
    problems
        What a reader has to know.
    """

    outcome: Outcome
    out: Path
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def _with_years(plan: Plan, programme: Programme) -> Plan:
    """Add the year in which each project starts to its option."""
    starts = programme.projects.set_index("option_id")["start_year"]
    return replace(plan, options=plan.options.assign(year=plan.options["option_id"].map(starts)))


def read_plan(path: Path) -> Plan | pd.DataFrame:
    """Read a plan to hold against a comparison.

    Parameters
    ----------
    path
        The folder that ``linli improve`` wrote (with the years of its programme), the folder ``plan`` in it, or a CSV
        file with one row a project: `place_id`, `type` and whatever else is known (see
        `linli.feedback.projects.chosen_of`).

    Returns
    -------
    Plan or DataFrame
        The plan, or the table.

    Raises
    ------
    SnapshotError
        If the folder holds no plan, or the plan was changed.
    OSError
        If it cannot be read.
    """
    if path.is_dir():
        inner = path / "plan"
        plan = load_plan(inner if (inner / "plan.json").is_file() else path)
        years = path / "programme"
        return _with_years(plan, load_programme(years)) if years.is_dir() else plan
    return pd.read_csv(path, dtype={"place_id": str, "community_id": str}, encoding="utf-8-sig")


def _other_rules(*, pages: bool) -> Problem:
    message = {
        "zh": "现在读到的规则与评估后一轮时所用的不同" + ("" if pages else "，只写出表格，没有写网页"),
        "en": "the rules at hand are not those that the second round was assessed by"
        + ("" if pages else ": tables were written, pages not"),
    }
    fix = {
        "zh": "用 --config 指定后一轮的 linli.yaml。",
        "en": "Name the linli.yaml of the second round with --config.",
    }
    return Problem("compare.other_rules", "warning", message, fix)


def compare(
    before: Path,
    after: Path,
    out: Path,
    *,
    plan: Path | Plan | pd.DataFrame | None = None,
    decided: Path | None = None,
    config: Path | None = None,
    report: ReportOptions | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Put two rounds side by side and write what came of it: records, tables, summary, pages.

    Parameters
    ----------
    before, after
        Folders of the first and second round, as ``linli run`` wrote them.
    out
        Folder for the comparison (see `linli.report.outcome.write_outcome`).
    plan
        A plan made in between: what `read_plan` reads, or the plan itself.
    decided
        ``doubtful.csv`` of an earlier comparison with its column `same` filled in.
    config
        The second round's ``linli.yaml``, where it lays packs or has report options of its own.
    report
        Languages, organisation, map approval number; those of `config`, else the defaults, if left out.
    progress
        Told what is under way.

    Returns
    -------
    Comparison
        The outcome and the files.

    Raises
    ------
    SnapshotError
        If a round or the plan is missing or was changed.
    InputError
        If the rounds cannot be compared, the plan is none, or the decisions cannot be read.
    UnknownRuleError
        If the catalogue lacks a rule that it held when the second round was assessed.
    ConfigError, RuleFileError
        As `read_config` and `load_rules`.
    OSError
        If a file cannot be read or written.
    """
    declared = read_config(config) if config else None
    catalogue = load_rules(declared, config.parent) if declared and config else load_catalogue()
    options = report or (declared.report if declared else ReportOptions())
    rounds = load_round(before), load_round(after)
    outcome = compare_rounds(
        *rounds,
        read_plan(plan) if isinstance(plan, Path) else plan,
        options=CompareOptions(decided=read_decisions(decided) if decided else ()),
        catalogue=catalogue,
        progress=progress,
    )
    problems, same_rules = outcome.meta.problems(), catalogue.version == rounds[1][1].meta.catalogue_version
    try:
        files = write_outcome(outcome, *rounds, catalogue, out, options, progress)
    except UnknownRuleError:
        if same_rules:
            raise
        # a pack that is not at hand names what was assessed: the tables hold it all the same
        files = write_tables(outcome, out, options.lang)
        return Comparison(outcome, out, files, (*problems, _other_rules(pages=False)))
    return Comparison(outcome, out, files, problems if same_rules else (*problems, _other_rules(pages=True)))
