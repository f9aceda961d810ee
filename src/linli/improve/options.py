"""Every lawful and useful option: a facility type in a place, whom it would newly serve, and what it would cost.

An *option* is a pair of place and facility type that the owner allows, that fits (area, storey, entrance, dates) and
that brings at least one resident within reach of something that is lacking. Its id is ``room:<room_id>:<type>`` or
``plot:<plot_id>:<type>``. A *link* says that an option would serve the need of a building under one demand (see
`linli.improve.need`), and how far the walk is along the streets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess import Assessment
from linli.assess.city import NEEDS
from linli.assess.ground import Ground, prepare
from linli.assess.standards import limit_of
from linli.assess.walks import is_within
from linli.circle import od_table, place_points
from linli.errors import InputError, Problem
from linli.improve.choices import ANY, ImproveOptions
from linli.improve.need import Demand, find_demands, old_young, people
from linli.improve.sites import FAMILY, Judgement, SiteNeeds, find_places, judge, of_type, site_needs
from linli.operate import estimate_years
from linli.rules import Catalogue
from linli.survey import Survey
from linli.units import OLD_AND_YOUNG

__all__ = ["Options", "find_options", "newly_together"]

Floats = npt.NDArray[np.float64]
Progress = Callable[[str, float | None], None]
MONTHS = 12
NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Options:
    """What could be done, and why the rest could not.

    Parameters
    ----------
    ground
        The survey on its streets.
    standard
        The standard planned for.
    demands
        Who is without, requirement by requirement.
    left_out
        Requirements that are not planned for, and why.
    places
        Rooms and plots, from `linli.improve.sites.find_places`.
    table
        One row an option: `option_id`, `place`, `place_id`, `place_kind`, `place_name`, `lever`, `type`,
        `floor_area_m2`, `site_area_m2`, `capacity`, `cost_yuan` (NaN = unset), `yearly_cost_yuan`,
        `yearly_income_yuan` (running, NaN = unset), `district`, `community_id`, `available_from`, `x`, `y` (degrees),
        `newly`, `newly_old_young` (residents, or m², newly served), `items` (requirements it serves), `note`.
    refused
        `place`, `place_id`, `place_kind`, `type`, `reason` (code of `linli.improve.sites.REASONS`).
    links
        `option` (row of `table`), `demand` (position), `building` (position), `distance_m`; only buildings without.
    dropped
        `demand`, `building`, `reason`: whom options refused as not worth it or without cost would serve.
    nearest_place_m
        Shape (buildings,): walk to the nearest room or plot, m, inf = none.
    choices
        The city's.
    catalogue_version, survey_digest
        What they were made from.
    """

    ground: Ground
    standard: str
    demands: tuple[Demand, ...]
    left_out: tuple[tuple[str, str], ...]
    places: pd.DataFrame
    table: pd.DataFrame
    refused: pd.DataFrame
    links: pd.DataFrame
    dropped: pd.DataFrame
    nearest_place_m: Floats
    choices: ImproveOptions
    catalogue_version: str
    survey_digest: str


def _quiet(_text: str, _done: float | None) -> None:
    return None


def _problem(code: str, zh: str, en: str, fix_zh: str, fix_en: str, value: str) -> Problem:
    return Problem(code, "error", {"zh": zh, "en": en}, {"zh": fix_zh, "en": fix_en}, value=value)


def _check(survey: Survey, assessment: Assessment, catalogue: Catalogue, choices: ImproveOptions) -> None:
    """Refuse an assessment of something else, and names that do not exist."""
    problems = []
    if (survey.manifest.digest or "") != assessment.meta.survey_digest:
        problems.append(
            _problem(
                "improve.other_survey", "评估不是由此次调查得出", "the assessment was made from another survey",
                "请用同一快照重新评估。", "Assess this snapshot again.", assessment.meta.survey_digest[:12],
            )
        )  # fmt: skip
    if catalogue.version != assessment.meta.catalogue_version:
        problems.append(
            _problem(
                "improve.other_rules", "评估所用规则与此不同", "the assessment was made with other rules",
                "请用同一规则目录重新评估。", "Assess with this catalogue again.", assessment.meta.catalogue_version,
            )
        )  # fmt: skip
    problems += [
        _problem(
            "improve.unknown_type", "没有这种设施类型", "there is no such facility type",
            "请改正 improve 选项。", "Correct the improve options.", name,
        )
        for name in sorted(_named_types(choices) - set(catalogue.facility_types) - {ANY})
    ]  # fmt: skip
    known = set(survey.layers["facilities"]["facility_id"].astype(str))
    problems += [
        _problem(
            "improve.unknown_facility", "没有这处设施", "there is no such facility",
            "请改正 `close`。", "Correct `close`.", name,
        )
        for name in sorted(set(choices.close) - known)
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def _named_types(choices: ImproveOptions) -> set[str]:
    named = {*(choices.types or ()), *choices.areas_m2, *choices.area_per_place_m2, *choices.yearly_cost}
    named |= {*choices.yearly_income, *choices.max_projects_by_type}
    return named | {kind for costs in choices.unit_costs.values() for kind in costs}


def _without_closed(survey: Survey, closed: tuple[str, ...]) -> Survey:
    if not closed:
        return survey
    facilities = survey.layers["facilities"]
    kept = facilities[~facilities["facility_id"].astype(str).isin(list(closed))].reset_index(drop=True)
    return replace(survey, layers={**survey.layers, "facilities": kept})


def _distances(ground: Ground, places: pd.DataFrame, limit_m: float) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
    """Walk from every building to every room and plot within a distance, and which of these stand on a street."""
    walks = ground.walks
    empty = pd.DataFrame({"place": NONE, "building": NONE, "distance_m": np.zeros(0)})
    if places.empty or not walks.streets.n_edges:
        return empty, np.zeros(len(places), dtype=bool)
    shapes = gpd.GeoSeries(places["geometry"].to_numpy(), index=pd.RangeIndex(len(places)), crs=ground.city.streets.crs)
    targets = place_points(walks.streets, shapes, ground.options.max_offset_m, island_m=ground.options.island_m)
    origins = replace(walks.origins, index=pd.RangeIndex(len(walks.origins.index)))
    pairs = od_table(walks.streets, origins, targets, limit_m)
    table = pd.DataFrame(
        {
            "place": pairs["target"].to_numpy("int64"),
            "building": pairs["origin"].to_numpy("int64"),
            "distance_m": pairs["distance_m"].to_numpy("float64"),
        }
    )
    return table.sort_values(["place", "building"], ignore_index=True), targets.placed


def _least(demands: Sequence[Demand], kind: str) -> dict[str, tuple[float, ...]]:
    """Return the minima that a type would have to meet, requirement by requirement."""
    ways = [way for demand in demands for way in demand.ways if kind in way.types]
    return {key: tuple(way.sizes.get(key, 0.0) for way in ways) for key in ("min_floor_area", "min_site_area")}


def _capacity(needs: SiteNeeds, found: Judgement) -> Floats:
    area = np.where(found.floor_area_m2 > 0, found.floor_area_m2, found.site_area_m2)
    if needs.area_per_place_m2 is None:
        return np.full(len(area), np.nan)
    return np.floor(area / needs.area_per_place_m2)


def _fits(sizes: Mapping[str, float], found: Judgement, capacity: Floats) -> npt.NDArray[np.bool_]:
    """Tell in which places a facility would be large enough for a requirement; an unknown capacity is not."""
    enough: npt.NDArray[np.bool_] = (found.floor_area_m2 >= sizes.get("min_floor_area", 0.0)) & (
        found.site_area_m2 >= sizes.get("min_site_area", 0.0)
    )
    if "min_capacity" in sizes:
        enough &= np.nan_to_num(capacity) >= sizes["min_capacity"]
    return enough


def _links(
    demands: Sequence[Demand], kind: str, found: Judgement, capacity: Floats, pairs: pd.DataFrame
) -> pd.DataFrame:
    """Pair the places that may hold a type with the buildings without that it would serve."""
    place, building = pairs["place"].to_numpy(), pairs["building"].to_numpy()
    metres = pairs["distance_m"].to_numpy()
    lawful = found.reason == ""
    parts = []
    for number, demand in enumerate(demands):
        for way in demand.ways:
            if kind not in way.types:
                continue
            fits = lawful & _fits(way.sizes, found, capacity)
            rows = np.flatnonzero(fits[place] & way.helps[building] & is_within(metres, way.distance_m))
            parts.append((place[rows], np.full(len(rows), number), building[rows], metres[rows]))
    columns = zip(*parts, strict=True) if parts else ((), (), (), ())
    names = ("place", "demand", "building", "distance_m")
    kinds = ("int64", "int64", "int64", "float64")
    table = pd.DataFrame(
        {
            name: np.concatenate(column).astype(dtype) if column else np.zeros(0, dtype)
            for name, dtype, column in zip(names, kinds, columns, strict=True)
        }
    )
    return table.drop_duplicates(["place", "demand", "building"], ignore_index=True)


def _newly(ground: Ground, demands: Sequence[Demand], links: pd.DataFrame, n: int) -> tuple[Floats, Floats]:
    """Count residents newly served by each place, each once however many requirements it is for: all, old and young."""
    columns = len(NEEDS)
    old = [NEEDS.index(band) for band in OLD_AND_YOUNG]
    key = links["place"].to_numpy() * len(ground.weight) + links["building"].to_numpy()
    pair, position = np.unique(key, return_inverse=True)
    best = np.zeros((len(pair), columns))
    elders = np.zeros(len(pair))
    for number, demand in enumerate(demands):
        rows = np.flatnonzero(links["demand"].to_numpy() == number)
        if not len(rows):
            continue
        who, at = links["building"].to_numpy()[rows], position[rows]
        best[at] = np.maximum(best[at], people(ground, demand)[who])
        elders[at] = np.maximum(elders[at], old_young(ground, demand)[who])
    # everybody includes those counted by band
    total = np.maximum(best[:, 0], best[:, 1:].sum(axis=1))
    either = np.maximum(elders, best[:, old].sum(axis=1))
    place = pair // max(len(ground.weight), 1)
    return (
        np.bincount(place, weights=total, minlength=n).astype("float64"),
        np.bincount(place, weights=either, minlength=n).astype("float64"),
    )


def _unit_cost(catalogue: Catalogue, ground: Ground, choices: ImproveOptions, lever: str, kind: str) -> float:
    own = of_type(choices.unit_costs.get(lever, {}), kind)  # type: ignore[call-overload]
    if own is not None:
        return float(own)
    for name in (f"{lever}_{kind}", lever):
        value = limit_of(catalogue, f"{FAMILY}/unit_cost", name, ground.on).value
        if value is not None:
            return value
    return float("nan")


def _running(
    ground: Ground, catalogue: Catalogue, choices: ImproveOptions, here: pd.DataFrame, kind: str, area: Floats,
    capacity: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return what a type costs and brings a year: as declared for it, else by its template, else as declared for any.

    The template's income holds the operating subsidy; its cost is without depreciation. A room's own rent is paid,
    a plot's building pays none.
    """
    rent = np.where(here["kind"] == "room", here["rent"].to_numpy(dtype="float64"), 0.0)
    places = pd.DataFrame({"type": kind, "floor_area_m2": area, "capacity": capacity, "room_rent_per_m2": rent})
    found = estimate_years(places, catalogue, on=ground.on)
    earned = found["yearly_income_yuan"].to_numpy("float64") + found["yearly_subsidy_yuan"].to_numpy("float64")
    both = []
    for declared, by_template, more in (
        (choices.yearly_cost, found["yearly_cost_yuan"].to_numpy("float64"), rent * MONTHS),
        (choices.yearly_income, earned, np.zeros(len(area))),
    ):
        own = of_type(declared, kind)
        by_area = ((np.nan if own is None else own) + more) * area
        both.append(by_area if kind in declared else np.where(np.isnan(by_template), by_area, by_template))
    return both[0], both[1]


def _rows(
    ground: Ground, catalogue: Catalogue, choices: ImproveOptions, places: pd.DataFrame, needs: SiteNeeds,
    found: Judgement, capacity: Floats, demands: Sequence[Demand], links: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Tabulate one type in every place that it serves somebody from."""
    newly, elders = _newly(ground, demands, links, len(places))
    served = np.flatnonzero(np.bincount(links["place"].to_numpy(), minlength=len(places)))
    kind, here = needs.type, places.iloc[served]
    lever, outdoors = found.lever[served], needs.place == "outdoor"
    area = np.where(outdoors, found.site_area_m2, found.floor_area_m2)[served]
    unit = {name: _unit_cost(catalogue, ground, choices, name, kind) for name in choices.levers}
    # an amount that is paid has no parts of a fen
    cost = np.round(area * np.array([unit[name] for name in lever], dtype="float64"), 2)
    running, income = _running(ground, catalogue, choices, here, needs.type, area, capacity[served])
    keys = np.array([demand.key for demand in demands], dtype=object)
    by_place = links.drop_duplicates(["place", "demand"]).sort_values(["place", "demand"]).groupby("place")["demand"]
    items = by_place.agg(lambda numbers: ";".join(keys[numbers.to_numpy()]))
    communities = ground.city.communities
    code = here["code"].to_numpy()
    note = [
        ";".join(filter(None, (old, "cost_unset" * bool(np.isnan(yuan)))))
        for old, yuan in zip(found.note[served], cost, strict=True)
    ]
    return pd.DataFrame(
        {
            "option_id": (here.index + f":{kind}").to_numpy(dtype=object),
            "place": here.index.to_numpy(dtype=object),
            "place_id": here["place_id"].to_numpy(dtype=object),
            "place_kind": here["kind"].to_numpy(dtype=object),
            "place_name": here["name"].to_numpy(dtype=object),
            "row": served,
            "lever": lever,
            "type": kind,
            "floor_area_m2": found.floor_area_m2[served],
            "site_area_m2": found.site_area_m2[served],
            "capacity": capacity[served],
            "cost_yuan": cost,
            "yearly_cost_yuan": running,
            "yearly_income_yuan": income,
            "district": communities["district"].to_numpy(dtype=object)[code],
            "community_id": communities.index.to_numpy(dtype=object)[code],
            "available_from": here["available_from"].fillna(pd.Timestamp(choices.start_on or ground.on)).to_numpy(),
            "newly": newly[served],
            "newly_old_young": elders[served],
            "items": items.reindex(served).to_numpy(dtype=object),
            "note": note,
        }
    )  # fmt: skip


def _refusals(places: pd.DataFrame, kind: str, reason: npt.NDArray[np.object_]) -> pd.DataFrame:
    rows = np.flatnonzero(reason != "")
    here = places.iloc[rows]
    return pd.DataFrame(
        {
            "place": here.index.to_numpy(dtype=object),
            "place_id": here["place_id"].to_numpy(dtype=object),
            "place_kind": here["kind"].to_numpy(dtype=object),
            "type": kind,
            "reason": reason[rows],
        }
    )


@dataclass(frozen=True, eq=False)
class _Found:
    """What was found for one type."""

    table: pd.DataFrame
    links: pd.DataFrame
    refused: pd.DataFrame
    dropped: pd.DataFrame


def _of_one_type(
    ground: Ground, catalogue: Catalogue, choices: ImproveOptions, demands: Sequence[Demand], kind: str,
    places: pd.DataFrame, pairs: pd.DataFrame, on_street: npt.NDArray[np.bool_],
) -> _Found:  # fmt: skip
    needs = site_needs(catalogue, kind, ground.on, choices)
    found = judge(places, needs, _least(demands, kind), choices)
    found = replace(
        found, reason=np.where((found.reason == "") & ~on_street, "off_street", found.reason).astype(object)
    )
    capacity = _capacity(needs, found)
    links = _links(demands, kind, found, capacity, pairs)
    table = _rows(ground, catalogue, choices, places, needs, found, capacity, demands, links)
    reason = found.reason.copy()
    worth = table["newly"].to_numpy() > 0
    few = worth & (table["newly"].to_numpy() < choices.min_newly)
    unset = worth & ~few & table["cost_yuan"].isna().to_numpy() & bool(choices.budget)
    nobody = np.ones(len(places), dtype=bool)
    nobody[table["row"].to_numpy()[worth]] = False
    reason[(reason == "") & nobody] = "nobody_new"
    row = table["row"].to_numpy()
    reason[row[few]], reason[row[unset]] = "too_few", "cost_unset"
    why = pd.Series(reason)
    of_link = why.reindex(links["place"]).to_numpy(dtype=object)
    dropped = links.assign(reason=of_link)[np.isin(of_link.astype(str), ("too_few", "cost_unset"))]
    keep = table[worth & ~few & ~unset].reset_index(drop=True)
    number = pd.Series(np.arange(len(keep)), index=keep["row"])
    kept = links[of_link == ""]
    links = kept.assign(option=number.reindex(kept["place"]).to_numpy().astype("int64"))
    return _Found(keep, links, _refusals(places, kind, reason), dropped[["demand", "building", "reason"]])


def _types(catalogue: Catalogue, demands: Sequence[Demand], choices: ImproveOptions) -> list[str]:
    asked = {kind for demand in demands for way in demand.ways for kind in way.types}
    chosen = asked if choices.types is None else asked & set(choices.types)
    return [kind for kind in catalogue.facility_types if kind in chosen]


def _collect(found: Sequence[_Found]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Put the types together, options in order of place and type."""
    offset, shifted = 0, []
    for one in found:
        shifted.append(one.links.assign(option=one.links["option"] + offset))
        offset += len(one.table)
    table = pd.concat([one.table for one in found], ignore_index=True)
    links = pd.concat(shifted, ignore_index=True)
    order = np.lexsort((table["type"].to_numpy(dtype=str), table["row"].to_numpy()))
    place = np.empty(len(table), dtype="int64")
    place[order] = np.arange(len(table))
    links["option"] = place[links["option"].to_numpy()]
    links = links.sort_values(["option", "demand", "building"], ignore_index=True)
    return (
        table.iloc[order].reset_index(drop=True),
        links[["option", "demand", "building", "distance_m"]],
        pd.concat([one.refused for one in found], ignore_index=True),
        pd.concat([one.dropped for one in found], ignore_index=True),
    )


def _degrees(survey: Survey, places: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Add where each option is, in degrees."""
    points = gpd.GeoSeries(places["geometry"].to_numpy(), crs=survey.manifest.metric_crs)
    middle = points.representative_point().to_crs(4326) if len(points) else points
    row = table["row"].to_numpy()
    return table.assign(x=middle.x.to_numpy()[row], y=middle.y.to_numpy()[row]).drop(columns="row")


def find_options(
    survey: Survey,
    assessment: Assessment,
    catalogue: Catalogue,
    choices: ImproveOptions,
    progress: Progress | None = None,
) -> Options:
    """Find every lawful and useful option.

    Parameters
    ----------
    survey
        A survey; not changed.
    assessment
        Of this survey, with this catalogue.
    catalogue
        The standards and siting needs, with the city's packs over them.
    choices
        The city's.
    progress
        Told the stage under way and the fraction done (0–1).

    Returns
    -------
    Options
        Options, refusals with their reason, and who would be served from where.

    Raises
    ------
    InputError
        If the assessment was made from something else, or the choices name what does not exist.
    UnknownRuleError
        If there is no such standard.
    """
    tell = progress or _quiet
    _check(survey, assessment, catalogue, choices)
    standard = choices.standard or assessment.meta.options.standards[0]
    dated = assessment.meta.options.model_copy(update={"standards": (standard,), "on": assessment.meta.on})
    ground = prepare(_without_closed(survey, choices.close), catalogue, dated, lambda text, _: tell(text, None))
    tell("needs", 0.3)
    demands, left_out = find_demands(ground, standard, choices)
    places = find_places(ground.city)
    limit_m = max((way.distance_m for demand in demands for way in demand.ways), default=0.0)
    pairs, on_street = _distances(ground, places, limit_m)
    nearest = np.full(len(ground.weight), np.inf)
    np.minimum.at(nearest, pairs["building"].to_numpy(), pairs["distance_m"].to_numpy())
    tell("options", 0.5)
    found = [
        _of_one_type(ground, catalogue, choices, demands, kind, places, pairs, on_street)
        for kind in _types(catalogue, demands, choices)
    ] or [_nothing(ground, catalogue, choices, places)]
    table, links, refused, dropped = _collect(found)
    tell("options", 1.0)
    return Options(
        ground=ground,
        standard=standard,
        demands=demands,
        left_out=left_out,
        places=places,
        table=_degrees(survey, places, table),
        refused=refused,
        links=links,
        dropped=dropped,
        nearest_place_m=nearest,
        choices=choices,
        catalogue_version=catalogue.version,
        survey_digest=survey.manifest.digest or "",
    )


def newly_together(options: Options, chosen: Sequence[str]) -> tuple[float, float]:
    """Count whom some options together newly serve, each resident once however many requirements.

    Parameters
    ----------
    options
        From `find_options`.
    chosen
        Option ids.

    Returns
    -------
    tuple of float
        Residents (or m²), and those of them under 6 or of 60 and over.
    """
    taken = options.table["option_id"].isin(list(chosen)).to_numpy(dtype=bool)
    links = options.links[taken[options.links["option"].to_numpy()]]
    total, elders = _newly(options.ground, options.demands, links.assign(place=0), 1)
    return float(total[0]), float(elders[0])


def _nothing(ground: Ground, catalogue: Catalogue, choices: ImproveOptions, places: pd.DataFrame) -> _Found:
    """Return the empty tables of a survey in which nothing is asked for."""
    none = places.iloc[:0]
    empty = np.zeros(0, dtype=bool)
    pairs = pd.DataFrame({"place": NONE, "building": NONE, "distance_m": np.zeros(0)})
    return _of_one_type(ground, catalogue, choices, (), "", none, pairs, empty)
