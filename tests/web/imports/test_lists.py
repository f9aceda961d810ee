import pytest
from django.http import QueryDict
from django.utils import translation

from linli.web.imports.lists import BATCHES, FINDINGS, ROWS
from linli.web.imports.selectors import findings_of, list_batches, rows_of
from linli.web.pages.table import show_table
from linli.web.words import has_words

pytestmark = pytest.mark.django_db


def shown(table, rows, query=""):
    made = show_table(table, rows, QueryDict(query))
    return [dict(zip((head.key for head in made.heads), (cell.text for cell in row), strict=True)) for row in made.rows]


def test_every_column_and_filter_has_words():
    for table in (BATCHES, FINDINGS, ROWS):
        assert has_words(f"{table.name}.title")
        assert all(has_words(f"{table.name}.column.{column.key}") for column in table.columns)
        assert all(has_words(f"{table.name}.filter.{one.key}") for one in table.filters)


def test_batches_are_listed_searched_and_narrowed(kit, street, send):
    good, bad = send(street, kit.book(kit.line("N1"))), send(street, kit.book(kit.line("N2", area="大")), "坏的.xlsx")
    rows = list_batches(street)
    assert [row["number"] for row in shown(BATCHES, rows)] == [bad.number, good.number]
    first = shown(BATCHES, rows, "q=坏的")
    assert [(row["state"], row["place"], row["error"], row["by"]) for row in first] == [
        ("有错误", "和睦街道", "1", street.name)
    ]
    assert [row["number"] for row in shown(BATCHES, rows, "state=ready")] == [good.number]
    assert shown(BATCHES, rows, "since=2999-01-01") == []
    assert len(shown(BATCHES, rows, "until=2999-01-01")) == 2
    translation.activate("en")
    assert shown(BATCHES, rows)[0]["place"] == "Hemu Street"


def test_findings_are_listed_errors_first_in_the_pages_language(kit, street, send):
    batch = send(street, kit.book(kit.line("N1", area=1_900_000), kit.line("N2", area="大", east=120.1251)))
    rows = findings_of(street, batch)
    assert [(row["severity"], row["row"], row["column"]) for row in shown(FINDINGS, rows)] == [
        ("错误", "3", "建筑面积"), ("提醒", "2", "建筑面积"),
    ]  # fmt: skip
    assert shown(FINDINGS, rows, "severity=error")[0]["allowed"] == "数字，0 至 2,000,000 m²"
    assert len(shown(FINDINGS, rows, "level=cells")) == 2
    assert len(shown(FINDINGS, rows, "q=大")) == 1
    translation.activate("en")
    assert shown(FINDINGS, rows, "severity=error")[0]["message"] == "this must be a number"


def test_rows_are_listed_with_what_they_would_change(kit, street, send):
    batch = send(street, kit.book(kit.line("F1", area=280), kit.line("N1", east=120.1251)))
    rows = rows_of(street, batch)
    assert [row["action"] for row in shown(ROWS, rows)] == ["改动", "新增", "文件中没有", "文件中没有"]
    changed = shown(ROWS, rows, "action=changed&layer=facilities")
    assert "建筑面积：260 m² → 280 m²" in changed[0]["changes"]
    assert [row["key"] for row in shown(ROWS, rows, "q=N1")] == ["N1"]
