"""The whole round (backup, destroy, restore) is in test_site; here is what is refused."""

import sqlite3

import pytest

from linli.web.backup import back_up, read_manifest, restore, verify_backup
from linli.web.config import read_site
from linli.web.site import SiteError, init_site


@pytest.fixture
def site(tmp_path):
    init_site(tmp_path / "site")
    with sqlite3.connect(tmp_path / "site" / "linli.sqlite3") as base:
        base.execute("CREATE TABLE t (x)")
    base.close()
    (tmp_path / "site" / "files" / "一.txt").write_text("x")
    return read_site(tmp_path / "site", {})


def test_what_is_in_it_and_what_is_refused(site, tmp_path):
    archive = tmp_path / "a.tar.gz"
    assert set(back_up(site, archive)["files"]) == {"linli.sqlite3", "linli-site.yaml", "secret.key", "files/一.txt"}
    assert verify_backup(archive) == ()
    assert read_manifest(archive)["database"] == "sqlite"
    assert archive.stat().st_mode & 0o077 == 0
    with pytest.raises(SiteError, match="exists"):
        back_up(site, archive)
    with pytest.raises(SiteError, match="not empty"):
        restore(archive, site.folder)
    restore(archive, tmp_path / "new")
    assert (tmp_path / "new" / "files" / "一.txt").read_text() == "x"


def test_another_file_is_no_backup(tmp_path):
    (tmp_path / "x.tar.gz").write_text("no")
    with pytest.raises(SiteError, match="no backup"):
        read_manifest(tmp_path / "x.tar.gz")
