"""The demo's people in a database, with the illustrative pack on the site."""

import shutil

import pytest

from linli.survey import load_snapshot
from linli.survey.demo import PACK
from linli.web.demo.cast import make_cast


@pytest.fixture
def cast(db, demo_files, tmp_path, settings):
    settings.SITE = settings.SITE.model_copy(update={"folder": tmp_path})
    shutil.copytree(PACK, tmp_path / "packs" / PACK.name)
    return make_cast(load_snapshot(demo_files.snapshot).layers["communities"])
