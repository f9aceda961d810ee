import numpy as np

from linli.report.frame import fit
from linli.report.ground import dot_cells, dot_radius, dot_scale


def test_cells_keep_everybody():
    rng = np.random.default_rng(1)
    xy = rng.uniform(0, 5000, (4000, 2))
    people = rng.uniform(0, 300, 4000)
    people[:10] = np.nan
    centres, total = dot_cells(fit((0.0, 0.0, 5000.0, 5000.0)), xy, people)
    assert np.isclose(total.sum(), np.nansum(people))
    assert len(total) < 4000
    assert centres.shape == (len(total), 2)


def test_nobody_makes_no_dots():
    centres, total = dot_cells(fit((0.0, 0.0, 1.0, 1.0)), np.empty((0, 2)), np.empty(0))
    assert centres.shape == (0, 2)
    assert not len(total)


def test_the_area_of_a_dot_is_people():
    radius = dot_radius(np.array([100.0, 400.0]), 2.0)
    assert np.isclose(np.pi * radius[1] ** 2 * 2.0, 400)
    assert np.isclose(radius[1] / radius[0], 2)


def test_the_ground_of_a_district(material):
    ground = material.ground
    assert len(ground.community_ids) == len(ground.areas) == 4
    assert len(ground.xy) == len(ground.residents) == len(ground.owner)
    assert set(np.unique(ground.owner)) <= {-1, 0, 1, 2, 3}
    assert dot_scale(ground) > 0
    assert len(ground.facility_xy) == len(ground.facility_name)
