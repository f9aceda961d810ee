import pytest

from linli.web.demo.cases import make_cases
from linli.web.places.models import Record
from linli.web.projects.models import Attachment, Move

SOME = ("recheck", "returned", "suspended", "rectifying", "not_accepted", "name_removed", "draft")


@pytest.fixture
def made(registered):
    return make_cases(registered, SOME)


def test_projects_are_walked_to_their_states_by_those_who_may(registered, made):
    assert {state: one.state for state, one in made.items()} == {state: state for state in SOME}
    moves = Move._all.filter(project=made["recheck"])
    assert moves.count() == 12
    assert {one.by.username for one in moves} >= {"street", "district_office", "city_office", "city_office_2"}
    with pytest.raises(ValueError, match="communities"):
        make_cases(registered)


def test_a_project_says_of_its_community_what_the_register_says(made):
    for one in made.values():
        known = Record._all.get(layer="communities", place=one.place).values
        assert (one.households, one.residents) == (known["households"], known["residents"])


def test_a_new_build_project_renews_no_old_estate_and_has_no_subsidy_of_one(made):
    new = [one for one in made.values() if one.project_type == "leading_new"]
    assert new
    assert all(not one.old_estate and one.ordinary_subsidy_yuan is None for one in new)
    assert {one.project_type for one in made.values() if one.old_estate} == {"leading_renewal", "inclusive"}


def test_who_accepts_has_judged_what_was_shown(made):
    def verdicts(state):
        shown = Attachment._all.filter(project=made[state], purpose="evidence")
        return set(shown.values_list("verdict", flat=True))

    assert verdicts("recheck") == {"accepted"}
    assert verdicts("not_accepted") == {"accepted", "rejected"}


def test_reasons_fit_what_was_decided_and_are_in_chinese(made):
    against = Move._all.get(project=made["not_accepted"], transition="refuse_acceptance")
    assert "符合要求" not in against.reason
    assert not any(char.isascii() and char.isalpha() for one in Move._all.all() for char in one.reason)
