import numpy as np
import pytest

from linli.assess import AssessOptions, assess

ONE = AssessOptions(standards=("complete_community",))


def table(survey, catalogue, options=ONE):
    return assess(survey, catalogue, options).supply.set_index(["community_id", "type"])


def test_per_head_and_per_household_by_hand(tiny, catalogue):
    row = table(tiny, catalogue).loc[("A", "nursery")]
    assert (row["count"], row["floor_area_m2"], row["capacity"]) == (1, 250, 30)
    assert row["per_1000_residents"] == 5.0
    assert row["floor_area_per_100_households"] == 625.0
    assert row["floor_area_per_resident"] == 1.25
    assert row["capacity_per_1000"] == 3000.0  # 30 places for 10 of 0–2
    assert (row["site_area_m2"], row["site_area_unknown"]) == (pytest.approx(np.nan, nan_ok=True), 1)


def test_access_by_hand(tiny, catalogue):
    # babies: 5 in each of ten buildings, 100 m apart; zones of 300, 500 and 1,000 m weigh 1, 0.68 and 0.22
    def zone(metres):
        return 1.0 if metres <= 300 else 0.68 if metres <= 500 else 0.22

    homes = [50 + 100 * i for i in range(10)]
    ratio = {x: places / sum(5 * zone(abs(x - home)) for home in homes) for x, places in ((50, 30), (950, 10))}
    access = [sum(r * zone(abs(x - home)) for x, r in ratio.items()) for home in homes]
    found = table(tiny, catalogue)["access"]
    assert found[("A", "nursery")] == pytest.approx(np.mean(access[:2]))
    assert found[("D", "nursery")] == pytest.approx(np.mean(access[7:]))


def test_access_gives_every_place_away_once(tiny, catalogue):
    found = table(tiny, catalogue)["access"]
    babies = {"A": 10, "B": 15, "C": 10, "D": 15}
    assert sum(found[(name, "nursery")] * count for name, count in babies.items()) == pytest.approx(30 + 10)


def test_a_curve_instead_of_zones(tiny, catalogue):
    smooth = table(tiny, catalogue, ONE.model_copy(update={"catchment": "gaussian"}))["access"]
    babies = {"A": 10, "B": 15, "C": 10, "D": 15}
    assert sum(smooth[(name, "nursery")] * count for name, count in babies.items()) == pytest.approx(40)


def test_no_capacity_known_no_access(tiny, catalogue):
    row = table(tiny, catalogue).loc[("B", "health_station")]
    assert np.isnan(row["access"])
    assert (row["floor_area_unknown"], row["capacity_unknown"]) == (1, 1)
    assert np.isnan(row["floor_area_m2"])


def test_ages_unknown_is_said(city_kit, catalogue):
    communities, buildings = city_kit.tiny_parts()
    for building in buildings:
        for key in [key for key in building if key.startswith("residents_")]:
            del building[key]
    facilities = [{"facility_id": "f", "type": "nursery", "capacity": 10.0, "geometry": city_kit.at(50)}]
    survey = city_kit.survey_of(communities=communities, buildings=buildings, facilities=facilities)
    row = table(survey, catalogue).loc[("A", "nursery")]
    assert not row["ages_known"]
    assert row["capacity_per_1000"] == 10 / 200 * 1000
