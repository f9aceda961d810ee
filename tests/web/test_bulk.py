import pytest
from django.db import IntegrityError, transaction

from linli.web.accounts.models import Place
from linli.web.bulk import insert_rows
from linli.web.jobs.models import Job
from linli.web.places.models import Record

pytestmark = pytest.mark.django_db


def places(n):
    return ({"path": f"{i}/", "code": str(i), "level": "city", "name": f"第{i}市"} for i in range(n))


def test_rows_are_inserted_with_defaults_however_many():
    assert insert_rows(Place, places(4321)) == 4321
    assert Place._all.get(path="4320/").name == "第4320市"
    assert Place._all.get(path="7/").name_en == ""
    assert insert_rows(Place, []) == 0


def test_json_null_and_numbers_come_back_as_they_were():
    values = {"a": [1, 2.5, None], "名": "值"}
    insert_rows(Record, [{"layer": "rooms", "key": "R1", "place": "3301/", "values": values, "west": 120.5}])
    one = Record._all.get(key="R1")
    assert (one.values, one.west, one.south, one.version) == (values, 120.5, None, 1)


def test_what_the_database_refuses_is_raised_and_leaves_nothing():
    rows = [*places(3), {"path": "1/", "code": "1", "level": "city", "name": "again"}]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Place, rows)
    assert not Place._all.exists()
    assert not Job._all.exists()
