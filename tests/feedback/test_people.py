import datetime as dt

import numpy as np
import pandas as pd
import pytest

from linli.feedback.people import WISH_OUTCOMES, compare_residents
from linli.feedback.words import say


def wish(kind, count=40.0, community="A", asked=100.0):
    return {"community_id": community, "type": kind, "households_asked": asked, "count": count}


def outcome_of(found, community="A"):
    mine = found.wishes[found.wishes["community_id"] == community]
    return dict(zip(mine["type"], mine["outcome"], strict=True))


def test_what_became_of_wishes(make):
    kinds = ("nursery", "canteen", "library", "market", "parking", "charging")
    estate = {"estate_id": "E1", "community_id": "A", "name": "甲苑", "geometry": make.box(10, 5, 60, 40)}
    before = {
        "wishes": [wish(kind) for kind in kinds],
        "estates": [{**estate, "parking_spaces": 10.0, "charging_spaces": 5.0}],
    }
    after = {
        "wishes": [wish(kind) for kind in kinds if kind != "market"] + [wish("bank")],
        "facilities": [make.facility("N1", "nursery", 250.0), make.facility("N2", "canteen", 600.0)],
        "estates": [{**estate, "parking_spaces": 30.0, "charging_spaces": 5.0}],
    }
    found = make.compare(before, after)
    assert outcome_of(found) == {
        "nursery": "answered",
        "canteen": "nearby",
        "library": "open",
        "market": "not_asked",
        "parking": "answered",
        "charging": "open",
        "bank": "new",
    }
    table = found.wishes.set_index("type")
    assert table.loc["nursery", "by"] == "N1"
    assert table.loc["parking", "by"] == "+20"
    assert table.loc["canteen", "gained"] > 0


def test_shares_are_of_those_asked(make):
    found = make.compare({"wishes": [wish("nursery", 40.0)]}, {"wishes": [wish("nursery", 30.0, asked=60.0)]}).wishes
    assert found[["share_before", "share_after", "share_change"]].iloc[0].tolist() == pytest.approx([0.4, 0.5, 0.1])
    nobody = make.compare({"wishes": [wish("nursery", 0.0, asked=0.0)]}, {}).wishes
    assert np.isnan(nobody["share_before"].iloc[0])


def test_every_outcome_has_its_word():
    assert all(say(f"wish.{outcome}", "zh") != outcome for outcome in WISH_OUTCOMES)


def test_residents_by_band(make):
    one, other = (make.round(make.town(residents=people))[1] for people in (100.0, 120.0))
    found = compare_residents(one, other)
    here = found[found["community_id"] == "A"].set_index("band")
    assert here.loc["all", ["before", "after", "change"]].tolist() == [500.0, 600.0, 100.0]
    assert here.loc["80_plus", "change"] == pytest.approx(10.0)
    assert here.index[0] == "all"
    assert compare_residents(one, one).empty


def test_a_community_that_came(make):
    one = make.round(make.town())[1]
    communities = one.communities[one.communities["community_id"].astype(str) == "A"].reset_index(drop=True)
    import dataclasses

    found = compare_residents(dataclasses.replace(one, communities=communities), one)
    assert set(found["community_id"]) == {"B"}
    assert found["before"].isna().all()
    assert found["change"].isna().all()


def test_against_the_ledger(outcome, ledger):
    told = ledger[ledger["change"] == "residents"]
    bands = told["column"].str.removeprefix("residents_").replace("residents", "all")
    expected = {(i, b): (x, y) for i, b, x, y in zip(told["id"], bands, told["before"], told["after"], strict=True)}
    found = {(r.community_id, r.band): (r.before, r.after) for r in outcome.residents.itertuples()}
    assert found == expected
    assert pd.Timestamp(outcome.meta.after.surveyed_on) > pd.Timestamp(dt.date(2025, 1, 1))
