import numpy as np
import pytest
import shapely

from linli.rules import load_catalogue
from linli.survey.demo.facilities import kind_of, take_sites


def test_types_are_those_of_the_vocabulary(city, town):
    known = set(load_catalogue().facility_types)
    assert set(city.layers["facilities"]["type"]) <= known
    assert set(town.layers["facilities"]["type"]) <= known


def test_there_are_gaps(city):
    facilities = city.layers["facilities"]
    have = facilities[facilities["status"] == "in_use"].groupby("type")["community_id"].nunique()
    for type_ in ("nursery", "elderly_day_care", "canteen", "health_station", "small_sports_ground"):
        assert 0 < have.get(type_, 0) < 12
    assert facilities["floor_area_m2"].isna().any()
    assert set(facilities["status"]) == {"in_use", "suspended", "planned", "closed"}


def test_every_kind_of_place_occurs(city):
    assert set(city.layers["facilities"].geom_type) == {"Point", "MultiPoint", "Polygon"}


def test_facilities_stand_by_a_street_in_their_community(metres):
    facilities = metres["facilities"]
    shapes = facilities.geometry.to_numpy()
    tree = shapely.STRtree(metres["streets"].geometry.to_numpy())
    assert tree.query_nearest(shapes, return_distance=True, all_matches=False)[1].max() < 40.0
    outline = metres["communities"].set_index("community_id").geometry.loc[facilities["community_id"]].to_numpy()
    assert shapely.intersects(outline, shapes).mean() > 0.99


def test_unknown_type():
    with pytest.raises(KeyError):
        kind_of("castle")


def test_take_sites_gives_the_next_free_place():
    points = np.arange(8.0).reshape(4, 2)
    owner = np.array([0, 0, 0, 2])
    taken = take_sites(points, owner, np.array([0, 2, 0, 1]))
    assert taken[0].tolist() == [0.0, 1.0]
    assert taken[2].tolist() == [2.0, 3.0]
    assert taken[1].tolist() == [6.0, 7.0]
    assert np.isnan(taken[3]).all()
    assert take_sites(points, owner, np.array([0]), from_end=True)[0].tolist() == [4.0, 5.0]
