"""What the tests of imports share: a small register, files made on the spot, batches sent in and checked."""

import io
from types import SimpleNamespace

import openpyxl
import pytest
import shapely

from linli.web.audit.actor import Actor, system_actor
from linli.web.imports.models import Batch
from linli.web.imports.services import batch_send
from linli.web.jobs.runner import perform
from linli.web.places.batch import NewRow
from linli.web.places.services import records_apply

STREET = "3301/330105/330105011/"
HEMU = f"{STREET}330105011001/"
HUAFENG = f"{STREET}330105011002/"
XIAOHE = "3301/330105/330105012/330105012001/"
CODES = {"hemu": "330105011001", "huafeng": "330105011002", "xiaohe": "330105012001"}
BOXES = {
    "hemu": shapely.box(120.12, 30.30, 120.13, 30.31),
    "huafeng": shapely.box(120.13, 30.30, 120.14, 30.31),
    "xiaohe": shapely.box(120.14, 30.30, 120.15, 30.31),
}
HEAD = ("设施编号", "设施类型", "设施名称", "所属社区编号", "建筑面积", "经度", "纬度")


def put(layer, *rows, place="3301/"):
    """Put rows into the register as the machine does."""
    records_apply(actor=system_actor("test"), layer=layer, rows=list(rows), source="test", place=place, reason="测试")


def facility(key, east=120.1215, north=30.3051, **values):
    known = {"type": "nursery", "name": f"设施{key}", "community_id": CODES["hemu"], "floor_area_m2": 260, **values}
    return NewRow(key, known, shapely.Point(east, north))


@pytest.fixture
def register(city):
    """Three communities with outlines; two facilities in 和睦社区, one in 华丰社区, one outside the street."""
    names = {"hemu": "和睦社区", "huafeng": "华丰社区", "xiaohe": "小河社区"}
    put("communities", *(NewRow(CODES[one], {"name": names[one], "households": 900}, BOXES[one]) for one in BOXES))
    put(
        "facilities",
        facility("F1"),
        facility("F2", 120.1225, type="canteen", status="suspended", capacity=40),
        facility("G1", 120.1325, community_id=CODES["huafeng"]),
        facility("X1", 120.1425, community_id=CODES["xiaohe"]),
    )
    return city


@pytest.fixture
def as_actor():
    return lambda user: Actor(user, user.username, "127.0.0.1")


@pytest.fixture
def street(register):
    return register.user("street", STREET)


@pytest.fixture
def worker(register):
    return register.user("community_worker", HEMU)


def book(*rows, head=HEAD, sheet="设施", **sheets):
    """A workbook as bytes: one sheet, and others by name with their rows."""
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in (head, *rows):
        made.active.append(list(row))
    for name, lines in sheets.items():
        more = made.create_sheet(name)
        for line in lines:
            more.append(list(line))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def line(key, community="hemu", area=100, east=120.1235, north=30.3055, kind="nursery", name=None):
    """A row of `HEAD`."""
    return [key, kind, name or f"新{key}", CODES.get(community, community), area, east, north]


@pytest.fixture
def send(as_actor):
    """Send a file in and have it checked; returns the batch as it is afterwards."""

    def do(user, data, name="设施.xlsx", place=STREET, **more):
        new = batch_send(actor=as_actor(user), place=place, name=name, data=data, **more)
        perform(str(new.job_id))
        return Batch._all.get(pk=new.pk)

    return do


def found(batch, severity=None):
    """Codes of findings with their rows."""
    rows = batch.findings.order_by("severity", "number")
    return [(one.code, one.row) for one in rows if severity in (None, one.severity)]


def does(batch, *actions):
    """Keys by action."""
    rows = batch.rows.order_by("pk")
    return [(one.action, one.key) for one in rows if not actions or one.action in actions]


@pytest.fixture(scope="session")
def kit():
    """What tests make files of, and read batches with."""
    return SimpleNamespace(
        book=book, line=line, found=found, does=does, put=put, facility=facility, STREET=STREET, HEMU=HEMU,
        HUAFENG=HUAFENG, XIAOHE=XIAOHE, CODES=CODES, BOXES=BOXES, HEAD=HEAD,
    )  # fmt: skip
