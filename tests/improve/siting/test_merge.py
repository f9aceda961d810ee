import numpy as np
import pytest
from scipy import sparse

from linli.improve.siting import merge
from linli.improve.siting.merge import add_up, equal_rows


@pytest.mark.parametrize("seed", range(5))
def test_rows_are_in_one_group_exactly_if_they_are_equal(seed):
    rng = np.random.default_rng(seed)
    dense = rng.random((60, 4)) < 0.4
    group, first = equal_rows(sparse.csr_array(dense.astype(float)))
    seen: dict[bytes, int] = {}
    naive = [seen.setdefault(row.tobytes(), len(seen)) for row in dense]
    assert group.tolist() == naive
    assert [naive.index(number) for number in range(len(seen))] == first.tolist()


def test_nothing_has_no_groups():
    group, first = equal_rows(sparse.csr_array((0, 3)))
    assert len(group) == len(first) == 0


def test_a_clash_of_marks_is_found(monkeypatch):
    monkeypatch.setattr(merge, "_hashes", lambda pattern: np.zeros((2, pattern.shape[0]), dtype=np.uint64))
    with pytest.raises(ArithmeticError):
        equal_rows(sparse.csr_array(np.array([[1, 0], [0, 1]])))


def test_values_of_a_group_add_up():
    assert add_up(np.array([1.0, 2.0, 4.0]), np.array([1, 0, 1]), 3).tolist() == [2.0, 5.0, 0.0]
