"""What the matrix test asks the routes of this app for: what was sent in within the jurisdiction and without."""

import uuid

import shapely
from django.core.files.base import ContentFile
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.audit.actor import Actor
from linli.web.field.columns import geometry_text, texts_of
from linli.web.field.models import Conflict, Entry, Picture, Submission
from linli.web.places.services import record_save

PUBLIC = {"field:offline_worker", "field:map_worker"}
"""Scripts that browsers ask for by themselves; they hold nothing of anybody's."""

INSIDE = "3301/330105/330105011/330105011001/"
OUTSIDE = "3301/330106/330106003/330106003001/"


def _made(city, path):
    by = city.user("", path)
    code = Place.objects.get(path=path).code
    point = shapely.Point(120.12, 30.3)
    record = record_save(actor=Actor(None, "samples"), layer="facilities", key="", shape=point, base_version=None,
                         values={"type": "canteen", "name": "食堂", "community_id": code}, source="form")  # fmt: skip
    now = timezone.now()
    about = {"form": "facilities", "layer": "facilities", "key": record.key, "record": record, "by": by, "place": path,
             "saved_at": now}  # fmt: skip
    entry = Entry._all.create(client=uuid.uuid4(), title="食堂", state="accepted", made_version=1, **about)
    clash = Entry._all.create(client=uuid.uuid4(), title="食堂", state="conflict", **about)
    values = {**texts_of("facilities", record.values, record.shape), "name": "新食堂"}
    sent = Submission._all.create(entry=clash, revision=0, base_version=1, values=values, digest="0", saved_at=now)
    conflict = Conflict._all.create(entry=clash, submission=sent, kind="both", theirs_version=1)
    picture = Picture(entry=entry, name="a.jpg", sha256="0" * 64, size=1)
    picture.file.save("a.jpg", ContentFile(b"\xff\xd8\xff"), save=False)
    picture.save()
    return code, record, entry, conflict, picture


def samples(city):
    """Return, by route, the requests to make."""
    found = {}

    def add(route, place, *args, **more):
        found.setdefault(f"field:{route}", []).append(
            {"args": args, "place": place, "method": "get", "data": None, **more}
        )

    for kind in ("csv", "xlsx"):
        add("entries_export", None, kind)
        add("conflicts_export", None, kind)
    for path in (INSIDE, OUTSIDE):
        code, record, entry, conflict, picture = _made(city, path)
        add("community", path, code)
        add("new", path, code, "rooms")
        add("record", path, code, "facilities", record.key)
        add("answer", path, code, "complete_community/community_culture")
        seen = ("surveys", "view")  # who is signed in sees what they sent themselves, and what their rights show
        for route in ("entry", "remark"):
            add(route, path, entry.client, right=seen)
        add("picture", path, picture.pk, right=seen)
        add("review", path, entry.client)
        add("decide", path, conflict.pk)
        add("decline", path, conflict.pk)
        add("review", path, entry.client, method="post", data={"review": "approved", "text": "", "version": 1})
        add("decline", path, conflict.pk, method="post", data={"reason": "以登记为准"})
        # The register tells of what was written, the conflict of how it was decided.
        taken = {"take_name": "mine", "version": 1, "reason": "现场复核"}
        add("decide", path, conflict.pk, method="post", data=taken, right=("surveys", "edit"), events=2)
        values = {**texts_of("facilities", record.values, record.shape), "name": "改名", "base_version": "1"}
        add("record", path, code, "facilities", record.key, method="post", data=values, events=2)
        fresh = {"type": "market", "name": "菜场", "community_id": code,
                 "geometry": geometry_text(shapely.Point(120.121, 30.301))}  # fmt: skip
        add("new", path, code, "facilities", method="post", data=fresh, events=2)
        said = {"community_id": code, "item": "complete_community/community_culture", "value": "yes"}
        add("answer", path, code, said["item"], method="post", data=said, events=2)
    return found
