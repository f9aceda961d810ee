"""A street of one kilometre with ten buildings, in which every number can be worked out by hand.

Buildings stand at 50, 150 … 950 m, 100 residents each: 5 under three, 5 of three to five, 10, 50, 20, 10. The
five-minute circle is 300 m along the street. Rooms, plots and facilities stand wherever a case puts them.
"""

import datetime as dt

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point, Polygon

from linli.assess import AssessOptions, assess
from linli.improve.choices import ImproveOptions
from linli.improve.options import find_options
from linli.rules import load_catalogue
from linli.survey import Manifest, ResidentsNote, make_survey
from linli.survey.demo import demo_survey

CRS = "EPSG:4549"
X0, Y0 = 500_000.0, 3_350_000.0
AGES = {"0_2": 5.0, "3_5": 5.0, "6_14": 10.0, "15_59": 50.0, "60_79": 20.0, "80_plus": 10.0}
ON = dt.date(2026, 11, 23)

ROW = """id: subsidy/{name}
title: {{zh: {name}, en: {name}}}
order: {order}
group: {group}
values:
"""
VALUE = """  {name}:
    title: {{zh: {name}, en: {name}}}
    dated:
      - {value}unit: {unit}
        valid_from: {since}
        reference: {{title: 市里的通知 City notice, clause: '{clause}'}}
        certainty: {certainty}
        last_checked_on: 2026-11-23
"""
UNITS = {
    "ratio": "share",
    "share": "share",
    "before_completion": "share",
    "after_completion": "share",
    "unit_cap": "yuan_per_m2",
    "project_cap": "yuan",
    "rate": "yuan_per_m2",
    "stackable": "yes_no",
    "old_estate": "yes_no",
    "creation_list": "yes_no",
}


def value_text(name, value, since="2022-03-01", clause="1", certainty="published"):
    unit = UNITS.get(name, "text")
    text = f"'{value}'" if unit == "text" else str(value).lower() if isinstance(value, bool) else value
    line = "" if certainty == "unset" else f"value: {'null' if value is None else text}\n        "
    return VALUE.format(name=name, value=line, unit=unit, since=since, clause=clause, certainty=certainty)


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """Make a catalogue with a city's pack: overlays by rule, rows of ratios, stages."""

    made = {}

    def make(overlays=None, rows=(), stages=()):
        key = repr((overlays, rows, stages))
        if key not in made:
            made[key] = load_catalogue([write(overlays, rows, stages)])
        return made[key]

    def write(overlays, rows, stages):
        folder = tmp_path_factory.mktemp("packs") / "city"
        (folder / "subsidy").mkdir(parents=True)
        (folder / "pack.yaml").write_text("title: {zh: 包, en: Pack}\nauthor: City\norder: 20\n", encoding="utf-8")
        files = {}
        for rule, values in (overlays or {}).items():
            files[rule] = f"id: subsidy/{rule}\nvalues:\n" + "".join(value_text(n, v) for n, v in values.items())
        for kind, group, entries in (("ratio", "ratio", rows), ("stage", "stage", stages)):
            for i, entry in enumerate(entries):
                name = f"{kind}_{i}"
                order = (100 if kind == "ratio" else 200) + i
                files[name] = ROW.format(name=name, order=order, group=group)
                files[name] += "".join(value_text(n, v) for n, v in entry.items())
        for name, text in files.items():
            (folder / "subsidy" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return folder

    return make


def at(x, y=0.0):
    return Point(X0 + x, Y0 + y)


def box(x0, x1):
    return Polygon([(X0 + x0, Y0 - 50), (X0 + x1, Y0 - 50), (X0 + x1, Y0 + 50), (X0 + x0, Y0 + 50)])


def frame(rows):
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=CRS).to_crs("EPSG:4326")


def room(name, x, **more):
    own = {"room_id": name, "name": name, "floor_area_m2": 200.0, "storey": 1.0, "own_entrance": True}
    own["available_from"] = dt.date(2026, 1, 1)
    return {**own, "geometry": at(x), **more}


def plot(name, x, **more):
    own = {"plot_id": name, "name": name, "site_area_m2": 1000.0, "buildable_floor_area_m2": 1000.0}
    return {**own, "geometry": at(x), **more}


def facility(name, kind, x, **more):
    return {"facility_id": name, "type": kind, "floor_area_m2": 1000.0, "geometry": at(x), **more}


class Town:
    """A survey with its assessment."""

    def __init__(self, catalogue, rooms=(), plots=(), facilities=(), buildings=(), communities=(), **options):
        rows = [
            {"community_id": name, "name": name, "district": d, "kind": kind, "geometry": box(a, b)}
            for name, d, kind, a, b in communities
            or (("A", "East", "existing", 0.0, 500.0), ("B", "West", "existing", 500.0, 1000.0))
        ]
        houses = [
            {
                "building_id": f"b{i}",
                "residents": 100.0,
                **{f"residents_{band}": number for band, number in AGES.items()},
                "geometry": at(i * 100.0 + 50.0),
            }
            for i in range(10)
        ]
        for i, change in buildings:
            houses[i] |= change
        for house in houses:
            x = house["geometry"].x
            inside = [row["community_id"] for row in rows if row["geometry"].covers(house["geometry"])]
            house["community_id"] = inside[0] if inside and x else None
        layers = {"communities": frame(rows), "buildings": frame(houses)}
        lines = [LineString([at(i * 100.0), at(i * 100.0 + 100.0)]) for i in range(10)]
        layers["streets"] = frame([{"street_id": f"s{i}", "geometry": line} for i, line in enumerate(lines)])
        for name, given in (("rooms", rooms), ("plots", plots), ("facilities", facilities)):
            if given:
                layers[name] = frame(list(given))
        manifest = Manifest(
            name={"zh": "一条街", "en": "One street"},
            surveyed_on=ON,
            created_at="2026-11-23T00:00:00Z",
            metric_crs=CRS,
            residents=ResidentsNote(method="buildings", text={"zh": "逐幢", "en": "per building"}),
            code_version="0.1.0",
        )
        self.catalogue = catalogue
        self.survey = make_survey(layers, manifest)
        self.options = AssessOptions(standards=("complete_community",), absent_types="none", **options)
        self.assessment = assess(self.survey, catalogue, self.options)

    def find(self, **choices):
        return find_options(self.survey, self.assessment, self.catalogue, ImproveOptions(time_limit_s=None, **choices))


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def town(catalogue):
    """Make a town: ``town(rooms=[…], …)``."""

    def make(**parts):
        return Town(parts.pop("catalogue", catalogue), **parts)

    return make


@pytest.fixture(scope="session")
def kit():
    """The pieces to make towns from."""

    class Kit:
        pass

    pieces = Kit()
    pieces.room, pieces.plot, pieces.facility, pieces.at, pieces.AGES, pieces.ON = room, plot, facility, at, AGES, ON
    return pieces


@pytest.fixture(scope="session")
def three(town, kit):
    """Three rooms that could be nurseries: 20, 30 and 20 children within reach, overlapping."""
    return town(rooms=[kit.room("a", 100.0), kit.room("b", 500.0, community_id="A"), kit.room("c", 900.0)])


@pytest.fixture(scope="session")
def demo(catalogue):
    survey = demo_survey(1)
    return survey, assess(survey, catalogue, AssessOptions()), catalogue
