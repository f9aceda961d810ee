import numpy as np

from linli.assess.status import STATUSES, status_of


def test_every_status():
    degree = np.array([1.0, 0.9, 0.8999, 0.0, np.nan, 0.5])
    binds = np.array([True, True, True, True, True, False])
    found = status_of(degree, binds, 0.9).tolist()
    assert found == ["met", "met", "partly", "not_met", "unknown", "not_applicable"]
    assert set(found) == set(STATUSES)


def test_the_last_bit_of_a_sum_does_not_decide():
    assert status_of(np.array([1 - 1e-12]), np.array([True]), 1.0).tolist() == ["met"]
