import pytest
from django.http import QueryDict

from linli.web.assessments.areas import Areas
from linli.web.assessments.compare.lists import (
    COMPARISONS,
    communities_table,
    comparison_state,
    items_table,
    losses_table,
    step,
)
from linli.web.assessments.compare.selectors import list_communities, list_comparisons, list_items, list_losses
from linli.web.assessments.models import Comparison, Loss
from linli.web.pages.table import show_table

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("change", "text"), [(None, ""), (0.125, "+12"), (-0.5, "−50"), (0.0, "0"), (-0.001, "0")])
def test_steps_are_signed_points(change, text):
    assert step(change) == text


def show(compared, make, rows, query=""):
    areas = Areas()
    table = make(compared.office, compared.comparison, areas)
    return show_table(table, rows(compared.office, compared.comparison), QueryDict(query), prepare=areas.read)


def test_what_got_worse_is_listed_most_residents_first(compared):
    Loss._all.filter(rank=1).update(community=None, place="3301/")
    table = show(compared, losses_table, list_losses)
    first = {head.key: cell.text for head, cell in zip(table.heads, table.rows[0], strict=True)}
    assert (first["rank"], first["community"], first["lost"]) == ("1", "", "不以人计")
    assert first["text"].startswith("社区食堂由达标变为未达标")
    assert show(compared, losses_table, list_losses, "kind=farther").total < table.total


def test_items_say_from_where_to_where_and_for_whom(compared):
    table = show(compared, items_table, list_items, "change=better")
    assert table.total == 19
    first = {head.key: cell for head, cell in zip(table.heads, table.rows[0], strict=True)}
    assert (first["gained"].text, first["degree"].text, first["change"].code) == (
        "420",
        "31\u202f% → 72\u202f%",
        "better",
    )
    assert show(compared, items_table, list_items, "standard=complete_community").total < 34


def test_communities_stand_before_and_after(compared):
    table = show(compared, communities_table, list_communities, "sort=-better")
    found = [row.better for row in table.page.object_list]
    assert found == sorted(found, reverse=True)
    keys = [head.key for head in table.heads]
    assert keys.index("complete_community_before") + 1 == keys.index("complete_community_after")
    down = show(compared, communities_table, list_communities, "sort=-living_circle_after")
    scores = [row.scores["living_circle"]["after"] for row in down.page.object_list]
    assert scores == sorted(scores, reverse=True)


def test_a_comparison_whose_job_is_over_has_failed(compared):
    (row,) = show_table(COMPARISONS, list_comparisons(compared.office), QueryDict()).rows
    assert [cell.text for cell in row][:2] == ["2025年体检 #1", "2026年体检 #1"]
    queued = Comparison(state="queued")
    for job, state in (("running", "running"), ("cancelled", "failed"), (None, "queued")):
        queued.job_state = job
        assert comparison_state(queued) == state
