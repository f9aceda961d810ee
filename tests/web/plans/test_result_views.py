"""The pages of a solved study, what-if, documents, and the plan of a district."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from linli.web.audit.models import Event
from linli.web.plans import services
from linli.web.plans.models import DocumentSet, Question, Study
from linli.web.plans.result_views import SECTIONS

pytestmark = pytest.mark.django_db

DISTRICT = "3301/330199/"


def address(name, *args):
    return reverse(f"plans:{name}", args=args)


def adopt(studio, one):
    one.refresh_from_db()
    by = studio.actor(studio.who["office"])
    return services.study_adopt(actor=by, study=one, base_version=one.version, reason="通过")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_speaks_both_languages(studio, enter, lang):
    one = studio.solved()
    client = enter(studio.who["office"])
    client.post("/language/", {"language": lang})
    pages = {}
    for section in ("coverage", *SECTIONS):
        pages[section] = client.get(address("section", one.number, section))
    for route in ("study", "measures", "documents", "ask"):
        pages[route] = client.get(address(route, one.number))
    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(pages, 200)
    titles = {"zh": ("前后对比", "年度资金", "建设次序"), "en": ("Before and after", "Money by year", "Building order")}
    for title in titles[lang]:
        assert any(title in page.content.decode() for page in pages.values())


def test_a_study_without_the_costly_parts_says_what_is_not_there(studio, enter):
    one = studio.solved("other")
    client = enter(studio.who["office"])
    said = {
        "money": "没有年度资金", "programme": "没有分年计划", "budgets": "没有比较不同资金", "operation": "没有测算运营收支",
    }  # fmt: skip
    for section, text in said.items():
        assert text in client.get(address("section", one.number, section)).content.decode(), section


def test_pages_that_are_not_there(studio, enter):
    client = enter(studio.who["office"])
    one, draft = studio.solved(), studio.study()
    assert client.get(address("section", one.number, "secrets")).status_code == 404
    assert client.get(address("section", draft.number, "money")).status_code == 404
    assert client.get(address("measures", draft.number)).status_code == 404
    assert client.get(address("answer", one.number, 1)).status_code == 404


def test_what_clashes_or_failed_is_on_the_page(studio, enter):
    one = studio.study()
    Study._all.filter(pk=one.pk).update(state="infeasible", message={"zh": "资金总额", "en": "money"})
    client = enter(studio.who["planner"])
    page = client.get(address("study", one.number)).content.decode()
    assert "互相矛盾的条件" in page
    assert "资金总额" in page
    Study._all.filter(pk=one.pk).update(state="failed", message={"zh": "规则已变", "en": "rules"})
    assert "规则已变" in client.get(address("study", one.number)).content.decode()


def test_one_community_on_the_page_of_coverage(studio, enter):
    one = studio.solved()
    page = enter(studio.who["office"]).get(address("section", one.number, "coverage") + "?community=330199001001")
    assert "/communities/330199001001/" in page.content.decode()


def test_a_what_if_is_asked_from_the_options_and_answered(studio, enter):
    one = studio.solved()
    planner = enter(studio.who["planner"])
    option = one.measures.first()
    page = planner.get(address("ask", one.number) + f"?community={option.community.code}").content.decode()
    assert option.option in page
    page = planner.get(address("ask", one.number) + f"?out={option.option}").content.decode()
    assert f">\n{option.option}</textarea>" in page
    answer = planner.post(address("ask", one.number), {"ask_out": option.option, "budget_wan": "12.5"})
    question = Question._all.get()
    assert answer["Location"] == address("answer", one.number, 1)
    assert (question.forbid, question.budget_yuan) == ([option.option], Decimal("125000.00"))
    assert "hx-trigger" in planner.get(address("answer", one.number, 1)).content.decode()
    sums = {"projects": 3, "cost_yuan": 5.0, "floor_area_m2": 1.0, "residents": 2.0, "old_young": None, "objective": 1.0,
            "bound": 1.0, "status": "optimal"}  # fmt: skip
    gone = {"option_id": option.option, "place_name": "原仓库", "place_id": "R1", "lever": "convert", "cost_yuan": None,
            "community": "甲", "title": {"zh": "托儿所", "en": "nursery"}}  # fmt: skip
    result = {"before": sums, "after": sums, "added": [], "gone": [gone], "clash": [],
              "communities": [{"community_id": option.community.code, "needs": -3.0}]}  # fmt: skip
    services.question_store(question=question, result=result)
    page = planner.get(address("answer", one.number, 1)).content.decode()
    assert "不再做的项目" in page
    assert "待补" in page
    again = planner.post(address("ask", one.number), {"ask_in": "a", "ask_out": "a"}).content.decode()
    assert "不能既做又不做" in again


def test_documents_are_asked_for_and_taken_and_each_taking_is_recorded(studio, enter):
    one = studio.solved()
    office = enter(studio.who["office"])
    page = office.get(address("documents", one.number)).content.decode()
    assert "编写文件" in page
    office.post(address("documents_write", "330199"), {"study": one.number})
    asked = DocumentSet._all.get()
    assert asked.place == DISTRICT
    assert "hx-trigger" in office.get(address("documents", one.number)).content.decode()
    folder = Path(settings.MEDIA_ROOT) / "plans" / "d"
    (folder / "district-plan").mkdir(parents=True)
    (folder / "district-plan" / "区-zh.docx").write_bytes(b"PK")
    files = [
        {"name": "district-plan/区-zh.docx", "size": 2, "sha256": "0" * 64},
        {"name": "gone.pdf", "size": 1, "sha256": ""},
    ]
    services.documents_store(documents=asked, folder=folder, files=files)
    assert "区-zh.docx" in office.get(address("documents", one.number)).content.decode()
    taken = office.get(address("document_export", asked.pk, 0))
    assert taken.getvalue() == b"PK"
    assert one.number in taken["Content-Disposition"]
    assert Event._all.filter(event="plans.documents.export").get().place == DISTRICT
    for position in (1, 2):
        assert office.get(address("document_export", asked.pk, position)).status_code == 404


def test_the_plan_of_a_district_is_seen_by_the_district_though_the_study_is_the_citys(studio, enter):
    one = studio.solved()
    district = enter(studio.who["district"])
    assert "还没有采用的方案" in district.get(address("district", "330199")).content.decode()
    Study._all.filter(pk=one.pk).update(place="3301/")
    adopt(studio, one)
    page = district.get(address("district", "330199"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "邻里示范区提升规划" in text
    assert f"共 {one.projects} 条" in text
    assert address("study", one.number) not in text  # the city's study itself is not the district's to see
    assert district.get(address("district_layer", "330199", "communities")).status_code == 200
    assert district.get(address("district_layer", "330199", "secrets")).status_code == 404
    assert district.get(address("study", one.number)).status_code == 404
    assert enter(studio.who["street"]).get(address("district", "330199")).status_code == 404
    assert (
        enter(studio.city.user("district_office", "3301/330106/")).get(address("district", "330199")).status_code == 404
    )


def test_the_plan_of_a_city_is_not_called_a_districts(studio, enter):
    one = studio.solved()
    office = enter(studio.who["office"])
    assert "一区一规划" not in office.get(address("district", "3301")).content.decode()
    Study._all.filter(pk=one.pk).update(place="3301/")
    shutil.copy(one.path / "sheets" / "part-330199.json", one.path / "sheets" / "part-3301.json")
    book = json.loads((one.path / "sheets" / "book.json").read_text())
    book["parts"].append({"code": "3301", "name": "示范市"})
    (one.path / "sheets" / "book.json").write_text(json.dumps(book))
    adopt(studio, one)
    page = office.get(address("district", "3301")).content.decode()
    assert "一区一规划" not in page
    assert "全市的现行方案" in page
    office.post("/language/", {"language": "en"})
    assert "Improvement plan of Demo City" in office.get(address("district", "3301")).content.decode()


def test_money_below_nought_is_explained_and_a_gap_has_one_word(studio, enter):
    one = studio.solved()
    page = enter(studio.who["office"]).get(address("section", one.number, "money")).content.decode()
    assert "归还先前的垫付" in page
    rows = page.partition("各社区奖补")[2]
    assert "待补" in rows
    assert "待填" not in rows.partition("</table>")[0]


def test_a_district_asks_for_its_own_documents_of_the_citys_plan(studio, enter):
    one = studio.solved()
    Study._all.filter(pk=one.pk).update(place="3301/")
    adopt(studio, one)
    district = enter(studio.who["district"])
    answer = district.post(address("documents_write", "330199"))
    assert answer["Location"] == address("district", "330199")
    assert DocumentSet._all.get().place == DISTRICT
    assert district.post(address("documents_write", "3301")).status_code == 404
    assert enter(studio.who["office"]).post(address("documents_write", "330106")).status_code == 302
