import pytest

from linli.improve.choices import BudgetLine, CoFunding, ImproveOptions, ProgrammeOptions, ProposalOptions
from linli.web.plans.choices import StudyChoices, from_json, to_json
from linli.web.plans.fields import SECTIONS, TABLES, content_of, field_of, initial_of
from linli.web.plans.forms import StudyForm
from linli.web.plans.lines import Names, read_lines

TYPES = {"nursery": {"zh": "托儿所", "en": "nursery"}}
NAMES = Names(TYPES, {"330199001001": "岚枫社区"}, ("示范区",))

FULL = StudyChoices(
    improve=ImproveOptions(
        budget=(BudgetLine(yuan=5e6, year=2027), BudgetLine(yuan=1e6, year=2028, district="示范区")),
        unit_costs={"convert": {"nursery": 2500.0, "any": 1800.0}}, floor_share=0.25, gap=0.005, types=("nursery",),
        community_weights={"330199001001": 2.0}, max_projects_by_community={"any": 3}, force_in=("room:R1:nursery",),
        needs=(("a", "b"),), band_weights={"0_2": 3.0},
    ),
    programme=ProgrammeOptions(
        years=(2027, 2028), duration_years={"reallocate": 0, "convert": 1, "build": 3, "room:R1:nursery": 2},
        budget=(BudgetLine(yuan=5e6, year=2027), BudgetLine(yuan=1e6, year=2028, district="示范区")), max_starts=4,
    ),
    proposal=ProposalOptions(
        creation_list=("330199001001",), draws=777, ordinary_yuan={"330199001001": 20_000.0},
        co_funding=(CoFunding(source="operator", share=0.2, types=("nursery",), paid="open", districts=("示范区",)),),
    ),
)  # fmt: skip


def said_of(choices):
    """Return what the form's fields hold after cleaning, without the form."""
    said = initial_of(choices)
    for name, heads in TABLES.items():
        rows, wrong = read_lines(said[name], heads, NAMES)
        assert wrong == []
        said[name] = rows
    defaults = {"first_year": 2027, "last_year": 2029, "carry_over": True, "max_starts": None}
    return {**defaults, **{f"duration_{lever}": None for lever in ("reallocate", "convert", "build")}, **said}


@pytest.mark.parametrize("choices", [StudyChoices(), FULL])
def test_a_form_that_is_sent_back_unchanged_changes_nothing(choices):
    assert from_json(content_of(said_of(choices), choices)) == choices


def test_what_the_form_does_not_ask_for_stays():
    said = said_of(FULL) | {"max_projects": 7, "duration_build": 4}
    found = from_json(content_of(said, FULL))
    assert found.improve.max_projects == 7
    assert found.improve.band_weights == {"0_2": 3.0}
    assert found.improve.needs == (("a", "b"),)
    assert found.programme.duration_years["build"] == 4
    assert found.programme.duration_years["room:R1:nursery"] == 2
    assert found.proposal.draws == 777
    assert found.proposal.co_funding[0].districts == ("示范区",)


def test_floors_by_community_and_weights_by_item_stay_until_something_else_is_said():
    improve = ImproveOptions(floor_share={"330199001001": 0.5}, item_weights={"complete_community/nursery": 2.0})
    own = StudyChoices(improve=improve)
    assert initial_of(own)["item_weights"] == "own"
    assert from_json(content_of(said_of(own), own)) == own
    changed = content_of(said_of(own) | {"floor_share": 40.0, "item_weights": "equal"}, own)["improve"]
    assert (changed["floor_share"], changed["item_weights"]) == (0.4, "equal")


def test_other_money_goes_to_the_programme_too_and_none_takes_it_away():
    said = said_of(FULL) | {"budget": [{"year": 2028, "wan": 9e6}]}
    found = from_json(content_of(said, FULL))
    assert found.programme.budget == found.improve.budget == (BudgetLine(yuan=9e6, year=2028),)
    assert from_json(content_of(said | {"with_programme": False}, FULL)).programme is None


def test_alternatives_can_be_switched_off_and_on():
    off = from_json(content_of(said_of(StudyChoices()) | {"alternatives": False}, StudyChoices()))
    assert off.proposal.alternatives == ()
    assert from_json(content_of(said_of(off) | {"alternatives": True}, off)).proposal.alternatives is None


def test_a_fault_of_the_model_finds_its_field():
    assert field_of(("improve", "budget", 0, "yuan")) == "budget"
    assert field_of(("programme",)) == "last_year"
    assert field_of(("proposal", "alternatives")) == "alternatives"
    assert field_of(("improve", "band_weights")) == ""


def test_every_field_of_the_form_has_its_section():
    names = [name for _, fields in SECTIONS for name in fields]
    assert len(names) == len(set(names))
    assert set(names) | {"version"} == set(StudyForm.base_fields)
    assert to_json(StudyChoices())["programme"] is None
