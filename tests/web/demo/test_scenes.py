import pytest

pytestmark = pytest.mark.slow


def test_work_waits_in_every_corner(demo_site, ask):
    states = {
        state
        for (state,) in ask(
            "SELECT DISTINCT state FROM surveys_return WHERE round_id = (SELECT id FROM surveys_round WHERE code = '2027')"
        )
    }
    assert states == {"filling", "submitted", "returned", "accepted"}
    assert {state for (state,) in ask("SELECT state FROM rooms_offer")} >= {
        "checked",
        "reserved",
        "in_use",
        "withdrawn",
    }
    assert {state for (state,) in ask("SELECT state FROM standards_change")} == {"approved", "submitted"}
    assert {state for (state,) in ask("SELECT state FROM standards_waiver")} == {"granted", "proposed"}
    assert ask("SELECT count(*) FROM wishes_reply")[0][0] == 24
    assert len({state for (state,) in ask("SELECT state FROM projects_project")}) == 20
