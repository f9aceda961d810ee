from linli.web.rooms.models import Offer
from linli.web.rooms.steps import STEPS, open_steps
from linli.web.words import has_words


def test_every_state_is_left_and_reached_and_every_step_has_words():
    states = set(Offer.State.values)
    assert {one.end for one in STEPS.values()} == states
    assert all(open_steps(state) for state in states)
    for name in STEPS:
        assert has_words(f"rooms.step.{name}")
        assert has_words(f"rooms.lead.{name}")
        assert has_words(f"rooms.event.room.{name}")
