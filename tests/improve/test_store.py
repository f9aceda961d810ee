import pandas as pd
import pytest

from linli.errors import SnapshotError
from linli.improve.store import load_tables, save_tables

TABLES = {"one": pd.DataFrame({"a": [1.0, float("nan")], "b": ["x", None]}), "two": pd.DataFrame({"c": [True]})}


def save(folder):
    return save_tables(folder, "thing.json", {"k": [1, "值"]}, TABLES)


def load(folder):
    return load_tables(folder, "thing.json", ("one", "two"), "linli make")


def test_there_and_back(tmp_path):
    content, tables = load(save(tmp_path / "x"))
    assert content == {"k": [1, "值"]}
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(tables[name], table, check_dtype=False)


def test_the_same_bytes(tmp_path):
    one, other = save(tmp_path / "x"), save(tmp_path / "y")
    assert [file.name for file in sorted(one.iterdir())] == ["one.parquet", "thing.json", "two.parquet"]
    for file in one.iterdir():
        assert file.read_bytes() == (other / file.name).read_bytes()


def test_replacing_one_of_the_same_kind_only(tmp_path):
    save(save(tmp_path / "x"))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    with pytest.raises(SnapshotError, match="holds no thing"):
        save(tmp_path / "other")
    assert (tmp_path / "other" / "mine.txt").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    save(tmp_path / "empty")


def test_nothing_half_made(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        save_tables(tmp_path / "x", "thing.json", {"k": float("nan")}, TABLES)
    assert list(tmp_path.iterdir()) == []


def test_what_was_changed_is_refused(tmp_path):
    folder = save(tmp_path / "x")
    with pytest.raises(SnapshotError, match="linli make"):
        load(tmp_path)
    (folder / "one.parquet").write_bytes((folder / "two.parquet").read_bytes())
    with pytest.raises(SnapshotError, match="was changed"):
        load(folder)
    (folder / "one.parquet").unlink()
    with pytest.raises(SnapshotError, match="is missing"):
        load(folder)
