import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.web.field.models import Conflict, Entry, Picture, Remark, Submission

pytestmark = pytest.mark.django_db


def test_an_entry_and_its_sendings_are_there_once(case):
    sent = case.body(values=case.fresh())
    case.send(sent)
    entry = Entry._all.get()
    submission = Submission._all.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry._all.create(client=entry.client, form="rooms", by=entry.by, place=entry.place, state="held",
                          saved_at=timezone.now())  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission._all.create(entry=entry, revision=submission.revision, saved_at=timezone.now(), digest="")
    assert str(entry) == "和睦药店"
    assert str(submission) == "和睦药店 0"
    assert str(Conflict(entry=entry)) == "和睦药店"
    assert str(Picture(name="a.jpg")) == "a.jpg"
    assert str(Remark(text="好")) == "好"
    assert str(Entry(client=uuid.uuid4(), key="F-1")) == "F-1"
