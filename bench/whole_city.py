"""A plan for a whole invented city, from its survey to what-ifs: ``python bench/whole_city.py [--folder FOLDER]``.

Invents the city of 1,250 communities, freezes and assesses it (kept in ``--folder`` for the next run), finds the
options under 1.2 billion yuan at invented unit costs, plans within 1 %, then asks what-ifs, a frontier and an order of
building. Wall and CPU seconds (children included) and peak memory of each stage go to standard output as one line of
JSON each; `bench/siting.py` puts them into the documents.
"""

import argparse
import json
import os
import resource
import time
from pathlib import Path

import numpy as np

from linli.assess import AssessOptions, assess, load_assessment, save_assessment
from linli.improve.choices import ImproveOptions
from linli.improve.explore import ask, budget_frontier, order_of_building, set_up
from linli.improve.options import find_options
from linli.improve.plan import plan_options
from linli.rules import load_catalogue
from linli.survey import freeze, load_snapshot
from linli.survey.demo import WHOLE_CITY, demo_survey, plan_for

HERE = Path(__file__).resolve().parent
PACK = HERE.parent / "src" / "linli" / "survey" / "demo" / "illustrative"
FOLDER = HERE.parent / "build" / "whole-city"
BUDGET_YUAN = 1.2e9
"""Yuan: what the founding document names for three years."""
BUDGETS_YUAN = (3e8, 6e8, 9e8, 12e8, 15e8)


def spent():
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses), max(use.ru_maxrss for use in uses) / 2**20


class Stages:
    """Runs one stage after the other and keeps what each took."""

    def __init__(self):
        self.lines = []

    def run(self, name, function, told=lambda _: {}):
        wall, cpu = time.perf_counter(), spent()[0]
        result = function()
        line = {
            "stage": name,
            "wall_s": round(time.perf_counter() - wall, 2),
            "cpu_s": round(spent()[0] - cpu, 2),
            "peak_gb": round(spent()[1], 2),
            "load": round(os.getloadavg()[0], 1),
            **told(result),
        }
        self.lines.append(line)
        print(json.dumps(line, ensure_ascii=False), flush=True)
        return result


def choices(**more):
    return ImproveOptions(
        old_young_weight=2.0, areas_m2={"pharmacy": 80.0}, budget=[{"yuan": BUDGET_YUAN}], gap=0.01, time_limit_s=600.0,
        **more,
    )  # fmt: skip


def surveyed(folder, communities, stages):
    """The frozen city and its assessment, from the folder or anew."""
    size = WHOLE_CITY if communities == WHOLE_CITY.communities else plan_for(communities, whole_city=True)
    snapshot, assessed = folder / f"{communities}" / "snapshot", folder / f"{communities}" / "assessment"
    catalogue = load_catalogue([PACK])
    if not (snapshot / "manifest.json").exists():
        snapshot.parent.mkdir(parents=True, exist_ok=True)
        city = stages.run("invent the city", lambda: demo_survey(1, plan=size))
        stages.run("freeze", lambda: freeze(city, snapshot, replace=True))
    survey = stages.run(
        "load the snapshot", lambda: load_snapshot(snapshot), lambda s: {k: len(v) for k, v in s.layers.items()}
    )
    assessment = None
    if assessed.exists():
        assessment = stages.run("load the assessment", lambda: load_assessment(assessed))
        meta = assessment.meta
        if (meta.survey_digest, meta.catalogue_version) != (survey.manifest.digest or "", catalogue.version):
            assessment = None
    if assessment is None:
        assessment = stages.run("assess", lambda: assess(survey, catalogue, AssessOptions()))
        save_assessment(assessment, assessed)
    return survey, assessment, catalogue


def said(plan):
    meta = plan.meta
    return {
        "status": meta.status, "objective": meta.objective, "gap": meta.gap, "method": meta.method,
        "projects": len(plan.chosen), "yuan": float(plan.chosen["cost_yuan"].sum()),
    }  # fmt: skip


def what_ifs(standing, stages, count=6):
    """Force in the best, dearest and least option that the plan leaves out and some at random; forbid the best."""
    table = standing.plan.options
    out = table[~table["chosen"]].sort_values("newly")
    rng = np.random.default_rng(0)
    names = [out["option_id"].iloc[-1], out["option_id"].iloc[0], out.sort_values("cost_yuan")["option_id"].iloc[-1]]
    names += rng.choice(out["option_id"].to_numpy(), count - len(names), replace=False).tolist()
    for name in names:
        stages.run(f"what if {name} is forced in", lambda name=name: ask(standing, force_in=[name]), said)
    best = table[table["chosen"]].sort_values("served")["option_id"].iloc[-1]
    stages.run(f"what if {best} is forbidden", lambda: ask(standing, forbid=[best]), said)
    stages.run("what if there is a tenth less money", lambda: ask(standing, budget_yuan=0.9 * BUDGET_YUAN), said)


def measure(folder, communities):
    """Run every stage; return what each took."""
    stages = Stages()
    survey, assessment, catalogue = surveyed(folder, communities, stages)
    options = stages.run(
        "find the options",
        lambda: find_options(survey, assessment, catalogue, choices()),
        lambda found: {"options": len(found.table), "links": len(found.links), "demands": len(found.demands)},
    )
    stages.run("plan", lambda: plan_options(options, assessment), said)
    standing = stages.run("plan, ready for what-ifs", lambda: set_up(options, assessment), lambda s: said(s.plan))
    what_ifs(standing, stages)
    stages.run(
        "frontier of five budgets",
        lambda: budget_frontier(options, assessment, BUDGETS_YUAN),
        lambda found: {"gap": float(found.table["gap"].max()), "objectives": found.table["objective"].tolist()},
    )
    stages.run(
        "order of building at three budgets",
        lambda: order_of_building(options, assessment, BUDGETS_YUAN[:3]),
        lambda found: {
            "built": found.built, "cost_of_nesting": found.stages["cost_of_nesting"].tolist(),
            "nested": found.stages["nested"].tolist(),
        },
    )  # fmt: skip
    return stages.lines


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the city and its assessment are kept")
    parser.add_argument("--communities", type=int, default=WHOLE_CITY.communities)
    given = parser.parse_args()
    measure(given.folder, given.communities)


if __name__ == "__main__":
    main()
