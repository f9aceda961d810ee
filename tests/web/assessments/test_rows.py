import json

import pandas as pd
import pytest

from linli.assess import load_assessment
from linli.web.accounts.models import Place
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.assessments.rows import item_rows, known_records, score_rows


def test_what_is_not_known_is_none_never_nan_or_zero():
    table = pd.DataFrame({"a": [1.5, None], "b": pd.array([1, None], dtype="Int64"), "c": ["x", None]})
    assert known_records(table) == [{"a": 1.5, "b": 1, "c": "x"}, {"a": None, "b": None, "c": None}]


@pytest.mark.django_db
def test_every_figure_is_that_of_the_tables(world):
    tables = load_assessment(world.run.path)
    code = "330199001002"
    row = ScoreRow._all.get(run=world.run, community__code=code, standard="complete_community")
    score = tables.scores.query("community_id == @code and standard == 'complete_community'").iloc[0]
    assert (row.score, row.score_low, row.score_high) == (score.score, score.score_low, score.score_high)
    assert (row.met, row.partly, row.not_met, row.unknown) == (
        score.met, score.partly, score.not_met, score.unknown,
    )  # fmt: skip
    assert (row.grade, row.rank) == (score.grade, score["rank"])
    first = tables.priority.iloc[0]
    assert (first.community_id, row.priority_rank, row.priority_score) == (code, 1, first.score)
    assert row.priority_parts["old_estates"] == {"raw": first.old_estates, "part": first.part_old_estates}
    assert row.priority_reason == {"zh": first.reason_zh, "en": first.reason_en}
    assert row.residents == 5148
    assert row.old_young == 136 + 143 + 1100 + 247
    assert row.households == 1692
    have = tables.haves.query("community_id == @code and group == 'basic_services'").iloc[0]
    assert row.groups["basic_services"]["score"] == have.score
    assert set(row.groups) == {
        "basic_services", "commerce", "infrastructure", "mechanism", "property", "public_space",
    }  # fmt: skip
    assert len(row.scenes) == 9
    json.dumps(row.groups, allow_nan=False)


@pytest.mark.django_db
def test_unknown_items_have_no_degree_and_a_whole_range(world):
    unknown = ItemRow._all.filter(run=world.run, status="unknown")
    assert unknown.exists()
    assert not unknown.exclude(degree=None).exists()
    assert not unknown.filter(degree_high=None).exists()


@pytest.mark.django_db
def test_a_community_that_is_not_in_the_tree_is_left_out(world):
    tables = load_assessment(world.run.path)
    one = Place._all.get(code="330199001001")
    run = Run(pk=99)
    assert {row["community_id"] for row in score_rows(run, tables, {one.code: one})} == {one.pk}
    items = list(item_rows(run, tables, {one.code: one}))
    assert {row["place"] for row in items} == {one.path}
    assert len(items) == len(tables.items[tables.items.community_id == one.code])
