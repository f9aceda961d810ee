import pytest

from linli.web.demo.cases import make_cases
from linli.web.projects.models import Move

SOME = ("recheck", "returned", "suspended", "rectifying", "not_accepted", "name_removed", "draft")


def test_projects_are_walked_to_their_states_by_those_who_may(cast):
    made = make_cases(cast, SOME)
    assert {state: one.state for state, one in made.items()} == {state: state for state in SOME}
    moves = Move._all.filter(project=made["recheck"])
    assert moves.count() == 12
    assert {one.by.username for one in moves} >= {"street", "district_office", "city_office", "city_office_2"}
    with pytest.raises(ValueError, match="communities"):
        make_cases(cast)
