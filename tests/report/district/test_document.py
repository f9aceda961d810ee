import pytest

from linli.report.district.document import (
    Cell,
    Column,
    Figure,
    Heading,
    Landscape,
    PageBreak,
    Paragraph,
    Run,
    Table,
    cell,
    every_block,
    leads_on,
    ref,
    runs,
)


def test_references_are_taken_out_of_a_sentence():
    found = runs(f"见{ref('a')}、{ref('b')}。")
    assert found == (Run("见"), Run("", ref="a"), Run("、"), Run("", ref="b"), Run("。"))


@pytest.mark.parametrize("text", ["", "plain", "a & <b>"])
def test_text_without_references_is_one_run_or_none(text):
    assert runs(text) == ((Run(text),) if text else ())


def test_bold_runs_stay_bold():
    assert all(one.bold for one in runs(f"a{ref('x')}", bold=True))


def test_a_cell_is_made_of_text_and_left_alone_otherwise():
    marked = Cell("达标", status="met")
    assert cell("x") == Cell("x")
    assert cell(marked) is marked


def test_blocks_on_turned_pages_come_in_their_place():
    blocks = (Heading(1, "a"), Landscape((Heading(2, "b"), PageBreak())), Heading(1, "c"))
    assert [getattr(one, "text", "") for one in every_block(blocks)] == ["a", "b", "", "c"]


def test_only_text_before_a_table_or_figure_leads_on(svg):
    text, table = Paragraph(runs("a")), Table("t", "T", (Column("a"),), ())
    assert leads_on(text, table)
    assert leads_on(text, Figure("f", "F", svg, "x"))
    assert not leads_on(text, text)
    assert not leads_on(text, None)
    assert not leads_on(table, table)
