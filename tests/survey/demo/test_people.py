import numpy as np
import pytest

from linli.survey.demo.people import AGE_PROFILES, apportion, by_age, grow_older


@pytest.mark.parametrize("total", [0, 1, 7, 39_924])
def test_apportion_is_exact(total):
    weight = np.random.default_rng(0).random(37)
    whole = apportion(weight, total)
    assert whole.sum() == total
    assert (np.abs(whole - weight / weight.sum() * total) < 1).all()


def test_profiles_add_up():
    assert all(sum(shares) == pytest.approx(1.0) for shares in AGE_PROFILES.values())


def test_ages_add_up_to_everybody():
    residents = np.array([0, 1, 50, 900])
    people = by_age(residents, ["old", "park"], np.array([0, 0, 0, 0]), np.random.default_rng(1))
    assert (people.sum(axis=1) == residents).all()


def test_a_year_keeps_most_people_and_ages_them():
    rng = np.random.default_rng(2)
    people = by_age(np.full(500, 80), ["mid"], np.zeros(500, dtype=int), rng)
    older = grow_older(people, np.full(500, 0.04), rng)
    assert (older >= 0).all()
    assert older.sum() == pytest.approx(people.sum(), rel=0.03)
    assert older[:, 5].sum() != people[:, 5].sum()
