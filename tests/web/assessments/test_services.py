import pytest

from linli.assess import AssessOptions, load_assessment
from linli.web.assessments import services
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.audit.actor import Actor, system_actor
from linli.web.audit.models import Event
from linli.web.jobs.models import Job
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db


def actor(user):
    return Actor(user, user.username, "127.0.0.1", "test")


@pytest.fixture
def planner(world):
    return world.city.user("planner", "3301/")


ELDER = {"person": "elder"}


def test_a_run_is_asked_for_as_a_job_with_the_rounds_choices_or_others(world, planner):
    run = services.run_request(actor=actor(planner), snapshot=world.snapshot, options=ELDER)
    assert (run.number, run.state, run.current, run.by) == (2, Run.State.QUEUED, False, planner)
    assert run.options == AssessOptions(person="elder").model_dump(mode="json")
    job = Job._all.get(pk=run.job)
    assert (job.kind, job.arguments, job.place, job.requested_by) == (
        "assessments.assess", {"run": run.pk}, "3301/", planner,
    )  # fmt: skip
    event = Event._all.get(event="assessments.run.create")
    assert (event.object_id, event.place) == (str(run.pk), "3301/")


def test_the_same_again_is_refused_while_it_runs_and_after_but_not_once_it_came_to_nothing(world, planner):
    ask = {"actor": actor(planner), "snapshot": world.snapshot}
    with pytest.raises(Refused, match="1"):
        services.run_request(**ask, options={})
    run = services.run_request(**ask, options=ELDER)
    with pytest.raises(Refused) as refused:
        services.run_request(**ask, options=ELDER)
    assert refused.value.key == "assessments.refuse.same"
    Job._all.filter(pk=run.job).update(state=Job.State.CANCELLED)
    assert services.run_request(**ask, options=ELDER).number == 3


def test_other_rules_may_be_assessed_again(world, planner):
    Run._all.filter(pk=world.run.pk).update(catalogue_version="older")
    assert services.run_request(actor=actor(planner), snapshot=world.snapshot).number == 2


@pytest.mark.parametrize(
    ("options", "key", "field"),
    [
        ({"met_share": 2}, "options", "met_share"),
        ({"priority": {"beauty": 1}}, "options", "priority"),
        ({"no_such": 1}, "options", "no_such"),
        ({"standards": ["complete_community", "moon"]}, "standard", "standards"),
    ],
)
def test_wrong_choices_are_refused(world, planner, options, key, field):
    with pytest.raises(Refused) as refused:
        services.run_request(actor=actor(planner), snapshot=world.snapshot, options=options)
    assert (refused.value.key, refused.value.field) == (f"surveys.refuse.{key}", field)
    assert Run._all.count() == 1


@pytest.mark.parametrize(
    ("role", "place"), [("planner", "3301/330105/"), ("auditor", "3301/"), ("street", "3301/330105/330105011/")]
)
def test_who_has_no_right_at_the_rounds_place_may_not_ask_nor_choose(world, role, place):
    other = actor(world.city.user(role, place))
    with pytest.raises(Refused):
        services.run_request(actor=other, snapshot=world.snapshot, options=ELDER)
    with pytest.raises(Refused):
        services.run_make_current(actor=other, run=world.run, reason="x")


def test_the_machine_may_ask_and_a_freeze_asks_once(world):
    freezer = actor(world.city.user("administrator", "3301/"))
    services.run_after_freeze(freezer, world.snapshot)
    assert Run._all.count() == 1
    ItemRow._all.all().delete()
    ScoreRow._all.all().delete()
    Run._all.all().delete()
    services.run_after_freeze(freezer, world.snapshot)
    services.run_after_freeze(freezer, world.snapshot)
    run = Run._all.get()
    assert run.by == freezer.user
    Run._all.all().delete()
    assert services.run_request(actor=system_actor("test"), snapshot=world.snapshot).by is None


def test_storing_keeps_versions_rows_and_an_event_and_twice_is_once(world):
    run = world.run
    assert (run.state, run.current, run.unit) == (Run.State.DONE, True, "residents")
    assert run.rules_on.isoformat() == "2025-10-31"
    assert run.catalogue_version
    assert run.code_version
    assert ScoreRow._all.filter(run=run).count() == 24
    items = ItemRow._all.filter(run=run).count()
    assert items == 12 * 70
    events = Event._all.filter(event="assessments.run.store")
    assert events.count() == 1
    tables = load_assessment(run.path)
    services.run_store(run=run, assessment=tables, folder=run.path, digest=run.digest)
    assert events.count() == 1
    assert ItemRow._all.filter(run=run).count() == items


def test_what_a_killed_job_left_is_replaced(world):
    tables = load_assessment(world.run.path)
    half = Run._all.create(snapshot=world.snapshot, place="3301/", number=2)
    ScoreRow._all.create(run=half, community_id=ScoreRow._all.first().community_id, place="3301/", standard="x")
    services.run_store(run=half, assessment=tables, folder=world.run.path, digest=world.run.digest)
    assert ScoreRow._all.filter(run=half).count() == 24
    half.refresh_from_db()
    assert not half.current, "the first stays current until somebody decides"


def test_communities_that_are_not_in_the_tree_are_said(city, demo_files, world):
    from linli.web.accounts.models import Place

    run = Run._all.create(snapshot=world.snapshot, place="3301/", number=2)
    Place._all.filter(code="330199001001").update(code="x")
    done = services.run_store(
        run=run, assessment=load_assessment(demo_files.assessment), folder=demo_files.assessment, digest="d"
    )
    note = next(note for note in done.notes if note["code"] == "no_place")
    assert note["count"] == 1
    assert "1" in note["zh"]
    assert ScoreRow._all.filter(run=run).count() == 22


def test_giving_up_says_why_and_leaves_what_is_done(world):
    queued = Run._all.create(snapshot=world.snapshot, place="3301/", number=2)
    why = [{"code": "error", "zh": "坏", "en": "bad"}]
    assert services.run_give_up(run=queued, notes=why).state == Run.State.FAILED
    assert Event._all.filter(event="assessments.run.fail").count() == 1
    assert services.run_give_up(run=world.run, notes=why).state == Run.State.DONE


def test_another_run_becomes_current_with_a_reason_and_only_one_is(world, planner):
    queued = Run._all.create(snapshot=world.snapshot, place="3301/", number=2)
    ask = {"actor": actor(planner), "reason": "老年人步速"}
    with pytest.raises(Refused, match="完成"):
        services.run_make_current(run=queued, **ask)
    tables = load_assessment(world.run.path)
    other = services.run_store(run=queued, assessment=tables, folder=world.run.path, digest=world.run.digest)
    with pytest.raises(Refused) as refused:
        services.run_make_current(run=other, actor=actor(planner), reason=" ")
    assert refused.value.field == "reason"
    services.run_make_current(run=other, **ask)
    assert list(Run._all.filter(current=True)) == [other]
    event = Event._all.get(event="assessments.run.make_current")
    assert (event.reason, event.before, event.after) == ("老年人步速", '{"current":1}', '{"current":2}')
    with pytest.raises(Refused, match="当前"):
        services.run_make_current(run=other, **ask)
