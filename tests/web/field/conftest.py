"""A round, a community with its outline, a facility in it, a worker with a phone, and the street."""

import datetime as dt
import io
import uuid
from types import SimpleNamespace

import pytest
import shapely
from django.utils import timezone
from PIL import Image

from linli.web.accounts.models import Place
from linli.web.audit.actor import Actor
from linli.web.field.columns import geometry_text, texts_of
from linli.web.field.models import Entry
from linli.web.field.receive.services import submission_receive
from linli.web.field.wire import read_sent
from linli.web.places.models import Record
from linli.web.places.services import record_save
from linli.web.surveys.services import round_open

POINT = shapely.Point(120.1215, 30.2991)
AREA = shapely.box(120.11, 30.29, 120.14, 30.31)


def actor(user):
    return Actor(user, user.username, "127.0.0.1", "test", None)


def jpeg(colour="red", exif=None):
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "JPEG", **({"exif": exif} if exif else {}))
    return file.getvalue()


@pytest.fixture
def case(city):
    """`who`, `round`, `facility`, and `send`, `change` to let phones and offices do things."""
    who = {
        "worker": city.user("community_worker", city.at["community"], username="worker", name="王敏"),
        "other": city.user("community_worker", city.at["community"], username="other", name="李强"),
        "street": city.user("street", city.at["street"], username="street", name="街道办"),
        "city": city.user("city_office", city.at["city"], username="city", name="市局"),
    }
    today = timezone.localdate()
    home = Place.objects.get(path=city.at["community"])
    record_save(actor=actor(who["city"]), layer="communities", key=home.code, shape=AREA, base_version=None,
                values={"community_id": home.code, "name": home.name}, source="form")  # fmt: skip
    round_ = round_open(actor=actor(who["city"]), place=Place.objects.get(path="3301/"), code="r2026", name="2026 年调查",
                        surveyed_on=today, begins=today, due=today + dt.timedelta(days=20), options={})  # fmt: skip

    def facility(name="和睦食堂", kind="canteen", shape=POINT, **values):
        made = record_save(
            actor=actor(who["city"]), layer="facilities", key="", shape=shape, base_version=None, source="form",
            values={"type": kind, "name": name, "community_id": home.code, "floor_area_m2": 240, **values},
        )  # fmt: skip
        earlier = timezone.now() - dt.timedelta(days=30)
        Record._all.filter(pk=made.pk).update(changed_at=earlier)
        return Record._all.get(pk=made.pk)

    def change(record, by="street", shape=None, **values):
        return record_save(
            actor=actor(who[by]), layer=record.layer, key=record.key, values=values, shape=shape, source="form",
            base_version=Record._all.get(pk=record.pk).version,
        )  # fmt: skip

    def filled(record, **change):
        return {**texts_of(record.layer, record.values, record.shape), **change}

    def body(record=None, form="facilities", values=None, base_version="now", client=None, revision=0, **more):
        if record is not None and base_version == "now":
            base_version = record.version
        return {
            "id": str(client or uuid.uuid4()), "revision": revision, "form": form,
            "record": f"{record.layer}/{record.key}" if record is not None else None,
            "base_version": None if base_version == "now" else base_version,
            "values": values if values is not None else {}, "saved_at": timezone.now().isoformat(), **more,
        }  # fmt: skip

    def send(sent, by="worker", files=()):
        import json

        return submission_receive(actor=actor(who[by]), sent=read_sent(json.dumps(sent)), files=files)

    def fresh(**values):
        return {"type": "pharmacy", "name": "和睦药店", "community_id": home.code,
                "geometry": geometry_text(shapely.Point(120.12, 30.3)), **values}  # fmt: skip

    return SimpleNamespace(
        who=who, home=home, round=round_, facility=facility, change=change, filled=filled, body=body, send=send,
        fresh=fresh, actor=lambda name: actor(who[name]), entry=lambda sent: Entry._all.get(client=sent["id"]),
    )  # fmt: skip
