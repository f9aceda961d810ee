import numpy as np
import pandas as pd
import pytest
import shapely

from linli.survey.demo.buildings import BAND_COLUMNS


def test_totals_agree_everywhere(city):
    buildings, estates, communities = (city.layers[name] for name in ("buildings", "estates", "communities"))
    for column in ("residents", *BAND_COLUMNS, "dwellings", "floor_area_m2"):
        by_community = buildings.groupby("community_id")[column].sum()
        expected = communities.set_index("community_id")[column]
        pd.testing.assert_series_equal(by_community.sort_index(), expected.sort_index(), check_dtype=False)
        by_estate = buildings.dropna(subset="estate_id").groupby("estate_id")[column].sum()
        expected = estates.set_index("estate_id")[column]
        pd.testing.assert_series_equal(by_estate.sort_index(), expected.sort_index(), check_dtype=False)


def test_residents_are_whole_people(city):
    buildings = city.layers["buildings"]
    assert buildings["residents"].sum() == 39_924
    people = buildings[list(BAND_COLUMNS)].to_numpy()
    assert (people == np.round(people)).all()
    assert (people.sum(axis=1) == buildings["residents"]).all()


def test_old_estates_are_older_and_have_no_lifts(city):
    estates, buildings = city.layers["estates"], city.layers["buildings"]
    old = estates["residents_60_79"] / estates["residents"]
    assert old[estates["old_estate"]].mean() > 2 * old[estates["built_year"] >= 2012].mean()
    young = estates["residents_0_2"] / estates["residents"]
    assert young[estates["built_year"] >= 2012].mean() > 1.5 * young[estates["old_estate"]].mean()
    lift = buildings["has_lift"].astype(float)
    tall = buildings["storeys"] >= 12
    assert lift[tall].mean() == pytest.approx(1.0)
    assert lift[buildings["built_year"] < 1998].mean() < 0.15


def test_homes_are_of_human_size(city):
    buildings = city.layers["buildings"]
    per_home = buildings["floor_area_m2"].sum() / buildings["dwellings"].sum()
    assert 45 < per_home < 120
    assert 1.7 < buildings["residents"].sum() / buildings["dwellings"].sum() < 3.0


def test_buildings_stand_clear_of_streets_and_of_each_other(metres):
    buildings, streets = metres["buildings"].geometry.to_numpy(), metres["streets"].geometry.to_numpy()
    tree = shapely.STRtree(streets)
    assert len(tree.query(buildings, predicate="intersects")[0]) == 0
    distance = tree.query_nearest(buildings, return_distance=True, all_matches=False)[1]
    assert distance.max() < 200.0
    i, j = shapely.STRtree(buildings).query(buildings, predicate="overlaps")
    assert not (i < j).any()


def test_buildings_lie_in_their_community_and_estate(metres):
    buildings = metres["buildings"]
    for layer, key in (("communities", "community_id"), ("estates", "estate_id")):
        mine = buildings.dropna(subset=key)
        outline = metres[layer].set_index(key).geometry.loc[mine[key]].to_numpy()
        assert shapely.covers(shapely.buffer(outline, 0.05), mine.geometry.to_numpy()).all()


def test_communities_tile_the_district(metres):
    shapes = metres["communities"].geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert (shapely.get_type_id(shapes) == 3).all()
    union = shapely.union_all(shapes)
    assert union.geom_type == "Polygon"
    assert len(union.interiors) == 0
    assert union.area == pytest.approx(shapely.area(shapes).sum(), rel=1e-9)


def test_one_or_two_communities_are_new(city):
    communities = city.layers["communities"]
    assert (communities["kind"] == "new").sum() in {1, 2}
    assert communities["subdistrict"].nunique() == 3
    assert set(communities["district"]) == {"邻里示范区"}
