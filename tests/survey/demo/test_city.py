import hashlib

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from linli.survey.demo import DISTRICT, WHOLE_CITY, make_city, plan_for
from linli.survey.schema import LAYERS, empty_frame, layer_schema


def digest(city):
    out = hashlib.sha256()
    for name, frame in city.layers.items():
        table = pd.DataFrame(frame)
        if "geometry" in table:
            out.update(b"".join(shapely.to_wkb(table.pop("geometry").to_numpy())))
        out.update(name.encode() + table.to_csv().encode())
    return out.hexdigest()


def test_same_seed_same_bytes(city):
    assert digest(make_city(seed=1)) == digest(city)


def test_other_seed_other_city(city):
    assert digest(make_city(seed=2)) != digest(city)


def test_wrong_arguments():
    with pytest.raises(ValueError, match="round_"):
        make_city(round_=3)
    with pytest.raises(ValueError, match="seed"):
        make_city(seed=-1)


@pytest.mark.parametrize("which", ["city", "later", "town"])
def test_layers_keep_to_the_schema(which, request):
    layers = request.getfixturevalue(which).layers
    assert set(layers) == set(LAYERS)
    for name, frame in layers.items():
        schema, empty = layer_schema(name), empty_frame(name)
        assert list(frame.columns) == list(empty.columns)
        assert (frame.dtypes == empty.dtypes).all()
        keys = [schema.key] if schema.key else list(schema.unique)
        assert not frame.duplicated(keys).any()
        for column in schema.columns:
            check_column(column, frame[column.name])
        if isinstance(frame, gpd.GeoDataFrame):
            assert frame.crs == "EPSG:4326"
            assert not (frame.geometry.isna() | frame.geometry.is_empty).any()
            assert frame.is_valid.all()


def check_column(column, values):
    known = values.dropna()
    if column.required:
        assert len(known) == len(values)
    if column.type in {"number", "integer"}:
        low, high = column.plausible.min, column.plausible.max
        assert low is None or (known >= low).all(), column.name
        assert high is None or (known <= high).all(), column.name
    if column.choices and not column.or_number:
        assert set(known) <= set(column.choices)
    if column.pattern:
        assert known.str.fullmatch(column.pattern).all()


def test_it_says_that_it_is_invented(city):
    assert city.meta["fictional"] is True
    assert "虚构" in city.meta["name"]["zh"]
    assert "fictional" in city.meta["name"]["en"]


def test_it_lies_where_it_should(city):
    west, south, east, north = city.layers["communities"].total_bounds
    assert 120.05 < west < east < 120.15
    assert 30.25 < south < north < 30.35


def test_a_piece_of_a_whole_city_has_its_densities(town):
    n = 40
    assert town.layers["communities"]["residents"].sum() == n * WHOLE_CITY.residents_per_community
    assert len(town.layers["buildings"]) == pytest.approx(n * WHOLE_CITY.buildings_per_community, rel=0.05)
    ends = shapely.get_coordinates(shapely.boundary(town.layers["streets"].geometry.to_numpy()))
    assert 200 < len(pd.unique(pd.Series(map(tuple, ends)))) / n < 300


@pytest.mark.parametrize("communities", [1, 2, 25])
def test_any_number_of_communities(communities):
    city = make_city(5, plan=plan_for(communities))
    assert len(city.layers["communities"]) == communities
    assert city.layers["buildings"]["residents"].sum() == round(communities * DISTRICT.residents_per_community)


def test_progress_goes_from_nought_to_one():
    seen = []
    make_city(1, plan=plan_for(2), progress=lambda stage, share: seen.append((stage, share)))
    shares = [share for _, share in seen]
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
