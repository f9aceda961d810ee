import pytest

from linli.feedback import load_outcome
from linli.web.assessments.compare import services
from linli.web.assessments.models import ComparedItem, Comparison, Doubt, Loss, Run
from linli.web.audit.actor import Actor, system_actor
from linli.web.audit.models import Event
from linli.web.jobs.models import Job
from linli.web.jobs.runner import perform
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db


def actor(user):
    return Actor(user, user.username, "127.0.0.1", "test")


def test_the_same_pair_is_worked_out_once(compared):
    again = services.comparison_request(actor=compared.actor, before=compared.run, after=compared.second)
    assert again.pk == compared.comparison.pk
    assert Job._all.filter(kind="assessments.compare").count() == 1
    assert Event._all.filter(event="assessments.comparison.create").count() == 1


def test_what_cannot_be_asked_for_is_refused(later):
    office = actor(later.city.user("city_office", "3301/"))
    with pytest.raises(Refused, match="完全相同"):
        services.comparison_request(actor=office, before=later.run, after=later.run)
    queued = Run._all.create(snapshot=later.snapshot, place="3301/", number=2)
    with pytest.raises(Refused, match="还没有完成"):
        services.comparison_request(actor=office, before=queued, after=later.second)
    Run._all.filter(pk=later.second.pk).update(place="3301/330199/")
    later.second.refresh_from_db()
    with pytest.raises(Refused, match="不是同一个地方"):
        services.comparison_request(actor=office, before=later.run, after=later.second)
    for other in (actor(later.city.user("auditor", "3301/")), actor(later.city.user("planner", "3301/330105/")),
                  system_actor("x")):  # fmt: skip
        with pytest.raises(Refused, match="没有评估的权限"):
            services.comparison_request(actor=other, before=later.run, after=later.second)
    assert not Comparison._all.exists()


def decide(world, same, version=None, **more):
    doubt = Doubt._all.get(comparison=world.comparison)
    return services.comparison_decide(
        actor=more.get("actor", world.actor), comparison=world.comparison,
        base_version=world.comparison.version if version is None else version, decisions={doubt.pk: same},
    )  # fmt: skip


def test_a_decision_is_kept_compares_anew_and_can_be_changed_back(compared):
    done = decide(compared, True)
    doubt = Doubt._all.get()
    assert (doubt.same, doubt.by, done.state) == (True, compared.office, Comparison.State.QUEUED)
    assert [one.same for one in services.comparison_decisions(done)] == [True]
    event = Event._all.get(event="assessments.comparison.decide")
    assert "F000040 / F999999" in event.after
    assert Loss._all.exists(), "what was found before stays until it is worked out anew"
    perform(str(done.job))
    compared.comparison.refresh_from_db()
    assert compared.comparison.state == Comparison.State.DONE
    outcome = load_outcome(compared.comparison.path / "outcome")
    assert outcome.doubtful.empty
    assert outcome.meta.options.decided[0].same
    assert Doubt._all.get().same is True
    reopened = decide(compared, None)
    perform(str(reopened.job))
    assert Doubt._all.get().same is None


def test_two_who_decide_at_once_are_told_and_so_is_who_decides_nothing(compared):
    with pytest.raises(Refused, match="其间有人"):
        decide(compared, True, version=99)
    with pytest.raises(Refused, match="没有新的判定"):
        decide(compared, None)
    with pytest.raises(Refused, match="没有评估的权限"):
        decide(compared, True, actor=actor(compared.city.user("planner", "3301/330105/")))
    decide(compared, True)
    compared.comparison.refresh_from_db()
    with pytest.raises(Refused, match="正在对照"):
        decide(compared, False)
    with pytest.raises(Refused, match="正在对照"):
        services.comparison_again(actor=compared.actor, comparison=compared.comparison)


def test_one_entry_cannot_be_the_same_as_two(compared):
    doubt = Doubt._all.get()
    other = Doubt._all.create(
        comparison=compared.comparison, place="3301/", layer="facilities", before_id=doubt.before_id, after_id="F2"
    )
    with pytest.raises(Refused, match="F000040"):
        services.comparison_decide(
            actor=compared.actor, comparison=compared.comparison, base_version=1,
            decisions={doubt.pk: True, other.pk: True},
        )  # fmt: skip
    assert set(Doubt._all.values_list("same", flat=True)) == {None}


def test_an_answer_to_an_older_question_is_passed_over(compared):
    outcome = load_outcome(compared.comparison.path / "outcome")
    done = decide(compared, False)
    services.comparison_store(
        comparison=done, version=1, outcome=outcome, folder=compared.comparison.path, digest="old"
    )
    done.refresh_from_db()
    assert (done.state, done.version) == (Comparison.State.QUEUED, 2)
    services.comparison_give_up(comparison=done, version=1, state=Comparison.State.FAILED, notes=[])
    done.refresh_from_db()
    assert done.state == Comparison.State.QUEUED


def test_storing_twice_leaves_one_set_of_rows(compared):
    outcome, one = load_outcome(compared.comparison.path / "outcome"), compared.comparison
    n = ComparedItem._all.count()
    services.comparison_again(actor=compared.actor, comparison=one)
    for _ in range(2):
        services.comparison_store(comparison=one, version=2, outcome=outcome, folder=one.path, digest=one.digest)
    assert ComparedItem._all.count() == n
    assert Doubt._all.count() == 1


def test_taking_a_file_leaves_an_event(compared):
    services.comparison_taken(actor=compared.actor, comparison=compared.comparison, name="x", digest="d")
    assert Event._all.filter(event="assessments.comparison.export").count() == 1
    with pytest.raises(Refused):
        services.comparison_taken(
            actor=actor(compared.city.user("auditor", "3301/")), comparison=compared.comparison, name="x", digest="d"
        )
