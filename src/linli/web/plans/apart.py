"""Solving in a process of its own: followed from here, told about as progress, ended when the job is cancelled.

A study keeps a processor busy for minutes; in a process of its own it holds up nobody's page, and cancelling it ends it
at once. The process ends too when this one does (see `linli.web.plans.solver`).
"""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, Any

from linli.errors import LinliError
from linli.web.plans.order import Order, write_order
from linli.web.words import current_language, has_words, say

__all__ = ["TroubleError", "do_apart", "stage_key"]

_log = logging.getLogger("linli.plans")

_LOOK_EVERY_S = 1.0
_COMPLAINTS = 20

Progress = Callable[[str, float | None], None]


class TroubleError(LinliError, RuntimeError):
    """The solver's process could not do what it was asked: why, in both languages."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(texts)
        super().__init__(self.texts.get(current_language(), ""))


def stage_key(stage: str) -> str:
    """Return the key of a stage's words; a stage that tells itself in words is left as it is."""
    key = f"plans.stage.{stage}"
    return key if has_words(key) else stage


def _start(order: Order) -> subprocess.Popen[str]:
    path = os.pathsep.join(filter(None, sys.path))
    worker = subprocess.Popen(
        [sys.executable, "-m", "linli.web.plans.solver"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        start_new_session=sys.platform != "win32",
    )
    if worker.stdin is not None:
        worker.stdin.write(write_order(order) + "\n")
        worker.stdin.flush()
    return worker


def _end(worker: subprocess.Popen[str]) -> None:
    """End the process and, where the system knows such a thing, those that it has begun."""
    if worker.poll() is None:
        if sys.platform == "win32":
            worker.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
    with suppress(OSError):  # what was not read any more
        if worker.stdin is not None:
            worker.stdin.close()
    worker.wait()


def _collect(stream: IO[str] | None, lines: queue.Queue[dict[str, Any] | None]) -> None:
    for line in stream or ():
        with suppress(json.JSONDecodeError):  # a library's greeting
            told = json.loads(line)
            if isinstance(told, dict):
                lines.put(told)
    lines.put(None)


def _follow(lines: queue.Queue[dict[str, Any] | None], progress: Progress) -> dict[str, Any]:
    """Pass on what the process tells until its last word; look every second whether the job was cancelled."""
    last: dict[str, Any] = {}
    stage, fraction = "start", None
    while True:
        try:
            told = lines.get(timeout=_LOOK_EVERY_S)
        except queue.Empty:
            told = {}
        if told is None:
            return last
        if "stage" in told:
            stage, fraction = str(told["stage"]), told["fraction"] if told["fraction"] is not None else fraction
        elif told:
            last = told
        progress(stage_key(stage), fraction)


def _told(problem: Mapping[str, str]) -> dict[str, str]:
    """Return a problem in both languages: what the library says of values that are unset it says in English only."""
    if problem["kind"] == "unset":
        return {"kind": "unset", "zh": say("plans.trouble.unset", "zh", detail=problem["en"]), "en": problem["en"]}
    return dict(problem)


def do_apart(order: Order, progress: Progress) -> dict[str, Any]:
    """Do an order in a process of its own, and wait for it.

    Parameters
    ----------
    order
        What to do.
    progress
        Told the stage in words and the fraction done (0–1); what it raises (the job was cancelled) ends the process.

    Returns
    -------
    dict
        What came of it.

    Raises
    ------
    TroubleError
        If it could not be done, or the process ended without a word.
    """
    worker = _start(order)
    lines: queue.Queue[dict[str, Any] | None] = queue.Queue()
    complaints: list[str] = []
    readers = [
        threading.Thread(target=_collect, args=(worker.stdout, lines), daemon=True),
        threading.Thread(target=lambda: complaints.extend(worker.stderr or ()), daemon=True),
    ]
    for reader in readers:
        reader.start()
    try:
        last = _follow(lines, progress)
    finally:
        _end(worker)
        for reader in readers:
            reader.join()
        for stream in (worker.stdout, worker.stderr):
            if stream is not None:
                stream.close()
    if "done" in last:
        done: dict[str, Any] = last["done"]
        return done
    if "problem" in last:
        raise TroubleError(_told(last["problem"]))
    _log.error("the solver's process ended without a word", extra={"tail": "".join(complaints[-_COMPLAINTS:])})
    raise TroubleError({"kind": "lost", "zh": say("plans.trouble.lost", "zh"), "en": say("plans.trouble.lost", "en")})
