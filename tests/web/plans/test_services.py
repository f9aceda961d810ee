"""Studies begun, filled in, solved, adopted, superseded, revoked; measures carried on; each with its event."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction

from linli.web.accounts.models import Place
from linli.web.audit.models import Event
from linli.web.jobs.models import Job
from linli.web.plans import services
from linli.web.plans.choices import StudyChoices, to_json
from linli.web.plans.models import DocumentSet, Instalment, Measure, Question, Study
from linli.web.projects.models import Project
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db

DISTRICT = "3301/330199/"


def last(event):
    """Return the latest event of a kind, with what was and is."""
    found = Event._all.filter(event=f"plans.{event}").latest("number")
    return SimpleNamespace(
        before=json.loads(found.before or "null"), after=json.loads(found.after or "null"), reason=found.reason,
        place=found.place,
    )  # fmt: skip


def refused(key, do, *args, **more):
    with transaction.atomic(), pytest.raises(Refused) as caught:
        do(*args, **more)
    assert caught.value.key == f"plans.refuse.{key}", caught.value.key


def adopt(studio, one, by="office", reason="会议通过"):
    one.refresh_from_db()
    return services.study_adopt(actor=studio.actor(studio.who[by]), study=one, base_version=one.version, reason=reason)


def test_a_study_begins_as_a_draft_with_the_usual_choices(studio):
    one, two = studio.study(), studio.study(name="另一个")
    assert one.number[:3] == "FA-"
    assert int(two.number[-4:]) == int(one.number[-4:]) + 1
    assert one.state == "draft"
    assert one.choices == to_json(StudyChoices())
    assert last("study.create").place == DISTRICT


def test_a_study_is_of_a_city_or_district_within_ones_reach_and_within_the_assessment(studio):
    who, run = studio.who, studio.run
    street = Place.objects.get(path=f"{DISTRICT}330199001/")
    begin = services.study_create
    refused("level", begin, actor=studio.actor(who["planner"]), place=street, run=run, name="x")
    place = Place.objects.get(path="3301/330105/")
    refused("outside", begin, actor=studio.actor(who["district"]), place=place, run=run, name="x")
    refused("outside", begin, actor=studio.actor(who["finance"]), place=place, run=run, name="x")
    city = Place.objects.get(path="3301/")
    refused("name", begin, actor=studio.actor(who["planner"]), place=city, run=run, name=" ")
    run.place = DISTRICT
    refused("run", begin, actor=studio.actor(who["planner"]), place=city, run=run, name="x")


def test_choices_are_changed_by_who_saw_the_latest_and_only_before_they_are_solved(studio):
    one = studio.study()
    by = studio.actor(studio.who["planner"])
    content = {"improve": {"max_projects": 5}}
    changed = services.study_update(actor=by, study=one, base_version=1, name="新名", choices=content)
    assert (changed.name, changed.choices["improve"]["max_projects"], changed.version) == ("新名", 5, 2)
    assert last("study.update").before["choices"]["improve"]["max_projects"] is None
    refused("changed", services.study_update, actor=by, study=one, base_version=1, name="x", choices=content)
    wrong = {"improve": {"max_projects": -5}}
    refused("choices", services.study_update, actor=by, study=one, base_version=2, name="x", choices=wrong)
    solved = studio.solved()
    refused(
        "solved", services.study_update, actor=by, study=solved, base_version=solved.version, name="x", choices=content
    )


def test_a_copy_has_the_choices_and_can_start_from_another_assessment(studio):
    one = studio.solved()
    copy = services.study_copy(actor=studio.actor(studio.who["planner"]), study=one, name="改", run=studio.world.run)
    assert (copy.choices, copy.copied_from, copy.run, copy.state) == (one.choices, one, studio.world.run, "draft")
    refused("outside", services.study_copy, actor=studio.actor(studio.who["street"]), study=one, name="x")


def test_solving_is_a_job_and_is_asked_for_once(studio):
    one = studio.study()
    by = studio.actor(studio.who["planner"])
    queued = services.study_solve(actor=by, study=one, base_version=1)
    job = Job._all.get(pk=queued.job)
    assert (queued.state, job.kind, job.arguments) == ("queued", "plans.solve", {"study": one.pk})
    refused("waits", services.study_solve, actor=by, study=one, base_version=2)
    Job._all.filter(pk=job.pk).update(state="failed")  # a job that ended without a word leaves it queued
    again = services.study_solve(actor=by, study=one, base_version=2)
    assert again.job != job.pk
    solved = studio.solved()
    refused("solved", services.study_solve, actor=by, study=solved, base_version=solved.version)


def test_a_result_is_copied_once_however_often_it_is_stored(studio):
    one = studio.solved()
    count, money = one.measures.count(), one.instalments.count()
    part = json.loads((one.path / "sheets" / "part-330199.json").read_text())
    assert one.state == "solved"
    assert count == one.projects == len(part["projects"])
    assert one.residents == part["sums"]["gaining"]
    assert one.cost_yuan == Decimal(str(part["sums"]["cost_yuan"])).quantize(Decimal("0.01"))
    assert sum(m.cost_yuan for m in one.measures.all()) == one.cost_yuan
    done = {"status": "optimal", "clash": [], "catalogue_version": "x"}
    services.study_store(study=one, done=done, folder=one.path, code="330199")
    Study._all.filter(pk=one.pk).update(state="queued")  # killed between the rows and the state: begun again
    services.study_store(study=one, done=done, folder=one.path, code="330199")
    assert (one.measures.count(), one.instalments.count()) == (count, money)
    assert Event._all.filter(event="plans.study.store").count() == 2


def test_planned_subsidy_by_year_is_that_of_the_measures(studio):
    one = studio.solved()
    known = [m for m in one.measures.all() if m.subsidy_yuan is not None]
    assert one.subsidy_yuan == sum(m.subsidy_yuan for m in known) == sum(i.amount_yuan for i in one.instalments.all())
    assert one.subsidy_yuan > 0
    unknown = [m for m in one.measures.all() if m.subsidy_yuan is None]
    assert unknown
    assert all(m.own_yuan is None for m in unknown)
    assert all(m.cost_yuan == m.subsidy_yuan + m.other_yuan + m.own_yuan for m in known)


def test_conditions_that_contradict_each_other_are_kept_in_words(studio, settings):
    one = studio.study()
    services.study_solve(actor=studio.actor(studio.who["planner"]), study=one, base_version=1)
    clash = [{"kind": "budget", "label": "budget", "relax_by": 5.0, "name": {}}]
    done = {"status": "infeasible", "clash": clash, "catalogue_version": "x"}
    folder = Path(settings.MEDIA_ROOT) / "plans" / "x"
    found = services.study_store(study=one, done=done, folder=folder, code="330199")
    assert (found.state, found.measures.count()) == ("infeasible", 0)
    assert found.message["zh"] == "资金总额（放宽 5 元即可）"
    assert found.can_change


def test_what_failed_says_why_and_what_was_cancelled_is_a_draft_again(studio):
    one = studio.study()
    by = studio.actor(studio.who["planner"])
    queued = services.study_solve(actor=by, study=one, base_version=1)
    assert services.study_rest(study=one, job="another").state == "queued"
    assert services.study_rest(study=one, job=str(queued.job)).state == "draft"
    services.study_solve(actor=by, study=one, base_version=3)
    failed = services.study_fail(study=one, message={"zh": "错", "en": "wrong"})
    assert (failed.state, failed.message["zh"]) == ("failed", "错")
    assert services.study_fail(study=studio.solved(), message={}).state == "solved"


def test_adopting_supersedes_and_revoking_takes_out_of_force(studio):
    one, two = studio.solved(), studio.solved("other", name="乙")
    adopt(studio, one)
    assert set(Measure._all.filter(study=one).values_list("in_force", flat=True)) == {True}
    event = last("study.adopt")
    assert event.reason == "会议通过"
    adopt(studio, two, reason="钱不够")
    one.refresh_from_db()
    assert one.state == "superseded"
    assert not Measure._all.filter(study=one, in_force=True).exists()
    assert not Instalment._all.filter(study=one, in_force=True).exists()
    assert last("study.adopt").after["superseded"] == [one.number]
    two.refresh_from_db()
    by = studio.actor(studio.who["office"])
    refused("reason", services.study_revoke, actor=by, study=two, base_version=two.version, reason=" ")
    revoked = services.study_revoke(actor=by, study=two, base_version=two.version, reason="有误")
    assert (revoked.state, revoked.adopted_by) == ("solved", None)
    assert not Measure._all.filter(in_force=True).exists()
    assert adopt(studio, one).state == "adopted"  # what was superseded can be adopted again


def test_who_may_not_adopt_and_what_cannot_be_adopted(studio):
    one, draft = studio.solved(), studio.study()
    refused("outside", adopt, studio, one, "planner")
    refused("reason", adopt, studio, one, "office", "")
    refused("not_solved", adopt, studio, draft)
    by = studio.actor(studio.who["office"])
    refused("changed", services.study_adopt, actor=by, study=one, base_version=1, reason="x")
    refused("not_adopted", services.study_revoke, actor=by, study=one, base_version=one.version, reason="x")


def test_the_plan_of_a_smaller_place_goes_before(studio):
    """A city's plan and a district's: in the district its own is in force, and comes back when that is revoked."""
    district, city = studio.solved(), studio.solved(name="全市")
    Study._all.filter(pk=city.pk).update(place="3301/")
    adopt(studio, city)
    adopt(studio, district)
    assert not Measure._all.filter(study=city, in_force=True).exists()
    assert Measure._all.filter(study=district, in_force=True).count() == district.projects
    district.refresh_from_db()
    by = studio.actor(studio.who["district"])
    services.study_revoke(actor=by, study=district, base_version=district.version, reason="改用全市方案")
    assert Measure._all.filter(study=city, in_force=True).count() == city.projects
    adopt(studio, district)
    city.refresh_from_db()
    Study._all.filter(pk=city.pk).update(state="solved")
    adopt(studio, city)  # and a city's adopted later ends the district's
    district.refresh_from_db()
    assert district.state == "superseded"


def measures_of(one, n=2):
    place = one.measures.values_list("place", flat=True).first()
    return list(one.measures.filter(place=place)[:n])


def begin(studio, measures, by="district", **more):
    values = {"name": "提升项目", "project_type": "inclusive", "year": 2027, **more}
    return services.measures_begin_project(
        actor=studio.actor(studio.who[by]), measures=measures, organisation=studio.who[by].organisation, **values
    )


def test_measures_of_a_community_become_a_project(studio):
    one = studio.solved()
    adopt(studio, one)
    some = measures_of(one)
    project = begin(studio, some)
    assert project.state == "draft"
    assert project.place == some[0].place
    assert set(Measure._all.filter(project=project)) == set(some)
    assert last("measure.link").after == {"project": project.number, "measures": [m.number for m in some]}
    refused("taken", begin, studio, some)
    refused("outside", begin, studio, measures_of(one, 9)[2:], by="planner")
    assert Project._all.count() == 1


def test_only_measures_in_force_of_one_community_become_a_project(studio):
    one = studio.solved()
    refused("not_in_force", begin, studio, measures_of(one))
    adopt(studio, one)
    places = list(one.measures.order_by("place").values_list("place", flat=True).distinct())
    two = [one.measures.filter(place=place).first() for place in places[:2]]
    refused("one_community", begin, studio, two)
    refused("no_measures", begin, studio, [])


def test_measures_are_linked_with_a_project_that_is_there_and_unlinked_again(studio):
    one = studio.solved()
    adopt(studio, one)
    first, *others = measures_of(one, 3)
    project = begin(studio, [first])
    by = studio.actor(studio.who["district"])
    services.measures_link(actor=by, measures=others, project=project)
    assert Measure._all.filter(project=project).count() == 3
    refused("reason", services.measures_unlink, actor=by, measures=others, reason="")
    services.measures_unlink(actor=by, measures=others, reason="拆分")
    assert list(Measure._all.filter(project=project)) == [first]
    assert last("measure.unlink").before["measures"] == [m.number for m in others]
    refused("not_linked", services.measures_unlink, actor=by, measures=others, reason="x")
    elsewhere = one.measures.exclude(place=first.place).first()
    refused("other_community", services.measures_link, actor=by, measures=[elsewhere], project=project)


def test_a_project_goes_on_with_the_same_measure_of_the_next_plan(studio):
    one, two = studio.solved(), studio.solved(name="修订")
    adopt(studio, one)
    project = begin(studio, measures_of(one))
    adopt(studio, two)
    assert Measure._all.filter(study=two, project=project).count() == 2
    assert last("study.adopt").after["links"] == 2


def ask(studio, one, by="planner", **more):
    return services.question_ask(actor=studio.actor(studio.who[by]), study=one, **more)


def test_questions_are_numbered_answered_once_and_kept(studio):
    one = studio.solved()
    question = ask(studio, one, forbid=["room:x:y"])
    assert (question.number, ask(studio, one, budget_yuan=Decimal(5)).number) == (1, 2)
    job = Job._all.get(pk=question.job)
    assert (job.kind, job.arguments) == ("plans.ask", {"question": question.pk})
    result = {"after": {"status": "infeasible"}, "clash": []}
    found = services.question_store(question=question, result=result)
    assert (found.state, "没有查出" in found.message["zh"]) == ("done", True)
    assert services.question_fail(question=question, message={"zh": "x", "en": "x"}).state == "done"
    other = services.question_fail(question=Question._all.get(number=2), message={"zh": "错", "en": "wrong"})
    assert (other.state, other.message["en"]) == ("failed", "wrong")


def test_questions_that_make_no_sense(studio):
    one = studio.solved()
    refused("nothing_asked", ask, studio, one)
    refused("in_and_out", ask, studio, one, force_in=["a"], forbid=["a"])
    refused("not_solved", ask, studio, studio.study(), forbid=["a"])
    refused("outside", ask, studio, one, by="street", forbid=["a"])


def test_documents_are_asked_for_once_and_written_anew(studio, settings):
    one = studio.solved()
    by = studio.actor(studio.who["planner"])
    first = services.documents_request(actor=by, study=one, place=DISTRICT)
    refused("documents_wait", services.documents_request, actor=by, study=one, place=DISTRICT)
    folder = Path(settings.MEDIA_ROOT) / "plans" / "d"
    files = [{"name": "plan.xlsx", "size": 1, "sha256": "0" * 64}]
    stored = services.documents_store(documents=first, folder=folder, files=files)
    assert (stored.state, stored.folder, stored.files) == ("done", "plans/d", files)
    again = services.documents_request(actor=by, study=one, place=DISTRICT)
    assert (again.pk, DocumentSet._all.count()) == (first.pk, 1)
    failed = services.documents_fail(documents=again, message={"zh": "没有字体", "en": "no font"})
    assert failed.message["zh"] == "没有字体"
    refused("outside", services.documents_request, actor=by, study=one, place="3301/")
    refused("outside", services.documents_request, actor=studio.actor(studio.who["finance"]), study=one, place=DISTRICT)
    refused("not_solved", services.documents_request, actor=by, study=studio.study(), place=DISTRICT)


def test_nobody_plans_but_people(studio):
    one = studio.study()
    machine = replace(studio.actor(studio.who["planner"]), user=None)
    refused("outside", services.study_solve, actor=machine, study=one, base_version=1)
