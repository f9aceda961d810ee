"""Statuses: what an item or a requirement comes to, in one word.

``met`` from the met share of the options up, ``partly`` between 0 and that, ``not_met`` at 0, ``not_applicable`` where
nothing binds, ``unknown`` where there is no degree. Unknown is never read as not met.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["STATUSES", "TOLERANCE", "status_of"]

STATUSES: tuple[str, ...] = ("met", "partly", "not_met", "not_applicable", "unknown")
"""Every status, best first."""

TOLERANCE = 1e-9
"""Sums of fractions of people may miss a whole by the last bits of a float; this much is forgiven, degree 0–1."""


def status_of(
    degree: npt.NDArray[np.float64], binds: npt.NDArray[np.bool_], met_share: float
) -> npt.NDArray[np.object_]:
    """Put degrees into words.

    Parameters
    ----------
    degree
        Degrees, 0–1, NaN = unknown.
    binds
        False where nothing binds the community, same shape.
    met_share
        Degree from which it counts as met, 0–1.

    Returns
    -------
    ndarray of str
        One of `STATUSES` each, same shape.

    Examples
    --------
    >>> status_of(np.array([1, 0.5, 0, np.nan, 1]), np.array([True, True, True, True, False]), 1.0).tolist()
    ['met', 'partly', 'not_met', 'unknown', 'not_applicable']
    """
    conditions = [~binds, np.isnan(degree), degree >= met_share - TOLERANCE, degree <= TOLERANCE]
    words = ["not_applicable", "unknown", "met", "not_met"]
    return np.select(conditions, words, default="partly").astype("object")
