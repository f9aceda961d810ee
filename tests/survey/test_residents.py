import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from linli.errors import InputError
from linli.survey.config import ResidentsConfig, SourceReference
from linli.survey.residents import floor_area_weights, share_out, spread_residents
from linli.units import AGE_BANDS

METRIC = "EPSG:4549"
BANDS = [f"residents_{band}" for band in AGE_BANDS]
SHARES = {"0_2": 0.02, "3_5": 0.03, "6_14": 0.1, "15_59": 0.6, "60_79": 0.2, "80_plus": 0.05}
REFERENCE = SourceReference(title="人口普查")


def degree_box(x, y, dx=0.0002, dy=0.0002):
    return box(120 + x, 30 + y, 120 + x + dx, 30 + y + dy)


def buildings(n=3, **columns):
    """Buildings of one size in a row, a thousandth of a degree apart."""
    geometry = [degree_box(0.001 * i, 0) for i in range(n)]
    data = {"building_id": [f"b{i}" for i in range(n)], "storeys": [np.nan] * n, "floor_area_m2": [np.nan] * n}
    return gpd.GeoDataFrame({**data, **columns}, geometry=geometry, crs="EPSG:4326")


def areas(key, cells, **columns):
    """Areas over the buildings `first` to `last`."""
    geometry = [box(120 - 0.0002 + 0.001 * a, 29.999, 120.0005 + 0.001 * b, 30.001) for a, b in cells]
    ids = [f"{key[0]}{i}" for i in range(len(cells))]
    return gpd.GeoDataFrame({key: ids, "name": ids, **columns}, geometry=geometry, crs="EPSG:4326")


def naive_share(total, weight):
    """The obvious twin: floors of exact fractions, then one each to the largest remainders."""
    from fractions import Fraction

    weight = [Fraction(w) for w in weight]
    if not sum(weight):
        weight = [Fraction(1)] * len(weight)
    due = [total * w / sum(weight) for w in weight]
    got = [math.floor(d) for d in due]
    ranked = sorted(range(len(due)), key=lambda i: (weight[i] == 0, got[i] - due[i], i))
    for i in ranked[: total - sum(got)]:
        got[i] += 1
    return got


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.lists(st.integers(0, 64), min_size=1, max_size=8)), min_size=1, max_size=4
    )
)
def test_sharing_agrees_with_the_naive_twin(groups):
    total = np.array([t for t, _ in groups])
    weight = np.array([float(w) for _, ws in groups for w in ws])
    owner = np.repeat(np.arange(len(groups)), [len(ws) for _, ws in groups])
    got = share_out(total, weight, owner)
    for i, (t, ws) in enumerate(groups):
        mine = got[owner == i]
        assert mine.sum() == t
        assert np.abs(mine - np.array(naive_share(t, ws))).max() <= 1  # ties of rounding may fall either way
        if not any(ws):
            assert mine.max() - mine.min() <= 1


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 2 * 10**10),
    st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=50),
)
def test_sharing_loses_nothing_and_is_never_negative(total, weight):
    got = share_out(np.array([total]), np.array(weight), np.zeros(len(weight), dtype=np.int64))
    assert got.sum() == total
    assert got.min() >= 0
    if sum(weight) > 0:
        due = total * np.array(weight) / sum(weight)
        assert np.abs(got - due).max() <= 1 + total * 1e-14


def test_sharing_with_receivers_outside_every_area():
    assert share_out(np.array([7]), np.array([1.0, 9.0, 1.0]), np.array([0, -1, 0])).tolist() == [4, 0, 3]
    assert share_out(np.array([7]), np.array([1.0]), np.array([-1])).tolist() == [0]
    assert share_out(np.array([], dtype=np.int64), np.array([]), np.array([], dtype=np.int64)).tolist() == []


def test_weights_use_what_is_known_and_stand_in_for_the_rest():
    frame = buildings(5, storeys=[6, 2, np.nan, 4, np.nan], floor_area_m2=[1000, np.nan, np.nan, np.nan, np.nan])
    frame.loc[4, "geometry"] = Point(120.004, 30)
    weight = floor_area_weights(frame)
    footprint = weight[1] / 2
    assert footprint == pytest.approx(0.0002 * 96.486e3 * 0.0002 * 110.852e3, rel=1e-3)
    assert weight[0] == 1000
    assert weight[2] == pytest.approx(4 * footprint)  # the median of 6, 2 and 4
    assert weight[4] == pytest.approx(np.median(weight[:4]))
    assert weight.index.equals(frame.index)


def test_total_is_exact_and_in_proportion():
    config = ResidentsConfig(method="total", total=378_027, reference=REFERENCE)
    layers, note, problems = spread_residents({"buildings": buildings(7, storeys=range(1, 8))}, config, METRIC)
    people = layers["buildings"]["residents"]
    assert people.sum() == 378_027 == note.total
    assert people[::-1].sum() == 378_027
    assert people.tolist() == pytest.approx([378_027 * i / 28 for i in range(1, 8)], abs=0.001)
    assert layers["buildings"][BANDS].isna().all(axis=None)
    assert (note.method, note.unit, note.source) == ("total", "residents", "人口普查")
    assert problems == ()


def test_bands_by_shares_add_up_in_every_building_and_in_all():
    config = ResidentsConfig(method="total", total=1001, reference=REFERENCE, age_shares=SHARES)
    out = spread_residents({"buildings": buildings(9)}, config, METRIC)[0]["buildings"]
    assert out["residents"].sum() == 1001
    assert (out[BANDS].sum(axis=1) == out["residents"]).all()
    assert out[BANDS].sum().tolist() == pytest.approx([1001 * s for s in SHARES.values()], abs=0.001)


def test_the_order_of_rows_decides_nothing():
    frame = buildings(9)
    config = ResidentsConfig(method="total", total=1000, reference=REFERENCE)
    one = spread_residents({"buildings": frame}, config, METRIC)[0]["buildings"]
    shuffled = spread_residents({"buildings": frame.sample(frac=1, random_state=3)}, config, METRIC)[0]["buildings"]
    pd.testing.assert_series_equal(shuffled["residents"].sort_index(), one["residents"])
    assert shuffled["residents"].sort_index().iloc[0] >= one["residents"].iloc[-1]


def test_communities_by_place_and_by_id():
    frame = buildings(4, community_id=[None, None, "c1", None])
    given = areas("community_id", [(0, 1), (3, 3)], residents=[100, 30])
    layers = {"buildings": frame, "communities": given}
    out, note, problems = spread_residents(layers, ResidentsConfig(method="communities"), METRIC)
    assert out["buildings"]["residents"].tolist() == [50, 50, 15, 15]
    assert note.total == 130
    assert problems == ()
    assert out["communities"] is given


def test_people_without_a_building_are_named_not_lost():
    given = areas(
        "community_id", [(0, 2), (8, 9), (20, 21)], residents=[100, 40, 0], name=["和睦社区", "空地社区", "园区"]
    )
    layers = {"buildings": buildings(3), "communities": given}
    out, note, problems = spread_residents(layers, ResidentsConfig(method="communities"), METRIC)
    assert out["buildings"]["residents"].sum() == 100 == note.total
    assert [p.code for p in problems] == ["residents.no_building"]
    assert "空地社区 (c1)" in problems[0].text("en")
    assert problems[0].value == "40"
    assert "40" in note.text.en
    assert "40 人" in note.text.zh


def test_unknown_stays_unknown():
    given = areas("estate_id", [(0, 0), (1, 1)], residents=[np.nan, 20])
    layers = {"buildings": buildings(3), "estates": given}
    out, note, _ = spread_residents(layers, ResidentsConfig(method="estates"), METRIC)
    assert out["buildings"]["residents"].isna().tolist() == [True, False, True]
    assert "2 buildings have no known number" in note.text.en


def test_bands_given_by_area():
    bands = dict(zip(BANDS, [[1, np.nan], [2, 2], [3, 3], [50, 50], [8, 8], [7, 7]], strict=True))
    given = areas("estate_id", [(0, 1), (2, 3)], residents=[np.nan, 80], **bands)
    out = spread_residents({"buildings": buildings(4), "estates": given}, ResidentsConfig(method="estates"), METRIC)
    frame = out[0]["buildings"]
    assert frame["residents"].tolist() == pytest.approx([35.5, 35.5, 40, 40])
    assert frame["residents"].iloc[:2].sum() == 71
    assert frame["residents_0_2"].isna().tolist() == [False, False, True, True]
    assert frame["residents_80_plus"].sum() == 14
    assert (frame[BANDS].sum(axis=1) == frame["residents"]).tolist()[:2] == [True, True]


def test_buildings_keep_what_was_counted():
    frame = buildings(3, residents=[10.0, np.nan, 0.0])
    out, note, _ = spread_residents(
        {"buildings": frame}, ResidentsConfig(method="buildings", age_shares=SHARES), METRIC
    )
    assert out["buildings"]["residents"].tolist()[::2] == [10, 0]
    assert out["buildings"]["residents"].isna().tolist() == [False, True, False]
    assert out["buildings"].loc[0, BANDS].sum() == 10
    assert note.total == 10
    assert "residents" not in buildings(3)
    assert frame["residents"].tolist()[0] == 10.0


def test_the_finest_layer_is_taken_if_nothing_is_said():
    given = areas("community_id", [(0, 2)], residents=[90])
    layers = {"buildings": buildings(3), "communities": given, "estates": areas("estate_id", [(0, 2)])}
    out, note, _ = spread_residents(layers, None, METRIC)
    assert note.method == "communities"
    assert out["buildings"]["residents"].tolist() == [30, 30, 30]
    _, note, _ = spread_residents({"buildings": buildings(3)}, None, METRIC)
    assert (note.method, note.total) == ("none", None)


def test_floor_area_stands_for_people():
    frame = buildings(3, floor_area_m2=[1000, 500.5, np.nan], storeys=[np.nan, np.nan, 2])
    out, note, _ = spread_residents({"buildings": frame}, ResidentsConfig(method="floor_area"), METRIC)
    assert out["buildings"]["residents"].tolist()[:2] == [1000, 500.5]
    assert note.unit == "m2"
    assert note.total == out["buildings"]["residents"].sum()
    assert "floor area (m²) stands for people" in note.text.en


def test_the_note_says_what_stood_in():
    frame = buildings(4, storeys=[6, np.nan, np.nan, 4])
    config = ResidentsConfig(method="total", total=10, reference=REFERENCE)
    out, note, _ = spread_residents({"buildings": frame}, config, METRIC)
    assert "0 have a floor area of their own, 2 count with footprint × storeys" in note.text.en
    assert "2 of unknown storeys count with footprint × 5 (the median of the known ones" in note.text.en
    assert "2 栋层数未知" in note.text.zh
    _, note, _ = spread_residents({"buildings": buildings(2)}, config, METRIC)
    assert "footprint × 1 (assumed; for spreading only, not stored)" in note.text.en
    assert out["buildings"]["storeys"].isna().sum() == 2


def grid_of(cells, people):
    return gpd.GeoDataFrame({"residents": people}, geometry=cells, crs="EPSG:4326")


def test_grid_cells_inside_are_exact_and_those_cut_keep_their_share_of_area():
    frame = buildings(4)
    cells = [box(119.999, 29.999, 120.0015, 30.001), box(120.0015, 29.999, 120.0055, 30.001), box(121, 30, 121.1, 30.1)]
    area = gpd.GeoSeries([box(119.99, 29.99, 120.0035, 30.01)], crs="EPSG:4326")
    config = ResidentsConfig(method="grid", file="grid.gpkg", column="population")
    out, note, problems = spread_residents(
        {"buildings": frame}, config, METRIC, grid=grid_of(cells, [77, 40, 1000]), area=area
    )
    people = out["buildings"]["residents"]
    assert people[:2].sum() == 77
    assert people[2:].sum() == pytest.approx(20, rel=1e-3)
    assert note.total == people.sum()
    assert "1 cells wholly" in note.text.en
    assert problems == ()


def test_grid_without_an_area_is_cut_at_the_box_of_the_data_and_empty_cells_are_named():
    cells = [box(119.9999, 29.9999, 120.0011, 30.0003), box(120.0011, 29.9999, 120.0021, 30.0003)]
    frame = buildings(3).iloc[[0, 2]]
    config = ResidentsConfig(method="grid", file="grid.gpkg", column="population")
    grid = grid_of([cells[0], box(120.0011, 30.00001, 120.0018, 30.0001), cells[1]], [10, 5, 10]).iloc[:2]
    out, note, problems = spread_residents({"buildings": frame}, config, METRIC, grid=grid)
    assert out["buildings"]["residents"].iloc[0] == note.total
    assert [p.code for p in problems] == ["residents.no_building"]
    assert "row 2" in problems[0].text("en")
    assert problems[0].file == "grid.gpkg"


@pytest.mark.parametrize(
    "config",
    [
        ResidentsConfig(method="estates"),
        ResidentsConfig(method="communities"),
        ResidentsConfig(method="grid", file="x.gpkg", column="n"),
    ],
)
def test_a_method_without_its_layer_is_refused(config):
    with pytest.raises(InputError, match=config.method):
        spread_residents({"buildings": buildings(2)}, config, METRIC)


@pytest.mark.parametrize("config", [None, ResidentsConfig(method="total", total=5, reference=REFERENCE)])
def test_no_buildings(config):
    layers, note, problems = spread_residents({"buildings": buildings(0)}, config, METRIC)
    assert len(layers["buildings"]) == 0
    assert note.method == "none"
    assert [p.code for p in problems] == (["residents.no_building"] if config else [])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 50_000), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 33)), min_size=1, max_size=12),
    st.booleans(),
)
def test_every_area_keeps_its_people(people, homes, by_age):
    frame = buildings(len(homes), storeys=[s for _, s in homes], estate_id=[f"e{a}" for a, _ in homes])
    given = pd.DataFrame({"estate_id": [f"e{i}" for i in range(len(people))], "residents": people})
    config = ResidentsConfig(method="estates", age_shares=SHARES if by_age else None)
    out, note, problems = spread_residents({"buildings": frame, "estates": given}, config, METRIC)
    sums = out["buildings"].groupby("estate_id")["residents"].sum()
    lost = 0.0
    for i, n in enumerate(people):
        if f"e{i}" in sums:
            assert sums[f"e{i}"] == n
        else:
            lost += n
    assert note.total + lost == sum(people)
    assert sum(float(p.value) for p in problems) == lost


def test_helsinki_grid(shared_data):
    """SOURCES: 92 cells, 71,724 people; 22 cells, 7,801 people on the file's box."""
    from linli.survey.osm import read_osm

    layers = read_osm(shared_data("helsinki_center/Helsinki_center.osm.pbf"), {}, ["buildings"])
    grid = gpd.read_file(shared_data("helsinki_center/helsinki_population_grid_2020.gpkg"))
    grid = grid.rename(columns={"population": "residents"})
    window = gpd.GeoSeries([box(24.9351762, 60.164155, 24.9534145, 60.1791130)], crs="EPSG:4326")
    config = ResidentsConfig(method="grid", file="grid.gpkg", column="population")
    out, note, problems = spread_residents(layers, config, "EPSG:3067", grid=grid, area=window)
    placed = out["buildings"]["residents"].sum()
    unplaced = sum(float(p.value) for p in problems)
    assert placed == note.total
    assert 3_000 < placed + unplaced <= 7_801
