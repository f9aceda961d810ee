import pytest
from django.utils import translation

from linli.improve.choices import ImproveOptions
from linli.web.plans.choices import StudyChoices, to_yaml
from linli.web.plans.fields import initial_of
from linli.web.plans.forms import (
    AdoptForm,
    AskForm,
    CopyForm,
    ExpertForm,
    LinkForm,
    NewStudyForm,
    ProjectForm,
    StudyForm,
    UnlinkForm,
    run_words,
)
from linli.web.plans.lines import Names

NAMES = Names({"nursery": {"zh": "托儿所", "en": "nursery"}}, {"330199001001": "岚枫社区"}, ("示范区",))


def filled(base=None, **more):
    """Return the data that a browser sends of an untouched form, with some of it changed."""
    known = {**initial_of(base or StudyChoices()), "version": 1, "name": "方案", "first_year": 2027, "last_year": 2029}
    known |= more
    return {k: v for k, v in known.items() if v is not None and v is not False}


def form(base=None, **more):
    return StudyForm(filled(base, **more), base=base or StudyChoices(), names=NAMES, standards={"a": "标准"})


def test_an_untouched_form_makes_the_same_choices():
    made = form()
    assert made.is_valid(), made.errors
    assert made.choices == StudyChoices()


def test_a_filled_in_form_makes_choices_that_the_library_takes():
    made = form(
        unit_costs="改造，托儿所，2500\n建设，4000", budget="2027, 500\n2028，示范区，300", with_programme="on",
        max_projects_by_community="其余，3", old_young_weight=2, floor_share=30, co_funding="运营方，20，托儿所，open",
        creation_list="岚枫社区", duration_build=3, carry_over="on",
    )  # fmt: skip
    assert made.is_valid(), made.errors
    improve, programme, proposal = made.choices.improve, made.choices.programme, made.choices.proposal
    assert improve.unit_costs == {"convert": {"nursery": 2500.0}, "build": {"any": 4000.0}}
    assert [(line.year, line.district, line.yuan) for line in improve.budget] == [
        (2027, None, 5e6),
        (2028, "示范区", 3e6),
    ]
    assert programme.years == (2027, 2028, 2029)
    assert programme.budget == improve.budget
    assert programme.duration_years["build"] == 3
    assert (improve.floor_share, improve.old_young_weight) == (0.3, 2.0)
    assert proposal.creation_list == ("330199001001",)
    assert proposal.co_funding[0].paid == "open"


def test_every_fault_is_named_at_once_beside_its_field():
    made = form(
        name="", levers=[], old_young_weight=-1, unit_costs="拆，托儿所，1", budget="很多钱", start_on="2027-02-01",
        end_on="2027-01-01", force_in="room:a:b", forbid="room:a:b", with_programme="on", last_year=2020, points=1,
    )  # fmt: skip
    assert not made.is_valid()
    assert set(made.errors) == {
        "name", "levers", "old_young_weight", "unit_costs", "budget", "end_on", "forbid", "last_year", "points",
    }  # fmt: skip
    assert "第 1 行" in made.errors["unit_costs"][0]
    assert made.choices is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"with_programme": "on", "budget": "500"}, "budget"),  # no year
        ({"with_programme": "on", "budget": "2035, 500"}, "budget"),  # outside the years
        ({"with_programme": "on", "first_year": None}, "first_year"),
        ({"with_programme": "on", "last_year": 2099}, "last_year"),
        ({"co_funding": "subsidy, 20"}, "co_funding"),  # the model's own rule
    ],
)
def test_what_belongs_together_is_checked(changed, field):
    made = form(**changed)
    assert not made.is_valid()
    assert list(made.errors) == [field]


def test_weights_by_item_are_offered_only_where_there_are_some():
    own = StudyChoices(improve=ImproveOptions(item_weights={"complete_community/nursery": 2.0}))
    assert [code for code, _ in form(own).fields["item_weights"].choices] == ["residents", "equal", "own"]
    assert [code for code, _ in form().fields["item_weights"].choices] == ["residents", "equal"]
    assert form(own).is_valid()


def test_every_field_has_words_in_both_languages():
    for lang in ("zh-hans", "en"):
        with translation.override(lang):
            assert all(field.label for field in form().fields.values())


def test_the_expert_view_names_faults_with_their_lines_and_reads_json():
    good = ExpertForm({"version": 1, "text": to_yaml(StudyChoices())})
    assert good.is_valid()
    assert good.content == StudyChoices().model_dump(mode="json")
    wrong = ExpertForm({"version": 1, "text": "improve:\n  max_projects: -2\n  nothing: 1\n"})
    assert not wrong.is_valid()
    assert len(wrong.errors["text"]) == 2
    assert "第 2 行" in wrong.errors["text"][0]
    assert ExpertForm({"version": 1, "text": '{"improve": {"max_projects": 3}}'}).is_valid()


def test_a_what_if_asks_something():
    assert not AskForm({"ask_in": " \n", "ask_out": "", "budget_wan": ""}).is_valid()
    asked = AskForm({"ask_in": "room:a:b\n\nplot:c:d", "ask_out": "", "budget_wan": "12.5"})
    assert asked.is_valid()
    assert asked.cleaned_data["ask_in"] == ["room:a:b", "plot:c:d"]
    assert not AskForm({"budget_wan": "-1"}).is_valid()


def test_adopting_asks_for_the_reason():
    assert set(AdoptForm({"version": 1, "reason": ""}).errors) == {"reason"}


@pytest.mark.django_db
def test_places_and_assessments_are_those_one_may_plan_from(studio):
    new = NewStudyForm(user=studio.who["district"])
    assert [one.path for one in new.fields["place"].queryset] == ["3301/330199/"]
    assert new.fields["run"].choices[0][1] == run_words(studio.world.run)
    assert "（现行）" in run_words(studio.world.run)
    assert "第 2 次评估" in run_words(studio.run)
    sent = NewStudyForm(
        {"name": "x", "place": new.fields["place"].queryset[0].pk, "run": studio.run.pk}, user=studio.who["district"]
    )
    assert sent.is_valid()
    assert sent.cleaned_data["run"] == studio.run
    assert not NewStudyForm({"name": "x", "place": 1, "run": 999}, user=studio.who["finance"]).is_valid()
    copy = CopyForm({"name": "x", "run": studio.run.pk}, user=studio.who["planner"], place="3301/330199/")
    assert copy.is_valid()


@pytest.mark.django_db
def test_measures_are_chosen_among_those_offered(studio):
    one = studio.solved()
    some = [(row, str(row)) for row in one.measures.all()[:2]]
    sent = {"measures": [some[0][0].pk], "name": "x", "project_type": "inclusive", "year": 2027}
    made = ProjectForm(sent, measures=some)
    assert made.is_valid()
    assert made.cleaned_data["measures"] == [some[0][0]]
    other = one.measures.last().pk
    assert not ProjectForm({**sent, "measures": [other]}, measures=some).is_valid()
    assert not LinkForm(
        {"measures": [some[0][0].pk], "project": 1}, user=studio.who["district"], measures=some
    ).is_valid()
    assert not UnlinkForm({"measures": [some[0][0].pk], "reason": ""}, measures=some).is_valid()
