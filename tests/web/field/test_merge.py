"""Soft and hard conflicts, against a slow and obvious twin."""

import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.web.field.merge import State, changed_by_others, merge, same_place

NAMES = ("a", "b", "c")
VALUE = st.sampled_from([None, 1, 2])
STATE = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUE)).map(State)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.lists(STATE, min_size=1, max_size=5), st.lists(st.booleans(), min_size=4, max_size=4), STATE)
def test_nothing_of_anybody_s_is_lost_or_overwritten(states, own, mine):
    base, now = states[0], states[-1]
    others = changed_by_others(states, own, NAMES)
    merged = merge(base, mine, now, others, NAMES)
    both = [n for n in NAMES if mine.get(n) != base.get(n) and n in others and mine.get(n) != now.get(n)]
    assert bool(merged.clashes) is bool(both)
    if merged.clashes:
        shown = {clash.name for clash in merged.clashes}
        assert set(both) <= shown
        # Whoever decides the fields shown, the others left as sent, undoes nothing that somebody made meanwhile.
        for name in set(NAMES) - shown:
            assert mine.get(name) == now.get(name) or now.get(name) == base.get(name)
        return
    saved = {name: merged.changes.get(name, now.get(name)) for name in NAMES}
    for name in NAMES:
        if name in merged.changes:
            assert saved[name] == mine.get(name)
            assert name not in others or now.get(name) == mine.get(name)
        else:
            assert saved[name] == now.get(name)
    assert set(merged.kept) == {
        n for n in NAMES if n in others and n not in merged.changes and mine.get(n) != now.get(n)
    }


def test_what_the_same_person_sent_before_is_no_stranger_s():
    base, mine_first, now = State({"a": 1}), State({"a": 2}), State({"a": 2})
    assert changed_by_others([base, mine_first], [True], NAMES) == frozenset()
    merged = merge(base, State({"a": None}), now, frozenset(), NAMES)
    assert merged.changes == {"a": None}
    assert not merged.clashes


def test_both_changed_to_the_same_is_no_conflict():
    merged = merge(State({"a": 1}), State({"a": 2}), State({"a": 2}), frozenset({"a"}), NAMES)
    assert not merged.clashes
    assert merged.changes == {"a": 2}


def test_positions_are_compared_as_a_form_holds_them():
    point = shapely.Point(120.12345678901, 30.2)
    assert same_place(point, shapely.Point(120.1234568, 30.2))
    assert not same_place(point, shapely.Point(120.12346, 30.2))
    assert same_place(None, None)
    assert not same_place(None, point)
    merged = merge(
        State({}, point), State({}, shapely.Point(120.1234568, 30.2)), State({}, point), frozenset(), ("geometry",)
    )
    assert merged.changes == {}
