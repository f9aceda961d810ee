import numpy as np
import pandas as pd
import pytest

from linli.circle._canon import limit_mm, overlap, radii_mm, sorted_rows, stops_of
from linli.circle.kernels.search import MAX_COST, SLOT


def test_limits_are_whole_millimetres():
    assert limit_mm(300.0) == 300_000
    assert limit_mm(0.0004) == 0
    assert limit_mm(np.inf) == MAX_COST
    assert radii_mm([0, 1.5]).tolist() == [0, 1500]
    with pytest.raises(ValueError, match="ascending"):
        radii_mm([])


def test_names_that_cannot_be_compared_are_sorted_as_text():
    assert sorted_rows(pd.Index(["b", "a"])).tolist() == [1, 0]
    assert sorted_rows(pd.Index(["b", 1], dtype=object)).tolist() == [1, 0]


def test_slots_follow_the_streets_and_rows_the_caller(city):
    streets, origins, _, _ = city(2)
    stops = stops_of("origins", streets, origins)
    assert (np.diff(stops.start) >= 0).all()
    assert stops.start[-1] == len(origins.edge)
    assert sorted(stops.row) == np.flatnonzero(origins.placed).tolist()
    first = [np.flatnonzero(stops.way[:, SLOT] == s)[0] for s in range(len(stops.row))]
    assert first == sorted(first)
    owner = origins.owner[np.argsort(origins.edge, kind="stable")]
    np.testing.assert_array_equal(stops.row[stops.way[:, SLOT]], owner)


def test_overlap_grows_with_reach(city):
    streets, *_ = city(2)
    assert overlap(streets, 0, 1000) == 0.0
    assert overlap(streets, 5, 100_000) < overlap(streets, 5, 200_000)
    assert overlap(streets, 5, MAX_COST) == 5.0
