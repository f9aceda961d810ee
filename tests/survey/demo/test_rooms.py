import numpy as np

from linli.rules import load_catalogue
from linli.survey.demo.rooms import ANSWER_ITEMS, wish_counts


def test_rooms_have_owners_and_allowed_types(city):
    rooms = city.layers["rooms"]
    known = set(load_catalogue().facility_types)
    asked = {code for value in rooms["allowed_types"].dropna() for code in value.split(";")}
    assert len(rooms) > 10
    assert asked <= known
    assert (rooms["rent_yuan_m2_month"][rooms["owner_kind"] == "government"].dropna() == 0).all()


def test_answers_are_about_items_that_need_an_answer(city):
    catalogue = load_catalogue()
    for item in ANSWER_ITEMS:
        assert any(one["kind"] == "answer" for one in catalogue.rule(item).body["requirements"])
    answers = city.layers["answers"]
    assert not answers.duplicated(["community_id", "item"]).any()
    assert len(answers) < 12 * len(ANSWER_ITEMS)


def test_half_to_four_fifths_of_households_were_asked(city):
    wishes = city.layers["wishes"]
    households = city.layers["communities"].set_index("community_id")["households"]
    share = wishes["households_asked"] / households.loc[wishes["community_id"]].to_numpy()
    assert share.between(0.49, 0.81).all()
    assert (wishes["count"] <= wishes["households_asked"]).all()
    assert not wishes.duplicated(["community_id", "type"]).any()


def test_asking_again_keeps_the_rows(city):
    wishes = city.layers["wishes"]
    again = wish_counts(wishes, np.random.default_rng(0))
    assert (again[["community_id", "type"]] == wishes[["community_id", "type"]]).all(axis=None)
    assert (again["count"] <= again["households_asked"]).all()


def test_plots(city):
    plots = city.layers["plots"]
    assert len(plots) > 1
    assert (plots["site_area_m2"] > 0).all()
