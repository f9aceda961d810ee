"""The declarations under examples/ are read as they stand, and with the data beside the project they become surveys."""

import runpy
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from linli.pipeline import improve
from linli.rules import load_catalogue
from linli.survey.config import read_dataset
from linli.survey.read import read_survey

EXAMPLES = sorted(Path(__file__).parents[1].glob("examples/*/linli.yaml"))
LEAST = {
    "las_palmas": {"communities": 28, "buildings": 19_000, "streets": 25_000, "facilities": 2_500},
    "helsinki_center": {"communities": 10, "buildings": 100, "streets": 4_500, "facilities": 700},
    "beijing_cau": {"communities": 1, "buildings": 150, "streets": 650, "facilities": 150},
    "wuxi_xinwu": {"communities": 80, "buildings": 690, "streets": 12_000, "facilities": 1_000},
}
MARK = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)


def test_all_are_here():
    assert {path.parent.name for path in EXAMPLES} == set(LEAST)


@MARK
def test_the_declaration_is_sound_and_explained(path):
    dataset = read_dataset(path)
    assert dataset.name.zh
    assert dataset.residents is not None
    assert path.read_text(encoding="utf-8").startswith("# ")
    assert (path.parent / "README.md").exists()


@MARK
def test_it_becomes_a_survey(path):
    dataset = read_dataset(path)
    missing = [source.file for source in dataset.sources if not (path.parent / source.file).exists()]
    if missing:
        pytest.skip(f"real data not on this machine: {missing[0]}")
    survey = read_survey(dataset, path.parent, load_catalogue([])).survey
    for layer, least in LEAST[path.parent.name].items():
        assert len(survey.layers[layer]) >= least, layer
    people = survey.layers["buildings"]["residents"]
    assert people.sum() == survey.manifest.residents.total
    assert survey.manifest.residents.unit == ("m2" if dataset.residents.method == "floor_area" else "residents")
    assert survey.manifest.attribution


ROOMS = EXAMPLES[0].parents[1] / "las_palmas" / "with_rooms.py"


def test_the_made_up_rooms_are_the_same_every_time_and_say_that_they_are_invented():
    draw = runpy.run_path(str(ROOMS))["draw_rooms"]
    homes = [box(i, 0, i + 0.5, 1) for i in range(30)]
    buildings = gpd.GeoDataFrame({"building_id": [f"b{i:02d}" for i in range(30)]}, geometry=homes, crs="EPSG:4326")
    rooms = draw(buildings, 20, 1)
    pd.testing.assert_frame_equal(rooms, draw(buildings.sample(frac=1, random_state=3), 20, 1))
    assert rooms["room_id"].is_unique
    assert rooms["name"].str.contains("invented").all()
    assert not rooms.duplicated(["lon", "lat"]).any()
    assert rooms["floor_area_m2"].between(25, 1500).all()


def test_las_palmas_is_planned_with_the_made_up_rooms(tmp_path):
    if not (ROOMS.parent / read_dataset(ROOMS.parent / "linli.yaml").sources[0].file).exists():
        pytest.skip("real data not on this machine: las_palmas")
    declared = runpy.run_path(str(ROOMS))["with_rooms"](tmp_path / "rooms")
    plan = improve(declared, tmp_path / "out", pages=False).plan
    assert plan.meta.status == "optimal"
    assert plan.meta.gap <= 0.001
    assert len(plan.chosen) == 60
    assert not plan.meta.costed
    assert plan.served["residents"].sum() > 0
