"""Life-circle engines side by side, in one run: ``python bench/run.py [--quick] [--out FILE]``.

Each engine runs in a process of its own; what is compared is CPU seconds. Writes docs/bench.md.
"""

import argparse
import datetime as dt
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import beds
import numpy as np

HERE = Path(__file__).resolve().parent
INTRODUCTION = (
    "CPU seconds for the whole job (all threads added up), median of several runs for Linli and scipy, one run for the "
    "others. `*` = measured on a part (some types, or some origins) and scaled up. Each engine runs in a process of "
    "its own, one after the other; compilation is left out (see below). Every engine gets the same nodes in the same "
    "(Hilbert) order and the same edges, with costs in whole millimetres. *3 counts* are those within 300, 500 and "
    "1,000 m, for all types."
)
GRID = (
    "A regular grid is a hard case for pandana's contraction hierarchies: read its `prepare` and `nearest` as "
    "pessimistic for a real city."
)
CITYSEER = (
    "cityseer takes the length of an edge from its geometry and counts in seconds of single precision, so a count at "
    "the very limit may differ; it is not run on networks whose costs do not equal the straight line."
)
LOAD = os.getloadavg()[0]  # others at work on the same cores inflate CPU seconds, too
BEYOND = 1_000_001  # mm; the limit of the jobs is 1 km
TITLES = {
    "scipy": "scipy `csgraph.dijkstra`",
    "pandana": "pandana",
    "cityseer": "cityseer",
    "linli_nodes": "**Linli**",
}
TARGETS = [
    # name, what, limit
    ("nearest ≤ 1/5 of scipy", lambda r: ratio(r, "linli_nodes", "nearest", "scipy", "nearest"), 1 / 5),
    (
        "counts ≤ 1/50 of pandana with precompute (precomputing included)",
        lambda r: (
            cpu(r, "linli_nodes", "counts")
            / (cpu(r, "pandana", "counts_precomputed") + cpu(r, "pandana", "precompute"))
        ),
        1 / 50,
    ),
    (
        "the same, precomputing not included",
        lambda r: ratio(r, "linli_nodes", "counts", "pandana", "counts_precomputed"),
        1 / 50,
    ),
    (
        "buildings: nearest + 3 counts, s",
        lambda r: cpu(r, "linli_buildings", "nearest") + cpu(r, "linli_buildings", "counts"),
        1.5,
    ),
    ("placing the buildings, s", lambda r: cpu(r, "linli_buildings", "place"), 2.0),
    ("two-step catchment, s", lambda r: cpu(r, "linli_buildings", "e2sfca"), 0.1),
    ("peak memory of the building jobs, MB", lambda r: r["linli_buildings"]["peak_mb"], 1024),
]


def cpu(results, engine, task):
    return results[engine]["tasks"][task]["cpu"]


def ratio(results, engine, task, peer, peer_task):
    return cpu(results, engine, task) / cpu(results, peer, peer_task)


def run_job(engine, bed, folder, env=None):
    """Run one engine in its own process; None if it fails or is not installed."""
    out = folder / f"{bed.stem}_{engine}"
    print(f"  {engine} …", flush=True)
    done = subprocess.run(
        [sys.executable, str(HERE / "jobs.py"), engine, str(bed), str(out)],
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        check=False,
    )
    if done.returncode:
        print(done.stderr[-2000:], flush=True)
        return None
    result = json.loads(Path(f"{out}.json").read_text())
    print("   ", {name: round(task["cpu"], 3) for name, task in result["tasks"].items()}, flush=True)
    return result


def differences(folder, bed, results):
    """Largest difference of every peer's results from ours, over the part it computed."""
    rows = []

    def load(engine, task):
        return np.load(folder / f"{bed}_{engine}_{task}.npy")

    def compare(peer, what, ours, theirs):
        # whole millimetres on both sides (pandana returns single precision); beyond the limit is beyond the limit
        if what != "counts":
            ours, theirs = (np.minimum(np.rint(values * 1000), BEYOND) / 1000 for values in (ours, theirs))
        gap = np.abs(ours - theirs)
        rows.append((peer, what, gap.size, float(gap.max()), int((gap > 0).sum())))

    if results.get("scipy"):
        compare("scipy", "nearest, m", load("linli_nodes", "nearest"), load("scipy", "nearest"))
    if results.get("pandana"):
        theirs = load("pandana", "nearest")
        compare("pandana", "nearest, m", load("linli_nodes", "nearest")[: len(theirs)], theirs)
        theirs = load("pandana", "k_nearest")
        compare("pandana", "5 nearest, m", load("linli_nodes", "k_nearest")[: len(theirs)], theirs)
        compare("pandana", "counts", load("linli_nodes", "counts"), load("pandana", "counts"))
    if results.get("cityseer"):
        chosen = load("cityseer", "chosen")
        compare("cityseer", "counts", load("linli_nodes", "counts")[:, chosen], load("cityseer", "counts"))
    return rows


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3g}"


def cell(result, task):
    if not result or task not in result["tasks"]:
        return "–"
    found = result["tasks"][task]
    return number(found["cpu"]) + ("*" if found["share"] < 1 else "")


def engine_table(results):
    lines = [
        "| engine | prepare | nearest | 5 nearest | 3 counts | 3 counts, reach precomputed (+ precompute) | peak MB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for engine, title in TITLES.items():
        result = results.get(engine)
        if not result:
            continue
        again = cell(result, "counts_precomputed")
        if again != "–":
            again += f" (+ {cell(result, 'precompute')})"
        lines.append(
            f"| {title} | {cell(result, 'prepare')} | {cell(result, 'nearest')} | {cell(result, 'k_nearest')} "
            f"| {cell(result, 'counts')} | {again} | {number(result['peak_mb'])} |"
        )
    return lines


def difference_table(rows):
    lines = [
        "| against | what | values compared | largest difference | values that differ |",
        "|---|---|---:|---:|---:|",
    ]
    lines += [f"| {peer} | {what} | {size:,} | {gap:.3g} | {count:,} |" for peer, what, size, gap, count in rows]
    return lines


def bed_text(size):
    return (
        f"{size['nodes']:,} nodes, {size['edges']:,} edges, {size['km']:,} km, {size['components']:,} components; "
        f"{size['types']} types × {size['each']} facilities, limit 1 km."
    )


def machine():
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        name = names[0] if names else name
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}, load {LOAD:.1f} at the start"


def versions():
    names = ["linli", "numba", "numpy", "pandas", "scipy", "shapely", "pandana", "cityseer"]
    found = []
    for name in names:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name} –")
    return ", ".join(found)


def building_table(results, size):
    found = results["linli_buildings"]
    names = {
        "place": f"put {size['buildings']:,} buildings on edges",
        "nearest": f"nearest of {size['types']} types, all buildings",
        "counts": "counts within 300/500/1000 m, all types, all buildings",
        "e2sfca": "two-step catchment with rings, one type, all buildings",
        "e2sfca_gaussian": "the same, Gaussian",
    }
    lines = ["| task | CPU s | wall s |", "|---|---:|---:|"]
    lines += [
        f"| {text} | {number(found['tasks'][task]['cpu'])} | {number(found['tasks'][task]['wall'])} |"
        for task, text in names.items()
    ]
    return [*lines, "", f"Peak memory of that process, inputs included: {number(found['peak_mb'])} MB."]


def target_table(results):
    lines = ["| target | measured | limit | |", "|---|---:|---:|---|"]
    for name, measure, limit in TARGETS:
        try:
            value = measure(results)
        except (KeyError, TypeError):
            continue
        lines.append(f"| {name} | {number(value)} | {number(limit)} | {'reached' if value <= limit else 'missed'} |")
    return lines


def outline_text(tasks):
    return (
        f"One building, 1 km, cell 10 m, margin 30 m, blocks filled: {tasks['outline']['each_ms']:.1f} ms each "
        f"(exact union of buffers: {tasks['union']['each_ms']:,.0f} ms). "
        f"Area against the exact union: {tasks['outline']['bias']:+.2%} on average."
    )


def compile_text(first, cached):
    return (
        f"First use of every function on a machine: {number(first['tasks']['first_use']['cpu'])} s CPU, once (kept in "
        f"`__pycache__`); from then on {number(cached['tasks']['first_use']['cpu'])} s per process to load what was "
        f"compiled, and {number(cached['tasks']['import']['cpu'])} s to import."
    )


def report(sizes, everything, compiled, agreed):
    """The whole page."""
    bed = everything["synthetic"]
    page = [
        "# Benchmarks 性能",
        "",
        "Written by `make bench`; do not edit. 由 `make bench` 生成,请勿手改。",
        "",
        f"{dt.datetime.now(tz=dt.UTC).date()}; {machine()}. {versions()}.",
        "",
        INTRODUCTION,
        "",
        "## Synthetic city 合成城市",
        "",
        f"Perturbed grid of 60 m with a quarter of its links removed: {bed_text(sizes['synthetic'])} {GRID}",
        "",
        "Facilities and people at street nodes, as all engines can do it:",
        "",
        *engine_table(bed),
        "",
        "Buildings and facilities on edges, offsets counted, exact (only Linli does this):",
        "",
        *building_table(bed, sizes["synthetic"]),
        "",
        *target_table(bed),
        "",
    ]
    titles = {
        "las_palmas": "Las Palmas de Gran Canaria (OpenStreetMap 2023, walkable streets)",
        "wuhan": "Wuhan 武汉 (OpenStreetMap, drive-type network)",
    }
    for name, title in titles.items():
        if name in everything:
            page += [f"## {title}", "", bed_text(sizes[name]), "", *engine_table(everything[name]), ""]
    page += ["## Agreement 一致性", ""]
    for name, rows in agreed.items():
        page += [f"{titles.get(name, 'Synthetic city')}:", "", *difference_table(rows), ""]
    page += [
        CITYSEER,
        "",
        "## Outline of a life circle 生活圈轮廓",
        "",
        outline_text(bed["linli_outline"]["tasks"]),
        "",
        "## Compilation 编译",
        "",
        compile_text(*compiled),
        "",
    ]
    return "\n".join(page)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small city, to try the bench itself")
    parser.add_argument("--out", type=Path, default=HERE.parent / "docs" / "bench.md")
    options = parser.parse_args()
    side, buildings, each = (80, 10_000, 30) if options.quick else (552, 600_000, 500)
    lines = {"synthetic": (lambda: beds.grid_lines(side), buildings, each)}
    if beds.LAS_PALMAS.exists():
        lines["las_palmas"] = (beds.las_palmas_lines, 1000, 50)
    if beds.WUHAN.exists():
        lines["wuhan"] = (beds.wuhan_lines, 1000, 100)
    sizes, everything, agreed = {}, {}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for bed, (make, count, each_type) in lines.items():
            print(bed, flush=True)
            path = folder / f"{bed}.npz"
            sizes[bed] = beds.save_bed(path, make(), buildings=count, types=20, each=each_type)
            engines = ["linli_nodes", "scipy", "pandana"]
            if bed == "synthetic":
                engines += ["cityseer", "linli_buildings", "linli_outline"]
            everything[bed] = {engine: run_job(engine, path, folder) for engine in engines}
            agreed[bed] = differences(folder, bed, everything[bed])
            if bed == "synthetic":
                env = {"NUMBA_CACHE_DIR": str(folder / "cache")}
                compiled = [run_job("linli_compile", path, folder, env) for _ in range(2)]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(report(sizes, everything, compiled, agreed), encoding="utf-8")
    print(f"wrote {options.out}")


if __name__ == "__main__":
    main()
