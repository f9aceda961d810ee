import pytest

pytestmark = pytest.mark.slow


def test_one_study_is_adopted_and_the_other_is_there_to_compare(demo_site, ask):
    assert sorted(state for (state,) in ask("SELECT state FROM plans_study")) == ["adopted", "solved"]
    for objective, bound, gap in ask("SELECT objective, bound, gap FROM plans_study"):
        assert objective is not None
        assert bound is not None
        assert 0 <= gap < 0.05
    assert ask("SELECT count(*) FROM plans_measure")[0][0] > 10


def test_the_second_round_found_what_the_plan_opened(demo_site, ask):
    closed = ask("SELECT count(*) FROM places_record WHERE layer = 'rooms' AND closed_at IS NOT NULL")[0][0]
    assert closed > 0
