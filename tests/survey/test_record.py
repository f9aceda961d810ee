from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pydantic import ValidationError

from linli.errors import CrsError
from linli.survey.record import Manifest, ResidentsNote, make_survey
from linli.survey.schema import LAYERS, Words, layer_schema

MANIFEST = Manifest(
    name=Words(zh="甲", en="A"),
    surveyed_on=date(2026, 1, 2),
    created_at="2026-01-02T00:00:00+00:00",
    metric_crs="EPSG:4549",
    residents=ResidentsNote(method="none", text=Words(zh="不知道", en="not known")),
    code_version="0",
)


def communities(crs="EPSG:4326"):
    shapes = [shapely.box(120, 30, 120.01, 30.01)]
    return gpd.GeoDataFrame({"community_id": ["1"], "extra": [1]}, geometry=shapes, crs=crs)


def test_a_survey_holds_every_layer_with_every_column_and_no_other():
    survey = make_survey({"communities": communities()}, MANIFEST)
    assert tuple(survey.layers) == LAYERS
    for name, frame in survey.layers.items():
        columns = [*layer_schema(name).column_names, *(["geometry"] if layer_schema(name).geometry else [])]
        assert list(frame.columns) == columns
    assert survey.manifest.rows["communities"] == 1
    assert survey.manifest.bounds == (120.0, 30.0, 120.01, 30.01)
    assert make_survey({}, MANIFEST).manifest.bounds is None


def test_metric_layers_are_in_metres_and_made_once():
    survey = make_survey({"communities": communities()}, MANIFEST)
    metric = survey.metric("communities")
    assert metric.crs == "EPSG:4549"
    assert metric.area.iloc[0] == pytest.approx(964 * 1109, rel=0.01)
    assert survey.metric("communities") is metric
    with pytest.raises(CrsError, match="no geometry"):
        survey.metric("wishes")


def test_other_systems_and_unknown_layers_are_refused():
    with pytest.raises(CrsError, match="EPSG:4326"):
        make_survey({"communities": communities("EPSG:4549")}, MANIFEST)
    with pytest.raises(CrsError):
        make_survey({"communities": pd.DataFrame({"community_id": ["1"]})}, MANIFEST)
    with pytest.raises(KeyError):
        make_survey({"towers": communities()}, MANIFEST)


def test_records_do_not_change():
    survey = make_survey({}, MANIFEST)
    with pytest.raises(AttributeError):
        survey.manifest = MANIFEST
    with pytest.raises(ValidationError):
        survey.manifest.metric_crs = "EPSG:1"
    with pytest.raises(TypeError):
        survey.layers["communities"] = None


def test_the_manifest_goes_through_json_and_gives_its_warnings_back():
    warning = {
        "code": "a.b", "severity": "warning", "message": {"zh": "甲", "en": "a"}, "fix": {"zh": "改。", "en": "Fix."},
        "file": "f", "layer": None, "row": 2, "column": None, "value": None, "allowed": None,
    }  # fmt: skip
    manifest = MANIFEST.model_copy(update={"warnings": (warning,)})
    assert Manifest.model_validate_json(manifest.model_dump_json()) == manifest
    assert manifest.problems()[0].row == 2
