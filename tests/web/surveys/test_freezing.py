"""What a city put in by hand and in bulk comes out of the freezing as it was."""

import numpy as np
import pandas as pd
import pytest
import shapely

from linli.assess import AssessOptions, assess, load_assessment
from linli.errors import SnapshotError
from linli.rules import load_catalogue
from linli.survey import load_snapshot
from linli.web.places.models import Record
from linli.web.surveys.freezing import as_findings, gather, prepare, write_snapshot
from linli.web.surveys.models import BulkLayer, Return, Round

pytestmark = pytest.mark.django_db

CITY = "3301/"


def quiet(_stage, _done):
    pass


def test_the_demo_city_comes_out_as_it_went_in(demo, demo_files):
    prepared = prepare(demo.round, quiet)
    assert prepared.errors == 0, [one.text() for one in prepared.problems if one.severity == "error"]
    folder, digest = write_snapshot(prepared.survey, "demo")
    again = load_snapshot(BulkLayer(file=folder).path)
    assert again.manifest.digest == digest
    assert again.manifest.rows == demo.survey.manifest.rows
    assert again.manifest.metric_crs == demo.survey.manifest.metric_crs
    mine = assess(again, load_catalogue(), AssessOptions())
    theirs = load_assessment(demo_files.assessment)
    for table, keys in (("items", ["community_id", "item"]), ("scores", ["community_id", "standard"])):
        a, b = (getattr(one, table).sort_values(keys).reset_index(drop=True) for one in (mine, theirs))
        pd.testing.assert_frame_equal(a, b, check_dtype=False)


def test_the_same_register_gives_the_same_digest_and_a_change_another(demo):
    first = write_snapshot(prepare(demo.round, quiet).survey, "demo")
    assert write_snapshot(prepare(demo.round, quiet).survey, "demo") == first
    row = Record._all.filter(layer="facilities").first()
    row.version += 1
    row.save()
    assert write_snapshot(prepare(demo.round, quiet).survey, "demo") != first


def test_a_broken_folder_of_the_same_name_is_made_anew(demo):
    survey = prepare(demo.round, quiet).survey
    folder, _ = write_snapshot(survey, "demo")
    path = BulkLayer(file=folder).path
    (path / "rooms.parquet").write_bytes(b"x")
    assert write_snapshot(survey, "demo")[0] == folder
    assert load_snapshot(path).manifest.digest == path.name
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_sources_say_what_it_was_made_of(demo):
    found = gather(demo.round)
    assert [(one.file, one.layer) for one in found.sources] == [
        ("register", "register"), ("streets.gpkg", "streets"), ("buildings.gpkg", "buildings"),
    ]  # fmt: skip
    assert found.attribution == ("示范市大数据局",)
    assert found.area is None
    manifest = prepare(demo.round, quiet).survey.manifest
    assert (manifest.round, manifest.name["zh"], manifest.surveyed_on) == ("demo", "示范市", demo.round.surveyed_on)


def test_a_bulk_file_that_was_changed_or_lost_is_not_used(demo):
    layer = BulkLayer._all.get(layer="streets")
    layer.path.write_bytes(layer.path.read_bytes() + b"x")
    with pytest.raises(SnapshotError, match="示范市大数据局"):
        gather(demo.round)
    layer.path.unlink()
    with pytest.raises(SnapshotError, match="示范市大数据局"):
        gather(demo.round)


def test_errors_refuse_and_lead_to_their_records(demo):
    row = Record._all.filter(layer="facilities").order_by("key")[3]
    Record._all.filter(pk=row.pk).update(
        values={"community_id": row.place.split("/")[-2], "facility_id": row.key, "type": "bank", "floor_area_m2": -5}
    )
    other = Record._all.filter(layer="estates").order_by("key")[2]
    other.locate(shapely.box(30.1, 120.1, 30.2, 120.2))  # exchanged
    other.save()
    prepared = prepare(demo.round, quiet)
    assert prepared.survey is None
    assert prepared.errors >= 2
    findings = as_findings(demo.round, prepared)
    wrong = {one.key: one for one in findings if one.severity == "error"}
    assert wrong[row.key].column == "floor_area_m2"
    assert wrong[row.key].place == row.place
    assert wrong[other.key].code == "geometry.swapped"
    assert findings[0].severity == "error"


def test_a_community_without_a_row_is_told(demo):
    prepared = prepare(demo.round, quiet)
    away = {one.key: one for one in as_findings(demo.round, prepared) if one.code == "surveys.community_without_row"}
    # The four communities of the small city beside the demo's have no outline.
    assert len(away) == 4
    assert away["330105011001"].place == "3301/330105/330105011/330105011001/"


def test_a_district_takes_its_neighbourhood_along(demo, monkeypatch):
    monkeypatch.setattr("linli.web.surveys.freezing._MARGIN_M", 200.0)  # the demo city is small
    paths = sorted(path for path in demo.tree.values())
    street = "/".join(paths[0].split("/")[:3]) + "/"
    Round._all.update(state="frozen")
    part = Round._all.create(
        code="part", place=street, name="街道轮次", surveyed_on="2025-10-01", begins="2025-10-01", due="2025-10-01"
    )
    whole = gather(demo.round).layers
    found = gather(part)
    assert found.area is not None
    assert len(found.layers["facilities"]) == len(whole["facilities"])
    prepared = prepare(part, quiet)
    assert prepared.errors == 0, [one.text() for one in prepared.problems if one.severity == "error"][:5]
    codes = set(prepared.survey.layers["communities"]["community_id"])
    assert codes == {code for code, path in demo.tree.items() if path.startswith(street)}
    facilities = prepared.survey.layers["facilities"]
    inside = facilities["community_id"].isin(codes)
    assert inside.sum() == Record._all.filter(layer="facilities", place__startswith=street).count()
    assert 0 < (~inside).sum() < len(whole["facilities"]) - inside.sum()
    assert facilities["community_id"][~inside].isna().all()
    buildings = prepared.survey.layers["buildings"]
    assert set(buildings["community_id"].dropna()) <= codes
    assert len(prepared.survey.layers["streets"]) < len(whole["streets"])
    assert np.isfinite(prepared.survey.layers["buildings"]["residents"]).all()


def test_without_bulk_layers_it_says_what_is_absent(demo):
    BulkLayer._all.all().delete()
    prepared = prepare(demo.round, quiet)
    assert prepared.errors == 0
    assert {one.layer for one in prepared.problems if one.code == "layer.absent"} == {"buildings", "streets"}
    assert prepared.survey.manifest.residents.method == "none"


def test_an_empty_register_is_no_survey(case):
    made = case.open()
    prepared = prepare(made, quiet)
    assert prepared.survey is None or prepared.survey.manifest.rows["communities"] == 0
    assert Return._all.filter(round=made).count() == 4
