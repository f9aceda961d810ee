"""What the matrix test asks the routes of this app for: a town in two districts, small enough to be worked out by hand.

Streets: two rails of 1,000 m (y = 0 and 100 m), a rung every 100 m. Buildings ``b0`` … ``b9`` stand on the lower rail in
the middle of each 100 m, the first five in a community of the district within, the others in one without. In each live
100 people; of ``b3`` nobody knows how many, and ``b4`` stands 900 m from every street. A pharmacy ``p0`` stands at 50 m,
``p1`` at 850 m, an elderly station ``e0`` at 450 m on the upper rail.
"""

import datetime as dt
import functools
import hashlib
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point, box

from linli.assess import AssessOptions, assess, load_assessment, save_assessment
from linli.rules import load_catalogue
from linli.survey import Manifest, ResidentsNote, freeze, make_survey
from linli.web.accounts.models import Place
from linli.web.assessments.models import Run
from linli.web.assessments.services import run_store
from linli.web.surveys.models import Round, Snapshot

CRS = "EPSG:4549"
X0, Y0 = 500_000.0, 3_350_000.0
WITHIN, WITHOUT = "330105011001", "330106003001"
AGES = {"0_2": 5, "3_5": 5, "6_14": 10, "15_59": 50, "60_79": 20, "80_plus": 10}


def _frame(rows):
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=CRS).to_crs("EPSG:4326")


def _at(x, y=0.0):
    return Point(X0 + x, Y0 + y)


def _building(i):
    known = {} if i == 3 else {"residents": 100, **{f"residents_{band}": n for band, n in AGES.items()}}
    return {
        "building_id": f"b{i}", "estate_id": "e1" if i == 0 else None, "community_id": WITHIN if i < 5 else WITHOUT,
        **known, "geometry": _at(i * 100 + 50, -900.0 if i == 4 else 0.0),
    }  # fmt: skip


def _survey():
    communities = [
        {
            "community_id": code,
            "name": name,
            "kind": "existing",
            "geometry": box(X0 + x, Y0 - 1000, X0 + x + 500, Y0 + 200),
        }
        for code, name, x in ((WITHIN, "和睦社区", 0), (WITHOUT, "文三社区", 500))
    ]
    rails = [((i * 100, y), (i * 100 + 100, y)) for i in range(10) for y in (0, 100)]
    rungs = [((i * 100, 0), (i * 100, 100)) for i in range(11)]
    lines = [LineString([(X0 + x, Y0 + y) for x, y in ends]) for ends in rails + rungs]
    facilities = [
        {"facility_id": "p0", "type": "pharmacy", "name": "药店甲", "floor_area_m2": 80.0, "geometry": _at(50)},
        {"facility_id": "p1", "type": "pharmacy", "name": "药店乙", "geometry": _at(850)},
        {"facility_id": "e0", "type": "elderly_station", "name": "老年站", "geometry": _at(450, 100)},
    ]
    layers = {
        "communities": _frame(communities),
        "estates": _frame(
            [{"estate_id": "e1", "community_id": WITHIN, "name": "和睦新村", "geometry": _at(50).buffer(20)}]
        ),
        "buildings": _frame([_building(i) for i in range(10)]),
        "streets": _frame(
            [{"street_id": f"s{i:02d}", "kind": "footway", "geometry": line} for i, line in enumerate(lines)]
        ),
        "facilities": _frame(facilities),
    }
    manifest = Manifest(
        name={"zh": "小镇", "en": "Town"}, surveyed_on=dt.date(2026, 11, 23), created_at="2026-11-23T00:00:00Z",
        metric_crs=CRS, sources=(), code_version="0.1.0",
        residents=ResidentsNote(method="buildings", unit="residents", text={"zh": "逐幢", "en": "per building"}),
    )  # fmt: skip
    return make_survey(layers, manifest)


@functools.cache
def _files():
    folder = Path(tempfile.mkdtemp(prefix="linli-town-"))
    survey = _survey()
    freeze(survey, folder / "snapshot")
    made = assess(survey, load_catalogue(), AssessOptions(standards=("complete_community",)))
    save_assessment(made, folder / "assessment")
    return folder


def unsaved_run(place="3301/"):
    """Return the town's run as it is in no database."""
    folder = _files()
    snapshot = Snapshot(place=place, folder=str(folder / "snapshot"), digest="town-snapshot")
    return Run(snapshot=snapshot, place=place, folder=str(folder / "assessment"), digest="town-run")


def make_town(city, place="3301/"):
    """Return the current run of the town's round at a place."""
    folder = _files()
    round_ = Round._all.create(
        code="town", name="小镇体检", place=place, surveyed_on="2026-11-23", begins="2026-11-01", due="2026-11-23",
        state=Round.State.FROZEN,
    )  # fmt: skip
    snapshot = Snapshot._all.create(
        round=round_, place=place, folder=str(folder / "snapshot"), code_version="0.1.0",
        digest=hashlib.sha256((folder / "snapshot" / "manifest.json").read_bytes()).hexdigest(),
    )  # fmt: skip
    digest = hashlib.sha256((folder / "assessment" / "assessment.json").read_bytes()).hexdigest()
    made = Run._all.create(snapshot=snapshot, place=place, number=1, folder=str(folder / "assessment"), digest=digest)
    made = run_store(
        run=made, assessment=load_assessment(folder / "assessment"), folder=folder / "assessment", digest=digest
    )
    return Run._all.select_related("snapshot__round").get(pk=made.pk)


DATA = ("circle", "table", "buildings", "facilities", "boundary", "rooms", "reach", "what_if", "summary")


def samples(city):
    """Return, by route, the requests to make."""
    make_town(city)
    found = {}

    def ask(route, place, *args, **more):
        found.setdefault(f"lifecircle:{route}", []).append(
            {"args": args, "place": place.path, "method": "get", "data": {}, **more}
        )

    for place in Place.objects.filter(code__in=("330105011", WITHOUT)):
        for route in DATA:
            ask(route, place, place.code)
        ask("tile", place, place.code, 0, 0, 0)
        ask("table_export", place, place.code, "csv", right=("assessments", "export"))
        home = "b0" if place.code == "330105011" else "b9"
        ask("way", place, place.code, query={"building": home, "type": "pharmacy"})
    return found
