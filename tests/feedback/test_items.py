"""What changed of the items, by hand on a street of 1,000 m: residents within 300 m of what they need."""

import dataclasses

import numpy as np
import pytest

from linli.feedback import CompareOptions
from linli.feedback.items import CHANGES_OF_ITEMS, Facilities, compare_items, demands

NURSERY = "complete_community/nursery"


def nursery(make, x, id_="F1", **more):
    return make.facility(id_, "nursery", x, "幼安托育园", **{"floor_area_m2": 300.0, **more})


def item(outcome, community="A", name=NURSERY):
    rows = outcome.items[(outcome.items["community_id"] == community) & (outcome.items["item"] == name)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_nursery_opens(make):
    found = item(make.compare({}, {"facilities": [nursery(make, 250.0)]}))
    assert (found["change"], found["status_before"], found["status_after"]) == ("better", "not_met", "met")
    assert (found["came"], found["went"], found["cause"]) == ("F1", "", "facilities")
    assert found["gained"] == pytest.approx(25.0)
    assert found["concerned"] == pytest.approx(25.0)


def test_it_closes(make):
    found = item(make.compare({"facilities": [nursery(make, 250.0)]}, {}))
    assert (found["change"], found["went"], found["gained"]) == ("worse", "F1", -25.0)


def test_it_moves(make):
    found = item(make.compare({"facilities": [nursery(make, 250.0)]}, {"facilities": [nursery(make, 450.0)]}))
    assert (found["change"], found["cause"], found["altered"]) == ("worse", "facilities", "F1")
    assert (found["came"], found["went"]) == ("", "")
    assert found["status_after"] == "partly"


def test_a_new_id_is_not_another_facility(make):
    found = item(make.compare({"facilities": [nursery(make, 250.0)]}, {"facilities": [nursery(make, 250.0, id_="N1")]}))
    assert (found["change"], found["came"], found["went"]) == ("same", "", "")


def test_it_becomes_too_small(make):
    before, after = nursery(make, 250.0), nursery(make, 250.0, floor_area_m2=50.0)
    found = item(make.compare({"facilities": [before]}, {"facilities": [after]}))
    assert (found["change"], found["cause"]) == ("worse", "facilities")


def test_only_the_residents_moved(make):
    before = {"facilities": [nursery(make, 450.0)]}
    buildings = [
        {"building_id": f"b{i}", "community_id": "AB"[i // 5], "residents": 500.0 if i == 0 else 100.0,
         "residents_0_2": 25.0 if i == 0 else 5.0, "geometry": make.at(50.0 + 100.0 * i, 20.0)}
        for i in range(10)
    ]  # fmt: skip
    found = item(make.compare(before, {**before, "buildings": buildings}))
    assert (found["change"], found["cause"], found["altered"]) == ("worse", "residents", "")


def test_answers(make):
    def said(value):
        return {"answers": [{"community_id": "A", "item": "complete_community/governance_mechanism", "value": value}]}

    name = "complete_community/governance_mechanism"
    found = item(make.compare(said("no"), said("partly")), name=name)
    assert (found["change"], found["cause"]) == ("better", "answers")
    assert np.isnan(found["gained"])
    assert found["concerned"] == 500.0
    assert item(make.compare({}, said("no")), name=name)["change"] == "now_known"
    assert item(make.compare(said("no"), {}), name=name)["change"] == "now_unknown"


def test_a_small_step_is_no_change(make):
    one = make.round(make.town(facilities=[nursery(make, 450.0)]))
    other = make.round(make.town(facilities=[nursery(make, 350.0)]))
    step = item_change(one, other, 0.01), item_change(one, other, 0.5)
    assert step == ("better", "same")


def item_change(one, other, step):
    table = compare_items(one[1], other[1], CompareOptions(degree_step=step))
    return table.set_index(["community_id", "item"]).loc[("A", NURSERY), "change"]


def test_a_community_that_becomes_another_kind_is_asked_for_something_else(make):
    def kind(name):
        shapes = [("A", 0.0), ("B", 500.0)]
        rows = [
            {"community_id": c, "name": c, "kind": name, "geometry": make.box(x, -50, x + 500, 50)} for c, x in shapes
        ]
        return {"communities": rows, "facilities": [make.facility("F1", "supermarket", 250.0, floor_area_m2=200.0)]}

    found = make.compare(kind("existing"), kind("new"))
    changed = found.items[found.items["change"] == "other_demand"]
    assert len(changed)
    assert (changed["cause"] == "rules").all()
    assert not set(changed["item"]) & set(found.worse["subject"])


def test_other_rules_are_found_in_the_evidence(make):
    _, one = make.round(make.town(facilities=[nursery(make, 250.0)]))
    requirements = one.requirements.copy()
    mine = requirements["item"] == NURSERY
    requirements.loc[mine, "evidence"] = requirements.loc[mine, "evidence"].str.replace("200.0", "250.0")
    meta = one.meta.model_copy(update={"catalogue_version": "another"})
    other = dataclasses.replace(one, requirements=requirements, meta=meta)
    table = compare_items(one, other, CompareOptions())
    assert set(table.loc[table["change"] == "other_demand", "item"]) == {NURSERY}
    # the same figures under another version are the same demand
    same = dataclasses.replace(one, meta=meta)
    assert set(compare_items(one, same, CompareOptions())["change"]) == {"same"}


def test_demands_do_not_depend_on_who_meets_them(make):
    one, other = (make.round(make.town(facilities=[nursery(make, x)]))[1] for x in (250.0, 450.0))
    assert demands(one).equals(demands(other))


def test_itself(rounds):
    table = compare_items(rounds[0][1], rounds[0][1], CompareOptions(), Facilities())
    assert set(table["change"]) == {"same"}
    assert (table[["cause", "came", "went", "altered"]] == "").all().all()


def test_swapping_swaps_better_and_worse(rounds):
    there = compare_items(rounds[0][1], rounds[1][1], CompareOptions())
    back = compare_items(rounds[1][1], rounds[0][1], CompareOptions())
    swap = {"better": "worse", "worse": "better", "now_known": "now_unknown", "now_unknown": "now_known",
            "now_applies": "no_longer", "no_longer": "now_applies"}  # fmt: skip
    assert there["change"].map(lambda c: swap.get(c, c)).tolist() == back["change"].tolist()
    assert there["came"].tolist() == back["went"].tolist()
    assert set(there["change"]) <= set(CHANGES_OF_ITEMS)
