"""What the siting engine raises besides `linli.errors.InputError`.

::

    LinliError
    └── SolverError(RuntimeError)    the solver stopped without an answer, or its answer failed the recomputation
"""

from __future__ import annotations

from linli.errors import LinliError

__all__ = ["SolverError"]


class SolverError(LinliError, RuntimeError):
    """The solver stopped without an answer, or its answer does not stand up to the raw data."""
