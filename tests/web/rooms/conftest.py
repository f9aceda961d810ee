"""A vacant room in the register, and the people who deal with it."""

from types import SimpleNamespace

import pytest
import shapely

from linli.web.audit.actor import Actor
from linli.web.places.services import record_save
from linli.web.rooms.selectors import offer_of
from linli.web.rooms.services import room_step

VALUES = {"name": "和睦原居委会用房", "community_id": "330105011001", "owner": "区机关事务中心", "owner_kind": "government",
          "floor_area_m2": 260, "storey": 1, "own_entrance": True, "allowed_types": "canteen;nursery"}  # fmt: skip


@pytest.fixture
def desk(city):
    who = {
        "worker": city.user("community_worker", city.at["community"]),
        "street": city.user("street", city.at["street"]),
        "other": city.user("street", "3301/330106/330106003/"),
    }

    def acts(name):
        return Actor(who[name], name, "127.0.0.1", "test", None)

    room = record_save(actor=acts("worker"), layer="rooms", key="R1", values=VALUES, shape=shapely.Point(120.12, 30.31),
                       base_version=None, source="form")  # fmt: skip

    def step(name, by="street", reason="现场核对", **said):
        room.refresh_from_db()
        return room_step(
            actor=acts(by), room=room, base_version=offer_of(room).version, step=name, reason=reason, said=said
        )

    return SimpleNamespace(who=who, acts=acts, room=room, step=step, city=city)
