"""A round in the small city, the people of it, and rows of the register."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
import shapely
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.audit.actor import Actor
from linli.web.places.models import Record
from linli.web.surveys import services
from linli.web.surveys.models import Return

CITY = "3301/"
DISTRICT = "3301/330105/"
STREET = "3301/330105/330105011/"
HEMU = "3301/330105/330105011/330105011001/"
HUAFENG = "3301/330105/330105011/330105011002/"
WENSAN = "3301/330106/330106003/330106003001/"
TODAY = timezone.localdate()


def actor(user, stead=None):
    return Actor(user, user.username, "127.0.0.1", "test", stead)


def put(layer, key, path, shape=None, *, of="", **values):
    """Put a row into the register."""
    made = Record(layer=layer, key=key, place=path, kind=of, name=str(values.get("name", "")), values=values)
    made.locate(shape)
    made.save()
    return made


def square(x=0.0, y=0.0, side=0.01):
    return shapely.box(120.1 + x, 30.3 + y, 120.1 + x + side, 30.3 + y + side)


@pytest.fixture
def register():
    """`put` a row into the register, `square` for an outline."""
    return SimpleNamespace(put=put, square=square)


@pytest.fixture
def case(city):
    """People by level, and `open`, `ret`, `put` to make rounds, find returns and fill the register."""
    who = {
        "city": city.user("city_office", CITY, username="city-office"),
        "district": city.user("district_office", DISTRICT, username="district-office"),
        "street": city.user("street", STREET, username="street"),
        "worker": city.user("community_worker", HEMU, username="worker", phone="13800000000"),
        "away": city.user("street", "3301/330106/330106003/", username="away"),
    }

    def open_(place=CITY, code="2026", **more):
        values = {
            "name": "2026年调查", "surveyed_on": TODAY, "begins": TODAY, "due": TODAY + dt.timedelta(days=30), **more,
        }  # fmt: skip
        return services.round_open(actor=actor(who["city"]), place=Place.objects.get(path=place), code=code, **values)

    def ret(round_, path=HEMU):
        return Return._all.get(round=round_, place=path)

    return SimpleNamespace(city=city, who=who, open=open_, ret=ret, put=put, square=square, actor=actor)


def _records(layer, frame, tree):
    """Turn a layer into records as the register's services would write them."""
    from linli.web.places.batch import rows_of_frame
    from linli.web.places.checking import check_rows, keys_of

    rows = rows_of_frame(layer, frame)
    values = check_rows(layer, [row.values for row in rows], [row.shape for row in rows]).values
    for row, value, key in zip(rows, values, keys_of(layer, values), strict=True):
        made = Record(layer=layer, key=key, place=tree[value["community_id"]], values=value,
                      kind=value.get("type", "") if layer == "facilities" else "", name=value.get("name", ""))  # fmt: skip
        made.locate(row.shape)
        yield made


@pytest.fixture
def demo(demo_files, demo_tree, city):
    """The demo city in the register and as bulk layers, with a round in review; `survey` is what it was made from."""
    from django.conf import settings

    from linli.survey import load_snapshot
    from linli.survey.raw import file_sha256
    from linli.web.places.models import LAYERS
    from linli.web.surveys.models import BulkLayer

    survey = load_snapshot(demo_files.snapshot)
    office = city.user("city_office", CITY, username="demo-office")
    Record._all.bulk_create([row for layer in LAYERS for row in _records(layer, survey.layers[layer], demo_tree)])
    folder = Path(settings.MEDIA_ROOT) / "bulk"
    folder.mkdir(parents=True)
    for layer in ("streets", "buildings"):
        file = folder / f"{layer}.parquet"
        survey.layers[layer].to_parquet(file)
        BulkLayer._all.create(
            layer=layer, place=CITY, number=1, title="示范市大数据局", data_on="2025-10-01", file=f"bulk/{file.name}",
            sha256=file_sha256(file), rows=len(survey.layers[layer]), source={"name": f"{layer}.gpkg"},
        )  # fmt: skip
    opened = services.round_open(
        actor=actor(office), place=Place.objects.get(path=CITY), code="demo", name="演示轮次",
        surveyed_on=survey.manifest.surveyed_on, begins=TODAY, due=TODAY,
    )  # fmt: skip
    round_ = services.round_review(actor=actor(office), round_=opened, base_version=1, reason="到期")
    return SimpleNamespace(survey=survey, office=office, round=round_, city=city, tree=demo_tree)
