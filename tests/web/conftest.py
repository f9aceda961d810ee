"""A small city with a person of every role at every level, for the tests of every app."""

import itertools
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.utils import timezone, translation

from linli.web.accounts.models import Grant, Organisation, Place, User
from linli.web.accounts.roles import role_matrix
from linli.web.audit.triggers import EVENT_KEYS, append_only, changeable
from linli.web.places.selectors import forget_register

collect_ignore = ["kill_make.py", "kill_check.py"]  # scripts that test_kill runs; a doctest collector would import them

PASSWORD = "Correct-Horse-77"
HASH = MD5PasswordHasher().encode(PASSWORD, "a-salt-that-is-long-enough")

BY_ID = ("projects_move", "funds_approval", "funds_booking", "funds_bookingline", "providers_directoryversion",
         "places_version", "rooms_step", "field_submission", "field_remark")  # fmt: skip
KEPT = {"audit_event": EVENT_KEYS, **dict.fromkeys(BY_ID, ("id",))}
"""Tables that are append-only, and what tells their rows apart."""

PLACES = {
    "3301/": ("city", "示范市", "Demo City"),
    "3301/330105/": ("district", "示范区", "North District"),
    "3301/330105/330105011/": ("street", "和睦街道", "Hemu Street"),
    "3301/330105/330105011/330105011001/": ("community", "和睦社区", "Hemu"),
    "3301/330105/330105011/330105011002/": ("community", "华丰社区", "Huafeng"),
    "3301/330105/330105012/": ("street", "小河街道", "Xiaohe Street"),
    "3301/330105/330105012/330105012001/": ("community", "小河社区", "Xiaohe"),
    "3301/330106/": ("district", "邻接区", "South District"),
    "3301/330106/330106003/": ("street", "西溪街道", "Xixi Street"),
    "3301/330106/330106003/330106003001/": ("community", "文三社区", "Wensan"),
}
AT = {
    "city": "3301/",
    "district": "3301/330105/",
    "street": "3301/330105/330105011/",
    "community": "3301/330105/330105011/330105011001/",
}
"""Where the person of each level is; the other branches are outside the jurisdiction of all but the city's people."""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """SQLite on disk, as on a site: several connections, WAL."""
    from django.conf import settings

    default = settings.DATABASES["default"]
    if "sqlite3" in default["ENGINE"]:
        default.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def live_server(django_db_setup, live_server):
    """The server of browser tests, begun once the database on disk is there.

    Begun earlier it would find SQLite in memory, and give one connection to all its threads: that crashes.
    """
    return live_server


@pytest.fixture(autouse=True)
def _quick_and_quiet(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = str(tmp_path / "files")
    translation.activate("zh-hans")
    forget_register()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _flush_with_triggers():
    """Tests with real transactions empty the tables afterwards, which the triggers would refuse."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def without_triggers(self, statements):
        with self.connection.cursor() as cursor:
            for table in KEPT:
                for statement in changeable(self.connection.vendor, table):
                    cursor.execute(statement)
            flush(self, statements)
            for table, keys in KEPT.items():
                for statement in append_only(self.connection.vendor, table, keys):
                    cursor.execute(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", without_triggers)
        yield


@pytest.fixture
def _empty_cache(db):
    cache.clear()


def make_user(username, organisation, **more):
    return User.objects.create(
        username=username,
        name=more.pop("name", username),
        organisation=organisation,
        password=HASH,
        must_change_password=False,
        **more,
    )


def give(user, role, place, **more):
    more.setdefault("begins", timezone.localdate() - timedelta(days=1))
    return Grant._all.create(user=user, role=role, place=place, **more)


@pytest.fixture
def city(db):
    """The tree of places, an office at each level here and there, and `user`, `give` to make more people."""
    for path, (level, name, name_en) in PLACES.items():
        Place._all.create(path=path, code=path.rstrip("/").split("/")[-1], level=level, name=name, name_en=name_en)
    offices = {}
    for path, (level, name, _) in PLACES.items():
        offices[path] = Organisation._all.create(name=f"{name}办公室", kind=level, place=path)
    numbers = itertools.count(1)

    def user(role="", place="3301/", **more):
        if place not in offices:  # of a tree that another fixture brought
            level = Place._all.get(path=place).level
            offices[place] = Organisation._all.create(name=f"{place}办公室", kind=level, place=place)
        made = make_user(more.pop("username", f"{role or 'nobody'}-{next(numbers)}"), offices[place], **more)
        if role:
            give(made, role, place)
        return made

    return SimpleNamespace(offices=offices, at=AT, user=user, give=give, password=PASSWORD)


@pytest.fixture
def people(city):
    """A person of each role at each of its levels, by ``role@level``, one with no role, and one whose grant is over."""
    made = {}
    for role in role_matrix().roles.values():
        for level in role.levels:
            made[f"{role.code}@{level}"] = city.user(role.code, AT[level], username=f"{role.code}.{level}")
    made["nobody"] = city.user("", AT["community"], username="nobody")
    over = city.user("", AT["city"], username="over")
    city.give(over, "city_office", "3301/", ends=timezone.localdate() - timedelta(days=1))
    made["over"] = over
    return made


@pytest.fixture
def enter(client):
    """Sign a person in at the test client, with the password just entered."""

    def sign_in(user):
        client.force_login(user)
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time(), "username": user.username, "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return client

    return sign_in


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory):
    """`linli site init DIR --demo`, once for all test processes: the folder, and what the command said.

    `LINLI_DEMO_SITE` names one that was made before (its words beside it, ``.txt``), to save two minutes at the desk.
    Read it; to write, copy it.
    """
    ready = os.environ.get("LINLI_DEMO_SITE")
    if ready:
        return SimpleNamespace(folder=Path(ready), said=Path(f"{ready}.txt"))
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "popen-gw" in base.name else base
    made = SimpleNamespace(folder=shared / "demo-site", said=shared / "demo-site.txt")
    try:
        (shared / "demo-site.lock").mkdir()
    except FileExistsError:
        while not (shared / "demo-site.ready").exists():
            time.sleep(0.2)
        return made
    try:
        hidden = {"LINLI_SITE", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        command = [sys.executable, "-W", "ignore", "-c", "from linli.cli import main; main()",
                   "site", "init", str(made.folder), "--demo", "--lang", "en"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=540, check=False)
        made.said.write_text(done.stdout + done.stderr)
    finally:
        (shared / "demo-site.ready").touch()
    return made


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory):
    """The demo city's first round, frozen and assessed once for all test processes: `snapshot`, `assessment`."""
    from linli.assess import AssessOptions, assess, save_assessment
    from linli.rules import load_catalogue
    from linli.survey import freeze
    from linli.survey.demo import demo_survey

    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "popen-gw" in base.name else base) / "demo-city"
    made = SimpleNamespace(snapshot=folder / "snapshot", assessment=folder / "assessment")
    try:
        folder.mkdir()
    except FileExistsError:
        while not (folder / "ready").exists():
            time.sleep(0.2)
        return made
    survey = freeze(demo_survey(), made.snapshot)
    save_assessment(assess(survey, load_catalogue(), AssessOptions()), made.assessment)
    (folder / "ready").touch()
    return made


@pytest.fixture
def demo_tree(city, demo_files):
    """The demo city's places in the tree beside the small city's; returns path by community_id."""
    from linli.survey import load_layer
    from linli.web.places.tree import community_path, tree_of

    communities = load_layer(demo_files.snapshot, "communities")
    for place in tree_of(communities.to_dict("records"), "示范市"):
        if place.path != "3301/":
            code = place.path.rstrip("/").split("/")[-1]
            Place._all.create(path=place.path, code=code, level=place.level, name=place.name)
    return {code: community_path(code) for code in communities["community_id"]}


@pytest.fixture
def world(demo_tree, city, demo_files):
    """The demo city's first round, frozen, with its current run: as after freezing and assessing, without the work.

    `round`, `snapshot`, `run`, `paths` (path by community_id), `city` (to make people). The folders are those that all
    tests share: read them, never write.
    """
    import hashlib
    import json

    from linli.web.assessments.models import Run
    from linli.web.assessments.selectors import tables_of
    from linli.web.assessments.services import run_store
    from linli.web.surveys.models import Round, Snapshot

    manifest = json.loads((demo_files.snapshot / "manifest.json").read_text(encoding="utf-8"))
    day = manifest["surveyed_on"]
    round_ = Round._all.create(
        code="2025", name="2025年体检", name_en="Survey of 2025", place="3301/", surveyed_on=day, begins=day, due=day,
        state=Round.State.FROZEN, frozen_at=timezone.now(),
    )  # fmt: skip
    snapshot = Snapshot._all.create(
        round=round_, place="3301/", folder=str(demo_files.snapshot), digest=manifest["digest"],
        rows=manifest["rows"], code_version=manifest["code_version"],
    )  # fmt: skip
    digest = hashlib.sha256((demo_files.assessment / "assessment.json").read_bytes()).hexdigest()
    run = Run._all.create(snapshot=snapshot, place="3301/", number=1, folder=str(demo_files.assessment), digest=digest)
    run = run_store(run=run, assessment=tables_of(run), folder=demo_files.assessment, digest=digest)
    round_.refresh_from_db()
    return SimpleNamespace(
        round=round_, snapshot=snapshot, run=Run._all.select_related("snapshot__round").get(pk=run.pk),
        paths=demo_tree, city=city,
    )  # fmt: skip
