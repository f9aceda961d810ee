"""A tiny city on a ladder of streets, in which every number can be worked out by hand.

Streets: three rungs of 100 m between two rails, x = 0, 100, 200 … 1,000 m (y = 0 and y = 100). Buildings stand on the
lower rail at the middle of each 100 m, facilities wherever a case puts them. Metric CRS: EPSG:4549, near its origin.
"""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, Polygon

from linli.rules import load_catalogue
from linli.survey import Manifest, ResidentsNote, make_survey
from linli.units import AGE_BANDS

CRS = "EPSG:4549"
X0, Y0 = 500_000.0, 3_350_000.0
BLOCKS, STEP = 10, 100.0


def at(x, y=0.0):
    return Point(X0 + x, Y0 + y)


def box(x0, y0, x1, y1):
    return Polygon([(X0 + x0, Y0 + y0), (X0 + x1, Y0 + y0), (X0 + x1, Y0 + y1), (X0 + x0, Y0 + y1)])


def frame(rows, columns=("geometry",)):
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=list(columns))
    if "geometry" in table.columns:
        return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS).to_crs("EPSG:4326")
    return table


def ladder(blocks=BLOCKS):
    along = [((i * STEP, y), ((i + 1) * STEP, y)) for i in range(blocks) for y in (0.0, STEP)]
    across = [((i * STEP, 0.0), (i * STEP, STEP)) for i in range(blocks + 1)]
    lines = [LineString([(X0 + x0, Y0 + y0), (X0 + x1, Y0 + y1)]) for (x0, y0), (x1, y1) in along + across]
    return [{"street_id": f"s{i:03d}", "kind": "footway", "geometry": line} for i, line in enumerate(lines)]


def people(total, bands=None):
    """Residents and their bands; None = ages unknown."""
    row = {"residents": total}
    if bands is not None:
        row |= {f"residents_{band}": bands.get(band, 0.0) for band in AGE_BANDS}
    return row


def survey_of(
    *,
    communities,
    buildings,
    facilities=(),
    estates=(),
    rooms=(),
    plots=(),
    answers=(),
    wishes=(),
    streets=None,
    unit="residents",
    sources=(),
):
    layers = {
        "communities": frame(communities),
        "buildings": frame(buildings),
        "facilities": frame(facilities),
        "estates": frame(estates),
        "rooms": frame(rooms),
        "plots": frame(plots),
        "streets": frame(ladder() if streets is None else streets),
        "answers": pd.DataFrame(list(answers)) if answers else pd.DataFrame(columns=["community_id", "item", "value"]),
        "wishes": pd.DataFrame(list(wishes)) if wishes else pd.DataFrame(columns=["community_id", "type", "count"]),
    }
    for name in ("estates", "rooms", "plots", "facilities", "buildings"):
        if layers[name].empty and not isinstance(layers[name], gpd.GeoDataFrame):
            layers.pop(name)
    manifest = Manifest(
        name={"zh": "小城", "en": "Tiny"},
        surveyed_on=dt.date(2026, 11, 23),
        created_at="2026-11-23T00:00:00Z",
        metric_crs=CRS,
        sources=tuple(sources),
        residents=ResidentsNote(method="buildings", unit=unit, text={"zh": "逐幢", "en": "per building"}),
        code_version="0.1.0",
    )
    return make_survey({name: layer for name, layer in layers.items() if len(layer)}, manifest)


AGES = {"0_2": 0.05, "3_5": 0.05, "6_14": 0.1, "15_59": 0.5, "60_79": 0.2, "80_plus": 0.1}


def tiny_parts():
    """Four communities side by side, each 250 m wide; one building in the middle of each 100 m of the lower rail."""
    communities, buildings = [], []
    for i, name in enumerate("ABCD"):
        communities.append(
            {
                "community_id": name,
                "name": f"Community {name}",
                "kind": "new" if name == "D" else "existing",
                "households": 40.0,
                "geometry": box(i * 250.0, -50.0, (i + 1) * 250.0, 150.0),
            }
        )
    for i in range(BLOCKS):
        x = i * STEP + STEP / 2
        total = 100.0
        buildings.append(
            {
                "building_id": f"b{i}",
                "community_id": "ABCD"[min(int(x // 250.0), 3)],
                "dwellings": 40.0,
                **people(total, {band: share * total for band, share in AGES.items()}),
                "geometry": at(x),
            }
        )
    return communities, buildings


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def city_kit():
    """The pieces to make small surveys from."""

    class Kit:
        pass

    kit = Kit()
    for name in ("at", "box", "frame", "ladder", "people", "survey_of", "tiny_parts"):
        setattr(kit, name, globals()[name])
    kit.X0, kit.Y0, kit.CRS, kit.AGES, kit.np = X0, Y0, CRS, AGES, np
    return kit


@pytest.fixture(scope="session")
def tiny(city_kit):
    """The tiny city with a nursery at 50 m, a clinic of unknown size at 950 m, and a few more."""
    communities, buildings = tiny_parts()
    facilities = [
        {"facility_id": "f1", "type": "nursery", "floor_area_m2": 250.0, "capacity": 30.0, "geometry": at(50)},
        {"facility_id": "f2", "type": "nursery", "floor_area_m2": 100.0, "capacity": 10.0, "geometry": at(950)},
        {"facility_id": "f3", "type": "health_station", "geometry": at(450)},
        {"facility_id": "f4", "type": "supermarket", "floor_area_m2": 400.0, "geometry": at(250)},
        {"facility_id": "f5", "type": "pharmacy", "status": "closed", "geometry": at(450)},
        {"facility_id": "f6", "type": "service_station", "floor_area_m2": 900.0, "geometry": at(500)},
        {"facility_id": "f7", "type": "park", "geometry": box(600, 20, 700, 80)},
    ]
    return survey_of(communities=communities, buildings=buildings, facilities=facilities)
