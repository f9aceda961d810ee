import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import Point, box

from linli.errors import InputError
from linli.survey.areas import make_communities
from linli.survey.config import CommunitiesConfig

METRIC = "EPSG:4549"
ORIGIN = np.array([500_000.0, 3_350_000.0])


def layers(*geometry):
    moved = [shapely.transform(g, lambda xy: xy + ORIGIN) for g in geometry]
    frame = gpd.GeoDataFrame({"building_id": [str(i) for i in range(len(moved))]}, geometry=moved, crs=METRIC)
    return {"buildings": frame.to_crs("EPSG:4326")}


SQUARES = CommunitiesConfig(method="squares", size_m=500)


def test_squares_that_hold_buildings_from_north_west_to_south_east():
    found = make_communities(
        layers(Point(100, 100), Point(600, 100), Point(120, 130), Point(700, 1600)), SQUARES, METRIC
    )
    assert found["community_id"].tolist() == ["sq-001", "sq-002", "sq-003"]
    assert found["name"].tolist() == ["评估方格 001", "评估方格 002", "评估方格 003"]
    assert set(found["kind"]) == {"existing"}
    assert found.crs == "EPSG:4326"
    metric = found.to_crs(METRIC)
    assert metric.area.tolist() == pytest.approx([250_000] * 3, rel=1e-6)
    assert metric.bounds.minx.tolist() == pytest.approx([500_500, 500_000, 500_500], abs=1e-3)
    assert metric.bounds.miny.tolist() == pytest.approx([3_351_500, 3_350_000, 3_350_000], abs=1e-3)


def test_neighbouring_squares_share_their_corners_exactly():
    found = make_communities(layers(Point(100, 100), Point(600, 100)), SQUARES, METRIC)
    a, b = (set(g.exterior.coords) for g in found.geometry)
    assert len(a & b) == 2


def test_every_building_lies_in_one_square():
    rng = np.random.default_rng(7)
    town = layers(*(box(x, y, x + 30, y + 12) for x, y in rng.uniform(0, 4000, (300, 2))))
    found = make_communities(town, SQUARES, METRIC)
    points = gpd.GeoDataFrame(geometry=town["buildings"].to_crs(METRIC).representative_point()).to_crs("EPSG:4326")
    joined = points.sjoin(found)
    assert len(joined) == 300
    assert set(joined["community_id"]) == set(found["community_id"])


def test_the_grid_stays_where_it_is_when_buildings_are_added():
    one = make_communities(layers(Point(100, 100)), SQUARES, METRIC)
    two = make_communities(layers(Point(100, 100), Point(-3000, -3000)), SQUARES, METRIC)
    assert one.geometry.iloc[0].equals(two.geometry.iloc[0])


def test_ids_sort_as_text_even_when_there_are_many():
    town = layers(*(Point(500 * x + 1, 500 * y + 1) for x in range(40) for y in range(30)))
    ids = make_communities(town, SQUARES, METRIC)["community_id"].tolist()
    assert ids[0] == "sq-0001"
    assert ids == sorted(ids)


def test_the_extent_holds_all_buildings_and_a_margin():
    config = CommunitiesConfig(method="extent", kind="new")
    found = make_communities(layers(box(0, 0, 20, 20), box(900, 900, 920, 920)), config, METRIC)
    assert found[["community_id", "name", "kind"]].to_numpy().tolist() == [["extent", "评估范围", "new"]]
    outline = found.to_crs(METRIC).geometry.iloc[0]
    assert outline.bounds == pytest.approx((499_950, 3_349_950, 500_970, 3_350_970), abs=0.01)


@pytest.mark.parametrize("missing", [{}, layers(Point(0, 0))["buildings"].iloc[:0]])
def test_no_buildings(missing):
    given = missing if isinstance(missing, dict) else {"buildings": missing}
    with pytest.raises(InputError, match="no residential building"):
        make_communities(given, SQUARES, METRIC)


def test_method_file_is_not_drawn():
    with pytest.raises(ValueError, match="squares"):
        make_communities(layers(Point(0, 0)), CommunitiesConfig(), METRIC)
