import numpy as np
import pandas as pd

from linli.assess.qualify import SIZES, qualified
from linli.assess.standards import Limit


def limits(**sizes):
    return {key: Limit(key, f"s/i.{key}", value, "m2") for key, value in sizes.items()}


FACILITIES = pd.DataFrame(
    {
        "type": ["nursery", "nursery", "nursery", "park", "park"],
        "floor_area_m2": [200.0, 199.9, np.nan, np.nan, np.nan],
        "site_area_m2": [np.nan] * 5,
        "outline_m2": [np.nan, np.nan, np.nan, 5000.0, 3000.0],
        "capacity": [20.0, 50.0, 50.0, np.nan, np.nan],
    }
)


def told(kinds):
    return [np.flatnonzero(mask).tolist() for mask in (kinds.sure, kinds.doubtful, kinds.too_small)]


def test_by_floor_area():
    assert told(qualified(FACILITIES, ["nursery"], limits(min_floor_area=200.0))) == [[0], [2], [1]]


def test_no_size_asked():
    assert told(qualified(FACILITIES, ["nursery"], {})) == [[0, 1, 2], [], []]


def test_too_small_in_one_is_too_small():
    assert told(qualified(FACILITIES, ["nursery"], limits(min_floor_area=200.0, min_capacity=30.0))) == [
        [],
        [2],
        [0, 1],
    ]


def test_a_large_outline_is_proof_a_small_one_says_nothing():
    assert told(qualified(FACILITIES, ["park"], limits(min_site_area=4000.0))) == [[3], [4], []]


def test_every_facility_of_the_type_is_in_exactly_one():
    for key in SIZES:
        kinds = qualified(FACILITIES, ["nursery", "park"], limits(**{key: 100.0}))
        assert (kinds.sure.astype(int) + kinds.doubtful + kinds.too_small == 1).all()
        assert (kinds.best == (kinds.sure | kinds.doubtful)).all()
