"""From a declaration to a plan: assess, choose among the options, and spread the projects over the years."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from linli.assess import Assessment, assess
from linli.improve.choices import ImproveOptions
from linli.improve.plan import make_plan
from linli.improve.programme import Programme, make_programme, save_programme
from linli.improve.record import Plan, save_plan
from linli.pipeline.config import load_rules, read_config
from linli.pipeline.run import Progress, dated_options
from linli.survey import Survey, freeze, read_survey

__all__ = ["Improvement", "improve"]


@dataclass(frozen=True, slots=True)
class Improvement:
    """What a plan was made from, and the plan.

    Parameters
    ----------
    survey, assessment
        The state before.
    plan
        What goes where, and who gains.
    programme
        In which year and whose money; ``None`` where the declaration asks for none.
    """

    survey: Survey
    assessment: Assessment
    plan: Plan
    programme: Programme | None


def improve(path: Path, out: Path, *, progress: Progress | None = None) -> Improvement:
    """Read, freeze and assess the dataset of a ``linli.yaml``, and plan by its ``improve`` and ``programme`` parts.

    Parameters
    ----------
    path
        The declaration.
    out
        Folder for the results: ``snapshot/``, ``plan/`` and, if asked for, ``programme/``.
    progress
        Told what is under way.

    Returns
    -------
    Improvement
        The records.

    Raises
    ------
    ConfigError, InputError, RuleFileError, UnknownRuleError
        As in `linli.pipeline.run.run`.
    UnsetValueError
        If there is a budget and nobody has set the unit costs.
    """
    config = read_config(path)
    catalogue = load_rules(config, path.parent)
    survey = read_survey(config, path.parent, catalogue, progress=progress).survey
    freeze(survey, out / "snapshot", replace=True)
    assessment = assess(survey, catalogue, dated_options(config, survey), progress=progress)
    plan = make_plan(survey, assessment, catalogue, config.improve or ImproveOptions(), progress)
    save_plan(plan, out / "plan")
    if config.programme is None:
        return Improvement(survey, assessment, plan, None)
    programme = make_programme(plan, config.programme)
    save_programme(programme, out / "programme")
    return Improvement(survey, assessment, plan, programme)
