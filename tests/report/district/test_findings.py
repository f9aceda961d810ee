from collections import Counter

import pytest

from linli.report.district.findings import findings
from linli.report.palette import STATUSES


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_statuses_are_counted_by_item(desks, table_of, lang):
    desk = desks(lang=lang)
    table = table_of(findings(desk), "items")
    for row, item in zip(table.rows, desk.standard.items, strict=True):
        found = Counter(r.status for c in desk.communities for r in c.results[desk.standard.id] if r.item.id == item.id)
        assert [int(cell.text) for cell in row[1 : 1 + len(STATUSES)]] == [found[code] for code in STATUSES]


def test_who_is_out_of_reach_is_what_the_plan_says(desks, table_of):
    desk = desks()
    concerned = [one for one in desk.book.requirements if desk.change(one.key).residents > 0]
    rows = table_of(findings(desk), "reach").rows
    assert len(rows) == len(concerned)
    for row, one in zip(rows, concerned, strict=True):
        change = desk.change(one.key)
        assert row[3].text == f"{change.residents:,.0f}"
        assert row[5].text == f"{change.residents - change.before:,.0f}"


def test_old_and_young_have_a_section(desks, said, table_of):
    blocks = findings(desks())
    assert "一老一小" in said(blocks)
    assert len(table_of(blocks, "bands_before").rows) == 6


def test_the_priority_list_is_in_order(desks, table_of):
    ranks = [int(row[0].text) for row in table_of(findings(desks()), "priority").rows]
    assert ranks == sorted(ranks)


def test_a_district_counts_its_own_communities(desks, table_of, plan_book):
    for part in plan_book.districts:
        table = table_of(findings(desks(district=part.key)), "items")
        counts = [sum(int(cell.text) for cell in row[1:6]) for row in table.rows]
        assert set(counts) == {len(part.communities)}
