import json

import pandas as pd
import pytest

from linli.assess import TABLES, AssessOptions, assess, community, load_assessment, save_assessment
from linli.errors import InputError, SnapshotError


@pytest.fixture(scope="module")
def found(tiny, catalogue):
    return assess(tiny, catalogue, AssessOptions(standards=("complete_community",)))


def test_there_and_back(found, tmp_path):
    folder = save_assessment(found, tmp_path / "a")
    again = load_assessment(folder)
    assert again.meta == found.meta
    for name in TABLES:
        other = again.tables[name].astype("object")
        pd.testing.assert_frame_equal(found.tables[name].astype("object"), other, check_index_type=False)


def test_same_inputs_same_bytes(found, tiny, catalogue, tmp_path):
    again = assess(tiny, catalogue, AssessOptions(standards=("complete_community",)))
    one, other = save_assessment(found, tmp_path / "a"), save_assessment(again, tmp_path / "b")
    for path in sorted(one.iterdir()):
        assert path.read_bytes() == (other / path.name).read_bytes(), path.name


def test_saving_again_replaces(found, tmp_path):
    save_assessment(found, tmp_path / "a")
    save_assessment(found, tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_of_other_things_is_left_alone(found, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(SnapshotError, match="holds no assessment"):
        save_assessment(found, tmp_path / "a")
    assert (tmp_path / "a" / "thesis.txt").exists()


def test_killed_half_way_leaves_what_was_there(found, tmp_path, monkeypatch):
    folder = save_assessment(found, tmp_path / "a")

    def dies(_table, path):
        path.write_bytes(b"half")
        if path.name == "bands.parquet":
            raise KeyboardInterrupt

    monkeypatch.setattr("linli.assess.record._write", dies)
    with pytest.raises(KeyboardInterrupt):
        save_assessment(found, folder)
    monkeypatch.undo()
    assert load_assessment(folder).meta == found.meta
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "items.parquet").unlink(), "items.parquet is missing"),
        (lambda folder: (folder / "items.parquet").write_bytes(b"x"), "items.parquet was changed"),
        (lambda folder: (folder / "assessment.json").unlink(), "holds no assessment.json"),
    ],
)
def test_a_spoilt_folder_is_refused(found, tmp_path, spoil, said):
    folder = save_assessment(found, tmp_path / "a")
    spoil(folder)
    with pytest.raises(SnapshotError, match=said):
        load_assessment(folder)


def test_the_record_holds_no_clock(found, tmp_path):
    folder = save_assessment(found, tmp_path / "a")
    content = json.loads((folder / "assessment.json").read_text(encoding="utf-8"))
    assert set(content) == {*type(found.meta).model_fields, "files"}


def test_one_community(found):
    rows = community(found, "B")
    assert len(rows["items"]) == 20
    assert rows["communities"]["name"].tolist() == ["Community B"]
    assert (rows["buildings"]["community_id"].astype(str) == "B").all()
    with pytest.raises(InputError, match="no such community"):
        community(found, "Z")
