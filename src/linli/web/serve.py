"""The server: waitress with the site, in as many processes as settings say, and the worker beside them.

They share one listening socket, so that a page for one person does not wait for that of another on a single
processor. The first process answers nothing: it works on jobs, and begins anew what has ended.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from importlib import import_module
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket
from typing import Any

import waitress

from linli.web.config import Site
from linli.web.site import open_site

__all__ = ["make_server", "process_count", "serve"]

_log = logging.getLogger("linli.serve")

MEGABYTE = 1024 * 1024

_MOST = 4
"""Processes where settings leave it open, at most."""
_BACKLOG = 1024
_AGAIN_S = 1.0
_END_S = 15.0


def process_count(site: Site) -> int:
    """Return how many processes answer requests: as settings say, else one for each processor, at most four."""
    return site.config.processes or min(os.cpu_count() or 1, _MOST)


def _listen(site: Site, address: str | None, port: int | None) -> socket:
    host = address or site.config.address
    found = socket(AF_INET6 if ":" in host else AF_INET)
    if os.name == "posix":  # on Windows this would let another program take the port as well
        found.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    found.bind((host.strip("[]"), site.config.port if port is None else port))
    found.listen(_BACKLOG)
    return found


def make_server(site: Site, listening: socket) -> Any:
    """Return a server for a socket that does not run yet.

    Parameters
    ----------
    site
        An open site.
    listening
        The socket; other processes may listen on it, too.

    Returns
    -------
    waitress server
        `run` answers requests until `close`.
    """
    config = site.config
    proxy: dict[str, Any] = {}
    if config.trusted_proxy:
        headers = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}
        proxy = {"trusted_proxy": config.trusted_proxy, "trusted_proxy_headers": headers, "trusted_proxy_count": 1}
    return waitress.create_server(
        import_module("linli.web.wsgi").application,
        sockets=[listening],
        threads=config.threads,
        ident=None,
        max_request_body_size=config.upload_mb * MEGABYTE,
        url_scheme="http",
        **proxy,
    )


def _end(*_: Any) -> None:
    raise SystemExit(0)


def _leave_with_parent() -> None:
    """End at once where the first process is gone: killed, it could not say so."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _answer(folder: Path, number: int, listening: socket) -> None:
    """Answer requests in a process of its own, until told to end."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all of them; the first tells the others
    threading.Thread(target=_leave_with_parent, daemon=True, name="parent").start()
    server = make_server(open_site(folder, f"serve-{number}"), listening)
    try:
        server.run()
    finally:
        server.close()


class _Processes:
    """The processes that answer requests."""

    def __init__(self, site: Site, listening: socket) -> None:
        self._spawn = multiprocessing.get_context("spawn")
        self._site, self._listening = site, listening
        self._running = {number: self._begin(number) for number in range(1, process_count(site) + 1)}

    def _begin(self, number: int) -> SpawnProcess:
        process = self._spawn.Process(
            target=_answer, args=(self._site.folder, number, self._listening), name=f"serve-{number}", daemon=False
        )
        process.start()
        return process

    def watch(self) -> None:
        """Begin anew what has ended, without end."""
        while True:
            wait([process.sentinel for process in self._running.values()])
            for number, process in self._running.items():
                if not process.is_alive():
                    _log.error("process %s ended (%s) and is begun again", process.name, process.exitcode)
                    time.sleep(_AGAIN_S)
                    self._running[number] = self._begin(number)

    def end(self) -> None:
        """End them: each finishes what it is at, for a while."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.join(_END_S)
            if process.is_alive():
                process.kill()


def serve(site: Site, *, address: str | None = None, port: int | None = None) -> None:
    """Serve a site until Ctrl+C or a signal; the worker runs beside it if the settings say so.

    Parameters
    ----------
    site
        An open site, up to date.
    address, port
        Where to listen; as the settings say if left out.

    Raises
    ------
    OSError
        If the address cannot be listened on: another program has the port, or it is not this machine's.
    """
    listening = _listen(site, address, port)
    signal.signal(signal.SIGTERM, _end)
    processes = _Processes(site, listening)
    worker = import_module("linli.web.jobs.worker").work_in_thread() if site.config.worker else None
    _log.info("listening on %s:%s", *listening.getsockname()[:2])
    try:
        processes.watch()
    finally:
        if worker is not None:
            worker.running = False
        processes.end()
        listening.close()
