import datetime as dt
import json
import uuid

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from linli.web.field.wire import MOST_PHOTOS, PhotoNote, digest_of, read_sent, texts
from linli.web.refusal import Refused

GOOD = {
    "id": str(uuid.uuid4()), "revision": 2, "form": "facilities", "record": "facilities/F-1/2", "base_version": 6,
    "base": {"name": "A", "gone": None}, "values": {"name": " B ", "allowed_types": ["nursery", "canteen"]},
    "photos": [{"name": "a.jpg", "field": "photos", "taken_at": "2026-11-20T09:30:15+08:00",
                "taken_at_source": "exif", "position": [120.1, 30.2]}],
    "saved_at": "2026-11-23T10:00:00.000Z", "resolved": True,
}  # fmt: skip


def test_what_the_form_writes_is_read():
    sent = read_sent(json.dumps(GOOD))
    assert (sent.layer, sent.key, sent.revision, sent.base_version, sent.resolved) == (
        "facilities",
        "F-1/2",
        2,
        6,
        True,
    )
    assert sent.values == {"name": "B", "allowed_types": "nursery;canteen"}
    assert sent.base == {"name": "A", "gone": ""}
    assert sent.saved_at == dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
    assert sent.photos[0].moment().isoformat() == "2026-11-20T09:30:15+08:00"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"}, {"revision": -1}, {"revision": 10**9}, {"base_version": 0}, {"base_version": "six"},
        {"values": {"name": 7}}, {"values": {"name": {"a": 1}}}, {"values": {"name": "x" * 5000}},
        {"values": {"name": "a\x00b"}}, {"photos": [{"name": "a"}] * (MOST_PHOTOS + 1)}, {"record": "r" * 200},
        {"values": {f"f{n}": "" for n in range(100)}}, {"id": None},
    ],
)  # fmt: skip
def test_what_is_no_submission_is_refused(change):
    with pytest.raises(Refused):
        read_sent(json.dumps({**GOOD, **change}))


@given(st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_any_text_is_read_or_refused(text):
    try:
        read_sent(text)
    except Refused:
        return


def test_a_clock_far_ahead_is_not_believed():
    now = timezone.now()
    ahead = read_sent(json.dumps({**GOOD, "saved_at": "2099-01-01T00:00:00Z"}))
    assert abs((ahead.saved_at - now).total_seconds()) < 60
    none = read_sent(json.dumps({**GOOD, "saved_at": "gestern"}))
    assert abs((none.saved_at - now).total_seconds()) < 60


def test_the_same_sending_has_the_same_hash_and_another_has_another():
    sent = read_sent(json.dumps(GOOD))
    again = read_sent(json.dumps({**GOOD, "saved_at": "2026-11-23T11:00:00Z"}))
    assert digest_of(sent, [("a", b"1")]) == digest_of(again, [("b", b"1")])
    assert digest_of(sent, [("a", b"1")]) != digest_of(sent, [("a", b"2")])
    other = read_sent(json.dumps({**GOOD, "values": {"name": "C"}}))
    assert digest_of(sent, []) != digest_of(other, [])


def test_a_photo_s_clock_without_a_zone_is_the_site_s():
    assert PhotoNote(name="a", taken_at="2026-11-20T09:30:15").moment().utcoffset() is not None
    assert PhotoNote(name="a", taken_at="soon").moment() is None
    assert texts({"a": None, "b": ["x", "y"]}) == {"a": "", "b": "x;y"}
