"""The demo's people in a database, with the illustrative pack on the site."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from linli.survey import load_layer, load_snapshot
from linli.survey.demo import PACK
from linli.web.demo.cast import CITY_PATH, make_cast
from linli.web.places.batch import rows_of_frame
from linli.web.places.services import records_apply


@pytest.fixture
def cast(db, demo_files, tmp_path, settings):
    settings.SITE = settings.SITE.model_copy(update={"folder": tmp_path})
    shutil.copytree(PACK, tmp_path / "packs" / PACK.name)
    return make_cast(load_snapshot(demo_files.snapshot).layers["communities"])


@pytest.fixture
def registered(cast, demo_files):
    """The demo's people, with communities and estates in the register."""
    for layer in ("communities", "estates"):
        rows = rows_of_frame(layer, load_layer(demo_files.snapshot, layer))
        records_apply(
            actor=cast.acts("city_office"), layer=layer, rows=rows, source="demo", place=CITY_PATH, reason="登记"
        )
    return cast


@pytest.fixture
def ask(demo_site):
    """Ask the demo site's database."""
    with closing(sqlite3.connect(demo_site.folder / "linli.sqlite3")) as base:
        yield lambda question: base.execute(question).fetchall()
