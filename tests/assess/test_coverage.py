import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.assess.coverage import Need, coverage_table, need_columns, shares
from linli.assess.ground import prepare
from linli.assess.options import AssessOptions

people = st.floats(0, 1e6)


def test_by_hand():
    # 100 counted, 20 of them unplaced, 25 never counted; 40 within for sure, 60 at best
    need = Need(np.array([100.0]), np.array([20.0]), np.array([25.0]), np.array([True]))
    found = shares(need, np.array([60.0]), np.array([40.0]))
    assert (found.share[0], found.low[0], found.high[0]) == (0.75, 40 / 125, (60 + 20 + 25) / 125)


def test_nobody_counted_is_unknown_not_zero():
    need = Need(np.array([0.0]), np.array([0.0]), np.array([0.0]), np.array([False]))
    found = shares(need, np.array([0.0]), np.array([0.0]))
    assert np.isnan(found.share[0])
    assert (found.low[0], found.high[0]) == (0.0, 1.0)


@given(people, people, people, st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_low_share_high(placed, unplaced, lost, part, of_part, certain):
    need = Need(np.array([placed + unplaced]), np.array([unplaced]), np.array([lost]), np.array([certain]))
    best = placed * part
    found = shares(need, np.array([best]), np.array([best * of_part]))
    assert 0 <= found.low[0] <= found.high[0] <= 1
    if not np.isnan(found.share[0]):
        assert found.low[0] <= found.share[0] <= found.high[0]


def test_unknown_bands_are_refused():
    with pytest.raises(ValueError, match="teens"):
        need_columns(["teens"])


def test_table_equals_a_loop_over_communities_and_buildings(tiny, catalogue):
    ground = prepare(tiny, catalogue, AssessOptions(standards=("complete_community",)), lambda *_: None)
    distance = {"nursery": np.array([0.0, 100, 200, 300, 400, 500, 600, 700, 800, np.nan])}
    table = coverage_table(ground.city, ground.need, distance, {"nursery": [300, 500]})
    for row in table.itertuples():
        code = ground.city.communities.index.get_loc(row.community_id)
        total = within = 0.0
        for i, home in enumerate(ground.city.building_code):
            if home == code:
                total += ground.city.need[i, 0]
                within += ground.city.need[i, 0] * (distance["nursery"][i] <= row.distance_m)
        assert row.residents == total
        assert row.residents_within == within
    assert len(table) == 8


def test_no_type_gives_an_empty_table(tiny, catalogue):
    ground = prepare(tiny, catalogue, AssessOptions(standards=("complete_community",)), lambda *_: None)
    assert coverage_table(ground.city, ground.need, {}, {}).empty
