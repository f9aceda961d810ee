import datetime as dt
import hashlib
from io import BytesIO

import pytest
from PIL import Image

from linli.web.audit.models import Event
from linli.web.places.models import Photo
from linli.web.places.photos import services
from linli.web.places.photos.services import photo_add, photo_withdraw
from linli.web.places.services import record_close
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db


def picture(colour="teal"):
    file = BytesIO()
    Image.new("RGB", (30, 20), colour).save(file, "JPEG")
    return file.getvalue()


def test_a_photo_is_kept_drawn_anew_and_told_of(nursery, worker, as_actor):
    when = dt.datetime(2026, 3, 12, 9, 30, tzinfo=dt.UTC)
    kept = photo_add(actor=as_actor(worker), record=nursery, name="../门头.jpg", data=picture(), taken_at=when,
                     position=(120.1, 30.2))  # fmt: skip
    assert (kept.name, kept.taken_at, kept.longitude, kept.latitude) == ("门头.jpg", when, 120.1, 30.2)
    with kept.file.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == kept.sha256
    assert kept.small.size > 0
    event = Event._all.order_by("-number").first()
    assert (event.event, event.object_id) == ("places.photo.add", str(nursery.pk))
    again = photo_add(actor=as_actor(worker), record=nursery, name="again.jpg", data=picture())
    assert again == kept
    assert Photo._all.count() == 1


def test_what_is_no_photo_is_refused(nursery, worker, as_actor):
    for name, data in (("a.pdf", b"%PDF-1.4"), ("a.jpg", b""), ("a.jpg", b"\xff\xd8\xffxx"), ("a.png", picture())):
        with pytest.raises(Refused):
            photo_add(actor=as_actor(worker), record=nursery, name=name, data=data)


def test_neither_elsewhere_nor_of_a_closed_record_nor_without_end(nursery, worker, city, as_actor, monkeypatch):
    outsider = city.user("community_worker", "3301/330106/330106003/330106003001/")
    with pytest.raises(Refused, match="职权"):
        photo_add(actor=as_actor(outsider), record=nursery, name="a.jpg", data=picture())
    monkeypatch.setattr(services, "_MOST", 1)
    photo_add(actor=as_actor(worker), record=nursery, name="a.jpg", data=picture())
    with pytest.raises(Refused, match="最多 1 张"):
        photo_add(actor=as_actor(worker), record=nursery, name="b.jpg", data=picture("red"))
    record_close(actor=as_actor(worker), record=nursery, base_version=1, source="form", reason="x")
    with pytest.raises(Refused, match="已撤销"):
        photo_add(actor=as_actor(worker), record=nursery, name="c.jpg", data=picture("blue"))


def test_a_photo_is_withdrawn_with_a_reason_and_kept(nursery, worker, city, as_actor):
    kept = photo_add(actor=as_actor(worker), record=nursery, name="a.jpg", data=picture())
    with pytest.raises(Refused, match="理由"):
        photo_withdraw(actor=as_actor(worker), photo=kept, reason=" ")
    outsider = city.user("community_worker", "3301/330106/330106003/330106003001/")
    with pytest.raises(Refused, match="职权"):
        photo_withdraw(actor=as_actor(outsider), photo=kept, reason="x")
    gone = photo_withdraw(actor=as_actor(worker), photo=kept, reason="模糊")
    assert gone.withdrawn_at is not None
    assert gone.file.size > 0
    with pytest.raises(Refused, match="已撤下"):
        photo_withdraw(actor=as_actor(worker), photo=gone, reason="x")
