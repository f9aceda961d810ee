import pytest
from pydantic import ValidationError

from linli.feedback import CompareOptions, Decision


def test_decisions_by_layer():
    one = Decision(layer="rooms", before_id="R1", after_id="R2", same=True)
    other = Decision(layer="in_place", before_id="R1", after_id="F1", same=False)
    options = CompareOptions(decided=(one, other))
    assert options.decisions("rooms") == {("R1", "R2"): True}
    assert options.decisions("in_place") == {("R1", "F1"): False}
    assert options.decisions("facilities") == {}


@pytest.mark.parametrize(
    "wrong", [{"same_place_m": -1}, {"match_m": float("inf")}, {"alike": 1.1}, {"degree_step": -0.1}, {"fuzzy": True}]
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValidationError):
        CompareOptions(**wrong)


def test_a_choice_is_never_changed():
    with pytest.raises(ValidationError):
        CompareOptions().alike = 0.1
