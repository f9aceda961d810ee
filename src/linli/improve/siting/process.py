"""A time limit that holds: the solver runs in a process of its own, which is ended when the time is over.

HiGHS overruns its own limit by tens of seconds on models of this kind. The process writes every better choice and bound
as a line of JSON; what it has written when it is ended is the answer. While it starts, a greedy choice is made here: on
a busy machine a short time may be over before the process has found anything.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linli.improve.siting.core import TOLERANCE, Core, breaches, core_value
from linli.improve.siting.effort import Effort
from linli.improve.siting.errors import SolverError
from linli.improve.siting.mip import Mip, MipResult, solve_mip
from linli.improve.siting.search import search
from linli.improve.siting.solve import Answer, closed, most_of, solve_core

__all__ = ["pack", "run_core", "run_mip", "unpack"]

Floats = NDArray[np.float64]

_AT_LEAST_S = 0.5
"""Seconds; with less time there is none for a greedy choice."""

_MARGIN = 0.05
"""Part of the time that the process leaves for ending by itself."""


def pack(record: Any, path: Path) -> None:
    """Write a frozen record of arrays to a file.

    Parameters
    ----------
    record
        A dataclass whose fields are arrays, CSR arrays and numbers.
    path
        The file, ``.npz``.
    """
    arrays: dict[str, Any] = {}
    for item in dataclasses.fields(record):
        value = getattr(record, item.name)
        if isinstance(value, sparse.csr_array):
            parts = {"data": value.data, "indices": value.indices, "indptr": value.indptr, "shape": value.shape}
            arrays |= {f"{item.name}.{part}": array for part, array in parts.items()}
        else:
            arrays[item.name] = value
    np.savez(path, **arrays)


def unpack(kind: type[Any], path: Path) -> Any:
    """Read what `pack` wrote.

    Parameters
    ----------
    kind
        The dataclass.
    path
        The file.

    Returns
    -------
    object
        The record.
    """
    values: dict[str, Any] = {}
    with np.load(path, allow_pickle=False) as file:
        for item in dataclasses.fields(kind):
            if f"{item.name}.shape" in file:
                parts = [file[f"{item.name}.{part}"] for part in ("data", "indices", "indptr")]
                values[item.name] = sparse.csr_array(tuple(parts), shape=tuple(file[f"{item.name}.shape"]))
            else:
                array = file[item.name]
                values[item.name] = array if array.ndim else array.item()
    return kind(**values)


def _collect(stream: Any, lines: list[dict[str, Any]]) -> None:
    """Read the process's lines as they come; what is no line of ours (a library's greeting, a cut-off end) is left."""
    for line in stream:
        with contextlib.suppress(json.JSONDecodeError):
            lines.append(json.loads(line))


def _nothing() -> None:
    return None


def _run(
    task: Literal["core", "mip"], record: Any, effort: Effort, began: float, meanwhile: Callable[[], None] = _nothing
) -> list[dict[str, Any]]:
    """Run the worker until it ends or the time is over; return its lines."""
    limit = effort.time_limit_s or 0.0
    lines: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="linli-siting-", ignore_cleanup_errors=True) as folder:
        pack(record, Path(folder) / "task.npz")
        left = max(0.0, began + limit * (1 - _MARGIN) - time.monotonic())
        order = {"task": task, "effort": dataclasses.asdict(effort), "ends": time.time() + left}
        (Path(folder) / "order.json").write_text(json.dumps(order), encoding="utf-8")
        worker = subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
            [sys.executable, "-m", "linli.improve.siting.worker", folder],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8"},
        )
        complaints: list[str] = []
        readers = [
            threading.Thread(target=_collect, args=(worker.stdout, lines), daemon=True),
            threading.Thread(target=lambda: complaints.extend(worker.stderr or ()), daemon=True),
        ]
        for reader in readers:
            reader.start()
        try:
            meanwhile()
            worker.wait(max(0.01, began + limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        finally:
            worker.kill()  # nothing, if it has ended
            worker.wait()
        for reader in readers:
            reader.join()
        for stream in (worker.stdout, worker.stderr):
            if stream is not None:
                stream.close()
    if worker.returncode > 0:
        msg = f"The solver process failed: {''.join(complaints).strip().splitlines()[-1:]}"
        raise SolverError(msg)
    return lines


def _last(lines: list[dict[str, Any]], key: str, default: Any) -> Any:
    return next((line[key] for line in reversed(lines) if line.get(key) is not None), default)


def _greedy(core: Core, effort: Effort) -> list[Floats]:
    """Return the greedy choice, if it is lawful."""
    if (core.lower > core.upper).any():
        return []
    x = search(core, rounds=0, seed=effort.seed)
    return [x] if breaches(core, x) <= TOLERANCE else []


def run_core(core: Core, effort: Effort, *, start: Floats | None = None) -> Answer:
    """Solve a problem within the time limit, if there is one.

    Parameters
    ----------
    core
        The problem.
    effort
        With a time limit: solved in a process of its own, for so long at most. Without: in this one.
    start
        Shape (n,), 0 or 1: a choice to start from (without a time limit only).

    Returns
    -------
    Answer
        Status ``time_limit`` if the time was over before the proof.

    Raises
    ------
    SolverError
        The solver failed.
    """
    began = time.monotonic()
    if effort.time_limit_s is None:
        return solve_core(core, effort, start=start)
    greedy: list[Floats] = []
    enough = effort.time_limit_s >= _AT_LEAST_S
    lines = _run("core", core, effort, began, lambda: greedy.extend(_greedy(core, effort)) if enough else None)
    chosen = _last(lines, "chosen", None)
    x = None
    if chosen is not None:
        x = np.zeros(core.covers.shape[1])
        x[chosen] = 1.0
    objective, bound = float(_last(lines, "objective", -np.inf)), float(_last(lines, "bound", most_of(core)))
    if x is None and greedy and _last(lines, "status", "time_limit") == "time_limit":
        x, objective = greedy[0], core_value(core, greedy[0])
    status = _last(lines, "status", "time_limit")
    if status == "time_limit" and closed(objective, bound, effort.gap):
        status = "optimal"
    return Answer(status, x, objective, bound, _last(lines, "method", "search"))


def run_mip(mip: Mip, effort: Effort) -> MipResult:
    """Solve a mixed-integer model within the time limit, if there is one.

    Parameters
    ----------
    mip
        The model.
    effort
        As for `run_core`.

    Returns
    -------
    MipResult
        Status ``time_limit`` if the time was over before the proof.

    Raises
    ------
    SolverError
        The solver failed.
    """
    began = time.monotonic()
    if effort.time_limit_s is None:
        return solve_mip(mip, gap=effort.gap, seed=effort.seed)
    lines = _run("mip", mip, effort, began)
    values = _last(lines, "values", None)
    return MipResult(
        _last(lines, "status", "time_limit"),
        None if values is None else np.array(values),
        float(_last(lines, "objective", -np.inf)),
        float(_last(lines, "bound", np.inf)),
    )
