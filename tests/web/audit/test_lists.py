from linli.web.audit.lists import EVENTS
from linli.web.words import has_words


def test_every_column_and_filter_has_words():
    assert all(has_words(f"audit.events.column.{c.key}") for c in EVENTS.columns)
    assert all(has_words(f"audit.events.filter.{f.key}") for f in EVENTS.filters)
