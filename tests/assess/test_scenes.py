import pandas as pd
import pytest

from linli.assess import AssessOptions, assess
from linli.assess.scenes import linked_items, scenes

NINE = {"neighbourhood", "education", "health", "enterprise", "building", "transport"}
NINE |= {"low_carbon", "service", "governance"}


def test_nine_scenes_each_linked_with_its_own_item_first(catalogue):
    links = linked_items(catalogue)
    assert set(links) == NINE
    for scene, items in links.items():
        assert items[0] == f"future_community/{scene}"
        assert len(items) == len(set(items))
        assert all(item in catalogue.ids for item in items)


def test_standards_are_never_mixed(tiny, catalogue):
    found = assess(tiny, catalogue, AssessOptions()).scenes
    assert set(found["standard"]) == {"complete_community", "living_circle"}
    assert not found.duplicated(["community_id", "standard", "scene"]).any()


def test_mean_of_linked_items(tiny, catalogue):
    found = assess(tiny, catalogue, AssessOptions(standards=("complete_community",)))
    education = found.scenes.query("community_id == 'A' and scene == 'education'").iloc[0]
    linked = found.items.query("community_id == 'A'").set_index("item")["degree"]
    ids = [item for item in linked_items(catalogue)["education"] if item in linked.index]
    assert education["score"] == pytest.approx(linked[ids].mean())


def test_what_a_scene_means_to_the_project(tiny, catalogue):
    found = assess(tiny, catalogue, AssessOptions(standards=("complete_community",)))
    projects = pd.Series({"A": "leading_renewal", "B": "inclusive"})
    table = scenes(found.items, projects, catalogue, {}, found.meta.on).set_index(["community_id", "scene"])["required"]
    assert table[("A", "education")] == "standard"
    assert table[("A", "low_carbon")] == "optional"
    assert table[("B", "enterprise")] == "as_needed"
    assert table[("C", "education")] == ""


def test_no_linked_item_no_rows(catalogue):
    items = assess_items()
    assert scenes(items, pd.Series(dtype="object"), catalogue, {}, None).empty


def assess_items():
    columns = ["community_id", "standard", "item", "verb", "status", "degree", "degree_low", "degree_high"]
    return pd.DataFrame([("A", "s", "s/i", "must", "met", 1.0, 1.0, 1.0)], columns=columns)
