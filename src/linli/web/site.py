"""A site's life outside the browser: made, brought up to date, its first administrator, demo people.

Nothing here may import models at the top: Django is set up by `open_site` first, for the folder that is named.
"""

from __future__ import annotations

import os
import secrets
import sys
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


_DEMO_PLACES = (
    ("3301/", "city", "示范市", "Demo City"),
    ("3301/330105/", "district", "示范区", "Demo District"),
    ("3301/330105/330105011/", "street", "和睦街道", "Hemu Street"),
    ("3301/330105/330105011/330105011001/", "community", "和睦社区", "Hemu"),
    ("3301/330105/330105011/330105011002/", "community", "华丰社区", "Huafeng"),
    ("3301/330106/", "district", "邻接区", "Next District"),
    ("3301/330106/330106003/", "street", "西溪街道", "Xixi Street"),
    ("3301/330106/330106003/330106003001/", "community", "文三社区", "Wensan"),
)


def make_demo() -> dict[str, str]:
    """Add the demo tree of places, an office at each, and a person of each role at its highest level.

    Returns
    -------
    dict
        First password by user name: shown once and kept nowhere.
    """
    services, actor = _services(), _actor("linli site init --demo")
    matrix = import_module("linli.web.accounts.roles").role_matrix()
    why = "演示 demo"
    places = [services.NewPlace(*one) for one in _DEMO_PLACES]
    services.places_add(actor=actor, places=places, reason=why)
    offices: dict[str, Any] = {}
    for place in sorted(places, key=lambda one: one.path):
        above = "/".join(place.path.rstrip("/").split("/")[:-1]) + "/"
        offices[place.path] = services.organisation_create(
            actor=actor,
            name=f"{place.name}{'居委会' if place.level == 'community' else '办公室'}",
            name_en=f"{place.name_en} office",
            kind=place.level,
            place=place.path,
            parent=offices.get(above),
            reason=why,
        )
    at = {place.level: place.path for place in reversed(places)}
    passwords = {}
    for role in matrix.roles.values():
        path = at[next(level for level in matrix.levels if level in role.levels)]
        name = import_module("linli.web.words").say(f"accounts.role.{role.code}", "zh")
        user, passwords[role.code] = services.user_create(
            actor=actor, username=role.code, name=f"演示{name}"[:50], organisation=offices[path], reason=why
        )
        services.grant_create(actor=actor, user=user, role=role.code, place=path, reason=why)
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
