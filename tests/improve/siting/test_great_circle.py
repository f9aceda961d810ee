import numpy as np
import pandas as pd
import pytest

from linli.errors import InputError
from linli.improve.siting import great_circle_pairs
from linli.improve.siting.great_circle import EARTH_RADIUS_M


def haversine(a, b, sphere):
    (lon1, lat1), (lon2, lat2) = np.radians(a), np.radians(b)
    h = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * sphere * np.arcsin(np.sqrt(h))


@pytest.mark.parametrize("sphere", [EARTH_RADIUS_M, 6_378_100.0])
def test_the_pairs_are_those_of_the_haversine_formula(sphere):
    rng = np.random.default_rng(1)
    here = pd.DataFrame(
        {"lon": 120 + rng.random(20) / 50, "lat": 30 + rng.random(20) / 50}, index=[f"o{i}" for i in range(20)]
    )
    there = pd.DataFrame({"lon": 120 + rng.random(30) / 50, "lat": 30 + rng.random(30) / 50})
    pairs = great_circle_pairs(here, there, 700.0, sphere_m=sphere).set_index(["option", "demand"])["distance_m"]
    naive = {
        (i, j): haversine(here.loc[i, ["lon", "lat"]].astype(float), there.loc[j, ["lon", "lat"]].astype(float), sphere)
        for i in here.index
        for j in there.index
    }
    assert set(pairs.index) == {pair for pair, metres in naive.items() if metres <= 700.0}
    assert all(metres == pytest.approx(naive[pair], abs=1e-6) for pair, metres in pairs.items())


def test_a_smaller_sphere_lets_more_pairs_in():
    """The trap of the New York instance: the same points and radius, another problem."""
    rng = np.random.default_rng(2)
    places = pd.DataFrame({"lon": -74 + rng.random(600) / 20, "lat": 40.7 + rng.random(600) / 20})
    small, large = (great_circle_pairs(places, places, 400.0, sphere_m=sphere) for sphere in (6_371_000.0, 6_378_100.0))
    assert len(small) > len(large)


def test_a_missing_coordinate_is_refused():
    places = pd.DataFrame({"lon": [120.0, None], "lat": [30.0, 30.0]})
    with pytest.raises(InputError, match="`lon` of 1"):
        great_circle_pairs(places, places, 400.0)
