"""The ground an assessment stands on: survey, streets, standards and people, prepared once.

What belongs here: everything that has to be looked up or worked out before the first requirement is measured.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linli.assess.city import City, build_city
from linli.assess.coverage import Need, need_by_community, needed
from linli.assess.options import AssessOptions
from linli.assess.pace import LEVELS, Paces, paces_of
from linli.assess.qualify import qualified
from linli.assess.standards import Alternative, Requirement, Standard, limit_of, read_standard
from linli.assess.walks import Walks, Zones, build_walks, prepare_fields
from linli.rules import Catalogue
from linli.survey import Survey

__all__ = ["Ground", "facility_sets", "open_space_types", "prepare", "walks_of"]

Bools = npt.NDArray[np.bool_]
Progress = Callable[[str, float | None], None]
EVERYBODY = "all"
ZONES = ("zone_1", "zone_2", "zone_3")
OPEN_SPACE = "sport"
"""Group of the vocabulary that holds grounds, gardens and parks."""


@dataclass(frozen=True, eq=False)
class Ground:
    """Everything the measures stand on.

    Parameters
    ----------
    city, walks
        The survey as arrays, and on its streets.
    standards
        The standards chosen, every figure looked up.
    need
        Residents (or m²) by community and band.
    weight
        Residents (or m²) by building and band, 0 where unknown.
    paces
        How far people walk, m to m.
    options
        The city's choices.
    on
        The date whose rules hold.
    types
        Facility types that are asked for or there, with the age bands each serves (none = everybody).
    radii_m
        Distances at which coverage of each type is tabulated, m.
    zones
        How the offer of a facility falls with distance; ``None`` if it is not known.
    """

    city: City
    walks: Walks
    standards: tuple[Standard, ...]
    need: Need
    weight: npt.NDArray[np.float64]
    paces: Paces
    options: AssessOptions
    on: dt.date
    types: Mapping[str, tuple[str, ...]]
    radii_m: Mapping[str, Sequence[float]]
    zones: Zones | None

    @property
    def requirements(self) -> list[Requirement]:
        """Every requirement of every standard, in order."""
        return [requirement for standard in self.standards for requirement in standard.requirements]

    def of_type(self, kind: str) -> Bools:
        """Return which facilities are of a type, shape (facilities,)."""
        mask: Bools = (self.city.facilities["type"] == kind).to_numpy(dtype=bool)
        return mask


def open_space_types(catalogue: Catalogue) -> frozenset[str]:
    """Return the facility types whose outline is their site: sport and open space."""
    return frozenset(kind for kind, rule in catalogue.facility_types.items() if rule.group == OPEN_SPACE)


def _types(standards: Sequence[Standard], catalogue: Catalogue, city: City) -> dict[str, tuple[str, ...]]:
    """Facility types that are asked for or there, in the order of the vocabulary, with the ages each serves."""
    requirements = [requirement for standard in standards for requirement in standard.requirements]
    others = [other for requirement in requirements for other in requirement.alternatives]
    asked = {kind for one in requirements for kind in one.types} | {kind for one in others for kind in one.types}
    there = set(city.facilities["type"].dropna().astype(str))
    found = {}
    for kind, rule in catalogue.facility_types.items():
        if kind in asked | there:
            bands = tuple(rule.body["age_bands"])
            found[kind] = () if EVERYBODY in bands else bands
    return found


def _distances(standards: Sequence[Standard]) -> dict[str, list[float]]:
    """Distances that the standards ask of each facility type, m."""
    found: dict[str, list[float]] = {}
    for standard in standards:
        for requirement in standard.requirements:
            own = requirement.value("distance")
            asked: list[tuple[tuple[str, ...], float | None]] = [(requirement.types, own)]
            asked += [
                (other.types, other.limits["distance"].value if "distance" in other.limits else own)
                for other in requirement.alternatives
            ]
            for types, distance in asked:
                for kind in types if distance is not None else ():
                    found.setdefault(kind, []).append(float(distance or 0))
    return found


def _levels(catalogue: Catalogue, on: dt.date) -> list[float]:
    limits = [limit_of(catalogue, "walking/distance", level, on) for level in LEVELS]
    return [limit.value for limit in limits if limit.value is not None]


def _zones(catalogue: Catalogue, options: AssessOptions, on: dt.date) -> Zones | None:
    """Say how the offer of a facility falls with distance: zones at the levels, or a curve to the last of them."""
    radii = [limit_of(catalogue, "walking/distance", level, on).value for level in LEVELS]
    weights = [limit_of(catalogue, "scoring/catchment", name, on).value for name in ZONES]
    if None in radii or (None in weights and options.catchment == "zones"):
        return None
    metres = tuple(float(radius or 0) for radius in radii)
    if options.catchment == "gaussian":
        return Zones(metres[-1:], None)
    return Zones(metres, tuple(float(weight or 0) for weight in weights))


def _extra_m(city: City, catalogue: Catalogue, person: str, on: dt.date) -> npt.NDArray[np.float64] | None:
    """Metres of level walk that steps and crossings cost this person; nothing while nobody published the seconds."""
    speed = limit_of(catalogue, "walking/speed", person, on).value
    total = np.zeros(len(city.streets))
    for column, name in (("steps", "steps"), ("crossing", "crossing")):
        seconds = limit_of(catalogue, "walking/extra_time", name, on).value
        if seconds and speed and column in city.streets.columns:
            there = city.streets[column].astype("boolean").to_numpy(dtype="bool", na_value=False)
            total += there * seconds * speed
    return total if total.any() else None


def walks_of(city: City, limit_m: float, catalogue: Catalogue, options: AssessOptions, on: dt.date) -> Walks:
    """Put a city on its streets as an assessment does, with what steps and crossings cost whoever's walk counts.

    Parameters
    ----------
    city
        Any city.
    limit_m
        How far fields reach, m, > 0.
    catalogue
        The rules.
    options
        The city's choices.
    on
        The date whose rules hold.

    Returns
    -------
    Walks
        Ready to measure.
    """
    return build_walks(city, limit_m, options, _extra_m(city, catalogue, options.person, on))


def facility_sets(city: City, standard: Standard) -> Iterator[Bools]:
    """Name every set of facilities whose nearest member will be asked for.

    Parameters
    ----------
    city
        Any city.
    standard
        The standard about to be evaluated.

    Yields
    ------
    ndarray of bool, shape (facilities,)
        Qualifying at best and for sure, of every reach requirement and alternative.
    """
    for requirement in standard.requirements:
        if requirement.kind != "reach" or requirement.missing:
            continue
        asked: tuple[Requirement | Alternative, ...] = (requirement, *requirement.alternatives)
        for one in asked:
            kinds = qualified(city.facilities, one.types, one.limits)
            yield kinds.best
            yield kinds.sure


def prepare(survey: Survey, catalogue: Catalogue, options: AssessOptions, tell: Progress) -> Ground:
    """Prepare everything that the measures stand on.

    Parameters
    ----------
    survey
        A survey; not changed.
    catalogue
        The standards, with the city's packs over them.
    options
        The city's choices.
    tell
        Told the stage under way and the fraction done (0–1).

    Returns
    -------
    Ground
        Distances to the nearest facility of every type and size worked out, m.

    Raises
    ------
    UnknownRuleError
        If the options name a standard that the catalogue does not hold, or a walking distance is not in force.
    UnsetValueError
        If a walking speed was never published.
    CrsError
        If the survey has no metric CRS.
    """
    on = options.on or survey.manifest.surveyed_on
    tell("survey", 0.0)
    standards = tuple(read_standard(catalogue, name, options, on) for name in options.standards)
    paces = paces_of(catalogue, options.person, on)
    city = build_city(survey, open_space_types(catalogue))
    types, asked, levels = _types(standards, catalogue, city), _distances(standards), _levels(catalogue, on)
    tell("streets", 0.1)
    limit_m = max([*levels, *(metres for several in asked.values() for metres in several)], default=1.0)
    walks = walks_of(city, limit_m, catalogue, options, on)
    ground = Ground(
        city=city,
        walks=walks,
        standards=standards,
        need=need_by_community(city, walks.placed),
        weight=needed(city),
        paces=paces,
        options=options,
        on=on,
        types=types,
        radii_m={kind: sorted({*levels, *asked.get(kind, ())}) for kind in types},
        zones=_zones(catalogue, options, on),
    )
    tell("distances", 0.2)
    prepare_fields(walks, [ground.of_type(kind) for kind in types])
    prepare_fields(walks, [mask for standard in standards for mask in facility_sets(city, standard)])
    return ground
