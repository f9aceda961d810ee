"""The arc of a project, and every way in which a service says no."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from linli.errors import InputError
from linli.web.accounts.models import Place
from linli.web.audit.models import Event
from linli.web.audit.verify import verify
from linli.web.projects import services
from linli.web.projects.acceptance import DIMENSIONS
from linli.web.projects.models import Attachment, Move, Project
from linli.web.refusal import Refused

HEMU = "3301/330105/330105011/330105011001/"
XIAOHE = "3301/330105/330105012/330105012001/"
WENSAN = "3301/330106/330106003/330106003001/"
BASE = "future_community/base"
PNG = b"\x89PNG\r\n\x1a\n a picture"

pytestmark = pytest.mark.django_db


def refused(key, call, **kwargs):
    with pytest.raises(Refused) as caught:
        call(**kwargs)
    assert caught.value.key == f"projects.refuse.{key}"
    assert str(caught.value)
    return caught.value


def test_from_application_to_operation_everything_leaves_its_event(case):
    project = case.bring(case.project(), "operating")
    assert project.operator == "某运营公司"
    assert [move.number for move in project.moves.all()] == list(range(1, 12))
    moved = Event._all.filter(event="projects.project.move", object_id=str(project.pk)).count()
    assert moved == 11
    files = Event._all.filter(event="projects.attachment.add").count()
    assert files == Attachment._all.count()
    assert verify().whole


def test_projects_are_numbered_one_after_another(case):
    numbers = [case.project().number for _ in range(3)]
    assert numbers == ["CJ-2026-0001", "CJ-2026-0002", "CJ-2026-0003"]


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("outside", {"community": XIAOHE}),
        ("community", {"community": "3301/330105/330105011/"}),
        ("type", {"project_type": "grand"}),
        ("name", {"name": " "}),
    ],
)
def test_creating_is_refused(case, key, change):
    values = {"community": HEMU, "name": "名", "project_type": "inclusive", "year": 2026, **change}
    values["community"] = Place.objects.get(path=values["community"])
    refused(
        key,
        services.project_create,
        actor=case.actor(case.who["street"]),
        organisation=case.city.offices[case.city.at["street"]],
        **values,
    )


def test_who_looked_at_an_older_version_is_told(case):
    project = case.project()
    for call, more in (
        (services.project_update, {"values": {"name": "新"}}),
        (services.project_move, {"transition": "submit"}),
    ):
        refused("changed", call, actor=case.actor(case.who["street"]), project=project, base_version=1, **more)


def test_an_application_under_review_is_not_changed(case):
    project = case.bring(case.project(), "district_review")
    refused(
        "not_editable",
        services.project_update,
        actor=case.actor(case.who["street"]),
        project=project,
        base_version=project.version,
        values={"households": 1},
    )


def test_an_update_that_changes_nothing_leaves_no_event(case):
    project = case.project()
    before = Event._all.count()
    same = services.project_update(
        actor=case.actor(case.who["street"]), project=project, base_version=project.version, values={"households": 3000}
    )
    assert same.version == project.version
    assert Event._all.count() == before


def test_guards_tell_every_reason(case):
    project = case.project()
    with pytest.raises(Refused) as caught:
        case.move(project, "submit", "street")
    assert caught.value.key == "projects.refuse.guards"
    assert "创建申报表" in str(caught.value)
    assert "设施调查" in str(caught.value)
    assert Project._all.get(pk=project.pk).state == "draft"


def test_a_community_has_one_project_under_way(case):
    case.bring(case.project(), "district_review")
    other = case.project()
    with pytest.raises(Refused) as caught:
        case.bring(other, "district_review")
    assert "CJ-2026-0001" in str(caught.value)


@pytest.mark.parametrize(
    ("state", "transition", "by"),
    [
        ("district_review", "recommend", "street"),
        ("district_review", "recommend", "city"),
        ("city_review", "put_on_list", "district"),
        ("acceptance", "accept", "district"),
        ("draft", "submit", "operator"),
    ],
)
def test_the_role_is_asked_for(case, state, transition, by):
    project = case.bring(case.project(), state)
    with pytest.raises(Refused) as caught:
        case.move(project, transition, by)
    assert caught.value.key == "projects.refuse.role"


def test_experts_and_readers_move_nothing(case):
    project = case.bring(case.project(), "district_review")
    for by in ("expert", "finance"):
        with pytest.raises(Refused) as caught:
            case.move(project, "recommend", by)
        assert caught.value.key == "projects.refuse.outside"


def test_another_districts_office_cannot_reach_it(case):
    project = case.bring(case.project(), "district_review")
    case.who["away"] = case.city.user("district_office", "3301/330106/")
    with pytest.raises(Refused) as caught:
        case.move(project, "recommend", "away")
    assert caught.value.key == "projects.refuse.outside"


def test_who_applied_does_not_recommend_even_with_another_role_or_in_anothers_stead(case):
    both = case.city.user("street", case.city.at["street"])
    case.city.give(both, "district_office", case.city.at["district"])
    case.who["both"] = both
    project = case.project()
    for code in ("application_form", "survey_summary"):
        case.attach(project, code)
    case.move(project, "submit", "both")
    with pytest.raises(Refused) as caught:
        case.move(project, "recommend", "both")
    assert caught.value.key == "projects.refuse.same_person"
    with pytest.raises(Refused) as caught:
        case.move(project, "recommend", "district", stead=both)
    assert caught.value.key == "projects.refuse.same_person"
    assert case.move(project, "recommend", "district").state == "city_review"


def test_a_reason_is_asked_for(case):
    project = case.bring(case.project(), "district_review")
    with pytest.raises(Refused) as caught:
        case.move(project, "recommend", "district", reason=" ")
    assert caught.value.field == "reason"


def test_a_way_that_is_not_open_is_refused(case):
    with pytest.raises(InputError):
        case.move(case.project(), "accept", "city")


def test_returned_and_submitted_again_it_comes_back_to_who_returned_it(case):
    project = case.bring(case.project(), "city_review")
    project = case.move(project, "return_application", "city", "请补充")
    assert (project.state, project.aside_from) == ("returned", ["city_review"])
    assert project.due_on == timezone.localdate() + dt.timedelta(days=30)
    assert case.move(project, "resubmit", "street").state == "city_review"


def test_no_acceptance_without_evidence_of_what_the_type_requires(case):
    project = case.bring(case.project(), "self_assessment")
    case.attach(project, "self_assessment")
    services.statement_set(actor=case.actor(case.who["street"]), project=project, item=BASE, answer="yes")
    with pytest.raises(Refused) as caught:
        case.move(project, "apply_for_acceptance", "street")
    assert "缺少佐证" in str(caught.value)
    proof = case.attach(project, BASE, "evidence", data=PNG, name="p.png")
    services.attachment_withdraw(actor=case.actor(case.who["street"]), attachment=proof, reason="传错")
    with pytest.raises(Refused):
        case.move(project, "apply_for_acceptance", "street")
    case.attach(project, BASE, "evidence", data=PNG, name="p.png")
    assert case.move(project, "apply_for_acceptance", "street").state == "district_check"


def test_evidence_refused_holds_up_the_district_check_until_it_is_replaced(case):
    project = case.bring(case.project(), "district_check")
    proof = project.attachments.get(code=BASE)
    judge = {"attachment": proof, "verdict": "rejected"}
    refused("same_person", services.attachment_judge, actor=case.actor(case.who["district"], case.who["street"]),
            reason="不清", **judge)  # fmt: skip
    refused("reason", services.attachment_judge, actor=case.actor(case.who["district"]), reason="", **judge)
    services.attachment_judge(actor=case.actor(case.who["district"]), reason="照片不清", **judge)
    with pytest.raises(Refused) as caught:
        case.move(project, "pass_district_check", "district")
    assert "未被认可" in str(caught.value)
    case.move(project, "require_changes", "district", "补照片")
    case.attach(project, BASE, "evidence", data=PNG, name="p.png")
    case.move(project, "put_right", "street")
    assert case.move(project, "pass_district_check", "district").state == "acceptance"


def test_evidence_is_held_while_it_is_judged(case):
    project = case.bring(case.project(), "acceptance")
    with pytest.raises(Refused) as caught:
        case.attach(project, BASE, "evidence", data=PNG, name="p.png")
    assert caught.value.key == "projects.refuse.no_evidence_now"
    refused("no_evidence_now", services.attachment_withdraw, actor=case.actor(case.who["street"]),
            attachment=project.attachments.first(), reason="撤")  # fmt: skip


def test_experts_score_only_what_they_are_appointed_to(case):
    project = case.bring(case.project(), "acceptance")
    points = dict.fromkeys(DIMENSIONS, Decimal(80))
    expert = case.actor(case.who["expert"])
    refused("panel", services.scores_give, actor=expert, project=project, points=points)
    refused(
        "expert",
        services.expert_appoint,
        actor=case.actor(case.who["city"]),
        project=project,
        expert=case.who["finance"],
    )
    services.expert_appoint(actor=case.actor(case.who["city"]), project=project, expert=case.who["expert"])
    for wrong in (Decimal("100.01"), Decimal(-1), Decimal("NaN")):
        refused("points", services.scores_give, actor=expert, project=project, points={"scene_response": wrong})
    services.scores_give(actor=expert, project=project, points=points)
    services.scores_give(actor=expert, project=project, points={"scene_response": Decimal("90.5")})
    assert project.scores.get(dimension="scene_response").points == Decimal("90.50")
    assert project.scores.count() == 4


def test_scores_come_in_acceptance_only(case):
    project = case.bring(case.project(), "building")
    services.expert_appoint(actor=case.actor(case.who["city"]), project=project, expert=case.who["expert"])
    refused("not_in_acceptance", services.scores_give, actor=case.actor(case.who["expert"]), project=project,
            points={"scene_response": Decimal(1)})  # fmt: skip


def test_days_ahead_are_refused(case):
    project = case.project()
    ahead = timezone.localdate() + dt.timedelta(days=1)
    refused("future", services.milestone_set, actor=case.actor(case.who["street"]), project=project, title="开工",
            planned_on=ahead, done_on=ahead)  # fmt: skip
    refused("future", services.visit_record, actor=case.actor(case.who["city"]), project=project, on=ahead, people="甲",
            found="好")  # fmt: skip


def test_what_is_closed_stays_closed(case):
    project = case.move(case.project(), "withdraw", "street", "不再申报")
    assert project.state == "withdrawn"
    with pytest.raises(Refused) as caught:
        case.attach(project, "scheme")
    assert caught.value.key == "projects.refuse.closed"


@pytest.mark.parametrize(
    ("key", "purpose", "code"), [("document", "document", "poem"), ("item", "evidence", "complete_community/nursery")]
)
def test_only_what_is_asked_for_is_attached(case, key, purpose, code):
    with pytest.raises(Refused) as caught:
        case.attach(case.project(), code, purpose)
    assert caught.value.key == f"projects.refuse.{key}"


def test_the_database_itself_keeps_the_moves(case):
    project = case.bring(case.project(), "district_review")
    for change in (lambda: project.moves.update(reason="x"), lambda: project.moves.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Move._all.get(project=project).reason == "已核"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told(case):
    project = case.bring(case.project(), "city_review")
    for code in ("creation_list",):
        case.attach(project, code, by="city")
    project.refresh_from_db()
    answers = []
    ready = threading.Barrier(2)

    def decide(who, transition):
        ready.wait()
        try:
            services.project_move(actor=case.actor(who), project=project, base_version=project.version,
                                  transition=transition, reason="同时")  # fmt: skip
            answers.append("done")
        except (Refused, InputError) as error:
            answers.append(getattr(error, "key", "input"))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(case.who["city"], "put_on_list")),
        threading.Thread(target=decide, args=(case.who["city2"], "decline")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["done", "projects.refuse.changed"]
    assert Move._all.filter(project=project, number=3).count() == 1
