import pytest
from django.db import DatabaseError, transaction

from linli.web.rooms.models import Offer, Step

pytestmark = pytest.mark.django_db


def test_a_step_that_was_taken_stays_as_it_was_written(desk):
    desk.step("check")
    step = Step._all.get()
    assert str(step).endswith("check")
    assert str(Offer._all.get()) == desk.room.name
    for change in (lambda: Step._all.update(reason="改"), step.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
