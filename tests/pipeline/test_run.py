import json

import pandas as pd
import pytest

from linli.assess import load_assessment
from linli.errors import ConfigError, SnapshotError
from linli.pipeline import assess_snapshot, freeze_config, read_config, run
from linli.pipeline.config import load_rules
from linli.survey import load_snapshot
from linli.survey.demo import write_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, seed=3)
    return folder


@pytest.fixture(scope="module")
def result(demo, tmp_path_factory):
    return run(demo / "round-1" / "linli.yaml", tmp_path_factory.mktemp("out"))


def test_a_run_writes_report_snapshot_assessment_and_times(result):
    for name in ("index.html", "assessment.xlsx", "run.json", "snapshot/manifest.json", "assessment/assessment.json"):
        assert (result.out / name).is_file(), name
    assert [stage.name for stage in result.stages] == ["read", "freeze", "assess", "report"]
    said = json.loads((result.out / "run.json").read_text(encoding="utf-8"))
    assert all((result.out / file).is_file() for file in said["files"])


def test_every_community_is_assessed_against_every_standard_asked_for(result):
    items = result.assessment.items
    asked = {"complete_community", "living_circle"}
    per_community = items.groupby("community_id")["standard"].unique().map(set)
    assert set(per_community.index) == set(result.survey.layers["communities"]["community_id"])
    assert all(standards == asked for standards in per_community)


def test_what_was_saved_is_what_was_found(result):
    loaded = load_assessment(result.out / "assessment")
    pd.testing.assert_frame_equal(loaded.items, result.assessment.items)


def test_the_same_data_rules_and_options_give_the_same_bytes(demo, result, tmp_path):
    again = run(demo / "round-1" / "linli.yaml", tmp_path / "again")
    for path in sorted((result.out / "assessment").iterdir()):
        assert path.read_bytes() == (again.out / "assessment" / path.name).read_bytes(), path.name


def test_a_snapshot_is_assessed_as_the_run_assessed_it(demo, result):
    config_path = demo / "round-1" / "linli.yaml"
    config = read_config(config_path)
    options = config.assess.model_copy(update={"on": config.rules.on or config.surveyed_on})
    survey, assessment = assess_snapshot(result.out / "snapshot", load_rules(config, config_path.parent), options)
    assert survey.manifest.name == result.survey.manifest.name
    pd.testing.assert_frame_equal(assessment.scores, result.assessment.scores)


def test_freezing_refuses_to_replace_unless_told(demo, tmp_path):
    frozen = freeze_config(demo / "round-1" / "linli.yaml", tmp_path / "snapshot")
    assert load_snapshot(tmp_path / "snapshot").manifest.rows == frozen.manifest.rows
    with pytest.raises(SnapshotError):
        freeze_config(demo / "round-1" / "linli.yaml", tmp_path / "snapshot")
    freeze_config(demo / "round-1" / "linli.yaml", tmp_path / "snapshot", replace=True)


def test_a_wrong_declaration_is_refused_before_any_work(demo, tmp_path):
    path = tmp_path / "linli.yaml"
    path.write_text("name: x\nsurveyed_on: 2026-01-01\nsources: []\nasses: {}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="asses"):
        run(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
