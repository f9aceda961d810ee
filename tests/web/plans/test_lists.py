import pytest
from django.http import QueryDict
from django.utils import translation

from linli.web.pages.table import narrow, show_table
from linli.web.plans.lists import MEASURES, PLANNED, STUDIES, facility_words, standard_words, status_words
from linli.web.plans.models import Measure
from linli.web.plans.selectors import list_measures, list_studies

pytestmark = pytest.mark.django_db


def shown(table, rows, query=""):
    found = show_table(table, rows, QueryDict(query))
    heads = [head.key for head in found.heads]
    return [dict(zip(heads, [cell.text for cell in row], strict=True)) for row in found.rows]


def test_studies_say_how_they_stand_and_what_is_not_there_yet_is_empty(studio):
    studio.study(name="草稿")
    one = studio.solved()
    rows = {row["name"]: row for row in shown(STUDIES, list_studies(studio.who["planner"]))}
    assert rows["草稿"]["residents"] == ""
    assert rows["北片提升"]["residents"] == f"{one.residents:,.0f}"
    assert rows["北片提升"]["state"] == "已求解"
    assert len(shown(STUDIES, list_studies(studio.who["planner"]), "state=draft")) == 1
    assert len(shown(STUDIES, list_studies(studio.who["planner"]), f"q={one.number}")) == 1


def test_what_is_optimal_but_for_a_gap_is_so_within_the_tolerance():
    assert status_words("optimal", 0.0) == status_words("optimal", 0.00001) == "已证明最优"
    assert status_words("optimal", 0.0002) == "在允许误差内已证明最优"
    assert status_words("time_limit", 0.2).startswith("到时限")
    assert status_words("", None) == ""


def test_a_round_is_called_by_its_name_of_the_language(studio):
    one = studio.study()
    round_ = one.run.snapshot.round
    type(round_)._all.filter(pk=round_.pk).update(name_en="Survey of 2026")
    with translation.override("en"):
        assert shown(STUDIES, list_studies(studio.who["planner"]))[0]["round"] == "Survey of 2026"


def test_what_is_not_known_is_said_and_not_left_empty(studio):
    one = studio.solved()
    rows = shown(MEASURES, list_measures(studio.who["planner"]).filter(study=one))
    assert "待补" in {row["subsidy"] for row in rows}
    Measure._all.filter(study=one).update(cost_yuan=None, open_year=None)
    row = shown(MEASURES, list_measures(studio.who["planner"]).filter(study=one))[0]
    assert (row["cost"], row["open"]) == ("待补", "未排年度")


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("lever=build", lambda m: m.lever == "build"),
        ("type=nursery", lambda m: m.facility_type == "nursery"),
        ("year=2028", lambda m: m.open_year == 2028),
        ("year=-", lambda m: m.open_year is None),
        ("linked=open", lambda m: m.project_id is None),
        ("linked=linked", lambda m: m.project_id is not None),
        ("q=岚枫", lambda m: "岚枫" in m.place_name or "岚枫" in m.community.name),
    ],
)
def test_measures_are_narrowed(studio, query, holds):
    studio.solved()
    rows = list_measures(studio.who["planner"])
    found = set(narrow(PLANNED, rows, QueryDict(query)))
    assert found == {row for row in rows if holds(row)}


def test_every_column_sorts_both_ways(studio):
    studio.solved()
    for table, rows in (
        (STUDIES, list_studies(studio.who["planner"])),
        (MEASURES, list_measures(studio.who["planner"])),
    ):
        for column in table.columns:
            if column.order:
                assert shown(table, rows, f"sort={column.key}")
                assert shown(table, rows, f"sort=-{column.key}&column={column.key}")


def test_names_of_types_and_standards_that_are_gone_are_their_codes():
    assert facility_words("nursery") == "托儿所"
    assert facility_words("gone") == "gone"
    assert standard_words("complete_community") == "完整社区"
    assert standard_words("gone") == "gone"
