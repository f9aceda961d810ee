"""The pages of projects: one arc from draft to submitted, in both languages, and what is refused on the way."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from linli.web.accounts.models import Place
from linli.web.audit.models import Event
from linli.web.projects import services
from linli.web.projects.models import Attachment, Project

pytestmark = pytest.mark.django_db

HEMU = "3301/330105/330105011/330105011001/"
PDF = b"%PDF-1.7 x"


def address(name, *args):
    return reverse(f"projects:{name}", args=args)


def upload(client, route, *args, name="a.pdf", data=PDF):
    return client.post(address(route, *args), {"file": SimpleUploadedFile(name, data), "caption": "说明"})


def test_a_street_begins_fills_in_and_submits(case, enter):
    client = enter(case.who["street"])
    place = Place.objects.get(path=HEMU)
    made = {"community": place.pk, "name": "和睦", "project_type": "inclusive", "year": 2026}
    answer = client.post(address("new"), made)
    project = Project._all.get()
    assert answer["Location"] == address("update", project.number)
    filled = {
        "name": "和睦", "summary": "织补", "households": 1, "residents": 2, "area_m2": "3.00", "input_cost_yuan": "4",
        "old_estate": "true", "version": 1,
    }  # fmt: skip
    assert client.post(address("update", project.number), filled).status_code == 302
    page = client.get(address("move", project.number, "submit")).content.decode()
    assert "缺少材料「创建申报表」" in page
    for code in ("application_form", "survey_summary"):
        assert upload(client, "attach_document", project.number, code).status_code == 302
    project.refresh_from_db()
    answer = client.post(address("move", project.number, "submit"), {"version": project.version, "reason": ""})
    assert answer["Location"] == address("project", project.number)
    page = client.get(address("project", project.number)).content.decode()
    assert "区级初审" in page
    assert "提交申报" in page


def test_a_stale_form_is_told_and_keeps_what_was_typed(case, enter):
    project = case.project()
    values = {"name": "改名", "version": 1}
    page = enter(case.who["street"]).post(address("update", project.number), values).content.decode()
    assert "他人刚刚修改过" in page
    assert "改名" in page


def test_a_step_that_is_not_open_is_not_found(case, enter):
    project = case.project()
    client = enter(case.who["street"])
    assert client.get(address("move", project.number, "accept")).status_code == 404
    assert client.get(address("attach_document", project.number, "poem")).status_code == 404
    assert client.get(address("statement", project.number, "poem")).status_code == 404
    assert client.get(address("attach_evidence", project.number, "poem")).status_code == 404
    assert client.get(address("milestone", project.number, 999)).status_code == 404


def test_a_wrong_file_comes_back_with_the_reason(case, enter):
    project = case.project()
    client = enter(case.who["street"])
    page = upload(client, "attach_document", project.number, "scheme", name="a.exe", data=b"MZ").content.decode()
    assert "不接受这种文件" in page
    assert not Attachment._all.exists()


def test_files_are_given_to_who_may_see_them_and_never_run(case, enter):
    project = case.project()
    photo = case.attach(project, "future_community/base", "evidence", data=b"\x89PNG\r\n\x1a\n", name="p.png")
    paper = case.attach(project, "scheme")
    client = enter(case.who["district"])
    shown = client.get(address("file", photo.pk))
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    kept = client.get(address("file", paper.pk))
    assert kept["Content-Disposition"].startswith("attachment")
    assert kept.getvalue().startswith(b"%PDF-")
    shown.getvalue()
    away = enter(case.city.user("district_office", "3301/330106/"))
    assert away.get(address("file", paper.pk)).status_code == 404


@pytest.mark.parametrize("state", ["draft", "returned", "listed", "acceptance", "operating", "withdrawn"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_speaks_both_languages_in_every_state(case, enter, state, lang):
    project = case.project()
    if state == "returned":
        project = case.move(case.bring(project, "district_review"), "return_application", "district")
    elif state == "withdrawn":
        project = case.move(project, "withdraw", "street")
    else:
        project = case.bring(project, state)
    client = enter(case.who["city"])
    client.cookies["linli_language"] = lang
    for name in ("project", "sheet"):
        page = client.get(address(name, project.number))
        assert page.status_code == 200
        assert ("What is next" in page.content.decode()) is (
            lang == "en" and name == "project" and state != "withdrawn"
        )
    for name in ("list", "workflow"):
        assert client.get(address(name)).status_code == 200
    translation.activate("zh-hans")


def test_experts_score_by_the_page_and_the_sheet_shows_means_to_reviewers_only(case, enter):
    project = case.bring(case.project(), "acceptance")
    client = enter(case.who["city"])
    client.post(address("expert", project.number), {"expert": case.who["expert"].pk})
    seen = {"on": "2026-11-01", "people": "专家组", "found": "属实"}
    assert client.post(address("visit", project.number), seen).status_code == 302
    points = {"scene_response": 80, "digital_platform": 81, "sustainable_operation": 82, "distinctive_features": 83}
    client = enter(case.who["expert"])
    assert client.post(address("scores", project.number), points).status_code == 302
    assert "82" in client.get(address("scores", project.number)).content.decode()
    page = enter(case.who["city"]).get(address("sheet", project.number)).content.decode()
    assert "82.00" in page
    assert "验收合格线（合格线）" in page
    assert "82.00" not in enter(case.who["street"]).get(address("sheet", project.number)).content.decode()


def test_evidence_is_judged_and_withdrawn_by_the_pages(case, enter):
    project = case.bring(case.project(), "self_assessment")
    client = enter(case.who["street"])
    png = b"\x89PNG\r\n\x1a\n"
    assert upload(client, "attach_evidence", project.number, "base", name="p.png", data=png).status_code == 302
    assert (
        client.post(address("statement", project.number, "base"), {"answer": "yes", "text": "到位"}).status_code == 302
    )
    proof = Attachment._all.get(purpose="evidence")
    judged = {"verdict": "rejected", "reason": "不清"}
    assert enter(case.who["district"]).post(address("file_judge", proof.pk), judged).status_code == 302
    assert enter(case.who["street"]).post(address("file_withdraw", proof.pk), {"reason": "重拍"}).status_code == 302
    proof.refresh_from_db()
    assert proof.verdict == "rejected"
    assert proof.withdrawn_at


def test_the_list_and_its_file_hold_the_same_rows(case, enter):
    case.project()
    case.project("3301/330105/330105011/330105011002/", name="=华丰()")
    client = enter(case.who["city"])
    assert client.get(address("list") + "?state=draft").content.decode().count("CJ-2026-") >= 2
    before = Event._all.count()
    answer = client.get(address("list_export", "csv") + "?q=华丰")
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert answer["X-Rows"] == "1"
    assert len(lines) == 2
    assert "'=华丰()" in lines[1]
    assert Event._all.count() == before + 1
    assert client.get(address("list_export", "pdf")).status_code == 404


def test_a_wrong_method_is_refused(case, enter):
    project = case.project()
    assert enter(case.who["street"]).post(address("project", project.number)).status_code == 405


def test_a_step_that_asks_for_the_password_asks_for_it(case, enter, client):
    project = case.bring(case.project(), "district_review")
    client.force_login(case.who["district"])  # signed in long ago
    assert client.get(address("move", project.number, "recommend")).status_code == 200
    answer = client.get(address("move", project.number, "decline"))
    assert answer["Location"].startswith("/account/again/")
    said = {"version": project.version, "reason": "不符合条件"}
    client.post(address("move", project.number, "decline"), said)
    project.refresh_from_db()
    assert project.state == "district_review"
    assert enter(case.who["district"]).post(address("move", project.number, "decline"), said).status_code == 302
    project.refresh_from_db()
    assert project.state == "declined"


def test_money_is_committed_and_applied_for_from_the_page_once_the_project_is_listed(case, enter):
    project = case.project()
    ways = {name: reverse(f"funds:{name}", args=[project.number]) for name in ("commit", "apply")}
    who = {"city": ("commit",), "street": ("apply",), "district": ("commit", "apply"), "expert": ()}
    for state, open_ in (("draft", False), ("listed", True)):
        project = case.bring(project, state)
        for name, offered in who.items():
            page = enter(case.who[name]).get(address("project", project.number)).content.decode()
            assert {way for way, link in ways.items() if link in page} == (set(offered) if open_ else set()), (
                state,
                name,
            )


@pytest.mark.parametrize(
    ("lang", "told"), [("zh", "场景响应度（权重）、"), ("en", "Response of the scenes (weight), ")]
)
def test_the_sheet_names_what_nobody_has_published(case, enter, lang, told):
    client = enter(case.who["city"])
    client.cookies["linli_language"] = lang
    page = client.get(address("sheet", case.project().number)).content.decode()
    assert told in page
    assert "future_community/" not in page.partition("notice warn")[2]


def test_figures_of_an_application_are_grouped_and_lists_have_separators(case, enter):
    project = case.project()
    second = case.city.user("reviewer", case.city.at["city"])
    for expert in (case.who["expert"], second):
        services.expert_appoint(actor=case.actor(case.who["city"]), project=project, expert=expert)
    client = enter(case.who["street"])
    page = client.get(address("project", project.number)).content.decode()
    for text in ("<dd>3,000</dd>", "<dd>8,000</dd>", "<dd>10,000.00</dd>", "新增节点"):
        assert text in page
    assert f"{case.who['expert'].name}、{second.name}" in page
    assert "新增节点" in client.get(address("milestone_new", project.number)).content.decode()
    assert "、" in client.get(address("workflow")).content.decode().partition("<table>")[2]
