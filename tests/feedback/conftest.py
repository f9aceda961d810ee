"""Layers built by hand in metres, and the demo city's two rounds with their ledger, assessed once."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point

from linli.assess import AssessOptions, assess
from linli.feedback import CompareOptions
from linli.rules import load_catalogue
from linli.survey.demo import make_city
from linli.survey.demo.frozen import as_survey

CRS = "EPSG:4549"
X0, Y0 = 500_000.0, 3_350_000.0


def entries(rows):
    """`(id, type, name, x, y)` as a layer that can be matched."""
    table = pd.DataFrame([row[:3] for row in rows], columns=["id", "type", "name"], dtype=object)
    points = [row[3] if len(row) == 4 else Point(X0 + row[3], Y0 + row[4]) for row in rows]
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(points, crs=CRS), crs=CRS)


@pytest.fixture(scope="session", name="entries")
def entries_fixture():
    return entries


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def cities():
    return make_city(1, 1), make_city(1, 2)


@pytest.fixture(scope="session")
def rounds(cities, catalogue):
    surveys = [as_survey(city) for city in cities]
    options = AssessOptions(met_share=0.9)
    return tuple((survey, assess(survey, catalogue, options)) for survey in surveys)


@pytest.fixture(scope="session")
def ledger(cities):
    return cities[1].ledger


@pytest.fixture(scope="session")
def outcome(rounds, catalogue):
    return compare_rounds(rounds[0], rounds[1], options=CompareOptions(), catalogue=catalogue)


@pytest.fixture
def rng():
    return np.random.default_rng(7)
