import datetime as dt

import pytest
from pydantic import ValidationError

from linli.improve.choices import (
    LEVERS,
    Alternative,
    BudgetLine,
    CoFunding,
    ImproveOptions,
    ProgrammeOptions,
    ProposalOptions,
)


def test_defaults_invent_nothing():
    choices = ImproveOptions()
    assert choices.unit_costs == choices.yearly_cost == choices.yearly_income == choices.areas_m2 == {}
    assert choices.budget == ()
    assert choices.old_young_weight == 1.0
    assert choices.levers == LEVERS


def test_every_field_is_described():
    for model in (ImproveOptions, ProgrammeOptions, BudgetLine, ProposalOptions, Alternative, CoFunding):
        for name, field in model.model_fields.items():
            assert field.description, name


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"unknown": 1}, "Extra inputs"),
        ({"levers": ()}, "at least 1"),
        ({"levers": ("rent",)}, "reallocate"),
        ({"force_in": ("a", "b"), "forbid": ("b",)}, "`force_in` and `forbid`"),
        ({"start_on": dt.date(2027, 1, 1), "end_on": dt.date(2026, 1, 1)}, "`end_on`"),
        ({"floor_share": 1.5}, "less than or equal"),
        ({"budget": [{"yuan": -1}]}, "greater than or equal"),
        ({"time_limit_s": 0}, "greater than 0"),
        ({"old_young_weight": float("inf")}, "finite"),
    ],
)
def test_wrong_choices(wrong, words):
    with pytest.raises(ValidationError, match=words):
        ImproveOptions(**wrong)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"years": ()}, "at least 1"),
        ({"years": (2026, 2028)}, "consecutive"),
        ({"years": (2026,), "count_until": 2025}, "count_until"),
        ({"years": (2026,), "budget": [{"yuan": 1, "year": 2027}]}, "must name a year"),
        ({"years": (2026,), "budget": [{"yuan": 1}]}, "must name a year"),
    ],
)
def test_wrong_programmes(wrong, words):
    with pytest.raises(ValidationError, match=words):
        ProgrammeOptions(**wrong)


def test_a_proposal_invents_no_money():
    choices = ProposalOptions()
    assert choices.co_funding == ()
    assert choices.ordinary_yuan == {}
    assert choices.creation_list is None
    assert choices.step_yuan == 10_000_000


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"unknown": 1}, "Extra inputs"),
        ({"stage_years": {"start": "later"}}, "pattern"),
        ({"stage_years": {"start": "open-1"}}, "pattern"),
        ({"co_funding": [{"source": "city", "share": 0.1}]}, "somebody else"),
        ({"co_funding": [{"source": "operator", "share": 1.1}]}, "less than or equal"),
        ({"points": 1}, "greater than or equal"),
        ({"step_yuan": 0}, "greater than 0"),
        ({"alternatives": [{"name": "A b", "zh": "甲", "en": "A"}]}, "pattern"),
        ({"alternatives": [{"name": "a", "zh": "甲", "en": "A", "change": {"levres": []}}]}, "levres"),
        ({"alternatives": [{"name": "a", "zh": "甲", "en": "A", "change": {"levers": ["rent"]}}]}, "reallocate"),
        ({"alternatives": [{"name": "a", "zh": "甲", "en": "A"}] * 2}, "a name of its own"),
    ],
)
def test_wrong_proposals(wrong, words):
    with pytest.raises(ValidationError, match=words):
        ProposalOptions(**wrong)


def test_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        ImproveOptions().seed = 1


def test_they_survive_json():
    choices = ImproveOptions(budget=[{"yuan": 5, "year": 2026}], floor_share={"A": 0.5}, lifts=("r1",))
    assert ImproveOptions.model_validate_json(choices.model_dump_json()) == choices
