"""What every map of the site has in common: its ground, whose that is, its approval number (审图号).

A page's map island is given a *frame* made here, and adds its own layers to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from linli.web.config import Site
from linli.web.words import pick

__all__ = ["basemap_for", "map_frame"]


def basemap_for(request: HttpRequest) -> dict[str, str] | None:
    """Return the ground of the maps that somebody sees.

    Parameters
    ----------
    request
        Who asks: without having signed in one sees it only if the site's settings say so.

    Returns
    -------
    dict or None
        As the map islands read it; ``None`` = no ground, as by default.
    """
    site: Site = settings.SITE
    if not (site.config.basemap_public or request.user.is_authenticated):
        return None
    if site.config.tianditu_key:
        return {"kind": "tianditu", "key": site.config.tianditu_key}
    return {"kind": "pmtiles", "url": reverse("basemap")} if site.basemap is not None else None


def map_frame(
    request: HttpRequest,
    *,
    title: str = "",
    data_on: date | None = None,
    source: str = "",
    bounds: Sequence[float] | None = None,
) -> dict[str, Any]:
    """Return what stands on and beneath a map.

    Parameters
    ----------
    request
        Who asks, in which language.
    title
        What the map shows.
    data_on
        The day of its data.
    source
        Whose data they are.
    bounds
        West, south, east, north of what it shows first, degrees; what its layers hold if left out.

    Returns
    -------
    dict
        The beginning of an island's configuration; what is not known is left out.
    """
    config = settings.SITE.config
    ground = basemap_for(request)
    frame = {
        "title": title,
        "date": data_on.isoformat() if data_on else "",
        "source": source,
        "map_number": config.map_number,
        "attribution": pick(config.map_attribution) if ground else "",
        "bounds": [round(float(side), 6) for side in bounds] if bounds else None,
        "basemap": ground,
    }
    return {key: value for key, value in frame.items() if value}
