import numpy as np
import pytest

from linli.assess.city import build_city
from linli.assess.profile import PEER_FEATURES, old_estate_share, peers, profile


@pytest.fixture(scope="module")
def city(city_kit):
    communities, buildings = city_kit.tiny_parts()
    box = city_kit.box(0, 0, 9, 9)
    estates = [
        {
            "estate_id": "e1",
            "community_id": "A",
            "dwellings": 300,
            "built_year": 1990,
            "old_estate": True,
            "geometry": box,
        },
        {
            "estate_id": "e2",
            "community_id": "A",
            "dwellings": 100,
            "built_year": 2010,
            "old_estate": False,
            "geometry": box,
        },
        {"estate_id": "e3", "community_id": "B", "dwellings": 100, "built_year": 2010, "geometry": box},
    ]
    rooms = [
        {"room_id": "r1", "community_id": "A", "floor_area_m2": 80.0, "geometry": city_kit.at(50)},
        {"room_id": "r2", "floor_area_m2": 20.0, "geometry": city_kit.at(60)},
    ]
    wishes = [
        {"community_id": "A", "households_asked": 100, "type": "nursery", "count": 40},
        {"community_id": "A", "households_asked": 100, "type": "park", "count": 10},
    ]
    survey = city_kit.survey_of(
        communities=communities, buildings=buildings, estates=estates, rooms=rooms, wishes=wishes
    )
    return build_city(survey)


def test_facts_by_hand(city):
    facts = profile(city).set_index(["community_id", "fact"])
    assert facts.loc[("A", "built_year"), "value"] == 1995
    assert facts.loc[("A", "old_estate_share"), "value"] == 0.75
    assert facts.loc[("A", "rooms_floor_area_m2"), "value"] == 100
    assert facts.loc[("A", "households_asked"), "value"] == 100
    assert facts.loc[("A", "share_old"), "value"] == pytest.approx(0.3)
    assert facts.loc[("A", "density_per_km2"), "value"] == pytest.approx(200 / 0.05, rel=1e-3)
    assert facts.loc[("B", "residents"), ["unit", "share_below"]].tolist() == ["residents", pytest.approx(2 / 3)]


def test_unknown_stays_unknown(city):
    facts = profile(city).set_index(["community_id", "fact"])["value"]
    assert np.isnan(facts[("B", "old_estate_share")])
    assert np.isnan(facts[("C", "built_year")])
    assert facts[("C", "estates")] == 0
    assert np.isnan(old_estate_share(city)[1])


def test_peers_are_the_nearest_and_never_oneself(city):
    table = peers(city, 2)
    assert (table["community_id"] != table["peer_id"]).all()
    assert table.groupby("community_id").size().tolist() == [2, 2, 2, 2]
    assert table.query("community_id == 'C' and peer_rank == 1")["peer_id"].item() in {"B", "D", "A"}
    assert set(";".join(table["features"]).split(";")) <= set(PEER_FEATURES)


def test_no_peers_wanted(city):
    assert peers(city, 0).empty


def test_blocks_do_not_matter(city, monkeypatch):
    whole = peers(city, 2)
    monkeypatch.setattr("linli.assess.profile.BLOCK", 3)
    assert peers(city, 2).equals(whole)
