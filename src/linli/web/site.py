"""A site's life outside the browser: made, brought up to date, its first administrator, demo people.

Nothing here may import models at the top: Django is set up by `open_site` first, for the folder that is named.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

from linli.errors import LinliError
from linli.web.config import FILE_NAME, Site, read_site, site_template

__all__ = ["SiteError", "create_administrator", "init_site", "make_demo", "open_site", "set_read_only", "upgrade_site"]

DEMO_CITY = "3301/"


class SiteError(LinliError, RuntimeError):
    """A site cannot be made or opened; the message says why and what to do."""


def init_site(folder: Path) -> Path:
    """Make a site's folder: settings, secret key, places for files and logs. Nothing that exists is overwritten.

    Parameters
    ----------
    folder
        Where.

    Returns
    -------
    Path
        The settings' file.

    Raises
    ------
    SiteError
        If there is a site already.
    """
    settings = folder / FILE_NAME
    if settings.exists():
        msg = f"{settings} 已存在，未改动。{settings} exists and was left as it is."
        raise SiteError(msg)
    for part in (folder, folder / "files", folder / "log"):
        part.mkdir(parents=True, exist_ok=True, mode=0o750)
    key = folder / "secret.key"
    if not key.exists():
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    settings.write_text(site_template(), encoding="utf-8")
    return settings


def open_site(folder: Path, part: str = "tool") -> Site:
    """Set Django up for a site. A process serves one site only.

    Parameters
    ----------
    folder
        The site's folder.
    part
        Which process it is, for the logs: ``serve``, ``worker``, ``tool``.

    Returns
    -------
    Site
        Its settings.

    Raises
    ------
    ConfigError
        If it is no site's folder or a setting is wrong.
    SiteError
        If this process has another site open.
    """
    read_site(folder)
    already = os.environ.get("LINLI_SITE")
    if "linli.web.settings" in sys.modules and already != str(folder.resolve()):
        msg = "this process has another site open"
        raise SiteError(msg)
    os.environ.update(LINLI_SITE=str(folder.resolve()), LINLI_PART=part, DJANGO_SETTINGS_MODULE="linli.web.settings")
    django.setup()
    site: Site = import_module("linli.web.settings").SITE
    return site


def upgrade_site() -> None:
    """Bring the open site's database and its static files up to this version. Doing it twice does no harm.

    Raises
    ------
    SiteError
        If the browser's part was not built (a checkout without `make frontend`).
    """
    built = Path(__file__).parent / "static" / "linli" / "app.js"
    if not built.is_file():
        msg = "网页资源未构建：请运行 make frontend。The browser's part was not built: run `make frontend`."
        raise SiteError(msg)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    # The city's pack is what the database says, also where a machine went down before it was written.
    import_module("linli.web.standards.packs").write_pack()
    import_module("linli.web.analyze").analyze_tables()


def _services() -> Any:
    return import_module("linli.web.accounts.services")


def _actor(what: str) -> Any:
    return import_module("linli.web.audit.actor").system_actor(what)


def create_administrator(username: str, role: str, *, city: str, place: str = DEMO_CITY) -> str:
    """Make an administrator from the console: the first one, or when nobody can sign in any more.

    Parameters
    ----------
    username
        To sign in with.
    role
        ``security_admin``, ``audit_admin`` or ``system_admin``.
    city
        What the city is called, if it is not in the tree yet.
    place
        Path of the city.

    Returns
    -------
    str
        The first password: it is shown once and kept nowhere.

    Raises
    ------
    Refused
        If the name is taken, or the role does not exist.
    """
    services, actor = _services(), _actor("linli site createadmin")
    models = import_module("linli.web.accounts.models")
    why = "console"
    if not models.Place._all.filter(path=place).exists():
        new = services.NewPlace(place, "city", city)
        services.places_add(actor=actor, places=[new], reason=why)
    office = models.Organisation._all.filter(place=place, kind="city").first()
    if office is None:
        office = services.organisation_create(actor=actor, name=city, kind="city", place=place, reason=why)
    user, password = services.user_create(
        actor=actor, username=username, name=username, organisation=office, reason=why
    )
    services.grant_create(actor=actor, user=user, role=role, place=place, reason=why)
    return str(password)


def make_demo(progress: Callable[[str, float], None] | None = None) -> dict[str, str]:
    """Fill the open site with the demo: an invented city with people of each role, taken round the loop.

    Parameters
    ----------
    progress
        Told the stage and the share that is done.

    Returns
    -------
    dict
        First password by user name: shown once and kept nowhere.
    """
    passwords: dict[str, str] = import_module("linli.web.demo.build").build_demo(progress)
    return passwords


def set_read_only(site: Site, *, why: str | None) -> None:
    """Let nobody change anything, or let them again; it takes effect at the next request.

    Parameters
    ----------
    site
        The site.
    why
        The reason, shown to people; ``None`` = changes are taken again.
    """
    if why is None:
        site.read_only_note.unlink(missing_ok=True)
    else:
        site.read_only_note.write_text(why, encoding="utf-8")
