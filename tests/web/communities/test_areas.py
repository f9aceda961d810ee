import json
from pathlib import Path

import pytest
import shapely
from django.utils import translation

from linli.survey import load_layer
from linli.web.accounts.models import Place
from linli.web.assessments.models import ItemRow, ScoreRow
from linli.web.communities.areas import MEASURES, area_layer, areas, outlines, outlines_write

pytestmark = pytest.mark.django_db


def test_outlines_are_simple_and_still_share_their_borders(world):
    found = outlines(world.snapshot)
    whole = load_layer(world.snapshot.path, "communities").set_index("community_id").geometry
    assert set(found) == set(whole.index)
    shapes = {code: shapely.from_geojson(text) for code, text in found.items()}
    assert all(shape.is_valid for shape in shapes.values())
    for code, shape in shapes.items():
        assert shape.symmetric_difference(whole[code]).area < 0.02 * whole[code].area
    assert shapely.coverage_is_valid(shapely.set_precision(list(shapes.values()), 0), gap_width=0.0)
    assert outlines(world.snapshot) is found


def test_outlines_are_simplified_once_and_kept(world, settings, monkeypatch):
    import linli.web.communities.areas as module

    module._OUTLINES.clear()
    outlines_write(world.run)
    (file,) = (Path(settings.MEDIA_ROOT) / module.FOLDER).iterdir()
    before = outlines(world.snapshot)
    module._OUTLINES.clear()
    monkeypatch.setattr(module, "_simplified", lambda _: pytest.fail("simplified again"))
    assert outlines(world.snapshot) == before
    module._OUTLINES.clear()
    file.write_text("{", encoding="utf-8")
    monkeypatch.setattr(module, "_simplified", lambda _: {"1": "null"})
    assert outlines(world.snapshot) == {"1": "null"}
    module._OUTLINES.clear()


def test_a_round_whose_file_is_gone_has_no_outlines(world, look, tmp_path):
    import linli.web.communities.areas as module

    module._OUTLINES.clear()
    world.snapshot.folder, world.snapshot.digest = str(tmp_path), "0" * 64
    assert outlines(world.snapshot) == {}


def test_a_community_without_an_outline_has_none(world, monkeypatch):
    import linli.web.communities.areas as module

    frame = load_layer(world.snapshot.path, "communities")
    frame.loc[0, "geometry"] = None
    monkeypatch.setattr(module, "load_layer", lambda *_: frame)
    found = module._simplified(world.snapshot)
    assert [code for code, text in found.items() if text == "null"] == [frame["community_id"].iloc[0]]


@pytest.mark.parametrize("measure", MEASURES)
def test_every_community_is_there_with_its_value(look, measure):
    found = json.loads(areas(look, measure))["features"]
    assert len(found) == 12
    for feature in found:
        about = feature["properties"]
        assert about["href"] == f"/communities/{about['id']}/"
        assert isinstance(about["value"], float)
        assert about["low"] <= about["score"] <= about["high"]
        assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    layer = area_layer(look, measure, "x", "/x")
    assert layer["kind"] == "areas"
    if measure == "grade":
        assert layer["breaks"] == [0, 60, 75, 90, 100]


def test_an_item_is_shown_by_its_status(world, look):
    item = "complete_community/nursery"
    one = next(iter(world.paths.values()))
    ItemRow._all.filter(place=one, item=item).delete()
    found = {f["properties"]["id"]: f["properties"] for f in json.loads(areas(look, item))["features"]}
    assert found[one.rstrip("/").rsplit("/", 1)[1]]["status"] == "unknown"
    assert {about["status"] for about in found.values()} > {"unknown"}
    assert area_layer(look, item, "x", "/x")["kind"] == "status"


def test_the_unknown_is_null_and_names_follow_the_language(world, look):
    one = next(iter(world.paths.values()))
    ScoreRow._all.filter(place=one).update(score=None)
    Place.objects.filter(path=one).update(name_en="Somewhere")
    with translation.override("en"):
        found = {f["properties"]["name"]: f["properties"] for f in json.loads(areas(look, "score"))["features"]}
    assert found["Somewhere"]["value"] is None
