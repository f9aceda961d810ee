import pytest

from linli.circle._jobs import run_jobs


@pytest.mark.parametrize("workers", [None, 1, 3])
def test_results_come_in_the_order_of_the_jobs(workers):
    assert run_jobs(lambda x: x * x, range(9), workers) == [x * x for x in range(9)]
    assert run_jobs(lambda x: x, [], workers) == []


def test_a_failure_is_raised():
    with pytest.raises(ZeroDivisionError):
        run_jobs(lambda x: 1 // x, [1, 0], 2)
