"""What runs in the solver's own process: ``python -m linli.improve.siting.worker FOLDER``; see `process`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from linli.improve.siting.core import Core
from linli.improve.siting.effort import Effort
from linli.improve.siting.mip import Mip, solve_mip
from linli.improve.siting.process import unpack
from linli.improve.siting.solve import solve_core

__all__ = ["main"]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _say(**line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _say_choice(x: Any, objective: float, bound: float, **more: Any) -> None:
    chosen = None if x is None else np.flatnonzero(x > 0).tolist()
    _say(chosen=chosen, objective=_finite(objective), bound=_finite(bound), **more)


def main(folder: Path) -> None:
    """Solve the task of a folder and say every better answer on standard output.

    Parameters
    ----------
    folder
        Holds ``task.npz`` and ``order.json``.
    """
    order = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    effort = Effort(**order["effort"])
    deadline = time.monotonic() + order["ends"] - time.time()
    if order["task"] == "core":
        answer = solve_core(unpack(Core, folder / "task.npz"), effort, deadline=deadline, report=_say_choice)
        _say_choice(answer.x, answer.objective, answer.bound, status=answer.status, method=answer.method)
        return
    mip: Mip = unpack(Mip, folder / "task.npz")

    def better(values: Any) -> None:
        _say(values=values.tolist(), objective=float(mip.offset + mip.cost @ values))

    result = solve_mip(mip, gap=effort.gap, deadline=deadline, seed=effort.seed, better=better)
    values = None if result.point is None else result.point.tolist()
    _say(values=values, objective=_finite(result.objective), bound=_finite(result.bound), status=result.status)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
