"""What the matrix test asks the routes of the register for: records within the jurisdiction and without."""

from io import BytesIO

import shapely
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linli.web.audit.actor import system_actor
from linli.web.places.models import LAYERS, Photo, Record
from linli.web.places.services import record_close, record_save

INSIDE = "3301/330105/330105011/330105011001/"
OUTSIDE = "3301/330106/330106003/330106003001/"
MARKS = ("食堂10", "食堂11", "食堂12")
"""What tells of the objects without."""


def picture():
    """Return a small photo as bytes."""
    file = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "JPEG")
    return file.getvalue()


def register(path, number, **values):
    """Put a facility into the register, by the machine."""
    about = {"type": "canteen", "name": f"食堂{number}", "community_id": path.rstrip("/").rpartition("/")[2], **values}
    return record_save(actor=system_actor("test"), layer="facilities", key=f"F{number}", values=about,
                       shape=shapely.Point(120.12, 30.29), base_version=None, source="demo")  # fmt: skip


def close(one):
    """Close a record, by the machine."""
    return record_close(actor=system_actor("test"), record=one, base_version=one.version, source="demo", reason="x")


def keep_photo(one):
    """Keep a photo of a record."""
    photo = Photo(record=one, name="a.jpg", kind="jpg", sha256="0" * 64, size=1)
    photo.file.save("a.jpg", ContentFile(picture()), save=False)
    photo.small.save("a-small.jpg", ContentFile(picture()), save=False)
    photo.save()
    return photo


def samples(city):
    """Return, by route, the requests to make."""
    found, made = {}, []

    def add(route, place, *args, **more):
        found.setdefault(f"places:{route}", []).append(
            {"args": args, "place": place, "method": "get", "data": None, **more}
        )

    for layer in LAYERS:
        for route in ("list", "map", "features", "new"):
            add(route, None, layer)
        add("twins", None, layer)
        add("list_export", None, layer, "csv")
    add("list_export", None, "facilities", "xlsx")
    add("list_export", None, "facilities", "geojson")
    add("tile", None, "facilities", 10, 853, 421)
    add("features", None, "facilities", query={"bbox": "120,30,121,31"})
    for route in ("search", "suggestions"):
        add(route, None, query={"q": "食堂"})
    here = '{"type":"Point","coordinates":[120.13,30.3]}'
    for i, path in enumerate((INSIDE, OUTSIDE)):
        code = path.rstrip("/").rpartition("/")[2]
        one, two, shut = (register(path, 10 * i + n) for n in range(3))
        shut = close(shut)
        photo = keep_photo(one)
        for route in ("record", "feature", "edit", "position", "close", "photo_new"):
            add(route, path, "facilities", one.key)
        add("reopen", path, "facilities", shut.key)
        add("restore", path, "facilities", shut.key, 1)
        for route in ("photo", "photo_small", "photo_withdraw"):
            add(route, path, photo.pk)
        for route in ("merge", "part"):
            add(route, path, "facilities", one.key, two.key)
        why = {"reason": "复核", "version": 1}
        new = {"type": "nursery", "name": "新托育点", "community_id": code, "shape": here}
        if path == INSIDE:  # outside, the community is not offered: the form comes back
            add("new", path, "facilities", method="post", data=new)
        add("edit", path, "facilities", one.key, method="post",
            data={"type": "canteen", "capacity": "40", "community_id": code, "status": "in_use", "version": 1})  # fmt: skip
        add("position", path, "facilities", one.key, method="post", data={"shape": here, "version": 1})
        add("close", path, "facilities", one.key, method="post", data=why)
        add("reopen", path, "facilities", shut.key, method="post", data={**why, "version": 2})
        add("restore", path, "facilities", shut.key, 1, method="post", data={**why, "version": 2})
        add("photo_new", path, "facilities", one.key, method="post",
            data=lambda: {"file": SimpleUploadedFile("门头.jpg", picture())})  # fmt: skip
        add("photo_withdraw", path, photo.pk, method="post", data={"reason": "模糊"})
        add("part", path, "facilities", one.key, two.key, method="post", data={"reason": "两处"})
        add("merge", path, "facilities", one.key, two.key, method="post", events=2,
            data={"kept": one.key, "reason": "同一处", "versions": "1:1"})  # fmt: skip
        made.append((path, one.key, two.key, shut.key))
    assert Record._all.count()
    return found | _operations(made)


def _operations(made):
    """What is asked of the API about records: of each place two that are open, and one that is closed."""
    found, opened, closed = {}, [], []

    def add(route, place, *args, **more):
        asked = {"args": args, "place": place, "method": "get", "data": None, **more}
        found.setdefault(f"api:{route}", []).append(asked)

    for path, one, two, shut in made:
        sent = {"base_version": 1, "reason": "复核"}
        add("api_record:GET", path, "facilities", one)
        add("api_record:PATCH", path, "facilities", one, method="patch", json={**sent, "values": {"capacity": 9}})
        add("record_close:POST", path, "facilities", one, method="post", json=sent)
        add("record_reopen:POST", path, "facilities", shut, method="post", json={**sent, "base_version": 2})
        code = path.rstrip("/").rpartition("/")[2]
        new = {
            "values": {"type": "nursery", "community_id": code},
            "geometry": {"type": "Point", "coordinates": [120.13, 30.3]},
        }
        add("records:POST", path, "facilities", method="post", json=new, without=422)
        opened += [(path, one), (path, two)]
        closed.append((path, shut))
    for route in ("records:GET", "items:GET"):
        for state, holds in (("open", opened), ("closed", closed), ("all", opened + closed)):
            add(route, None, "facilities", query={"state": state}, holds=holds)
        add(route, None, "facilities", query={"bbox": "120,30,121,31", "kind": "canteen"}, holds=opened)
        add(route, None, "rooms", holds=[])
    add("record_schema:GET", None, "facilities")
    add("layers:GET", None, holds=[(path, None) for path, _ in opened + closed])
    return found
