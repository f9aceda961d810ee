import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from linli.errors import SnapshotError
from linli.survey.record import Manifest, ResidentsNote, Survey, make_survey
from linli.survey.schema import LAYERS, Words
from linli.survey.snapshot import MANIFEST, freeze, load_layer, load_snapshot


def survey(n=5, name="A", created="2026-01-02T00:00:00+00:00"):
    manifest = Manifest(
        name=Words(zh="甲", en=name),
        surveyed_on="2026-01-02",
        created_at=created,
        metric_crs="EPSG:4549",
        residents=ResidentsNote(method="none", text=Words(zh="不知道", en="not known")),
        code_version="0",
    )
    shapes = [shapely.Point(120 + i / 1000, 30) for i in range(n)]
    data = {
        "building_id": [f"b{i}" for i in range(n)],
        "storeys": [6.0] * n,
        "has_lift": [True, None, False, None, True][:n],
    }
    buildings = gpd.GeoDataFrame(data, geometry=shapes, crs="EPSG:4326")
    answers = pd.DataFrame(
        {"community_id": ["1"], "item": ["a/b"], "value": ["yes"], "answered_on": pd.to_datetime(["2026-01-02"])}
    )
    return make_survey({"buildings": buildings, "answers": answers}, manifest)


def leftovers(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_frozen_is_loaded_alike(tmp_path):
    before = survey()
    frozen = freeze(before, tmp_path / "s")
    after = load_snapshot(tmp_path / "s")
    assert after.manifest == frozen.manifest
    for name in LAYERS:
        pd.testing.assert_frame_equal(pd.DataFrame(after.layers[name]), pd.DataFrame(before.layers[name]))
        if isinstance(before.layers[name], gpd.GeoDataFrame):
            assert after.layers[name].crs == before.layers[name].crs
    assert leftovers(tmp_path) == ["s"]


def test_one_layer_is_loaded_by_itself_and_not_if_it_was_changed(tmp_path):
    before = survey()
    freeze(before, tmp_path / "s")
    after = load_layer(tmp_path / "s", "buildings")
    pd.testing.assert_frame_equal(pd.DataFrame(after), pd.DataFrame(before.layers["buildings"]))
    (tmp_path / "s" / "answers.parquet").write_bytes(b"x")
    assert len(load_layer(tmp_path / "s", "buildings")) == 5
    for name in ("answers", "nothing"):
        with pytest.raises(SnapshotError, match=name):
            load_layer(tmp_path / "s", name)


def test_the_same_survey_gives_the_same_bytes_and_digest_whenever_it_is_frozen(tmp_path):
    first = freeze(survey(), tmp_path / "a")
    second = freeze(survey(created="2027-12-31T00:00:00+00:00"), tmp_path / "b")
    other = freeze(survey(name="B"), tmp_path / "c")
    assert first.manifest.files == second.manifest.files
    assert first.manifest.digest == second.manifest.digest != other.manifest.digest


@pytest.mark.parametrize("name", ["buildings.parquet", "wishes.parquet"])
def test_a_changed_file_is_refused_by_name(name, tmp_path):
    freeze(survey(), tmp_path / "s")
    path = tmp_path / "s" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(SnapshotError, match=f"{name} was changed"):
        load_snapshot(tmp_path / "s")


def test_missing_and_extra_files_are_refused_by_name(tmp_path):
    freeze(survey(), tmp_path / "s")
    extra = tmp_path / "s" / "notes.txt"
    extra.write_text("x")
    with pytest.raises(SnapshotError, match=r"notes.txt does not belong"):
        load_snapshot(tmp_path / "s")
    extra.unlink()
    (tmp_path / "s" / "plots.parquet").unlink()
    with pytest.raises(SnapshotError, match=r"plots.parquet is missing"):
        load_snapshot(tmp_path / "s")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace('"en": "A"', '"en": "Z"'), "was changed"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": 99'), "version 99"),
        (lambda text: text[: len(text) // 2], "is broken"),
        (lambda _: "[]", "version None"),
        (lambda text: text.replace('"code_version"', '"other"'), "is broken"),
    ],
)
def test_a_changed_manifest_is_refused(change, says, tmp_path):
    freeze(survey(), tmp_path / "s")
    path = tmp_path / "s" / MANIFEST
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(SnapshotError, match=says):
        load_snapshot(tmp_path / "s")


def test_what_is_no_snapshot_is_refused(tmp_path):
    with pytest.raises(SnapshotError, match="not a snapshot"):
        load_snapshot(tmp_path)
    with pytest.raises(SnapshotError, match="not a snapshot"):
        load_snapshot(tmp_path / "none")


def test_nothing_is_overwritten_unasked_and_nothing_but_a_snapshot_ever(tmp_path):
    freeze(survey(), tmp_path / "s")
    with pytest.raises(SnapshotError, match="exists"):
        freeze(survey(name="B"), tmp_path / "s")
    assert freeze(survey(name="B"), tmp_path / "s", replace=True).manifest.name.en == "B"
    assert load_snapshot(tmp_path / "s").manifest.name.en == "B"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_text("x")
    with pytest.raises(SnapshotError, match="not a snapshot"):
        freeze(survey(), tmp_path / "mine", replace=True)
    (tmp_path / "empty").mkdir()
    freeze(survey(), tmp_path / "empty")
    assert leftovers(tmp_path) == ["empty", "mine", "s"]


def test_a_disk_that_refuses_leaves_nothing(tmp_path, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(gpd.GeoDataFrame, "to_parquet", full)
    with pytest.raises(SnapshotError, match="No space left"):
        freeze(survey(), tmp_path / "s")
    assert leftovers(tmp_path) == []


CHILD = """
import sys, time
from pathlib import Path
import linli.survey.snapshot as snapshot
import importlib.util
spec = importlib.util.spec_from_file_location("t", {test!r})
t = importlib.util.module_from_spec(spec); spec.loader.exec_module(t)
slow = snapshot.file_sha256
def stop(path):
    print(path.name, flush=True)
    time.sleep(0.2)
    return slow(path)
snapshot.file_sha256 = stop
snapshot.freeze(t.survey(name="C"), Path({folder!r}), replace=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
@pytest.mark.parametrize("had_one", [False, True])
def test_killed_half_way_nothing_half_made_is_taken_for_a_snapshot(had_one, tmp_path):
    folder = tmp_path / "s"
    if had_one:
        freeze(survey(), folder)
    code = textwrap.dedent(CHILD).format(test=__file__, folder=str(folder))
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    for line in child.stdout:
        if line.startswith("facilities"):
            break
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    if had_one:
        assert load_snapshot(folder).manifest.name.en == "A"
    else:
        assert not folder.exists()
    freeze(survey(name="D"), folder, replace=True)
    assert load_snapshot(folder).manifest.name.en == "D"
    assert leftovers(tmp_path) == ["s"]


def test_killed_between_the_two_names_the_old_snapshot_is_told_of_and_comes_back(tmp_path):
    folder = tmp_path / "s"
    freeze(survey(), folder)
    folder.rename(tmp_path / ".s.old-1")
    with pytest.raises(SnapshotError, match=r"\.s\.old-1"):
        load_snapshot(folder)
    with pytest.raises(SnapshotError, match="exists"):
        freeze(survey(name="B"), folder)
    assert load_snapshot(folder).manifest.name.en == "A"
    assert leftovers(tmp_path) == ["s"]


def test_a_process_that_still_writes_is_left_alone(tmp_path):
    busy = tmp_path / f".s.part-{os.getppid()}-x"
    busy.mkdir()
    dead = tmp_path / ".s.part-999999999-x"
    dead.mkdir()
    freeze(survey(), tmp_path / "s")
    assert leftovers(tmp_path) == [busy.name, "s"]
    shutil.rmtree(busy)


@pytest.mark.slow
def test_a_whole_city_loads_in_five_seconds(tmp_path):
    n = 600_000
    rng = np.random.default_rng(1)
    points = shapely.points(rng.uniform(120, 120.5, n), rng.uniform(30, 30.5, n))
    data = {"building_id": np.char.add("b", np.arange(n).astype(str)), "residents": rng.uniform(0, 100, n)}
    city = make_survey({"buildings": gpd.GeoDataFrame(data, geometry=points, crs="EPSG:4326")}, survey().manifest)
    freeze(city, tmp_path / "s")
    start = time.perf_counter()
    assert isinstance(load_snapshot(tmp_path / "s"), Survey)
    assert time.perf_counter() - start < 5


def test_the_manifest_is_json_that_people_can_read(tmp_path):
    freeze(survey(), tmp_path / "s")
    content = json.loads((tmp_path / "s" / MANIFEST).read_text(encoding="utf-8"))
    assert content["name"] == {"zh": "甲", "en": "A"}
    assert set(content["files"]) == {f"{name}.parquet" for name in LAYERS}
