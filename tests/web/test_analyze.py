"""SQLite knows how its tables are filled, and takes the index that fits."""

import pytest
from django.db import connection

from linli.web.analyze import analyze_tables
from linli.web.places.models import Record


@pytest.mark.django_db
def test_it_finds_what_one_community_has_by_its_place():
    if connection.vendor != "sqlite":
        assert not analyze_tables()
        return
    places = [f"3301/{number:06}/" for number in range(200)]
    Record._all.bulk_create(Record(layer="wishes", key=f"{place}{n}", place=place, values={}, name="")
                            for place in places for n in range(5))  # fmt: skip
    one = Record._all.filter(layer="wishes", place=places[7], closed_at=None).order_by("key")
    assert analyze_tables()
    assert "record_layer_place (layer=? AND place=?" in one.explain()
    assert [row.key for row in one] == [f"{places[7]}{n}" for n in range(5)]
