"""The whole round (backup, destroy, restore) is in test_site; here is what is refused."""

import os
import sqlite3

import pytest

from linli.web.backup import back_up, read_manifest, restore, verify_backup
from linli.web.config import read_site
from linli.web.contents import contents_of_postgres
from linli.web.site import SiteError, init_site


@pytest.fixture
def site(tmp_path):
    init_site(tmp_path / "site")
    with sqlite3.connect(tmp_path / "site" / "linli.sqlite3") as base:
        base.execute("CREATE TABLE t (x)")
        base.execute("INSERT INTO t VALUES (1), (2)")
    base.close()
    (tmp_path / "site" / "files" / "一.txt").write_text("x")
    (tmp_path / "site" / "packs" / "city").mkdir(parents=True)
    (tmp_path / "site" / "packs" / "city" / "pack.yaml").write_text("x")
    return read_site(tmp_path / "site", {})


def test_what_is_in_it_and_what_is_refused(site, tmp_path):
    archive = tmp_path / "a.tar.gz"
    assert set(back_up(site, archive)["files"]) == {"linli.sqlite3", "linli-site.yaml", "secret.key", "files/一.txt",
        "packs/city/pack.yaml"}  # fmt: skip
    assert verify_backup(archive) == ()
    manifest = read_manifest(archive)
    assert manifest["database"] == "sqlite"
    assert manifest["contents"] == {"rows": {"t": 2}, "audit_head": None}
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


@pytest.fixture
def databases():
    """Two empty databases of the cluster that the tests run on, by address."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        pytest.skip("only where the tests run on PostgreSQL")
    import psycopg

    names = [f"backup_{os.getpid()}_{i}" for i in range(2)]
    with psycopg.connect(url, autocommit=True) as base:
        for name in names:
            base.execute(f'CREATE DATABASE "{name}"'.encode())
    yield [url.rpartition("/")[0] + f"/{name}" for name in names]
    with psycopg.connect(url, autocommit=True) as base:
        for name in names:
            base.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def test_postgres_is_restored_to_an_empty_database_and_held_against_the_backup(databases, tmp_path):
    import psycopg

    here, there = databases
    with psycopg.connect(here) as base:
        base.execute("CREATE TABLE t (x int)")
        base.execute("INSERT INTO t VALUES (1), (2), (3)")
        base.execute("CREATE TABLE audit_event (number int, hash text)")
        base.execute("INSERT INTO audit_event VALUES (1, 'a'), (2, 'b')")
    init_site(tmp_path / "site")
    archive = tmp_path / "a.tar.gz"
    back_up(read_site(tmp_path / "site", {"DATABASE_URL": here}), archive)
    held = {"rows": {"audit_event": 2, "t": 3}, "audit_head": {"number": 2, "hash": "b"}}
    assert read_manifest(archive)["contents"] == held
    with pytest.raises(SiteError, match="DATABASE_URL"):
        restore(archive, tmp_path / "none")
    restore(archive, tmp_path / "new", there)
    assert contents_of_postgres(there) == held
    with pytest.raises(SiteError, match="not empty"):
        restore(archive, tmp_path / "again", there)
