import csv
import io

import pytest
from django.http import QueryDict
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.web.assessments.about import About
from linli.web.assessments.matrix import Matrix, item_address, percent, status_of_mean
from linli.web.pages.table import narrow, show_table

CODE = "330199001002"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no fault
@given(st.one_of(st.none(), st.floats(0, 1)), st.floats(0.01, 1))
def test_a_mean_has_the_status_of_an_item_of_its_degree(score, met_share):
    status = status_of_mean(score, met_share)
    assert (status == "unknown") is (score is None)
    if score is not None:
        assert (status == "met") is (score >= met_share)
        assert (status == "not_met") is (score == 0)
    assert status_of_mean(score, met_share, applies=False) == "not_applicable"


def test_shares_become_per_cent_and_unknown_stays_so():
    assert percent(0.34296) == 34.3
    assert percent(None) is None
    assert item_address("1", "a/b", "run=7") == "/assessments/communities/1/a/b/?run=7"


def test_the_address_of_an_item_is_that_of_its_page():
    made = reverse("assessments:item", args=["330199001002", "complete_community", "nursery"])
    assert item_address("330199001002", "complete_community/nursery") == made


@pytest.fixture
def matrix(world):
    def make(query="", by="item", standard="complete_community", user=None):
        about = About(world.run, standard, by, "", "", (), ())
        return Matrix(user or world.city.user("planner", "3301/"), about, QueryDict(query))

    return make


def shown(grid, query=""):
    return show_table(grid.table(), grid.rows(), QueryDict(query), prepare=grid.prepare)


@pytest.mark.django_db
def test_communities_stand_against_items_with_status_degree_and_range(matrix):
    table = shown(matrix())
    assert table.total == 12
    assert table.is_grid
    assert [span for title, span, _ in table.groups if title] == [5, 3, 5, 2, 2, 3]
    row = next(row for row in table.rows if row[0].text == "沁台社区")
    cells = {head.key: cell for head, cell in zip(table.heads, row, strict=True)}
    nursery = cells["complete_community/nursery"]
    assert (nursery.code, nursery.text, nursery.words) == ("not_met", "0\u202f%", "未达标")
    assert nursery.link == f"/assessments/communities/{CODE}/complete_community/nursery/"
    unknown = cells["complete_community/barrier_free"]
    assert (unknown.code, unknown.text, unknown.words) == ("unknown", "", "待补")
    assert cells["score"].text == "46.3（44–49）"
    assert cells["area"].text == "邻里示范区 › 漱潭街道"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "items"),
    [
        ("group=commerce", 3),
        ("scene=education", 2),
        ("scene=education&group=commerce", 0),
        ("item=complete_community/nursery", 1),
    ],
)
def test_haves_scenes_and_items_choose_columns(matrix, query, items):
    table = shown(matrix(query), query)
    assert sum(head.kind == "mark" for head in table.heads) == items
    assert table.total == 12
    assert table.narrowed


@pytest.mark.django_db
def test_rows_are_those_that_have_a_status_in_what_is_shown(matrix):
    query = "item=complete_community/nursery&status=partly"
    table = shown(matrix(query), query)
    assert table.total == 6
    assert {row[-1].code for row in table.rows} == {"partly"}
    query = "group=commerce&status=unknown"
    table = shown(matrix(query), query)
    assert all("unknown" in {cell.code for cell in row} for row in table.rows)


@pytest.mark.django_db
@pytest.mark.parametrize("down", ["", "-"])
def test_sorting_by_an_item_puts_unknown_last_either_way(matrix, down):
    query = f"sort={down}complete_community/barrier_free"
    grid = matrix(query)
    degrees = [row.item_degree for row in narrow(grid.table(), grid.rows(), QueryDict(query))]
    known = [degree for degree in degrees if degree is not None]
    assert known == sorted(known, reverse=bool(down))
    assert degrees[len(known) :] == [None] * (len(degrees) - len(known))
    assert None in degrees


@pytest.mark.django_db
@pytest.mark.parametrize(("by", "marks", "key"), [("group", 6, "commerce"), ("scene", 9, "education")])
def test_means_of_haves_and_scenes_sort_too(matrix, by, marks, key):
    query = f"sort=-{key}"
    grid = matrix(query, by=by)
    table = shown(grid, query)
    assert sum(head.kind == "mark" for head in table.heads) == marks
    field = {"group": "groups", "scene": "scenes"}[by]
    found = [getattr(row, field)[key]["score"] for row in table.page.object_list]
    assert found == sorted(found, reverse=True)
    one = shown(matrix(f"{by}={key}", by=by), f"{by}={key}")
    assert [head.key for head in one.heads if head.kind == "mark"] == [key]


@pytest.mark.django_db
def test_a_scene_says_what_it_means_to_a_project(matrix):
    table = shown(matrix(by="scene"))
    texts = {cell.text for row in table.rows for cell in row if cell.kind == "mark"}
    assert any("必选" in text for text in texts)


@pytest.mark.django_db
def test_one_sees_ones_own_communities_only(matrix, world):
    table = shown(matrix(user=world.city.user("community_worker", world.paths[CODE])))
    assert [row[0].text for row in table.rows] == ["沁台社区"]


@pytest.mark.django_db
def test_a_page_reads_its_cells_at_once(matrix, django_assert_max_num_queries):
    grid = matrix()
    with django_assert_max_num_queries(14):
        shown(grid)


@pytest.mark.django_db
def test_a_file_has_words_and_figures_apart(world, enter):
    client = enter(world.city.user("planner", "3301/"))
    answer = client.get("/assessments/export/csv/?sort=priority&item=complete_community/barrier_free")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert len(rows) == 12
    first = rows[0]
    assert (first["社区"], first["优先位次"]) == ("沁台社区", "1")
    assert (first["无障碍设施"], first["无障碍设施 程度（%）"]) == ("待补", "待补")
    assert (first["无障碍设施 下限（%）"], first["无障碍设施 上限（%）"]) == ("0.0", "100.0")
    assert (first["得分（满分 100）"], first["得分下限"], first["得分上限"]) == ("46.3", "44.0", "49.0")
