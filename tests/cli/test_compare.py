import json
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import typer
from shapely import LineString, Point, Polygon
from typer.testing import CliRunner

from linli.assess import AssessOptions, assess, save_assessment
from linli.cli.compare import compare_command
from linli.errors import InputError, SnapshotError
from linli.feedback import load_outcome
from linli.rules import load_catalogue
from linli.survey import Manifest, ResidentsNote, freeze, load_snapshot, make_survey

app = typer.Typer()
app.command()(compare_command)
runner = CliRunner()


def frame(rows):
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs="EPSG:4549").to_crs("EPSG:4326")


def point(x, y=0.0):
    return Point(500_000 + x, 3_350_000 + y)


def town(day, **layers):
    corners = [(500_000 + x, 3_350_000 + y) for x, y in ((0, -50), (500, -50), (500, 50), (0, 50))]
    whole = {
        "communities": [{"community_id": "A", "name": "甲社区", "geometry": Polygon(corners)}],
        "buildings": [{"building_id": "b", "community_id": "A", "residents": 60.0, "geometry": point(100, 10)}],
        "streets": [{"street_id": "s", "geometry": LineString([point(0), point(500)])}],
        **layers,
    }
    manifest = Manifest(
        name={"zh": "小城", "en": "Tiny"},
        surveyed_on=day,
        created_at="2026-01-01T00:00:00Z",
        metric_crs="EPSG:4549",
        residents=ResidentsNote(method="buildings", text={"zh": "逐幢", "en": "per building"}),
        code_version="0.1.0",
    )
    return make_survey({name: frame(rows) for name, rows in whole.items()}, manifest)


@pytest.fixture(scope="module")
def rounds(tmp_path_factory):
    base = tmp_path_factory.mktemp("rounds")
    room = {"room_id": "R1", "name": "老车库", "floor_area_m2": 120.0, "geometry": point(200)}
    canteen = {"facility_id": "N1", "type": "canteen", "name": "食堂", "floor_area_m2": 100.0, "geometry": point(200)}
    made = {"a": town(date(2025, 1, 1), rooms=[room]), "b": town(date(2026, 1, 1), facilities=[canteen])}
    for name, survey in made.items():
        freeze(survey, base / name / "snapshot")
        found = assess(load_snapshot(base / name / "snapshot"), load_catalogue(), AssessOptions())
        save_assessment(found, base / name / "assessment")
    return base / "a", base / "b"


def invoke(*arguments):
    return runner.invoke(app, [str(argument) for argument in arguments])


def test_help_has_an_example():
    assert "Example" in invoke("--help").output


@pytest.mark.parametrize(("lang", "word"), [("zh", "盘活存量用房"), ("en", "rooms brought back into use")])
def test_two_folders_become_a_comparison(rounds, tmp_path, lang, word):
    result = invoke(*rounds, "-o", tmp_path / "out", "--lang", lang)
    assert result.exit_code == 0, result.output
    assert word in result.output
    outcome = load_outcome(tmp_path / "out" / "outcome")
    assert outcome.totals.set_index("line").loc["brought_back_floor", "value"] == 100.0


def test_json_is_json(rounds, tmp_path):
    result = invoke(*rounds, "-o", tmp_path, "--json")
    said = json.loads(result.stdout)
    assert said["doubtful"] == 0
    assert {line["line"]: line["value"] for line in said["totals"]}["opened"] == 1.0


def test_a_plan_as_a_table(rounds, tmp_path):
    plan = tmp_path / "plan.csv"
    plan.write_text("place_id,type\nR1,canteen\n", encoding="utf-8")
    assert invoke(*rounds, "-o", tmp_path / "out", "--plan", plan).exit_code == 0
    assert load_outcome(tmp_path / "out" / "outcome").projects["state"].tolist() == ["done"]


def test_decisions(rounds, tmp_path):
    said = tmp_path / "said.csv"
    said.write_text("layer,id_before,id_after,same\nin_place,R1,N1,no\n", encoding="utf-8")
    assert invoke(*rounds, "-o", tmp_path / "out", "--decided", said).exit_code == 0
    assert load_outcome(tmp_path / "out" / "outcome").places["use"].tolist() == ["gone"]


def test_what_is_no_round_or_no_plan(rounds, tmp_path):
    assert isinstance(invoke(tmp_path, rounds[1]).exception, SnapshotError)
    assert invoke(tmp_path / "nowhere", rounds[1]).exit_code == 2
    assert isinstance(invoke(*rounds, "-o", tmp_path / "o", "--plan", tmp_path).exception, SnapshotError)
    plan = tmp_path / "plan.csv"
    plan.write_text("room,type\nR1,canteen\n", encoding="utf-8")
    assert isinstance(invoke(*rounds, "-o", tmp_path / "o", "--plan", plan).exception, InputError)
