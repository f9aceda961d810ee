import pytest

from linli.web.wishes.models import Reply
from linli.web.wishes.waiting import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_empty_cache")]


def test_comments_wait_for_who_reads_them(case, city):
    one = case.open()
    case.slips(one)
    case.answer(one, 1, comment="好")
    (todo,) = waiting(case.who["worker"])
    assert (todo.count, str(one.pk) in todo.address) == (1, True)
    assert list(waiting(city.user("planner", city.at["city"]))) == []
    Reply._all.update(comment_state="shown")
    (todo,) = waiting(case.who["worker"])
    assert todo.count == 0
