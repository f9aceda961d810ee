import numpy as np

from linli.assess.city import build_city
from linli.assess.ratio import ratio
from linli.assess.standards import Limit, Requirement


def asked(numerator, denominator, least, **more):
    limits = {"min": Limit("min", "s/i.min", least, "share")}
    limits |= {key: Limit(key, f"s/i.{key}", value, "m2") for key, value in more.pop("limits", {}).items()}
    return Requirement(
        "s", "s/i", "r", "ratio", "must", ("existing",), columns=(numerator, denominator), limits=limits, **more
    )


def city(kit, *estates):
    communities, buildings = kit.tiny_parts()
    rows = [{"estate_id": f"e{i}", "geometry": kit.box(0, 0, 9, 9), **row} for i, row in enumerate(estates)]
    return build_city(kit.survey_of(communities=communities, buildings=buildings, estates=rows))


def test_by_hand(city_kit):
    found = ratio(
        city(
            city_kit,
            {"community_id": "A", "dwellings": 100, "parking_spaces": 30},
            {"community_id": "A", "dwellings": 300, "parking_spaces": 70},
            {"community_id": "B", "dwellings": 100},
            {"community_id": "C", "parking_spaces": 100},
        ),
        asked("estates.parking_spaces", "estates.dwellings", 0.5),
    )
    assert found.value[0] == 0.25
    assert found.degree[0] == 0.5
    assert found.shortfall[0] == 100
    assert np.isnan(found.degree[1:]).all()
    assert (found.low[1:] == 0).all()
    assert (found.high[1:] == 1).all()


def test_columns_of_the_community(city_kit):
    found = ratio(city(city_kit), asked("communities.households", "communities.residents", 0.4))
    assert found.value.round(4).tolist() == [0.2, 0.1333, 0.2, 0.1333]
    assert found.evidence == {}


def test_what_is_not_said_is_neither_yes_nor_no(city_kit):
    found = ratio(
        city(
            city_kit,
            {"community_id": "A", "dwellings": 100, "property_service": "self"},
            {"community_id": "A", "dwellings": 100},
        ),
        asked("estates.dwellings", "estates.dwellings", 1.0, where={"estates.property_service": ("self",)}),
    )
    assert (found.degree[0], found.low[0], found.high[0]) == (1.0, 0.5, 1.0)
    assert found.notes["estates_unknown"][0]


def test_the_numerator_has_its_own_floor(city_kit):
    found = ratio(
        city(city_kit, {"community_id": "A", "floor_area_m2": 10000, "property_office_m2": 30}),
        asked("estates.property_office_m2", "estates.floor_area_m2", 0.002, limits={"min_numerator": 50.0}),
    )
    assert found.degree[0] == 0.6
    assert found.shortfall[0] == 20
