import pytest

from linli.report.district.document import Column, Heading, Paragraph, Table, ref, runs
from linli.report.district.numbering import chinese_number, heading_label, number_blocks


def test_chinese_headings_follow_the_official_order(sample):
    labels = [one.label for one in number_blocks(sample()).headings]
    assert labels == ["", "一、", "（一）", "1.", "（1）", "（二）", "二、", "附件一\u3000", "（一）", "附件二\u3000"]


def test_english_headings_count_in_figures(sample):
    labels = [one.label for one in number_blocks(sample("en")).headings]
    assert labels == ["", "1 ", "1.1 ", "1.1.1 ", "1.1.1.1 ", "1.2 ", "2 ", "Annex A  ", "A.1 ", "Annex B  "]


def test_positions_and_annexes_are_told(sample):
    headings = number_blocks(sample()).headings
    assert [one.position for one in headings] == list(range(1, len(headings) + 1))
    assert [one.annex for one in headings] == [False] * 7 + [True] * 3


def test_tables_and_figures_count_by_themselves_and_those_without_caption_do_not(sample):
    captions = number_blocks(sample()).captions
    assert {key: one.label for key, one in captions.items()} == {"long": "表 1", "figure": "图 1", "short": "表 2"}
    assert "" not in captions


def test_a_second_table_of_the_same_key_is_refused(sample):
    twice = Table("long", "again", (Column("a"),), ())
    with pytest.raises(ValueError, match="`long`"):
        number_blocks(sample(more=(twice,)))


def test_a_reference_that_points_nowhere_is_refused(sample):
    with pytest.raises(ValueError, match="lost"):
        number_blocks(sample(more=(Paragraph(runs(ref("lost"))),)))


def test_a_heading_that_skips_a_level_is_refused(sample):
    with pytest.raises(ValueError, match="level 3"):
        number_blocks(sample(blocks=(Heading(1, "a"), Heading(3, "b"))))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "一"),
        (10, "十"),
        (19, "十九"),
        (40, "四十"),
        (100, "一百"),
        (105, "一百零五"),
        (111, "一百一十一"),
        (230, "二百三十"),
    ],
)
def test_numbers_in_chinese(value, text):
    assert chinese_number(value) == text


@pytest.mark.parametrize("value", [0, -1, 1000])
def test_numbers_beyond_headings_are_refused(value):
    with pytest.raises(ValueError, match="number of a heading"):
        chinese_number(value)


def test_letters_of_annexes_go_on_after_z():
    assert heading_label("en", (26,), annex=True) == "Annex Z  "
    assert heading_label("en", (27, 2), annex=True) == "AA.2 "
