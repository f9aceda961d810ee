"""From a declaration to a report, with the time that each stage took.

A *stage* is one named step; its wall-clock and processor seconds are kept, so that everybody can see where time goes.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from linli.assess import Assessment, AssessOptions, assess, save_assessment
from linli.errors import FontError, Problem
from linli.pipeline.config import Config, load_rules, read_config
from linli.report import ReportOptions, write_report
from linli.rules import Catalogue
from linli.survey import Survey, freeze, load_snapshot, read_survey

__all__ = ["Progress", "RunResult", "Stage", "assess_snapshot", "dated_options", "freeze_config", "no_font", "run"]

Progress = Callable[[str, float | None], None]
"""Called with the name of the step under way and, where it is known, the fraction done (0–1)."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a run and what it cost.

    Parameters
    ----------
    name
        ``read``, ``freeze``, ``assess``, ``report``.
    wall_s, cpu_s
        Seconds on the clock, and of processor time over all cores.
    """

    name: str
    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run made.

    Parameters
    ----------
    out
        The folder of results.
    survey, assessment
        The records of the two stages.
    problems
        Warnings of every stage.
    stages
        Time per stage.
    files
        Every file written for people to open.
    """

    out: Path
    survey: Survey
    assessment: Assessment
    problems: tuple[Problem, ...]
    stages: tuple[Stage, ...]
    files: tuple[Path, ...]

    def summary(self) -> dict[str, object]:
        """Return name, time per stage, files and the number of warnings, ready for JSON."""
        return {
            "name": self.survey.manifest.name.model_dump(),
            "out": str(self.out),
            "stages": [{"name": s.name, "wall_s": round(s.wall_s, 2), "cpu_s": round(s.cpu_s, 2)} for s in self.stages],
            "files": [file.relative_to(self.out).as_posix() for file in self.files],
            "warnings": len(self.problems),
        }


@dataclass
class _Clock:
    """Collects the stages of one run."""

    stages: list[Stage] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.stages.append(Stage(name, time.perf_counter() - wall, time.process_time() - cpu))


def _no_progress(_text: str, _done: float | None) -> None:
    return None


def freeze_config(path: Path, out: Path, *, progress: Progress | None = None, replace: bool = False) -> Survey:
    """Read and check the dataset that a ``linli.yaml`` declares, and freeze it as a snapshot.

    Parameters
    ----------
    path
        The declaration.
    out
        The snapshot's folder; must not exist unless `replace`.
    progress
        Told what is under way.
    replace
        Whether an existing snapshot in `out` may be replaced.

    Returns
    -------
    Survey
        What was frozen.

    Raises
    ------
    ConfigError
        If the declaration is wrong.
    InputError
        If the data has errors; carries every problem found.
    RuleFileError
        If a pack is broken.
    SnapshotError
        If `out` holds something that may not be replaced.
    """
    config = read_config(path)
    survey = read_survey(config, path.parent, load_rules(config, path.parent), progress=progress).survey
    freeze(survey, out, replace=replace)
    return survey


def assess_snapshot(
    snapshot: Path,
    catalogue: Catalogue,
    options: AssessOptions,
    *,
    progress: Progress | None = None,
) -> tuple[Survey, Assessment]:
    """Assess a frozen snapshot.

    Parameters
    ----------
    snapshot
        Its folder.
    catalogue, options
        The rules and the choices.
    progress
        Told what is under way.

    Returns
    -------
    tuple of Survey and Assessment
        The verified survey, and what was found.

    Raises
    ------
    SnapshotError
        If the snapshot is missing or was changed.
    UnknownRuleError
        If the options name a standard that the catalogue does not hold.
    """
    survey = load_snapshot(snapshot)
    return survey, assess(survey, catalogue, options, progress=progress)


def run(
    path: Path,
    out: Path,
    *,
    progress: Progress | None = None,
    report: ReportOptions | None = None,
) -> RunResult:
    """Do the whole job for one ``linli.yaml``: read, check, freeze, assess, report.

    Parameters
    ----------
    path
        The declaration.
    out
        Folder for the results: ``snapshot/``, ``assessment/`` and the report. What an earlier run left there is
        replaced; anything else in the folder is left alone.
    progress
        Told what is under way.
    report
        Overrides the declaration's report options.

    Returns
    -------
    RunResult
        Records, files, warnings and time per stage.

    Raises
    ------
    ConfigError, InputError, RuleFileError, UnknownRuleError
        As `read_config`, `read_survey`, `load_rules` and `assess`.
    """
    progress = progress or _no_progress
    clock = _Clock()
    with clock.stage("read"):
        config = read_config(path)
        catalogue = load_rules(config, path.parent)
        read = read_survey(config, path.parent, catalogue, progress=progress)
        survey = read.survey
    out.mkdir(parents=True, exist_ok=True)
    with clock.stage("freeze"):
        survey = freeze(survey, out / "snapshot", replace=True)  # with its digest, which the assessment quotes
    with clock.stage("assess"):
        options = dated_options(config, survey)
        assessment = assess(survey, catalogue, options, progress=progress)
        shutil.rmtree(out / "assessment", ignore_errors=True)
        save_assessment(assessment, out / "assessment")
    with clock.stage("report"):
        files, more = _report(assessment, survey, catalogue, out, report or config.report, progress)
    result = RunResult(out, survey, assessment, (*read.problems, *more), tuple(clock.stages), files)
    (out / "run.json").write_text(json.dumps(result.summary(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return result


def dated_options(config: Config, survey: Survey) -> AssessOptions:
    """Return the options, judging by the rules of the stated date, else of the day of the survey.

    Parameters
    ----------
    config
        The declaration.
    survey
        The survey that it declares.
    """
    on = config.rules.on or survey.manifest.surveyed_on
    return config.assess if config.assess.on else config.assess.model_copy(update={"on": on})


def no_font(error: FontError) -> Problem:
    """Say that nothing could be printed for want of a Chinese font.

    Parameters
    ----------
    error
        What the report said.

    Returns
    -------
    Problem
        A warning.
    """
    fix = {"zh": "安装中文字体后重新运行。", "en": "Install a Chinese font and run again."}
    message = {"zh": f"未生成 PDF：{error}", "en": f"no PDF was made: {error}"}
    return Problem("report.no_font", "warning", message, fix)


def _report(
    assessment: Assessment,
    survey: Survey,
    catalogue: Catalogue,
    out: Path,
    options: ReportOptions,
    progress: Progress,
) -> tuple[tuple[Path, ...], list[Problem]]:
    try:
        return write_report(assessment, survey, catalogue, out, options, progress=progress), []
    except FontError as error:
        # a machine without a Chinese font still gets everything but the PDF, and is told why
        problem = no_font(error)
        without = options.model_copy(update={"pdf": False})
        return write_report(assessment, survey, catalogue, out, without, progress=progress), [problem]
