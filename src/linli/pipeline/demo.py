"""The demo city taken round the whole loop: surveyed, assessed, planned for, surveyed again, compared.

Folders: ``demo/`` (the files that a real district would hand over), ``round-1/`` and ``report/`` (the assessments of
the first and the second round), ``plan/`` (proposal and district plan), ``outcome/`` (what changed), and
``index.html``, which leads to all of them.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from linli.pipeline.compare import Comparison, compare
from linli.pipeline.plan import Improvement, improve
from linli.pipeline.run import Progress, RunResult, run
from linli.report.options import ReportOptions
from linli.report.start import Step, write_start
from linli.survey.demo import write_demo

__all__ = ["DemoLoop", "run_demo"]

LEAD = {
    "zh": "虚构城区：居民、设施、造价都是编的，只用来演示「调查—评估—提升—反馈」的完整循环。",
    "en": "An invented district: its residents, facilities and costs are made up, to show the whole loop at work.",
}


@dataclass(frozen=True, slots=True)
class DemoLoop:
    """What the demo made.

    Parameters
    ----------
    index
        The page to open.
    before, after
        The two rounds, assessed.
    plan
        What was planned after the first.
    comparison
        What changed between them.
    """

    index: Path
    before: RunResult
    plan: Improvement
    after: RunResult
    comparison: Comparison


def _carried_out(plan: Improvement) -> list[tuple[str, str, float]]:
    """Return the projects that open within the first year, but for the last one: that one is late."""
    if plan.programme is None:
        return []
    options = plan.plan.options[["option_id", "place_id", "place_kind"]]
    projects = plan.programme.projects.merge(options, on="option_id")
    first = projects["open_year"] == plan.programme.meta.choices.years[0]
    opened = projects[first & (projects["place_kind"] == "room")].iloc[:-1]
    columns = (opened[name].to_numpy() for name in ("place_id", "type", "floor_area_m2"))
    return [(str(place), str(kind), float(area)) for place, kind, area in zip(*columns, strict=True)]


def _steps(plan: Improvement) -> list[Step]:
    documents = plan.out / "district-plan"
    words = {"zh": "{}规划（Word）", "en": "plan of {} (Word)"}
    files = [
        (
            {lang: text.format(name) for lang, text in words.items()},
            {lang: f"plan/district-plan/{name}-{lang}.docx" for lang in words},
        )
        for name in sorted(path.name.removesuffix("-zh.docx") for path in documents.glob("*-zh.docx"))
    ]
    return [
        Step(
            {"zh": "调查与评估：第一轮", "en": "Survey and assess: first round"},
            {
                "zh": "每个社区对照完整社区与生活圈标准的结果，一社一画像。",
                "en": "Each community against the complete community and the life circle; a profile of each.",
            },
            "round-1",
        ),
        Step(
            {"zh": "提升：建什么、在哪、花多少", "en": "Improve: what to build, where, with which money"},
            {
                "zh": "选出的用房和地块、分年项目、奖补、运营平衡；一区一规划。",
                "en": "Rooms and plots chosen, projects by year, subsidy, operating balance; the district plan.",
            },
            "plan",
            files,
        ),
        Step(
            {"zh": "再调查、再评估：第二轮", "en": "Survey and assess again: second round"},
            {"zh": "一年之后的结果。", "en": "A year later."},
            "report",
        ),
        Step(
            {"zh": "反馈：变了什么", "en": "Feedback: what changed"},
            {
                "zh": "两轮对照：新增与盘活的面积、变好与变差的条目、规划项目的进展。",
                "en": "Both rounds side by side: area added and brought back into use, what got better and worse, and "
                "how far the plan has come.",
            },
            "outcome",
        ),
    ]


def run_demo(
    out: Path, *, seed: int = 1, report: ReportOptions | None = None, progress: Progress | None = None
) -> DemoLoop:
    """Make the demo city and take it round the loop.

    Parameters
    ----------
    out
        Folder for everything; what an earlier demo left there is replaced.
    seed
        Another seed makes another city.
    report
        Overrides the report options that the demo city declares.
    progress
        Told what is under way.

    Returns
    -------
    DemoLoop
        Everything made; `DemoLoop.index` is the page to open.

    Raises
    ------
    OSError
        If something cannot be written.
    """
    tell = progress or (lambda _text, _done: None)
    tell("demo city 示范城区", None)
    for name in ("demo", "round-1", "plan", "report", "outcome"):
        shutil.rmtree(out / name, ignore_errors=True)
    (first,) = write_demo(out / "demo", seed=seed, rounds=(1,))
    before = run(first, out / "round-1", progress=progress, report=report)
    plan = improve(first, out / "plan", progress=progress, report=report)
    (second,) = write_demo(out / "demo", seed=seed, rounds=(2,), carried_out=_carried_out(plan))
    after = run(second, out / "report", progress=progress, report=report)
    comparison = compare(before.out, after.out, out / "outcome", plan=plan.out, config=second, progress=progress)
    place = after.survey.manifest.name
    index = write_start(out, {"zh": place.zh, "en": place.en}, LEAD, _steps(plan), ("zh", "en"))
    return DemoLoop(index, before, plan, after, comparison)
