"""A year later: what was opened, closed, moved, renewed and asked for, with a ledger of every true change.

The ledger lets tests and the comparison of rounds be checked against the truth: one row per changed cell, or per row
that came or went (column empty). Residents change everywhere, so for them it holds one row per community and column.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely

from linli.survey.demo.buildings import BAND_COLUMNS, sum_residents
from linli.survey.demo.facilities import kind_of
from linli.survey.demo.people import grow_older
from linli.survey.demo.rooms import wish_counts

__all__ = ["Done", "next_round"]

Done = tuple[str, str, float]
"""A project carried out in the year between: room, facility type, floor area taken, m²."""

Tables = dict[str, pd.DataFrame]
Ledger = list[tuple[str, str, str, str | None, Any, Any]]

_PER_STORY = 12
_OPENED = ("canteen", "nursery", "elderly_day_care", "culture_station")


def _cell(frame: pd.DataFrame, row: Any, column: str) -> Any:
    return frame.loc[row, column]


def _set(tables: Tables, ledger: Ledger, change: str, layer: str, row: Any, column: str, value: Any) -> None:
    """Write one cell and note it."""
    frame = tables[layer]
    key = frame.columns[0]
    before = _cell(frame, row, column)
    ledger.append((change, layer, str(_cell(frame, row, key)), column, before, value))
    frame.loc[row, column] = value


def _pick(frame: pd.DataFrame, mask: pd.Series, n: int, rng: np.random.Generator) -> list[Any]:
    rows = frame.index[mask.to_numpy(dtype=bool, na_value=False)]
    return sorted(rng.permutation(rows)[:n].tolist())


def _opened(tables: Tables, room: pd.Series, facility_type: str, area_m2: float, ahead: int) -> dict[str, Any]:
    """Return the row of a facility in a room."""
    kind, communities = kind_of(facility_type), tables["communities"].set_index("community_id")["name"]
    name = str(communities[room["community_id"]]).removesuffix("社区")
    return {
        "facility_id": _new_id(tables["facilities"], "facility_id", ahead),
        "type": kind.type,
        "name": f"{name}{kind.label}",
        "community_id": room["community_id"],
        "floor_area_m2": area_m2,
        "site_area_m2": np.nan,
        "capacity": np.round(area_m2 / kind.m2_per_place) if kind.m2_per_place else np.nan,
        "storey": room["storey"],
        "own_entrance": room["own_entrance"],
        "opening_hours": kind.hours,
        "operator": kind.operator,
        "status": "in_use",
        "geometry": room["geometry"],
    }


def _open_in_rooms(tables: Tables, ledger: Ledger, n: int, rng: np.random.Generator) -> None:
    """Turn vacant rooms into facilities of a type that the room allows and the community lacks."""
    rooms, facilities = tables["rooms"], tables["facilities"]
    has = set(zip(facilities["community_id"], facilities["type"], strict=True))
    new: list[dict[str, Any]] = []
    gone: list[Any] = []
    for row in rng.permutation(rooms.index).tolist():
        room = rooms.loc[row]
        allowed = str(room["allowed_types"]).split(";") if room["allowed_types"] else list(_OPENED)
        types = [t for t in allowed if t in _OPENED and (room["community_id"], t) not in has]
        if not types or len(gone) == n:
            continue
        has.add((room["community_id"], types[0]))
        new.append(_opened(tables, room, types[0], room["floor_area_m2"], len(new)))
        gone.append(row)
        ledger.append(("room_taken", "rooms", str(room["room_id"]), None, room["name"], None))
        ledger.append(("facility_opened", "facilities", new[-1]["facility_id"], None, None, new[-1]["name"]))
    tables["rooms"] = rooms.drop(index=gone).reset_index(drop=True)
    tables["facilities"] = _append(facilities, new)


def _carry_out(tables: Tables, ledger: Ledger, projects: Sequence[Done]) -> None:
    """Open what was planned; what a project leaves of a room stays vacant."""
    for room_id, facility_type, area_m2 in projects:
        rooms = tables["rooms"]
        (row,) = rooms.index[rooms["room_id"] == room_id]
        room, rest = rooms.loc[row], float(_cell(rooms, row, "floor_area_m2")) - area_m2
        facility = _opened(tables, room, facility_type, area_m2, 0)
        if rest > 0:
            _set(tables, ledger, "room_divided", "rooms", row, "floor_area_m2", rest)
        else:
            ledger.append(("room_taken", "rooms", room_id, None, room["name"], None))
            tables["rooms"] = rooms.drop(index=row).reset_index(drop=True)
        ledger.append(("facility_opened", "facilities", facility["facility_id"], None, None, facility["name"]))
        tables["facilities"] = _append(tables["facilities"], [facility])


def _new_id(frame: pd.DataFrame, key: str, ahead: int) -> str:
    last = frame[key].iloc[-1]
    return f"{last[0]}{int(last[1:]) + 1 + ahead:0{len(last) - 1}d}"


def _append(frame: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    if not rows:
        return frame
    more = pd.DataFrame(rows, columns=frame.columns)
    more = more.astype({c: t for c, t in frame.dtypes.items() if c != "geometry"})
    return pd.concat([frame, more], ignore_index=True)


def _build_on_plots(tables: Tables, ledger: Ledger, n: int, rng: np.random.Generator) -> None:
    """Turn corner plots into pocket parks."""
    plots, facilities = tables["plots"], tables["facilities"]
    points = pd.Series(shapely.get_type_id(plots["geometry"].to_numpy()) == 0, index=plots.index)
    rows = _pick(plots, points, n, rng)
    kind = kind_of("pocket_park")
    new: list[dict[str, Any]] = []
    for row in rows:
        plot = plots.loc[row]
        new.append(
            {
                "facility_id": _new_id(facilities, "facility_id", len(new)),
                "type": kind.type,
                "name": f"{plot['name']}{kind.label}",
                "community_id": plot["community_id"],
                "site_area_m2": plot["site_area_m2"],
                "operator": kind.operator,
                "status": "in_use",
                "geometry": plot["geometry"],
            }
        )
        ledger.append(("plot_built", "plots", str(plot["plot_id"]), None, plot["name"], None))
        ledger.append(("facility_opened", "facilities", new[-1]["facility_id"], None, None, new[-1]["name"]))
    tables["plots"] = plots.drop(index=rows).reset_index(drop=True)
    tables["facilities"] = _append(facilities, new)


def _change_facilities(tables: Tables, ledger: Ledger, n: int, rng: np.random.Generator) -> None:
    """Close, reopen, move, rename and measure some facilities."""
    f = tables["facilities"]
    used: set[Any] = set()

    def some(mask: pd.Series, count: int) -> list[Any]:
        rows = _pick(f, mask & ~f.index.isin(list(used)), count, rng)
        used.update(rows)
        return rows

    small = f["type"].isin(["canteen", "elderly_station", "convenience_store", "clinic", "market"])
    for row in some(small & (f["status"] == "in_use"), n):
        _set(tables, ledger, "facility_closed", "facilities", row, "status", "closed")
    for row in some(f["status"] == "suspended", n):
        _set(tables, ledger, "facility_reopened", "facilities", row, "status", "in_use")
    point = pd.Series(shapely.get_type_id(f["geometry"].to_numpy()) == 0, index=f.index)
    for row in some(f["type"].isin(["nursery", "culture_station", "pharmacy", "health_station"]) & point, n):
        near = f.index[(f["community_id"] == _cell(f, row, "community_id")) & point & ~f.index.isin(list(used))]
        _set(tables, ledger, "facility_moved", "facilities", row, "geometry", _cell(f, rng.choice(near), "geometry"))
    for row in some(f["type"].isin(["supermarket", "kindergarten", "restaurant"]), n):
        name = str(_cell(f, row, "name"))
        _set(tables, ledger, "facility_renamed", "facilities", row, "name", f"新{name}")
    for row in some(
        f["floor_area_m2"].isna()
        & f["type"].isin(["nursery", "canteen", "elderly_day_care", "supermarket", "pharmacy"]),
        2 * n,
    ):
        middle = kind_of(str(_cell(f, row, "type"))).floor_m2 or (100.0, 0.1)
        area = float(np.round(middle[0] * rng.uniform(0.6, 1.5)))
        _set(tables, ledger, "facility_measured", "facilities", row, "floor_area_m2", area)


def _renew_estates(tables: Tables, ledger: Ledger, n: int, rng: np.random.Generator) -> None:
    """Renew old estates: lifts, parking and charging, a property service."""
    estates, buildings = tables["estates"], tables["buildings"]
    rows = _pick(estates, estates["old_estate"] & (estates["dwellings"] > 0), n, rng)
    for row in rows:
        estate = str(_cell(estates, row, "estate_id"))
        spaces = _cell(estates, row, "parking_spaces")
        if not np.isnan(spaces):
            more = float(np.round(spaces * 1.25) + 6)
            _set(tables, ledger, "estate_renewed", "estates", row, "parking_spaces", more)
        charge = float(_cell(estates, row, "charging_spaces") + 12)
        _set(tables, ledger, "estate_renewed", "estates", row, "charging_spaces", charge)
        if _cell(estates, row, "property_service") != "professional":
            _set(tables, ledger, "estate_renewed", "estates", row, "property_service", "professional")
        without = (buildings["estate_id"] == estate) & ~buildings["has_lift"].fillna(value=True).astype(bool)
        for building in buildings.index[without]:
            _set(tables, ledger, "lift_added", "buildings", building, "has_lift", value=True)


def _free_rooms(tables: Tables, ledger: Ledger, n: int, day: date, rng: np.random.Generator) -> None:
    """Let rooms fall vacant where a small shop stands."""
    rooms, f = tables["rooms"], tables["facilities"]
    shops = _pick(f, f["type"].isin(["community_shop", "bank"]) & (f["status"] == "in_use"), n, rng)
    new: list[dict[str, Any]] = []
    for row in shops:
        shape = shapely.transform(_cell(f, row, "geometry"), lambda xy: xy + 1.5)
        new.append(
            {
                "room_id": _new_id(rooms, "room_id", len(new) + 10 * n),
                "name": f"{_cell(f, row, 'name')}隔壁空置房",
                "community_id": _cell(f, row, "community_id"),
                "owner": "区城建资产经营公司",
                "owner_kind": "state_company",
                "floor_area_m2": float(np.round(rng.uniform(90.0, 420.0))),
                "storey": 1.0,
                "own_entrance": True,
                "available_from": pd.Timestamp(day),
                "term_years": 5.0,
                "rent_yuan_m2_month": float(np.round(rng.uniform(10.0, 30.0))),
                "allowed_types": None,
                "geometry": shape,
            }
        )
        ledger.append(("room_vacated", "rooms", new[-1]["room_id"], None, None, new[-1]["name"]))
    tables["rooms"] = _append(rooms, new)


def _age_residents(tables: Tables, ledger: Ledger, rng: np.random.Generator) -> None:
    """Let everybody be a year older and bring the sums of estates and communities up to date."""
    buildings, communities, estates = tables["buildings"], tables["communities"], tables["estates"]
    fading = np.where(buildings["built_year"] < 2000, 0.05, 0.035)  # noqa: PLR2004
    people = grow_older(buildings[list(BAND_COLUMNS)].to_numpy().astype(np.int64), fading, rng)
    columns = {name: people[:, k].astype(float) for k, name in enumerate(BAND_COLUMNS)}
    buildings = buildings.assign(residents=people.sum(axis=1).astype(float), **columns)
    tables["buildings"] = buildings
    names = ["residents", *BAND_COLUMNS]
    after = sum_residents(buildings, "community_id", communities["community_id"])
    for column in names:
        for i in np.flatnonzero(after[column].to_numpy() != communities[column].to_numpy()):
            key = str(communities["community_id"].iloc[i])
            ledger.append(("residents", "communities", key, column, communities[column].iloc[i], after[column].iloc[i]))
    tables["communities"] = communities.assign(**{c: after[c].to_numpy() for c in names})
    sums = sum_residents(buildings, "estate_id", estates["estate_id"])
    tables["estates"] = estates.assign(**{c: sums[c].to_numpy() for c in names})


def _ask_again(tables: Tables, ledger: Ledger, day: date, rng: np.random.Generator) -> None:
    """Ask households again, and improve some answers."""
    before = tables["wishes"]
    after = wish_counts(before, rng)
    for column in ("households_asked", "count"):
        for row in before.index[before[column] != after[column]]:
            key = f"{_cell(before, row, 'community_id')}/{_cell(before, row, 'type')}"
            ledger.append(("wishes", "wishes", key, column, _cell(before, row, column), _cell(after, row, column)))
    tables["wishes"] = after
    answers = tables["answers"].copy()
    better = {"no": "partly", "partly": "yes"}
    for row in _pick(answers, answers["value"].isin(list(better)), max(2, len(answers) // 12), rng):
        key = f"{_cell(answers, row, 'community_id')}/{_cell(answers, row, 'item')}"
        value = better[str(_cell(answers, row, "value"))]
        ledger.append(("answer", "answers", key, "value", _cell(answers, row, "value"), value))
        ledger.append(("answer", "answers", key, "answered_on", _cell(answers, row, "answered_on"), pd.Timestamp(day)))
        answers.loc[row, "value"] = value
        answers.loc[row, "answered_on"] = pd.Timestamp(day)
    tables["answers"] = answers


def next_round(
    tables: Tables, day: date, rng: np.random.Generator, carried_out: Sequence[Done] = ()
) -> tuple[Tables, pd.DataFrame]:
    """Return the layers a year later and what changed.

    Parameters
    ----------
    tables
        The layers of the round before, geometry in metres; not changed.
    day
        The day of the new survey.
    rng
        Source of chance.
    carried_out
        Projects of a plan that were carried out, beside what chance brings.

    Returns
    -------
    tuple[dict, pandas.DataFrame]
        Layers, and the ledger: change, layer, id, column, before, after. The id of wishes and answers is
        ``community/type`` and ``community/item``.

    Raises
    ------
    ValueError
        If a project names a room that is not there.
    """
    tables = {name: frame.copy() for name, frame in tables.items()}
    ledger: Ledger = []
    n = max(1, len(tables["communities"]) // _PER_STORY)
    _change_facilities(tables, ledger, n, rng)
    _free_rooms(tables, ledger, n, day, rng)
    _carry_out(tables, ledger, carried_out)
    _open_in_rooms(tables, ledger, 3 * n, rng)
    _build_on_plots(tables, ledger, n, rng)
    _renew_estates(tables, ledger, n, rng)
    _age_residents(tables, ledger, rng)
    _ask_again(tables, ledger, day, rng)
    return tables, pd.DataFrame(ledger, columns=["change", "layer", "id", "column", "before", "after"])
