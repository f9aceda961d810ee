import json

import numpy as np
import pandas as pd
import pytest

from linli.improve.proposal import COLUMNS
from linli.improve.running import TABLES, appraise_places
from linli.operate import Facility, appraise
from linli.operate.money import to_decimal
from linli.rules import load_catalogue
from linli.survey.demo import PACK


@pytest.fixture(scope="module")
def pack():
    return load_catalogue([PACK])


def chosen(*rows):
    columns = {
        "place_kind": "room",
        "community_id": "A",
        "floor_area_m2": 200.0,
        "site_area_m2": 0.0,
        "capacity": np.nan,
    }
    table = [{**columns, **row} for row in rows]
    for i, row in enumerate(table):
        row.setdefault("place", f"room:r{i}")
        row.setdefault("option_id", f"{row['place']}:{row['type']}")
    return pd.DataFrame(table)


def places(rents):
    return pd.DataFrame({"rent": pd.Series(rents, dtype="float64")})


def run(catalogue, kit, table, rents=None):
    rents = dict.fromkeys(table["place"], np.nan) | (rents or {})
    return appraise_places(table, places(rents), catalogue, on=kit.ON, draws=200)


def test_the_tables_are_those_of_the_appraisal(pack, kit):
    table = chosen({"type": "canteen", "capacity": 40.0}, {"type": "nursery", "capacity": 20.0, "community_id": "B"})
    found = run(pack, kit, table)
    facilities = [
        Facility(row.option_id, row.community_id, row.type, to_decimal(200.0), to_decimal(row.capacity))
        for row in table.itertuples()
    ]
    study = appraise(facilities, pack, on=kit.ON, draws=200)
    assert set(found.tables) == set(TABLES)
    for name in TABLES:
        assert list(found.tables[name].columns) == list(COLUMNS[name])
        assert len(found.tables[name])
    balances = found.tables["operating_balances"].set_index("id")["balance_yuan"]
    assert balances.to_dict() == study.balances.set_index("id")["balance_yuan"].to_dict()
    assert found.tables["operating_flows"]["yuan"].tolist() == study.flows.tolist()
    assert set(found.tables["operating_tornado"]["measure"]) == {"balance", "npv"}
    assert set(found.tables["operating_range"]["id"]) == {"A", "B", "all"}
    even = found.tables["operating_break_even"].set_index("id")
    assert even["level"].tolist() == ["facility", "facility", "community", "community", "all"]
    assert "meal_price" in json.loads(even.loc["room:r0:canteen", "prices"])
    assert found.left_out == []
    assert {note["code"] for note in found.notes} == {"investment", "rent"}


def test_a_room_s_own_rent_goes_before_the_template_s(pack, kit):
    table = chosen({"type": "convenience_store"})
    free, dear = run(pack, kit, table, {"room:r0": 0.0}), run(pack, kit, table, {"room:r0": 10.0})
    low, high = (one.tables["operating_balances"]["balance_yuan"].iloc[-1] for one in (dear, free))
    assert high - low == pytest.approx(2000.0)
    assert {note["code"] for note in free.notes} == {"investment"}


def test_a_building_of_one_s_own_pays_no_rent(pack, kit):
    table = chosen({"type": "convenience_store", "place_kind": "plot", "place": "plot:p"})
    lines = run(pack, kit, table).tables["operating_lines"]
    assert lines.loc[lines["line"] == "room_rent", "yuan"].tolist() == [0.0]


def test_what_has_no_template_or_no_measure_is_left_out_by_name(pack, kit):
    found = run(pack, kit, chosen({"type": "bus_stop"}, {"type": "canteen"}, {"type": "convenience_store"}))
    assert found.tables["operating_balances"]["id"].tolist() == ["room:r2:convenience_store", "A", "all"]
    told = " ".join(one["zh"] for one in found.left_out)
    assert "template_bus_stop" in told
    assert "area_per_place" in told


def test_nothing_is_guessed_where_nothing_is_filled_in(catalogue, kit):
    found = run(catalogue, kit, chosen({"type": "convenience_store"}))
    assert all(table.empty for table in found.tables.values())
    (left,) = found.left_out
    assert "待填：operating/template_of_commerce" in left["zh"]
    assert "is unset" in left["en"]


def test_a_place_outside_every_community_is_run_too(pack, kit):
    found = run(pack, kit, chosen({"type": "convenience_store", "community_id": None}))
    assert "all" in set(found.tables["operating_balances"]["id"])
