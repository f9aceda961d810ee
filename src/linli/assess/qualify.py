"""Which facilities satisfy a requirement: of the right type, in use, large enough — or of unknown size.

A facility whose size is unknown is *doubtful*: it qualifies at the best and not at the worst. The outline of an open
space (a park, a ground) is its site; of anything else it is at least a part of the site, so an outline that is large
enough is proof and a smaller one says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import known_numbers
from linli.assess.standards import Limit

__all__ = ["SIZES", "Qualified", "qualified"]

Bools = npt.NDArray[np.bool_]

SIZES: dict[str, str] = {
    "min_floor_area": "floor_area_m2",
    "min_site_area": "site_area_m2",
    "min_capacity": "capacity",
}
"""Limits on size, and the column of the facilities that each one reads."""


@dataclass(frozen=True, eq=False)
class Qualified:
    """Facilities by how they stand to a requirement; masks of shape (facilities,).

    Parameters
    ----------
    sure
        Of the type and large enough.
    doubtful
        Of the type, of unknown size.
    too_small
        Of the type and known to be too small.
    """

    sure: Bools
    doubtful: Bools
    too_small: Bools

    @property
    def best(self) -> Bools:
        """Those that may qualify."""
        return self.sure | self.doubtful


def qualified(facilities: pd.DataFrame, types: Sequence[str], limits: Mapping[str, Limit]) -> Qualified:
    """Sort the facilities in use by how they stand to a requirement.

    Parameters
    ----------
    facilities
        `City.facilities`; areas in m², capacity in places, NaN = unknown.
    types
        Facility types, any of which will do.
    limits
        The requirement's figures; only those of `SIZES` matter here.

    Returns
    -------
    Qualified
        Masks on the rows of `facilities`; every facility of the types is in exactly one.
    """
    of_type = facilities["type"].isin(list(types)).to_numpy(dtype=bool)
    unknown = np.zeros(len(facilities), dtype=bool)
    small = np.zeros(len(facilities), dtype=bool)
    for key, column in SIZES.items():
        least = limits[key].value if key in limits else None
        if least is None:
            continue
        size = known_numbers(facilities, column)
        if key == "min_site_area" and "outline_m2" in facilities.columns:
            proof = known_numbers(facilities, "outline_m2") >= least
            size = np.where(np.isnan(size) & proof, least, size)
        unknown |= np.isnan(size)
        small |= size < least
    return Qualified(sure=of_type & ~unknown & ~small, doubtful=of_type & unknown & ~small, too_small=of_type & small)
