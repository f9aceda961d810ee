import dataclasses

import pytest


def test_records_cannot_be_changed(book):
    for record in (book, book.communities[0], book.standards[0], book.standards[0].items[0]):
        field = dataclasses.fields(record)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, field, "x")


def test_look_ups(book):
    first = book.communities[0]
    assert book.community(first.id) is first
    assert book.community("none") is None
    assert book.standard("complete_community").id == "complete_community"
    assert book.standard("none") is None
    assert book.standards[0].items[0].name == book.standards[0].items[0].id.partition("/")[2]
