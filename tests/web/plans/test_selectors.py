from decimal import Decimal

import pytest

from linli.web.accounts.models import Place
from linli.web.jobs.models import Job
from linli.web.plans import services
from linli.web.plans.models import DocumentSet, Instalment, Study
from linli.web.plans.selectors import (
    adopted_above,
    adopted_for,
    counts_of,
    is_waiting,
    ledger_of,
    list_documents,
    list_measures,
    list_studies,
    measures_of,
    places_to_plan,
    planned_money,
    projects_for,
    questions_of,
    runs_to_plan,
    sheet_of,
    steps_taken,
    work_on,
)

pytestmark = pytest.mark.django_db

DISTRICT = "3301/330199/"


def adopt(studio, one):
    one.refresh_from_db()
    by = studio.actor(studio.who["office"])
    return services.study_adopt(actor=by, study=one, base_version=one.version, reason="通过")


def test_studies_are_seen_within_ones_places(studio):
    one = studio.study()
    city = studio.study(path="3301/")
    seen = {name: set(list_studies(studio.who[name])) for name in ("planner", "district", "street", "finance")}
    assert seen["planner"] == seen["finance"] == {one, city}
    assert seen["district"] == {one}
    assert seen["street"] == set()
    assert set(list_studies(studio.who["finance"], "edit")) == set()


def test_drafts_of_a_larger_place_are_no_business_of_those_below(studio):
    one = studio.solved()
    Study._all.filter(pk=one.pk).update(place="3301/")
    district, street = studio.who["district"], studio.who["street"]
    assert list_measures(studio.who["planner"]).count() == one.projects
    assert not list_measures(district).exists()
    one.refresh_from_db()
    adopt(studio, one)
    assert list_measures(district).count() == one.projects
    below = list_measures(street)
    assert 0 < below.count() < one.projects
    assert {row.place.startswith(f"{DISTRICT}330199001/") for row in below} == {True}
    assert set(measures_of(street, community=below[0].place)) == {row for row in below if row.place == below[0].place}


def test_where_and_from_what_one_may_plan(studio):
    assert set(places_to_plan(studio.who["district"]).values_list("path", flat=True)) == {DISTRICT}
    assert "3301/" in set(places_to_plan(studio.who["planner"]).values_list("path", flat=True))
    assert not places_to_plan(studio.who["finance"]).exists()
    runs = list(runs_to_plan(studio.who["district"], DISTRICT))
    assert runs == [studio.world.run, studio.run]  # the current one first
    assert not runs_to_plan(studio.who["district"], "4401/").exists()


def test_the_plan_in_force_is_that_of_the_smallest_place(studio):
    one, city = studio.solved(), studio.solved(name="市")
    Study._all.filter(pk=city.pk).update(place="3301/")
    assert adopted_for(DISTRICT) is None
    adopt(studio, city)
    assert adopted_for(f"{DISTRICT}330199001/") == city
    adopt(studio, one)
    assert adopted_for(f"{DISTRICT}330199001/") == one
    assert adopted_for("3301/330105/") == city
    city.refresh_from_db()
    assert adopted_above(city) == [one]
    assert adopted_above(one) == []


def test_planned_money_is_the_sum_of_the_instalments_in_force(studio):
    one = studio.solved()
    assert planned_money(studio.who["office"]) == []
    adopt(studio, one)
    found = planned_money(studio.who["office"])
    assert sum(row.subsidy_yuan for row in found) == one.subsidy_yuan
    assert {row.place for row in found} == {DISTRICT}
    assert [row.year for row in found] == sorted((row.year for row in found), reverse=True)
    Instalment._all.create(
        study=one, place=one.measures.first().place, community=one.measures.first().community, event="open",
        amount_yuan=Decimal("1.00"), in_force=True,
    )  # fmt: skip
    assert planned_money(studio.who["office"])[-1].year is None
    assert planned_money(studio.city.user("city_office", "3301/330106/")) == []


def test_sheets_are_kept_in_memory_and_read_once(studio):
    one = studio.solved()
    assert sheet_of(one, "book") is sheet_of(one, "book")
    with pytest.raises(FileNotFoundError):
        sheet_of(one, "part-000000")


def test_documents_are_seen_where_their_place_is(studio):
    one = studio.solved()
    Study._all.filter(pk=one.pk).update(place="3301/")
    whole = DocumentSet._all.create(study=one, place="3301/", state="done")
    part = DocumentSet._all.create(study=one, place=DISTRICT, state="done")
    assert set(list_documents(studio.who["planner"])) == {whole, part}
    assert set(list_documents(studio.who["district"])) == set()  # the plan is not in force
    one.refresh_from_db()
    adopt(studio, one)
    assert set(list_documents(studio.who["district"])) == {part}


def test_what_waits_and_what_its_job_has_left(studio):
    one = studio.study()
    by = studio.actor(studio.who["planner"])
    services.study_solve(actor=by, study=one, base_version=1)
    assert is_waiting(list_studies(studio.who["planner"]).get(pk=one.pk))
    Job._all.update(state="failed")
    assert not is_waiting(list_studies(studio.who["planner"]).get(pk=one.pk))
    solved = studio.solved()
    question = services.question_ask(actor=by, study=solved, forbid=["a"])
    assert [is_waiting(row) for row in questions_of(studio.who["planner"], solved)] == [True]
    assert not questions_of(studio.who["street"], solved).exists()
    assert work_on(type(question), question.pk) == question


def test_figures_of_projects(studio):
    one = studio.solved()
    adopt(studio, one)
    some = list(one.measures.filter(place=one.measures.first().place)[:1])
    project = services.measures_begin_project(
        actor=studio.actor(studio.who["district"]), measures=some, organisation=studio.who["district"].organisation,
        name="x", project_type="inclusive", year=2027,
    )  # fmt: skip
    assert list(measures_of(studio.who["district"], project=project)) == some
    assert list(projects_for(studio.who["district"], some)) == [project]
    assert not projects_for(studio.who["planner"], some).exists()
    assert steps_taken([project.pk]) == {}
    assert ledger_of([project.pk]) == []
    assert sum(counts_of(list_measures(studio.who["office"])).values()) == one.projects
    assert Place.objects.get(path=project.place).level == "community"
