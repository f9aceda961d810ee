import numpy as np
import pytest
import shapely

from linli.web.lifecircle.ways import way_from
from linli.web.refusal import Refused


def _metres(stage, line):
    return shapely.LineString(stage.to_metres(shapely.get_coordinates(line))).length


def test_from_a_building_to_the_nearest_along_the_streets(stage):
    way = way_from(stage, 2, "pharmacy")
    assert (way.facility, way.drop, way.metres) == ("p0", -1, 200.0)
    assert _metres(stage, way.line) == pytest.approx(200, abs=0.01)
    up = way_from(stage, 2, "elderly_station")
    assert (up.facility, up.metres) == ("e0", 300.0)


def test_to_an_imagined_one_if_that_is_nearer(stage, lonlat):
    way = way_from(stage, 3, "pharmacy", [lonlat(950), lonlat(450)])
    assert (way.facility, way.drop) == ("", 1)
    assert way.metres == pytest.approx(100, abs=0.002)
    assert way_from(stage, 0, "pharmacy", [lonlat(450)]).facility == "p0"


def test_past_a_closed_one_to_the_next(stage):
    assert way_from(stage, 0, "pharmacy", closed=["p0"]).facility == "p1"
    assert way_from(stage, 0, "pharmacy", closed=["p1"]).facility == "p0"
    assert way_from(stage, 0, "pharmacy", closed=["p0", "p1"]) is None
    with pytest.raises(Refused):
        way_from(stage, 0, "pharmacy", closed=["e0", "p0"])


def test_there_is_none_from_a_building_on_no_street_nor_to_what_is_not_there(stage):
    assert way_from(stage, 4, "pharmacy") is None
    assert way_from(stage, 0, "nursery") is None


def test_its_length_is_the_assessed_distance(demo):
    field, rng = demo.field("pharmacy"), np.random.default_rng(5)
    for row in rng.choice(np.flatnonzero(np.isfinite(field)), 12, replace=False):
        way = way_from(demo, int(row), "pharmacy")
        assert way.facility == demo.nearest("pharmacy").iloc[row]
        assert way.metres == pytest.approx(field[row], abs=0.001)
        assert _metres(demo, way.line) == pytest.approx(field[row], abs=0.05)
