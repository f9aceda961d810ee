import pytest
from django.http import QueryDict

from linli.web.assessments.models import ItemRow, ScoreRow
from linli.web.communities.figures import score_rows
from linli.web.communities.lists import community_table, part_table
from linli.web.communities.overview import parts_of
from linli.web.pages.rows import Rows
from linli.web.pages.table import narrow, show_table
from linli.web.words import has_words

pytestmark = pytest.mark.django_db


def _table(look):
    return community_table(look, {"3301/330199/": "邻里示范区"}, [("2025", "2025年体检")], size=20)


def test_every_column_and_filter_has_words(look):
    for table in (_table(look), part_table(look)):
        assert all(has_words(f"{table.name}.column.{column.key}") for column in table.columns)
        assert all(has_words(f"{table.name}.filter.{one.key}") for one in table.filters)


def test_communities_are_narrowed(world, look):
    def found(query):
        return {row.place for row in narrow(_table(look), score_rows(look), QueryDict(query))}

    everybody = found("")
    assert len(everybody) == 12
    code, path = next(iter(world.paths.items()))
    assert found(f"q={code}") == {path}
    assert found(f"place={path}") == {path}
    assert found("place=3301/330105/") == set()
    assert found("standing=met") | found("standing=not_met") | found("standing=unknown") == everybody
    ItemRow._all.filter(place=path).update(status="met")
    assert found("standing=met") == {path}
    lacking = ItemRow._all.filter(item="complete_community/nursery", status__in=("partly", "not_met"))
    assert found("lacking=complete_community/nursery") == set(lacking.values_list("place", flat=True))
    grades = [found(f"grade={grade}") for grade in "ABCD"]
    assert set().union(*grades) == everybody
    assert found("standing=nonsense&standard=x&round=y") == everybody


def test_the_unknown_is_a_word(look):
    ScoreRow._all.update(
        score=None, score_low=None, residents=None, rank=None, grade="", priority_rank=None, index_old_young=None
    )
    row = show_table(_table(look), score_rows(look), QueryDict("")).rows[0]
    assert [cell.text for cell in row].count("待补") == 8
    parts = show_table(part_table(look), Rows.of(parts_of(look)), QueryDict("")).rows
    assert [cell.text for cell in parts[0]].count("待补") == 5


def test_parts_are_sorted_by_what_is_asked_for(look):
    names = [row[1].text for row in show_table(part_table(look), Rows.of(parts_of(look)), QueryDict("")).rows]
    worst = [row[1].text for row in show_table(part_table(look), Rows.of(parts_of(look)), QueryDict("sort=score")).rows]
    assert worst == names[::-1]
