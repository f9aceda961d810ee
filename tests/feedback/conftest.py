"""A tiny city that can be changed by hand, layers that can be matched, and the demo city's two rounds, assessed once.

The tiny city is a street of 1,000 m with a building every 100 m and two communities of 500 m. Metric CRS: EPSG:4549.
"""

import datetime as dt

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point, Polygon

from linli.assess import AssessOptions, assess
from linli.feedback import CompareOptions, compare_rounds
from linli.rules import load_catalogue
from linli.survey import Manifest, ResidentsNote, make_survey
from linli.survey.demo import make_city
from linli.survey.demo.frozen import as_survey
from linli.units import AGE_BANDS

CRS = "EPSG:4549"
X0, Y0 = 500_000.0, 3_350_000.0


def at(x, y=0.0):
    return Point(X0 + x, Y0 + y)


def box(x0, y0, x1, y1):
    return Polygon([(X0 + x0, Y0 + y0), (X0 + x1, Y0 + y0), (X0 + x1, Y0 + y1), (X0 + x0, Y0 + y1)])


def entries(rows):
    """`(id, type, name, x, y)` or `(id, type, name, shape)` as a layer that can be matched."""
    table = pd.DataFrame([row[:3] for row in rows], columns=["id", "type", "name"], dtype=object)
    points = [row[3] if len(row) == 4 else at(row[3], row[4]) for row in rows]
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(points, crs=CRS), crs=CRS)


def _layer(rows):
    table = pd.DataFrame(rows)
    if "geometry" in table:
        return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS).to_crs("EPSG:4326")
    return table


def facility(id_, type_, x, name=None, y=0.0, **more):
    return {"facility_id": id_, "type": type_, "name": name or f"{id_}{type_}", "geometry": at(x, y), **more}


def room(id_, x, area, **more):
    return {"room_id": id_, "name": f"用房{id_}", "floor_area_m2": area, "geometry": at(x), **more}


def plot(id_, x, area, **more):
    return {"plot_id": id_, "name": f"地块{id_}", "site_area_m2": area, "geometry": at(x), **more}


def town(day=dt.date(2025, 10, 31), unit="residents", residents=100.0, **layers):
    """The tiny city with these layers; communities and buildings can be given too."""
    communities = [
        {"community_id": name, "name": f"{name}社区", "households": 200.0, "geometry": box(x, -50.0, x + 500.0, 50.0)}
        for name, x in (("A", 0.0), ("B", 500.0))
    ]
    shares = dict(zip(AGE_BANDS, (0.05, 0.05, 0.1, 0.5, 0.2, 0.1), strict=True))
    buildings = [
        {
            "building_id": f"b{i}",
            "community_id": "AB"[i // 5],
            "residents": residents,
            **{f"residents_{band}": share * residents for band, share in shares.items()},
            "geometry": at(50.0 + 100.0 * i, 20.0),
        }
        for i in range(10)
    ]
    lines = [LineString([at(x), at(x + 100.0)]) for x in range(0, 1000, 100)]
    streets = [{"street_id": f"s{i}", "kind": "footway", "geometry": line} for i, line in enumerate(lines)]
    made = {"communities": communities, "buildings": buildings, "streets": streets, **layers}
    manifest = Manifest(
        name={"zh": "小城", "en": "Tiny"},
        surveyed_on=day,
        created_at="2026-11-23T00:00:00Z",
        metric_crs=CRS,
        residents=ResidentsNote(method="buildings", unit=unit, text={"zh": "逐幢", "en": "per building"}),
        code_version="0.1.0",
    )
    return make_survey({name: _layer(rows) for name, rows in made.items() if len(rows)}, manifest)


AFTER = dt.date(2026, 10, 31)


class Make:
    """What a test needs to build rounds by hand."""

    entries, facility, room, plot, town = map(staticmethod, (entries, facility, room, plot, town))
    at, box = staticmethod(at), staticmethod(box)

    def __init__(self, catalogue):
        self.catalogue = catalogue

    def round(self, survey, **options):
        chosen = {"standards": ("complete_community",), "absent_types": "none", **options}
        return survey, assess(survey, self.catalogue, AssessOptions(**chosen))

    def compare(self, before, after, plan=None, **options):
        """Compare two tiny cities, given as their layers."""
        rounds = self.round(town(**before)), self.round(town(**{"day": AFTER, **after}))
        return compare_rounds(*rounds, plan, options=CompareOptions(**options), catalogue=self.catalogue)


@pytest.fixture(scope="session", name="entries")
def entries_fixture():
    return entries


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def make(catalogue):
    return Make(catalogue)


@pytest.fixture(scope="session")
def cities():
    return make_city(1, 1), make_city(1, 2)


@pytest.fixture(scope="session")
def rounds(cities, catalogue):
    options = AssessOptions(met_share=0.9)
    return tuple((survey, assess(survey, catalogue, options)) for survey in map(as_survey, cities))


@pytest.fixture(scope="session")
def ledger(cities):
    return cities[1].ledger


@pytest.fixture(scope="session")
def outcome(rounds, catalogue):
    return compare_rounds(*rounds, catalogue=catalogue)
