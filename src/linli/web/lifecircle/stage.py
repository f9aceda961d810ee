"""The stage that the life circle plays on: a run's city, who lives where, its distances; on demand, on its streets.

*Row*: a building, in the order of the run's tables. *Field*: metres on foot from each row, inf = farther than was
looked for, NaN = the building stands on no street. Everything here is of the whole round: who may see what is decided
by `Stage.inside`, by which every answer is narrowed. Stages are kept in a bounded memory, shared by all threads.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from linli.assess import AssessOptions
from linli.assess.city import City, build_city
from linli.assess.coverage import Need, need_by_community, need_columns, needed
from linli.assess.ground import open_space_types, walks_of
from linli.assess.pace import LEVELS
from linli.assess.standards import Limit, limit_of
from linli.assess.walks import Walks
from linli.rules import Catalogue
from linli.survey import Survey
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import survey_of, tables_of
from linli.web.keep import Keep
from linli.web.places.tree import community_path
from linli.web.standards.catalogue import site_catalogue
from linli.web.tiles import Dots, Outlines

__all__ = ["Stage", "on_streets", "stage_of", "warm"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

DEGREES = "EPSG:4326"


@dataclass(frozen=True, eq=False)
class Stage:
    """A run's city.

    Parameters
    ----------
    digest
        Of the run and of the rules that it is shown by.
    place
        Jurisdiction path of the round.
    city
        The survey as arrays.
    buildings
        The run's table of buildings, in the order of `City.building_ids`.
    options
        The run's choices.
    catalogue
        The rules.
    survey
        The layers as they were frozen.
    on
        The date whose rules hold.
    """

    digest: str
    place: str
    city: City
    buildings: pd.DataFrame
    options: AssessOptions
    catalogue: Catalogue
    survey: Survey
    on: dt.date

    @cached_property
    def levels(self) -> Mapping[str, tuple[Limit, Limit]]:
        """Walking distance (m) and minutes of each level of the life circle in force, nearest first."""
        found = {
            level: (
                limit_of(self.catalogue, "walking/distance", level, self.on),
                limit_of(self.catalogue, "walking/minutes", level, self.on),
            )
            for level in LEVELS
        }
        return {level: both for level, both in found.items() if not (both[0].missing or both[1].missing)}

    @property
    def furthest_m(self) -> float:
        """The longest walk of any life circle, m: what-ifs look no farther."""
        return max((float(distance.value or 0) for distance, _ in self.levels.values()), default=0.0)

    @cached_property
    def paths(self) -> npt.NDArray[np.object_]:
        """Jurisdiction path of each community, by code; the round's own where its id says none."""
        found = []
        for identity in self.city.communities.index:
            try:
                found.append(community_path(str(identity)))
            except ValueError:
                found.append(self.place)
        return np.array(found, dtype=object)

    def communities_in(self, path: str) -> Bools:
        """Return which communities lie at or below a place, shape (communities,)."""
        return np.array([one.startswith(path) for one in self.paths], dtype=bool)

    def inside_code(self, path: str) -> Bools:
        """Return which community codes lie at or below a place; the last is −1, of no community: the round's own."""
        return np.append(self.communities_in(path), self.place.startswith(path))

    def inside(self, path: str) -> Bools:
        """Return which rows lie at or below a place."""
        return np.asarray(self.inside_code(path)[self.city.building_code])

    @cached_property
    def row(self) -> pd.Index[Any]:
        """Names of the rows, to look them up by."""
        return pd.Index(self.city.building_ids)

    def row_of(self, identity: str) -> int:
        """Return the row of a building, −1 if there is none."""
        return int(self.row.get_indexer(pd.Index([identity]))[0])

    @cached_property
    def weight(self) -> Floats:
        """Residents (or m²) by row and band, 0 where unknown."""
        return needed(self.city)

    @cached_property
    def placed(self) -> Bools:
        """Which rows stand on a street."""
        return np.asarray(self.buildings["placed"].to_numpy(dtype=bool))

    @cached_property
    def need(self) -> Need:
        """Who has to be covered, by community and band."""
        return need_by_community(self.city, self.placed)

    @cached_property
    def _who(self) -> dict[tuple[str, ...], Floats]:
        """Sums of ages made so far: as many as the vocabulary has different ages to serve."""
        return {}

    def who(self, bands: tuple[str, ...]) -> Floats:
        """Return how many people (or m²) of some ages live in each row, NaN = unknown; added up once for all."""
        if bands not in self._who:
            self._who[bands] = np.asarray(self.city.need[:, list(need_columns(bands))].sum(axis=1))
        return self._who[bands]

    def field(self, kind: str) -> Floats:
        """Return the assessment's distance from each row to the nearest facility of a type, m."""
        return np.asarray(self.buildings[f"d_{kind}"].to_numpy(dtype=np.float64))

    def nearest(self, kind: str) -> pd.Series[Any]:
        """Return which facility that is, by row; missing where there is none within reach."""
        return self.buildings[f"n_{kind}"]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Facility types that the run knows distances to, in the order of the vocabulary."""
        return tuple(name[2:] for name in self.buildings.columns if name.startswith("d_"))

    @cached_property
    def _estate(self) -> npt.NDArray[np.object_]:
        """Estate of each row; not text where it belongs to none."""
        layer = self.survey.layers["buildings"]
        order = pd.Index(layer["building_id"].astype(object)).get_indexer(self.row)
        return np.asarray(layer["estate_id"].astype(object).to_numpy()[order])

    @cached_property
    def _estate_name(self) -> dict[str, object]:
        layer = self.survey.layers["estates"]
        return dict(zip(layer["estate_id"].astype(object), layer["name"].astype(object), strict=True))

    def names(self, rows: npt.NDArray[np.integer[Any]]) -> list[str]:
        """Return what buildings are called: the estate, and the part of the id that tells it from the others there."""
        return [
            _name(str(self.city.building_ids[row]), estate, self._estate_name.get(estate))
            for row, estate in zip(rows, self._estate[rows], strict=True)
        ]

    @cached_property
    def dots(self) -> Dots:
        """The buildings, for tiles."""
        return Dots(self.city.building_lonlat)

    @cached_property
    def outlines(self) -> Outlines:
        """The communities, for tiles, by code."""
        return Outlines(self.shapes)

    @cached_property
    def shapes(self) -> npt.NDArray[Any]:
        """Outline of each community in degrees, by code."""
        layer = self.survey.layers["communities"]
        order = pd.Index(layer["community_id"].astype(object)).get_indexer(self.city.communities.index)
        return np.asarray(layer.geometry.to_numpy()[order])

    @cached_property
    def facility_lonlat(self) -> Floats:
        """Where each facility in use is drawn, degrees."""
        shapes = self.city.facilities.geometry.to_numpy()
        return self.to_degrees(shapely.get_coordinates(shapely.point_on_surface(shapes)))

    @cached_property
    def facility_dots(self) -> Dots:
        """The facilities in use, for tiles."""
        return Dots(self.facility_lonlat)

    @cached_property
    def facility_names(self) -> npt.NDArray[np.object_]:
        """What each facility in use is called; not text where nobody said."""
        return np.asarray(self.city.facilities["name"].to_numpy(dtype=object))

    @cached_property
    def facility_ids(self) -> npt.NDArray[np.object_]:
        """Ids of the facilities in use."""
        return np.asarray(self.city.facilities.index.to_numpy(dtype=object))

    @cached_property
    def _facility_kind(self) -> tuple[npt.NDArray[np.int64], dict[str, int]]:
        codes, names = pd.factorize(self.city.facilities["type"].astype(object))
        return np.asarray(codes, np.int64), {str(name): i for i, name in enumerate(names)}

    @cached_property
    def _facility_box(self) -> Floats:
        return np.asarray(shapely.bounds(self.city.facilities.geometry.to_numpy()))

    @cached_property
    def _community_box(self) -> Floats:
        return np.asarray(shapely.bounds(self.city.communities.geometry.to_numpy()))

    def facilities_near(self, path: str, kind: str) -> npt.NDArray[np.int64]:
        """Return the facilities of a type in or just around a place: not farther than the longest walk; ascending."""
        mine = self._community_box[self.communities_in(path)]
        codes, names = self._facility_kind
        rows = np.flatnonzero(codes == names[kind]) if kind in names and len(mine) else np.empty(0, np.int64)
        if not len(rows):
            return rows
        low, high = mine[:, :2].min(axis=0) - self.furthest_m, mine[:, 2:].max(axis=0) + self.furthest_m
        west, south, east, north = self._facility_box[rows].T
        near = (west <= high[0]) & (east >= low[0]) & (south <= high[1]) & (north >= low[1])
        return np.asarray(rows[near])

    @cached_property
    def _outwards(self) -> Any:
        return pyproj.Transformer.from_crs(self.city.streets.crs, DEGREES, always_xy=True)

    @cached_property
    def _inwards(self) -> Any:
        return pyproj.Transformer.from_crs(DEGREES, self.city.streets.crs, always_xy=True)

    def to_degrees(self, xy: Floats) -> Floats:
        """Return places in degrees from metres, shape (n, 2)."""
        return np.column_stack(self._outwards.transform(*xy.T))

    def to_metres(self, lonlat: Floats) -> Floats:
        """Return places in metres from degrees, shape (n, 2)."""
        return np.column_stack(self._inwards.transform(*lonlat.T))


def _name(identity: str, estate: object, name: object) -> str:
    if not isinstance(name, str) or not isinstance(estate, str) or not name:
        return identity
    tail = identity.removeprefix(estate)
    return f"{name} {tail}" if tail else name


_STAGES: Keep[Stage] = Keep(2)
_WALKS: Keep[Walks] = Keep(2)
"""A city on its streets is large: those of two rounds."""


def _aligned(buildings: pd.DataFrame, city: City) -> pd.DataFrame:
    """Return the table in the order of the city's buildings."""
    if np.array_equal(buildings["building_id"].to_numpy(), city.building_ids):
        return buildings
    order = pd.Index(buildings["building_id"]).get_indexer(pd.Index(city.building_ids))
    aligned: pd.DataFrame = buildings.iloc[order].reset_index(drop=True)
    return aligned


def stage_of(run: Run) -> Stage:
    """Return the stage of a run.

    Parameters
    ----------
    run
        Done, with its snapshot.

    Returns
    -------
    Stage
        Kept by the run's digest and the rules. It is of the whole round: narrow it by `Stage.inside`.

    Raises
    ------
    SnapshotError
        If a file of the run or its snapshot is missing or was changed.
    """
    catalogue = site_catalogue()
    digest = f"{run.digest}:{catalogue.version}"

    def make() -> Stage:
        survey, tables = survey_of(run), tables_of(run)
        city = build_city(survey, open_space_types(catalogue))
        buildings = _aligned(tables.buildings, city)
        return Stage(digest, run.place, city, buildings, tables.meta.options, catalogue, survey, tables.meta.on)

    return _STAGES.get(digest, make)


def on_streets(stage: Stage) -> Walks:
    """Return a stage's buildings and facilities on its streets, put there as the assessment puts them.

    Parameters
    ----------
    stage
        The stage.

    Returns
    -------
    Walks
        Kept like the stage.
    """

    def make() -> Walks:
        walks = walks_of(stage.city, stage.furthest_m, stage.catalogue, stage.options, stage.on)
        walks.streets.grid_of_long(stage.options.island_m)
        return walks

    return _WALKS.get(stage.digest, make)


def warm(run: Run) -> threading.Thread:
    """Begin to put a run's city on its streets, so that the first what-if need not wait.

    Parameters
    ----------
    run
        Done, with its snapshot.

    Returns
    -------
    Thread
        What does it; soon over if it was done before.
    """
    thread = threading.Thread(target=lambda: on_streets(stage_of(run)), name="life-circle", daemon=True)
    thread.start()
    return thread
