import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.rules.records import CERTAINTIES, Frozen, freeze, weakest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.__setitem__("a", 2),
        lambda data: data.__delitem__("a"),
        lambda data: data.update(a=2),
        lambda data: data.pop("a"),
        lambda data: data.popitem(),
        lambda data: data.clear(),
        lambda data: data.setdefault("b", 2),
        lambda data: data.__ior__({"b": 2}),
    ],
)
def test_a_frozen_mapping_refuses_every_change(change):
    data = Frozen(a=1)
    with pytest.raises(TypeError, match="immutable"):
        change(data)
    assert data == {"a": 1}


@given(JSON)
def test_freezing_loses_nothing_at_any_depth(data):
    frozen = freeze(data)
    assert json.loads(json.dumps(frozen)) == json.loads(json.dumps(data))
    assert pickle.loads(pickle.dumps(frozen)) == frozen
    hash(frozen)


@given(st.lists(st.sampled_from(CERTAINTIES), min_size=1))
def test_the_weakest_certainty_counts(certainties):
    assert weakest(certainties) == sorted(certainties, key=["published", "recalled", "unset"].index)[-1]


def test_no_certainty_is_an_error():
    with pytest.raises(ValueError, match="empty"):
        weakest([])


def test_a_value_says_its_clause_and_turns_into_json(small, today):
    value = small.value("shops/bakery", "radius", on=today)
    assert (value.id, value.clause) == ("shops/bakery.radius", "Rule on shops, 1")
    said = value.as_dict()
    assert json.loads(json.dumps(said)) == said
    assert said["valid_from"] == "2025-01-01"


def test_a_rule_turns_into_json_with_the_certainty_of_the_whole(small):
    rule = small.rule("shops/bakery")
    said = rule.as_dict()
    assert json.loads(json.dumps(said))["id"] == "shops/bakery"
    assert rule.body["certainty"] == "published"
    assert said["certainty"] == rule.certainty == "unset"
    assert (rule.name, rule.is_item, rule.group) == ("bakery", True, "food")
