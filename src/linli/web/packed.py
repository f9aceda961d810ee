"""Large answers of data: packed (gzip), kept in a bounded memory, and not sent again to a browser that has them.

An answer is named by a *key*: what it was made from (a run's digest), for where, and by which choices. The same key is
always the same bytes, so its tag needs no look at them. Who may ask is decided by the view, before this is called.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

import linli

__all__ = ["JSON", "SHELF", "Shelf", "json_bytes", "packed"]

JSON = "application/json"

_NOT_MODIFIED = 304
_LEVEL = 5


class Shelf:
    """Bytes by key, all of them together at most so many; what was asked for least lately goes first.

    Parameters
    ----------
    most_bytes
        How many bytes are held, ≥ 1.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._making: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def _known(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
            return self._bodies.get(key)

    def _keep(self, key: str, body: bytes) -> None:
        with self._lock:
            self._held += len(body) - len(self._bodies.pop(key, b""))
            self._bodies[key] = body
            while self._held > self._most:
                self._held -= len(self._bodies.popitem(last=False)[1])

    def get(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return the bytes of a key, made if they are not held.

        Parameters
        ----------
        key
            Names what never changes.
        make
            Makes them; who asks for the same at once waits for it and does not make it again.

        Returns
        -------
        bytes
            As made.
        """
        body = self._known(key)
        if body is not None:
            return body
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            body = self._known(key)
            if body is None:
                try:
                    body = make()
                    self._keep(key, body)
                finally:
                    with self._lock:
                        self._making.pop(key, None)
        return body

    @property
    def held(self) -> int:
        """How many bytes are held."""
        return self._held


SHELF = Shelf(64 * 1024 * 1024)
"""Packed answers of this process."""


def json_bytes(value: Any) -> bytes:
    """Return a value as JSON in UTF-8, without spaces; unknown is null and must not be NaN.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def packed(request: HttpRequest, key: Sequence[object], make: Callable[[], bytes], *, kind: str = JSON) -> HttpResponse:
    """Answer with bytes, or that the browser has them already.

    Parameters
    ----------
    request
        Already let in.
    key
        What the bytes depend on, all of it.
    make
        Makes them.
    kind
        Their media type.

    Returns
    -------
    HttpResponse
        Kept by the browser, which has to ask whether it may use it again.
    """
    name = hashlib.sha256("\x1f".join((linli.__version__, kind, *map(str, key))).encode()).hexdigest()[:32]
    tag = f'"{name}"'
    if tag in {one.removeprefix("W/") for one in parse_etags(request.headers.get("If-None-Match", ""))}:
        response = HttpResponse(status=_NOT_MODIFIED)
    else:
        body = SHELF.get(name, lambda: gzip.compress(make(), _LEVEL, mtime=0))
        unpacked = "gzip" not in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(gzip.decompress(body) if unpacked else body, content_type=kind)
        if not unpacked:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = tag
    response["Vary"] = "Accept-Encoding, Cookie"
    response["Cache-Control"] = "private, no-cache"
    return response
