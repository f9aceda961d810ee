import json

import pytest
from django.utils import translation

from linli.web.accounts.models import Place
from linli.web.lifecircle import island
from linli.web.lifecircle.choices import choices_of
from linli.web.lifecircle.island import cited, is_large, island_config, unit_words, walker_words, whom_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def config(rf, city, town, stage, ask):
    def made(code="330105"):
        request = rf.get("/")
        request.user = city.user("city_office")
        place = Place.objects.get(code=code)
        return island_config(
            request, place, town, stage, choices_of(stage), ask(stage, "type=elderly_station&person=elder")
        )

    return made


def test_a_small_place_comes_whole(config, town):
    told = config()
    assert json.loads(json.dumps(told)) == told
    assert told["buildings"] == f"/life-circle/330105/buildings.json?run={town.pk}"
    assert told["what_if"] == f"/life-circle/330105/what-if.json?type={{type}}&run={town.pk}"
    assert (
        told["path"]
        == f"/life-circle/330105/way.json?type={{type}}&person={{person}}&building={{building}}&run={town.pk}"
    )
    assert told["table"] == "/life-circle/330105/communities/?type={type}&person={person}&minute={minutes}"
    assert "tiles" not in told
    assert (told["type"], told["person"], told["minute"], told["unit"]) == ("elderly_station", "elder", 5, "人")
    assert told["date"] == "2026-11-23"
    kind = next(one for one in told["types"] if one["code"] == "elderly_station")
    assert kind["residents"] == ["residents_60_79", "residents_80_plus"]
    assert told["persons"][1] == {
        "code": "elder", "label": "老年人", "metres_per_minute": 48.0, "limits": {"5": 240.0, "10": 480.0, "15": 720.0},
    }  # fmt: skip
    assert len(told["bounds"]) == 4


def test_a_large_one_in_tiles(config, monkeypatch, town):
    monkeypatch.setattr(island, "MOST_FEATURES", 4)
    told = config()
    assert "buildings" not in told
    assert told["tiles"] == (
        f"/life-circle/330105/tiles/{{z}}/{{x}}/{{y}}?type={{type}}&person={{person}}&minute={{minutes}}&run={town.pk}"
    )


def test_how_large_is_large(city, stage, monkeypatch):
    place = Place.objects.get(code="330105")
    assert not is_large(stage, place)
    monkeypatch.setattr(island, "MOST_FEATURES", 4)
    assert is_large(stage, place)


def test_words(stage, ask):
    choices = choices_of(stage)
    assert whom_words(choices.kinds["elderly_station"]) == "60—79岁、80岁及以上"
    assert whom_words(choices.kinds["pharmacy"]) == "全体居民"
    assert "GB 50180" in cited(choices.minutes[0].distance)
    assert "2018-12-01" in cited(choices.minutes[0].distance)
    title, text, source = walker_words(choices.walkers["elder"])
    assert (title, text) == ("步行速度：老年人", "0.8 m/s；走得到的距离为 5 分钟 240 m、10 分钟 480 m、15 分钟 720 m")
    assert source
    with translation.override("en"):
        assert unit_words(stage) == "people"
        assert whom_words(choices.kinds["elderly_station"]) == "60–79, 80 and over"
