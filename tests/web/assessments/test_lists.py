import csv
import io

import pytest
from django.http import QueryDict

from linli.web.assessments.about import About
from linli.web.assessments.areas import Areas
from linli.web.assessments.lists import RUNS, items_table, priority_table, run_state
from linli.web.assessments.models import Run, ScoreRow
from linli.web.assessments.selectors import list_items, list_scores, runs_of
from linli.web.pages.table import show_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(world):
    return About(world.run, "complete_community", "item", "", "", (), ())


@pytest.fixture
def planner(world):
    return world.city.user("planner", "3301/")


def ask(table, rows, query, areas):
    return show_table(table, rows, QueryDict(query), prepare=areas.read)


def items(planner, about, query):
    areas = Areas()
    rows = list_items(planner, about.run, about.standard)
    return ask(items_table(planner, about, areas), rows, query, areas)


def test_items_are_listed_with_status_range_and_shortfall(planner, about):
    table = items(planner, about, "item=complete_community/elderly_station&q=沁台")
    cells = {head.key: cell for head, cell in zip(table.heads, table.rows[0], strict=True)}
    assert cells["status"].code == "partly"
    assert (cells["degree"].text, cells["without"].text, cells["shortfall"].text) == (
        "20\u202f%", "1,083", "1,083\u202f人",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("status=unknown&item=complete_community/barrier_free&area=3301/330199/330199001/", 2),
        ("group=commerce", 36),
        ("scene=education", 24),
        ("scene=education&group=commerce", 0),
    ],
)
def test_items_are_narrowed_by_have_scene_status_and_street(planner, about, query, n):
    assert items(planner, about, query).total == n


def test_the_most_residents_without_come_first_and_unknown_last(planner, about):
    table = items(planner, about, "sort=-without")
    found = [row.residents_without for row in table.page.object_list]
    assert found == sorted(found, reverse=True)


def priority(planner, about, query=""):
    areas = Areas()
    rows = list_scores(planner, about.run, about.standard)
    return ask(priority_table(planner, about, areas), rows, query, areas)


def test_the_priority_list_says_rank_reason_parts_and_what_is_unknown(planner, about):
    first = ScoreRow._all.get(run=about.run, standard=about.standard, priority_rank=1)
    first.priority_parts = {**first.priority_parts, "wishes": {}}
    first.save()
    table = priority(planner, about)
    cells = {head.key: cell.text for head, cell in zip(table.heads, table.rows[0], strict=True)}
    assert cells["rank"] == "1"
    assert cells["reason"].startswith("约1,486人一老一小服务不足")
    assert (cells["old_estates"], cells["wishes"], cells["unknown"]) == ("26\u202f%", "待补", "居民意愿")
    assert priority(planner, about, "component=unknown").total == 1
    assert priority(planner, about, "component=wishes").total == 11
    assert priority(planner, about, "component=moon").total == 12


@pytest.mark.parametrize("down", ["", "-"])
def test_components_sort_with_unknown_last(planner, about, down):
    first = ScoreRow._all.get(run=about.run, standard=about.standard, priority_rank=1)
    first.priority_parts = {**first.priority_parts, "wishes": {}}
    first.save()
    table = priority(planner, about, f"sort={down}wishes")
    parts = [row.priority_parts["wishes"].get("part") for row in table.page.object_list]
    assert parts[-1] is None
    assert parts[:-1] == sorted(parts[:-1], reverse=bool(down))


def test_the_priority_file_has_the_parts_as_figures(world, enter, planner):
    answer = enter(planner).get("/assessments/priority/export/csv/")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["位次"] for row in rows] == [str(n) for n in range(1, 13)]
    assert rows[0]["一老一小（占最大者 %）"] == "100.0"


def test_runs_say_what_they_were_made_with_and_how_they_stand(world, planner):
    queued = Run._all.create(snapshot=world.snapshot, place="3301/", number=2)
    table = show_table(RUNS, runs_of(planner), QueryDict())
    assert [row[0].text for row in table.rows] == ["2025年体检 #2", "2025年体检 #1"]
    states = {row[0].text: row[2].code for row in table.rows}
    assert states == {"2025年体检 #2": "queued", "2025年体检 #1": "done"}
    for job, state in (("running", "running"), ("cancelled", "failed"), ("queued", "queued"), (None, "queued")):
        queued.job_state = job
        assert run_state(queued) == state
    assert show_table(RUNS, runs_of(planner), QueryDict("current=yes")).total == 1
    assert show_table(RUNS, runs_of(planner), QueryDict("q=体检")).total == 2
