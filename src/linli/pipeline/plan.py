"""From a declaration to a proposal: assess, plan, spread the projects over years, work out the money.

Records: the folders ``snapshot/``, ``assessment/``, ``plan/``, ``programme/``, ``proposal/``. For people:
``index.html`` and what `linli.report.plan` writes beside it.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from linli.assess import Assessment, assess, save_assessment
from linli.errors import FontError, Problem
from linli.improve.choices import ImproveOptions
from linli.improve.explore import ask, set_up
from linli.improve.options import find_options, newly_together
from linli.improve.programme import Programme
from linli.improve.proposal import Proposal, save_proposal
from linli.improve.propose import make_proposal
from linli.improve.record import Plan
from linli.pipeline.config import Config, load_rules, read_config
from linli.pipeline.run import Progress, dated_options, no_font
from linli.report.options import ReportOptions
from linli.report.plan.write import write_plan
from linli.rules import Catalogue
from linli.survey import Survey, freeze, read_survey

__all__ = ["Improvement", "WhatIf", "improve", "what_if"]


@dataclass(frozen=True, slots=True)
class Improvement:
    """What a proposal was made from, and the proposal.

    Parameters
    ----------
    out
        The folder of results.
    survey, assessment
        The state before.
    proposal
        Plan, programme, money, other budgets and policies, operation.
    files
        Files written for people to open, the first page first; none if only the records were asked for.
    problems
        What was not written, and why.
    """

    out: Path
    survey: Survey
    assessment: Assessment
    proposal: Proposal
    files: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def plan(self) -> Plan:
        """What goes where, and who gains."""
        return self.proposal.plan

    @property
    def programme(self) -> Programme | None:
        """In which year and whose money; ``None`` where the declaration asks for none."""
        return self.proposal.programme


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Two answers to one question.

    Parameters
    ----------
    plan
        As declared.
    other
        With the change asked for.
    residents, old_young
        Who gain under each, every one counted once (or m²).
    """

    plan: Plan
    other: Plan
    residents: tuple[float, float]
    old_young: tuple[float, float]


def _start(
    path: Path, progress: Progress | None, snapshot: Path | None
) -> tuple[Config, Catalogue, Survey, Assessment]:
    config = read_config(path)
    catalogue = load_rules(config, path.parent)
    survey = read_survey(config, path.parent, catalogue, progress=progress).survey
    if snapshot is not None:
        survey = freeze(survey, snapshot, replace=True)  # with its digest, which assessment and plan quote
    return config, catalogue, survey, assess(survey, catalogue, dated_options(config, survey), progress=progress)


def improve(
    path: Path,
    out: Path,
    *,
    progress: Progress | None = None,
    pages: bool = True,
    report: ReportOptions | None = None,
) -> Improvement:
    """Read, freeze and assess the dataset of a ``linli.yaml``, and make the proposal that it declares.

    Parameters
    ----------
    path
        The declaration: its parts ``improve``, ``programme`` and ``proposal``.
    out
        Folder for the results; what an earlier run left there is replaced, anything else is left alone.
    progress
        Told what is under way.
    pages
        Whether pages, workbook, map layers and district plans are written beside the records.
    report
        Overrides the declaration's report options.

    Returns
    -------
    Improvement
        The records, and the files for people.

    Raises
    ------
    ConfigError, InputError, RuleFileError, UnknownRuleError
        As in `linli.pipeline.run.run`.
    UnsetValueError
        If there is a budget and nobody has set the unit costs.
    """
    config, catalogue, survey, assessment = _start(path, progress, out / "snapshot")
    shutil.rmtree(out / "assessment", ignore_errors=True)
    save_assessment(assessment, out / "assessment")
    choices = config.improve or ImproveOptions()
    proposal = make_proposal(survey, assessment, catalogue, choices, config.programme, config.proposal, progress)
    save_proposal(proposal, out)
    made = Improvement(out, survey, assessment, proposal)
    return _written(made, catalogue, report or config.report, progress) if pages else made


def _written(made: Improvement, catalogue: Catalogue, options: ReportOptions, progress: Progress | None) -> Improvement:
    """Write a proposal for people; on a machine without a Chinese font everything but what is printed, and say so."""
    record = (made.proposal, made.survey, made.assessment, catalogue, made.out)
    try:
        return replace(made, files=write_plan(*record, options, progress))
    except FontError as error:
        without = options.model_copy(update={"pdf": False})
        return replace(made, files=write_plan(*record, without, progress), problems=(no_font(error),))


def what_if(
    path: Path,
    *,
    inside: Sequence[str] = (),
    outside: Sequence[str] = (),
    budget_yuan: float | None = None,
    progress: Progress | None = None,
) -> WhatIf:
    """Plan as a ``linli.yaml`` declares, and answer what the plan would be if something were forced or ruled out.

    Parameters
    ----------
    path
        The declaration.
    inside, outside
        Option ids that must, or must not, be chosen.
    budget_yuan
        Another budget for everything together, yuan.
    progress
        Told what is under way.

    Returns
    -------
    WhatIf
        Both plans, from one question and one pool of cuts; nothing is written.

    Raises
    ------
    ConfigError, InputError, RuleFileError, UnknownRuleError
        As in `linli.pipeline.run.run`; also if an id is no option.
    UnsetValueError
        If there is a budget and nobody has set the unit costs.
    """
    config, catalogue, survey, assessment = _start(path, progress, None)
    tell = progress or (lambda _text, _done: None)
    options = find_options(survey, assessment, catalogue, config.improve or ImproveOptions(), tell)
    tell("plan", None)
    standing = set_up(options, assessment)
    tell("what if", None)
    plan, other = standing.plan, ask(standing, force_in=inside, forbid=outside, budget_yuan=budget_yuan)
    before, after = (newly_together(options, list(one.chosen["option_id"])) for one in (plan, other))
    return WhatIf(plan, other, (before[0], after[0]), (before[1], after[1]))
