"""One demo district, both rounds, and a small piece of a whole city, each made once."""

from __future__ import annotations

import geopandas as gpd
import pytest

from linli.survey.demo import METRIC_CRS, make_city, plan_for


@pytest.fixture(scope="session")
def city():
    return make_city(seed=1)


@pytest.fixture(scope="session")
def later():
    return make_city(seed=1, round_=2)


@pytest.fixture(scope="session")
def town():
    return make_city(seed=2, plan=plan_for(40, whole_city=True))


@pytest.fixture(scope="session")
def metres(city):
    return {
        name: frame.to_crs(METRIC_CRS) if isinstance(frame, gpd.GeoDataFrame) else frame
        for name, frame in city.layers.items()
    }
