import threading

import numpy as np
import pytest

from linli.web.lifecircle.stage import on_streets, stage_of, warm


def test_the_town_as_it_was_assessed(stage):
    assert stage.city.building_ids.tolist() == [f"b{i}" for i in range(10)]
    field = stage.field("pharmacy")
    assert field[:4].tolist() == [0.0, 100.0, 200.0, 300.0]
    assert np.isnan(field[4]), "it stands on no street"
    assert stage.nearest("pharmacy").tolist()[:4] == ["p0"] * 4
    assert stage.row_of("b7") == 7
    assert stage.row_of("nobody") == -1
    assert stage.names(np.array([0, 1])) == ["和睦新村 b0", "b1"]
    assert stage.who(("60_79", "80_plus"))[[0, 5]].tolist() == [30.0, 30.0]
    assert np.isnan(stage.who(())[3]), "nobody knows how many live there"


def test_only_what_lies_at_or_below_a_place_is_inside(stage):
    inside = {path: stage.inside(path).sum() for path in ("3301/", "3301/330105/", "3301/330106/", "3302/", "")}
    assert inside == {"3301/": 10, "3301/330105/": 5, "3301/330106/": 5, "3302/": 0, "": 10}
    assert stage.communities_in("3301/330105/").tolist() == [True, False]


def test_buildings_of_no_community_are_the_rounds_own(stage):
    assert stage.inside_code("3301/").tolist() == [True, True, True]
    assert stage.inside_code("3301/330105/").tolist() == [True, False, False]


def test_facilities_around_a_place_are_those_within_the_longest_walk(stage):
    ids = stage.city.facilities.index
    near = {
        path: set(ids[stage.facilities_near(path, "pharmacy")]) for path in ("3301/330105/", "3301/330106/", "3302/")
    }
    assert near == {"3301/330105/": {"p0", "p1"}, "3301/330106/": {"p0", "p1"}, "3302/": set()}
    assert stage.facilities_near("3301/", "nursery").tolist() == []


def test_degrees_and_metres_are_each_others_inverse(stage):
    xy = np.array([[500_050.0, 3_350_000.0]])
    assert stage.to_metres(stage.to_degrees(xy)) == pytest.approx(xy, abs=1e-6)


def test_it_is_made_once_even_if_all_ask_at_once(town, monkeypatch):
    from linli.web.lifecircle import stage as module

    made = []
    real = module.build_city
    monkeypatch.setattr(module, "build_city", lambda *args: made.append(1) or real(*args))
    module._STAGES.clear()
    threads = [threading.Thread(target=stage_of, args=(town,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    warm(town).join()
    assert on_streets(stage_of(town)) is on_streets(stage_of(town))


def test_buildings_in_another_order_are_put_right(stage):
    from linli.web.lifecircle.stage import _aligned

    mixed = stage.buildings.sample(frac=1, random_state=1).reset_index(drop=True)
    assert _aligned(mixed, stage.city)["building_id"].tolist() == stage.city.building_ids.tolist()
