import pytest

from linli.web.lifecircle.choices import PERSONS, choices_of


def test_everything_comes_from_the_rules_with_its_source(stage):
    choices = choices_of(stage)
    assert [one.number for one in choices.minutes] == [5, 10, 15]
    assert [one.distance.value for one in choices.minutes] == [300, 500, 1000]
    assert all("GB 50180" in one.distance.clause and one.distance.valid_from for one in choices.minutes)
    assert tuple(choices.walkers) == PERSONS
    assert choices.walkers["adult"].limits_m == {5: 300.0, 10: 500.0, 15: 1000.0}, "the standard's own distance"
    assert choices.walkers["elder"].limits_m == {5: 240.0, 10: 480.0, 15: 720.0}, "0.8 m/s, never more"
    assert choices.walkers["wheelchair"].limits_m[5] == pytest.approx(201.0)
    assert choices.kinds["elderly_station"].bands == ("60_79", "80_plus")
    assert choices.kinds["pharmacy"].bands == ()
    assert stage.furthest_m == 1000.0


def test_the_walk_is_that_of_the_assessment(stage):
    from linli.assess.pace import paces_of

    choices = choices_of(stage)
    for person in PERSONS:
        far = paces_of(stage.catalogue, person, stage.on).person
        assert choices.walkers[person].limits_m == {5: far(300.0), 10: far(500.0), 15: far(1000.0)}


def test_what_is_chosen(stage, ask):
    asked = ask(stage, "type=elderly_station&person=elder&minute=10")
    assert (asked.kind.code, asked.walker.code, asked.minutes, asked.limit_m) == ("elderly_station", "elder", 10, 480.0)
    first = ask(stage)
    assert (first.kind.code, first.walker.code, first.minutes) == (stage.kinds[0], "adult", 5)
    assert ask(stage, person="carer").walker.code == "carer"


@pytest.mark.parametrize("query", ["type=castle", "person=giant", "minute=7", "minute=x", "type="])
def test_what_cannot_be_chosen_is_the_first_choice_or_an_error(stage, ask, query):
    assert ask(stage, query).limit_m == 300.0
    assert ask(stage, query, strict=True) is None


def test_a_person_of_unknown_speed_cannot_be_chosen(stage, monkeypatch):
    from linli.assess.standards import Limit

    real = choices_of.__globals__["limit_of"]

    def without_wheelchair(catalogue, rule, name, on, key=""):
        return Limit(key, name, None, missing="unset") if name == "wheelchair" else real(catalogue, rule, name, on, key)

    monkeypatch.setitem(choices_of.__globals__, "limit_of", without_wheelchair)
    assert "wheelchair" not in choices_of(stage).walkers
