"""Siting side by side: ``python bench/siting.py [--only NAME…] [--data FOLDER] [--folder FOLDER]``.

Each job runs in a process of its own, one after the other. Wall seconds include building the model from tables; peak
memory is that of the process. What was measured is kept by job in ``bench/siting.json``, so that a part can be measured
anew (``--only`` parts of names; none = only write the tables), and written into ``docs/siting-bench.md`` between its
marks. Instances with known answers are read from ``--data`` (default ``../shared/data/orlib``), cities are made. spopt
is compared where it is installed.
"""

import argparse
import datetime as dt
import json
import os
import platform
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import shortest_path
from scipy.spatial import cKDTree

from linli.improve import siting
from linli.improve.siting import (
    Effort,
    at_most,
    budget,
    coverage_from_matrix,
    coverage_from_pairs,
    covering_model,
    floor,
    one_use,
)
from linli.improve.siting.mip import solver_version
from linli.improve.siting.solve import relative_gap

HERE = Path(__file__).resolve().parent
MEASURED = HERE / "siting.json"
PAGE = HERE.parent / "docs" / "siting-bench.md"
SIDE_M = 10_000.0


# ---- instances -------------------------------------------------------------------------------------------------------


def read_cover(path):
    """An OR-Library set covering file as tables."""
    numbers = [int(word) for word in path.read_text().split()]
    rows, columns = numbers[:2]
    pairs, at = [], 2 + columns
    for row in range(rows):
        pairs += [(number - 1, row) for number in numbers[at + 1 : at + 1 + numbers[at]]]
        at += 1 + numbers[at]
    options = pd.DataFrame({"cost_yuan": numbers[2 : 2 + columns]}, dtype=float)
    demand = pd.DataFrame(index=range(rows))
    table = pd.DataFrame(pairs, columns=["option", "demand"])
    return options, demand, coverage_from_pairs(table, options.index, demand.index, distance=None)


def read_median(path):
    """An OR-Library p-median file as tables; of an edge given twice the last counts."""
    words = path.read_text().split()
    count, p = int(words[0]), int(words[2])
    edges = np.full((count, count), np.inf)
    for i, j, cost in np.array(words[3:], dtype=int).reshape(-1, 3):
        edges[i - 1, j - 1] = edges[j - 1, i - 1] = cost
    metres = shortest_path(edges, directed=False)
    i, j = np.indices(metres.shape)
    pairs = pd.DataFrame({"option": i.ravel(), "demand": j.ravel(), "distance_m": metres.ravel()})
    return pd.DataFrame({"weight": 1.0}, index=range(count)), pairs, p


def read_new_york(path):
    lines = path.read_text().splitlines()
    count = int(lines[3].split(":")[1])
    places = pd.DataFrame([line.split() for line in lines[5 : 5 + count]], columns=["lat", "lon"]).astype(float)
    return places.assign(weight=[float(line) for line in lines[6 + count : 6 + 2 * count]])


def read_bds(path):
    rows = [line.split() for line in path.read_text().splitlines()]
    parts = [np.array([row[2:] for row in rows if row and row[0] == kind], dtype=float) for kind in "FC"]
    return [pd.DataFrame(part, columns=["x", "y", "value"]) for part in parts]


def scatter(rng, count, side=SIDE_M):
    """60 % in clusters, 40 % anywhere."""
    centres = rng.uniform(0, side, (40, 2))
    near = int(count * 0.6)
    points = np.vstack(
        [centres[rng.integers(0, 40, near)] + rng.normal(0, 600, (near, 2)), rng.uniform(0, side, (count - near, 2))]
    )
    return np.clip(points, 0, side)


def within(sites, points, radius):
    found = cKDTree(sites).sparse_distance_matrix(cKDTree(points), radius, output_type="coo_matrix")
    ones = np.ones(found.nnz, dtype=np.int8)
    return sparse.csr_array((ones, (found.row, found.col)), shape=(len(sites), len(points)))


def make_city(*, shared, types=5, rooms=2000, points=100_000, seed=1):
    """Rooms × demand points; shared: points share 8,333 addresses and rooms 600 buildings."""
    rng = np.random.default_rng(seed)
    if shared:
        homes, houses = scatter(rng, points // 12), scatter(rng, 600)
        where, at = homes[rng.integers(0, len(homes), points)], houses[rng.integers(0, 600, rooms)]
    else:
        where, at = scatter(rng, points), scatter(rng, rooms)
    radii = (300.0, 500.0, 500.0, 800.0, 500.0)[:types] if types > 1 else (500.0,)
    blocks, options, weights = [], [], []
    for kind, radius in enumerate(radii):
        allowed = np.flatnonzero(rng.random(rooms) < 0.71) if types > 1 else np.arange(rooms)
        blocks.append(within(at[allowed], where, radius))
        options.append(pd.DataFrame({"room": allowed, "type": kind}))
        weights.append(rng.integers(1, 20, points) * (rng.random(points) < 0.9).astype(float))
    options = pd.concat(options, ignore_index=True)
    options["cost_yuan"] = rng.integers(100, 600, len(options)).astype(float)
    demand = pd.DataFrame({"weight": np.concatenate(weights)})
    return options, demand, coverage_from_matrix(sparse.block_diag(blocks, format="csr"), options.index, demand.index)


def make_whole_city(seed=3):
    """1,250 communities of 500 × 500 m with 32 buildings and 3 rooms each; five types, a budget, a floor for each."""
    rng = np.random.default_rng(seed)
    cells = np.array([(x, y) for x in range(50) for y in range(25)])
    own, room_of = np.repeat(np.arange(1250), 32), np.repeat(np.arange(1250), 3)
    homes = (cells[own] + rng.random((len(own), 2))) * 500.0
    rooms = (cells[room_of] + rng.random((len(room_of), 2))) * 500.0
    blocks, options, demand = [], [], []
    for kind, radius in enumerate((300.0, 500.0, 300.0, 1000.0, 500.0)):
        allowed = np.flatnonzero(rng.random(len(rooms)) < 0.6)
        blocks.append(within(rooms[allowed], homes, radius))
        options.append(pd.DataFrame({"room": allowed, "type": kind, "community_id": room_of[allowed]}))
        demand.append(pd.DataFrame({"weight": rng.integers(0, 60, len(own)).astype(float), "community_id": own}))
    options, demand = pd.concat(options, ignore_index=True), pd.concat(demand, ignore_index=True)
    options["cost_yuan"] = rng.integers(100, 600, len(options)).astype(float)
    matrix = sparse.csr_array(sparse.block_diag(blocks, format="csr"))
    coverage = coverage_from_matrix(matrix, options.index, demand.index)
    reach = np.diff(coverage.matrix.indptr) > 0
    can = demand["weight"].where(reach, 0).groupby(demand["community_id"]).sum()
    return options, demand, coverage, (0.15 * can).to_dict()


# ---- jobs ------------------------------------------------------------------------------------------------------------


def told(plan, **more):
    return {
        "status": plan.status, "objective": plan.objective, "bound": plan.bound, "gap": plan.gap,
        "chosen": len(plan.chosen), "method": plan.method, **more,
    }  # fmt: skip


def covers(data):
    known = json.loads((data / "known_values.json").read_text())["scp"]
    plans = {
        name: siting.set_covering(*read_cover(data / "scp" / f"{name}.txt"), effort=Effort(gap=0.0)) for name in known
    }
    right = sum(plan.status == "optimal" and plan.objective == known[name] for name, plan in plans.items())
    return {"status": f"{right}/{len(known)} optimal", "gap": max(plan.gap for plan in plans.values())}


def medians(data):
    known = json.loads((data / "known_values.json").read_text())["pmed"]
    plans = {}
    for number in known:
        places, pairs, p = read_median(data / "pmed" / f"pmed{number}.txt")
        plans[number] = siting.p_median(places, places, pairs, p, effort=Effort(gap=0.0))
    right = sum(plan.status == "optimal" and plan.objective == known[number] for number, plan in plans.items())
    return {"status": f"{right}/{len(known)} optimal", "gap": max(plan.gap for plan in plans.values())}


def centres(data):
    longest = []
    for number in range(1, 11):
        places, pairs, p = read_median(data / "pmed" / f"pmed{number}.txt")
        plan = siting.p_centre(places, places, pairs, p)
        longest.append(f"{plan.objective:.0f}" if plan.status == "optimal" else "?")
    return {"status": "optimal: " + " ".join(longest), "gap": 0.0}


def new_york(data):
    places = read_new_york(data / "mclp" / "ails_NewYork.txt")
    pairs = siting.great_circle_pairs(places, places, 400.0, sphere_m=6_378_100.0)
    coverage = coverage_from_pairs(pairs, places.index, places.index)
    return told(
        siting.maximal_covering(places, places, coverage, constraints=[at_most(places, 50)], effort=Effort(gap=0.0))
    )


def bds(data, size, radius, limit):
    sites, homes = read_bds(data / "mclp" / f"BDS_BDS{size}A.txt")
    options, demand = sites.rename(columns={"value": "cost_yuan"}), homes.rename(columns={"value": "weight"})
    matrix = within(options[["x", "y"]].to_numpy(), demand[["x", "y"]].to_numpy(), radius)
    coverage = coverage_from_matrix(matrix, options.index, demand.index)
    return told(
        siting.maximal_covering(options, demand, coverage, constraints=[budget(options, limit)], effort=Effort(gap=0.0))
    )


def five_types(*, shared, **effort):
    options, demand, coverage = make_city(shared=shared)
    rules = [budget(options, 20_000), one_use(options)]
    began = time.perf_counter()
    plan = siting.maximal_covering(options, demand, coverage, constraints=rules, effort=Effort(**effort))
    return told(plan, seconds=time.perf_counter() - began)


def one_type(*, shared, **effort):
    options, demand, coverage = make_city(shared=shared, types=1)
    began = time.perf_counter()
    plan = siting.maximal_covering(
        options, demand, coverage, constraints=[at_most(options, 30)], effort=Effort(**effort)
    )
    return told(plan, seconds=time.perf_counter() - began)


def plain_highs(*, shared, limit_s=90.0):
    """The model of every demand row, unmerged, straight to HiGHS."""
    from linli.improve.siting.compact import compact_mip
    from linli.improve.siting.mip import solve_mip
    from linli.improve.siting.model import core_of

    options, demand, coverage = make_city(shared=shared)
    rules = [budget(options, 20_000), one_use(options)]
    began = time.perf_counter()
    core = core_of(covering_model(options, demand, coverage, constraints=rules))
    result = solve_mip(compact_mip(core), gap=1e-4, deadline=time.monotonic() + limit_s)
    return {
        "status": result.status, "objective": result.objective, "bound": result.bound,
        "gap": relative_gap(result.objective, result.bound),
        "seconds": time.perf_counter() - began,
    }  # fmt: skip


def middling():
    rng = np.random.default_rng(5)
    return scatter(rng, 400), scatter(rng, 20_000), rng.integers(1, 20, 20_000).astype(float)


def ours_400():
    sites, points, weight = middling()
    began = time.perf_counter()
    options, demand = pd.DataFrame(index=range(400)), pd.DataFrame({"weight": weight})
    coverage = coverage_from_matrix(within(sites, points, 500.0), options.index, demand.index)
    plan = siting.maximal_covering(options, demand, coverage, constraints=[at_most(options, 20)])
    return told(plan, seconds=time.perf_counter() - began)


def spopt_400():
    import pulp
    from scipy.spatial.distance import cdist
    from spopt.locate import MCLP

    sites, points, weight = middling()
    began = time.perf_counter()
    model = MCLP.from_cost_matrix(cdist(points, sites), weight, 500.0, p_facilities=20)
    model.solve(pulp.HiGHS(msg=False))
    seconds = time.perf_counter() - began
    return {"status": "optimal", "objective": model.problem.objective.value(), "gap": 0.0, "seconds": seconds}


def many_communities():
    options, demand, coverage, levels = make_whole_city()
    rules = [budget(options, 300_000), one_use(options)]
    began = time.perf_counter()
    model = covering_model(
        options, demand, coverage, constraints=rules, floors=[floor(demand, levels, measure="amount")]
    )
    standing = siting.set_out(model, Effort(gap=0.005))
    planned = time.perf_counter() - began
    other = next(name for name in options.index if name not in set(standing.plan.chosen))
    began = time.perf_counter()
    changed = siting.what_if(standing, force_in=[other])
    return told(
        standing.plan, seconds=planned, what_if_s=time.perf_counter() - began, what_if_gap=changed.gap,
        what_if_status=changed.status,
    )  # fmt: skip


def demo_city(folder):
    """The demo's whole city from its snapshot to what-ifs, frontier and order: `bench/whole_city.py`."""
    import whole_city

    stages = whole_city.measure(folder, whole_city.WHOLE_CITY.communities)
    plan = next(line for line in stages if line["stage"] == "plan")
    return {**plan, "seconds": plan["wall_s"], "stages": stages}


CITY = "demo's whole city, 1,250 communities"
JOBS = {
    "scp41–49, 410": covers,
    "pmed1–10, median": medians,
    "pmed1–10, centre": centres,
    "NewYork p = 50": new_york,
    "BDS 10,000, r 5.5, B 10": lambda data: bds(data, 10_000, 5.5, 10),
    "BDS 10,000, r 3.25, B 20": lambda data: bds(data, 10_000, 3.25, 20),
    "BDS 100,000, r 5.5, B 10": lambda data: bds(data, 100_000, 5.5, 10),
    "BDS 100,000, r 3.25, B 20": lambda data: bds(data, 100_000, 3.25, 20),
    "five types, shared buildings": lambda _: five_types(shared=True),
    "five types, shared buildings: greedy": lambda _: five_types(shared=True, method="search", rounds=0),
    "five types, random points": lambda _: five_types(shared=False),
    "five types, random points: greedy": lambda _: five_types(shared=False, method="search", rounds=0),
    "five types, random points: plain HiGHS, 90 s": lambda _: plain_highs(shared=False),
    "one type, p = 30, shared buildings": lambda _: one_type(shared=True, time_limit_s=120.0),
    "one type, p = 30, random points, 120 s": lambda _: one_type(shared=False, time_limit_s=120.0),
    "400 × 20,000": lambda _: ours_400(),
    "400 × 20,000: spopt": lambda _: spopt_400(),
    "1,250 communities with floors, three rooms each, 0.5 %": lambda _: many_communities(),
    CITY: None,
}


def busy_s():
    """Seconds that all cores together have been busy; None where the system does not say."""
    try:
        fields = Path("/proc/stat").read_text().split()
    except OSError:
        return None
    return (sum(map(int, fields[1:4])) + sum(map(int, fields[6:9]))) / os.sysconf("SC_CLK_TCK")


def run_job(name, given):
    began, busy = time.perf_counter(), busy_s()
    result = demo_city(given.folder) if name == CITY else JOBS[name](given.data)
    wall = time.perf_counter() - began
    result.setdefault("seconds", wall)
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    result["cpu_s"] = sum(use.ru_utime + use.ru_stime for use in usage)
    result["peak_gb"] = max(use.ru_maxrss for use in usage) / 2**20
    # What others took of the cores meanwhile; imports before the start count as ours.
    result["others"] = None if busy is None else max(0.0, (busy_s() - busy - result["cpu_s"]) / wall)
    result["measured_on"] = dt.datetime.now(dt.UTC).date().isoformat()
    print(json.dumps(result, default=float))


# ---- tables ----------------------------------------------------------------------------------------------------------


def row(name, result):
    value = f"{result['objective']:,.0f}" if result.get("objective") is not None else ""
    gap = f"{result['gap']:.1e}" if np.isfinite(result["gap"]) else "none"
    more = f"; what-if {result['what_if_s']:.1f} s ({result['what_if_status']})" if "what_if_s" in result else ""
    others = "?" if result.get("others") is None else f"{result['others']:.1f}"
    status = result["status"].replace("_", " ")
    return (
        f"| {name} | {status}{more} | {'' if value == '-inf' else value} | {gap} | {result['seconds']:.1f} | "
        f"{result['cpu_s']:.1f} | {result['peak_gb']:.2f} | {others} |"
    )


def solved(results, *names):
    return all(results[name]["status"] == "optimal" for name in names)


def known_answers(results):
    ours = ("scp41–49, 410", "pmed1–10, median", "pmed1–10, centre")
    return all(re.match(r"10/10 optimal|optimal: [^?]*$", results[name]["status"]) for name in ours)


FIVE = ("five types, shared buildings", "five types, random points")
BDS = tuple(name for name in JOBS if name.startswith("BDS"))
TARGETS = [
    # what, what was measured, whether it is reached
    ("scp41–49, pmed1–10 (median, centre) optimal", known_answers, lambda done: done),
    (
        "NewYork p = 50 optimal in ≤ 60 s",
        lambda r: r["NewYork p = 50"]["seconds"] if solved(r, "NewYork p = 50") else np.inf,
        lambda s: s <= 60,
    ),
    ("BDS 10,000 and 100,000 customers solved", lambda r: solved(r, *BDS), lambda done: done),
    (
        "five types, gap ≤ 1e-4 in ≤ 60 s (slower of two)",
        lambda r: max(r[name]["seconds"] if r[name]["gap"] <= 1e-4 else np.inf for name in FIVE),
        lambda s: s <= 60,
    ),
    ("five types, ≤ 0.6 GB", lambda r: max(r[name]["peak_gb"] for name in FIVE), lambda gb: gb <= 0.6),
    (
        "400 × 20,000: at least 20 × faster than spopt, building included",
        lambda r: r["400 × 20,000: spopt"]["seconds"] / r["400 × 20,000"]["seconds"],
        lambda times: times >= 20,
    ),
    (
        "whole city: options and plan in ≤ 600 s",
        lambda r: sum(stage(r, name)["wall_s"] for name in ("find the options", "plan")),
        lambda s: s <= 600,
    ),
    ("whole city: gap ≤ 1 %", lambda r: stage(r, "plan")["gap"], lambda gap: gap <= 0.01),
    (
        "whole city: forced-in what-if in ≤ 5 s (slowest)",
        lambda r: max(line["wall_s"] for line in r[CITY]["stages"] if line["stage"].endswith("forced in")),
        lambda s: s <= 5,
    ),
]


def stage(results, name):
    return next(line for line in results[CITY]["stages"] if line["stage"] == name)


def target_rows(results):
    for what, measure, reached in TARGETS:
        try:
            value = measure(results)
        except (KeyError, StopIteration):
            yield f"| {what} | not measured | |"
            continue
        shown = ("yes" if value else "no") if isinstance(value, bool) else f"{value:.3g}"
        yield f"| {what} | {shown} | {'reached' if reached(value) else 'missed'} |"


def stage_rows(results):
    for line in results[CITY]["stages"]:
        found = f"{line['objective']:,.0f}" if line.get("objective") else ""
        gap = f"{line['gap']:.1e}" if line.get("gap") is not None else ""
        yield (
            f"| {line['stage']} | {line.get('projects', '')} | {found} | {gap} | {line['wall_s']:.1f} | "
            f"{line['cpu_s']:.1f} | {line['peak_gb']:.1f} |"
        )


def processor():
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found.group(1) if found else platform.machine()


def write_page(results):
    machine = f"{processor()}, {os.cpu_count()} cores, {solver_version()}, Python {platform.python_version()}"
    lines = [
        f"Measured {max(result['measured_on'] for result in results.values())}; {machine}.",
        "",
        "| target | measured | |",
        "|---|--:|---|",
        *target_rows(results),
        "",
        "| case | status | objective | gap | s | CPU s | peak GB | others |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
        *(row(name, results[name]) for name in JOBS if name in results),
    ]
    if CITY in results:
        lines += [
            "",
            "The demo's whole city, stage by stage (`bench/whole_city.py`):",
            "",
            "| stage | projects | objective | gap | s | CPU s | peak GB |",
            "|---|--:|--:|--:|--:|--:|--:|",
            *stage_rows(results),
        ]
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition("<!-- measured -->\n")
    _, _, after = rest.partition("<!-- end of measured -->\n")
    body = "\n".join(lines)
    PAGE.write_text(f"{before}<!-- measured -->\n{body}\n\n<!-- end of measured -->\n{after}", encoding="utf-8")


def measured():
    return json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}


def run_apart(name, given):
    """Run a job in a process of its own; None if it fails."""
    order = [sys.executable, __file__, "--job", name, "--data", str(given.data), "--folder", str(given.folder)]
    done = subprocess.run(order, capture_output=True, text=True, check=False)
    if done.returncode:
        print(name, done.stderr.splitlines()[-1:], flush=True)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="parts of job names")
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data" / "orlib")
    parser.add_argument("--folder", type=Path, default=HERE.parent / "build" / "whole-city", help="for the whole city")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.job:
        run_job(given.job, given)
        return
    for name in JOBS:
        if given.only is not None and not any(part in name for part in given.only):
            continue
        result = run_apart(name, given)
        if result is not None:
            results = measured() | {name: result}
            ordered = {key: results[key] for key in JOBS if key in results}
            MEASURED.write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            print(row(name, result), flush=True)
    write_page(measured())


if __name__ == "__main__":
    main()
