import math

import pytest


def test_communities_sum_up_to_the_outcome(made, outcome):
    items = outcome.items
    for change in ("better", "worse"):
        assert sum(c.count(change) for c in made.book.communities) == (items["change"] == change).sum() > 0
    assert sum(c.worse for c in made.book.communities) == len(outcome.worse)
    assert sum(c.opened for c in made.book.communities) == 5  # one reopened among them
    assert {c.id for c in made.book.communities} == set(outcome.communities["community_id"])


def test_what_changed_says_by_what(made):
    canteen = next(x for x in made.book.items if x.item == "living_circle/canteen" and x.community.id == "330199001004")
    assert (canteen.change, canteen.status) == ("worse", ("met", "not_met"))
    assert canteen.facilities["went"] == ("葭亭老年食堂",)
    assert canteen.concerned == pytest.approx(3306)
    changes = [x.change for x in made.book.items]
    assert changes[0] == "worse"  # what got worse comes first
    assert "same" not in changes


def test_an_items_mean_is_weighted_by_those_whom_it_concerns_now(made, outcome):
    item = "complete_community/health_station"
    line = next(x for x in made.book.lines["complete_community"] if x.item == item)
    rows = outcome.items[(outcome.items["item"] == item) & outcome.items["change"].isin(["better", "worse", "same"])]
    rows = rows[rows["degree_before"].notna() & rows["degree_after"].notna()]
    for side, found in zip(("before", "after"), line.degree, strict=True):
        expected = (rows[f"degree_{side}"] * rows["concerned"]).sum() / rows["concerned"].sum()
        assert found == pytest.approx(expected)
    assert line.degree[1] < line.degree[0]
    assert line.lost == pytest.approx(-rows.loc[rows["change"] == "worse", "gained"].sum())
    assert sum(line.statuses[0].values()) == sum(line.changes.values()) == 12


def test_places_are_what_the_demo_did(made):
    found = {(p.kind, p.id): p for p in made.book.places}
    assert ("closed", "F000631") in found
    assert found["opened", "F000713"].area_m2 == 278
    assert found["room", "R00010"].area_m2 == 278
    assert found["plot", "P0004"].type == "pocket_park"
    assert found["moved", "F000550"].origin == pytest.approx((120.105004, 30.296862), abs=1e-5)
    assert [p.number for p in made.book.places] == list(range(1, len(found) + 1))
    assert found["opened", "F000713"].projects == ("R00010",)
    assert found["plot", "P0004"].projects == ()


def test_residents_by_band_are_those_of_the_assessments(made, rounds):
    for band, column in (("all", "residents"), ("80_plus", "residents_80_plus")):
        expected = tuple(one.communities[column].sum() for _, one in rounds)
        assert made.book.residents[band] == pytest.approx(expected)
    assert not any(math.isnan(x) for pair in made.book.residents.values() for x in pair)
