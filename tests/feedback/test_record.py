import dataclasses

import pandas as pd
import pytest

from linli.errors import SnapshotError
from linli.feedback import TABLES, compare_rounds, load_outcome, save_outcome


def test_there_and_back(outcome, tmp_path):
    again = load_outcome(save_outcome(outcome, tmp_path / "o"))
    assert again.meta == outcome.meta
    for name in TABLES:
        one, other = (x.astype(object).where(x.notna(), None) for x in (outcome.tables[name], again.tables[name]))
        pd.testing.assert_frame_equal(one, other)


def test_same_rounds_same_bytes(outcome, rounds, catalogue, tmp_path):
    one = save_outcome(outcome, tmp_path / "a")
    other = save_outcome(compare_rounds(*rounds, catalogue=catalogue), tmp_path / "b")
    for path in sorted(one.iterdir()):
        assert path.read_bytes() == (other / path.name).read_bytes(), path.name


def test_a_changed_file_is_refused(outcome, tmp_path):
    folder = save_outcome(outcome, tmp_path / "o")
    outcome.worse.head(1).to_parquet(folder / "worse.parquet")
    with pytest.raises(SnapshotError, match="linli compare"):
        load_outcome(folder)


def test_a_folder_of_other_things_is_left_alone(outcome, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(SnapshotError):
        save_outcome(outcome, tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_frozen(outcome):
    with pytest.raises(dataclasses.FrozenInstanceError):
        outcome.worse = None


def test_an_empty_outcome_is_kept_too(make, tmp_path):
    empty = make.compare({}, {})
    assert empty.is_empty
    again = load_outcome(save_outcome(empty, tmp_path / "o"))
    assert again.is_empty
    assert list(again.changes.columns) == list(empty.changes.columns)
