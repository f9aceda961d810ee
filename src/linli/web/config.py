"""The settings of a site: one typed record from `linli-site.yaml` and the environment.

A *site* is a folder: the settings, the secret key, the database (unless it is PostgreSQL), files, logs. Every setting
can also be given as an environment variable ``LINLI_<NAME>`` (lists and tables as JSON), which wins over the file; the
database also as ``DATABASE_URL``. There is no setting that switches the audit trail off.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from linli.errors import ConfigError, Problem
from linli.strictyaml import Located, read_yaml

__all__ = [
    "FILE_NAME",
    "OidcProvider",
    "Site",
    "SiteConfig",
    "current_site",
    "database_settings",
    "mail_settings",
    "read_site",
    "site_template",
    "unsaved_site",
]

FILE_NAME = "linli-site.yaml"
"""The settings' file inside a site's folder."""

_FIX = {
    "zh": f"请改正 {FILE_NAME} 或对应的环境变量。",
    "en": f"Correct {FILE_NAME} or the environment variable.",
}

_TEMPLATE = Path(__file__).with_name("linli-site.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OidcProvider(_Part):
    """A single sign-on service that speaks OpenID Connect."""

    id: str
    """Short name in addresses, e.g. ``city``."""
    name: str
    """What the button on the sign-in page says."""
    server_url: str
    """Where its discovery document is."""
    client_id: str
    client_secret: str


class SiteConfig(_Part):
    """What a site's administrator decides."""

    name: dict[str, str] = Field(default_factory=lambda: {"zh": "邻里", "en": "Linli"})
    """What the site is called, ``{zh, en}``: on every page."""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    """Names and addresses under which the site is reached; others are refused."""
    public_address: str | None = None
    """Where residents reach the site, as ``https://linli.example.gov.cn``: what QR codes and slips hold."""
    address: str = "127.0.0.1"
    """The address `linli serve` listens on; ``0.0.0.0`` for all."""
    port: int = Field(default=8000, ge=1, le=65535)
    """The port `linli serve` listens on."""
    processes: int = Field(default=0, ge=0, le=64)
    """How many processes answer requests; 0 = one for each processor, at most four. Each takes memory of its own."""
    threads: int = Field(default=8, ge=1, le=64)
    """How many requests each of them answers at once."""
    https: bool = False
    """Whether people come by HTTPS: cookies then travel by HTTPS only and browsers are told to stay with it."""
    trusted_proxy: str | None = None
    """Address of the web server in front; only its word about the visitor's address and HTTPS is believed."""
    database_url: str | None = None
    """``postgres://user:password@host:port/name``; the site's own SQLite file if left out."""
    language: Literal["zh", "en"] = "zh"
    """Language of who has not chosen one."""
    time_zone: str = "Asia/Shanghai"
    """Time zone of pages and documents."""
    session_hours: float = Field(default=12, gt=0, le=720)
    """After how long everybody signs in again."""
    idle_minutes: float = Field(default=60, gt=0, le=1440)
    """After how long without a request one signs in again."""
    reauthentication_minutes: float = Field(default=15, gt=0, le=240)
    """How long a password entered again is good for sensitive actions."""
    sign_in_tries: int = Field(default=5, ge=1, le=100)
    """Wrong passwords for one account before it is locked for a while."""
    lock_minutes: int = Field(default=15, ge=1, le=1440)
    """How long that while is."""
    password_length: int = Field(default=10, ge=8, le=64)
    """The least length of a password."""
    second_factor: Literal["optional", "administrators", "everybody"] = "optional"
    """Who must sign in with a second factor (authenticator app, passkey)."""
    oidc: tuple[OidcProvider, ...] = ()
    """Single sign-on services; none by default. Who signs in by one must have an account here with the same e-mail."""
    smtp_url: str | None = None
    """``smtp(s)://user:password@host:port``; without it no e-mail is sent and administrators set new passwords."""
    mail_from: str = "linli@localhost"
    """Sender of e-mails."""
    worker: bool = True
    """Whether `linli serve` also does the long work; else start `linli site worker`."""
    upload_mb: int = Field(default=50, ge=1, le=2000)
    """The largest file that may be sent in."""
    log_days: int = Field(default=200, ge=183)
    """Days that logs are kept; the law on network security asks for at least six months."""
    read_only: bool = False
    """Whether nobody may change anything (during acceptance or a restore)."""
    tianditu_key: str | None = Field(default=None, pattern=r"^[0-9A-Za-z]{8,64}$")
    """Key of 天地图 for browsers. Maps then show it as their ground, and only then do browsers ask its servers."""
    basemap_file: str | None = Field(default=None, pattern=r"^[0-9A-Za-z_][0-9A-Za-z_.-]*\.pmtiles$")
    """A PMTiles file in the site's folder that maps show as their ground; served by this site itself."""
    basemap_public: bool = False
    """Whether people who have not signed in see the ground, too, on the pages that are open to them."""
    map_number: str = Field(default="", max_length=60)
    """审图号 of the ground, written beneath every map."""
    map_attribution: dict[str, str] = Field(default_factory=dict)
    """Whose the ground is, ``{zh, en}``, written beneath every map."""

    @field_validator("name", "map_attribution")
    @classmethod
    def _both_languages(cls, value: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        if set(value) != {"zh", "en"} and (value or info.field_name == "name"):
            msg = "must have `zh` and `en`"
            raise ValueError(msg)
        return value

    @field_validator("public_address")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "http://x")
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            msg = "must be https://host or http://host, nothing after it"
            raise ValueError(msg)
        return value

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in {"postgres", "postgresql"}:
            msg = "must begin with postgres://"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _one_ground(self) -> Self:
        if self.tianditu_key and self.basemap_file:
            msg = "give `tianditu_key` or `basemap_file`, not both"
            raise ValueError(msg)
        return self


class Site(_Part):
    """A site's folder with its settings.

    `folder` holds the settings' file, ``secret.key``, ``linli.sqlite3``, ``files/``, ``static/`` and ``log/``.
    """

    folder: Path
    config: SiteConfig
    secret_key: str = Field(repr=False)
    saved: bool = True
    """False for a site that exists only while a tool or a test runs."""

    @property
    def files(self) -> Path:
        """What people sent in and what jobs wrote."""
        return self.folder / "files"

    @property
    def logs(self) -> Path:
        """JSON lines, a file a day."""
        return self.folder / "log"

    @property
    def basemap(self) -> Path | None:
        """The PMTiles file that maps show as their ground; ``None`` if none is set or it is not there."""
        file = self.folder / self.config.basemap_file if self.config.basemap_file else None
        return file if file is not None and file.is_file() else None

    @property
    def read_only_note(self) -> Path:
        """While this file is there nothing may be changed; its text says why."""
        return self.folder / "READ-ONLY"

    @property
    def is_read_only(self) -> bool:
        """Whether nothing may be changed now."""
        return self.config.read_only or self.read_only_note.exists()


def site_template() -> str:
    """Return the commented text of a new `linli-site.yaml`."""
    return _TEMPLATE.read_text(encoding="utf-8")


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in SiteConfig.model_fields:
        said = environment.get(f"LINLI_{name.upper()}")
        if said is not None:
            try:
                found[name] = json.loads(said)
            except json.JSONDecodeError:
                found[name] = said
    if environment.get("DATABASE_URL"):
        found["database_url"] = environment["DATABASE_URL"]
    return found


def _config(located: Located, environment: Mapping[str, str]) -> SiteConfig:
    """Read strictly: types are not converted, unknown keys are refused, all problems at once."""
    if located.problems:
        raise ConfigError(located.problems)
    data = {} if located.data is None else located.data
    if not isinstance(data, dict):
        message = {"zh": "文件应由「键: 值」组成", "en": "the file must be made of `key: value` lines"}
        raise ConfigError([located.problem("site.value", (), message, fix=_FIX)])
    try:
        return SiteConfig.model_validate_json(json.dumps({**data, **_from_environment(environment)}), strict=True)
    except ValidationError as error:
        raise ConfigError(
            [
                located.problem(
                    "site.setting",
                    one["loc"],
                    {"zh": f"设置有误：{one['msg']}", "en": f"wrong setting: {one['msg']}"},
                    fix=_FIX,
                    value=str(one["input"]),
                )
                for one in error.errors()
            ]
        ) from None


def read_site(folder: Path, environment: Mapping[str, str] | None = None) -> Site:
    """Read a site's settings and its secret key.

    Parameters
    ----------
    folder
        The site's folder, as `linli site init` makes it.
    environment
        Environment variables; the process's own if left out.

    Returns
    -------
    Site
        The settings.

    Raises
    ------
    ConfigError
        If it is no site's folder or a setting is wrong; every problem has its line.
    """
    file, key = folder / FILE_NAME, folder / "secret.key"
    if not file.is_file() or not key.is_file():
        missing = FILE_NAME if not file.is_file() else key.name
        message = {
            "zh": f"这里不是邻里的站点目录：缺少 {missing}",
            "en": f"this is no site's folder: {missing} is missing",
        }
        fix = {"zh": f"先运行：linli site init {folder}", "en": f"Run first: linli site init {folder}"}
        raise ConfigError([Problem("site.folder", "error", message, fix, file=str(folder))])
    config = _config(read_yaml(file), os.environ if environment is None else environment)
    return Site(folder=folder.resolve(), config=config, secret_key=key.read_text(encoding="ascii").strip())


def unsaved_site(environment: Mapping[str, str] | None = None) -> Site:
    """Return a site with default settings in a temporary folder, for tools and tests that only need the code."""
    config = _config(
        Located(data={}, lines={}, problems=(), file="environment"), os.environ if environment is None else environment
    )
    folder = Path(tempfile.gettempdir()) / f"linli-unsaved-{os.getpid()}"
    return Site(folder=folder, config=config, secret_key=secrets.token_urlsafe(48), saved=False)


def current_site() -> Site:
    """Return the site that the environment variable ``LINLI_SITE`` names, else an unsaved one.

    Raises
    ------
    ConfigError
        If the folder it names is no site's or a setting is wrong.
    """
    folder = os.environ.get("LINLI_SITE")
    return read_site(Path(folder)) if folder else unsaved_site()


def database_settings(site: Site) -> dict[str, Any]:
    """Return what Django needs to know of the site's database.

    SQLite takes the write lock when a transaction begins (IMMEDIATE) and waits for it: with its defaults, two people
    who save at the same moment lose work. Threads keep their connection, and with it 16 MB of pages.

    Parameters
    ----------
    site
        The site.

    Returns
    -------
    dict
        The entry ``default`` of ``DATABASES``.
    """
    url = site.config.database_url
    if url is None:
        pragmas = (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-16000; PRAGMA mmap_size=268435456;"
        )
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(site.folder / "linli.sqlite3") if site.saved else ":memory:",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas},
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def mail_settings(site: Site) -> dict[str, Any]:
    """Return what Django needs to send e-mail; without `smtp_url` nothing is sent.

    Parameters
    ----------
    site
        The site.

    Returns
    -------
    dict
        Settings by name.
    """
    if not site.config.smtp_url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(site.config.smtp_url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 465,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }
