import numpy as np
import pandas as pd

from linli.assess.options import PRIORITY_COMPONENTS
from linli.assess.priority import COMPONENT_TITLES, PHRASES, priority


def components(**columns):
    return pd.DataFrame(columns, index=pd.Index(["A", "B", "C"], name="community_id"))


EQUAL = dict.fromkeys(PRIORITY_COMPONENTS, 1.0)


def test_every_component_has_words():
    assert set(COMPONENT_TITLES) == set(PHRASES) == set(PRIORITY_COMPONENTS)


def test_by_hand():
    found = priority(components(residents_without=[100, 50, 0], spare_rooms=[0, 200, 0]), EQUAL, "residents")
    assert found["community_id"].tolist() == ["B", "A", "C"]
    assert found["score"].tolist() == [0.75, 0.5, 0.0]
    assert found["rank"].tolist() == [1, 2, 3]
    assert found["reason_en"].iloc[0] == (
        "No. 1: 200 m² of spare rooms at hand; 50 residents without, on average per item"
    )
    assert found["reason_zh"].iloc[0] == "第1位：有200 m²存量用房可用；平均每项50人未覆盖"
    assert found["reason_en"].iloc[2] == "No. 3: nothing stands out"


def test_unknown_is_left_out_and_named():
    found = priority(components(residents_without=[100, 50, 0], wishes=[np.nan, 1.0, 0.5]), EQUAL, "residents")
    row = found.set_index("community_id").loc["A"]
    assert (row["score"], row["unknown_components"]) == (1.0, "wishes")


def test_weights_and_ties():
    raw = components(residents_without=[10, 20, 20], old_estates=[1.0, 0.0, 0.0])
    found = priority(raw, {"residents_without": 1.0}, "residents")
    assert found["community_id"].tolist() == ["B", "C", "A"]
    assert found["score"].tolist() == [1.0, 1.0, 0.5]


def test_nothing_known_comes_last():
    found = priority(components(residents_without=[np.nan, 0.0, 1.0]), EQUAL, "m2")
    assert found["community_id"].tolist() == ["C", "B", "A"]
    assert "m² of housing" in found["reason_en"].iloc[0]
