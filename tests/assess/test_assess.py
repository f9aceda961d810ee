import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.assess import AssessOptions, assess
from linli.assess.evaluate import evaluate
from linli.assess.ground import prepare
from linli.errors import UnknownRuleError

SLOW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ONE = AssessOptions(standards=("complete_community",))


def items_of(survey, catalogue):
    ground = prepare(survey, catalogue, ONE, lambda *_: None)
    items, _, _ = evaluate(ground, ground.standards[0])
    return items.set_index(["community_id", "item"])


def shuffled(survey, seed):
    from linli.survey import make_survey

    order = np.random.default_rng(seed)
    layers = {name: layer.iloc[order.permutation(len(layer))] for name, layer in survey.layers.items()}
    return make_survey(layers, survey.manifest)


def test_tiny_city_by_hand(tiny, catalogue):
    found = assess(tiny, catalogue, ONE)
    items = found.items.set_index(["community_id", "item"])
    # nursery f1 at 50 m reaches buildings at 50 … 350 m; f2 is too small; babies are 5 of each building's 100
    nursery = items.xs("complete_community/nursery", level="item")
    assert nursery["degree"].round(4).to_dict() == {"A": 1.0, "B": 0.6667, "C": 0.0, "D": 0.0}
    assert nursery["residents_without"].to_dict() == {"A": 0.0, "B": 5.0, "C": 10.0, "D": 15.0}
    # in D the small one could be enlarged by 100 m²; in B and C there is nothing to enlarge
    assert nursery["floor_area_short_m2"].to_dict() == {"A": 0.0, "B": 200.0, "C": 200.0, "D": 100.0}
    # the service station of 900 m² at 500 m reaches 250 … 750 m
    station = items.xs("complete_community/service_station", level="item")
    assert station["degree"].round(4).to_dict() == {"A": 0.0, "B": 1.0, "C": 1.0, "D": 0.3333}
    # the closed pharmacy does not count
    pharmacy = found.requirements.query("requirement == 'pharmacy'")
    assert (pharmacy["degree"] == 0).all()


def test_bands_and_the_elders_pace(tiny, catalogue):
    bands = assess(tiny, catalogue, ONE).bands
    row = bands.query("community_id == 'B' and item == 'complete_community/nursery'").set_index("band")
    assert row.loc["0_2", ["residents", "residents_within"]].tolist() == [15.0, 10.0]
    assert row.loc["all", "residents"] == 300.0
    # 240 m instead of 300 m: the building at 350 m drops out, the one at 250 m (200 m away) stays
    assert row["elder_share"].round(4).tolist() == [0.3333] * 7


def test_evidence_names_rows_and_clauses(tiny, catalogue):
    rows = assess(tiny, catalogue, ONE).requirements
    row = rows.query("community_id == 'B' and item == 'complete_community/nursery'").iloc[0]
    evidence = json.loads(row["evidence"])
    assert evidence["rows"]["serving"] == [["f1", 1, 200.0]]
    assert evidence["nearest_m"] == [200.0, 300.0, 400.0]
    assert {limit["rule"]: limit["value"] for limit in evidence["limits"]} == {
        "walking/distance.five_minute": 300.0,
        "complete_community/nursery.floor_area_min": 200.0,
    }
    assert "第3项" in row["clause"]
    assert row["certainty"] == "recalled"


def test_nothing_given_is_changed(tiny, catalogue):
    before = {name: layer.copy(deep=True) for name, layer in tiny.layers.items()}
    manifest, version = tiny.manifest.model_dump_json(), catalogue.version
    assess(tiny, catalogue, AssessOptions())
    for name, layer in tiny.layers.items():
        pd.testing.assert_frame_equal(pd.DataFrame(layer), pd.DataFrame(before[name]))
    assert (tiny.manifest.model_dump_json(), catalogue.version) == (manifest, version)


def test_order_of_rows_changes_nothing(tiny, catalogue):
    found, again = (assess(survey, catalogue, ONE) for survey in (tiny, shuffled(tiny, 7)))
    for name, table in found.tables.items():
        moved = ["evidence"] if name == "requirements" else []  # it says which row it was
        one, other = table.drop(columns=moved), again.tables[name].drop(columns=moved)
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_ranges_hold_the_estimate(tiny, catalogue):
    found = assess(tiny, catalogue, AssessOptions())
    for table, columns in (
        (found.items, ("degree_low", "degree", "degree_high")),
        (found.requirements, ("degree_low", "degree", "degree_high")),
        (found.scores, ("score_low", "score", "score_high")),
        (found.haves, ("score_low", "score", "score_high")),
        (found.scenes, ("score_low", "score", "score_high")),
        (found.coverage, ("share_low", "share", "share_high")),
    ):
        low, point, high = (table[column].to_numpy("float64") for column in columns)
        known = ~np.isnan(point)
        assert ((low <= point) | ~known).all()
        assert ((point <= high) | ~known).all()
        ranged = ~np.isnan(low)
        assert ((low[ranged] >= 0) & (high[ranged] <= 1) & (low[ranged] <= high[ranged])).all()


@SLOW
@given(
    kind=st.sampled_from(["nursery", "supermarket", "convenience_store", "park", "pharmacy", "bus_stop"]),
    x=st.integers(0, 1000),
    area=st.one_of(st.none(), st.integers(10, 500)),
)
def test_adding_a_facility_never_lowers_a_degree(city_kit, catalogue, kind, x, area):
    communities, buildings = city_kit.tiny_parts()
    some = [
        {"facility_id": "f1", "type": "nursery", "floor_area_m2": 250.0, "geometry": city_kit.at(50)},
        {"facility_id": "f2", "type": "convenience_store", "floor_area_m2": 60.0, "geometry": city_kit.at(450)},
    ]
    more = [*some, {"facility_id": "f9", "type": kind, "floor_area_m2": area, "geometry": city_kit.at(x)}]
    before, after = (
        items_of(city_kit.survey_of(communities=communities, buildings=buildings, facilities=rows), catalogue)
        for rows in (some, more)
    )
    # a degree may become unknown: what was known fell short and no longer does, and the rest was never known
    for bound in ("degree", "degree_low", "degree_high"):
        both = before[bound].notna() & after[bound].notna()
        assert (after[bound][both] >= before[bound][both] - 1e-12).all()


def test_progress_is_told_from_start_to_end(tiny, catalogue):
    told = []
    assess(tiny, catalogue, AssessOptions(), lambda text, done: told.append((text, done)))
    fractions = [done for _, done in told]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert {"items: complete_community", "items: living_circle"} <= {text for text, _ in told}


def test_an_unknown_standard_is_refused_by_name(tiny, catalogue):
    with pytest.raises(UnknownRuleError, match="nonsense"):
        assess(tiny, catalogue, AssessOptions(standards=("nonsense",)))
    with pytest.raises(UnknownRuleError, match="walking"):
        assess(tiny, catalogue, AssessOptions(standards=("walking",)))


def test_the_record_says_where_its_weights_come_from_and_what_is_unknown(tiny, catalogue):
    meta = assess(tiny, catalogue, AssessOptions()).meta
    assert dict(meta.weights) == {"complete_community": "equal", "living_circle": "equal"}
    assert "no_answer" in {note["code"] for note in meta.notes}
    chosen = AssessOptions(standards=("complete_community",), weights={"complete_community/nursery": 2})
    assert dict(assess(tiny, catalogue, chosen).meta.weights) == {"complete_community": "options"}


def test_weights_of_the_options_move_the_score(tiny, catalogue):
    heavy = AssessOptions(standards=("complete_community",), weights={"complete_community/nursery": 1000})
    score = assess(tiny, catalogue, heavy).scores.set_index("community_id")["score"]
    assert score["A"] > 0.95
    assert score["C"] < 0.05


def test_floor_area_is_carried_as_such(city_kit, catalogue):
    communities, buildings = city_kit.tiny_parts()
    survey = city_kit.survey_of(communities=communities, buildings=buildings, unit="m2")
    found = assess(survey, catalogue, ONE)
    assert found.meta.unit == "m2"
    assert set(found.items.loc[found.items["residents_without"] > 0, "shortfall_unit"]) == {"m2"}
    assert found.supply["per_1000_residents"].isna().all()
    assert found.priority["reason_zh"].str.contains("m²").all()


def test_no_facility_no_estate_no_building_is_still_an_assessment(city_kit, catalogue):
    communities, _ = city_kit.tiny_parts()
    found = assess(city_kit.survey_of(communities=communities, buildings=[]), catalogue, AssessOptions())
    assert set(found.items["status"]) <= {"unknown", "not_met", "not_applicable"}
    assert found.scores["score_high"].gt(0).all()
