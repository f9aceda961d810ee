"""What the matrix test asks the routes of this app for: a room within the jurisdiction and one without."""

from linli.web.places.models import Record

INSIDE = "3301/330105/330105011/330105011001/"
OUTSIDE = "3301/330106/330106003/330106003001/"


def _ask(place, *args, method="get", data=None, **more):
    return {"args": args, "place": place, "method": method, "data": data, **more}


def samples(city):
    """Return, by route, the requests to make."""
    found = {"rooms:list_export": [_ask(None, "csv"), _ask(None, "xlsx")]}
    for key, path in (("RI", INSIDE), ("RO", OUTSIDE)):
        values = {"name": "用房", "community_id": path.rstrip("/").split("/")[-1], "floor_area_m2": 100}
        Record._all.create(layer="rooms", key=key, place=path, name="用房", values=values)
        found.setdefault("rooms:room", []).append(_ask(path, key))
        steps = found.setdefault("rooms:step", [])
        steps.append(_ask(path, key, "check", right=("places", "review")))
        steps.append(_ask(path, key, "check", method="post", data={"reason": "核对"}, right=("places", "review")))
        # The room's record is closed with it, which has an event of its own.
        steps.append(_ask(path, key, "withdraw", method="post", data={"reason": "收回"}, events=2))
    return found
