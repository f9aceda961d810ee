import numpy as np
import pytest

from linli.survey.demo.names import district_codes, estate_name, invent_pairs, jurisdiction


@pytest.mark.parametrize("n", [1, 900, 3000])
def test_pairs_are_different(n):
    names = invent_pairs(n, np.random.default_rng(0))
    assert len(set(names)) == len(names) == n


def test_jurisdiction_is_a_tree_with_unique_codes():
    centre = np.random.default_rng(1).random((130, 2))
    rows = jurisdiction(centre, 9, 6, np.random.default_rng(2))
    assert len({row[0] for row in rows}) == 130
    assert len({row[1] for row in rows}) == 130
    assert all(len(row[0]) == 12 and row[0].isdigit() for row in rows)
    assert len({row[2] for row in rows}) in range(13, 17)
    by_subdistrict = {row[2]: row[3] for row in rows}
    assert all(by_subdistrict[row[2]] == row[3] for row in rows)


def test_codes_are_invented():
    assert district_codes(2)[0] == ("330199", "邻里示范区")
    with pytest.raises(ValueError, match="at most 14"):
        district_codes(15)


def test_estate_names_tell_their_age():
    assert estate_name("new", "锦苑", np.random.default_rng(0)).startswith("锦苑")
