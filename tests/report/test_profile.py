import dataclasses

from linli.report.profile import fact_rows, supply_rows


def test_unknown_facts_are_left_out(book, contexts):
    fmt = contexts["zh"].fmt
    known = {row["name"] for row in fact_rows(book, book.communities[0], fmt)}
    unknown = {row["name"] for row in fact_rows(book, book.communities[3], fmt)}
    density = fmt.words("fact.density_per_km2")
    assert density in known
    assert density not in unknown


def test_a_layer_that_was_not_surveyed_is_not_counted_as_nought(book, contexts):
    fmt = contexts["en"].fmt
    rows = {**book.manifest["rows"], "estates": 0}
    without = dataclasses.replace(book, manifest={**book.manifest, "rows": rows})
    name = fmt.words("fact.estates")
    assert name in {row["name"] for row in fact_rows(book, book.communities[0], fmt)}
    assert name not in {row["name"] for row in fact_rows(without, book.communities[0], fmt)}


def test_supply_lists_what_is_there_or_asked_for(book, contexts):
    rows = supply_rows(book, book.communities[0], {}, contexts["en"].fmt)
    assert rows
    assert all(row["count"] or book.types[row["code"]].asked_by for row in rows)
    assert all(row["name"][0].isupper() for row in rows)
