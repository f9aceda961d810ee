"""The server: waitress with the site, and the worker in a thread beside it."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

import waitress

from linli.web.config import Site

__all__ = ["make_server", "serve"]

_log = logging.getLogger("linli.serve")

MEGABYTE = 1024 * 1024


def make_server(site: Site, *, address: str | None = None, port: int | None = None) -> Any:
    """Return a server that is bound to its port but does not run yet.

    Parameters
    ----------
    site
        An open site.
    address, port
        Where to listen; as the settings say if left out. Port 0 = any that is free.

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
        host=address or config.address,
        port=config.port if port is None else port,
        threads=config.threads,
        ident=None,
        max_request_body_size=config.upload_mb * MEGABYTE,
        url_scheme="http",
        **proxy,
    )


def serve(site: Site, *, address: str | None = None, port: int | None = None) -> None:
    """Serve a site until Ctrl+C or a signal; the worker runs beside it if the settings say so.

    Parameters
    ----------
    site
        An open site, up to date.
    address, port
        Where to listen; as the settings say if left out.
    """
    server = make_server(site, address=address, port=port)
    worker = import_module("linli.web.jobs.worker").work_in_thread() if site.config.worker else None
    _log.info("listening on %s:%s", server.effective_host, server.effective_port)
    try:
        server.run()
    finally:
        if worker is not None:
            worker.running = False
        server.close()
