from linli.web.jobs.lists import JOBS, kind_words
from linli.web.words import has_words


def test_every_column_and_filter_has_words():
    assert all(has_words(f"jobs.list.column.{c.key}") for c in JOBS.columns)
    assert all(has_words(f"jobs.list.filter.{f.key}") for f in JOBS.filters)
    assert kind_words("nobody.knows") == "nobody.knows"
