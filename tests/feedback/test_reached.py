"""Who came within reach: by hand, and against a slow twin that walks every building of the demo city."""

import numpy as np
import pandas as pd
import pytest

from linli.feedback.reached import REACHED, compare_reach, nearest_new


def nursery(make, x, id_="F1"):
    return make.facility(id_, "nursery", x, floor_area_m2=300.0)


@pytest.fixture(scope="module")
def three(make):
    places = ([], [nursery(make, 250.0)], [nursery(make, 250.0), nursery(make, 750.0, "F2")])
    return [make.round(make.town(facilities=some))[1] for some in places]


def at(table, community, kind, radius):
    rows = table[(table["community_id"] == community) & (table["type"] == kind) & (table["distance_m"] == radius)]
    return rows.iloc[0] if len(rows) else None


def test_a_nursery_opens(three):
    found = compare_reach(three[0], three[1])
    assert list(found.columns) == list(REACHED)
    here = at(found, "A", "nursery", 300.0)
    # x = 50 … 450 are at most 200 m along the street and 20 m beside it
    assert (here["gained"], here["lost"], here["residents"], here["unknown"]) == (500.0, 0.0, 500.0, 0.0)
    assert here["gained_old_young"] == pytest.approx(500.0 * 0.4)
    assert at(found, "B", "nursery", 300.0) is None
    assert at(found, "B", "nursery", 500.0)["gained"] == 200.0


def test_it_closes_again(three):
    there, back = compare_reach(three[1], three[2]), compare_reach(three[2], three[1])
    assert there["gained"].tolist() == back["lost"].tolist()
    assert there["lost"].tolist() == back["gained"].tolist()


def test_nothing_changed(three):
    assert compare_reach(three[1], three[1]).empty


def test_new_buildings_are_not_known(make, three):
    more = [{"building_id": "new", "community_id": "A", "residents": 70.0, "geometry": make.at(250.0, 10.0)}]
    old = [
        {"building_id": f"b{i}", "community_id": "AB"[i // 5], "residents": 100.0, "geometry": make.at(50.0 + 100 * i)}
        for i in range(10)
    ]
    after = make.round(make.town(facilities=[nursery(make, 250.0)], buildings=old + more))[1]
    here = at(compare_reach(three[0], after), "A", "nursery", 300.0)
    assert (here["residents"], here["unknown"], here["gained"]) == (500.0, 70.0, 500.0)


def test_who_gained_by_which(three):
    served = nearest_new(three[1], three[2], pd.Series({"F2": "nursery"}), 300.0)
    assert served.loc["F2"].tolist() == [500.0, 500.0]
    # the way to the old one was known, and within reach: nobody is newly served
    again = nearest_new(three[1], three[1], pd.Series({"F1": "nursery"}), 300.0)
    assert again.loc["F1", "newly"] == 0.0
    assert again.loc["F1", "served"] >= 500.0
    assert nearest_new(three[0], three[1], pd.Series(dtype=object), 300.0).empty


def twin(before, after, kind, radius):
    """One building at a time, in plain Python."""
    then = {row["building_id"]: row for row in before.buildings.to_dict("records")}
    sums = {}
    for row in after.buildings.to_dict("records"):
        old = then.get(row["building_id"])
        a = old.get(f"d_{kind}", np.inf) if old is not None and old["placed"] else np.nan
        b = row.get(f"d_{kind}", np.inf) if row["placed"] else np.nan
        if np.isnan(a) or np.isnan(b):
            continue
        gained, lost = sums.get(row["community_id"], (0.0, 0.0))
        gained += row["residents"] if b <= radius + 0.005 and not a <= radius + 0.005 else 0.0
        lost += row["residents"] if a <= radius + 0.005 and not b <= radius + 0.005 else 0.0
        sums[row["community_id"]] = gained, lost
    return {key: value for key, value in sums.items() if any(value)}


@pytest.mark.parametrize("kind", ["nursery", "canteen", "health_station", "bank"])
@pytest.mark.parametrize("radius", [300.0, 1000.0])
def test_as_the_slow_twin(rounds, kind, radius):
    found = compare_reach(rounds[0][1], rounds[1][1])
    mine = found[(found["type"] == kind) & (found["distance_m"] == radius)].set_index("community_id")
    expected = twin(rounds[0][1], rounds[1][1], kind, radius)
    assert mine[["gained", "lost"]].apply(tuple, axis=1).to_dict() == expected if expected else mine.empty
