"""What the tests of the register share."""

import geopandas as gpd
import pytest
import shapely

from linli.survey import load_snapshot
from linli.web.audit.actor import Actor, system_actor
from linli.web.places.batch import rows_of_frame
from linli.web.places.models import LAYERS
from linli.web.places.services import record_save, records_apply

HEMU = "3301/330105/330105011/330105011001/"
HUAFENG = "3301/330105/330105011/330105011002/"
HERE = shapely.Point(120.1215, 30.2991)


@pytest.fixture
def worker(city):
    return city.user("community_worker", HEMU)


@pytest.fixture
def as_actor():
    return lambda user: Actor(user, user.username, "127.0.0.1")


@pytest.fixture
def nursery(city, worker, as_actor):
    """A facility of 和睦社区 in its first version."""
    values = {"type": "nursery", "name": "和睦托育驿站", "community_id": "330105011001", "floor_area_m2": 260}
    return record_save(actor=as_actor(worker), layer="facilities", key="F1", values=values, shape=HERE,
                       base_version=None, source="form")  # fmt: skip


@pytest.fixture
def demo_layers(demo_files):
    """The layers of the demo city that the register holds."""
    layers = load_snapshot(demo_files.snapshot).layers
    return {name: layers[name] for name in LAYERS}


@pytest.fixture
def demo_register(demo_tree, demo_layers):
    """The demo city in the register."""
    for name, frame in demo_layers.items():
        records_apply(actor=system_actor("demo"), layer=name, rows=rows_of_frame(name, frame), source="demo",
                      place="3301/", reason="演示")  # fmt: skip
    assert isinstance(demo_layers["communities"], gpd.GeoDataFrame)
    return demo_tree
