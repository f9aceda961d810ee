"""Compare, adopt, revoke, carry on as projects, follow."""

import csv
import io

import pytest
from django.urls import reverse

from linli.web.audit.models import Event
from linli.web.plans.models import Measure, Study
from linli.web.projects.models import Project

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"plans:{name}", args=args)


def adopt(client, one, reason="会议通过"):
    one.refresh_from_db()
    return client.post(address("adopt", one.number), {"version": one.version, "reason": reason})


def test_two_studies_side_by_side(studio, enter):
    one, two = studio.solved(), studio.solved("other", name="乙案")
    client = enter(studio.who["office"])
    query = f"?study={one.number}&study={two.number}&study={one.number}&study=FA-0"
    page = client.get(address("compare") + query).content.decode()
    assert "权重不同" in page
    assert page.count(two.name) >= 2
    assert client.get(address("compare_layer", "shared") + query).json()["features"]
    assert client.get(address("compare_layer", "only-0") + query).json()["features"]
    for name in ("only-2", "only-x", "nothing"):
        assert client.get(address("compare_layer", name) + query).status_code == 404
    for kind in ("xlsx", "csv"):
        taken = client.get(address("compare_export", kind) + query)
        assert taken.status_code == 200
    rows = list(csv.reader(io.StringIO(taken.content.decode("utf-8-sig"))))
    assert rows[0][1:3] == [one.number, two.number]
    assert Event._all.filter(event="plans.compare.export").count() == 2
    assert client.get(address("compare_export", "pdf") + query).status_code == 404


def test_one_alone_is_no_comparison(studio, enter):
    one, draft = studio.solved(), studio.study()
    client = enter(studio.who["office"])
    page = client.get(address("compare") + f"?study={one.number}").content.decode()
    assert "请至少选择两个方案" in page
    assert "notice warn" not in page
    query = f"?study={one.number}&study={draft.number}"
    assert client.get(address("compare_export", "csv") + query).status_code == 404
    assert client.get(address("compare_layer", "shared") + query).status_code == 404


def test_adopting_shows_what_will_change_asks_why_and_for_the_password(studio, enter, client):
    one, two = studio.solved(), studio.solved("other", name="乙案")
    office = enter(studio.who["office"])
    page = office.get(address("adopt", one.number)).content.decode()
    assert f"{one.projects} 个项目成为现行方案" in page
    assert "没有现行方案被取代" in page
    assert "采用不入账" in page
    assert adopt(office, one, "").status_code == 200
    assert adopt(office, one).status_code == 302
    page = office.get(address("adopt", two.number)).content.decode()
    assert "共有 18 个，新增 2 个，去掉" in page
    assert f"study={two.number}&amp;study={one.number}" in page
    assert adopt(office, two).status_code == 302
    one.refresh_from_db()
    assert one.state == "superseded"
    assert office.get(address("adopt", two.number)).status_code == 404
    client.force_login(studio.who["office"])
    stale = client.session
    del stale["account_authentication_methods"]
    stale.save()
    assert "/account/again/" in client.get(address("adopt", one.number))["Location"]


def test_revoking_asks_why(studio, enter):
    one = studio.solved()
    office = enter(studio.who["office"])
    assert office.get(address("revoke", one.number)).status_code == 404
    adopt(office, one)
    one.refresh_from_db()
    assert "个项目不再是现行方案" in office.get(address("revoke", one.number)).content.decode()
    office.post(address("revoke", one.number), {"version": one.version, "reason": "有误"})
    one.refresh_from_db()
    assert one.state == "solved"
    assert enter(studio.who["planner"]).get(address("adopt", one.number)).status_code == 403


def test_measures_become_a_project_and_its_page_leads_back(studio, enter):
    one = studio.solved()
    adopt(enter(studio.who["office"]), one)
    district = enter(studio.who["district"])
    community = one.measures.first().community
    page = district.get(address("begin_project", community.code)).content.decode()
    assert "完整社区提升项目" in page
    chosen = list(one.measures.filter(place=community.path)[:2].values_list("pk", flat=True))
    sent = {"measures": chosen, "name": "岚枫提升", "project_type": "inclusive", "year": 2027}
    answer = district.post(address("begin_project", community.code), sent)
    project = Project._all.get()
    assert answer["Location"] == reverse("projects:project", args=[project.number])
    assert Measure._all.filter(project=project).count() == 2
    rest = one.measures.filter(place=community.path, project=None).first()
    assert (
        district.post(
            address("link_project", community.code), {"measures": [rest.pk], "project": project.pk}
        ).status_code
        == 302
    )
    assert Measure._all.filter(project=project).count() == 3
    page = district.get(address("unlink_project", community.code)).content.decode()
    assert project.number in page
    district.post(address("unlink_project", community.code), {"measures": [rest.pk], "reason": "另立"})
    assert Measure._all.filter(project=project).count() == 2
    assert enter(studio.who["planner"]).get(address("begin_project", community.code)).status_code == 403
    assert enter(studio.who["district"]).get(address("begin_project", "330105011001")).status_code == 404


def test_without_measures_there_is_nothing_to_begin(studio, enter):
    studio.solved()
    code = Measure._all.first().community.code
    page = enter(studio.who["district"]).get(address("begin_project", code)).content.decode()
    assert "没有。" in page


def test_progress_is_followed_where_one_may_look(studio, enter):
    one = studio.solved()
    office = enter(studio.who["office"])
    assert "没有进度可言" in office.get(address("progress")).content.decode()
    adopt(office, one)
    page = office.get(address("progress")).content.decode()
    assert "方案项目尚未关联创建项目的社区" in page
    assert "关联项目的资金" in page
    assert "建立创建项目" not in page  # a city's office does not apply
    assert "建立创建项目" in enter(studio.who["district"]).get(address("progress")).content.decode()
    reader = enter(studio.city.user("department_reader", "3301/"))
    assert "关联项目的资金" not in reader.get(address("progress")).content.decode()
    assert Study._all.filter(state="adopted").count() == 1
