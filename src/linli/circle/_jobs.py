"""Run kernels on the cores at hand; they let go of Python's lock, so plain threads do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["run_jobs"]

T = TypeVar("T")
R = TypeVar("R")


def run_jobs(function: Callable[[T], R], jobs: Iterable[T], workers: int | None = None) -> list[R]:
    """Call the function with each job and return the results in the order of the jobs.

    Parameters
    ----------
    function
        What to do; it must not hold Python's lock for long.
    jobs
        Its arguments.
    workers
        Threads, ≥ 1; by default one a core.

    Returns
    -------
    list
    """
    todo = list(jobs)
    count = min(workers or os.cpu_count() or 1, len(todo))
    if count <= 1:
        return [function(job) for job in todo]
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(function, todo))
