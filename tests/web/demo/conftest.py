"""The demo's people in a database, with the illustrative pack on the site."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from types import SimpleNamespace

import pytest

from linli.survey import load_snapshot
from linli.survey.demo import PACK
from linli.web.demo.cast import make_cast


@pytest.fixture
def cast(db, demo_files, tmp_path, settings):
    settings.SITE = settings.SITE.model_copy(update={"folder": tmp_path})
    shutil.copytree(PACK, tmp_path / "packs" / PACK.name)
    return make_cast(load_snapshot(demo_files.snapshot).layers["communities"])


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory):
    """`linli site init DIR --demo`, once for all test processes: the folder, and what the command said."""
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
        code = f"from linli.cli import main; import sys; sys.argv = ['linli', 'site', 'init', {str(made.folder)!r}, '--demo', '--lang', 'en']; main()"
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            capture_output=True,
            text=True,
            env=environment,
            timeout=540,
            check=False,
        )
        made.said.write_text(done.stdout + done.stderr)
    finally:
        (shared / "demo-site.ready").touch()
    return made


@pytest.fixture
def ask(demo_site):
    """Ask the demo site's database."""
    with closing(sqlite3.connect(demo_site.folder / "linli.sqlite3")) as base:
        yield lambda question: base.execute(question).fetchall()
