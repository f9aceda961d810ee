import pytest
from django.urls import reverse

from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.audit.models import Event

pytestmark = pytest.mark.django_db

CODE, STANDARD = "330199001002", "complete_community"


def item(name, standard=STANDARD, code=CODE, route="item", *more):
    return reverse(f"assessments:{route}", args=[code, standard, name, *more])


@pytest.fixture
def office(world, enter):
    return enter(world.city.user("planner", "3301/"))


@pytest.mark.parametrize("route", ["matrix", "map", "items", "priority", "runs"])
def test_before_anything_was_assessed_pages_say_what_belongs_there(city, enter, route):
    page = enter(city.user("planner", "3301/")).get(reverse(f"assessments:{route}"))
    assert page.status_code == 200
    assert "还没有完成的评估" in page.content.decode()


@pytest.mark.parametrize("route", ["matrix", "items", "priority"])
def test_before_anything_was_assessed_there_is_no_file(city, enter, route):
    office = enter(city.user("planner", "3301/"))
    assert office.get(reverse(f"assessments:{route}_export", args=["csv"])).status_code == 302
    assert not Event._all.filter(event="pages.table.export").exists()
    assert office.get(reverse("assessments:map_data")).json()["features"] == []


def test_the_matrix_offers_standards_views_and_files(office):
    page = office.get(reverse("assessments:matrix")).content.decode()
    for text in ("完整社区", "居住区生活圈", "九场景", "托儿所", "export/geojson/", "2025年体检"):
        assert text in page
    page = office.get(reverse("assessments:matrix") + "?standard=living_circle&group=five_minute&by=item")
    assert "五分钟生活圈居住区" in page.content.decode()
    assert office.get(reverse("assessments:matrix") + "?run=99").status_code == 404


def test_who_may_not_export_is_offered_no_file(world, enter):
    page = enter(world.city.user("auditor", "3301/")).get(reverse("assessments:matrix")).content.decode()
    assert "export/csv" not in page


def test_a_run_that_is_not_current_is_marked_and_stays_in_the_links(world, office):
    from linli.web.assessments.selectors import tables_of
    from linli.web.assessments.services import run_store

    other = Run._all.create(snapshot=world.snapshot, place="3301/", number=2)
    run_store(run=other, assessment=tables_of(world.run), folder=world.run.path, digest=world.run.digest)
    page = office.get(f"/assessments/?run={other.pk}").content.decode()
    assert "不是当前评估" in page
    assert f"nursery/?run={other.pk}" in page


@pytest.mark.parametrize(
    ("query", "has"),
    [
        ("", '"kind": "areas"'),
        ("what=item:complete_community/nursery", '"kind": "status"'),
        ("what=item:complete_community/nursery&draw=degree", '"kind": "areas"'),
        ("what=scenes:education&draw=status", "教育"),
    ],
)
def test_the_map_draws_status_or_degree(office, query, has):
    assert has in office.get(f"{reverse('assessments:map')}?{query}").content.decode()


def test_the_map_knows_only_what_was_assessed(office):
    assert office.get(f"{reverse('assessments:map')}?what=item:moon/base").status_code == 404
    assert office.get(f"{reverse('assessments:map_data')}?what=x").status_code == 404
    assert len(office.get(f"{reverse('assessments:map_data')}?what=score:").json()["features"]) == 12


def test_lists_and_priority_say_their_figures(office):
    page = office.get(reverse("assessments:items") + "?item=complete_community/nursery").content.decode()
    assert "沁台社区" in page
    page = office.get(reverse("assessments:priority")).content.decode()
    assert "权重：" in page
    assert "约1,486人一老一小服务不足" in page
    assert "沁台社区" in office.get(reverse("assessments:items_export", args=["csv"])).getvalue().decode()


def test_a_community_shows_its_haves_levels_and_scenes(world, office):
    address = reverse("assessments:community", args=[CODE])
    page = office.get(address).content.decode()
    assert "46.3（44–49）" in page
    assert 'id="commerce"' in page
    assert office.get(f"{address}?standard=living_circle&by=scene").status_code == 200
    assert office.get(reverse("assessments:community", args=["000000000000"])).status_code == 404
    ScoreRow._all.all().delete()
    assert office.get(address).status_code == 404
    Run._all.update(current=False)
    assert office.get(address).status_code == 404


def test_an_item_shows_evidence_clause_and_neighbours(office):
    page = office.get(item("nursery")).content.decode()
    for text in (
        "托儿所",
        "未达标",
        "136",
        "沁台托育园",
        "规模不足，未计入",
        "待核对",
        "第3项",
        "幼儿园",
        "老年服务站",
    ):
        assert text in page
    assert "?run=" not in page.split("explanation")[0].rpartition("<a")[0].split("elderly_station")[1]
    first = office.get(item("service_station")).content.decode()
    assert 'rel="prev"' not in first
    assert office.get(item("moon")).status_code == 404
    assert office.get(item("nursery", "moon")).status_code == 404


def test_unknown_and_not_applicable_are_said(world, office):
    page = office.get(item("barrier_free")).content.decode()
    assert "待补" in page
    assert "请社区回答这个问题" in page
    ItemRow._all.filter(item="complete_community/barrier_free").update(status="not_applicable")
    assert "不对这类社区提出此项要求" in office.get(item("barrier_free")).content.decode()


def test_other_rules_and_lost_files_are_said(world, office, tmp_path):
    Run._all.update(catalogue_version="older", folder=str(tmp_path), digest="lost")
    page = office.get(item("nursery")).content.decode()
    assert "现行规则与这次评估所用的版本不同" in page
    assert "依据文件无法读取" in page
    assert "依据文件无法读取" in office.get(item("nursery", route="explanation")).content.decode()
    assert (
        office.get(reverse("assessments:item_part", args=[CODE, STANDARD, "nursery", "walks"])).json()["features"] == []
    )


def test_an_item_is_explained_in_words_with_a_map(office):
    page = office.get(item("elderly_station", route="explanation")).content.decode()
    assert "最近一例：" in page
    assert "walks.json" in page
    parts = {
        part: office.get(reverse("assessments:item_part", args=[CODE, STANDARD, "elderly_station", part]))
        for part in ("area", "facilities", "walks", "moon")
    }
    assert parts["moon"].status_code == 404
    assert [len(parts[part].json()["features"]) for part in ("area", "facilities", "walks")] == [1, 1, 2]


def test_a_community_outside_is_not_found(world, enter):
    office = enter(world.city.user("street", "3301/330199/330199002/"))
    assert office.get(item("nursery")).status_code == 404
    assert office.get(reverse("assessments:community", args=[CODE])).status_code == 404
    assert office.get(item("nursery", route="explanation")).status_code == 404


def test_who_has_no_right_is_not_let_in(world, enter):
    office = enter(world.city.user("operator", "3301/"))
    assert office.get(reverse("assessments:matrix")).status_code == 403
    assert office.get(item("nursery")).status_code == 403
