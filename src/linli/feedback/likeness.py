"""How alike two names are: the share of pairs of neighbouring letters that they have in common (Dice).

Width, case, spaces and hyphens do not count. A name that nobody gave is alike to nothing and unlike nothing: NaN.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.rules import normal_name

__all__ = ["likeness", "normal_names"]


def normal_names(names: pd.Series) -> npt.NDArray[np.object_]:
    """Bring names to the form in which they are compared.

    Parameters
    ----------
    names
        As surveyed, missing allowed.

    Returns
    -------
    ndarray of str
        Same length; empty where there is no name.
    """
    return np.array(["" if pd.isna(name) else normal_name(str(name)) for name in names], dtype=object)


def _pairs(name: str) -> Counter[str]:
    return Counter(name[i : i + 2] for i in range(len(name) - 1)) if len(name) > 1 else Counter([name])


def likeness(one: Any, other: Any) -> float:
    """Tell how alike two names are.

    Parameters
    ----------
    one, other
        Names; empty or missing = not known.

    Returns
    -------
    float
        0–1, the same whichever comes first; NaN where either is not known.

    Examples
    --------
    >>> round(likeness("汀巷小吃店", "新汀巷小吃店"), 2)
    0.89
    >>> likeness("Kiosk", "KIOSK ")
    1.0
    """
    if pd.isna(one) or pd.isna(other):
        return float("nan")
    a, b = normal_name(str(one)), normal_name(str(other))
    if not a or not b:
        return float("nan")
    if a == b:
        return 1.0
    first, second = _pairs(a), _pairs(b)
    return 2.0 * (first & second).total() / (first.total() + second.total())
