from linli.errors import LinliError
from linli.improve.siting import SolverError


def test_a_solver_error_is_one_of_ours_and_a_runtime_error():
    assert issubclass(SolverError, LinliError)
    assert issubclass(SolverError, RuntimeError)
