import pytest

from linli.web.field.models import Entry
from linli.web.field.waiting import waiting

pytestmark = pytest.mark.django_db


def counts(user):
    return {todo.words.rpartition(".")[2]: todo.count for todo in waiting(user)}


def test_what_waits_for_whom(case, city):
    one = case.facility()
    case.change(one, floor_area_m2=260)
    case.send(case.body(one, values=case.filled(one, floor_area_m2="300")))
    case.send(case.body(values=case.fresh()))
    assert counts(case.who["worker"]) == {"conflicts": 1, "issues": 0}
    assert counts(case.who["street"]) == {"conflicts": 1, "review": 1, "issues": 0}
    Entry._all.update(review="issues")
    assert counts(case.who["worker"])["issues"] == 2
    assert counts(city.user("finance", city.at["city"])) == {"issues": 0}
