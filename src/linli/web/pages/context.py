"""What every page knows: the site's name, the menu, the language, and whether nothing may be changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

import linli
from linli.web.pages.menu import menu_for
from linli.web.words import current_language, pick

__all__ = ["page_context"]


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the skeleton needs.

    Parameters
    ----------
    request
        The request.

    Returns
    -------
    dict
        ``site_name``, ``menu``, ``lang``, ``read_only``, ``version``.
    """
    lang = current_language()
    return {
        "site_name": pick(settings.SITE.config.name, lang),
        "menu": menu_for(getattr(request, "user", None), request.path) if hasattr(request, "user") else [],
        "lang": lang,
        "read_only": settings.SITE.is_read_only,
        "can_mail": bool(settings.SITE.config.smtp_url),
        "again_minutes": f"{settings.SITE.config.reauthentication_minutes:g}",
        "oidc": settings.SITE.config.oidc,
        "version": linli.__version__,
    }
