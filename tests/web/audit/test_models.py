import json

from linli.web.audit.models import Event


def test_changes_are_fields_that_differ():
    event = Event(number=1, event="a.b.c", before=json.dumps({"a": 1, "b": 2}), after=json.dumps({"a": 1, "c": 3}))
    assert event.changes() == [("b", 2, None), ("c", None, 3)]
    assert str(event) == "1 a.b.c"
