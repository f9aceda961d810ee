"""The demo city's two rounds against the ledger of what truly changed: everything is found, nothing is invented."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.feedback import CompareOptions, Decision, compare_rounds
from linli.feedback.compare import DOUBTFUL
from linli.feedback.facilities import facility_changes, facility_table
from linli.feedback.layers import KEYS, layer_changes
from linli.feedback.match import match_rows
from linli.feedback.places import locate
from linli.feedback.values import as_text
from linli.pipeline import read_config
from linli.survey import read_survey
from linli.survey.demo import make_city, plan_for, write_demo
from linli.survey.demo.frozen import as_survey

OF_FACILITIES = {"facility_opened": "opened", "facility_closed": "closed", "facility_reopened": "reopened",
                 "facility_moved": "moved", "facility_renamed": "renamed", "facility_measured": "measured"}  # fmt: skip


def truth(ledger):
    """What the ledger says, as (layer, change, id, column, before, after), residents left out."""
    told = set()
    # a room that fell vacant and was taken within the year is in neither round
    rooms = ledger[ledger["layer"] == "rooms"]
    passing = set(rooms.loc[rooms["change"] == "room_vacated", "id"]) & set(
        rooms.loc[rooms["change"] == "room_taken", "id"]
    )
    for row in ledger[ledger["change"] != "residents"].itertuples():
        if row.change in OF_FACILITIES:
            told.add(("facilities", OF_FACILITIES[row.change], row.id))
        elif row.change in ("room_taken", "plot_built") and row.id not in passing:
            told.add((row.layer, "gone", row.id))
        elif row.change == "room_vacated" and row.id not in passing:
            told.add(("rooms", "appeared", row.id))
        elif row.layer not in ("rooms", "plots"):
            told.add((row.layer, "updated", row.id, row.column, as_text(row.before), as_text(row.after)))
    return told


def found(changes):
    told = set()
    for row in changes.itertuples():
        key = row.id_after if isinstance(row.id_after, str) else row.id_before
        if row.change == "updated":
            told.add((row.layer, row.change, key, row.column, row.before, row.after))
        else:
            told.add((row.layer, row.change, key))
    return told


def changes_of(before, after):
    """Every change of two surveys, without an assessment."""
    crs, options = after.manifest.metric_crs, CompareOptions()
    sides = [locate(survey, "facilities", crs) for survey in (before, after)]
    matching = match_rows(*sides, options)
    parts = [facility_changes(facility_table(*sides, matching), *sides, matching, options)]
    parts += [layer_changes(before, after, layer, crs, options) for layer in KEYS]
    return pd.concat([part for part in parts if len(part)])


def test_every_true_change_is_found_and_nothing_is_invented(outcome, ledger):
    assert found(outcome.changes) == truth(ledger)
    assert outcome.doubtful.empty
    assert outcome.meta.notes == ()


def test_rooms_and_plots_against_the_ledger(outcome, ledger, cities):
    taken = set(ledger.loc[ledger["change"].isin(["room_taken", "plot_built"]), "id"])
    before = {layer: set(cities[0].layers[layer].iloc[:, 0].astype(str)) for layer in ("rooms", "plots")}
    places = outcome.places
    used = places[places["use"] == "in_use"]
    assert set(used["place_id"]) == taken & (before["rooms"] | before["plots"])
    assert set(places["use"]) <= {"in_use", "still", "new"}
    opened = set(ledger.loc[ledger["change"] == "facility_opened", "id"])
    assert {one for ids in used["facilities"] for one in ids.split(";")} <= opened
    rooms = cities[0].layers["rooms"].set_index("room_id")["floor_area_m2"]
    back = outcome.totals.set_index("line").loc["brought_back_floor", "value"]
    assert back == rooms[[i for i in used["place_id"] if i in rooms.index]].sum()


@pytest.mark.parametrize(("seed", "communities"), [(2, 24), (3, 12), (4, 6)])
def test_other_cities_against_their_ledger(seed, communities):
    cities = [make_city(seed, number, plan_for(communities)) for number in (1, 2)]
    assert found(changes_of(*map(as_survey, cities))) == truth(cities[1].ledger)


def test_through_the_files_of_a_real_district(tmp_path, catalogue):
    configs = write_demo(tmp_path, seed=5, plan=plan_for(4))
    surveys = [read_survey(read_config(path), path.parent, catalogue).survey for path in configs]
    ledger = make_city(5, 2, plan_for(4)).ledger
    assert found(changes_of(*surveys)) == truth(ledger)


@pytest.fixture(scope="module")
def renumbered(cities):
    """The second round, every facility under a new id."""
    layers = dict(cities[1].layers)
    layers["facilities"] = layers["facilities"].assign(
        facility_id="N" + layers["facilities"]["facility_id"].astype(str)
    )
    survey = as_survey(cities[1])
    return type(survey)({**survey.layers, "facilities": layers["facilities"]}, survey.manifest)


def test_new_ids_of_every_facility_open_and_close_nothing(cities, renumbered, ledger):
    before = as_survey(cities[0])
    crs, options = "EPSG:4549", CompareOptions()
    sides = [locate(survey, "facilities", crs) for survey in (before, renumbered)]
    matching = match_rows(*sides, options)
    table = facility_table(*sides, matching)
    pairs = table[table["id_before"].notna() & table["id_after"].notna()]
    right = "N" + pairs["id_before"] == pairs["id_after"]
    assert right[pairs["certainty"] == "sure"].all()
    opened = set(table.loc[table["service"] == "opened", "id_after"])
    assert opened == {"N" + one for one in ledger.loc[ledger["change"] == "facility_opened", "id"]}
    assert (matching["certainty"] == "sure").mean() > 0.95


def test_a_round_with_itself_is_empty(rounds, catalogue):
    for one in rounds:
        same = compare_rounds(one, one, catalogue=catalogue)
        assert same.is_empty
        assert same.worse.empty
        flows = same.totals[same.totals["before"].isna()].set_index("line")["value"]
        assert (flows == 0).all(), flows[flows != 0]


def test_swapping_the_rounds_swaps_what_came_and_went(outcome, rounds, catalogue):
    back = compare_rounds(rounds[1], rounds[0], catalogue=catalogue)
    one, other = outcome.facilities, back.facilities
    assert set(one.loc[one["service"] == "opened", "id_after"]) <= set(
        other.loc[other["service"] == "closed", "id_before"]
    )
    assert set(one.loc[one["service"] == "closed", "id_before"]) <= set(
        other.loc[other["service"].isin(["opened", "reopened"]), "id_after"]
    )
    keys = ["community_id", "type", "distance_m"]
    # with the residents of the later round each time: the places are the same, the numbers of people are not
    gained, lost = (
        table.loc[table[how] > 0, keys].to_numpy().tolist()
        for table, how in ((outcome.coverage, "gained"), (back.coverage, "lost"))
    )
    assert gained == lost
    assert [note["code"] for note in back.meta.notes] == ["compare.order"]


def test_inputs_are_not_changed(make):
    rounds = (
        make.round(make.town(rooms=[make.room("R1", 100.0, 90.0)])),
        make.round(make.town(facilities=[make.facility("N1", "canteen", 100.0)])),
    )
    kept = [{name: frame.copy() for name, frame in one[0].layers.items()} for one in rounds]
    tables = [{name: frame.copy() for name, frame in one[1].tables.items()} for one in rounds]
    compare_rounds(*rounds, catalogue=make.catalogue)
    for one, layers, before in zip(rounds, kept, tables, strict=True):
        for name, frame in layers.items():
            pd.testing.assert_frame_equal(pd.DataFrame(one[0].layers[name]), pd.DataFrame(frame))
        for name, frame in before.items():
            pd.testing.assert_frame_equal(one[1].tables[name], frame)


def test_doubtful_matches_are_listed_until_decided(make):
    before = {"facilities": [make.facility("F1", "canteen", 100.0, "阳光食堂")]}
    after = {"facilities": [make.facility("N1", "canteen", 103.0, "大象餐饮")]}
    open_ = make.compare(before, after)
    assert list(open_.doubtful.columns) == list(DOUBTFUL)
    row = open_.doubtful.iloc[0]
    assert (row["layer"], row["id_before"], row["id_after"], row["reason"], row["same"]) == (
        "facilities", "F1", "N1", "other_name", "",
    )  # fmt: skip
    assert open_.changes.empty
    assert not open_.is_empty

    def decided(same):
        said = Decision(layer="facilities", before_id="F1", after_id="N1", same=same)
        return make.compare(before, after, decided=(said,))

    assert set(decided(True).changes["change"]) == {"renamed"}
    assert set(decided(False).changes["change"]) == {"opened", "closed"}
    assert decided(True).doubtful.empty
    assert decided(False).doubtful.empty


SPOT = st.sampled_from([50.0, 250.0, 255.0, 450.0, 650.0, 850.0])
ROWS = st.lists(
    st.tuples(st.sampled_from(["nursery", "canteen"]), SPOT, st.sampled_from(["in_use", "suspended", "closed"])),
    max_size=4,
)


@settings(max_examples=12, deadline=None)
@given(ROWS, ROWS)
def test_whatever_the_rounds(make, one, other):
    def layers(rows, prefix):
        made = [make.facility(f"{prefix}{i}", t, x, f"{t}{x}", status=s) for i, (t, x, s) in enumerate(rows)]
        return {"facilities": made}

    outcome = make.compare(layers(one, "a"), layers(other, "b"))
    assert len(outcome.facilities) == len(set(outcome.facilities.index))
    for side, rows in (("before", one), ("after", other)):
        assert outcome.facilities[f"id_{side}"].notna().sum() == len(rows)
    serving = [sum(status == "in_use" for *_, status in rows) for rows in (one, other)]
    totals = outcome.totals.set_index("line")
    doubtful = outcome.facilities[outcome.facilities["certainty"] == "doubtful"]
    gap = (doubtful["status_after"] == "in_use").sum() - (doubtful["status_before"] == "in_use").sum()
    started = totals.loc["opened", "value"] + totals.loc["reopened", "value"]
    assert serving[1] - serving[0] == started - totals.loc["stopped", "value"] + gap
