"""Matching by hand, against a slow twin, and its symmetries."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from linli.feedback import CompareOptions
from linli.feedback.likeness import likeness
from linli.feedback.match import MATCHING, match_rows

OPTIONS = CompareOptions()
X0, Y0 = 500_000.0, 3_350_000.0


def pairs(before, after, found):
    """The matching by ids, as a set of (before, after, how, certainty, reason)."""
    one = [*before["id"], None]
    other = [*after["id"], None]
    return {(one[r.before], other[r.after], r.how, r.certainty, r.reason) for r in found.itertuples()}


def only(entries, before, after, options=OPTIONS, **more):
    """Match one entry with one entry and return what was found."""
    before, after = entries(before), entries(after)
    return pairs(before, after, match_rows(before, after, options, **more))


A = ("F1", "nursery", "和睦托育园", 0, 0)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (("F1", "nursery", "和睦托育园", 0, 0), {("F1", "F1", "id", "sure", "")}),
        (("F1", "nursery", "和睦托育园", 900, 0), {("F1", "F1", "id", "sure", "")}),
        (("F1", "nursery", "新和睦托育园", 0, 0), {("F1", "F1", "id", "sure", "")}),
        (("F1", "nursery", "大象儿童之家", 0, 0), {("F1", "F1", "id", "sure", "")}),
        (("F1", "kindergarten", "和睦托育园", 0, 0), {("F1", "F1", "id", "sure", "")}),
        (("F1", "nursery", None, 900, 0), {("F1", "F1", "id", "sure", "")}),
        (("F1", "nursery", "大象儿童之家", 900, 0), {("F1", "F1", "id", "doubtful", "id_reused")}),
        (("F1", "bank", "大象储蓄所", 0, 0), {("F1", "F1", "id", "doubtful", "id_reused")}),
        (("F1", "bank", "和睦托育园", 900, 0), {("F1", "F1", "id", "doubtful", "id_reused")}),
        (("N1", "nursery", "和睦托育园", 5, 0), {("F1", "N1", "name", "sure", "")}),
        (("N1", "nursery", "和睦托育园", 200, 0), {("F1", "N1", "name", "sure", "")}),
        (("N1", "nursery", "和睦托育园", 900, 0), {("F1", "N1", "name", "doubtful", "far")}),
        (("N1", "nursery", "新和睦托育园", 5, 0), {("F1", "N1", "place", "sure", "")}),
        (("N1", "nursery", None, 5, 0), {("F1", "N1", "place", "sure", "")}),
        (("N1", "nursery", "大象儿童之家", 5, 0), {("F1", "N1", "place", "doubtful", "other_name")}),
        (("N1", "kindergarten", "和睦托育园", 5, 0), {("F1", "N1", "place", "doubtful", "other_type")}),
        (("N1", "bank", "大象储蓄所", 0, 0), {("F1", None, "", "sure", ""), (None, "N1", "", "sure", "")}),
        (("N1", "nursery", None, 50, 0), {("F1", None, "", "sure", ""), (None, "N1", "", "sure", "")}),
        (("N1", "nursery", "新和睦托育园", 50, 0), {("F1", None, "", "sure", ""), (None, "N1", "", "sure", "")}),
    ],
)
def test_one_entry_found_again_or_not(entries, after, expected):
    assert only(entries, [A], [after]) == expected


def test_several_at_one_place_are_doubtful_and_the_nearest_is_named(entries):
    before = [("F1", "bus_stop", None, 0, 0), ("F2", "bus_stop", None, 6, 0)]
    after = [("N1", "bus_stop", None, 1, 0), ("N2", "bus_stop", None, 7, 0)]
    assert only(entries, before, after) == {
        ("F1", "N1", "place", "doubtful", "several"),
        ("F2", "N2", "place", "doubtful", "several"),
    }


def test_a_name_that_occurs_more_than_once_is_a_chain(entries):
    before = [("F1", "supermarket", "全家", 0, 0), ("F2", "supermarket", "全家", 5000, 0)]
    after = [("N1", "supermarket", "全家", 200, 0), ("F2", "supermarket", "全家", 5000, 0)]
    assert ("F1", "N1", "name", "doubtful", "chain") in only(entries, before, after)


def test_the_id_goes_before_the_place(entries):
    before = [("F1", "canteen", "甲食堂", 0, 0), ("F2", "canteen", "乙食堂", 100, 0)]
    after = [("F1", "canteen", "甲食堂", 100, 0), ("F2", "canteen", "乙食堂", 0, 0)]
    assert {row[2] for row in only(entries, before, after)} == {"id"}


def test_an_outline_is_where_its_entrance_was(entries):
    ground = box(X0 - 20, Y0 - 20, X0 + 20, Y0 + 20)
    before, after = [("F1", "park", "甲园", 15, 15)], [("N1", "park", "甲园", ground)]
    assert only(entries, before, after) == {("F1", "N1", "name", "sure", "")}


def test_what_is_decided_holds(entries):
    after = [("N1", "nursery", "大象儿童之家", 5, 0)]
    said = {("F1", "N1"): True}
    assert only(entries, [A], after, decided=said) == {("F1", "N1", "decided", "sure", "")}
    assert only(entries, [A], after, decided={("F1", "N1"): False}) == {
        ("F1", None, "", "sure", ""),
        (None, "N1", "", "sure", ""),
    }
    assert only(entries, [A], [A], decided={("F1", "F1"): False}) == {
        ("F1", None, "", "sure", ""),
        (None, "F1", "", "sure", ""),
    }
    # ids that are not there are of another round's file, and decide nothing
    assert only(entries, [A], after, decided={("F9", "N9"): True})


@pytest.mark.parametrize("sides", [(0, 0), (0, 1), (1, 0)])
def test_empty_rounds(entries, sides):
    before, after = entries([A][: sides[0]]), entries([A][: sides[1]])
    found = match_rows(before, after, OPTIONS)
    assert list(found.columns) == list(MATCHING)
    assert len(found) == sum(sides)


# ---- the slow twin: the same rules, one entry at a time ----


def _twin_candidates(step, one, other, count, options):
    """Return the reason if this step allows this pair, else None. `count` says how often a name occurs."""
    gap = one.geometry.distance(other.geometry)
    alike = likeness(one.name_, other.name_)
    known = not math.isnan(alike)
    unlike = known and alike < options.alike
    same_type, same_name = one.type == other.type, known and alike == 1.0 and one.normal == other.normal
    here = gap <= options.same_place_m
    once = count["before"].get((one.type, one.normal), 0) == count["after"].get((other.type, other.normal), 0) == 1
    if step == 0:
        far = gap > options.match_m
        return ("id_reused" if (not same_type and unlike) or (far and (not same_type or unlike)) else "") \
            if one.id == other.id else None  # fmt: skip
    if step == 1:
        return "" if same_type and same_name and here else None
    if step == 2:
        return ("" if once else "chain") if same_type and same_name and gap <= options.match_m else None
    if step == 3:
        return "" if same_type and here and not unlike else None
    if step == 4:
        return "other_name" if same_type and here and unlike else None
    if step == 5:
        return "other_type" if same_name and here else None
    return "far" if same_type and same_name and once else None


def twin(before, after, options):
    def rows(frame):
        table = frame.rename(columns={"name": "name_"})
        table["normal"] = ["" if pd.isna(n) else "".join(str(n).split()).casefold() for n in table["name_"]]
        return list(table.itertuples())

    left, right = rows(before), rows(after)
    count = {side: {} for side in ("before", "after")}
    for side, these in (("before", left), ("after", right)):
        for row in these:
            count[side][row.type, row.normal] = count[side].get((row.type, row.normal), 0) + 1
    found = set()
    for step in range(7):
        allowed = []
        for one in left:
            for other in right:
                reason = _twin_candidates(step, one, other, count, options)
                if reason is not None:
                    allowed.append((round(one.geometry.distance(other.geometry), 3), *sorted((one.id, other.id)),
                                    one, other, reason))  # fmt: skip
        gone_left, gone_right = [], []
        for _, _, _, one, other, reason in sorted(allowed, key=lambda row: row[:3]):
            if one in gone_left or other in gone_right:
                continue
            choices = max(
                sum(row[3] is one for row in allowed),
                sum(row[4] is other for row in allowed),
            )
            why = reason or ("several" if choices > 1 else "")
            gone_left.append(one)
            gone_right.append(other)
            how = ["id", "name", "name", "place", "place", "place", "name"][step]
            found.add((one.id, other.id, how, "doubtful" if why else "sure", why))
        left = [row for row in left if row not in gone_left]
        right = [row for row in right if row not in gone_right]
    return found | {(row.id, None, "", "sure", "") for row in left} | {(None, row.id, "", "sure", "") for row in right}


SPOT = st.sampled_from([0.0, 4.0, 8.0, 12.0, 150.0, 290.0, 310.0, 2000.0])
ROW = st.tuples(
    st.sampled_from(["nursery", "canteen"]),
    st.sampled_from([None, "和睦食堂", "新和睦食堂", "大象屋", "全家"]),
    SPOT,
    SPOT,
)


def a_round(prefix):
    ids = st.lists(st.sampled_from([*"abcd", *(f"{prefix}{i}" for i in range(3))]), max_size=5, unique=True)
    return ids.flatmap(lambda names: st.tuples(*[ROW.map(lambda row, n=name: (n, *row)) for name in names]))


@settings(max_examples=150, deadline=None)
@given(a_round("x"), a_round("y"))
def test_as_the_slow_twin(before, after):
    before, after = _layer(before), _layer(after)
    assert pairs(before, after, match_rows(before, after, OPTIONS)) == twin(before, after, OPTIONS)


@settings(max_examples=80, deadline=None)
@given(a_round("x"), a_round("y"))
def test_swapping_the_rounds_swaps_the_matching(before, after):
    before, after = _layer(before), _layer(after)
    there = pairs(before, after, match_rows(before, after, OPTIONS))
    back = pairs(after, before, match_rows(after, before, OPTIONS))
    assert {(b, a, *rest) for a, b, *rest in there} == back


@settings(max_examples=40, deadline=None)
@given(a_round("x"))
def test_a_round_is_itself(rows):
    layer = _layer(rows)
    found = match_rows(layer, layer, OPTIONS)
    assert (found["before"] == found["after"]).all()
    assert (found["certainty"] == "sure").all()


def _layer(rows):
    import geopandas as gpd

    table = pd.DataFrame([row[:3] for row in rows], columns=["id", "type", "name"], dtype=object)
    points = gpd.GeoSeries([Point(X0 + row[3], Y0 + row[4]) for row in rows], crs="EPSG:4549")
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4549")
