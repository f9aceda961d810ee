from django.http import QueryDict
from django.utils import translation

from linli.web.lifecircle.choices import choices_of
from linli.web.lifecircle.figures import Band, rows_of
from linli.web.lifecircle.lists import circle_table, lines_of, share_text, sum_known, written
from linli.web.pages.rows import Rows
from linli.web.pages.table import show_table

UNKNOWN = Band(None, None, None, None, None, None)


def _lines(stage, metres, then=None):
    def rows(limit):
        return rows_of(stage, "3301/", stage.field("pharmacy"), limit, ())

    return lines_of(rows(metres), rows(metres if then is None else then))


def _texts(stage, lines, query="", *, imagined=False):
    shown = show_table(circle_table(choices_of(stage), imagined=imagined), Rows.of(lines), QueryDict(query))
    return [head.key for head in shown.heads], [[cell.text for cell in row] for row in shown.rows]


def test_community_by_community_most_without_first(stage):
    heads, rows = _texts(stage, _lines(stage, 100.0))
    assert heads[:5] == ["name", "within", "without", "unknown", "share"]
    assert rows[0][:5] == ["文三社区", "300", "200", "0", "60 %"]
    assert rows[1][:5] == ["和睦社区", "200", "100", "200", "67 %（40—80 %）"]
    assert rows[0][-1] == "20", "of 80 and over, 20 without"


def test_what_is_gained_stands_beside_it(stage):
    heads, rows = _texts(stage, _lines(stage, 100.0, 400.0), imagined=True)
    assert heads[:2] == ["name", "gain"]
    assert [row[:2] for row in rows] == [["文三社区", "200"], ["和睦社区", "100"]]
    assert heads[-1] == "gain_80_plus"


def test_it_is_searched_and_sorted(stage):
    lines = _lines(stage, 100.0)
    assert [row[0] for row in _texts(stage, lines, "q=和睦")[1]] == ["和睦社区"]
    assert [row[0] for row in _texts(stage, lines, "q=330106003001")[1]] == ["文三社区"]
    assert [row[0] for row in _texts(stage, lines, "sort=within&type=pharmacy")[1]] == ["和睦社区", "文三社区"]
    assert _texts(stage, lines, "column=code")[0] == ["code"]


def test_unknown_is_a_word_and_never_zero_or_empty(stage):
    assert (written(None), share_text(UNKNOWN)) == ("待补", "待补")
    with translation.override("en"):
        assert written(None) == "unknown"
    assert sum_known([None, None]) is None
    assert sum_known([1.0, None]) == 1.0
    line = _lines(stage, 100.0)[0]
    from dataclasses import replace

    nobody = replace(line, whom=UNKNOWN, bands=dict.fromkeys(line.bands, UNKNOWN), gain=None)
    _, rows = _texts(stage, [nobody])
    assert rows[0][1:5] == ["待补"] * 4
    assert nobody.words["gain"] == "待补"
