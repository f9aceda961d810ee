"""Where something could be put: vacant rooms and plots, and what a type of facility needs of a place.

What belongs here: the table of places, the needs of a type looked up once, and the judgement whether a type may go
into a place, by which lever, taking how much of it. A *place* is a room or a plot. A type goes *indoors* (a room, or a
new building on a plot), *outdoors* (the ground of a plot), on its *own site* (a new building on land of its own), or
*elsewhere* (not a matter of rooms and plots).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from linli.assess.city import City, known_numbers
from linli.assess.standards import limit_of
from linli.errors import UnknownRuleError, UnsetValueError
from linli.improve.choices import ANY, ImproveOptions
from linli.rules import Catalogue

__all__ = ["NOTES", "REASONS", "Judgement", "SiteNeeds", "find_places", "judge", "of_type", "site_needs"]

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.object_]
FAMILY = "siting_needs"
GROUND_STOREY = 1.0

REASONS: dict[str, dict[str, str]] = {
    "elsewhere": {"zh": "此类设施不由用房或地块解决", "en": "this type is not a matter of rooms and plots"},
    "needs_ground": {"zh": "须用室外场地", "en": "needs open ground"},
    "needs_own_site": {"zh": "须独立占地新建", "en": "needs a new building on land of its own"},
    "not_buildable": {
        "zh": "地块不可建房或可建面积未知",
        "en": "nothing may be built on the plot, or nobody knows how much",
    },
    "not_allowed": {"zh": "产权单位不允许此用途", "en": "the owner does not allow it"},
    "lever_closed": {"zh": "本次不采用此方式", "en": "this way of getting a facility is not open"},
    "storey_high": {"zh": "楼层过高", "en": "too high up"},
    "storey_low": {"zh": "设在地下", "en": "below ground"},
    "no_lift": {"zh": "二层及以上且无电梯", "en": "no lift to this storey"},
    "no_entrance": {
        "zh": "不在底层，无法开设独立出入口",
        "en": "no entrance of its own, and none can be made above ground level",
    },
    "too_small": {"zh": "面积不足", "en": "too small"},
    "too_late": {"zh": "可用时间过晚", "en": "available too late"},
    "term_short": {"zh": "可用年限过短", "en": "available for too short a term"},
    "off_street": {"zh": "离道路过远，无法定位", "en": "too far from any street to be placed"},
    "area_unset": {
        "zh": "此类设施取多少面积未填，无法在地块上新建",
        "en": "how much area it takes is unset, so no building can be planned",
    },
    "outside": {"zh": "不在任何社区内", "en": "outside every community"},
    "nobody_new": {"zh": "没有新增服务居民", "en": "serves nobody who is not served already"},
    "too_few": {"zh": "新增服务居民过少", "en": "newly serves too few"},
    "cost_unset": {"zh": "有预算而单位造价未填", "en": "there is a budget and no unit cost"},
}
"""Why a type cannot go into a place, in Chinese and English."""

NOTES: dict[str, dict[str, str]] = {
    "entrance_made": {"zh": "须开设独立出入口", "en": "an entrance of its own has to be made"},
    "entrance_unknown": {"zh": "有无独立出入口未知", "en": "whether it has an entrance of its own is not known"},
    "storey_unknown": {"zh": "楼层未知", "en": "the storey is not known"},
    "available_unknown": {
        "zh": "可用日期未知，按即日可用",
        "en": "the date of availability is not known; taken as now",
    },
    "cost_unset": {"zh": "单位造价未填，仅以面积表示", "en": "no unit cost is set: m² only"},
}
"""What has to be known about an option, in Chinese and English."""


@dataclass(frozen=True, slots=True)
class SiteNeeds:
    """What a type of facility needs of a place.

    Parameters
    ----------
    type
        Its code.
    place
        ``indoor``, ``outdoor``, ``own_site`` or ``elsewhere``.
    storey_min, storey_max, storey_without_lift
        Storeys; ``None`` = not bound.
    own_entrance
        Whether it needs an entrance of its own.
    works
        Whether any room has to be converted for it.
    area_m2
        What it takes of a larger place (floor area, outdoors site area), m²; ``None`` = the whole place.
    area_least_m2
        Below this (floor area, outdoors site area) it is not a facility of the type, m²; 0 = not bound.
    area_per_place_m2
        m² per place; ``None`` = not known.
    """

    type: str
    place: str
    storey_min: float | None
    storey_max: float | None
    storey_without_lift: float | None
    own_entrance: bool
    works: bool
    area_m2: float | None
    area_least_m2: float
    area_per_place_m2: float | None


@dataclass(frozen=True, eq=False)
class Judgement:
    """Whether a type may go into each place; arrays of shape (places,).

    Parameters
    ----------
    reason
        Code of `REASONS`, empty where it may.
    lever
        Code of the lever.
    floor_area_m2, site_area_m2
        What it takes of the place, m²; 0 where it takes none.
    note
        Codes of `NOTES`, ";"-separated.
    """

    reason: Words
    lever: Words
    floor_area_m2: Floats
    site_area_m2: Floats
    note: Words


def _text(catalogue: Catalogue, rule: str, name: str, on: dt.date) -> str | bool | None:
    try:
        value = catalogue.value(f"{FAMILY}/{rule}", name, on=on).value
    except (UnknownRuleError, UnsetValueError):
        return None
    return value if isinstance(value, str | bool) else None


def site_needs(catalogue: Catalogue, kind: str, on: dt.date, choices: ImproveOptions) -> SiteNeeds:
    """Look up what a type of facility needs of a place.

    Parameters
    ----------
    catalogue
        The rules; their family ``siting_needs``.
    kind
        Facility type.
    on
        The date.
    choices
        The city's own areas, which go before the catalogue's.

    Returns
    -------
    SiteNeeds
        A type that the catalogue does not name goes elsewhere; works are needed unless it says that they are not.
    """

    def number(rule: str) -> float | None:
        return limit_of(catalogue, f"{FAMILY}/{rule}", kind, on).value

    return SiteNeeds(
        type=kind,
        place=str(_text(catalogue, "place", kind, on) or "elsewhere"),
        storey_min=number("storey_min"),
        storey_max=number("storey_max"),
        storey_without_lift=number("storey_without_lift"),
        own_entrance=_text(catalogue, "own_entrance", kind, on) is True,
        works=_text(catalogue, "works", kind, on) is not False,
        area_m2=choices.areas_m2.get(kind, number("area")),
        area_least_m2=number("area_least") or 0.0,
        area_per_place_m2=choices.area_per_place_m2.get(kind, number("area_per_place")),
    )


_ROOM = {"room_id": "place_id", "floor_area_m2": "floor_m2"}
_PLOT = {"plot_id": "place_id", "buildable_floor_area_m2": "floor_m2", "site_area_m2": "site_m2"}
_COLUMNS = (
    "place_id", "kind", "name", "code", "owner", "owner_kind", "floor_m2", "site_m2", "storey", "own_entrance",
    "available_from", "term_years", "rent", "allowed_types", "geometry",
)  # fmt: skip


def find_places(city: City) -> pd.DataFrame:
    """Put rooms and plots into one table.

    Parameters
    ----------
    city
        Any city.

    Returns
    -------
    DataFrame
        Rooms, then plots, each by id: `place` (``room:<id>`` or ``plot:<id>``, the index), `place_id`, `kind`, `name`,
        `code` (community, −1 = outside), `owner`, `owner_kind`, `floor_m2` (rooms: floor area; plots: buildable),
        `site_m2`, `storey`, `own_entrance`, `available_from`, `term_years`, `rent` (yuan/m²·month), `allowed_types`
        (frozenset, None = any), `geometry` (metres).
    """
    rooms = pd.DataFrame(city.rooms).rename(columns={**_ROOM, "rent_yuan_m2_month": "rent"}).assign(kind="room")
    plots = pd.DataFrame(city.plots).rename(columns=_PLOT).assign(kind="plot")
    parts = [part.reindex(columns=list(_COLUMNS)).astype("object") for part in (rooms, plots)]
    table = pd.concat(parts, ignore_index=True)
    table["place_id"] = table["place_id"].astype(str)
    for column in ("floor_m2", "site_m2", "storey", "term_years", "rent"):
        table[column] = known_numbers(table, column)
    table["code"] = table["code"].fillna(-1).astype("int64")
    table["own_entrance"] = table["own_entrance"].astype("boolean")
    table["available_from"] = pd.to_datetime(table["available_from"], errors="coerce")
    allowed = [_allowed(value) for value in table["allowed_types"]]
    table["allowed_types"] = pd.Series(allowed, index=table.index, dtype="object")
    table.index = pd.Index(table["kind"] + ":" + table["place_id"], name="place")
    return table


def _allowed(value: object) -> frozenset[str] | None:
    if isinstance(value, str):
        names = [part.strip() for part in value.split(";") if part.strip()]
    elif isinstance(value, Iterable):
        names = [str(part) for part in value]
    else:
        names = []
    return frozenset(names) or None


def _fixed(places: pd.DataFrame, needs: SiteNeeds) -> Words:
    """Say which places are of the wrong kind for the type."""
    room = (places["kind"] == "room").to_numpy(dtype=bool)
    reason = np.full(len(places), "", dtype=object)
    if needs.place == "elsewhere":
        reason[:] = "elsewhere"
    elif needs.place == "outdoor":
        reason[room] = "needs_ground"
    else:
        buildable = np.nan_to_num(places["floor_m2"].to_numpy(dtype="float64")) > 0
        reason[~room & ~buildable] = "not_buildable"
        if needs.place == "own_site":
            reason[room] = "needs_own_site"
    return reason


def _storey_reason(
    places: pd.DataFrame, needs: SiteNeeds, choices: ImproveOptions
) -> Mapping[str, npt.NDArray[np.bool_]]:
    """Say which rooms are on the wrong storey; an unknown storey is not wrong."""
    room = (places["kind"] == "room").to_numpy(dtype=bool)
    storey = places["storey"].to_numpy(dtype="float64")
    lift = places["place_id"].isin(list(choices.lifts)).to_numpy(dtype=bool)

    def above(limit: float | None) -> npt.NDArray[np.bool_]:
        return room & (storey > limit) if limit is not None else np.zeros(len(room), dtype=bool)

    low = room & (storey < needs.storey_min) if needs.storey_min is not None else np.zeros(len(room), dtype=bool)
    return {
        "storey_high": above(needs.storey_max),
        "storey_low": low,
        "no_lift": above(needs.storey_without_lift) & ~lift,
    }


def _entrance(places: pd.DataFrame, needs: SiteNeeds) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return where the entrance needed is lacking for sure, and where nobody knows."""
    room = (places["kind"] == "room").to_numpy(dtype=bool) & needs.own_entrance
    known = places["own_entrance"].notna().to_numpy(dtype=bool)
    has = places["own_entrance"].fillna(value=False).to_numpy(dtype=bool)
    return room & known & ~has, room & ~known


def _taken(available: Floats, least: Iterable[float], own: float | None, *, divide: bool) -> Floats:
    """Return what a type takes of each place: its own area or the largest minimum that fits, else all; 0 = too small.

    `least` holds the minimum of each requirement that it would meet; a place that meets none of them is too small.
    """
    room = np.nan_to_num(available)
    minima = sorted(set(least))
    fits = np.zeros(len(room))
    for minimum in minima:
        fits = np.where(room >= minimum, np.maximum(minimum, fits), fits)
    enough = (room > 0) & (room >= (minima[0] if minima else 0.0))
    if not divide:
        return np.where(enough, room, 0.0)
    wish = np.maximum(fits, own or 0.0)
    taken = np.where(wish > 0, np.minimum(wish, room), room)
    return np.where(enough, taken, 0.0)


def _areas(
    places: pd.DataFrame, needs: SiteNeeds, least: Mapping[str, tuple[float, ...]], choices: ImproveOptions
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Return floor area and site area taken, m², and where the place is too small."""
    room = (places["kind"] == "room").to_numpy(dtype=bool)
    floor, site = places["floor_m2"].to_numpy(dtype="float64"), places["site_m2"].to_numpy(dtype="float64")
    floors, sites = least.get("min_floor_area", ()), least.get("min_site_area", ())
    if needs.place == "outdoor":
        sites = tuple(max(minimum, needs.area_least_m2) for minimum in sites)
    else:
        floors = tuple(max(minimum, needs.area_least_m2) for minimum in floors)
    if needs.place == "outdoor":
        ground = _taken(site, sites, needs.area_m2, divide=choices.divide_rooms)
        return np.zeros(len(places)), ground, ~room & (ground <= 0)
    inside = _taken(floor, floors, needs.area_m2, divide=choices.divide_rooms)
    asked = [minimum for minimum in sites if minimum > 0]
    if not asked:
        # a new building takes its part of the plot's land
        share = np.divide(inside, floor, out=np.zeros(len(places)), where=np.nan_to_num(floor) > 0)
        return inside, np.where(room, 0.0, share * np.nan_to_num(site)), inside <= 0
    ground = _taken(site, sites, None, divide=choices.divide_rooms)
    small = (inside <= 0) | room | (ground <= 0)
    return inside, np.where(room, 0.0, ground), small


def _no_area(needs: SiteNeeds, least: Mapping[str, tuple[float, ...]]) -> bool:
    """Tell whether nothing says how large a building for the type would be."""
    known = [needs.area_m2 or 0.0, needs.area_least_m2, *least.get("min_floor_area", ())]
    return needs.place != "outdoor" and not any(known)


def _lever(places: pd.DataFrame, needs: SiteNeeds, lacking: npt.NDArray[np.bool_]) -> Words:
    room = (places["kind"] == "room").to_numpy(dtype=bool)
    as_it_is = room & ~lacking & (not needs.works)
    return np.select([as_it_is, room], ["reallocate", "convert"], "build").astype(object)


def _dates(places: pd.DataFrame, choices: ImproveOptions) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    late = np.zeros(len(places), dtype=bool)
    if choices.end_on is not None:
        late = (places["available_from"] > pd.Timestamp(choices.end_on)).to_numpy(dtype=bool)
    return late, (places["term_years"] < choices.min_term_years).to_numpy(dtype=bool)


def _joined(flags: Mapping[str, npt.NDArray[np.bool_]], n: int) -> Words:
    notes = np.full(n, "", dtype=object)
    for code, flag in flags.items():
        rows = np.flatnonzero(flag)
        notes[rows] = [f"{old};{code}" if old else code for old in notes[rows]]
    return notes


def judge(
    places: pd.DataFrame, needs: SiteNeeds, least: Mapping[str, tuple[float, ...]], choices: ImproveOptions
) -> Judgement:
    """Judge whether a type may go into each place.

    Parameters
    ----------
    places
        From `find_places`.
    needs
        Of the type.
    least
        By ``min_floor_area`` and ``min_site_area``: the minimum (m², 0 = none) of each requirement that the type would
        meet.
    choices
        The city's.

    Returns
    -------
    Judgement
        The first reason that stands against it, in the order of `REASONS`.
    """
    room = (places["kind"] == "room").to_numpy(dtype=bool)
    reason = _fixed(places, needs)
    lacking, unsure = _entrance(places, needs)
    above = np.nan_to_num(places["storey"].to_numpy(dtype="float64"), nan=GROUND_STOREY) != GROUND_STOREY
    lever = _lever(places, needs, lacking | unsure)
    floor, site, small = _areas(places, needs, least, choices)
    late, short = _dates(places, choices)
    allowed = np.array([names is None or needs.type in names for names in places["allowed_types"]], dtype=bool)
    against = {
        "not_allowed": ~allowed,
        "lever_closed": ~np.isin(lever.astype(str), choices.levers),
        **_storey_reason(places, needs, choices),
        "no_entrance": lacking & above,
        "too_small": small,
        "area_unset": ~room & _no_area(needs, least),
        "too_late": late,
        "term_short": short,
        "outside": places["code"].to_numpy() < 0,
    }
    for code, flag in against.items():
        reason = np.where((reason == "") & flag, code, reason).astype(object)
    notes = {
        "entrance_made": lacking & ~above,
        "entrance_unknown": unsure,
        "storey_unknown": room & places["storey"].isna().to_numpy(dtype=bool),
        "available_unknown": room & places["available_from"].isna().to_numpy(dtype=bool),
    }
    return Judgement(reason, lever, floor, site, _joined(notes, len(places)))


def of_type(by_type: Mapping[str, float], kind: str) -> float | None:
    """Return the number of a type, else the one of `ANY`, else None."""
    return by_type.get(kind, by_type.get(ANY))
