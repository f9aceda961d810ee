"""What the matrix test asks the routes of this app for."""

from django.db import transaction

from linli.web.audit.actor import system_actor
from linli.web.audit.services import record


def samples(city):
    """Return an event at a district within, and one without."""
    found = {
        "audit:events_export": [
            {"args": (kind,), "place": None, "method": "get", "data": None} for kind in ("csv", "xlsx")
        ]
    }
    for path in (city.at["district"], "3301/330106/330106003/"):
        with transaction.atomic():
            event = record("test.thing.create", actor=system_actor("test"), module="people", place=path)
        found.setdefault("audit:event", []).append(
            {"args": (event.number,), "place": path, "method": "get", "data": None}
        )
    return found
