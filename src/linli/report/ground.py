"""What all maps of a survey share, prepared once: outlines, streets, buildings and facilities in metres.

*Cells* are buildings drawn together where they would cover one another: one dot, its area is their residents.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from linli.report.frame import View, area_paths, fit, street_path
from linli.report.svg import element

__all__ = ["MAIN_STREETS", "Ground", "dot_cells", "dot_radius", "dot_scale"]

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

MAIN_STREETS = frozenset(
    {"motorway", "trunk", "primary", "secondary", "tertiary", "main", "arterial", "主干路", "次干路", "快速路"}
)
"""Kinds of street drawn on the map of a whole city."""

_CELL_PX = 6.0
_FEW_STREETS = 4000


@dataclass(frozen=True, eq=False)
class Ground:
    """What the maps of one survey share, metric CRS, metres.

    Parameters
    ----------
    community_ids, community_names, communities
        Id, name and outline of each community, same order.
    streets, street_kinds
        Walkable lines and the kind of each (may be empty text).
    xy, residents, owner
        Buildings: position, shape (n, 2); residents or m², shape (n,), NaN = unknown; row of their
        community, −1 = none.
    facility_xy, facility_type, facility_group, facility_name
        Facilities in use: position, type code, group code, name.
    view
        The view of the whole city.
    """

    community_ids: tuple[str, ...]
    community_names: tuple[str, ...]
    communities: Objects
    streets: Objects
    street_kinds: Objects
    xy: Floats
    residents: Floats
    owner: npt.NDArray[np.int64]
    facility_xy: Floats
    facility_type: Objects
    facility_group: Objects
    facility_name: Objects
    view: View
    tree: shapely.STRtree
    backdrop: str
    areas: tuple[str, ...]
    kept: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def prepare(
        cls,
        communities: pd.DataFrame,
        streets: Objects,
        street_kinds: Objects,
        buildings: tuple[Floats, Floats, npt.NDArray[np.int64]],
        facilities: tuple[Floats, Objects, Objects, Objects],
    ) -> Ground:
        """Prepare the ground once.

        Parameters
        ----------
        communities
            Columns ``community_id``, ``name``, ``geometry`` (metric CRS).
        streets, street_kinds
            As the fields.
        buildings
            Position, residents and owner as the fields.
        facilities
            Position, type, group and name as the fields.

        Returns
        -------
        Ground
            Ready for every map.
        """
        areas = communities["geometry"].to_numpy(dtype=object)
        whole = shapely.total_bounds(areas)
        view = fit(tuple(whole) if np.isfinite(whole).all() else (0.0, 0.0, 1000.0, 1000.0))
        main = np.isin(street_kinds.astype(str), list(MAIN_STREETS))
        shown = streets[main] if main.any() else streets[: 0 if len(streets) > _FEW_STREETS else None]
        backdrop = element("path", d=street_path(shown, view), fill="none", stroke="#cfd6dc", stroke_width=8)
        return cls(
            tuple(communities["community_id"]),
            tuple(communities["name"].astype(str)),
            areas,
            streets,
            street_kinds,
            buildings[0],
            buildings[1],
            buildings[2],
            facilities[0],
            facilities[1],
            facilities[2],
            facilities[3],
            view,
            shapely.STRtree(streets),
            backdrop,
            tuple(area_paths(areas, view)),
        )


def dot_cells(view: View, xy: Floats, people: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Draw buildings together that would cover one another.

    Parameters
    ----------
    view
        Where metres fall.
    xy
        Positions, metres, shape (n, 2).
    people
        Residents or m² of each, shape (n,), NaN = unknown; those are left out.

    Returns
    -------
    tuple of ndarray
        Centres in tenths of a pixel, shape (k, 2), and people of each, shape (k,).
    """
    inside = np.isfinite(people) & (people > 0)
    tenths, people = view.tenths(xy[inside]), people[inside]
    size = int(_CELL_PX * 10)
    cell = tenths // size
    code = cell[:, 0] * 1_000_000 + cell[:, 1]
    _, where = np.unique(code, return_inverse=True)
    total: Floats = np.bincount(where, weights=people).astype(np.float64)
    centre = np.column_stack([np.bincount(where, weights=tenths[:, k] * people) / total for k in (0, 1)])
    whole: npt.NDArray[np.int64] = np.rint(centre).astype(np.int64).reshape(-1, 2)
    return whole, total


def dot_scale(ground: Ground) -> float:
    """Return people (or m²) per square pixel of dot, so that a dense city is full but not blotted out.

    Parameters
    ----------
    ground
        The ground of all maps.

    Returns
    -------
    float
        People per px², > 0; the same for all maps of a report, so that they compare.
    """
    _, people = dot_cells(ground.view, ground.xy, ground.residents)
    if not len(people):
        return 1.0
    return max(float(np.quantile(people, 0.98)) / (np.pi * 3.6**2), 1e-9)


def dot_radius(people: Floats, per_px2: float) -> Floats:
    """Return the radius of dots whose area is people.

    Parameters
    ----------
    people
        Residents or m², ≥ 0.
    per_px2
        People per square pixel.

    Returns
    -------
    ndarray
        Pixels, at least half a one.
    """
    return np.maximum(np.sqrt(people / per_px2 / np.pi), 0.5)
