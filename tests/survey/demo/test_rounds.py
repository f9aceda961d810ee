import pandas as pd
import pytest

from linli.survey.demo import make_city, plan_for
from linli.survey.demo.buildings import BAND_COLUMNS

KEYS = {
    "estates": ["estate_id"],
    "buildings": ["building_id"],
    "streets": ["street_id"],
    "facilities": ["facility_id"],
    "rooms": ["room_id"],
    "plots": ["plot_id"],
    "answers": ["community_id", "item"],
    "wishes": ["community_id", "type"],
    "communities": ["community_id"],
}
RESIDENTS = {"residents", *BAND_COLUMNS}


def keyed(frame, keys):
    frame = pd.DataFrame(frame)
    if "geometry" in frame:
        frame["geometry"] = [shape.wkb for shape in frame["geometry"]]
    return frame.set_index(frame[keys].agg("/".join, axis=1))


def true_differences(before, after):
    """Return (layer, id, column) of every cell that differs, column None for rows that came or went."""
    found = set()
    for layer, keys in KEYS.items():
        old, new = keyed(before[layer], keys), keyed(after[layer], keys)
        found |= {(layer, key, None) for key in old.index.symmetric_difference(new.index)}
        both = old.index.intersection(new.index)
        for column in old.columns:
            if column in RESIDENTS and layer != "communities":
                continue
            a, b = old.loc[both, column], new.loc[both, column]
            differs = ~((a == b).fillna(value=False) | (a.isna() & b.isna()))
            found |= {(layer, key, column) for key in both[differs.to_numpy(dtype=bool)]}
    return found


def test_the_ledger_is_the_whole_truth(city, later):
    ledger = later.ledger
    told = {(row.layer, row.id, None if pd.isna(row.column) else row.column) for row in ledger.itertuples(index=False)}
    assert told == true_differences(city.layers, later.layers)
    assert len(told) == len(ledger)


def test_every_story_is_told(later):
    assert set(later.ledger["change"]) == {
        "facility_opened", "facility_closed", "facility_moved", "facility_renamed", "facility_reopened",
        "facility_measured", "room_taken", "room_vacated", "plot_built", "estate_renewed", "lift_added",
        "residents", "wishes", "answer",
    }  # fmt: skip


def test_ledger_values_are_those_of_the_layers(city, later):
    rows = later.ledger[(later.ledger["layer"] == "communities") & (later.ledger["column"] == "residents")]
    for row in rows.itertuples():
        for value, source in ((row.before, city), (row.after, later)):
            layer = source.layers["communities"].set_index("community_id")
            assert layer.loc[row.id, "residents"] == value


def test_first_round_has_no_ledger(city):
    assert city.ledger.empty


def test_people_age_but_stay(city, later):
    before, after = (c.layers["buildings"][list(BAND_COLUMNS)].sum() for c in (city, later))
    assert after.sum() == pytest.approx(before.sum(), rel=0.02)
    assert (before != after).all()
    sums = later.layers["buildings"].groupby("community_id")["residents"].sum()
    communities = later.layers["communities"].set_index("community_id")["residents"]
    assert (sums.sort_index() == communities.sort_index()).all()


@pytest.mark.parametrize("seed", [3, 11])
def test_other_cities_have_true_ledgers_too(seed):
    plan = plan_for(5)
    first, second = make_city(seed, 1, plan), make_city(seed, 2, plan)
    told = {(r.layer, r.id, None if pd.isna(r.column) else r.column) for r in second.ledger.itertuples(index=False)}
    assert told == true_differences(first.layers, second.layers)


def test_projects_are_carried_out_and_what_they_leave_of_a_room_stays_vacant():
    first = make_city(seed=1)
    rooms = first.layers["rooms"].set_index("room_id")["floor_area_m2"]
    whole, part = rooms.index[0], rooms.index[rooms > 100][1]
    done = ((whole, "pharmacy", float(rooms[whole])), (part, "parcel_station", 30.0))
    after = make_city(seed=1, round_=2, carried_out=done)
    left = after.layers["rooms"].set_index("room_id")["floor_area_m2"]
    assert whole not in left.index
    assert part not in left.index or left[part] == rooms[part] - 30.0
    opened = after.layers["facilities"][
        ~after.layers["facilities"]["facility_id"].isin(first.layers["facilities"]["facility_id"])
    ]
    assert {("pharmacy", rooms[whole]), ("parcel_station", 30.0)} <= set(
        zip(opened["type"], opened["floor_area_m2"], strict=True)
    )
    assert {"room_divided", "room_taken"} <= set(after.ledger["change"])
    with pytest.raises(ValueError, match="unpack"):
        make_city(seed=1, round_=2, carried_out=(("nowhere", "pharmacy", 30.0),))
