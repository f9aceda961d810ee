import pytest

from linli.report.district.foundation import foundation
from linli.units import AGE_BANDS


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_residents_by_age_are_those_of_the_communities(desks, table_of, lang):
    desk = desks(lang=lang)
    table = table_of(foundation(desk), "ages")
    assert len(table.rows) == len(AGE_BANDS)
    for row, band in zip(table.rows, AGE_BANDS, strict=True):
        known = [c.bands[band] for c in desk.communities if c.bands[band] == c.bands[band]]
        assert row[1].text == f"{sum(known):,.0f}"


def test_a_community_of_which_little_is_known_says_so(desks, table_of, said):
    desk = desks()
    blocks = foundation(desk)
    assert "待补" in said([table_of(blocks, "communities")])
    assert "1 个社区" in said(blocks)


def test_facilities_are_counted_by_type(desks, table_of):
    desk = desks()
    rows = table_of(foundation(desk), "facilities").rows
    counted = sum(int(row[2].text.replace(",", "")) for row in rows if row[2].text != "待补")
    there = sum(row["count"] for c in desk.communities for row in c.supply)
    assert counted == there


def test_rooms_and_plots_are_all_there_is(desks, table_of, said):
    desk = desks()
    rooms = [row for c in desk.communities for row in c.rooms]
    blocks = foundation(desk)
    assert sum(int(row[1].text) for row in table_of(blocks, "rooms").rows) == len(rooms)
    assert f"{len(rooms)} 处" in said(blocks)


def test_names_travel_as_they_are(desks, said, hostile):
    assert hostile in said(foundation(desks()))


def test_a_layer_that_was_not_surveyed_is_not_nought(desks, said):
    desk = desks()
    bare = [
        type(c)(**{f: getattr(c, f) for f in c.__slots__} | {"estates": (), "rooms": (), "plots": ()})
        for c in desk.communities
    ]
    desk.__dict__["communities"] = tuple(bare)
    manifest = {**desk.book.assessment.manifest, "rows": {}}
    book = type(desk.book.assessment)(
        **{f: getattr(desk.book.assessment, f) for f in desk.book.assessment.__slots__} | {"manifest": manifest}
    )
    object.__setattr__(desk, "book", _with(desk.book, assessment=book))
    text = said(foundation(desk))
    assert "未调查" in text
    assert "没有登记的住宅小区" not in text


def _with(book, **changes):
    from dataclasses import replace

    return replace(book, **changes)
