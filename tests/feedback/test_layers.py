import pandas as pd
import pytest

from linli.feedback import CompareOptions
from linli.feedback.layers import KEYS, layer_changes
from linli.feedback.values import CHANGES

OPTIONS = CompareOptions()
CRS = "EPSG:4549"


def estate(make, id_="E1", shift=0.0, **more):
    return {"estate_id": id_, "name": "甲苑", "geometry": make.box(10 + shift, 5, 60 + shift, 40), **more}


def changed(before, after, layer, **more):
    found = layer_changes(before, after, layer, CRS, OPTIONS, **more)
    assert list(found.columns) == list(CHANGES)
    return [(r.change, r.column, r.before, r.after) for r in found.itertuples()]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"parking_spaces": 60.0}, [("updated", "parking_spaces", "50", "60")]),
        ({"property_service": "professional"}, [("updated", "property_service", "none", "professional")]),
        ({"old_estate": None}, [("updated", "old_estate", "true", "")]),
        ({"residents": 500.0}, []),
        ({"shift": 5.0}, []),
        ({"shift": 20.0}, [("redrawn", "geometry", "", "")]),
    ],
)
def test_each_cell_of_an_estate(make, more, expected):
    base = {"parking_spaces": 50.0, "property_service": "none", "old_estate": True}
    one = make.town(estates=[estate(make, **base)])
    other = make.town(estates=[estate(make, **{**base, **more})])
    assert changed(one, other, "estates") == expected


def test_entries_come_and_go(make):
    one, other = make.town(estates=[estate(make, "E1")]), make.town(estates=[estate(make, "E2")])
    found = layer_changes(one, other, "estates", CRS, OPTIONS)
    assert found[["change", "id_before", "id_after"]].fillna("").to_numpy().tolist() == [
        ["gone", "E1", ""],
        ["appeared", "", "E2"],
    ]


def test_rows_without_a_key_of_their_own(make):
    def said(value):
        return make.town(answers=[{"community_id": "A", "item": "complete_community/parking", "value": value}])

    found = layer_changes(said("no"), said("yes"), "answers", CRS, OPTIONS)
    assert found["id_after"].tolist() == ["A/complete_community/parking"]
    assert changed(said("no"), said("yes"), "answers") == [("updated", "value", "no", "yes")]


def test_new_ids_and_doubtful_ones(make):
    one, other = make.town(rooms=[make.room("R1", 10.0, 80.0)]), make.town(rooms=[make.room("N1", 10.0, 90.0)])
    found = changed(one, other, "rooms", renumbered={"N1": "R1"})
    assert ("updated", "floor_area_m2", "80", "90") in found
    assert {row[0] for row in found} == {"updated"}
    assert changed(one, other, "rooms", aside=frozenset(["R1", "N1"])) == []


@pytest.mark.parametrize("layer", list(KEYS))
def test_a_survey_does_not_differ_from_itself(rounds, layer):
    survey = rounds[0][0]
    assert layer_changes(survey, survey, layer, CRS, OPTIONS).empty


@pytest.mark.parametrize("layer", ["estates", "rooms", "answers"])
def test_the_order_of_rows_does_not_matter(rounds, layer):
    one, other = rounds[0][0], rounds[1][0]
    shuffled = other.layers[layer].sample(frac=1.0, random_state=3).reset_index(drop=True)
    mixed = type(other)({**other.layers, layer: shuffled}, other.manifest)
    pd.testing.assert_frame_equal(
        layer_changes(one, other, layer, CRS, OPTIONS), layer_changes(one, mixed, layer, CRS, OPTIONS)
    )
