"""The site's own ground map: one PMTiles file, of which browsers read the parts they need (HTTP range requests)."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from linli.web.accounts.access import access

__all__ = ["basemap"]

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
_MOST_BYTES = 16 * 1024 * 1024
_PARTIAL, _UNSATISFIABLE, _NOT_MODIFIED = 206, 416, 304
_TYPE = "application/vnd.pmtiles"


def _asked(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte of a single range, cut to the file and to what is given at once; ``None`` = all."""
    found = _RANGE.fullmatch(header.strip())
    if found is None:  # several ranges, other units: a server may answer with all of it
        return None
    first = int(found[1])
    last = min(int(found[2]) if found[2] else size - 1, size - 1, first + _MOST_BYTES - 1)
    return first, last


def _part(file: Path, first: int, last: int, size: int) -> HttpResponse:
    if first > last:
        return HttpResponse(status=_UNSATISFIABLE, headers={"Content-Range": f"bytes */{size}"})
    with file.open("rb") as stream:
        stream.seek(first)
        body = stream.read(last - first + 1)
    headers = {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(len(body))}
    return HttpResponse(body, status=_PARTIAL, content_type=_TYPE, headers=headers)


@require_safe
@access(public=True)
def basemap(request: HttpRequest) -> HttpResponseBase:
    """Give the ground map, or the part of it that is asked for, to who may see it."""
    file: Path | None = settings.SITE.basemap
    if file is None or not (settings.SITE.config.basemap_public or request.user.is_authenticated):
        raise Http404
    stat = file.stat()
    tag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    asked = _asked(request.headers.get("Range", ""), stat.st_size)
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=_NOT_MODIFIED)
    elif asked is not None and request.headers.get("If-Range", tag) == tag:
        response = _part(file, *asked, stat.st_size)
    else:
        response = FileResponse(file.open("rb"), content_type=_TYPE)
    response["ETag"] = tag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-cache"
    return response
