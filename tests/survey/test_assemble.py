"""Layers brought to their final form: the same whether they come from files or from a register."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from linli.errors import CrsError
from linli.survey.assemble import assemble, clip_layers, metric_crs_of
from linli.survey.check import ROW, SOURCE, Origin
from linli.survey.config import ResidentsConfig
from linli.survey.demo import demo_survey


@pytest.fixture(scope="module")
def demo():
    return demo_survey()


def under_way(survey):
    layers = {}
    for number, (name, frame) in enumerate(survey.layers.items()):
        copy = frame.copy()
        copy[SOURCE], copy[ROW] = number, np.arange(1, len(copy) + 1)
        layers[name] = copy
    return layers, [Origin("register", name) for name in layers]


def test_a_finished_survey_stays_what_it_is(demo):
    layers, origins = under_way(demo)
    told = []
    out, note, problems = assemble(
        layers, "EPSG:4549", origins, declared=set(layers), progress=lambda text, _: told.append(text)
    )
    assert [one for one in problems if one.severity == "error"] == []
    assert note.method == "buildings"
    assert out["buildings"]["residents"].sum() == demo.layers["buildings"]["residents"].sum()
    assert (out["facilities"]["community_id"] == demo.layers["facilities"]["community_id"]).all()
    assert told == ["checks"]


def test_communities_are_named_by_place_and_residents_spread_by_area(demo):
    layers, origins = under_way(demo)
    layers["facilities"]["community_id"] = None
    layers["buildings"] = layers["buildings"].assign(
        **{name: np.nan for name in layers["buildings"] if name.startswith("residents")}
    )
    layers["estates"] = layers["estates"].assign(
        **{name: np.nan for name in layers["estates"] if name.startswith("residents")}
    )
    out, note, _ = assemble(layers, "EPSG:4549", origins, declared=set(layers))
    assert note.method == "communities"
    assert out["buildings"]["residents"].sum() == pytest.approx(demo.layers["communities"]["residents"].sum())
    named = out["facilities"]["community_id"]
    assert (named == demo.layers["facilities"]["community_id"])[named.notna()].mean() > 0.99
    note = assemble(layers, "EPSG:4549", origins, declared=set(layers), residents=ResidentsConfig(method="floor_area"))[
        1
    ]
    assert note.unit == "m2"


def test_the_metric_system_is_that_of_the_place(demo):
    assert metric_crs_of(demo.layers) == "EPSG:4549"
    assert metric_crs_of({}, area=shapely.box(116.3, 39.9, 116.4, 40.0)) == "EPSG:4548"
    assert metric_crs_of(demo.layers, "EPSG:4548") == "EPSG:4548"
    with pytest.raises(CrsError):
        metric_crs_of(demo.layers, "EPSG:4326")
    assert metric_crs_of({})


def test_people_walk_beyond_the_edge_of_an_area(demo):
    layers, _ = under_way(demo)
    area = demo.layers["communities"].geometry.iloc[0]
    narrow, _ = clip_layers(layers, area, "EPSG:4549", 0.0)
    wide, problems = clip_layers(layers, area, "EPSG:4549", 500.0)
    assert len(wide["facilities"]) > len(narrow["facilities"])
    assert len(wide["streets"]) > len(narrow["streets"])
    assert len(wide["buildings"]) == len(narrow["buildings"])
    assert len(wide["communities"]) == 1
    assert len(wide["answers"]) == len(layers["answers"])
    nowhere = clip_layers({"plots": layers["plots"]}, shapely.box(0, 0, 1, 1), "EPSG:4549", 1.0)
    assert [one.code for one in nowhere[1]] == ["area.nothing_left"]
    assert isinstance(nowhere[0]["plots"], gpd.GeoDataFrame)
    assert {one.layer for one in problems} <= set(layers)
