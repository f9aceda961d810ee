import pytest

from linli.units import AGE_BANDS, BAND_TITLES, OLD_AND_YOUNG, residents_column


def test_every_band_has_a_column_and_a_title():
    assert [residents_column(band) for band in ("all", *AGE_BANDS)][:2] == ["residents", "residents_0_2"]
    assert set(BAND_TITLES) == {"all", *AGE_BANDS}
    assert set(OLD_AND_YOUNG) < set(AGE_BANDS)


def test_an_unknown_band_is_refused():
    with pytest.raises(ValueError, match="7_8"):
        residents_column("7_8")
