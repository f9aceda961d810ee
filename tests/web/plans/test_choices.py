import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.errors import ConfigError, InputError
from linli.improve.choices import BudgetLine, CoFunding, ImproveOptions, ProgrammeOptions, ProposalOptions
from linli.web.plans.choices import StudyChoices, check_districts, from_json, narrowed, read_text, to_json, to_yaml

COMMUNITIES = pd.DataFrame(
    {"community_id": ["1", "2", "3", "4"], "district": ["东区", "东区", "西区", "西区"], "name": list("甲乙丙丁")}
)

amounts = st.floats(0, 1e9, allow_nan=False)
improves = st.builds(
    ImproveOptions,
    old_young_weight=amounts,
    budget=st.lists(
        st.builds(BudgetLine, yuan=amounts, year=st.none() | st.integers(2020, 2040),
                  district=st.none() | st.sampled_from(["东区", "西区"])), max_size=3
    ).map(tuple),
    unit_costs=st.dictionaries(st.sampled_from(["build", "convert"]), st.dictionaries(st.just("any"), amounts), max_size=2),
    max_projects=st.none() | st.integers(0, 99),
    floor_share=st.none() | st.floats(0, 1) | st.dictionaries(st.sampled_from(["1", "2"]), st.floats(0, 1)),
    force_in=st.lists(st.sampled_from(["room:a:b", "plot:c:d"]), unique=True).map(tuple),
    start_on=st.none() | st.dates(),
)  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # drawing is slow where it is busy
@given(improves, st.booleans())
def test_choices_survive_yaml_and_json(improve, with_years):
    programme = ProgrammeOptions(years=(2027, 2028)) if with_years else None
    one = StudyChoices(improve=improve, programme=programme, proposal=ProposalOptions(points=3))
    assert read_text(to_yaml(one)) == one
    assert from_json(to_json(one)) == one


def test_every_fault_of_a_text_is_named_with_its_line():
    with pytest.raises(ConfigError) as caught:
        read_text("improve:\n  budget: [{yuan: -1}]\n  lever: [build]\nprogramme: {years: [2028, 2027]}\n")
    assert {one.row for one in caught.value.problems} >= {2, 3}
    assert len(caught.value.problems) >= 3


def test_json_is_read_too():
    assert read_text('{"improve": {"max_projects": 4}}').improve.max_projects == 4


def test_a_district_that_the_survey_does_not_know_is_refused():
    wrong = StudyChoices(
        improve=ImproveOptions(budget=(BudgetLine(yuan=1, district="南区"),)),
        proposal=ProposalOptions(co_funding=(CoFunding(source="operator", share=0.1, districts=("北区",)),)),
    )
    with pytest.raises(InputError) as caught:
        check_districts(wrong, COMMUNITIES)
    assert [one.value for one in caught.value.problems] == ["北区", "南区"]
    assert caught.value.problems[0].allowed == "东区 | 西区"
    check_districts(StudyChoices(), COMMUNITIES)


def test_a_study_of_a_district_puts_nothing_outside_it_and_counts_nobody_outside_it():
    improve = ImproveOptions(floor_share=0.5, community_weights={"1": 2.0}, max_projects_by_district={"东区": 9})
    found = narrowed(StudyChoices(improve=improve), COMMUNITIES, ("1", "2")).improve
    assert found.max_projects_by_district == {"东区": 9, "西区": 0}
    assert found.community_weights == {"1": 2.0, "3": 0.0, "4": 0.0}
    assert found.floor_share == {"1": 0.5, "2": 0.5}
    named = ImproveOptions(floor_share={"1": 0.2, "3": 0.9})
    assert narrowed(StudyChoices(improve=named), COMMUNITIES, ("1", "2")).improve.floor_share == {"1": 0.2}


def test_a_study_of_everything_is_not_narrowed():
    one = StudyChoices()
    assert narrowed(one, COMMUNITIES, ("1", "2", "3", "4")) is one


def test_a_place_that_cannot_be_told_apart_is_refused():
    with pytest.raises(InputError) as caught:
        narrowed(StudyChoices(), COMMUNITIES, ("1",))
    assert caught.value.problems[0].code == "plans.mixed_district"
