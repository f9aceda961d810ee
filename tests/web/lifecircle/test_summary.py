import pytest

from linli.web.lifecircle.summary import summary_of
from linli.web.lifecircle.what_if import imagine

CITY, DISTRICT = "3301/", "3301/330105/"


def test_before_and_after_by_community_and_age(stage, ask, lonlat, kit):
    asked = ask(stage, "type=pharmacy&person=wheelchair&minute=5")  # 201 m
    told = summary_of(stage, CITY, asked, imagine(stage, "pharmacy", [lonlat(550)], []))
    assert told["now"] == {"buildings": 10, "within": 700, "without": 100, "unknown": 100, "uncounted": 1, "lost": 100}
    assert told["then"] | {"within": None, "without": None} == told["now"] | {"within": None, "without": None}
    assert (told["then"]["within"], told["then"]["without"]) == (800, 0)
    assert [(one["code"], one["gain"], one["href"]) for one in told["communities"]] == [
        (kit.WITHOUT, 100, f"/communities/{kit.WITHOUT}/"),
        (kit.WITHIN, 0, f"/communities/{kit.WITHIN}/"),
    ]
    assert told["communities"][0]["gains"] == {"0_2": 5, "3_5": 5, "6_14": 10, "15_59": 50, "60_79": 20, "80_plus": 10}
    assert [(one["band"], one["within"], one["gain"]) for one in told["ages"]][4] == ("60_79", 160, 20)
    assert told["of"] == 2
    assert told["wanting"] == []


def test_closing_is_a_loss(stage, ask):
    asked = ask(stage, "type=pharmacy&person=adult&minute=5")
    told = summary_of(stage, CITY, asked, imagine(stage, "pharmacy", [], ["p0"]))
    assert [(one["name"], one["gain"]) for one in told["communities"]] == [("和睦社区", -300), ("文三社区", 0)]
    assert [(one["id"], one["metres"], one["residents"]) for one in told["wanting"]] == [
        ("b0", 800, 100), ("b1", 700, 100), ("b2", 600, 100),
    ]  # fmt: skip


def test_a_place_sees_its_own_only(stage, ask, lonlat, kit):
    asked = ask(stage, "type=pharmacy&person=wheelchair&minute=5")
    told = summary_of(stage, DISTRICT, asked, imagine(stage, "pharmacy", [lonlat(550)], []))
    assert told["now"] == told["then"] == {
        "buildings": 5, "within": 300, "without": 0, "unknown": 100, "uncounted": 1, "lost": 100,
    }  # fmt: skip
    assert [one["code"] for one in told["communities"]] == [kit.WITHIN]


def test_the_gains_of_the_communities_add_up_to_the_place(demo, ask):
    asked = ask(demo, "type=elderly_station&person=elder&minute=5")
    lon, lat = demo.city.building_lonlat[300]
    told = summary_of(demo, CITY, asked, imagine(demo, "elderly_station", [(lon, lat)], []))
    gain = told["then"]["within"] - told["now"]["within"]
    assert gain > 0
    assert sum(one["gain"] for one in told["communities"]) == pytest.approx(gain)
    assert sum(one["gain"] for one in told["ages"] if one["band"] in {"60_79", "80_plus"}) == pytest.approx(gain)
