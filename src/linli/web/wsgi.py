"""The site as a WSGI application, for `linli serve` and for other servers (``LINLI_SITE`` names the folder)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

__all__ = ["application"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.web.settings")
application = get_wsgi_application()
