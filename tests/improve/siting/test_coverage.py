import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from linli.errors import InputError
from linli.improve.siting import coverage_by_type, coverage_from_matrix, coverage_from_pairs


def test_the_limit_itself_still_covers_and_a_missing_distance_does_not():
    pairs = pd.DataFrame({"option": list("abc"), "demand": [1, 1, 1], "distance_m": [300.0, 300.1, np.nan]})
    coverage = coverage_from_pairs(pairs, pd.Index(list("abc")), pd.Index([1, 2]), limit_m=300)
    assert coverage.matrix.toarray().tolist() == [[1, 0, 0], [0, 0, 0]]
    assert coverage.distance_m.tolist() == [300.0]


def test_of_a_pair_given_twice_the_nearest_stays():
    pairs = pd.DataFrame({"option": ["a", "a"], "demand": [1, 1], "distance_m": [9.0, 4.0]})
    coverage = coverage_from_pairs(pairs, pd.Index(["a"]), pd.Index([1]))
    assert coverage.distance_m.tolist() == [4.0]
    assert coverage.matrix.nnz == 1


def test_an_unknown_id_is_refused():
    pairs = pd.DataFrame({"option": ["z"], "demand": [1], "distance_m": [9.0]})
    with pytest.raises(InputError, match="«z»"):
        coverage_from_pairs(pairs, pd.Index(["a"]), pd.Index([1]))


@pytest.mark.parametrize("form", [np.array, sparse.csr_array, sparse.coo_array])
def test_a_matrix_of_any_form_is_read_as_options_by_demand(form):
    coverage = coverage_from_matrix(form([[1, 0, 1], [0, 0, 1]]), pd.Index(list("ab")), pd.Index([1, 2, 3]))
    assert coverage.matrix.toarray().tolist() == [[1, 0], [0, 0], [1, 1]]
    with pytest.raises(ValueError, match="shape"):
        coverage_from_matrix(form([[1, 0, 1]]), pd.Index(list("ab")), pd.Index([1, 2, 3]))


def test_each_type_has_its_own_limit_and_serves_its_own_need_only():
    rng = np.random.default_rng(5)
    metres = rng.integers(0, 900, (4, 6)).astype(float)
    metres[0, 0] = 0.0
    far = pd.DataFrame(
        [(f"s{i}", f"p{j}", metres[i, j]) for i in range(4) for j in range(6)], columns=["site", "point", "distance_m"]
    )
    options = pd.DataFrame([(f"s{i}", kind) for i in range(4) for kind in "tu"], columns=["site", "type"])
    demand = pd.DataFrame([(f"p{j}", kind) for j in range(6) for kind in "ut"], columns=["point", "type"])
    limits = {"t": 300.0, "u": 600.0}
    coverage = coverage_by_type(far.sample(frac=1, random_state=1), options, demand, limits)
    naive = [
        [
            kind == need and metres[int(site[1]), int(point[1])] <= limits[kind]
            for site, kind in options.itertuples(index=False)
        ]
        for point, need in demand.itertuples(index=False)
    ]
    assert coverage.matrix.toarray().astype(bool).tolist() == naive
    rows, columns = coverage.matrix.nonzero()
    assert coverage.distance_m.tolist() == [metres[j // 2, i // 2] for i, j in zip(rows, columns, strict=True)]
